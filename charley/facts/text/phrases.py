"""Phrases, and finding them: one tree of all phrases, walked from every word of the text.

A phrase is words, compared by their stems. A word in capitals is a class of words (`LEG`), `a/b` is either,
`(a)` may be missing, `..` stands for up to five words of the same clause, `...` for up to twelve of the same
sentence, `=word` is that very form of the word, `^` is the beginning of a sentence and `$` its end. `NUMBER`,
`DURATION` and `SLASHED` (`3/52`) are what the phrase is about, `FIGURE` is a number beside it
(`bp NUMBER / FIGURE`); `NUMBER>=38<43` and `DURATION<84` are conditions, in days for a span of time. Between
the words of a phrase may stand words that change nothing: `my`, `left`, `really`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Generic, TypeVar

from charley.facts.text.numbers import Number
from charley.facts.text.passage import Passage
from charley.facts.text.words import GAPS, SLOT, Lexicon

__all__ = ["Match", "PhraseTree", "newest"]

Meaning = TypeVar("Meaning")

_INITIALS: Final = {"N", "D", "S", "F"}
"""What the name of a number begins with."""

_SLOTS: Final = 0
"""The branch of a node under which its conditions on numbers stand."""

_STOPS: Final = {".", "!", "?", ";"}
_COMPARE: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
}
_ARROWS: Final = {"\u2192", "->", "=>"}
_REPEATED: Final = {"repeat", "repeated", "rpt"}
_LATELY: Final = {
    *_REPEATED,
    *("now", "today", "yesterday", "latest", "currently", "monday", "tuesday", "wednesday", "thursday"),
    *("friday", "saturday", "sunday"),
}
"""Words beside the newer of two results."""
_MOST_RESULTS: Final = 6
"""So many results of one test are followed."""

_BEFORE: Final = {"was", "previously", "prev", "previous", "from", "before"}
"""Words beside the older one, although a day is told: `3.1 (was 2.8 on Friday)`."""

_OPENS: Final = {".", "!", "?", "-", "\u2022"}
_BREAKS: Final = {
    "and",
    "&",
    ".",
    "!",
    "?",
    ";",
    ",",
    ":",
    "(",
    ")",
    "but",
    "no",
    "non",
    "nil",
    "without",
    "denies",
    "though",
    "although",
}


@dataclass(frozen=True, slots=True)
class Match(Generic[Meaning]):
    """A phrase found: the tokens it used, the number it is about, and what it means."""

    meaning: Meaning
    phrase: str
    used: tuple[int, ...]
    number: Number | None = None

    @property
    def first(self) -> int:
        return self.used[0]

    @property
    def last(self) -> int:
        return self.used[-1]


class _Root(Generic[Meaning]):
    """The root of a tree, whose branches grow when they are first met: a text meets few of them."""

    def __init__(self) -> None:
        self._waiting: dict[Any, list[tuple[str, tuple[Meaning, str, bool]]]] = {}
        self._grown: dict[Any, dict[Any, Any]] = {}

    def add(self, way: str, leaf: tuple[Meaning, str, bool]) -> None:
        first = way.partition(" ")[0]
        self._waiting.setdefault(_SLOTS if _is_slot(first) else first, []).append((way, leaf))

    def get(self, step: Any, default: Any = None) -> Any:
        """The branch of this step, or `default`."""
        for way, (meaning, phrase, number_after) in self._waiting.pop(step, ()):
            node: dict[Any, Any] = self._grown
            about = False
            for each in way.split(" "):
                if _is_slot(each):
                    node, about = node.setdefault(_SLOTS, {}), True
                node = node.setdefault(each, {})
            node.setdefault(None, []).append((meaning, phrase, number_after and not about))
        return self._grown.get(step, default)


def _is_slot(step: str) -> bool:
    return step[0] in _INITIALS and SLOT.fullmatch(step) is not None


class PhraseTree(Generic[Meaning]):
    """All phrases as one tree; a branch is a stem, a class, a gap or a number."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._root: _Root[Meaning] = _Root()

    def add(self, phrase: str, meaning: Meaning, *, number_after: bool = False) -> None:
        """Add a phrase. With `number_after` the number it is about follows it: `potassium` .. `2.9`.

        Raises `BadPhrase`.
        """
        for way in self._lexicon.spellings(phrase):
            self._root.add(way, (meaning, phrase, number_after))

    def find(self, text: Passage) -> list[Match[Meaning]]:
        """Every phrase in the text, from left to right, the shortest first where several start together."""
        found: list[Match[Meaning]] = []
        for place in range(len(text.tokens)):
            for root in self._roots(text, place):
                for node, used, after, number in self._branches(root, text, place, ()):
                    self._walk(node, text, used, after, number, found)
        return found

    def _roots(self, text: Passage, place: int) -> Iterator[Any]:
        yield self._root
        opening = self._root.get("^")
        if opening is not None and (place == 0 or text.tokens[place - 1].low in _OPENS):
            yield opening

    def _walk(
        self,
        node: dict[Any, Any],
        text: Passage,
        used: tuple[int, ...],
        place: int,
        number: Number | None,
        found: list[Match[Meaning]],
    ) -> None:
        for meaning, phrase, number_after in node.get(None, ()):
            if not number_after:
                found.append(Match(meaning, phrase, used, number))
                continue
            following = self._number_after(text, place)
            if following is not None:
                found.append(
                    Match(meaning, phrase, (*used, *range(following.first, following.after)), following)
                )
        if len(node) == (None in node):
            return
        at = place
        size = len(text.tokens)
        ending = node.get("$")
        if ending is not None and (text.ends(place) or text.is_end_mark(place)):
            self._walk(ending, text, used, place, number, found)
        while at < size:  # the next word, or the next after words that change nothing
            for branch, then, after, value in self._branches(node, text, at, used):
                self._walk(branch, text, then, after, value or number, found)
            if not text.filler[at] or at - place > 4:
                break
            at = text.filler[at]
        for gap, reach in GAPS.items():
            if gap not in node:
                continue
            left = reach  # words that change nothing do not count
            for at in range(place, min(place + 2 * reach, size)):
                for branch, then, after, value in self._branches(node[gap], text, at, used):
                    self._walk(branch, text, then, after, value or number, found)
                left -= not text.filler[at]
                if left < 0 or self._breaks(text, at, gap):
                    break

    def _breaks(self, text: Passage, place: int, gap: str) -> bool:
        """Whether a gap cannot go on over this place."""
        low = text.tokens[place].low
        if low == "." and text.is_dot_inside(place):
            return False
        if low == "&" and place and text.tokens[place - 1].end == text.tokens[place].start:
            return False  # `A&E`
        return low in (_BREAKS if gap == ".." else _STOPS)

    def _branches(
        self, node: Any, text: Passage, place: int, used: tuple[int, ...]
    ) -> Iterator[tuple[dict[Any, Any], tuple[int, ...], int, Number | None]]:
        for step, end in text.steps[place]:
            branch = node.get(step)
            if branch is not None:
                yield branch, (*used, *range(place, end)), end, None
        for number in text.numbers.get(place, ()):
            for slot, branch in _fitting(node, text, number):
                about = None if slot.startswith("FIGURE") else number
                yield branch, (*used, *range(place, number.after)), number.after, about

    def _number_after(self, text: Passage, place: int) -> Number | None:
        """The number that a test's name leads to: `potassium came back at 2.9`."""
        at, size, skipped = place, len(text.tokens), 0
        while at < size and skipped < 8:
            for number in text.numbers.get(at, ()):
                if number.days is None and text.tokens[at].kind == "number":
                    return newest(text, number)
            end = max((end for name, end in text.classes[at] if name in ("LINK", "FILLER")), default=0)
            if not end:
                return None
            skipped += end - at
            at = end
        return None


