"""What a denial leaves open: it ends in an exception, is of another place or person, or only of a time."""

from __future__ import annotations

from typing import Final

from charley.facts.text.context.scopes import Trigger
from charley.facts.text.context.times import is_event
from charley.facts.text.meanings import Meaning
from charley.facts.text.passage import Passage
from charley.facts.text.phrases import Match
from charley.facts.vocabulary import Fact

__all__ = [
    "affirmed_of_another",
    "corrects_a_side",
    "denied_at_times",
    "is_cut_back",
    "is_exception",
    "is_of_another_site",
]

_ELLIPTIC: Final = {"do", "does", "did", "is", "are", "was", "were", "has", "have", "had", "can"}
_PREPOSITIONS: Final = {"by", "at", "in", "on", "after", "when"}
_WHEN: Final = {"when", "while", "whilst", "if", "unless", "until", "till", "whenever", "during", "once"}
_AT_TIMES: Final = {
    ("at", "rest"),
    ("at", "night"),
    ("in", "bed"),
    ("in", "daytime"),
    ("in", "day"),
    ("in", "morning"),
    ("in", "evening"),
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
_WELL: Final = {"palpable", "present", "normal", "intact", "there", "fine", "ok"}
"""What may stand before an exception: `all pulses palpable except ..`."""

_JOINS: Final = {
    "and",
    "&",
    "+",
    "/",
    ",",
    "or",
    "of",
    "on",
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


def corrects_a_side(triggers: list[Trigger], passage: Passage) -> bool:
    """Whether only left and right are put right: `my left calf, I mean the right`."""
    return any(
        token.low in _SIDES
        for trigger in triggers
        if trigger.kind == "retraction"
        for token in passage.tokens[trigger.first : trigger.after + 2]
    )


def is_cut_back(match: Match[Meaning], passage: Passage) -> bool:
    """Whether an exception follows a normal finding: `reflexes present bar the left ankle jerk`."""
    if match.meaning.role != "denies" and match.meaning.value not in _NORMAL_CHOICES:
        return False
    tokens = passage.tokens
    begin, end = match.last + 1, passage.sentence(match.last)[1]
    if begin < end and tokens[begin].low in _WELL:
        begin += 1
    words = [token.low for token in tokens[begin : min(begin + 2, end)]]
    return is_exception(words)


def is_exception(words: list[str]) -> bool:
    """Whether the first of two words, or both, begin an exception: `except`, `apart from`."""
    return any(word in _EXCEPT for word in words[:1]) or " ".join(words[:2]) in _EXCEPT


def is_of_another_site(match: Match[Meaning], passage: Passage) -> bool:
    """Whether a gap goes from one place of the body over the next: `on my feet my calves throb`."""
    tokens, classes, used = passage.tokens, passage.classes, set(match.used)
    if ".." not in match.phrase or not any(name == "SITE" for name, _ in classes[match.first]):
        return False
    gap = [place for place in range(match.first, match.last) if place not in used]
    if any(tokens[place].low in _JOINS for place in gap):
        return False
    return any(name == "SITE" for place in gap for name, _ in classes[place])


def affirmed_of_another(match: Match[Meaning], passage: Passage) -> bool:
    """Whether what is denied is said at once of something else: `don't swell but my ankles do`."""
    tokens = passage.tokens
    low = passage.clause(match.last)[1]
    if low >= len(tokens) or tokens[low - 1].low not in ("but", "though", "although"):
        return False
    high = passage.clause(low)[1]
    end = next((at for at in range(low, high) if tokens[at].low in _PREPOSITIONS), high)
    said = [token.low for token in tokens[low:end] if token.kind == "word"]
    return len(said) > 1 and said[-1] in _ELLIPTIC


def denied_at_times(fact: Fact, match: Match[Meaning], passage: Passage) -> bool:
    """Whether a complaint is denied only of a time: `no pain at rest`, `no swelling when I wake`."""
    following = [
        token.low for token in passage.tokens[match.last + 1 : match.last + 4] if token.low != "the"
    ][:2]
    if is_event(fact) or not following or passage.ends(match.last + 1):
        return False
    return following[0] in _WHEN or tuple(following) in _AT_TIMES
