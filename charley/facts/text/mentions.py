"""A phrase in its surroundings: what it says of this person now, or why it says nothing of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal

from charley.facts.text.context.medicines import ends_a_medicine, may_be_over, names_medicine
from charley.facts.text.context.scopes import Scopes, Trigger
from charley.facts.text.passage import Passage
from charley.facts.text.phrases import Match
from charley.facts.text.quantities import difference, is_of_time, numbers_of_sides, quantity
from charley.facts.vocabulary import Fact, Value

__all__ = ["Meaning", "Mention", "meanings", "mentions_in"]

Role = Literal["states", "enough", "needed", "denies", "number", "sides", "nothing"]
_ROLES: Final[tuple[Role, ...]] = ("nothing", "number", "sides", "denies", "states", "enough", "needed")
_ELLIPTIC: Final = {"do", "does", "did", "is", "are", "was", "were", "has", "have", "had", "can"}
_DATES: Final = {"in", "since", "last", "this", "early", "late", "mid", "until", "of"}
_YEARS: Final = {
    ("last", "year"),
    ("last", "summer"),
    ("last", "winter"),
    ("last", "spring"),
    ("last", "autumn"),
}
_PREPOSITIONS: Final = {"by", "at", "in", "on", "after", "when"}
_WHEN: Final = {"when", "while", "whilst", "if", "unless", "until", "till", "whenever", "during", "once"}
_AT_TIMES: Final = {
    ("at", "rest"),
    ("at", "night"),
    ("in", "bed"),
    ("by", "day"),
    ("on", "rest"),
    ("by", "night"),
}
"""What is denied before them may well be there at another time."""

_EXCEPT: Final = {
    "bar",
    "except",
    "excepting",
    "barring",
    "apart from",
    "except for",
    "other than",
    "but for",
    "save for",
}
_JOINS: Final = {
    "and",
    "&",
    "+",
    "/",
    ",",
    "or",
    "of",
    "to",
    "than",
    "from",
    "with",
    "below",
    "above",
    "behind",
}
_SIDES: Final = {"left", "right", "l", "r", "lt", "rt", "both"}
_NORMAL_CHOICES: Final = {
    "normal",
    "no_significant_disease",
    "normal_or_incidental",
    "some_checked_normal",
    "all_four_normal",
}
"""Choices that say that nothing is wrong."""

_NEAR: Final = 30
"""What a time belongs to is looked for in so many tokens around it."""

_UNTOLD: Final = {"doubt", "question", "later", "if"}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase says of a fact.

    `states` and `denies` say so, and the opposite when denied. `enough` is a part that suffices: its denial
    says nothing. `needed` is a part that does not: only its denial says something. `sides` is what is
    measured on both sides, where the fact is how far they are apart. `nothing` says nothing.
    """

    fact: str
    value: Value | None
    role: Role


@dataclass(frozen=True, slots=True)
class Mention:
    """A fact spoken of: stated, doubtful, of another person (`other`), or saying nothing (`dropped`)."""

    fact: Fact
    value: Value | None
    match: Match[Meaning]
    status: Literal["stated", "doubtful", "other", "dropped"]
    because: tuple[str, ...] = ()