def newest(text: Passage, number: Number) -> Number:
    """The result of now, where older ones stand before it: `14 in March and is 52 now`, `2.6 -> 3.9`."""
    for _ in range(_MOST_RESULTS):
        later = _newer(text, number)
        if later is None:
            break
        number = later
    return number


def _newer(text: Passage, number: Number) -> Number | None:
    """The result of now, where an older one stands before it: `14 in March and is 52 now`."""
    place = _after_brackets(text, number.after)
    arrow = "".join(token.low for token in text.tokens[place : place + 2])
    if arrow[:1] in _ARROWS or arrow in _ARROWS:  # `2.6 -> 3.9`
        after = place + (1 if arrow[:1] in _ARROWS else 2)
        after += after < len(text.tokens) and text.tokens[after].low in ("today", "now")
        return next((each for each in text.numbers.get(after, ()) if each.days is None), None)
    for at in range(number.after, min(number.after + 9, len(text.tokens))):
        follows = text.tokens[at + 1].low if at + 1 < len(text.tokens) else ""
        if text.tokens[at].low in (".", ";", ":") and follows not in ("repeat", "rpt"):
            return None
        for later in text.numbers.get(at, ()):
            around = text.tokens[max(at - 2, number.after) : at] + text.tokens[later.after : later.after + 2]
            lately = any(token.low in _LATELY for token in around)
            if later.days is not None or not lately or any(token.low in _BEFORE for token in around):
                continue
            if not _is_of_another_test(text, number, at):
                return later
    return None


