"""Phrases, and finding them: one tree of all phrases, walked from every word of the text.

A phrase is words, compared by their stems. A word in capitals is a class of words (`LEG`), `a/b` is either,
`(a)` may be missing, `..` stands for up to five words of the same clause, `...` for up to twelve of the same
sentence, `=word` is that very form of the word, `^` is the beginning of a sentence and `$` its end. `NUMBER`,
`DURATION` and `SLASHED` (`3/52`) are what the phrase is about, `FIGURE` is a number beside it
(`bp NUMBER / FIGURE`); `NUMBER>=38<43` and `DURATION<84` are conditions, in days for a span of time. Between
the words of a phrase may stand words that change nothing: `my`, `left`, `really`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from charley.facts.text.numbers.newest import newest
from charley.facts.text.numbers.number import Number
from charley.facts.text.numbers.slot import fits, is_slot
from charley.facts.text.passage import Passage
from charley.facts.text.words import GAPS, Lexicon

__all__ = ["Match", "PhraseTree"]

Meaning = TypeVar("Meaning")

_SLOTS: Final = 0
"""The branch of a node under which its conditions on numbers stand."""

_STOPS: Final = {".", "!", "?", ";"}
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
        """The place of its first token."""
        return self.used[0]

    @property
    def last(self) -> int:
        """The place of its last token."""
        return self.used[-1]


class _Root(Generic[Meaning]):
    """The root of a tree, whose branches grow when they are first met: a text meets few of them."""

    def __init__(self) -> None:
        self._waiting: dict[Any, list[tuple[str, tuple[Meaning, str, bool]]]] = {}
        self._grown: dict[Any, dict[Any, Any]] = {}

    def add(self, way: str, leaf: tuple[Meaning, str, bool]) -> None:
        first = way.partition(" ")[0]
        self._waiting.setdefault(_SLOTS if is_slot(first) else first, []).append((way, leaf))

    def get(self, step: Any, default: Any = None) -> Any:
        """The branch of this step, or `default`."""
        for way, (meaning, phrase, number_after) in self._waiting.pop(step, ()):
            node: dict[Any, Any] = self._grown
            about = False
            for each in way.split(" "):
                if is_slot(each):
                    node, about = node.setdefault(_SLOTS, {}), True
                node = node.setdefault(each, {})
            node.setdefault(None, []).append((meaning, phrase, number_after and not about))
        return self._grown.get(step, default)


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
        if text.ends(place):
            return
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
                if left < 0 or text.ends(at + 1) or self._breaks(text, at, gap):
                    break

    def _breaks(self, text: Passage, place: int, gap: str) -> bool:
        """Whether a gap cannot go on over this place."""
        low = text.tokens[place].low
        if low == "." and text.is_dot_inside(place):
            return False
        if low == "&" and place and text.tokens[place - 1].end == text.tokens[place].start:
            return False  # `A&E`
        if gap == ".." and text.is_dash(place):
            return True
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


def _fitting(node: Any, text: Passage, number: Number) -> list[tuple[str, dict[Any, Any]]]:
    """The branches of a node that a number may take, worked out once a text for equal numbers."""
    slots = node.get(_SLOTS)
    if not slots:
        return []
    key = id(slots), number.value, number.days, number.vague, number.slashed
    known = text.fitting.get(key)
    if known is None:
        known = [(slot, branch) for slot, branch in slots.items() if fits(slot, number)]
        text.fitting[key] = known
    return known
