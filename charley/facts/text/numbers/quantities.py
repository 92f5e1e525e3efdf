"""A number found in a text as a value of a fact: in its unit, within its range, on its side."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from charley.facts.answer import NotUnderstood, Unknown, parse_answer
from charley.facts.text.numbers.newest import newest
from charley.facts.text.numbers.number import Number
from charley.facts.text.numbers.tested import is_other_test, unit_on_scale, wrong_amount
from charley.facts.text.passage import Passage
from charley.facts.text.phrases import Match
from charley.facts.vocabulary import Fact, Value

__all__ = ["difference", "is_of_time", "numbers_of_sides", "quantity"]

_UNIT: Final = re.compile(
    r"\s?(%|mmol/mol|[a-zA-Zµμ]{1,5}(?:\[[a-zA-Z]+\])?/(?:min/)?(?:1\.73\s?m2|[a-zA-Z0-9]+)"
    r"|mmhg|mm hg|bpm|cm|mm\b|kpa|x ?10\^?9/l|/[uµμ]l\b|/mm3)",
    re.IGNORECASE,
)
_DAYS: Final = {"a": 365.25, "d": 1.0, "wk": 7.0, "mo": 365.25 / 12, "h": 1 / 24, "min": 1 / 1440}
_A_WEEK: Final = "/wk"
_SIDES: Final = {
    **dict.fromkeys(("left", "l", "lt"), ("left",)),
    **dict.fromkeys(("right", "r", "rt"), ("right",)),
    **dict.fromkeys(("both", "bilaterally", "bilat", "bilateral"), ("left", "right")),
}
_EARLIER: Final = {"prev", "previous", "previously"}
"""Before a number: it is of an earlier day."""

_NOT_AT_REST: Final = {"post", "after", "exercise", "treadmill", "walking", "tbi", "tbpi", "toe"}
"""What follows was measured after effort or at the toe, and is no value of the ankle at rest."""

_HIGHEST_RATIO: Final = 3
_SMALLEST, _LARGEST = 15, 100
"""The measures of a limb, in centimetres."""

_FAR: Final = 24
_BESIDE: Final = 5
"""A measure stands so near to the name of what is measured, and to the measure that it is compared with."""

_AGAINST: Final = {"vs", "v", "versus", "cf", "against", "compared", "other", "/"}
_AFTER_A_MEASURE: Final = {"cm", ".", ",", ";", ")", "("}


def is_of_time(fact: Fact) -> bool:
    """Whether a fact is a span of time or a rate, which may belong to something else that was named."""
    return fact.unit == _A_WEEK or (fact.unit in _DAYS and fact.unit != "a")


def quantity(fact: Fact, match: Match[Any], passage: Passage) -> Value | None:
    """The number of a match in the fact's own unit, or None where it is none or does not fit."""
    number = match.number
    if number is not None and number.days is None and fact.answered_by == "lab":
        number = newest(passage, number)
    if number is None or not (number.exact or _is_named_limit(number, match, passage)):
        return None
    tested = fact.answered_by == "lab" and match.last < number.after
    if tested and is_other_test(match, number, passage):
        return None
    if number.days is not None:
        value = number.days / _DAYS[fact.unit] if fact.unit in _DAYS else None
        return None if value is None else _fitting(fact, round(value, 3) if value < 3 else round(value))
    of_time = any(each.days is not None for each in passage.numbers.get(number.first, ()))
    if fact.unit == "a":
        whole = number.value == int(number.value) and 0 < number.value <= 120
        other = (of_time and match.last < number.after) or _is_other_measure(number, match, passage)
        return _fitting(fact, int(number.value)) if whole and not other else None
    if (of_time and fact.unit != _A_WEEK) or fact.unit in _DAYS:
        return None
    behind = passage.tokens[number.after - 1].end
    written = _UNIT.match(passage.text, behind)
    unit = None if written is None else written[1]
    if tested:
        unit = unit_on_scale(fact, unit, passage.text[behind:])
    if unit is not None and match.last < number.after and fact.unit != "{score}":
        return _fitting(fact, f"{number.value!r} {unit}")
    if tested and wrong_amount(fact, passage.text[behind:]):
        return None
    plain = int(number.value) if number.value == int(number.value) else number.value
    fitting = _fitting(fact, plain)
    if fitting is None and fact.answered_by == "lab":  # `HbA1c 74` can only be on the other scale
        others = [_fitting(fact, f"{plain} {each.unit.partition('{')[0]}") for each in fact.conversions]
        possible = [each for each in others if each is not None]
        return possible[0] if len(possible) == 1 else None
    return fitting


