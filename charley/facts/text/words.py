"""Classes of words that phrases name in capitals (`LEG`, `PAIN`), and phrases as the steps they come to.

The classes are data, one set a language. A member is compared by the stems of its words; `=leg` is that one
word in that very form. Taking phrases apart takes most of the time that a reader needs to be made, so a
`Lexicon` can be kept as data, and given to the next reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from itertools import product
from typing import Final

from charley.documents.diagnostic import CharleyError
from charley.facts.text import language_data
from charley.facts.text.numbers.slot import SLOT
from charley.facts.text.tokens import Token, stem, tokenize

__all__ = ["GAPS", "BadPhrase", "Lexicon", "Words", "language_data", "lexicon_of", "words_of"]

GAPS: Final = {"..": 5, "...": 12}
"""How many words a gap of a phrase may stand for."""


class BadPhrase(CharleyError, ValueError):
    """A phrase that cannot be read: `str()` says why."""


class Words:
    """The classes of one language, looked up by their first word."""

    def __init__(self, members: Mapping[str, str], forms: Mapping[str, str]) -> None:
        """`members` gives for the stems of a word, or of several, its classes; `forms` for a very form."""
        self.names = frozenset(
            name for names in (*members.values(), *forms.values()) for name in names.split()
        )
        self._by_first: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
        for text, names in members.items():
            stems = tuple(text.split(" "))
            self._by_first.setdefault(stems[0], []).append((stems, tuple(names.split(" "))))
        self._exact = {form: tuple(names.split(" ")) for form, names in forms.items()}

    def at(self, tokens: list[Token], place: int) -> Iterator[tuple[str, int]]:
        """The classes that a word or words at this place belong to, with the place after them."""
        for stems, names in self._by_first.get(tokens[place].stem, ()):
            end = place + len(stems)
            if len(stems) == 1 or tuple(token.stem for token in tokens[place:end]) == stems:
                for name in names:
                    yield name, end
        for name in self._exact.get(tokens[place].low, ()):
            yield name, place + 1


@dataclass
class Lexicon:
    """The words of a language, and what the phrases that were read come to: data, which can be kept.

    `members` and `forms` are those of `Words`, `plain` every word in them as it is written. `spelled` gives
    for a phrase, a line each, the words in it as they are written and every way in which it can be met.
    `scopes` are the words that change what is said around them, as (kind, direction, reach, phrase).
    `vocabulary` are the words of all phrases of one reader with their stems, where it was kept for it.
    """

    members: dict[str, str]
    forms: dict[str, str]
    plain: list[str]
    scopes: list[tuple[str, str, str, str]]
    spelled: dict[str, str] = field(default_factory=dict)
    vocabulary: dict[str, str] | None = None

    @cached_property
    def words(self) -> Words:
        """The classes of words."""
        return Words(self.members, self.forms)

    def spellings(self, phrase: str) -> list[str]:
        """Every way in which a phrase can be met, as steps with a space between. Raises `BadPhrase`."""
        return self._lines(phrase)[1:]

    def written(self, phrase: str) -> list[str]:
        """The words of a phrase as they are written. Raises `BadPhrase`."""
        return self._lines(phrase)[0].split()

    def vocabulary_of(self, phrases: Iterable[str]) -> dict[str, str]:
        """The words of phrases and of all classes, with their stems."""
        words = dict.fromkeys(self.plain)
        for phrase in phrases:
            words.update(dict.fromkeys(self.written(phrase)))
        return {word: stem(word) for word in words}

    def _lines(self, phrase: str) -> list[str]:
        known = self.spelled.get(phrase)
        if known is None:
            written: dict[str, None] = {}
            ways = dict.fromkeys(" ".join(steps) for steps in self._ways(phrase, written))
            known = self.spelled[phrase] = "\n".join([" ".join(written), *ways])
        return known.split("\n")

    def _ways(self, phrase: str, written: dict[str, None]) -> Iterator[tuple[str, ...]]:
        parts: list[list[tuple[str, ...]]] = []
        for part in phrase.split():
            optional = part.startswith("(") and part.endswith(")") and len(part) > 2
            choices = [self._step(each, written) for each in _choices(part[1:-1] if optional else part)]
            parts.append([*choices, ()] if optional else choices)
        if not parts:
            raise BadPhrase("an empty phrase")
        for each in product(*parts):
            steps = tuple(step for part in each for step in part)
            if not steps or steps[0] in (*GAPS, "$") or steps[-1] in (*GAPS, "^"):
                raise BadPhrase(f"`{phrase}` begins or ends with nothing that can be found")
            yield steps

    def _step(self, part: str, written: dict[str, None]) -> tuple[str, ...]:
        if part in GAPS or part in ("^", "$") or SLOT.fullmatch(part):
            return (part,)
        if len(part) > 1 and part.isupper() and part.isalpha():
            if part not in self.words.names:
                raise BadPhrase(f"unknown class of words `{part}`")
            return (part,)
        if part.startswith("=") and len(part) > 1:
            written[part[1:]] = None
            return (part,)
        words, stems = _words_and_stems(part)
        written.update(dict.fromkeys(words))
        return stems


@lru_cache(8192)
def _words_and_stems(part: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words in a part of a phrase, and their stems. The phrases of a base share most of their parts."""
    tokens = [token for token in tokenize(part) if token.stem]
    return tuple(token.low for token in tokens), tuple(token.stem for token in tokens)


def _choices(part: str) -> list[str]:
    """The words of `a/b`; `y/o` and `24/7` are no such choice."""
    split = part.split("/")
    plain = len(split) == 1 or len(tokenize(part)) == 1 or any(each[:1].isdigit() for each in split)
    return [part] if plain else split


@cache
def lexicon_of(language: str) -> Lexicon:
    """The lexicon of a language, read once from its files."""
    classes = {**language_data(language, "words"), **language_data(language, "medicines")}
    members: dict[str, set[str]] = {}
    forms: dict[str, set[str]] = {}
    plain: dict[str, None] = {}
    for name in classes:
        for word in _members(name, classes):
            form = len(word) > 1 and word[0] == "="
            tokens = tokenize(word[1:] if form else word)
            key = word[1:] if form else " ".join(token.stem for token in tokens)
            (forms if form else members).setdefault(key, set()).add(name)
            plain.update(dict.fromkeys(token.low for token in tokens))
    scopes = [
        (entry["kind"], entry.get("direction", ""), entry.get("reach", ""), term)
        for entry in language_data(language, "scopes")
        for term in entry["terms"]
    ]
    return Lexicon(_joined(members), _joined(forms), list(plain), scopes)


def words_of(language: str) -> Words:
    """The word classes of a language."""
    return lexicon_of(language).words


def _joined(classes: Mapping[str, set[str]]) -> dict[str, str]:
    return {key: " ".join(sorted(names)) for key, names in classes.items()}


def _members(name: str, classes: Mapping[str, list[str]], above: tuple[str, ...] = ()) -> Iterator[str]:
    for word in classes[name]:
        if word.isupper() and word in classes and word not in above:
            yield from _members(word, classes, (*above, name))
        else:
            yield word
