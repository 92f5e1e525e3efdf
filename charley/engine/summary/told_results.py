"""Results that were told, beside advice to find them out: nobody is sent for a test that is there already."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from charley.engine.prepared import Prepared
from charley.facts.record import Record
from charley.facts.vocabulary import TESTS, Fact
from charley.rules.knowledge_base import KnowledgeBase

__all__ = ["with_told"]

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[ -][A-Za-z0-9]+)*")
_SHORT: Final = 3
"""A name of so many letters is one only in capitals: `CK`, `TSH`."""


def with_told(base: KnowledgeBase, record: Record, texts: Iterable[str]) -> tuple[str, ...]:
    """The texts, each with the results told already of the tests that it names."""
    tests = [base.vocabulary[id] for id in record if id in base.vocabulary]
    # A measurement of each side is a test in all but name; a pulse that is felt is no heart rate.
    tests = [f for f in tests if f.kind == "number" and (f.burden in TESTS or f.side is not None)]
    if not tests or not isinstance(base, Prepared):
        return tuple(texts)
    patterns = base.part(_Patterns)
    shown = []
    for text in texts:
        told = [
            f"{fact.label} {fact.show(record[fact.id])}" for fact in tests if patterns.of(fact).search(text)
        ]
        end = "." if text.endswith(".") else ""
        shown.append(f"{text.removesuffix('.')} (told: {', '.join(told)}){end}" if told else text)
    return tuple(shown)


class _Patterns:
    """For each test a pattern of its names, made when it is first asked for."""

    def __init__(self, base: Prepared) -> None:
        self._made: dict[str, re.Pattern[str]] = {}

    def of(self, fact: Fact) -> re.Pattern[str]:
        """The pattern of a test."""
        if fact.id not in self._made:
            said = fact.said_as.get("en")
            names = {fact.label, *(said.states if said is not None else ())}
            names = {name for name in names if _NAME.fullmatch(name)}
            long = sorted((_either(name) for name in names if len(name) > _SHORT), reverse=True)
            short = sorted(re.escape(name.upper()) for name in names if 1 < len(name) <= _SHORT)
            parts = [rf"(?i:\b(?:{'|'.join(long)})\b)"] if long else []
            parts += [rf"\b(?:{'|'.join(short)})\b"] if short else []
            self._made[fact.id] = re.compile("|".join(parts or ["(?!)"]))
        return self._made[fact.id]


def _either(name: str) -> str:
    """A name with or without hyphens."""
    return "[ -]".join(map(re.escape, re.split("[ -]", name)))
