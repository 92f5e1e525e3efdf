"""Every yes-or-no fact, named in its own words, in sentences that state it, deny it or say nothing of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

import charley
from charley.facts.text.numbers.slot import SLOT
from charley.facts.text.reader import Reader
from charley.facts.text.words import GAPS, Lexicon, language_data

BASES: Final = ("nocturnal_leg_pain", "sore_throat")
READERS: Final = {base: Reader(charley.load(base).vocabulary.values()) for base in BASES}
MOST_PHRASES: Final = 2
"""So many phrases of each fact are tried."""

STATED: Final = (
    *("{x}.", "There is {x}.", "Patient has {x}.", "No blisters but {x}.", "Denies blisters but has {x}."),
    *("Nothing apart from {x}.", "All normal except {x}.", "{x}? Yes.", "Not only {x} but also tiredness."),
    *("I can't stand this {x}.", "No relief from {x}.", "Tablets made no difference to the {x}."),
)
DENIED: Final = (
    *("No {x}.", "Denies {x}.", "Nil {x}.", "No blisters, {x} or itching."),
    *("Denies blisters, {x}, itching.", "{x}? No."),
    *("{x}: no", "{x}: nil", "{x} - none", "{x} -ve", "{x}: absent"),
    *("Came in without {x}.", "Neither blisters nor {x}.", "I haven't had any {x}.", "I don't get {x}."),
    *("No sign of {x}.", "I am tired but no {x}.", "No {x} but I am tired.", "Blisters, itching, {x}: none"),
    *("{x}: never.", "{x} (-)", "{x} not noted.", "{x} has never been a problem.", "Can't say I have {x}."),
)
BARE: Final = "No blisters, itching, {x}."
"""Denied where the name is bare; `no blisters, itching, leg swollen` may say that it is swollen."""

UNTOLD: Final = (
    *("Could it be {x}?", "?{x}", "Might be {x}.", "I'm worried about {x}.", "Bloods to r/o {x}."),
    *("At risk of {x}.", "Not sure whether there is {x}.", "{x} ruled out.", "My friend at work has {x}."),
    *("Ring me if you get {x}.", "Do I have {x}?", "If {x} call 999.", "Should {x} occur, attend."),
    *("Monitor for {x}.", "To prevent {x}.", "Whether there is {x} I can't say.", "{x} possible."),
    *("{x} to be checked.", "{x} - not asked", "{x}: not tested", "Recovered from {x}.", "{x} resolved."),
)

_NO_NAME: Final = frozenset(
    yaml.safe_load((Path(__file__).parent / "no_names.yaml").read_text(encoding="utf-8"))
)
"""Words that a mere name of something has not: with one of them a phrase is part of a sentence."""


def member(lexicon: Lexicon, name: str) -> str:
    """A word of a class."""
    classes = {**language_data("english", "words"), **language_data("english", "medicines")}
    word: str = classes[name][0]
    return member(lexicon, word) if word in classes else word.lstrip("=")


def written(lexicon: Lexicon, phrase: str) -> str | None:
    """A phrase in plain words where it only names something; else None."""
    said: list[str] = []
    for part in phrase.split():
        if part in ("^", "$") or SLOT.fullmatch(part):
            return None
        if part in GAPS:
            continue
        word = part.strip("()=").partition("/")[0]
        said.append(member(lexicon, word) if len(word) > 1 and word.isupper() and word.isalpha() else word)
    text = " ".join(said)
    verbs = {term.lstrip("=") for kind, _, _, term in lexicon.scopes if kind == "verb"}
    names = all(re.fullmatch("[a-z][a-z'-]*", word) and word not in _NO_NAME | verbs for word in text.split())
    names = names and "n't" not in text
    return text if names and text else None


def names(base: str) -> Iterator[tuple[str, str]]:
    """Facts with names of them that are read as yes when they stand alone."""
    reader = READERS[base]
    for fact in charley.load(base).vocabulary.values():
        said = fact.said_as.get("en")
        if fact.kind != "boolean" or said is None or fact.when_past is not None:
            continue
        plain = (written(reader.lexicon, phrase) for phrase in said.states)
        known = [
            name for name in dict.fromkeys(plain) if name and reader.read(name).facts.get(fact.id) is True
        ]
        yield from ((fact.id, name) for name in known[:MOST_PHRASES])


NAMED: Final = [(base, fact, name) for base in BASES for fact, name in names(base)]


CONSTRUCTIONS, FRAMES = (
    yaml.safe_load((Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8"))
    for name in ("constructions", "frames")
)
READ_AS: Final[dict[str, tuple[bool, ...]]] = {
    "stated": (False,),
    "denied": (True,),
    "untold": (True, False),
    "not_denied": (False,),
    "not_stated": (True,),
}
"""What sentences are never read as."""

IN_EACH: Final = 3
"""So many names are put into a sentence, other ones into the next sentence."""


def is_a_noun(base: str, fact: str, name: str) -> bool:
    """Whether a name may stand wherever a noun stands, and is none of the others in the sentences."""
    of, read = charley.load(base).vocabulary[fact], READERS[base].read
    if of.fixed or of.within_days or of.when_past or fact in read("Denied blisters and itching.").facts:
        return False
    plain = {
        f"Patient has {name}.": True,
        f"There was {name} today.": True,
        f"There isn't any {name}.": False,
    }
    return all(read(sentence).facts.get(fact) is value for sentence, value in plain.items())


EVERY: Final = 5
"""Of so many names one is put into the sentences."""

NOUNS: Final = [each for each in NAMED[::EVERY] if is_a_noun(*each)]


def turned_round(
    of: dict[str, list[str]], names: list[tuple[str, str, str]], put: Callable[[str, str], str]
) -> list[str]:
    """The sentences that are read as what they do not say, each with some of the names."""
    sentences = [(told, sentence) for told in READ_AS for sentence in of.get(told, ())]
    return [
        said
        for at, (told, sentence) in enumerate(sentences)
        for base, fact, name in (names[(IN_EACH * at + each) % len(names)] for each in range(IN_EACH))
        if READERS[base].read(said := put(sentence, name)).facts.get(fact) in READ_AS[told]
    ]


@pytest.mark.parametrize("construction", CONSTRUCTIONS)
def test_no_construction_turns_what_is_said_round(construction: str) -> None:
    assert not turned_round(
        CONSTRUCTIONS[construction], NOUNS, lambda frame, name: frame.replace("{x}", name)
    )


def in_frame(frame: str, name: str) -> str:
    """A sentence about something that is named, or about what something is: `my calf|is|swollen`."""
    subject, be, adjective = name.split("|") if "|" in name else ("", "is", "")
    denied = {"am": "am not", "is": "isn't", "are": "aren't"}[be]
    return frame.format(x=name, s=subject, be=be, ben=denied, a=adjective)


@pytest.mark.parametrize("kind", FRAMES)
def test_no_frame_turns_round_what_is_said_of_a_kind_of_fact(kind: str) -> None:
    split = [(of.rpartition(":"), name) for of, name in FRAMES[kind]["names"].items()]
    names = [(base or BASES[0], fact, name) for (base, _, fact), name in split]
    assert not turned_round(FRAMES[kind], names, in_frame)


@pytest.mark.parametrize(("base", "fact", "name"), NAMED)
def test_a_name_is_read_as_the_sentence_means_it(base: str, fact: str, name: str) -> None:
    def read(sentence: str) -> Any:
        return READERS[base].read(sentence.replace("{x}", name)).facts.get(fact)

    stated = {sentence: read(sentence) for sentence in STATED}
    denied = {sentence: read(sentence) for sentence in DENIED}
    if not any("ASSERTS" in READERS[base].lexicon.forms.get(word, "") for word in name.split()):
        denied[BARE] = read(BARE)
    untold = {sentence: read(sentence) for sentence in UNTOLD}
    assert not [each for each, value in stated.items() if value is False]
    assert not [each for each, value in denied.items() if value is True]
    assert not [each for each, value in untold.items() if value is not None]


@pytest.mark.parametrize("base", BASES)
def test_no_phrase_of_its_own_denies_what_a_no_before_a_name_denies(base: str) -> None:
    """Such a phrase would go round what a denial holds for: `no heliotrope until yesterday`."""
    said = {fact.id: fact.said_as.get("en") for fact in charley.load(base).vocabulary.values()}
    doubled = [
        (id, phrase)
        for id, words in said.items()
        for phrase in (() if words is None else words.denies)
        if words is not None and re.sub("^(no|not) ", "", phrase) in words.states
    ]
    assert not doubled


@pytest.mark.parametrize("base", BASES)
def test_most_sentences_are_understood(base: str) -> None:
    """Of every third name: all of them were read above."""
    mine = [(fact, name) for of, fact, name in NAMED if of == base][::3]
    right = sum(
        READERS[base].read(sentence.replace("{x}", name)).facts.get(fact) is value
        for fact, name in mine
        for sentences, value in ((STATED, True), (DENIED, False))
        for sentence in sentences
    )
    assert right > 0.95 * len(mine) * (len(STATED) + len(DENIED))
