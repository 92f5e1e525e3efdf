"""Answers as people say them who are asked: `sometimes`, `woman`, `60ish`, `dunno`.

Only who was asked, and sees at once what was understood, may answer so. A file or a program writes what
`charley.facts.answer` takes. What could be meant in two ways is refused with the reason.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, replace
from typing import Final

from charley.facts.answer import NotUnderstood, Unknown, number_as_told, parse_answer
from charley.facts.answering.chosen import meant
from charley.facts.answering.meant import Refused, Spoken
from charley.facts.answering.number_words import place_of, rate_in
from charley.facts.answering.said_numbers import middle, number_said
from charley.facts.answering.wording import means, pattern
from charley.facts.fields import NONE_OF_THESE
from charley.facts.numbers.since import seen_from
from charley.facts.vocabulary import Fact, Value, Vocabulary

__all__ = ["Understood", "beyond", "listed", "spoken", "understood"]

_BEYOND: Final = re.compile(r"\W+(?:and |but |also )*(.+)", re.DOTALL)
_BEYOND_NUMBER: Final = re.compile(
    r"[^,;.]*\d[^,;.]*(?:[,;]|\.\s|\s(?:and|but)\s)\s*(?:and |but |also )*(\D+)"
)
_BEYOND_CHOICE: Final = re.compile(r"[^,;.]+(?:[,;]|\.\s|\s(?:and|but)\s)\s*(?:and |but |also )*(.+)")
_LETTERS: Final = {"female": ("f",), "male": ("m",)}
"""Letters that stand for a choice where it is asked for, and nowhere else."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What an answer comes to: its value, None where it is not known; the text a file may hold for it.

    `play_back` says that it was understood rather than read, so that the person is shown what was.
    """

    value: Value | None
    text: str
    play_back: bool


def understood(vocabulary: Vocabulary, fact: Fact, line: str, today: datetime.date) -> Understood:
    """What a person means who was asked for this fact today. Raises `NotUnderstood`, with the reason."""
    said = spoken(fact, line, today)
    said = replace(said, text=seen_from(fact, said.text, today))
    compared = vocabulary.compared.get(fact.id)
    try:
        value = parse_answer(fact, said.text, prompted=True, compared=compared)
    except NotUnderstood as error:
        between = middle(fact, said.text) if error.code == "F019" else None
        if between is None:
            raise
        said = Spoken(between, understood=True)
        value = parse_answer(fact, between, prompted=True, compared=compared)
    if isinstance(value, Unknown):
        return Understood(None, said.text, said.understood)
    return Understood(value, said.text, said.understood or bool(number_as_told(fact, said.text, value)))


def spoken(fact: Fact, line: str, today: datetime.date) -> Spoken:
    """What a person means who was asked for this fact, as text. Raises `Refused`, with the reason."""
    low = " ".join(line.lower().replace("’", "'").split()).strip(" .!,")
    if means(low, "sorry", "not_known"):
        return Spoken("unknown", understood=True)
    if fact.kind == "boolean":
        return _yes_or_no(fact, line, low)
    if fact.kind == "choice":
        return _choice(fact, line, low)
    if means(low, "yes_or_no") or (_is_yes(low) and rate_in(low) is None):
        raise Refused(f"`{line.strip()[:40]}` is no number", f"this question wants {fact.expected()}")
    return number_said(fact, line, low, today)


def beyond(fact: Fact, line: str) -> str:
    """What a line says beyond its answer: `yes, and my foot is numb`, `better, but my foot is numb`."""
    text = " ".join(line.replace("’", "'").split()).strip(" .!,")
    if fact.kind == "boolean":
        led = _led(text.lower())
        found = None if led is None else _BEYOND.fullmatch(text, len(led))
    else:
        found = (_BEYOND_NUMBER if fact.kind == "number" else _BEYOND_CHOICE).fullmatch(text)
    if found is None or _is_yes(found[1].lower()) or _is_no(found[1].lower()):
        return ""
    if fact.kind == "choice" and meant(fact, found[1]):
        return ""
    return found[1] if len(found[1].split()) > 2 else ""


def listed(fact: Fact) -> str:
    """The choices of a fact with their numbers, as they stand on the screen."""
    return ", ".join(f"{at} {fact.show(choice)}" for at, choice in enumerate(fact.choices, 1))


def _is_yes(low: str) -> bool:
    return means(low, "before_a_yes", "soft_yes") or means(low.removesuffix(" please"), "soft_yes")


def _is_no(low: str) -> bool:
    return means(low, "before_a_no", "soft_no")


def _led(low: str) -> str | None:
    """The yes or no that a line begins with, where it goes on after it."""
    found = re.match(rf"(?:{pattern('yes_first').pattern}|{pattern('no_first').pattern})\b", low)
    return None if found is None or found.end() == len(low) else found[0]


def _yes_or_no(fact: Fact, line: str, low: str) -> Spoken:
    if low in ("f", "m", "female", "male"):
        message = f"`{line.strip()}` could be a sex, and this is a yes-or-no question"
        raise Refused(message, "write yes or no")
    if means(low, "before_it_was_over", "over"):
        if fact.when_past == "counts":
            return Spoken("yes", understood=True)
        if fact.when_past == "denies":
            return Spoken("no", understood=True)
        raise Refused(f"`{line.strip()[:40]}` says how it was", "write yes or no as it is now")
    if means(low, "may_be_either"):
        help = "write yes, no, or `unknown` where you cannot tell"
        raise Refused(f"`{line.strip()[:40]}` may be yes or no", help)
    if _is_no(low):
        return Spoken("no", understood=True)
    if _is_yes(low):
        return Spoken("yes", understood=True)
    led = _led(low)
    if led is not None:
        denied = means(led, "no_first")
        rest = low[len(led) :].lstrip(" ,.;:-")
        same = _is_no(rest) if denied else _is_yes(rest)
        if re.match(r"(?:no|yes|not)\b", rest) and not same:
            raise Refused(f"`{line.strip()[:40]}` may be yes or no", "write yes or no")
        if pattern("but_after_a_no").search(rest) and denied:
            raise Refused("that is no with a but", "write yes if it is sometimes so, or no")
        return Spoken("no" if denied else "yes", understood=True)
    return Spoken(low if low in ("yes", "no") else line)


def _choice(fact: Fact, line: str, low: str) -> Spoken:
    bare = pattern("before_a_choice").sub("", low, count=1)
    for choice in fact.choices:
        if bare in _LETTERS.get(choice, ()) or bare == choice or low == fact.show(choice).lower():
            return Spoken(choice, understood=bare != choice)
    if low.replace(" ", "_") in fact.choices:
        return Spoken(line)
    place = place_of(low)
    if place is not None and 1 <= place <= len(fact.choices):
        choice = fact.choices[place - 1]
        return Spoken(choice, understood=not low.isdigit())
    if re.fullmatch(r"\d+(?:(?:[\s,&/+-]|and|or|to)+\d+)+", low):
        raise _more_than_one()
    answers = meant(fact, low)
    if len(answers) == 1:
        answer = min(answers)
        return Spoken("unknown" if answer == NONE_OF_THESE else answer, understood=True)
    if means(low, "yes_or_no"):
        raise Refused(f"`{line.strip()}` does not say which: {listed(fact)}", "write the number or the words")
    starting = [choice for choice in fact.choices if choice.startswith(low.replace(" ", "_"))]
    if len(starting) == 1 and len(low) > 2:
        return Spoken(starting[0], understood=True)
    if means(low, "none_of_these"):
        return Spoken("unknown", understood=True)
    named = [choice for choice in fact.choices if re.search(rf"\b{choice.replace('_', ' ')}\b", low)]
    if len(named) > 1 or len(answers) > 1 or means(low, "several_of_these"):
        raise _more_than_one()
    if len(named) == 1 and not pattern("not_this_one").search(low):
        return Spoken(named[0], understood=True)
    if len(low) < 3 and low.isalpha() and not _first_letter(fact, low):
        raise Refused(f"`{line.strip()}` is none of: {listed(fact)}", "write the number or the words")
    return Spoken(line)


def _more_than_one() -> Refused:
    help = "write the one that fits best, or 0 for more than one"
    return Refused("only one of them can be noted", help)


def _first_letter(fact: Fact, low: str) -> bool:
    """Whether one letter names a choice: not where it could be the letter of a list."""
    return len(low) == 1 and low not in "abcdeion" and sum(c.startswith(low) for c in fact.choices) == 1
