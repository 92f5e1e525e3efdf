"""A text read for facts: every fact that is stated of this person now, with the words it was taken from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from charley.facts.answer import NotUnderstood, Unknown, parse_answer
from charley.facts.text.numbers import Number
from charley.facts.text.phrases import Match, PhraseTree, Text
from charley.facts.text.scopes import Scopes, Trigger, scope_words, scopes_in
from charley.facts.text.spelling import Spelling
from charley.facts.text.words import words_of
from charley.facts.vocabulary import Fact, Value

__all__ = ["Reader", "Reading", "Taken"]

_UNIT: Final = re.compile(
    r"\s?(%|mmol/mol|[a-zA-Zµμ]{1,5}(?:\[[a-zA-Z]+\])?/(?:min/)?(?:1\.73\s?m2|[a-zA-Z0-9]+)|mmhg|mm hg|bpm|cm|mm\b|kpa|x ?10\^?9/l)",
    re.IGNORECASE,
)
_DAYS: Final = {"a": 365.25, "d": 1.0, "wk": 7.0, "mo": 365.25 / 12, "h": 1 / 24, "min": 1 / 1440}
_NO_AGE: Final = {
    *("kg", "st", "stone", "cm", "mm", "%", "ft", "mg", "in", "th", "/", "lb", "lbs", "pounds", "m", "km", "mile", "yards"),
    *("foot", "feet", "inches", "units", "degrees", "pack", "pints", "weeks", "days", "months", "minutes", "hours", "nights", "times", "x", "a", "per"),
    *("out", "am", "pm", "over", "g", "ml", "mcg", "cigarettes", "fags", "yds", "bmi", "o", "/", "steps", "months", "metres"),
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase says: a fact with a value; `role` says what it says when it is denied."""

    fact: str
    value: Value | None
    role: str
    """`states`, `enough` (its denial says nothing), `needed` (it alone says nothing), `denies`, `number`."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A fact taken from a text: its value, where it was said, in which words, and why it was read so."""

    fact: str
    value: Value
    start: int
    end: int
    words: str
    phrase: str
    because: tuple[str, ...] = ()

    @property
    def span(self) -> tuple[int, int]:
        return self.start, self.end

    @property
    def why(self) -> str:
        """One sentence: the words, the phrase that they are, and what turned its meaning."""
        told = f"`{self.words}` is read as `{self.phrase}`"
        return told + "".join(f", with `{word}`" for word in self.because)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of a text. Nothing of it is told to anybody before it is confirmed."""

    text: str
    taken: tuple[Taken, ...]
    doubtful: tuple[Taken, ...]
    not_understood: tuple[tuple[int, int], ...]

    @property
    def facts(self) -> dict[str, Value]:
        """The facts with their values, as a record takes them."""
        return {each.fact: each.value for each in self.taken}

    @property
    def spans(self) -> dict[str, tuple[int, int]]:
        """Where in the text each fact was said."""
        return {each.fact: each.span for each in self.taken}

    def to_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "facts": self.facts,
            "taken": [asdict(each) for each in self.taken],
            "doubtful": [asdict(each) for each in self.doubtful],
            "not_understood": [{"start": a, "end": b, "words": self.text[a:b]} for a, b in self.not_understood],
        }


@dataclass(frozen=True, slots=True)
class _Said:
    """A match with what its surroundings make of it."""

    fact: Fact
    value: Value | None
    match: Match[Meaning]
    status: str
    """`stated`, `doubtful`, `other` or `dropped`."""
    because: tuple[str, ...]


class Reader:
    """Reads texts of one language for the facts of one vocabulary. Making it takes the time, not reading."""

    def __init__(self, facts: Iterable[Fact], language: str = "en") -> None:
        self.language = {"en": "english"}[language]
        self.facts = {fact.id: fact for fact in facts}
        self.tree: PhraseTree[Meaning] = PhraseTree(words_of(self.language))
        for fact in self.facts.values():
            said = fact.said_as
            if said is None or language not in said:
                continue
            for meaning, phrase in meanings(fact, said[language]):
                self.tree.add(phrase, meaning, number_after=meaning.role == "number")
        self.spelling = Spelling(self.tree.vocabulary | scope_words(self.language))

    def read(self, text: str) -> Reading:
        """The facts that are stated in a text of this person now."""
        seen = Text(text, words_of(self.language), self.spelling.respelled)
        scopes = scopes_in(seen, self.language)
        matches = _longest_of_each_fact(_alive(self.tree.find(seen), scopes))
        self._matches = matches
        said = [each for match in matches if (each := self._assess(match, seen, scopes)) is not None]
        sided = list(self._sided(matches, seen))
        of_sides = {place for each in sided for place in each.match.used}
        said = [each for each in said if not of_sides.issuperset(each.match.used)] + sided
        return _Reading(self, seen, scopes, said).made()

    def _of_another(self, fact: Fact, match: Match[Meaning], scopes: Scopes) -> bool:
        """Whether a time or a rate belongs to an illness or a medicine that is named nearest to it."""
        if fact.unit not in _DAYS and fact.unit != "/wk" or fact.unit == "a":
            return False
        low, high = scopes.clause(match.first)
        used = set(match.used)
        near: list[tuple[int, bool]] = []
        for other in self._matches:
            if other.meaning.fact == fact.id or not low <= other.first < high:
                continue
            apart = other.first - match.last if other.first > match.last else match.first - other.last
            of = self.facts[other.meaning.fact]
            if of.fixed or of.id in ("sex_at_birth",):
                continue
            event = of.when_past is not None or of.within_days is not None
            if not used.isdisjoint(other.used):
                apart = 0
            near.append((max(apart, 0), event))
        if not near:
            before = [other for other in self._matches if other.last < low and self.facts[other.meaning.fact].group != "demographics"]
            if before and scopes.sentence(match.first)[0] <= before[-1].first:
                of = self.facts[before[-1].meaning.fact]
                return of.when_past is not None or of.within_days is not None
        return bool(near) and min(near)[1] and all(event for apart, event in near if apart == min(near)[0])

    def _assess(self, match: Match[Meaning], text: Text, scopes: Scopes) -> _Said | None:
        fact = self.facts[match.meaning.fact]
        if fact.side is not None:
            return None
        triggers = _of(match, scopes)
        kinds = {trigger.kind for trigger in triggers}
        if match.meaning.role == "nothing":
            return None
        because = tuple(dict.fromkeys(trigger.term for trigger in triggers))
        value, role = match.meaning.value, match.meaning.role
        if fact.fixed:
            kinds -= {"past", "ended", "negation"}
        if "other" in kinds:
            return _Said(fact, value, match, "other", because)
        if kinds & {"doubt", "question", "later"}:
            return _Said(fact, value, match, "doubtful", because)
        if role == "number" or match.meaning.value is None:
            number = self._number(fact, match, text)
            if number is None or "negation" in kinds or self._of_another(fact, match, scopes):
                return None
            return _Said(fact, number, match, "stated", because)
        if fact.within_days is not None and self._too_old(fact, match, text, scopes):
            return _Said(fact, value, match, "dropped", because)
        denied = sum(trigger.kind == "negation" for trigger in triggers) % 2 == 1
        if kinds & {"past", "ended"} and fact.when_past != "counts":
            if fact.when_past == "denies" and "ended" in kinds and role in ("states", "enough"):
                return _Said(fact, False, match, "stated", because)
            return _Said(fact, value, match, "dropped", because)
        if fact.kind != "boolean":
            return _Said(fact, value, match, "dropped" if denied else "stated", because)
        if role == "denies":
            return _Said(fact, False, match, "dropped" if denied else "stated", because)
        if denied:
            return _Said(fact, False, match, "dropped" if role == "enough" else "stated", because)
        return _Said(fact, True, match, "dropped" if role == "needed" else "stated", because)

    def _too_old(self, fact: Fact, match: Match[Meaning], text: Text, scopes: Scopes) -> bool:
        """Whether the clause says that it was longer ago than counts for this fact."""
        assert fact.within_days is not None
        low, high = scopes.clause(match.first)
        for place in range(low, high):
            for number in text.numbers.get(place, ()):
                told = number.after < high and text.tokens[number.after].low in ("ago", "back", "since", "earlier")
                if number.days is not None and told and number.days > fact.within_days:
                    return True
                year = number.value if number.days is None and text.tokens[place].kind == "number" else 0
                if 1900 < year < 2100 and text.tokens[place].low.isdigit():
                    return True
        return False

    def _number(self, fact: Fact, match: Match[Meaning], text: Text) -> Value | None:
        number = match.number
        if number is None or not number.exact:
            return None
        unit = fact.unit or ""
        if number.days is not None:
            if unit not in _DAYS:
                return None
            value = number.days / _DAYS[unit]
            return self._fitting(fact, round(value, 3) if value < 3 else round(value))
        after = text.tokens[number.after] if number.after < len(text.tokens) else None
        if unit in _DAYS and unit != "a":
            return None
        timed = any(each.days is not None for each in text.numbers.get(number.first, ()))
        if timed and unit != "a":
            return None
        if unit == "a":
            whole = number.value == int(number.value) and 0 < number.value <= 120
            if not whole or (timed and match.last < number.after) or self._is_other_measure(text, number, match):
                return None
            return self._fitting(fact, int(number.value))
        written = _UNIT.match(text.text, text.tokens[number.after - 1].end) if after is not None else None
        if written and unit != "{score}":
            given = written[1]
            if given.lower() == "mmol/mol" and unit == "%":  # IFCC to NGSP, the master equation
                return self._fitting(fact, round(0.09148 * number.value + 2.152, 1))
            return self._fitting(fact, f"{number.value!r} {given}")
        return self._fitting(fact, int(number.value) if number.value == int(number.value) else number.value)

    def _is_other_measure(self, text: Text, number: Number, match: Match[Meaning]) -> bool:
        if match.last >= number.after:
            return False
        after = text.tokens[number.after] if number.after < len(text.tokens) else None
        return after is not None and after.low in _NO_AGE

    def _fitting(self, fact: Fact, given: Any) -> Value | None:
        try:
            value = parse_answer(fact, given)
        except NotUnderstood:
            return None
        return None if isinstance(value, Unknown) else value

    def _sided(self, matches: list[Match[Meaning]], text: Text) -> Iterator[_Said]:
        """Numbers of a test that is done on each side: `ABPI L 0.38, R 0.61`, `.58 on the right`."""
        facts = {fact.side: fact for fact in self.facts.values() if fact.side is not None}
        starts = sorted({match.first for match in matches if self.facts[match.meaning.fact].side is not None})
        named = {match.first: match for match in matches if self.facts[match.meaning.fact].side is not None}
        for at, first in enumerate(starts):
            match = named[first]
            stop = starts[at + 1] if at + 1 < len(starts) else first + 24
            yield from (
                _Said(facts[side], value, Match(match.meaning, match.phrase, used, number), "stated", ())
                for side, number, used in _sides(text, match, stop)
                if side in facts and number.exact and (value := self._fitting(facts[side], number.value)) is not None
            )


def _sides(text: Text, match: Match[Meaning], stop: int) -> Iterator[tuple[str, Number, tuple[int, ...]]]:
    names = {"left": "left", "l": "left", "lt": "left", "right": "right", "r": "right", "rt": "right"}
    names |= {"both": "both", "bilaterally": "both", "bilat": "both", "bilateral": "both"}
    before = names.get(text.tokens[match.first - 1].low) if match.first else None
    pending, waiting = before, None
    place = match.first
    while place < min(stop, len(text.tokens)):
        token = text.tokens[place]
        side = names.get(token.low)
        number = next((n for n in text.numbers.get(place, ()) if n.days is None), None)
        if side is not None:
            if waiting is not None and token.low not in ("l", "r"):
                for each in ("left", "right") if side == "both" else (side,):
                    yield each, waiting, (*match.used, *range(waiting.first, place + 1))
                waiting = None
                pending = None
            elif waiting is not None and not any(place < n < place + 4 for n in text.numbers):
                yield side, waiting, (*match.used, *range(waiting.first, place + 1))
                waiting = pending = None
            else:
                pending = side
        elif number is not None and token.kind == "number":
            if number.value > 3:
                return
            if pending is not None:
                for each in ("left", "right") if pending == "both" else (pending,):
                    yield each, number, (*match.used, *range(place, number.after))
                pending = None
            else:
                waiting = number
        elif token.low in (".", ";") and not text.is_dot_inside(place) and place > match.last:
            return
        place += 1


def meanings(fact: Fact, said: Any) -> Iterator[tuple[Meaning, str]]:
    """Each phrase of a fact with what it means."""
    groups: Mapping[str, Iterable[str]] = said if isinstance(said, Mapping) else {"states": said}
    for name, phrases in groups.items():
        for phrase in phrases:
            if fact.kind == "number":
                yield Meaning(fact.id, None, name if name == "nothing" else "number"), phrase
            elif fact.kind == "choice":
                yield Meaning(fact.id, name, name if name == "nothing" else "states"), phrase
            else:
                yield Meaning(fact.id, name != "denies", name), phrase


def _alive(matches: list[Match[Meaning]], scopes: Scopes) -> list[Match[Meaning]]:
    """Those that do not lie inside words that state nothing."""
    alive = []
    for match in matches:
        idle = any(
            trigger.kind == "idle" and trigger.low <= match.first and match.last < trigger.high
            and (match.first, match.last + 1) != (trigger.low, trigger.high)
            or trigger.kind == "idle" and (match.first, match.last + 1) == (trigger.low, trigger.high)
            for trigger in scopes.at(match.first)
        )
        if not idle:
            alive.append(match)
    return alive


def _longest_of_each_fact(matches: list[Match[Meaning]]) -> list[Match[Meaning]]:
    """Where two phrases of one fact share a word, the one that uses more of the text."""
    kept: list[Match[Meaning]] = []
    taken: dict[str, set[int]] = {}
    roles = ("nothing", "number", "denies", "states", "enough", "needed")
    order = sorted(
        matches,
        key=lambda match: (
            -len(match.used),
            match.last - match.first,
            roles.index(match.meaning.role),
            match.first,
            match.phrase,
        ),
    )
    for match in order:
        words = taken.setdefault(match.meaning.fact, set())
        if words.isdisjoint(range(match.first, match.last + 1)):
            words.update(range(match.first, match.last + 1))
            kept.append(match)
    return sorted(kept, key=lambda match: (match.first, match.last))


def _of(match: Match[Meaning], scopes: Scopes) -> list[Trigger]:
    """The triggers that reach a match and are no words of it."""
    used = set(match.used)
    found: dict[Trigger, None] = {}
    own = any(
        trigger.kind == "other" and not used.isdisjoint(range(trigger.first, trigger.after))
        for trigger in scopes.at(match.first)
    )
    for trigger in scopes.at(match.last):
        found[trigger] = None
    for trigger in scopes.at(match.first):
        if trigger.kind in ("doubt", "question", "later", "other"):
            found[trigger] = None
    return [
        trigger
        for trigger in found
        if not (match.first <= trigger.first and trigger.after <= match.last + 1 and not used.isdisjoint(range(trigger.first, trigger.after)))
        and not (own and trigger.kind == "other")
        and trigger.kind not in ("idle", "none", "terminator", "correction")
    ]


class _Reading:
    """Several mentions of each fact made into one value, or none."""

    def __init__(self, reader: Reader, text: Text, scopes: Scopes, said: list[_Said]) -> None:
        self.reader, self.text, self.scopes, self.said = reader, text, scopes, said

    def made(self) -> Reading:
        by_fact: dict[str, list[_Said]] = {}
        for each in self.said:
            by_fact.setdefault(each.fact.id, []).append(each)
        taken: list[Taken] = []
        doubtful: list[Taken] = []
        for mentions in by_fact.values():
            chosen, stated = self._choose(mentions)
            if chosen is not None:
                (taken if stated else doubtful).append(self._taken(chosen))
        return Reading(
            self.text.text,
            tuple(sorted(taken, key=lambda each: (each.start, each.fact))),
            tuple(sorted(doubtful, key=lambda each: (each.start, each.fact))),
            tuple(self._not_understood()),
        )

    def _choose(self, mentions: list[_Said]) -> tuple[_Said | None, bool]:
        fact = mentions[0].fact
        stated = [each for each in mentions if each.status == "stated"]
        if not stated:
            doubted = [each for each in mentions if each.status == "doubtful" and each.value is not None]
            return (doubted[0] if doubted else None), False
        values = {each.value for each in stated}
        if len(values) == 1:
            return stated[0], True
        if fact.kind == "boolean":
            if fact.answered_by == "clinician":  # found in one place, not in another
                return next(each for each in stated if each.value is True), True
            sizes = {value: max(len(each.match.used) for each in stated if each.value is value) for value in values}
            if sizes[True] == sizes[False]:
                return stated[0], False
            best = max(sizes, key=lambda value: sizes[value])
            return next(each for each in stated if each.value is best), True
        stated = self._corrected(stated)
        if fact.kind == "number":
            return stated[-1] if fact.answered_by == "lab" else stated[0], True
        return stated[0], True

    def _corrected(self, stated: list[_Said]) -> list[_Said]:
        """Without what was taken back: `left, no, the right one`."""
        places = [trigger.first for trigger in self.scopes.triggers if trigger.kind == "correction"]
        for place in places:
            before = [each for each in stated if each.match.last < place]
            after = [each for each in stated if each.match.first > place]
            if before and after and after[0].match.first - place < 8 and place - before[-1].match.last < 6:
                stated = [each for each in stated if each is not before[-1]]
        return stated

    def _taken(self, said: _Said) -> Taken:
        tokens = self.text.tokens
        start, end = tokens[said.match.first].start, tokens[said.match.last].end
        assert said.value is not None
        return Taken(said.fact.id, said.value, start, end, self.text.text[start:end], said.match.phrase, said.because)

    def _not_understood(self) -> Iterator[tuple[int, int]]:
        return iter(())
