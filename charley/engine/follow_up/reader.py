"""The reader of free text of a base, with what its phrases come to kept between runs."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from charley.engine.kept.cache import digest_of, kept
from charley.engine.prepared import Prepared
from charley.facts import text
from charley.facts.text.meanings import meanings
from charley.facts.text.reader import Reader
from charley.facts.text.words import Lexicon

__all__ = ["reader_of"]


def reader_of(base: Prepared) -> Reader:
    """What reads free text for the facts of a base. Raises `BadPhrase`."""
    facts = list(base.vocabulary.values())

    phrases = [phrase for fact in facts for phrase, _ in meanings(fact, "en")]
    key = [*_of_the_language(), "\n".join(phrases).encode()]
    lexicon = kept(lambda: digest_of("words", key), lambda: Reader(facts).lexicon, Lexicon)
    return Reader(facts, lexicon=lexicon)


@cache
def _of_the_language() -> list[bytes]:
    """A digest of the code that reads and of the words that it knows."""
    folder = Path(text.__file__).parent
    digest = hashlib.blake2b()
    for file in sorted([*folder.rglob("*.py"), *folder.glob("*/*.yaml")]):
        digest.update(file.name.encode() + file.read_bytes())
    return [digest.digest()]
