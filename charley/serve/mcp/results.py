"""What the tools return: short, because the context of an assistant is what is scarce."""

from __future__ import annotations

from typing import Any

from pydantic_core import to_jsonable_python

from charley.documents.model import Frozen, ReadOnly
from charley.engine.differential import BaseIdentity, Lead
from charley.engine.expert import Expert
from charley.engine.explain.words import PURPOSE
from charley.facts.wording import Audience
from charley.rules.candidate import Section
from charley.rules.rule import OverallUrgency
from charley.serve.api.catalogue import identity_of
from charley.serve.api.models.answers import ExplainAnswer, FactShown
from charley.serve.api.models.requests import ExplainKind
from charley.serve.api.outcome import Outcome, Warning_

__all__ = [
    "AboutBase",
    "Diagnosis",
    "Explanation",
    "FactsFound",
    "Source",
    "about",
    "bare",
    "in_words",
    "outline",
    "plain",
    "shortened",
    "source",
]

MOST_REASONS = 2
"""Of the reasons of a warning, so many are said; `explain` has all of them."""


class Source(Frozen):
    """The base that answered, word for word."""

    id: str
    version: str
    digest: str


class Diagnosis(Frozen):
    """What is said of a record in short. `sections` are without what is less likely."""

    status: str
    urgency: OverallUrgency | None
    urgency_words: str
    do_first: tuple[str, ...]
    raised: tuple[Warning_, ...]
    leader: str | None
    leader_name: str | None
    lead: Lead | None
    rules_for_leader: tuple[str, ...]
    rules_against_leader: tuple[str, ...]
    sections: ReadOnly[Section, tuple[str, ...]]
    unanswered: tuple[str, ...]
    contradictions: tuple[str, ...]
    scope: str
    settled: bool
    always_say: str
    disclaimer: str
    knowledge_base: Source


class Explanation(Frozen):
    """An explanation in words, with the rules that it names."""

    status: str
    urgency: OverallUrgency | None
    urgency_words: str
    kind: ExplainKind
    words: tuple[str, ...]
    knowledge_base: Source


class FactsFound(Frozen):
    """Facts in whose id or wording the words stand; without words, the ids by group."""

    status: str
    facts: tuple[FactShown, ...]
    more: int
    groups: ReadOnly[str, tuple[str, ...]]
    knowledge_base: Source


class AboutBase(Frozen):
    """What to know before trusting the base."""

    status: str
    title: str
    knowledge_base: Source
    updated: str
    review_status: str
    source: str
    purpose: str
    intended_use: str
    misuse: str
    scope: str
    disclaimer: str
    candidates: ReadOnly[str, str]
    alerts: ReadOnly[str, str]
    facts: int
    rules: int


def source(identity: BaseIdentity) -> Source:
    """The base, in short."""
    return Source.made(id=identity.id, version=identity.version, digest=identity.digest)


def shortened(found: Outcome) -> Diagnosis:
    """An outcome as a tool returns it."""
    reasons = found.reasons
    return Diagnosis.made(
        status=found.status,
        urgency=found.urgency,
        urgency_words=found.urgency_words,
        do_first=found.do_first,
        raised=tuple(
            each.model_copy(update={"reasons": each.reasons[:MOST_REASONS]}) for each in found.raised
        ),
        leader=found.leader,
        leader_name=found.leader_name,
        lead=found.lead,
        rules_for_leader=reasons.rules_for if reasons else (),
        rules_against_leader=reasons.rules_against if reasons else (),
        sections={name: each for name, each in found.sections.items() if name != "less_likely" and each},
        unanswered=found.unanswered,
        contradictions=found.contradictions,
        scope=found.scope,
        settled=found.settled,
        always_say=found.always_say,
        disclaimer=found.disclaimer,
        knowledge_base=source(found.knowledge_base),
    )


def outline(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema with the types of its fields alone: what an object holds is seen in the answer.

    A field that may be null, or that may be several things, is any value.
    """
    definitions = schema.get("$defs", {})

    def typed(part: dict[str, Any]) -> dict[str, Any]:
        if "$ref" in part:
            return typed(definitions[part["$ref"].rpartition("/")[2]])
        return {"type": part["type"]} if "type" in part else {}

    fields = {name: typed(part) for name, part in schema["properties"].items()}
    return {"type": "object", "properties": fields, "required": ["status"]}


def bare(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema of arguments without titles, which only say the names again, and without empty defaults."""
    fields = {
        name: {key: each for key, each in part.items() if key not in ("title", "default")}
        for name, part in schema["properties"].items()
    }
    return {**{key: each for key, each in schema.items() if key != "title"}, "properties": fields}


def in_words(found: ExplainAnswer) -> Explanation:
    """An explanation as a tool returns it."""
    return Explanation.made(
        status=found.status,
        urgency=found.urgency,
        urgency_words=found.urgency_words,
        kind=found.kind,
        words=found.words,
        knowledge_base=source(found.knowledge_base),
    )


def about(expert: Expert, audience: Audience) -> AboutBase:
    """The base as a tool introduces it."""
    found, identity = expert.about, identity_of(expert)
    return AboutBase.made(
        status=PURPOSE,
        title=found.title,
        knowledge_base=source(identity),
        updated=str(found.updated),
        review_status=found.review.status,
        source=found.source,
        purpose=found.purpose,
        intended_use=found.intended_use,
        misuse=found.misuse,
        scope="" if found.scope is None else found.scope.wording.to(audience),
        disclaimer=found.disclaimer,
        candidates={id: each.name.to(audience) for id, each in expert.candidates.items()},
        alerts={id: each.name.to(audience) for id, each in expert.alerts.items()},
        facts=len(expert.vocabulary),
        rules=len(expert.rules),
    )


def plain(found: Frozen) -> dict[str, Any]:
    """A result as plain values."""
    made: dict[str, Any] = to_jsonable_python(found)
    return made
