"""What became of the cards of each rule: how often it was shown, accepted and overridden, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

__all__ = ["RuleFeedback", "feedback_lines", "tallied"]


@dataclass(frozen=True, slots=True)
class RuleFeedback:
    """Of one rule: the cards that were shown, accepted and overridden, and the commonest reason."""

    rule: str
    shown: int
    accepted: int
    overridden: int
    reason: str

    @property
    def override_rate(self) -> float:
        """Of the cards that were shown, the share that was overridden: 0 to 1."""
        return self.overridden / self.shown


def tallied(cards: Iterable[tuple[Sequence[str], str, str]]) -> tuple[RuleFeedback, ...]:
    """The cards rule by rule, those overridden most often first.

    A card is its rules, what was done with it last and the code of the reason; both are empty where nothing
    was told.
    """
    shown: Counter[str] = Counter()
    outcomes: Counter[tuple[str, str]] = Counter()
    reasons: dict[str, Counter[str]] = {}
    for rules, outcome, reason in cards:
        for rule in rules:
            shown[rule] += 1
            outcomes[rule, outcome] += 1
            if outcome == "overridden" and reason:
                reasons.setdefault(rule, Counter())[reason] += 1
    found = [
        RuleFeedback(
            rule,
            count,
            outcomes[rule, "accepted"],
            outcomes[rule, "overridden"],
            reasons[rule].most_common(1)[0][0] if rule in reasons else "",
        )
        for rule, count in shown.items()
    ]
    return tuple(sorted(found, key=lambda each: (-each.override_rate, -each.shown, each.rule)))


def feedback_lines(found: Sequence[RuleFeedback]) -> Iterator[str]:
    """The table, rule by rule, for a terminal."""
    if not found:
        yield "feedback: no card of this base was shown"
        return
    yield "rule                                    shown  overridden   rate  commonest reason"
    for each in found:
        rate = f"{100 * each.override_rate:.0f} %"
        yield f"{each.rule:<38} {each.shown:>6} {each.overridden:>11} {rate:>6}  {each.reason}".rstrip()