def _after_brackets(text: Passage, place: int) -> int:
    """Where a text goes on behind a remark: `620 (ULN 190) -> 540`."""
    if place < len(text.tokens) and text.tokens[place].low == "(":
        for at in range(place + 1, min(place + 6, len(text.tokens))):
            if text.tokens[at].low == ")":
                return at + 1
    return place


def _is_of_another_test(text: Passage, number: Number, later: int) -> bool:
    """Whether a repeated result is that of another test: `eGFR 58. Repeat Na 122`."""
    if later < 2 or text.tokens[later - 2].low not in _REPEATED:
        return False
    name = text.tokens[later - 1]
    linked = any(each in ("LINK", "FILLER") for each, _ in text.classes[later - 1])
    own = {token.low for token in text.tokens[max(number.first - 3, 0) : number.first]}
    return name.kind == "word" and not linked and name.low not in {*own, *_LATELY}


def _fitting(node: Any, text: Passage, number: Number) -> list[tuple[str, dict[Any, Any]]]:
    """The branches of a node that a number may take, worked out once a text for equal numbers."""
    slots = node.get(_SLOTS)
    if not slots:
        return []
    key = id(slots), number.value, number.days, number.vague, number.slashed
    known = text.fitting.get(key)
    if known is None:
        known = [(slot, branch) for slot, branch in slots.items() if _fits(slot, number)]
        text.fitting[key] = known
    return known


def _fits(slot: str, number: Number) -> bool:
    of_time, slashed, bounds = _condition(slot)
    if of_time != (number.days is not None) or (slashed and not number.slashed):
        return False
    if not bounds:
        return True
    value = number.days if number.days is not None else number.value
    return (not number.vague or of_time) and all(compare(value, bound) for compare, bound in bounds)


@cache
def _condition(slot: str) -> tuple[bool, bool, tuple[tuple[Callable[[float, float], bool], float], ...]]:
    """Whether a span of time is meant, whether one with a slash, and what it is compared with."""
    found = SLOT.fullmatch(slot)
    assert found is not None
    bounds = [(found[2], found[3]), (found[4], found[5])]
    compared = tuple((_COMPARE[sign], float(bound)) for sign, bound in bounds if sign)
    return found[1] in ("DURATION", "SLASHED"), found[1] == "SLASHED", compared
