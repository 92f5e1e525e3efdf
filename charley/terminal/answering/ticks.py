"""A line that answers a list of yes-or-no questions: `1 3`, `none`, `all but 2`, `1 yes, 2 not sure`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, Literal, NamedTuple

from charley.terminal.answering.number_words import in_figures

__all__ = ["Ticks", "answers_of", "is_plain", "ticks_of"]


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


_UNSURE: Final = (
    r"(?:not\s+(?:too\s+|really\s+)?sure|unsure|not\s+(?:known|done|examined|tested)|unknown"
    r"|don'?t\s+know|dunno|no\s+idea"
    r"|can'?t\s+(?:say|tell)|perhaps"
    r"|maybe|possibly)"
)
_YES: Final = (
    r"(?:yes|yeah|yep|y|true|sometimes|a\s+(?:bit|little)|slightly|occasionally|often|mostly|definitely"
    r"|(?:only\s+)?at\s+night)"
)
_NO: Final = r"(?:no|nope|n|not|false|none)"
_NONE: Final = re.compile(
    r"(?:no,? |sorry,? |oh )*(?:none(?: (?:of (?:these|them|those|the above)(?: apply)?|apply|so"
    r"|that i (?:know|can think) of))?"
    r"|no|nope|nah|neither|nothing(?: (?:else|like that))?|n|0"
    r"|no to (?:all|them all)|(?:all|the rest|rest) no|all absent|not? any(?: of (?:these|them))?"
    r"|not really|no thanks|never|i don'?t think so|probably not|not that (?:i|we|he|she) knows?(?: of)?)"
    r"(?:,? (?:sorry|thanks|thank you))?(?: of (?:these|those|them))?"
    r"(?:,? (?:not )?that (?:i|we|they|he|she) (?:know|knows|can see)(?: of)?)?"
)
_ALL: Final = re.compile(
    r"(?:yes |yes to )?(?:all|everything|every one|the lot)(?: of (?:these|them))?|all yes|yes to all"
)
_ALL_UNSURE: Final = re.compile(
    rf"(?:i'?m\s+|i\s+)?{_UNSURE}(?:\s+(?:of\s+|about\s+)?(?:all|any)(?:\s+of\s+\w+)?)?|idk|n/?a|\?"
)
_REST: Final = r"(?:the\s+)?(?:rest|others?)(?:\s+(?:are|is))?\s+no(?:ne)?\b"
_FIRST: Final = re.compile(r"\b(?:the\s+)?(first|last)\s+(\d)\b")
_SPAN: Final = re.compile(r"\b(\d)\s*(?:-|to)\s*(\d)\b")
_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_ONE: Final = re.compile(
    rf"\s*(?:(?P<before>{_UNSURE})\s*(?:about\s+|of\s+|for\s+)?)?"
    r"(?P<numbers>\d+(?:(?:\s*(?:,|and|&|\+|or)\s*|\s+)\d+)*)(?!\d)"
    rf"\s*(?:[:=]|is\b|are\b)?\s*(?P<after>(?:{_UNSURE}|{_YES}|{_NO})\b)?(?P<stop>\s*(?:[,;.&+]|and\b"
    rf"|but\b|$))?"
)

Said = Literal["yes", "no", "unsure"]


def ticks_of(facts: Sequence[str], line: str) -> Ticks | None:
    """Numbers are yes, `?2` is not sure of 2, the others are no; None where the line says something else.

    A no beside a number is a no to that line. What could be meant in two ways (`not 2`) is no answer.
    """
    text = in_figures(" ".join(line.lower().replace("\u2019", "'").split()).strip(" .!"))
    if _NONE.fullmatch(text):
        return Ticks((), ())
    if _ALL.fullmatch(text) or (len(facts) == 2 and text in ("both", "both of them")):
        return Ticks(tuple(facts), ())
    if _ALL_UNSURE.fullmatch(text):
        return Ticks((), tuple(facts))
    excepted = re.fullmatch(
        r"(all|everything|none|nothing)\s+(?:of\s+\w+\s+)?(?:but|except(?:\s+for)?|bar)\s+(.+)", text
    )
    if excepted is not None:
        named = _each(len(facts), excepted[2])
        if not named or set(named.values()) != {"yes"}:
            return None
        every = excepted[1] in ("all", "everything")
        return Ticks(tuple(f for at, f in enumerate(facts, 1) if (at in named) != every), ())
    said = _each(len(facts), re.sub(rf"[\s,;.]*(?:and\s+|but\s+)?{_REST}", "", text))
    if not said:
        return None
    if set(said.values()) == {"no"} and len(said) < len(facts) and not re.search(_REST, text):
        return None  # what of the others?
    return Ticks(*(tuple(facts[n - 1] for n in sorted(said) if said[n] == as_) for as_ in ("yes", "unsure")))


def is_plain(line: str) -> bool:
    """Whether the line is only numbers, or none: it need not be played back."""
    return re.fullmatch(r"[\d\s,.]*|none|no", line.strip().lower()) is not None


def _each(most: int, text: str) -> dict[int, Said] | None:
    """What is said of each number that stands in the text; None where it says something else."""
    text = re.sub(r"^(?:(?:yes|yeah|yep)\s+(?:to\s+)?|(?:only|just|numbers?|the)\s+)+", "", text)
    text = _FIRST.sub(lambda found: _row(found[1], int(found[2]), most), text)
    for at, word in enumerate(_ORDINALS, 1):
        text = re.sub(rf"\b(?:the\s+)?{word}(?:\s+one)?\b", f" {at} ", text)
    text = re.sub(r"\b(?:the\s+)?last(?:\s+one)?\b", f" {most} ", text)
    text = re.sub(r"(\d)\?(?!\d)", r" unsure \1; ", text)
    text = re.sub(r"(?:\s*(?:[,;&+]|\band\b|\bbut\b))*\s*\?\s*(\d+)", r"; unsure \1; ", text)
    text = re.sub(r";\s*[,;]", ";", text).strip(" ;")
    text = re.sub(r"(?<=\d)[,;]?\s*(?:but\s+)?only\s+(?:at|when|in|after|on)\b[^\d]*$", "", text)
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
        found = _ONE.match(text, place)
        yield found
        if found is None:
            return
        place = found.end()


def _meant(word: str) -> Said:
    if re.fullmatch(_UNSURE, word):
        return "unsure"
    return "yes" if re.fullmatch(_YES, word) else "no"


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
