"""From the bytes of a request to a checked question; whatever is wrong is a `Problem` with its place."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from pydantic import ValidationError

from charley.documents.diagnostic import Diagnostic, Faulty, nearest
from charley.documents.json_reader import JsonDocument, read_json
from charley.documents.model import Frozen
from charley.engine.expert import Expert
from charley.facts.record import Answers, answers
from charley.rules.loading.model_errors import shape_problems
from charley.serve.api.models.requests import Told
from charley.serve.service import Problem

__all__ = ["BODY", "Body", "checked", "known_facts", "options_of", "told"]

BODY = "request body"
"""What diagnostics call the body of a request."""

UNUSABLE = "what was sent cannot be used"

M = TypeVar("M", bound=Frozen)


class Body:
    """The JSON body of a request. Where something in it is wrong, it is read once more for the place."""

    def __init__(self, data: bytes) -> None:
        """Raises `Problem` (400) for what is not JSON."""
        self._data = data
        try:
            self.value = read_json(data, BODY)
        except Faulty as faulty:
            raise Problem(400, "the body is not valid JSON", faulty.diagnostics) from None

    def as_a(self, model: type[M]) -> M:
        """The body as a model. Raises `Problem` (422)."""
        value = self.value
        if model is Told and type(value) is dict and len(value) == 1 and type(value.get("record")) is dict:
            return model.made(record=value["record"], unknown=())  # whose values are checked by `answers`
        try:
            return model.model_validate(value)
        except ValidationError as error:
            raise Problem(422, UNUSABLE, list(shape_problems(self._document(), [], error, model))) from None

    def problem(
        self, path: list[Any], code: str, message: str, help: str = "", *, key: bool = False
    ) -> Diagnostic:
        """A diagnostic about the value at `path`, as `Document.problem` makes it."""
        return self._document().problem(path, code, message, help, key=key)

    def _document(self) -> JsonDocument:
        try:
            return JsonDocument(BODY, self._data.decode())
        except Faulty as faulty:
            raise Problem(422, UNUSABLE, faulty.diagnostics) from None


def told(expert: Expert, question: Told, body: Body) -> Answers:
    """The answers of a question, every one checked. Raises `Faulty` with the places in the body."""
    found = checked(expert, question.record, "record", body)
    if not question.unknown:
        return found
    known_facts(expert, question.unknown, "unknown", body)
    # What is known is known, whoever else did not know it.
    also = frozenset(each for each in question.unknown if each not in found.record)
    return replace(found, unknown=found.unknown | also)


def checked(expert: Expert, record: Mapping[str, Any], part: str, body: Body) -> Answers:
    """The answers in a part of the body. Raises `Faulty`."""

    def place(path: list[Any], code: str, message: str, help: str = "", *, key: bool = False) -> Diagnostic:
        return body.problem([part, *path], code, message, help, key=key)

    known = expert.vocabulary
    return answers(record, known, place, datetime.date.today() if known.dates else None)


def known_facts(expert: Expert, facts: Sequence[str], key: str, body: Body) -> None:
    """Check a list of facts. Raises `Faulty`."""
    known = expert.vocabulary
    strange = [
        body.problem([key, at], "F010", f"unknown fact `{each[:60]}`", nearest(each, known))
        for at, each in enumerate(facts)
        if each not in known
    ]
    if strange:
        raise Faulty(strange)


def options_of(query: bytes, model: type[M]) -> M:
    """The options in the address. Raises `Problem` (422)."""
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    given = dict(pairs)
    if len(pairs) > len(given):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        message = f"the option `{twice[:60]}` is given more than once"
        raise Problem(422, UNUSABLE, [Diagnostic("query", 0, 0, "F003", message)])
    try:
        return model.model_validate(given)
    except ValidationError as error:
        document = JsonDocument("query", json.dumps(given))
        found = shape_problems(document, [], error, model)
        raise Problem(422, UNUSABLE, [replace(each, line=0, column=0, source="") for each in found]) from None
