"""Reading a text for facts: every fact stated of this person now, with the words it was taken from."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from charley.facts.text.choosing import choose
from charley.facts.text.context.pronouns import stand_ins
from charley.facts.text.context.triggers import scope_tree, scopes_in
from charley.facts.text.meanings import Meaning, meanings
from charley.facts.text.mentions import Mention, mentions_in
from charley.facts.text.passage import Passage
from charley.facts.text.phrases import PhraseTree
from charley.facts.text.results import Reading, Taken
from charley.facts.text.spelling import Spelling
from charley.facts.text.unread import not_understood
from charley.facts.text.words import Lexicon, lexicon_of
from charley.facts.vocabulary import Fact
from charley.facts.wording import Audience

__all__ = ["LANGUAGES", "Reader"]

LANGUAGES: Final = {"en": "english"}
"""The languages that can be read, with the folder of their words."""


class Reader:
    """Reads texts in one language for the facts of one vocabulary. Making it takes the time, not reading."""

    def __init__(self, facts: Iterable[Fact], language: str = "en", lexicon: Lexicon | None = None) -> None:
        """`lexicon` is one that was kept. Raises `BadPhrase` where a phrase of a fact cannot be read."""
        self._lexicon = lexicon_of(LANGUAGES[language]) if lexicon is None else lexicon
        self._facts = {fact.id: fact for fact in facts}
        self._tree: PhraseTree[Meaning] = PhraseTree(self._lexicon)
        phrases = [phrase for _, _, _, phrase in self._lexicon.scopes]
        for fact in self._facts.values():
            for phrase, meaning in meanings(fact, language):
                self._tree.add(phrase, meaning, number_after=meaning.role == "number")
                phrases.append(phrase)
        self._scopes = scope_tree(self._lexicon)
        self._vocabulary = self._lexicon.vocabulary or self._lexicon.vocabulary_of(phrases)
        self._spelling = Spelling(self._vocabulary)

    @property
    def lexicon(self) -> Lexicon:
        """What the phrases come to, to be kept for the next reader of these facts."""
        return replace(self._lexicon, vocabulary=self._vocabulary)

    def read(
        self, text: str, audience: Audience = "clinician", today: datetime.date | None = None
    ) -> Reading:
        """The facts that are stated in a text of this person now, to be confirmed by this audience.

        A weekday says how long ago something was only where it is known what day is `today`.
        """
        passage = Passage(text, self._lexicon.words, self._spelling.respelled, today)
        for pronoun, part in stand_ins(passage):
            passage.stand_for(pronoun, part)
        scopes = scopes_in(passage, self._scopes)
        mentions = mentions_in(self._tree.find(passage), passage, scopes, self._facts)
        corrections = sorted(trigger.first for trigger in scopes.triggers if trigger.kind == "correction")
        stated, doubtful = choose(mentions, passage, corrections)
        told, open_to_doubt = (
            tuple(sorted((_taken(each, passage, audience) for each in some), key=_order))
            for some in (stated, doubtful)
        )
        of_others = tuple(_span(each, passage) for each in mentions if each.status == "other")
        return Reading(text, told, open_to_doubt, tuple(not_understood(passage, mentions)), of_others)


def _order(taken: Taken) -> tuple[int, str]:
    return taken.start, taken.fact


def _span(mention: Mention, passage: Passage) -> tuple[int, int]:
    return passage.tokens[mention.match.first].start, passage.tokens[mention.match.last].end


def _taken(mention: Mention, passage: Passage, audience: Audience) -> Taken:
    fact = mention.fact
    start, end = _span(mention, passage)
    assert mention.value is not None
    words = passage.text[start:end]
    question = fact.question(audience) or fact.wording.to(audience)
    return Taken(fact.id, mention.value, start, end, words, question, mention.match.phrase, mention.because)
