"""How bases, audiences and facts are called in FHIR, whose ids know no underscore."""

from __future__ import annotations

import re

from charley.facts.wording import Audience
from charley.rules.knowledge_base import KnowledgeBase

__all__ = ["fhir_id", "library_url", "plan_url", "questionnaire_id", "questionnaire_url"]

MOST_ID = 64
"""An id of FHIR has no more characters."""


def fhir_id(name: str) -> str:
    """A name as an id of FHIR: letters, digits, `-` and `.`, at most 64."""
    return re.sub(r"[^A-Za-z0-9.-]+", "-", name)[:MOST_ID]


def questionnaire_id(base: KnowledgeBase, audience: Audience = "clinician") -> str:
    """The id of the Questionnaire of a base for this audience."""
    return fhir_id(f"{base.about.id[: MOST_ID - 10]}-{audience}")


def questionnaire_url(base: KnowledgeBase, audience: Audience = "clinician") -> str:
    """The canonical URL of the same."""
    return f"urn:charley:questionnaire:{questionnaire_id(base, audience)}"


def plan_url(base: KnowledgeBase) -> str:
    """The canonical URL of the rules of a base."""
    return f"urn:charley:plan:{fhir_id(base.about.id)}"


def library_url(base: KnowledgeBase) -> str:
    """The canonical URL of a base as an artefact."""
    return f"urn:charley:library:{fhir_id(base.about.id)}"
