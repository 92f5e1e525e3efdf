"""Which choice, or which number, the words of a person mean who was asked for it.

The phrases are those by which free text is read, and those that mean something only in an answer
(`answered_as`). They are found and their denials are read as in free text.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from charley.facts.text.context.scopes import Scopes
from charley.facts.text.context.triggers import scope_tree, scopes_in
from charley.facts.text.meanings import Meaning
from charley.facts.text.mentions import mentions_in
from charley.facts.text.passage import Passage
from charley.facts.text.phrases import PhraseTree
from charley.facts.text.reader import LANGUAGES
from charley.facts.text.spelling import Spelling
from charley.facts.text.words import lexicon_of
from charley.facts.vocabulary import Fact

__all__ = ["meant"]

_LANGUAGE: Final = "en"


def meant(fact: Fact, line: str) -> frozenset[str]:
    """The choices or numbers that a line says; more than one where it does not say which."""
    return _answers_to(fact).said(line)


@lru_cache(64)
def _answers_to(fact: Fact) -> _Answers:
    return _Answers(fact)


class _Answers:
    """The phrases of one fact, ready to be found."""

    def __init__(self, fact: Fact) -> None:
        lexicon = lexicon_of(LANGUAGES[_LANGUAGE])
        self._facts = {fact.id: fact}
        self._tree: PhraseTree[Meaning] = PhraseTree(lexicon)
        self._scopes = scope_tree(lexicon)
        self._words = lexicon.words
        phrases = [(value, said) for value, each in _phrases(fact).items() for said in each]
        for value, phrase in phrases:
            self._tree.add(phrase, Meaning(fact.id, value, "states"))
        known = [phrase for _, phrase in phrases] + [phrase for _, _, _, phrase in lexicon.scopes]
        self._spelling = Spelling(lexicon.vocabulary_of(known))

    def said(self, line: str) -> frozenset[str]:
        passage = Passage(line, self._words, self._spelling.respelled)
        scopes: Scopes = scopes_in(passage, self._scopes)
        mentions = mentions_in(self._tree.find(passage), passage, scopes, self._facts)
        return frozenset(str(each.value) for each in mentions if each.status == "stated")


def _phrases(fact: Fact) -> dict[str, list[str]]:
    """By each answer the phrases that mean it."""
    found: dict[str, list[str]] = {choice: [] for choice in fact.choices}
    said = fact.said_as.get(_LANGUAGE)
    if said is not None and fact.kind == "choice":
        for choice, phrases in said.values.items():
            found[choice] += phrases
    for value, phrases in fact.answered_as.get(_LANGUAGE, {}).items():
        found.setdefault(value, []).extend(phrases)
    return found
