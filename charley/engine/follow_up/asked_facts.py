"""The fact that somebody asks about: found by its words, and what the rules make of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Final

from charley.engine.consult.consultation import Consultation
from charley.engine.explain.justification import answers_behind
from charley.engine.explain.words import answer_words, name_of
from charley.engine.explanation import Row
from charley.engine.follow_up.grammar import said_for
from charley.engine.prepared import Prepared
from charley.engine.summary.rule_words import effect_words
from charley.facts.text.meanings import meanings
from charley.facts.text.tokens import stem, tokenize
from charley.facts.vocabulary import Fact
from charley.rules.rule import acts_on

__all__ = ["FactWords", "bearing"]

_SHORT: Final = 3
"""Words of fewer letters name no fact."""

_RULES: Final = 6
"""Rules that are named; more would not be read."""


class FactWords:
    """The words of every fact, and how often: of its question, and those by which it is told."""

    def __init__(self, base: Prepared) -> None:
        self._words = {id: _words_of(fact) for id, fact in base.vocabulary.items()}
        self._facts = Counter(word for words in self._words.values() for word in words)
        self._total: Counter[str] = sum(self._words.values(), Counter())
        self._minimum = {id for condition in base.minimum for id in base.facts_of(condition)}

    def named(self, text: str, told: Collection[str], *, told_first: bool = False) -> str | None:
        """The fact that the words name best; of equals one that was told, then a warning sign.

        With `told_first` one that was told is meant wherever a word of it is said.

        A word names a fact by its share of all uses of the word; a word of very many facts names none.
        """
        kin = re.search(rf"\b{said_for('KIN')}\b", text, re.IGNORECASE)
        asked = _stems(text) | (_FAMILY if kin else frozenset())
        asked = frozenset(word for word in asked if 0 < self._facts[word] <= _COMMON)
        shares = {id: sum(words[w] / self._total[w] for w in asked) for id, words in self._words.items()}
        most = max(shares.values(), default=0)
        found = [id for id, share in shares.items() if share == most] if most else []
        if told_first:
            found = sorted((id for id in told if shares[id]), key=shares.__getitem__)[-1:] or found
        return min(found, key=lambda id: (id not in told, id not in self._minimum), default=None)


_COMMON: Final = 25
"""A word of more facts than these names none of them."""

_FAMILY: Final = frozenset([stem("family")])
"""What is asked of a relative is asked of the family."""


_NAMING: Final = ("states", "enough", "needed", "number", "sides")
"""Phrases of these roles hold words of the fact."""


def bearing(c: Consultation, fact: str, target: str | None) -> Iterator[Row]:
    """What the rules make of an answer that was told: of all, or of those about one diagnosis."""
    base, patient = c.base, c.audience == "patient"
    fired = {firing.rule for firing in c.differential.firings}
    using = [id for id, facts in base.facts_of_rule.items() if fact in facts and id in fired]
    using = [id for id in using if target is None or target in map(acts_on, base.rules[id].then)]
    # A finding says nothing by itself, and of an alternative only what is so made the rule fire.
    using = [id for id in using if not all(effect.kind == "conclude" for effect in base.rules[id].then)]
    using = [id for id in using if fact in answers_behind(base, c.differential, [id])]
    yield Row("", f"Told: {answer_words(base, fact, c.record[fact], c.audience)}")
    about = "" if target is None else f" about {name_of(base, target, c.audience).rstrip('.')}"
    if not using:
        yield Row("", f"By what was told so far, no rule{about} makes anything of that.")
        return
    yield Row("", f"What the rules{about} make of it:")
    said: dict[str, None] = {}
    for id in using:
        rule = base.rules[id]
        if patient:
            said |= dict.fromkeys([rule.because_patient] if rule.because_patient else [])
        else:
            does = "; ".join(dict.fromkeys(effect_words(e, base, "short", c.audience) for e in rule.then))
            said[f"{does}: {rule.because} [{id}]"] = None
    for line in list(said)[:_RULES]:
        yield Row("  * ", line)
    if len(said) > _RULES:
        yield Row("    ", f"(and {len(said) - _RULES} more)")
    if not said:
        yield Row("  ", "It is part of how the causes are weighed.")


_OF_THE_QUESTION: Final = 5
"""A word of the question itself names its fact as well as so many phrases with the word."""


def _words_of(fact: Fact) -> Counter[str]:
    asked = _stems(f"{fact.label} {fact.wording.clinician} {fact.wording.patient or ''}")
    found = Counter(dict.fromkeys(asked, _OF_THE_QUESTION))
    for phrase, meaning in meanings(fact, "en"):
        if meaning.role in _NAMING:
            found.update(_stems(" ".join(w for w in phrase.replace("/", " ").split() if w.islower())))
    return found


def _stems(text: str) -> frozenset[str]:
    words = {t.low for t in tokenize(text) if t.kind == "word" and len(t.low) >= _SHORT}
    return frozenset(stem(word) for word in words) - _NOT_NAMING


_NO_NAMES: Final = (
    "about ask asked the you that this have been your question know why want need tell told what with and "
    "for not does did was were how much many when where which point matter reason whether from into had has "
    "get got"
)
_NOT_NAMING: Final = frozenset(stem(token.low) for token in tokenize(_NO_NAMES))
