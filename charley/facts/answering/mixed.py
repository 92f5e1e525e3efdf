"""A line that says two things: an answer and a question, or `none` and what there is beside it."""

from __future__ import annotations

import re
from typing import Final

from charley.facts.answering.wording import means, pattern

__all__ = ["answer_and_question", "confirms", "none_and_words", "rejects"]

_BEFORE_A_QUESTION: Final = re.compile(r"(.*[\w)][.,;!])\s+([^.;!]+\?+)", re.DOTALL)


def answer_and_question(line: str) -> tuple[str, str] | None:
    """`2, the rest no. Could it be a clot?` is an answer, perhaps, and a question after it."""
    found = _BEFORE_A_QUESTION.fullmatch(line.strip())
    return None if found is None else (found[1].rstrip(" .,;!"), found[2])


def none_and_words(line: str) -> str | None:
    """What stands beside a `none` that answers a list: `it hurts when I walk` of `none, but it hurts ...`."""
    text = " ".join(line.replace("\u2019", "'").split())
    found = pattern("tick_none", "tick_none_and").match(text.lower())
    return text[found.end() :].strip() or None if found is not None else None


def confirms(line: str) -> bool:
    """Whether the line says that what was understood is right."""
    return means(_plain(line), "confirms")


def rejects(line: str) -> bool:
    """Whether the line says that nothing of what was understood is right."""
    return means(_plain(line), "rejects")


def _plain(line: str) -> str:
    return " ".join(line.lower().replace("\u2019", "'").split()).strip(" .!,")