def meanings(fact: Fact, language: str) -> Iterator[tuple[str, Meaning]]:
    """Each phrase of a fact in a language with what it says."""
    said = fact.said_as.get(language)
    if said is None:
        return
    groups: tuple[tuple[Role, Value | None, tuple[str, ...]], ...] = (
        (
            "number" if fact.kind == "number" else "states",
            None if fact.kind == "number" else True,
            said.states,
        ),
        ("enough", True, said.enough),
        ("needed", True, said.needed),
        ("denies", False, said.denies),
        ("sides", None, said.sides),
        ("nothing", None, said.nothing),
        *(("states", choice, phrases) for choice, phrases in said.values.items()),
    )
    for role, value, phrases in groups:
        meaning = Meaning(fact.id, value, role)
        for phrase in phrases:
            yield phrase, meaning


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
        self._firsts = [match.first for match in matches]

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
        kinds = {trigger.kind for trigger in triggers} - (
            {"past", "ended", "negation"} if fact.fixed else set()
        )
        because = tuple(dict.fromkeys(trigger.term for trigger in triggers))
        if "other" in kinds or (fact.kind == "number" and self._scopes.names_another(match)):
            return Mention(fact, value, match, "other", because)
        if kinds & _UNTOLD:
            return Mention(fact, value, match, "doubtful", because)
        if "retraction" in kinds and (fact.kind != "boolean" or not self._corrects_a_side(triggers)):
            return Mention(fact, value, match, "doubtful", because)
        if role == "sides":
            apart = difference(fact, match, self._passage)
            return None if apart is None else Mention(fact, apart[0], apart[1], "stated", because)
        if role == "number":
            number = quantity(fact, match, self._passage)
            over = kinds & {"past", "ended"} and fact.when_past != "counts"
            if number is None or over or "negation" in kinds or self._is_of_another(fact, match):
                return None
            return Mention(fact, number, match, "stated", because)
        if fact.within_days is not None and self._too_long_ago(fact.within_days, match):
            return Mention(fact, value, match, "dropped", because)
        if kinds & {"past", "ended"} and fact.when_past != "counts":
            if ends_a_medicine(match, triggers, self._passage):
                return Mention(fact, value, match, "dropped", because)
            over = fact.when_past == "denies" and "ended" in kinds and role in ("states", "enough")
            return Mention(fact, False if over else value, match, "stated" if over else "dropped", because)
        if role in ("denies", "states") and self._is_cut_back(fact, match, role):
            return Mention(fact, value, match, "doubtful", because)
        if self._is_of_another_site(match):
            return Mention(fact, value, match, "dropped", because)
        if self._scopes.half_denied(match, triggers):
            return Mention(fact, value, match, "dropped", because)
        denied = sum(trigger.kind == "negation" for trigger in triggers) % 2 == 1
        if denied and (self._affirmed_of_another(match) or self._denied_at_times(fact, match)):
            return Mention(fact, value, match, "dropped", because)
        if fact.kind != "boolean" or role == "denies":
            return Mention(fact, value, match, "dropped" if denied else "stated", because)
        silent = role == ("enough" if denied else "needed")
        if not denied and fact.when_past != "counts" and self._is_medicine(fact, match):
            return Mention(fact, True, match, "doubtful", because)
        return Mention(fact, not denied, match, "dropped" if silent else "stated", because)

    def _corrects_a_side(self, triggers: list[Trigger]) -> bool:
        """Whether only left and right are put right: `my left calf, I mean the right`."""
        return any(
            token.low in _SIDES
            for trigger in triggers
            if trigger.kind == "retraction"
            for token in self._passage.tokens[trigger.first : trigger.after + 2]
        )

    def _is_cut_back(self, fact: Fact, match: Match[Meaning], role: Role) -> bool:
        """Whether an exception follows a normal finding: `reflexes present bar the left ankle jerk`."""
        if role != "denies" and match.meaning.value not in _NORMAL_CHOICES:
            return False
        tokens = self._passage.tokens
        last = min(match.last + 3, self._passage.sentence(match.last)[1])
        words = [token.low for token in tokens[match.last + 1 : last]]
        return any(word in _EXCEPT for word in words[:1]) or " ".join(words) in _EXCEPT

    def _is_medicine(self, fact: Fact, match: Match[Meaning]) -> bool:
        """Whether the words name a medicine, and others around them say that it may be over."""
        only_named = fact.when_past == "denies" or (match.phrase.isupper() and match.phrase.isalpha())
        return only_named and names_medicine(match, self._passage) and may_be_over(match, self._passage)

    def _is_of_another_site(self, match: Match[Meaning]) -> bool:
        """Whether a gap goes from one place of the body over the next: `on my feet my calves throb`."""
        tokens, classes, used = self._passage.tokens, self._passage.classes, set(match.used)
        if ".." not in match.phrase or not any(name == "SITE" for name, _ in classes[match.first]):
            return False
        gap = [place for place in range(match.first, match.last) if place not in used]
        if any(tokens[place].low in _JOINS for place in gap):
            return False
        return any(name == "SITE" for place in gap for name, _ in classes[place])

    def _affirmed_of_another(self, match: Match[Meaning]) -> bool:
        """Whether what is denied is said at once of something else: `don't swell but my ankles do`."""
        tokens = self._passage.tokens
        low = self._passage.clause(match.last)[1]
        if low >= len(tokens) or tokens[low - 1].low not in ("but", "though", "although"):
            return False
        high = self._passage.clause(low)[1]
        end = next((at for at in range(low, high) if tokens[at].low in _PREPOSITIONS), high)
        said = [token.low for token in tokens[low:end] if token.kind == "word"]
        return len(said) > 1 and said[-1] in _ELLIPTIC

    def _denied_at_times(self, fact: Fact, match: Match[Meaning]) -> bool:
        """Whether a complaint is denied only of a time: `no pain at rest`, `no swelling when I wake`."""
        following = [token.low for token in self._passage.tokens[match.last + 1 : match.last + 3]]
        if self._is_event(fact) or not following or self._passage.ends(match.last + 1):
            return False
        return following[0] in _WHEN or tuple(following) in _AT_TIMES

    def _is_event(self, fact: Fact) -> bool:
        """Whether a fact is an illness, a medicine, a test or an event, and no complaint of now."""
        return fact.when_past is not None or fact.within_days is not None or fact.answered_by == "lab"

    def _is_of_another(self, fact: Fact, match: Match[Meaning]) -> bool:
        """Whether a time or a rate belongs to an illness or a medicine that is named nearest to it."""
        if not is_of_time(fact):
            return False
        low, high = self._passage.clause(match.first)
        used = set(match.used)
        near: list[tuple[int, bool, bool]] = []
        for at in self._between(max(low, match.first - _NEAR), min(high, match.last + _NEAR)):
            other = self._matches[at]
            of = self._facts[other.meaning.fact]
            if of.id == fact.id or of.fixed or other.meaning.role == "nothing":
                continue
            apart = other.first - match.last if other.first > match.last else match.first - other.last
            near.append(
                (
                    0 if not used.isdisjoint(other.used) else max(apart, 0),
                    self._events[at],
                    of.within_days is not None,
                )
            )
        if near:
            nearest = min(apart for apart, _, _ in near)
            here = [(event, dated) for apart, event, dated in near if apart == nearest]
            return all(event for event, _ in here) or any(dated for _, dated in here)
        before = [
            of
            for at in self._between(self._passage.sentence(match.first)[0], low)
            if not (of := self._facts[self._matches[at].meaning.fact]).fixed
            and of.id != fact.id
            and self._matches[at].meaning.role != "nothing"
        ]
        if not before:  # `two weeks ago` alone may be of anything
            assert match.number is not None
            about = {*range(match.number.first, match.number.after)}
            return all(self._passage.tokens[place].low in ("ago", "back") for place in used - about)
        return self._is_event(before[-1])

    def _between(self, low: int, high: int) -> range:
        """The matches that begin between two places, at the most the last hundred of them."""
        begin, end = bisect_left(self._firsts, max(low, high - 200)), bisect_left(self._firsts, high)
        return range(max(begin, end - 100), end)

    @cached_property
    def _events(self) -> list[bool]:
        """For every match whether it is of an event or names a medicine."""
        medicine = [any(name == "MEDICINE" for name, _ in each) for each in self._passage.classes]
        return [
            self._is_event(self._facts[each.meaning.fact]) or any(medicine[place] for place in each.used)
            for each in self._matches
        ]

    def _too_long_ago(self, within: float, match: Match[Meaning]) -> bool:
        """Whether the clause says that it was longer ago than counts."""
        low, high = self._passage.clause(match.first)
        tokens = self._passage.tokens
        for place in range(max(low, match.first - 30), min(high, match.last + 30)):
            before = tokens[place - 1].low if place > low else ""
            if (self._passage.is_a("MONTH", place) and before in _DATES) or (
                before,
                tokens[place].low,
            ) in _YEARS:
                return True  # nobody knows how long ago that was, or it was long ago
            for number in self._passage.numbers.get(place, ()):
                ago = number.after < high and tokens[number.after].low in ("ago", "back", "since", "earlier")
                if number.days is not None and ago and number.days > within:
                    return True
                if number.days is None and 1900 < number.value < 2100 and tokens[place].low.isdigit():
                    return True  # a year
        return False

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
