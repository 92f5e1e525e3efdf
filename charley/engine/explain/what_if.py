"""A hypothetical answer: before and after side by side, with the rules that make the difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from charley.engine.differential import Differential
from charley.engine.explain.words import answer_words
from charley.engine.explanation import Explanation, Row
from charley.facts.vocabulary import Value, words
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import OverallUrgency, Urgency

__all__ = ["Change", "WhatIf", "changed"]


@dataclass(frozen=True, slots=True)
class Change:
    """A candidate before and after; None for a score that is not ranked."""

    candidate: str
    name: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True, repr=False)
class WhatIf(Explanation):
    """What differs between two differentials.

    `fired` and `unfired` are rules by id, `raised` and `gone` flags and alerts by name with their urgency
    (`gone` only where an answer was changed: learning more takes nothing back).
    """

    supposed: Mapping[str, Value | None]
    before: Differential
    after: Differential
    moved: tuple[Change, ...]
    raised: tuple[tuple[str, Urgency], ...]
    gone: tuple[tuple[str, Urgency], ...]
    fired: tuple[tuple[str, str], ...]
    unfired: tuple[tuple[str, str], ...]
    assumed: str

    @property
    def nothing(self) -> bool:
        """Whether nothing at all would differ."""
        return not (self.moved or self.raised or self.gone or self.fired or self.unfired)

    def rows(self, numbers: bool = True) -> Iterator[Row]:
        """Before and after; without `numbers` no scores and no rules."""
        lead = "Suppose" if self.before.audience == "patient" else "If"  # a patient reads questions
        yield Row("", f"{lead} {self.assumed}:" if lead == "If" else f"{lead}: {self.assumed}")
        if self.nothing:
            yield Row("  ", "nothing that is concluded would change")
            return
        for name, urgency in self.raised:
            yield Row("  ", f"! it would raise: {name}  [{words(urgency)}]")
        for name, urgency in self.gone:
            yield Row("  ", f"it would no longer raise: {name}  [{words(urgency)}]")
        if self.before.urgency != self.after.urgency:
            yield Row("  ", f"overall urgency: {_soon(self.before.urgency)} -> {_soon(self.after.urgency)}")
        if self.before.leader != self.after.leader:
            yield Row("  ", f"most likely: {_leader(self.before)} -> {_leader(self.after)}")
        if not numbers:
            if not (self.raised or self.gone) and _outcome(self.before) == _outcome(self.after):
                yield Row("  ", "no warning would come or go, and the same would be the most likely")
            return
        if self.moved:
            width = min(48, max(len(each.name) for each in self.moved))
            yield Row("  ", f"{'':<{width}}  before   after")
            for each in self.moved:
                name = f"{each.name[:width]:<{width}}"
                yield Row("  ", f"{name}  {_db(each.before):>6}  {_db(each.after):>6} db")
        for id, because in self.fired:
            yield Row("  ", f"now fires: {because} [{id}]")
        for id, because in self.unfired:
            yield Row("  ", f"no longer fires: {because} [{id}]")


def changed(
    base: KnowledgeBase, before: Differential, after: Differential, supposed: Mapping[str, Value | None]
) -> WhatIf:
    """What differs, largest first."""
    old = {place.candidate: place.score for place in before.standings}
    new = {place.candidate: place.score for place in after.standings}
    names = {id: base.candidates[id].name.to(after.audience) for id in {**old, **new}}
    moved = [Change(id, names[id], old.get(id), new.get(id)) for id in base.candidates if id in names]
    moved = [each for each in moved if each.before != each.after]
    moved.sort(key=lambda each: -abs((each.after or 0) - (each.before or 0)))
    was, now = _dangers(base, before), _dangers(base, after)
    fired = {firing.rule for firing in before.firings}, {firing.rule for firing in after.firings}

    def because(rules: set[str]) -> tuple[tuple[str, str], ...]:
        return tuple((id, base.rules[id].because) for id in base.rules if id in rules)

    return WhatIf(
        supposed=dict(supposed),
        before=before,
        after=after,
        moved=tuple(moved),
        raised=tuple(each for each in now if each not in was),
        gone=tuple(each for each in was if each not in now and each[0] not in {name for name, _ in now}),
        fired=because(fired[1] - fired[0]),
        unfired=because(fired[0] - fired[1]),
        assumed=" and ".join(answer_words(base, id, value, after.audience) for id, value in supposed.items()),
    )


def _dangers(base: KnowledgeBase, d: Differential) -> list[tuple[str, Urgency]]:
    flags = [(base.candidates[flag.candidate].name.to(d.audience), flag.urgency) for flag in d.flags]
    return [(alarm.name, alarm.urgency) for alarm in d.alerts] + [(name, urgency) for name, urgency in flags]


def _outcome(d: Differential) -> tuple[OverallUrgency | None, str | None]:
    return d.urgency, d.leader


def _leader(d: Differential) -> str:
    return "nobody is ranked" if d.leader is None else d.standing(d.leader).name


def _soon(urgency: OverallUrgency | None) -> str:
    return words(urgency) if urgency else "none"


def _db(score: int | None) -> str:
    return "-" if score is None else f"{score:+d}"
