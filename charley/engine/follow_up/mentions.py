"""What a question names: candidates, alerts and tests, each with the words that name it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from charley.engine.follow_up.grammar import compared_as, no_misspelling, of_the_person
from charley.engine.follow_up.reader import reader_of
from charley.engine.prepared import Prepared
from charley.facts.text.passage import Passage
from charley.facts.text.phrases import Match, PhraseTree
from charley.facts.text.spelling import Spelling
from charley.facts.text.words import BadPhrase
from charley.rules.candidate import AlertName, Candidate
from charley.rules.names import plain, spoken_names

__all__ = ["Named", "Names", "Said"]

_ABOUT_A_NUMBER: Final = re.compile("NUMBER|DURATION|SLASHED|[.]{2}")


@dataclass(frozen=True, slots=True)
class Named:
    """A stretch of a question that names one of `targets`, by its first and last token."""

    first: int
    last: int
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A question as it is compared: `text` has `X` for every target, in the order of `named`.

    Whoever is asked about is `i` there, be it `she` or `this patient`.
    """

    text: str
    named: tuple[Named, ...]
    passage: Passage

    def spans(self, targets: Collection[str]) -> list[tuple[int, int]]:
        """Where in the question each name of one of these targets stands."""
        tokens = self.passage.tokens
        found = (each for each in self.named if any(id in targets for id in each.targets))
        return [(tokens[each.first].start, tokens[each.last].end) for each in found]


class Names:
    """The names of the candidates and alerts of a base, and of its tests, found in a question."""

    def __init__(self, base: Prepared) -> None:
        self._lexicon = base.part(reader_of).lexicon
        self._targets: PhraseTree[str] = PhraseTree(self._lexicon)
        self._tests: PhraseTree[str] = PhraseTree(self._lexicon)
        self._phrases: list[str] = []
        named: list[Candidate | AlertName] = [*base.candidates.values(), *base.alerts.values()]
        for each in named:
            phrases = each.said_as.get("en", ())
            # A prefix is a shorthand of commands (`red`, `ill`); in a sentence it is another word.
            own = [name for name in map(plain, spoken_names(each)) if name and name != each.prefix]
            for phrase in dict.fromkeys((*phrases, *own)):
                self._add(self._targets, phrase, each.id)
        for fact in base.vocabulary.values():
            said = fact.said_as.get("en")
            if fact.kind == "number":
                for phrase in (fact.label, *(said.states if said else ())):
                    if not _ABOUT_A_NUMBER.search(phrase):
                        self._add(self._tests, phrase, fact.id)
        self._spelling = Spelling(self._lexicon.vocabulary_of([*self._phrases, *no_misspelling()]))

    def read(self, question: str) -> Said:
        """The question with what it names."""
        passage = self._passage(question)
        named = tuple(_longest(self._targets.find(passage)))
        starts = {each.first: each for each in named}
        parts: list[str] = []
        place, words = 0, compared_as()
        while place < len(passage.tokens):
            if place in starts:
                parts.append("X")
                place = starts[place].last + 1
                continue
            low = passage.tokens[place].low
            parts += [words.get(low, low)] if low.isalnum() or low in ("%", "'s") else []
            place += 1
        return Said(of_the_person(" ".join(parts)), named, passage)

    def tests(self, text: str) -> tuple[str, ...]:
        """The facts of the tests that are named."""
        named = _longest(self._tests.find(self._passage(text)))
        return tuple(dict.fromkeys(id for each in named for id in each.targets))

    def _add(self, tree: PhraseTree[str], phrase: str, id: str) -> None:
        with suppress(BadPhrase):  # `check` reports it at its place
            tree.add(phrase, id)
            self._phrases.append(phrase)

    def _passage(self, text: str) -> Passage:
        return Passage(text, self._lexicon.words, self._spelling.respelled)


def _longest(matches: list[Match[str]]) -> Iterator[Named]:
    """Of phrases that overlap the longest, with all that it may mean; in the order of the question."""
    taken: set[int] = set()
    chosen: list[Named] = []
    spans = {(match.first, match.last) for match in matches}
    for first, last in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        if taken.isdisjoint(range(first, last + 1)):
            taken.update(range(first, last + 1))
            here = [match.meaning for match in matches if (match.first, match.last) == (first, last)]
            chosen.append(Named(first, last, tuple(dict.fromkeys(here))))
    yield from sorted(chosen, key=lambda each: each.first)
