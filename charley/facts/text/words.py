"""Classes of words that phrases name in capitals: `LEG`, `PAIN`, `STATIN`. They are data, one set a language.

A member is compared by the stems of its words; `=leg` is that one word in that very form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from charley.facts.text.tokens import Token, tokenize

__all__ = ["Words", "language_data", "words_of"]


@cache
def language_data(language: str, name: str) -> Any:
    """What stands in a data file of a language."""
    text = (files("charley.facts.text") / language / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, getattr(yaml, "CBaseLoader", yaml.BaseLoader))


class Words:
    """The classes of one language, looked up by their first word."""

    def __init__(self, classes: Mapping[str, list[str]]) -> None:
        self.names = frozenset(classes)
        self.all: set[str] = set()
        self._by_first: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
        of_words: dict[tuple[str, ...], set[str]] = {}
        exact: dict[tuple[str, ...], set[str]] = {}
        for name in classes:
            for word in _members(name, classes):
                form = len(word) > 1 and word[0] == "="
                tokens = tokenize(word[1:] if form else word)
                key = (word[1:],) if form else tuple(token.stem for token in tokens)
                (exact if form else of_words).setdefault(key, set()).add(name)
                self.all.update(token.low for token in tokens)
        for stems, names in of_words.items():
            self._by_first.setdefault(stems[0], []).append((stems, tuple(sorted(names))))
        self._exact = {forms[0]: tuple(sorted(names)) for forms, names in exact.items()}

    def at(self, tokens: list[Token], place: int) -> Iterator[tuple[str, int]]:
        """The classes that a word or words at this place belong to, with the place after them."""
        for stems, names in self._by_first.get(tokens[place].stem, ()):
            end = place + len(stems)
            if len(stems) == 1 or tuple(token.stem for token in tokens[place:end]) == stems:
                for name in names:
                    yield name, end
        for name in self._exact.get(tokens[place].low, ()):
            yield name, place + 1


def _members(name: str, classes: Mapping[str, list[str]], above: tuple[str, ...] = ()) -> Iterator[str]:
    for word in classes[name]:
        if word.isupper() and word in classes and word not in above:
            yield from _members(word, classes, (*above, name))
        else:
            yield word


@cache
def words_of(language: str) -> Words:
    """The word classes of a language, read once."""
    return Words({**language_data(language, "words"), **language_data(language, "medicines")})
