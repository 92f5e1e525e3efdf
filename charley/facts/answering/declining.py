"""How people say that it is enough: one list for every offer, and for whoever cannot answer."""

from __future__ import annotations

from charley.facts.answering.wording import means, pattern
from charley.facts.fields import NOT_KNOWN

__all__ = ["declines", "leaves_open"]


def declines(line: str) -> bool:
    """Whether the line says that no more is wanted."""
    return means(_plain(line), "declines", "thanks")


def leaves_open(line: str) -> bool:
    """Whether the line declines, or says that its writer cannot answer."""
    low = _plain(line)
    unexcused = pattern("sorry").sub("", low, count=1).lstrip(", ")
    return declines(line) or low in NOT_KNOWN or means(unexcused, "leaves_open")


def _plain(line: str) -> str:
    return " ".join(line.lower().replace("\u2019", "'").split()).strip(" .!")
