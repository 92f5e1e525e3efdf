"""A line that answers a list of yes-or-no questions: `1 3`, `none`, `all but 2`, `1 yes, 2 not sure`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final, Literal, NamedTuple

from charley.facts.answering.number_words import ORDINALS, in_figures
from charley.facts.answering.wording import means, pattern, words

__all__ = ["Ticks", "answers_of", "is_plain", "remark_on", "ticks_of"]


class Ticks(NamedTuple):
    """What was ticked on a screen, and of what somebody is not sure; the rest is a no."""

    ticked: tuple[str, ...]
    unsure: tuple[str, ...]

    def words(self, facts: Sequence[str]) -> str:
        """The answers to these lines in words, to confirm how they were read."""
        numbers = {fact: str(at) for at, fact in enumerate(facts, 1)}
        said = [f"yes to {', '.join(numbers[fact] for fact in self.ticked)}"] if self.ticked else []
        said += [f"not sure of {', '.join(numbers[fact] for fact in self.unsure)}"] if self.unsure else []
        if len(self.ticked) + len(self.unsure) < len(numbers):
            said.append("no to the others" if said else "no to all of them")
        return "; ".join(said)


_FIRST: Final = re.compile(r"\b(?:the\s+)?(first|last)\s+(\d)\b")
_SPAN: Final = re.compile(r"\b(\d)\s*(?:-|to)\s*(\d)\b")
_REMARK: Final = re.compile(r"\s*\(([^()\d]*)\)")
_ALIKE: Final = 85
"""The least likeness, of a hundred, at which a word is `none` misspelt."""

Said = Literal["yes", "no", "unsure"]


def ticks_of(facts: Sequence[str], line: str) -> Ticks | None:
    """Numbers are yes, `?2` is not sure of 2, the others are no; None where the line says something else.

    A no beside a number is a no to that line. What could be meant in two ways (`not 2`) is no answer.
    """
    low = _REMARK.sub(lambda found: f" {found[1]}" if _is_said_of_one(found[1]) else "", _plain(line)).strip()
    if _says_none(low):
        return Ticks((), ())
    if means(low, "tick_all") or (len(facts) == 2 and means(low, "tick_both")):
        return Ticks(tuple(facts), ())
    if any(means(each, "tick_unsure_of_all") for each in (low, low.rstrip(" ?"))):
        return Ticks((), tuple(facts))
    text = in_figures(low)
    excepted = pattern("tick_except").fullmatch(text)
    if excepted is not None:
        named = _each(len(facts), excepted[2])
        if not named or set(named.values()) != {"yes"}:
            return None
        every = excepted[1] in ("all", "everything")
        return Ticks(tuple(f for at, f in enumerate(facts, 1) if (at in named) != every), ())
    rest_no, rest_unsure = (pattern(f"tick_rest_{each}").pattern for each in ("no", "unsure"))
    beside = re.sub(rf"[\s,;.]*(?:and\s+|but\s+)?(?:{rest_no}|{rest_unsure})", "", text)
    said = _each(len(facts), beside)
    if not said:
        return None
    if re.search(rest_unsure, text):
        said = {at: said.get(at, "unsure") for at in range(1, len(facts) + 1)}
    elif set(said.values()) == {"no"} and len(said) < len(facts) and not re.search(rest_no, text):
        return None  # what of the others?
    return Ticks(*(tuple(facts[n - 1] for n in sorted(said) if said[n] == as_) for as_ in ("yes", "unsure")))


def remark_on(line: str) -> str:
    """What a line says of a number beyond that it applies: `since yesterday` of `1 - since yesterday`."""
    low = _plain(line)
    found = pattern("tick_remark").search(in_figures(low))
    beside = [each for each in _REMARK.findall(low) if not _is_said_of_one(each)]
    after = [] if found is None else [found[0].lstrip(" ,;-").removeprefix("but ")]
    return "; ".join([*beside, *after])


def is_plain(line: str) -> bool:
    """Whether the line is only numbers, or none: it need not be played back."""
    return re.fullmatch(r"[\d\s,.]*|none|no", line.strip().lower()) is not None


def _each(most: int, text: str) -> dict[int, Said] | None:
    """What is said of each number that stands in the text; None where it says something else."""
    text = pattern("tick_first_words").sub("", text)
    text = _FIRST.sub(lambda found: _row(found[1], int(found[2]), most), text)
    for at, word in enumerate(ORDINALS, 1):
        text = re.sub(rf"\b(?:the\s+)?{word}(?:\s+one)?\b", f" {at} ", text)
    text = re.sub(r"\b(?:the\s+)?last(?:\s+one)?\b", f" {most} ", text)
    text = re.sub(r"(\d)\?(?!\d)", r" unsure \1; ", text)
    text = re.sub(r"(?:\s*(?:[,;&+]|\band\b|\bbut\b))*\s*\?\s*(\d+)", r"; unsure \1; ", text)
    text = re.sub(r";\s*[,;]", ";", text).strip(" ;")
    text = pattern("tick_remark").sub("", text)
    text = _SPAN.sub(lambda found: " ".join(map(str, range(int(found[1]), int(found[2]) + 1))), text).strip()
    said: dict[int, Said] = {}
    items = list(_items(text))
    if not all(items):
        return None
    words_follow = any(item and item["after"] and item["stop"] is None for item in items)
    for item in items:
        assert item is not None
        # In `1 maybe 2` the word could belong to either; in `1 yes 2 no` it follows every number.
        if (words_follow and not item["after"]) or (item["before"] and item["after"]):
            return None
        meant = _meant(item["before"] or item["after"] or "yes")
        for number in map(int, re.findall(r"\d+", item["numbers"])):
            if not 1 <= number <= most or said.get(number, meant) != meant:
                return None
            said[number] = meant
    return said


def _items(text: str) -> Iterator[re.Match[str] | None]:
    """The numbers of the text, each with the word beside it; ends with None at what is none."""
    place = 0
    while place < len(text):
        found = _one().match(text, place)
        yield found
        if found is None:
            return
        place = found.end()


@cache
def _one() -> re.Pattern[str]:
    """One number or several, with the word before or after them."""
    unsure, yes, no = (pattern(name).pattern for name in ("TICK_UNSURE", "TICK_YES", "TICK_NO"))
    return re.compile(
        rf"\s*(?:(?P<before>{unsure}|not(?: to)?|no to|yes to)\s*(?:about\s+|of\s+|for\s+)?)?"
        r"(?P<numbers>\d+(?:(?:\s*(?:,|and|&|\+|/|or)\s*|\s+)\d+)*)(?!\d)"
        rf"\s*(?:[:=]|is\b|are\b)?\s*(?P<after>(?:{unsure}|{yes}|{no})\b)?(?P<stop>\s*(?:[,;.&+]|and\b"
        rf"|but\b|$))?"
    )


def _plain(line: str) -> str:
    """The line in small letters, without marks that mean nothing."""
    low = " ".join(line.lower().replace("\u2019", "'").replace("#", " ").split())
    return re.sub(r"(?<=\d)(?:st|nd|rd|th)\b(?: one\b)?", "", low).strip(" .!")


def _is_said_of_one(text: str) -> bool:
    """Whether the text is a yes, a no or a doubt, as stands beside a number."""
    return any(means(text, name) for name in ("TICK_YES", "TICK_NO", "TICK_UNSURE"))


def _says_none(text: str) -> bool:
    """Whether the text says that nothing applies, be it misspelt."""
    if means(text, "tick_none", "after_tick_none"):
        return True
    from rapidfuzz import fuzz

    near = (fuzz.ratio(text, none) for none in words("misspelt_none"))
    return text.isalpha() and max(near) >= _ALIKE


def _meant(word: str) -> Said:
    if means(word, "TICK_UNSURE"):
        return "unsure"
    return "yes" if means(word.removesuffix(" to"), "TICK_YES") else "no"


def _row(which: str, count: int, most: int) -> str:
    numbers = range(1, count + 1) if which == "first" else range(max(1, most - count + 1), most + 1)
    return " ".join(map(str, numbers))


def answers_of(facts: Sequence[str], line: str) -> dict[str, bool] | None:
    """Numbers are yes; with `none` or `rest no` the others are no, else they stay open.

    None where the line says something else.
    """
    text = line.lower()
    numbers = [int(each) for each in re.findall(r"\d+", text)]
    rest = re.search(r"\b(rest|others?|none)\b", text) is not None
    left = re.sub(r"\d+|rest|others?|none|no|and|yes|[\s,;.:]", "", text)
    if left or (not numbers and not rest) or any(not 1 <= n <= len(facts) for n in numbers):
        return None
    answers = {facts[n - 1]: True for n in numbers}
    if rest:
        answers |= {fact: False for fact in facts if fact not in answers}
    return answers
