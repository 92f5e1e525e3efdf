"""What a program gets: one model for each answer. Those about a patient begin as `Clinical` does."""

from __future__ import annotations

from typing import Any, Literal

from charley.documents.model import Frozen, ReadOnly
from charley.engine.consult.recommend import State
from charley.engine.differential import BaseIdentity
from charley.engine.explain.contrast import Contrast
from charley.engine.explain.distance import Distance
from charley.engine.explain.fragility import Fragility
from charley.engine.explain.how import How, Step
from charley.engine.explain.what_if import Change
from charley.engine.explain.why import Why
from charley.engine.explain.why_not import WhyNot
from charley.engine.follow_up.recognise import Kind
from charley.engine.scores.sheet import Score
from charley.engine.scores.table import ScoreTable
from charley.facts.vocabulary import Value
from charley.rules.rule import OverallUrgency, Urgency
from charley.serve.api.models.requests import ExplainKind
from charley.serve.api.outcome import Clinical
from charley.serve.api.problem import Fault

__all__ = [
    "Asked",
    "Base",
    "Bases",
    "BatchAnswer",
    "BatchRow",
    "ExplainAnswer",
    "FactShown",
    "FollowUpAnswer",
    "Named",
    "Recommended",
    "ScoreShown",
    "ScoresAnswer",
    "ScreenAnswer",
    "ScreenShown",
    "TakenFact",
    "TextRead",
    "Unread",
    "VocabularyAnswer",
    "WhatIfAnswer",
]


class Named(Frozen):
    """A candidate or an alert."""

    id: str
    name: str


class Base(Frozen):
    """A knowledge base that is served, with what to know before trusting it."""

    status: str
    identity: BaseIdentity
    facts: int
    rules: int
    candidates: tuple[Named, ...]
    alerts: tuple[Named, ...]
    source: str
    purpose: str
    intended_use: str
    misuse: str
    limits: tuple[str, ...]
    editorial_policy: str
    funding: str
    disclaimer: str


class Bases(Frozen):
    """The bases that are served; the first answers where none is named."""

    charley: str
    status: str
    bases: tuple[Base, ...]


class FactShown(Frozen):
    """Something that can be known: how it is asked, and what an answer may be. `unit` is UCUM."""

    id: str
    group: str
    kind: Literal["boolean", "number", "choice"]
    wording: str
    answered_by: Literal["patient", "clinician", "lab"]
    unit: str | None
    unit_name: str | None
    plausible_range: tuple[float | int, float | int] | None
    choices: tuple[str, ...]
    note: str | None


class VocabularyAnswer(Frozen):
    """The facts of a base, in its order; `groups` are the titles of their groups."""

    status: str
    knowledge_base: BaseIdentity
    groups: ReadOnly[str, str]
    facts: tuple[FactShown, ...]


class TakenFact(Frozen):
    """A fact that a text states, the words that state it, and the question by which a person confirms it."""

    fact: str
    value: Value
    start: int
    end: int
    words: str
    question: str
    why: str


class Unread(Frozen):
    """Words that say something and were not understood."""

    start: int
    end: int
    words: str


class TextRead(Clinical):
    """What was understood of a text. Nothing of it is known before a person has confirmed it; `urgency` is
    what follows if all of `facts` are right.
    """

    facts: ReadOnly[str, Value]
    taken: tuple[TakenFact, ...]
    doubtful: tuple[TakenFact, ...]
    not_understood: tuple[Unread, ...]


class ExplainAnswer(Clinical):
    """An explanation: its `words`, a line each, and the `data` they say; null where nothing is ranked."""

    kind: ExplainKind
    words: tuple[str, ...]
    data: How | Step | ScoreTable | Why | WhyNot | Contrast | Fragility | tuple[Distance, ...] | None


class Asked(Frozen):
    """A question: what is asked, why, and what an answer may be."""

    fact: str
    wording: str
    why: str
    kind: str
    choices: tuple[str, ...]
    unit: str | None
    stake: float


class ScreenShown(Frozen):
    """Questions that are put together. With `ticks` all are yes or no: what is not ticked is a no only if the
    person says "none of these". Without, they are a form: each is answered by itself, and what is left empty
    is not known. Hand `topic` back as `last_topic`.
    """

    topic: str
    title: str
    ticks: bool
    first: str
    questions: tuple[Asked, ...]


class Recommended(Frozen):
    """Whether to go on asking, in a sentence, and what is certain already."""

    state: State
    stop: bool
    words: tuple[str, ...]


class ScreenAnswer(Clinical):
    """What to ask next; `screen` is null when no answer of this audience would matter any more."""

    screen: ScreenShown | None
    unanswered: tuple[str, ...]
    recommendation: Recommended | None


class WhatIfAnswer(Clinical):
    """Before and after. `urgency` is that of the record as it is, `urgency_then` with the changes."""

    urgency_then: OverallUrgency | None
    urgency_words_then: str
    leader: str | None
    leader_then: str | None
    supposed: ReadOnly[str, Value | None]
    raised: tuple[tuple[str, Urgency], ...]
    gone: tuple[tuple[str, Urgency], ...]
    moved: tuple[Change, ...]
    fired: tuple[str, ...]
    unfired: tuple[str, ...]
    words: tuple[str, ...]


class FollowUpAnswer(Clinical):
    """How a question was understood, and the answer. `warnings` come first: what the question itself tells
    would raise them. `told` is not in the record before a person has confirmed it.
    """

    kind: Kind
    arguments: ReadOnly[str, Any]
    told: ReadOnly[str, Value]
    warnings: tuple[str, ...]
    words: tuple[str, ...]


class ScoreShown(Frozen):
    """A clinical score item by item; `words` are a line each."""

    score: Score
    words: tuple[str, ...]


class ScoresAnswer(Clinical):
    """The clinical scores of a patient."""

    scores: tuple[ScoreShown, ...]


class BatchRow(Frozen):
    """What is said of one record; with `errors` it could not be used, and nothing is said of it.

    `supported`: a rule that counts speaks for the leader.
    """

    urgency: OverallUrgency | None = None
    leader: str | None = None
    supported: bool = False
    flags: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    errors: tuple[Fault, ...] = ()


class BatchAnswer(Frozen):
    """A row for every record, in their order; `urgency` is the most urgent of them."""

    status: str
    knowledge_base: BaseIdentity
    urgency: OverallUrgency | None
    disclaimer: str
    rows: tuple[BatchRow, ...]
