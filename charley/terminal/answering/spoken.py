"""Answers as people say them at a prompt: `sometimes`, `woman`, `60ish`, `dunno`.

Only who was asked, and sees at once what was understood, may answer so. A file or a program writes what
`charley.facts.answer` takes. What could be meant in two ways is refused with the reason.
"""

from __future__ import annotations

import datetime
import re
from typing import Final

from charley.facts.vocabulary import Fact
from charley.terminal.answering.meant import Refused, Spoken
from charley.terminal.answering.number_words import place_of, rate_in
from charley.terminal.answering.said_numbers import number_said

__all__ = ["NONE_OF_THESE", "beyond", "listed", "spoken"]

_NOT_KNOWN: Final = re.compile(
    r"(?:sorry |well |oh )*(?:(?:i )?(?:dunno|don'?t (?:really )?(?:no|know|have a clue)"
    r"|haven'?t (?:a clue|the faintest)"
    r"|(?:have|'ve) (?:absolutely )?no (?:idea|clue))|(?:absolutely )?no (?:idea|clue)|not a clue|idk"
    r"|unsure|no way of knowing"
    r"|(?:i )?(?:couldn'?t|can'?t|cannot) (?:say|tell|remember|recall|be sure)(?: you)?"
    r"|(?:i )?(?:don'?t|do not) remember"
    r"|(?:i'?m |i am )?not (?:too |really |quite |entirely )?(?:sure|certain)|hard to (?:say|tell)"
    r"|who knows|no(?: ?one|body) (?:has )?(?:ever )?told me"
    r"|(?:i )?(?:have not|haven'?t|was not|wasn'?t|'?ve not|never) (?:been )?told"
    r"|(?:never|not) (?:measured|checked|tested|noticed|looked|asked)|not applicable|doesn'?t apply"
    r"|prefer not to (?:say|answer)"
    r"|rather not (?:say|answer))"
)
_HOW_OFTEN: Final = (
    r"(?:some ?times|at times|now and (?:then|again)|on and off|off and on|occasionally"
    r"|once in a while|from time to time"
    r"|some (?:nights|days)|most (?:nights|days)|often|usually|mostly|always|constantly|all the time"
    r"|every (?:night|day)"
    r"|(?:only |just |mainly |mostly )*(?:at night|in the (?:morning|evening|night|day)"
    r"|when i \w+(?: \w+){0,3}))"
)
_SOFT_YES: Final = re.compile(
    rf"(?:yes |yeah |well |oh |only |just )*(?:{_HOW_OFTEN}|a (?:bit|little)(?: bit)?|a touch|slightly"
    rf"|somewhat|kind of|kinda"
    r"|sort of|sorta|quite(?: a bit)?|a lot|very(?: much)?(?: so)?|both|either|(?:i )?(?:think"
    r"|believe|guess|suppose|reckon)(?: so)?"
    r"|probably|(?:i'?m )?afraid so"
    r"|i have|i do|i am|i did|it (?:is|does|has)|they (?:are|do)|definitely|absolutely"
    r"|of course|correct|sure|aye"
    r"|indeed|that'?s (?:right|correct)|for sure|yup|yah|yea|ya|ye|yh|yess+|please|affirmative)(?: please)?"
)
_SOFT_NO: Final = re.compile(
    r"(?:no |well |oh )*(?:not (?:really|at all|now|so far|yet|particularly|especially)|never"
    r"|hardly(?: ever)?|no way|nah|nope"
    r"|not that i(?:'?ve| am|'m)? (?:know|noticed|remember|aware)(?: of)?|(?:i )?don'?t (?:think"
    r"|believe|reckon) so|neither"
    r"|none|nothing|i (?:haven'?t|don'?t|am not|didn'?t)|i'm not|it (?:isn'?t|doesn'?t|hasn'?t)"
    r"|probably not|i (?:doubt|think) (?:it|not)"
    r"|(?:absolutely|definitely|of course|certainly) not|no thanks|thankfully not|luckily not)"
)
_OVER: Final = re.compile(
    r"(?:yes |no |but )*(?:used to|not any ?more|no longer|in the past|(?:a long time|years) ago"
    r"|it'?s gone)"
)
_OPEN: Final = re.compile(
    r"(?:maybe|perhaps|possibly|might(?: be)?|could be|not sure but.*|it depends|depends|rarely"
    r"|seldom|not (?:very |so |that )?often"
    r"|yes no|no yes|yes and no|no and yes|yes/no|y/n|50/50|hmm+|-|ok|okay|right|fine|on|off)"
)
_LEADING: Final = re.compile(r"(yes|yeah|yep|yup|no|nope|nah)\b[\s,.;:-]+(.+)", re.DOTALL)
_BEYOND_WORD: Final = re.compile(
    r"(?:yes|yeah|yep|yup|no|nope|nah)\b[\s,.;:-]+(?:and |but |also )*(.+)", re.IGNORECASE | re.DOTALL
)
_BEYOND_NUMBER: Final = re.compile(
    r"[^,;.]*\d[^,;.]*(?:[,;]|\.\s|\s(?:and|but)\s)\s*(?:and |but |also )*(\D+)"
)
_LETTERS: Final = {"female": ("f",), "male": ("m",)}
"""Letters that stand for a choice where it is asked for, and nowhere else."""

_ARTICLE: Final = re.compile(r"(?:i am |i'm |it's |it is )?(?:an? |the )?")
_YES_NO: Final = ("yes", "y", "yeah", "yep", "yup", "no", "n", "nope", "nah")
NONE_OF_THESE: Final = re.compile(
    r"0|(?:none|neither|not any|something else|another|other|more than one|several|various"
    r"|mixed)(?: of (?:these|them|those))?"
)
"""An answer to a choice that is none of its choices, or more than one: it stays open."""


