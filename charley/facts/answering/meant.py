"""What an answer that is typed comes to: a text that a file may hold, or a refusal with its reason."""

from __future__ import annotations

from dataclasses import dataclass

from charley.facts.answer import NotUnderstood

__all__ = ["Refused", "Spoken"]


class Refused(NotUnderstood):
    """What was said is understood, and is no answer to this question; `str()` says why."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """An answer as a file may hold it, and whether it was understood rather than read."""

    text: str
    understood: bool = False
