"""The base itself: its rules as a PlanDefinition, and a Library that names it by its digest."""

from __future__ import annotations

import base64
import json
from typing import Any

from charley.engine.summary.rule_words import condition_words, effect_words
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import Rule
from charley.serve.fhir.names import fhir_id, library_url, plan_url
from charley.serve.fhir.writing.datatypes import published, without_empty

__all__ = ["library", "plan_definition"]

Resource = dict[str, Any]

LANGUAGE = "text/x-charley"
"""The language of conditions, as the base writes them."""


def plan_definition(base: KnowledgeBase) -> Resource:
    """Every rule as an action: its condition, what it does, and what it rests on."""
    head = published(
        base, fhir_id(base.about.id), plan_url(base), f"{base.about.title}: rules", "PlanDefinition"
    )
    return {
        **head,
        "type": _type("plan-definition-type", "eca-rule"),
        "usage": base.about.intended_use,
        "author": [{"name": name} for name in base.about.authors],
        "library": [f"{library_url(base)}|{base.about.version}"],
        "action": [_action(base, rule) for rule in base.rules.values()],
    }


def _action(base: KnowledgeBase, rule: Rule) -> Resource:
    return without_empty(
        {
            "id": rule.id[:64],
            "title": rule.title,
            "description": f"{rule.because} Review: {rule.review.status}.",
            "textEquivalent": (
                f"When {condition_words(rule.condition, base)}: "
                + "; ".join(effect_words(effect, base) for effect in rule.then)
            ),
            "documentation": [_citation(base, key) for key in rule.evidence.citations],
            "condition": [
                {"kind": "applicability", "expression": {"language": LANGUAGE, "expression": rule.when}}
            ],
        }
    )


def library(base: KnowledgeBase) -> Resource:
    """The base as an artefact: its identity, and every work that its rules cite."""
    identity = {
        "id": base.about.id,
        "version": base.about.version,
        "digest": base.digest,
        "rules": len(base.rules),
        "candidates": list(base.candidates),
    }
    title = f"{base.about.title}: knowledge base"
    return {
        **published(base, fhir_id(base.about.id), library_url(base), title, "Library"),
        "type": _type("library-type", "logic-library"),
        "usage": base.about.intended_use,
        "author": [{"name": name} for name in base.about.authors],
        "relatedArtifact": [_citation(base, key) for key in base.citations],
        "content": [
            {
                "contentType": "application/json",
                "title": "identity of the knowledge base",
                "data": base64.b64encode(json.dumps(identity).encode()).decode(),
            }
        ],
    }


def _citation(base: KnowledgeBase, key: str) -> Resource:
    work = base.citations[key]
    where = f" Seen at {work.url}." if work.url else ""
    return {"type": "citation", "label": key, "citation": f"{work} ({work.seen}){where}"}


def _type(system: str, code: str) -> Resource:
    return {"coding": [{"system": f"http://terminology.hl7.org/CodeSystem/{system}", "code": code}]}