def _is_named_limit(number: Number, match: Match[Any], passage: Passage) -> bool:
    """Whether the phrase itself asks for a bound: `ref < NUMBER`."""
    return number.limit and not number.vague and number.first - 1 in match.used


def _is_other_measure(number: Number, match: Match[Any], passage: Passage) -> bool:
    if match.last >= number.after or number.after >= len(passage.tokens):
        return False
    after = passage.tokens[number.after]
    clock = after.low == ":" and passage.tokens[number.after + 1 : number.after + 2]
    if clock and clock[0].kind == "number" and clock[0].start == after.end:
        return True  # `02:10`
    if after.low == "in":  # `32 in` is a length, and `turned 77 in May` an age
        return number.after + 1 >= len(passage.tokens) or passage.tokens[number.after + 1].kind != "word"
    return passage.is_a("NOAGE", number.after)


def _fitting(fact: Fact, given: Any) -> Value | None:
    try:
        value = parse_answer(fact, given)
    except NotUnderstood:
        return None
    return None if isinstance(value, Unknown) else value


def numbers_of_sides(
    match: Match[Any], passage: Passage, facts: dict[str, Fact]
) -> Iterator[tuple[Fact, Value, Match[Any]]]:
    """The numbers of a test that is done on each side: `ABPI L 0.38, R 0.61`, `.58 on the right`."""
    for side, number, used in _pairs(match, passage, _HIGHEST_RATIO):
        value = _fitting(facts[side], number.value) if side in facts and number.exact else None
        if value is not None:
            yield facts[side], value, Match(match.meaning, match.phrase, used, number)


def difference(fact: Fact, match: Match[Any], passage: Passage) -> tuple[Value, Match[Any]] | None:
    """How far the measures of the two sides are apart: `calf L 38 cm, R 34.5 cm`."""
    sides = {side: (number, used) for side, number, used in _pairs(match, passage, _LARGEST) if number.exact}
    both = [*sides.values()] or _compared(match, passage)
    if len(both) != 2:
        return None
    (first, of_first), (second, of_second) = both
    if first is second or min(first.value, second.value) < _SMALLEST:
        return None
    value = _fitting(fact, round(abs(first.value - second.value), 2))
    used = tuple(sorted({*of_first, *of_second}))
    return None if value is None else (value, Match(match.meaning, match.phrase, used, first))


def _compared(match: Match[Any], passage: Passage) -> list[tuple[Number, tuple[int, ...]]]:
    """Two measures of which no side is told: `calf 38 vs 35`, `calf 40 cm, other side 36`."""
    tokens, high = passage.tokens, min(match.last + _FAR, passage.sentence(match.first)[1])
    found: list[tuple[Number, tuple[int, ...]]] = []
    for place in range(match.last + 1, high):
        number = next((each for each in passage.numbers.get(place, ()) if each.days is None), None)
        if number is None:
            continue
        begin = found[0][0].after if found else match.last + 1
        between = {token.low for token in tokens[begin:place]}
        after = tokens[number.after].low if number.after < len(tokens) else "."
        if not number.exact or after not in _AFTER_A_MEASURE | _AGAINST:
            return []
        if place - begin > _BESIDE or (found and between.isdisjoint(_AGAINST)):
            return []
        found.append((number, (*match.used, *range(begin, number.after))))
        if len(found) == 2:
            break
    return found


def _pairs(
    match: Match[Any], passage: Passage, highest: float
) -> Iterator[tuple[str, Number, tuple[int, ...]]]:
    tokens = passage.tokens
    high = min(match.first + _FAR, passage.sentence(match.first)[1])
    if not passage.has_number(match.first, high):
        return
    pending = _SIDES.get(tokens[match.first - 1].low, ()) if match.first else ()
    waiting: Number | None = None
    number_first = False  # `1.02 R / 0.97 L`, and not `R 1.02, L 0.97`
    for place in range(match.first, high):
        if tokens[place].low in _NOT_AT_REST and place > match.last:
            return
        sides = _SIDES.get(tokens[place].low)
        number = next((each for each in passage.numbers.get(place, ()) if each.days is None), None)
        if number is not None and tokens[place].kind == "number":
            if tokens[place - 1].low in _EARLIER:
                continue
            if number.value > highest:
                return
            for side in pending:
                yield side, number, (*match.used, *range(place, number.after))
            number_first = number_first or not pending
            waiting = None if pending else number
            pending = ()
        elif sides is not None and waiting is not None:
            for side in sides:
                yield side, waiting, (*match.used, *range(waiting.first, place + 1))
            waiting = None
        elif sides is not None and not number_first:
            pending = sides
