"""What is known of one patient. A fact that is not in the record is unknown, which is not the same as no."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from charley.documents.diagnostic import Diagnostic, Faulty, nearest
from charley.documents.document import read_document
from charley.facts.answer import UNKNOWN, NotUnderstood, Unknown, number_as_told, parse_answer
from charley.facts.fields import NOT_KNOWN
from charley.facts.numbers.since import day, duration, seen_from
from charley.facts.vocabulary import AS_OF, Fact, Value, Vocabulary

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


def answers(
    given: Mapping[str, Any],
    vocabulary: Vocabulary,
    place: Place | None = None,
    today: datetime.date | None = None,
) -> Answers:
    """The given answers as values, every one checked.

    Dates are counted to the day under `as_of` in the record, or else to `today`, which an interactive
    interface passes in; without either they are refused. `place` makes the diagnostic for
    the value under a key (a `Document.problem`); without it the problems name the field. Raises `Faulty` with
    all problems at once.
    """
    if not isinstance(given, Mapping):
        raise TypeError(f"a record maps facts to values; this is a {type(given).__name__}")
    record: dict[str, Value] = {}
    told: dict[str, str] = {}
    unknown: set[str] = set()
    problems: list[Diagnostic] = []
    say = place or _field
    if vocabulary.dates:
        given = _counted(given, vocabulary, today, say, problems)
    for id, value in given.items():
        fact = vocabulary.get(id) if isinstance(id, str) else None
        if fact is None:
            close = nearest(str(id), vocabulary.record_keys)
            help = close or "`charley facts` lists what can be known"
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


def _counted(
    given: Mapping[str, Any],
    vocabulary: Vocabulary,
    today: datetime.date | None,
    say: Place,
    problems: list[Diagnostic],
) -> Mapping[str, Any]:
    """The record with each date told as what the numbers that count since it are."""
    rest = {id: value for id, value in given.items() if id not in vocabulary.dates}
    as_of = today
    if AS_OF in rest:
        try:
            as_of = day(AS_OF, rest.pop(AS_OF))
        except NotUnderstood as error:
            problems.append(say([AS_OF], error.code, str(error), error.help))
            return rest
    for number in vocabulary.values():
        if number.since is None:
            continue
        key = number.id
        try:
            if key in rest:
                rest[key] = seen_from(number, rest[key], as_of)
            if number.since in given:
                key = number.since
                rest[number.id] = _since(number, given[key], rest.get(number.id), as_of)
        except NotUnderstood as error:
            rest.pop(number.id, None)
            problems.append(say([key], error.code, str(error), error.help))
    return rest


def _since(fact: Fact, told: Any, beside: Any, as_of: datetime.date | None) -> Any:
    """A date as an answer to the number that counts since it. Where both are given they must agree."""
    assert fact.since is not None
    if told is None or (isinstance(told, str) and told.strip().lower() in NOT_KNOWN):
        return beside
    start = day(fact.since, told)
    length = duration(fact, start, as_of, fact.since)
    if beside is not None and parse_answer(fact, beside) not in (length, UNKNOWN):
        help = f"remove one of them; by the date it is {fact.show(length)}"
        raise NotUnderstood(f"`{fact.since}` and `{fact.id}` do not say the same", help)
    return seen_from(fact, start, as_of)


def read_answers(path: str | Path, vocabulary: Vocabulary, today: datetime.date | None = None) -> Answers:
    """The record in a YAML or JSON file, or on standard input for `-`. Raises `Faulty`.

    Dates in a record that does not say of which day it is are seen from `today`.
    """
    document = read_document(path)
    if document.value is None:
        help = "write facts and answers, or `{}` for a patient of whom nothing is known"
        raise Faulty([document.problem([], "F004", "there is no record here", help)])
    if not isinstance(document.value, dict):
        help = "write one fact a line: `age: 67`"
        raise Faulty([document.problem([], "F004", "a record is a list of facts with values", help)])
    return answers(document.value, vocabulary, document.problem, today)


def _field(path: list[Any], code: str, message: str, help: str = "", *, key: bool = False) -> Diagnostic:
    return Diagnostic("record", 0, 0, code, message, help)
