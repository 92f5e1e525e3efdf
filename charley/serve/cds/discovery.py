"""What a service says of itself in discovery."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from charley.rules.knowledge_base import KnowledgeBase
from charley.serve.cds.hooks import Hook
from charley.serve.fhir.names import fhir_id
from charley.serve.status import status_line

__all__ = ["VERSION_3", "described", "service_id"]

VERSION_3 = "3.0.0-ballot"


def service_id(base: KnowledgeBase) -> str:
    """The id of the service of a base: one at all hooks, so that later cards replace earlier ones."""
    return fhir_id(base.about.id)


def described(base: KnowledgeBase, hook: Hook, prefetch: Mapping[str, str], version: int) -> dict[str, Any]:
    """The service at one hook; `version` 3 adds the elements of that version."""
    about = base.about
    found: dict[str, Any] = {
        "hook": hook.name,
        "id": service_id(base),
        "title": about.title,
        "description": (
            f"Warning signs, differential diagnosis and the most useful questions {hook.purpose}: "
            f"{about.intended_use}"
        ),
        "prefetch": dict(prefetch),
        "usageRequirements": (
            f"{status_line(base)} Nothing is fetched from the FHIR server of the client: what is not "
            "prefetched is unknown."
        ),
    }
    if version >= 3:
        found |= {"version": VERSION_3, "hookVersion": hook.version}
    return found