def spoken(fact: Fact, line: str, today: datetime.date | None = None) -> Spoken:
    """What a person means who was asked for this fact. Raises `Refused`, with the reason."""
    low = " ".join(line.lower().replace("’", "'").split()).strip(" .!,")
    if _NOT_KNOWN.fullmatch(low):
        return Spoken("unknown", understood=True)
    if fact.kind == "boolean":
        return _yes_or_no(fact, line, low)
    if fact.kind == "choice":
        return _choice(fact, line, low)
    if low in _YES_NO or (_SOFT_YES.fullmatch(low) and rate_in(low) is None):
        raise Refused(f"`{line.strip()[:40]}` is no number", f"this question wants {fact.expected()}")
    return number_said(fact, line, low, today or datetime.date.today())


def beyond(fact: Fact, line: str) -> str:
    """What a line says beyond a yes or no, or beyond a number: `yes, and my foot is numb`."""
    text = " ".join(line.replace("’", "'").split()).strip(" .!,")
    found = _BEYOND_WORD.fullmatch(text) if fact.kind == "boolean" else None
    found = _BEYOND_NUMBER.fullmatch(text) if fact.kind == "number" else found
    if found is None or _SOFT_YES.fullmatch(found[1].lower()) or _SOFT_NO.fullmatch(found[1].lower()):
        return ""
    return found[1] if len(found[1].split()) > 2 else ""


def listed(fact: Fact) -> str:
    """The choices of a fact with their numbers, as they stand on the screen."""
    return ", ".join(f"{at} {fact.show(choice)}" for at, choice in enumerate(fact.choices, 1))


def _yes_or_no(fact: Fact, line: str, low: str) -> Spoken:
    if low in ("f", "m", "female", "male"):
        message = f"`{line.strip()}` could be a sex, and this is a yes-or-no question"
        raise Refused(message, "write yes or no")
    if _OVER.fullmatch(low):
        if fact.when_past == "counts":
            return Spoken("yes", understood=True)
        if fact.when_past == "denies":
            return Spoken("no", understood=True)
        raise Refused(f"`{line.strip()[:40]}` says how it was", "write yes or no as it is now")
    if _OPEN.fullmatch(low):
        help = "write yes, no, or `unknown` where you cannot tell"
        raise Refused(f"`{line.strip()[:40]}` may be yes or no", help)
    if _SOFT_NO.fullmatch(low):
        return Spoken("no", understood=True)
    if _SOFT_YES.fullmatch(low):
        return Spoken("yes", understood=True)
    led = _LEADING.fullmatch(low)
    if led is not None:
        denied = led[1] in ("no", "nope", "nah")
        same = (_SOFT_NO if denied else _SOFT_YES).fullmatch(led[2])
        if re.match(r"(?:no|yes|not)\b", led[2]) and not same:
            raise Refused(f"`{line.strip()[:40]}` may be yes or no", "write yes or no")
        if re.search(r"\bbut\b|\bthough\b|\bexcept\b|\bonly\b", led[2]) and denied:
            raise Refused("that is no with a but", "write yes if it is sometimes so, or no")
        return Spoken("no" if denied else "yes", understood=True)
    return Spoken(low if low in ("yes", "no") else line)


def _choice(fact: Fact, line: str, low: str) -> Spoken:
    said = fact.said_as.get("en")
    bare = _ARTICLE.sub("", low, count=1)
    for choice in fact.choices:
        phrases = said.values.get(choice, ()) if said is not None else ()
        if bare in _LETTERS.get(choice, ()) or bare in phrases or low == fact.show(choice).lower():
            return Spoken(choice, understood=bare != choice)
    if low.replace(" ", "_") in fact.choices:
        return Spoken(line)
    if low in _YES_NO:
        raise Refused(f"`{line.strip()}` does not say which: {listed(fact)}", "write the number or the words")
    place = place_of(low)
    if place is not None and 1 <= place <= len(fact.choices):
        choice = fact.choices[place - 1]
        return Spoken(choice, understood=not low.isdigit())
    starting = [choice for choice in fact.choices if choice.startswith(low.replace(" ", "_"))]
    if len(starting) == 1 and len(low) > 2:
        return Spoken(starting[0], understood=True)
    if NONE_OF_THESE.fullmatch(low):
        return Spoken("unknown", understood=True)
    if re.fullmatch(r"\d+(?:(?:[\s,&/+-]|and|or|to)+\d+)+", low) or low in ("all", "both", "all of them"):
        raise Refused("only one of them can be noted", "write the one that fits best, or 0 for more than one")
    named = [choice for choice in fact.choices if re.search(rf"\b{choice.replace('_', ' ')}\b", low)]
    if len(named) > 1:
        raise Refused("only one of them can be noted", "write the one that fits best, or 0 for more than one")
    if len(named) == 1 and not re.search(r"\b(?:not|no|n't|never|isn't)\b", low):
        return Spoken(named[0], understood=True)
    if len(low) < 3 and low.isalpha() and not _first_letter(fact, low):
        raise Refused(f"`{line.strip()}` is none of: {listed(fact)}", "write the number or the words")
    return Spoken(line)


def _first_letter(fact: Fact, low: str) -> bool:
    """Whether one letter names a choice: not where it could be the letter of a list."""
    return len(low) == 1 and low not in "abcdeion" and sum(c.startswith(low) for c in fact.choices) == 1
