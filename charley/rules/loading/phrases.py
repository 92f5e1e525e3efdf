"""The phrases by which facts are said and diagnoses named: each can be read, and none says two things."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from charley.documents.diagnostic import Diagnostic
from charley.documents.document import Document, read_document
from charley.facts.text.reader import LANGUAGES
from charley.facts.text.words import BadPhrase, Lexicon, lexicon_of
from charley.facts.vocabulary import Fact
from charley.rules.knowledge_base import KnowledgeBase

__all__ = ["name_problems", "phrase_problems"]

Path_ = tuple[str | int, ...]
Said = tuple[str, str, Path_]
"""A fact, what is said of it (a role or a choice), and where the phrase stands."""


def phrase_problems(base: KnowledgeBase, file: Path) -> Iterator[Diagnostic]:
    """What is wrong with the phrases in the facts file of a base that can be used."""
    document = read_document(file)
    said: dict[str, dict[str, list[Said]]] = {}
    for path, fact in _facts(document, base):
        for language in fact.said_as:
            if language not in LANGUAGES:
                help = "languages that can be read: " + ", ".join(LANGUAGES)
                at = [*path, "said_as", language]
                yield document.problem(at, "F015", f"no words are known for `{language}`", help, key=True)
                continue
            yield from _unreadable(document, path, fact, language, said.setdefault(language, {}))
        for language in fact.answered_as:
            yield from _unanswerable(document, path, fact, language)
    for language, phrases in said.items():
        yield from _clashes(document, base, phrases)
        yield from _unsaid(document, base, language)


def name_problems(base: KnowledgeBase, file: Path) -> Iterator[Diagnostic]:
    """What is wrong with the words by which candidates and alerts are named."""
    document = read_document(file)
    said: dict[str, list[str]] = {}
    for sort in ("candidates", "alerts"):
        for n, given in enumerate((document.value or {}).get(sort) or ()):
            each = base.candidates[given["id"]] if sort == "candidates" else base.alerts[given["id"]]
            for language, phrases in each.said_as.items():
                path: Path_ = (sort, n, "said_as", language)
                if language not in LANGUAGES:
                    help = "languages that can be read: " + ", ".join(LANGUAGES)
                    yield document.problem(
                        path, "F015", f"no words are known for `{language}`", help, key=True
                    )
                    continue
                lexicon = lexicon_of(LANGUAGES[language])
                for at, phrase in enumerate(phrases):
                    yield from _named_twice(base, document, each.id, phrase, (*path, at), lexicon, said)


def _named_twice(
    base: KnowledgeBase,
    document: Document,
    id: str,
    phrase: str,
    at: Path_,
    lexicon: Lexicon,
    said: dict[str, list[str]],
) -> Iterator[Diagnostic]:
    """A phrase that cannot be read, or that names another candidate or alert without saying so."""
    try:
        spellings = lexicon.spellings(phrase)
    except BadPhrase as error:
        yield document.problem(at, "F015", str(error), "write plain words, `a/b` or `(a)`")
        return
    others = {other for spelling in spellings for other in said.get(spelling, ()) if other != id}
    for other in sorted(others):
        shared = [(base.candidates.get(each) or base.alerts[each]).shares_words_with for each in (id, other)]
        if other not in shared[0] and id not in shared[1]:
            help = f"say more, or write `shares_words_with: [{other}]`"
            message = f"these words also name `{other}`"
            yield document.problem(at, "F017", message, help, severity="warning")
    for spelling in spellings:
        said.setdefault(spelling, []).append(id)


def _facts(document: Document, base: KnowledgeBase) -> Iterator[tuple[Path_, Fact]]:
    for at, group in enumerate(document.value or ()):
        for n, fact in enumerate(group["facts"]):
            if fact["id"] in base.vocabulary:  # nobody says a date in words of its own
                yield (at, "facts", n), base.vocabulary[fact["id"]]


def _unreadable(
    document: Document, path: Path_, fact: Fact, language: str, said: dict[str, list[Said]]
) -> Iterator[Diagnostic]:
    """Phrases that cannot be read; the others are added to what is said."""
    lexicon = lexicon_of(LANGUAGES[language])
    given = _at(document.value, (*path, "said_as", language))
    groups: dict[str, Any] = given if isinstance(given, dict) else {"": given}
    for role, phrases in groups.items():
        for n, phrase in enumerate(phrases):
            at = (*path, "said_as", language, *((role,) if role else ()), n)
            try:
                spellings = lexicon.spellings(phrase)
            except BadPhrase as error:
                help = "write words, classes of words in capitals, `a/b`, `(a)`, `..`, `=word` or `NUMBER`"
                yield document.problem(at, "F015", str(error), help)
                continue
            for spelling in spellings:
                said.setdefault(spelling, []).append((fact.id, role or "states", at))


def _unanswerable(document: Document, path: Path_, fact: Fact, language: str) -> Iterator[Diagnostic]:
    """Phrases of an answer that cannot be read, or that mean two things."""
    at: Path_ = (*path, "answered_as", language)
    if language not in LANGUAGES:
        help = "languages that can be read: " + ", ".join(LANGUAGES)
        yield document.problem(at, "F015", f"no words are known for `{language}`", help, key=True)
        return
    lexicon = lexicon_of(LANGUAGES[language])
    said = fact.said_as[language].values if language in fact.said_as else {}
    meant = {words: value for value, phrases in said.items() for words in _read(lexicon, phrases)}
    for value, phrases in fact.answered_as[language].items():
        for n, phrase in enumerate(phrases):
            try:
                spellings = lexicon.spellings(phrase)
            except BadPhrase as error:
                help = "write words, classes of words in capitals, `a/b`, `(a)`, `..` or `=word`"
                yield document.problem((*at, value, n), "F015", str(error), help)
                continue
            others = {meant[each] for each in spellings if meant.get(each, value) != value}
            if others:
                message = f"these words mean `{value}` of `{fact.id}` and `{min(others)}`"
                yield document.problem((*at, value, n), "F016", message, "leave them in one place")
            meant.update(dict.fromkeys(spellings, value))


def _read(lexicon: Lexicon, phrases: Iterable[str]) -> Iterator[str]:
    """Every way in which the phrases can be met, of those that can be read."""
    for phrase in phrases:
        with suppress(BadPhrase):
            yield from lexicon.spellings(phrase)


def _clashes(document: Document, base: KnowledgeBase, said: dict[str, list[Said]]) -> Iterator[Diagnostic]:
    """Words that say two things: an error within a fact, a warning between two."""
    told: set[Path_] = set()
    for claims in said.values():
        for n, (fact, role, at) in enumerate(claims):
            for other, other_role, _ in claims[:n]:
                if at in told or "nothing" in (role, other_role):
                    continue
                if fact == other and role != other_role:
                    told.add(at)
                    message = f"these words say `{other_role}` of `{fact}` and `{role}`"
                    yield document.problem(at, "F016", message, "leave them in one place")
                elif fact != other and not _share(base, fact, other):
                    told.add(at)
                    message = f"these words also state `{other}`"
                    help = f"say more, or write `shares_words_with: [{other}]`"
                    yield document.problem(at, "F017", message, help, severity="warning")


def _share(base: KnowledgeBase, fact: str, other: str) -> bool:
    shared = base.vocabulary[fact].shares_words_with, base.vocabulary[other].shares_words_with
    return other in shared[0] or fact in shared[1]


def _unsaid(document: Document, base: KnowledgeBase, language: str) -> Iterator[Diagnostic]:
    """Facts that a patient can tell, in a base whose other facts are said, that no phrase states.

    What a gate names together is said one by one.
    """
    for path, fact in _facts(document, base):
        if fact.question("patient") is not None and language not in fact.said_as and not fact.opens:
            message = f"no words of a patient are known for `{fact.id}`"
            help = f"write `said_as: {{{language}: [...]}}`"
            yield document.problem([*path, "id"], "F018", message, help, severity="warning")


def _at(value: Any, path: Path_) -> Any:
    for step in path:
        value = value[step]
    return value
