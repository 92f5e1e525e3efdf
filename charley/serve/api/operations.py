"""The operations of the API: one table, from which both its routes and its document are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from charley.documents.model import Frozen
from charley.engine.expert import Expert
from charley.facts.record import Answers
from charley.facts.schema import record_schema
from charley.serve.api import consulting
from charley.serve.api.batch import batch
from charley.serve.api.catalogue import bases, vocabulary
from charley.serve.api.models import answers as said
from charley.serve.api.models import requests as asked
from charley.serve.api.outcome import Outcome, outcome
from charley.serve.api.reading import Body, checked, known_facts, told
from charley.serve.api.worker import Worker
from charley.serve.service import Service

__all__ = ["OPERATIONS", "PREFIX", "Call", "Operation"]

PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True)
class Call:
    """A request that is understood: who is asked, with which options, and the question with its body."""

    service: Service
    worker: Worker
    expert: Expert
    options: Any
    question: Any = None
    body: Body | None = None

    @property
    def told(self) -> Answers:
        """What the question tells. Raises `Faulty`."""
        assert self.body is not None
        return told(self.expert, self.question, self.body)


Answered = Callable[[Call], Any]
"""What an operation answers; of one that does not answer `at_once`, what is awaited for it."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: `options` are those of the address, `question` the body, `answer` what comes back.

    What answers `at_once` takes a moment and waits for nothing.
    """

    method: Literal["GET", "POST"]
    name: str
    summary: str
    options: type[Frozen]
    question: type[Frozen] | None
    answer: type[Frozen] | None
    run: Answered
    at_once: bool = False

    @property
    def path(self) -> str:
        """Its whole path."""
        return f"{PREFIX}/{self.name}"


def _bases(call: Call) -> said.Bases:
    return bases(call.service.bases, call.options.audience)


def _vocabulary(call: Call) -> said.VocabularyAnswer:
    return vocabulary(call.expert, call.options.audience, call.options.find)


def _schema(call: Call) -> dict[str, Any]:
    kb = call.expert
    return record_schema(kb.id, kb.about.title, kb.version, kb.digest, kb.vocabulary)


def _read_text(call: Call) -> said.TextRead:
    return consulting.read_text(call.expert, call.question.text, call.options.audience)


def _diagnose(call: Call) -> Outcome:
    options = call.options
    return outcome(call.expert, call.expert.assess(call.told), options.audience, options.explain)


async def _next_screen(call: Call) -> said.ScreenAnswer:
    told, audience, question, body = call.told, call.options.audience, call.question, call.body
    assert body is not None
    known_facts(call.expert, question.later, "later", body)
    if not question.recommend:
        return consulting.screen(call.expert, told, audience, question)
    return await call.worker.run(call.expert.id, lambda own: consulting.screen(own, told, audience, question))


async def _explain(call: Call) -> said.ExplainAnswer:
    told, audience, question = call.told, call.options.audience, call.question
    return await call.worker.run(
        call.expert.id, lambda own: consulting.explanation(own, told, audience, question)
    )


async def _what_if(call: Call) -> said.WhatIfAnswer:
    assert call.body is not None
    told, audience = call.told, call.options.audience
    changes = checked(call.expert, call.question.changes, "changes", call.body)
    return await call.worker.run(
        call.expert.id, lambda own: consulting.supposed(own, told, audience, changes)
    )


async def _follow_up(call: Call) -> said.FollowUpAnswer:
    told, audience, question = call.told, call.options.audience, call.question.question
    return await call.worker.run(
        call.expert.id, lambda own: consulting.followed_up(own, told, audience, question)
    )


async def _scores(call: Call) -> said.ScoresAnswer:
    told, audience, score = call.told, call.options.audience, call.question.score
    return await call.worker.run(call.expert.id, lambda own: consulting.scores(own, told, audience, score))


async def _batch(call: Call) -> said.BatchAnswer:
    return await batch(call.expert, call.worker, call.question.records)


OPERATIONS = (
    Operation(
        "POST",
        "diagnose",
        "What is said of a record",
        asked.Levels,
        asked.Told,
        Outcome,
        _diagnose,
        at_once=True,
    ),
    Operation(
        "GET", "bases", "The knowledge bases served", asked.Options, None, said.Bases, _bases, at_once=True
    ),
    Operation(
        "GET",
        "vocabulary",
        "What can be known about a patient",
        asked.Search,
        None,
        said.VocabularyAnswer,
        _vocabulary,
        at_once=True,
    ),
    Operation(
        "GET",
        "record-schema",
        "The JSON Schema of a record",
        asked.Options,
        None,
        None,
        _schema,
        at_once=True,
    ),
    Operation(
        "POST",
        "read-text",
        "The facts that a text states, to be confirmed",
        asked.Options,
        asked.ReadText,
        said.TextRead,
        _read_text,
        at_once=True,
    ),
    Operation(
        "POST",
        "next-screen",
        "What to ask next",
        asked.Options,
        asked.NextScreen,
        said.ScreenAnswer,
        _next_screen,
    ),
    Operation(
        "POST",
        "explain",
        "Why it is so, or not so",
        asked.Options,
        asked.Explain,
        said.ExplainAnswer,
        _explain,
    ),
    Operation(
        "POST",
        "what-if",
        "What answers would change",
        asked.Options,
        asked.WhatIf,
        said.WhatIfAnswer,
        _what_if,
    ),
    Operation(
        "POST",
        "follow-up",
        "The answer to a question in words",
        asked.Options,
        asked.FollowUp,
        said.FollowUpAnswer,
        _follow_up,
    ),
    Operation(
        "POST",
        "scores",
        "Clinical scores item by item",
        asked.Options,
        asked.Scores,
        said.ScoresAnswer,
        _scores,
    ),
    Operation("POST", "batch", "Many records at once", asked.Options, asked.Batch, said.BatchAnswer, _batch),
)
"""All of them, in the order of the document; a request is compared with them in this order."""
