"""What is known of one patient. A fact that is not in the record is unknown, which is not the same as no."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from charley.documents.diagnostic import Diagnostic, Faulty, nearest
from charley.documents.document import read_document
from charley.facts.answer import NotUnderstood, Unknown, number_as_told, parse_answer
from charley.facts.vocabulary import Value, Vocabulary

__all__ = ["Answers", "Record", "answers", "read_answers"]

Record = Mapping[str, Value]


@dataclass(frozen=True)
class Answers:
    """`record` is what is known; `unknown` are the facts of which somebody said "I don't know".

    `told` holds numbers as they were typed (`53 mmol/mol`), where the value is written differently.
    """

    record: Record = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()
    told: Mapping[str, str] = field(default_factory=dict)


Place = Callable[..., Diagnostic]


def answers(given: Mapping[str, Any], vocabulary: Vocabulary, place: Place | None = None) -> Answers:
    """The given answers as values, every one checked.

    `place` makes the diagnostic for the value under a key (a `Document.problem`); without it the problems
    name the field. Raises `Faulty` with all problems at once.
    """
    if not isinstance(given, Mapping):
        raise TypeError(f"a record maps facts to values; this is a {type(given).__name__}")
    record: dict[str, Value] = {}
    told: dict[str, str] = {}
    unknown: set[str] = set()
    problems: list[Diagnostic] = []
    say = place or _field
    for id, value in given.items():
        fact = vocabulary.get(id) if isinstance(id, str) else None
        if fact is None:
            help = nearest(str(id), vocabulary) or "`charley facts` lists what can be known"
            problems.append(say([id], "F010", f"unknown fact `{str(id)[:60]}`", help, key=True))
            continue
        try:
            answer = parse_answer(fact, value, compared=vocabulary.compared.get(id))
        except NotUnderstood as error:
            problems.append(say([id], error.code, str(error), error.help))
            continue
        if isinstance(answer, Unknown):
            unknown.add(id)
        else:
            record[fact.id] = answer  # the vocabulary's own string: equal keys are found faster by identity
            as_told = number_as_told(fact, value, answer)
            if as_told:
                told[id] = as_told
    if problems:
        raise Faulty(problems)
    return Answers(record, frozenset(unknown), told)


def read_answers(path: str | Path, vocabulary: Vocabulary) -> Answers:
    """The record in a YAML or JSON file, or on standard input for `-`. Raises `Faulty`."""
    document = read_document(path)
    if document.value is None:
        help = "write facts and answers, or `{}` for a patient of whom nothing is known"
        raise Faulty([document.problem([], "F004", "there is no record here", help)])
    if not isinstance(document.value, dict):
        help = "write one fact a line: `age: 67`"
        raise Faulty([document.problem([], "F004", "a record is a list of facts with values", help)])
    return answers(document.value, vocabulary, document.problem)


def _field(path: list[Any], code: str, message: str, help: str = "", *, key: bool = False) -> Diagnostic:
    return Diagnostic("record", 0, 0, code, message, help)
