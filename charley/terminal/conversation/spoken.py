"""Answers as people say them at a prompt: `sometimes`, `woman`, `60ish`, `dunno`.

Only who was asked, and sees at once what was understood, may answer so. A file or a program writes what
`charley.facts.answer` takes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from charley.facts.answer import NotUnderstood
from charley.facts.vocabulary import Fact

__all__ = ["Refused", "Spoken", "spoken"]

_NOT_KNOWN: Final = re.compile(
    r"(?:i )?(?:dunno|don'?t have a clue|haven'?t (?:a clue|the faintest)|no (?:idea|clue)|not a clue|idk"
    r"|couldn'?t (?:say|tell)(?: you)?|can'?t (?:say|tell|remember|recall)|don'?t remember"
    r"|hard to (?:say|tell)|who knows|no one told me|(?:never|not) (?:measured|checked|tested))"
)
_SOFT_YES: Final = re.compile(
    r"(?:yes |yeah |well |oh |only )*(?:some ?times|a (?:bit|little)(?: bit)?|a touch|slightly|somewhat"
    r"|at times|now and (?:then|again)|on and off|off and on|occasionally|once in a while|from time to time"
    r"|some nights|most nights|often|usually|mostly|always|all the time|every night|kind of|sort of"
    r"|quite(?: a bit)?"
    r"|a lot|very|(?:i )?(?:think|believe|guess|suppose) so|probably|i have|i do|i am|it (?:is|does|has)"
    r"|they (?:are|do)|definitely|absolutely|of course|correct|right|sure|ok|aye|indeed|that'?s right"
    r"|for sure)"
)
_SOFT_NO: Final = re.compile(
    r"(?:no |well |oh )*(?:not (?:really|at all|now|any ?more|so far|yet)|never|hardly(?: ever)?|no way|nah"
    r"|not that i(?:'?ve| am|'m)? (?:know|noticed|remember|aware)(?: of)?|(?:i )?don'?t (?:think|believe) so"
    r"|none|nothing|i (?:haven'?t|don'?t|am not)|i'm not|it (?:isn'?t|doesn'?t|hasn'?t)"
    r"|(?:absolutely|definitely|of course) not)"
)
_LEADING: Final = re.compile(r"(yes|yeah|yep|no|nope)\b[\s,.;:-]+(.+)", re.DOTALL)
_OPEN: Final = re.compile(
    r"(?:maybe|perhaps|possibly|might(?: be)?|could be|not sure but.*|it depends|depends)"
)
_ABOUT: Final = re.compile(
    r"(?:i'?m |i am |it'?s |it is |it was |maybe |probably |say )*(?:about|around|roughly"
    r"|approx(?:imately|\.)?|circa|nearly|almost|~)\s*(?=[\d.])"
)
_SAID: Final = re.compile(r"(?:i'?m |i am |it'?s |it is |it was |for )+(?=[\d.])")
_ISH: Final = re.compile(r"(?<=\d)\s*-?(?:ish|or so|odd|or thereabouts|give or take)\b")
_OLD: Final = re.compile(r"\s*(?:years?|yrs?|yo|y/o)\s*old$|\s+old$|(?<=\d)\s*(?:yo|y/o)$")
_LETTERS: Final = {"female": ("f",), "male": ("m",)}
"""Letters that stand for a choice where it is asked for, and nowhere else."""

_ARTICLE: Final = re.compile(r"(?:i am |i'm |it's |it is )?(?:an? |the )?")
_TENS: Final = ("twen", "thir", "for", "fif", "six", "seven", "eigh", "nine")
_NUMBER_WORDS: Final = {
    **dict(
        zip(
            [
                "zero",
                "one",
                "two",
                "three",
                "four",
                "five",
                "six",
                "seven",
                "eight",
                "nine",
                "ten",
                "eleven",
                "twelve",
                "thirteen",
                "fourteen",
                "fifteen",
                "sixteen",
                "seventeen",
                "eighteen",
                "nineteen",
            ],
            range(20),
            strict=True,
        )
    ),
    **{f"{tens}ty": ten for tens, ten in zip(_TENS, range(20, 100, 10), strict=True)},
    "a": 1,
    "an": 1,
}


class Refused(NotUnderstood):
    """What was said is understood, and is no answer to this question; `str()` says why."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """An answer as a file may hold it, and whether it was understood rather than read."""

    text: str
    understood: bool = False


def spoken(fact: Fact, line: str) -> Spoken:
    """What a person means who was asked for this fact. Raises `Refused`, with the reason."""
    low = " ".join(line.lower().replace("’", "'").split()).strip(" .!,")
    if _NOT_KNOWN.fullmatch(low):
        return Spoken("unknown", understood=True)
    if fact.kind == "boolean":
        return _yes_or_no(line, low)
    if fact.kind == "choice":
        return _choice(fact, line, low)
    return _number(fact, line, low)


def _yes_or_no(line: str, low: str) -> Spoken:
    if low in ("f", "m", "female", "male"):
        message = f"`{line.strip()}` could be a sex, and this is a yes-or-no question"
        raise Refused(message, "write yes or no")
    if _SOFT_NO.fullmatch(low):
        return Spoken("no", understood=True)
    if _SOFT_YES.fullmatch(low):
        return Spoken("yes", understood=True)
    if _OPEN.fullmatch(low):
        help = "write yes, no, or `unknown` where you cannot tell"
        raise Refused(f"`{line.strip()[:40]}` may be yes or no", help)
    led = _LEADING.fullmatch(low)
    if led is not None:
        if re.search(r"\bbut\b|\bthough\b|\bexcept\b", led[2]) and led[1] in ("no", "nope"):
            raise Refused("that is no with a but", "write yes if it is sometimes so, or no")
        return Spoken(led[1], understood=True)
    return Spoken(line)


def _choice(fact: Fact, line: str, low: str) -> Spoken:
    said = fact.said_as.get("en")
    bare = _ARTICLE.sub("", low, count=1)
    for choice in fact.choices:
        phrases = said.values.get(choice, ()) if said is not None else ()
        if bare in _LETTERS.get(choice, ()) or bare in phrases:
            return Spoken(choice, understood=bare != choice)
    if low in ("yes", "y", "yeah", "yep", "no", "n", "nope") and low not in fact.choices:
        shown = ", ".join(f"{at} {choice.replace('_', ' ')}" for at, choice in enumerate(fact.choices, 1))
        raise Refused(f"`{line.strip()}` does not say which: {shown}", "write the number or the words")
    if low.replace(" ", "_") in fact.choices:
        return Spoken(line)
    named = [choice for choice in fact.choices if re.search(rf"\b{choice.replace('_', ' ')}\b", low)]
    return Spoken(named[0], understood=True) if len(named) == 1 else Spoken(line)


def _number(fact: Fact, line: str, low: str) -> Spoken:
    if low in ("yes", "y", "no", "n", "yeah", "nope"):
        raise Refused(f"`{line.strip()}` is no number", f"this question wants {fact.expected()}")
    words = low.split()
    text = _counted(words) if words and not any(c.isdigit() for c in low) else low
    plain = _ISH.sub("", _ABOUT.sub("", _SAID.sub("", text)))
    if fact.unit == "a":
        plain = _OLD.sub("", plain)
    return Spoken(plain.strip(), understood=True) if plain != low else Spoken(line)


def _counted(words: list[str]) -> str:
    """`about sixty five years` as `about 65 years`."""
    said: list[str] = []
    count: int | None = None
    for word in " ".join(words).replace("-", " ").split():
        if word in _NUMBER_WORDS:
            count = (count or 0) + _NUMBER_WORDS[word]
            continue
        said += [str(count)] if count is not None else []
        said.append(word)
        count = None
    return " ".join([*said, str(count)] if count is not None else said)
