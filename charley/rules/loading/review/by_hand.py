"""Approvals that are claimed in the file of a rule or of the base. They are refused: nothing binds them."""

from __future__ import annotations

from collections.abc import Iterator

from charley.documents.diagnostic import Diagnostic
from charley.rules.governance.evidence import Review
from charley.rules.loading.contents import Contents

__all__ = ["by_hand"]

_HELP = "`charley review approve` records it, bound to what was read; write `submitted` here"


def by_hand(contents: Contents) -> Iterator[Diagnostic]:
    """R018: `approved`, or reviewers, in the text of a rule or of the base."""
    for placed in (*([contents.about] if contents.about is not None else []), *contents.rules):
        review: Review = placed.model.review
        if review.status == "approved":
            message = "`approved` is not written by hand"
            yield placed.problem(["review", "status"], "R018", message, _HELP)
        for key in ("reviewers", "reviewed"):
            if getattr(review, key):
                yield placed.problem(["review", key], "R018", f"`{key}` is not written by hand", _HELP)
