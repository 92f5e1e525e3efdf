"""How people say that it is enough: one list for every offer, and for whoever cannot answer."""

from __future__ import annotations

import re
from typing import Final

from charley.facts.vocabulary import NOT_KNOWN

__all__ = ["declines", "leaves_open"]

_DECLINES: Final = re.compile(
    r"(?:no|n|nope|nah|none|nothing|done|finish|skip|pass|(?:please )?stop(?: here| now)?"
    r"|(?:no,? )?(?:that is|that's|it is|it's) (?:all|it|enough)|enough|nothing (?:else|more)|no more)"
    r"(?:,? (?:thanks|thank you|please))?"
)

_LEAVES: Final = re.compile(
    r"(?:(?:sorry|well),? )*(?:(?:i )?(?:do not|don'?t|can'?t|cannot) (?:know|say|tell|think of (?:any|one))"
    r"|(?:i have |i'?ve )?no (?:idea|clue)|dunno|idk"
    r"|(?:i'?m )?not sure|rather not|later|just show (?:me|it))"
)


def declines(line: str) -> bool:
    """Whether the line says that no more is wanted."""
    return _DECLINES.fullmatch(_plain(line)) is not None


def leaves_open(line: str) -> bool:
    """Whether the line declines, or says that its writer cannot answer."""
    low = _plain(line)
    return declines(line) or low in NOT_KNOWN or _LEAVES.fullmatch(low) is not None


def _plain(line: str) -> str:
    return " ".join(line.lower().replace("\u2019", "'").split()).strip(" .!")
