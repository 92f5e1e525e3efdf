"""Misspelt words, set right where a word of a phrase is near enough."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from charley.facts.text.tokens import Token, stem

__all__ = ["Spelling"]

_NEAR: Final = 88
"""The least likeness, of a hundred, at which a word counts as another word misspelt."""

_SHORTEST: Final = 6


class Spelling:
    """The long words of all phrases, by their first letter."""

    def __init__(self, words: Mapping[str, str]) -> None:
        """`words` gives the stem of each."""
        self._stems = set(words.values())
        self._by_letter: dict[str, list[str]] = {}
        for word in sorted(words):
            if len(word) >= _SHORTEST and word.isalpha():
                self._by_letter.setdefault(word[0], []).append(word)
        self._known: dict[str, str] = {}

    def respelled(self, token: Token) -> Token:
        """The token as it stands, or with the word that was meant."""
        low = token.low
        if len(low) < _SHORTEST or not low.isalpha() or token.stem in self._stems:
            return token
        if low not in self._known:
            if len(self._known) > 50_000:
                self._known.clear()
            self._known[low] = self._nearest(low)
        meant = self._known[low]
        return token if meant == low else token._replace(low=meant, stem=stem(meant))

    def _nearest(self, low: str) -> str:
        from rapidfuzz import fuzz, process

        near = [word for word in self._by_letter.get(low[0], ()) if abs(len(word) - len(low)) <= 2]
        found = process.extractOne(low, near, scorer=fuzz.ratio, score_cutoff=_NEAR)
        return found[0] if found else low
