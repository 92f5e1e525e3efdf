"""A phrase in its surroundings: what it says of this person now, or why it says nothing of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from charley.facts.text.context.certainty.around import Around
from charley.facts.text.context.certainty.denials import Denials
from charley.facts.text.context.certainty.statements import Statements
from charley.facts.text.context.denials import (
    affirmed_of_another,
    corrects_a_side,
    denied_at_times,
    is_cut_back,
    is_of_another_site,
)
from charley.facts.text.context.medicines import (
    ends_a_medicine,
    may_be_over,
    names_medicine,
    taken_up_again,
)
from charley.facts.text.context.scopes import Scopes, Trigger
from charley.facts.text.context.times import Times
from charley.facts.text.meanings import Meaning, Role
from charley.facts.text.numbers.quantities import difference, numbers_of_sides, quantity
from charley.facts.text.passage import Passage
from charley.facts.text.phrases import Match
from charley.facts.vocabulary import Fact, Value

__all__ = ["Mention", "mentions_in"]

_ROLES: Final[tuple[Role, ...]] = ("nothing", "number", "sides", "denies", "states", "enough", "needed")
"""Of two phrases as long as one another the one whose role stands first counts."""

_OWN: Final = {"my", "his", "her"}
_UNTOLD: Final = {"doubt", "question", "later", "if"}


@dataclass(frozen=True, slots=True)
class Mention:
    """A fact spoken of: stated, doubtful, of another person (`other`), or saying nothing (`dropped`).

    A result whose number is no value of the fact is `unreadable`. What is said may be over (`over`), which
    says nothing of it either.
    """

    fact: Fact
    value: Value | None
    match: Match[Meaning]
    status: Literal["stated", "doubtful", "other", "dropped", "unreadable"]
    because: tuple[str, ...] = ()
    over: bool = False


def mentions_in(
    found: list[Match[Meaning]], passage: Passage, scopes: Scopes, facts: Mapping[str, Fact]
) -> list[Mention]:
    """What the phrases of a text say, each in its surroundings."""
    matches = _longest_of_each_fact([match for match in found if not scopes.idle(match)])
    return list(_Surroundings(matches, passage, scopes, facts).mentions())


def _longest_of_each_fact(matches: list[Match[Meaning]]) -> list[Match[Meaning]]:
    """Where two phrases of one fact share a stretch of the text, the one that uses more words of it."""
    kept: list[Match[Meaning]] = []
    taken: dict[str, set[int]] = {}

    def rank(match: Match[Meaning]) -> tuple[Any, ...]:
        spread = match.last - match.first
        return -len(match.used), spread, _ROLES.index(match.meaning.role), match.first, match.phrase

    for match in sorted(matches, key=rank):
        places = taken.setdefault(match.meaning.fact, set())
        if places.isdisjoint(range(match.first, match.last + 1)):
            places.update(range(match.first, match.last + 1))
            kept.append(match)
    return sorted(kept, key=lambda match: (match.first, match.last))


class _Surroundings:
    def __init__(
        self, matches: list[Match[Meaning]], passage: Passage, scopes: Scopes, facts: Mapping[str, Fact]
    ) -> None:
        self._matches, self._passage, self._scopes, self._facts = matches, passage, scopes, facts
        self._times = Times(matches, passage, facts)
        self._around = Around(matches, passage, scopes)
        self._denials, self._statements = Denials(self._around), Statements(self._around)

    def mentions(self) -> Iterator[Mention]:
        sided = list(self._sided())
        of_sides = {place for mention in sided for place in mention.match.used}
        told = [
            mention
            for match in self._matches
            if not of_sides.issuperset(match.used) and (mention := self._mention(match)) is not None
        ]
        measured = {place for each in told if each.match.meaning.role == "sides" for place in each.match.used}
        told = [each for each in told if not self._is_measure(each.match, measured)]
        yield from told
        yield from sided
        yield from self._echoes(told)

    def _is_measure(self, match: Match[Meaning], measured: set[int]) -> bool:
        """Whether the number of a match measures a limb: `calves: R 38, L 35.` tells no age."""
        of_sides = match.meaning.role == "sides"
        return not of_sides and match.number is not None and match.number.first in measured

    def _mention(self, match: Match[Meaning]) -> Mention | None:
        fact, value, role = self._facts[match.meaning.fact], match.meaning.value, match.meaning.role
        if role == "nothing" or fact.side is not None:
            return None
        triggers = self._scopes.of(match)
        apart = difference(fact, match, self._passage) if role == "sides" else None
        if apart is not None:  # `38 vs 35` doubts nothing
            triggers = [each for each in triggers if each.first not in apart[1].used]
        kinds = {trigger.kind for trigger in triggers} - (
            {"past", "ended", "negation"} if fact.fixed else set()
        )
        because = tuple(dict.fromkeys(trigger.term for trigger in triggers))
        if "other" in kinds or (fact.kind == "number" and self._scopes.names_another(match)):
            return Mention(fact, value, match, "other", because)
        if kinds & _UNTOLD and not ("question" in kinds and self._is_own_medicine(match)):
            return Mention(fact, value, match, "doubtful", because)
        if "retraction" in kinds and (fact.kind != "boolean" or not corrects_a_side(triggers, self._passage)):
            return Mention(fact, value, match, "doubtful", because)
        if role == "sides":
            return None if apart is None else Mention(fact, apart[0], apart[1], "stated", because)
        if role == "number":
            number = quantity(fact, match, self._passage)
            over = kinds & {"past", "ended"} and fact.when_past != "counts"
            if over or "negation" in kinds or self._times.is_of_another(fact, match):
                return None
            if number is None:
                given = match.number is not None and fact.answered_by == "lab"
                return Mention(fact, None, match, "unreadable", because) if given else None
            return Mention(fact, number, match, "stated", because)
        if fact.within_days is not None and self._times.too_long_ago(fact.within_days, match):
            return Mention(fact, value, match, "dropped", because)
        if kinds & {"past", "ended"} and fact.when_past != "counts" and "question" not in kinds:
            if ends_a_medicine(match, triggers, self._passage):
                return Mention(fact, value, match, "dropped", because)
            over = fact.when_past == "denies" and "ended" in kinds and role in ("states", "enough")
            if over and taken_up_again(match, self._passage):
                return Mention(fact, True, match, "stated", because)
            gone = Mention(fact, value, match, "dropped", because, over="ended" in kinds)
            return Mention(fact, False, match, "stated", because) if over else gone
        if role in ("denies", "states") and is_cut_back(match, self._passage):
            return Mention(fact, value, match, "doubtful", because)
        if is_of_another_site(match, self._passage):
            return Mention(fact, value, match, "dropped", because)
        if self._scopes.half_denied(match, triggers):
            return Mention(fact, value, match, "dropped", because)
        denied = len({trigger.after for trigger in triggers if trigger.kind == "negation"}) % 2 == 1
        if denied and (
            affirmed_of_another(match, self._passage) or denied_at_times(fact, match, self._passage)
        ):
            return Mention(fact, value, match, "dropped", because)
        if not self._is_plain(fact, match, triggers):
            return Mention(fact, value, match, "doubtful", because)
        told = fact.answered_by == "patient"  # `pulses normal at rest` is how they are felt
        if role == "denies" and told and denied_at_times(fact, match, self._passage):
            return Mention(fact, value, match, "dropped", because)
        if fact.kind != "boolean" or role == "denies":
            return Mention(fact, value, match, "dropped" if denied else "stated", because)
        silent = role == ("enough" if denied else "needed")
        asked = "question" in kinds  # `should I stop my statin?`
        if not denied and not asked and fact.when_past != "counts" and self._is_medicine(fact, match):
            return Mention(fact, True, match, "doubtful", because)
        return Mention(fact, not denied, match, "dropped" if silent else "stated", because)

    def _is_plain(self, fact: Fact, match: Match[Meaning], triggers: list[Trigger]) -> bool:
        """Whether it is plain that a match is denied, or that it is not."""
        if any(trigger.kind == "negation" for trigger in triggers):
            return self._denials.is_plain(match, triggers)
        if match.meaning.role == "denies":
            return self._statements.is_full(match) and not (
                self._around.denies(match.used) and self._denials.is_partial(match)
            )
        return fact.kind != "boolean" or self._statements.is_plain(match)

    def _is_medicine(self, fact: Fact, match: Match[Meaning]) -> bool:
        """Whether the words name a medicine, and others around them say that it may be over."""
        named = names_medicine(match, self._passage) and match.phrase.isupper() and match.phrase.isalpha()
        return (named or fact.when_past == "denies") and may_be_over(match, self._passage)

    def _is_own_medicine(self, match: Match[Meaning]) -> bool:
        """Whether a question takes it for granted that a medicine is taken: `should I stop my statin?`."""
        if not names_medicine(match, self._passage) or len(match.used) > 1 or match.first == 0:
            return False
        return self._passage.tokens[match.first - 1].low in _OWN

    def _sided(self) -> Iterator[Mention]:
        facts = {fact.side: fact for fact in self._facts.values() if fact.side is not None}
        seen: set[int] = set()
        for match in self._matches:
            if self._facts[match.meaning.fact].side is None or match.first in seen:
                continue
            seen.add(match.first)
            for fact, value, of in numbers_of_sides(
                match, self._passage, {str(k): v for k, v in facts.items()}
            ):
                yield Mention(fact, value, of, "stated")

    def _echoes(self, told: list[Mention]) -> Iterator[Mention]:
        """`My sister had a clot. I never have.` denies of this person what was said of another."""
        others = [mention for mention in told if mention.status == "other" and mention.fact.kind == "boolean"]
        lasts = [mention.match.last for mention in others]
        for trigger in self._scopes.triggers:
            before = bisect_left(lasts, trigger.first) if trigger.kind == "echo" else 0
            if before and trigger.first - lasts[before - 1] < 40:
                meant = others[before - 1]
                used = tuple(range(trigger.first, trigger.after))
                match = Match(meant.match.meaning, meant.match.phrase, used)
                yield Mention(meant.fact, False, match, "stated", (trigger.term,))
