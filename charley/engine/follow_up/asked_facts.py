"""The fact whose question somebody asks about by a word of it: `why did you ask about my bladder?`."""

from __future__ import annotations

from collections.abc import Collection

from charley.engine.prepared import Prepared
from charley.facts.text.tokens import stem, tokenize

__all__ = ["FactWords"]

_SHORT = 3
"""Words of fewer letters name no fact."""


class FactWords:
    """The words of every fact's question, in all wordings."""

    def __init__(self, base: Prepared) -> None:
        self._words = {
            id: _stems(f"{fact.label} {fact.wording.clinician} {fact.wording.patient or ''}")
            for id, fact in base.vocabulary.items()
        }
        self._minimum = {id for condition in base.minimum for id in base.facts_of(condition)}

    def named(self, text: str, told: Collection[str]) -> str | None:
        """The fact that has most of the words; of equals one that was told, then a warning sign."""
        asked = {word for word in _stems(text) if word not in _NOT_NAMING}
        shared = {id: len(asked & words) for id, words in self._words.items()}
        most = max(shared.values(), default=0)
        found = [id for id, count in shared.items() if count == most] if most else []
        return min(found, key=lambda id: (id not in told, id not in self._minimum), default=None)


def _stems(text: str) -> frozenset[str]:
    words = {t.low for t in tokenize(text) if t.kind == "word" and len(t.low) >= _SHORT}
    return frozenset(stem(word) for word in words)


_NO_NAMES = "about ask asked the you that this have your question know why want need tell told"
_NOT_NAMING = frozenset(stem(token.low) for token in tokenize(_NO_NAMES))
