"""The body of a call of the feedback endpoint, read and checked."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

from charley.serve.cds.feedback import Feedback
from charley.serve.fhir.reading.statement import moment
from charley.serve.service import Problem

__all__ = ["read_feedback"]

MOST = 1000
"""Entries in one call."""

_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_CODE = re.compile(r"\S{1,60}")


def read_feedback(body: Any) -> list[Feedback]:
    """The feedback in a body that was JSON. Raises `Problem` (400) for the first entry that is wrong.

    A comment is read past. The reason is kept as its code; the system is that of the card.
    """
    entries = body.get("feedback") if isinstance(body, Mapping) else None
    if not isinstance(entries, list) or not entries or len(entries) > MOST:
        raise Problem(400, f"the body must be an object with `feedback`, a list of one to {MOST}")
    return [_entry(each, at) for at, each in enumerate(entries)]


def _entry(entry: Any, at: int) -> Feedback:
    where = f"feedback[{at}]"
    if not isinstance(entry, Mapping):
        raise Problem(400, f"`{where}` is an object")
    card, outcome, when = (entry.get(name) for name in ("card", "outcome", "outcomeTimestamp"))
    try:
        card = str(uuid.UUID(card))
    except (TypeError, ValueError, AttributeError):
        raise Problem(400, f"`{where}.card` must be the uuid of a card") from None
    if outcome not in ("accepted", "overridden"):
        raise Problem(400, f"`{where}.outcome` must be `accepted` or `overridden`")
    done = moment(when) if isinstance(when, str) and _TIMESTAMP.fullmatch(when) else None
    if done is None:
        raise Problem(400, f"`{where}.outcomeTimestamp` must be a moment such as 2026-11-29T08:00:00Z")
    if outcome == "accepted":
        accepted = entry.get("acceptedSuggestions")
        named = accepted if isinstance(accepted, list) else []
        if not named or not all(isinstance(each, Mapping) and _is_text(each.get("id")) for each in named):
            raise Problem(400, f"`{where}.acceptedSuggestions` must name what was accepted")
    return Feedback(card, str(outcome), done.isoformat(), _reason(entry.get("overrideReason"), where))


def _is_text(given: Any) -> bool:
    return isinstance(given, str) and bool(given)


def _reason(given: Any, where: str) -> str:
    if given is None:
        return ""
    if not isinstance(given, Mapping):
        raise Problem(400, f"`{where}.overrideReason` must be an object")
    reason = given.get("reason")
    if reason is None:
        if not _is_text(given.get("userComment")):
            raise Problem(400, f"`{where}.overrideReason` must have a `reason` or a `userComment`")
        return ""
    code = reason.get("code") if isinstance(reason, Mapping) else None
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise Problem(400, f"`{where}.overrideReason.reason` must be a coding with a `code`")
    return code
