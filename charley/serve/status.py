"""What every answer says of itself: what it is for, whose rules gave it, how far their review has come."""

from __future__ import annotations

from charley.engine.explain.words import PURPOSE
from charley.facts.vocabulary import words
from charley.rules.knowledge_base import KnowledgeBase

__all__ = ["DIGEST_SHOWN", "base_headers", "status_line"]

DIGEST_SHOWN = 16
"""So many signs of a digest are shown to people."""


def status_line(base: KnowledgeBase) -> str:
    """The purpose, the base with its version and digest, and the state of its review, in one line."""
    about = base.about
    return (
        f"{PURPOSE} {about.title} ({about.id} {about.version}, digest {base.digest[:DIGEST_SHOWN]}), "
        f"rules {words(about.review.status)}, updated {about.updated}."
    )


def base_headers(base: KnowledgeBase) -> dict[str, str]:
    """The same for software, in headers of an answer."""
    return {
        "X-Charley-Digest": base.digest,
        "X-Charley-Status": f"{PURPOSE} Rules {words(base.about.review.status)}.",
    }
