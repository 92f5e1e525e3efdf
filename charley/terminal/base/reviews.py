"""The state of approvals as a terminal shows it, and for a program to read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from charley.documents.diagnostic import Diagnostic
from charley.documents.fields import fields_of
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.loading.review.lapses import Lapse, lapse_of
from charley.rules.loading.review.signed_log import Kept
from charley.rules.loading.review.valid_approvals import Approvals
from charley.rules.signoff.approval import ROLE_WORDS, Role
from charley.rules.signoff.layers import LayerName, Layers

__all__ = ["change_lines", "covered_lines", "status_json", "status_lines", "still_needed"]


def still_needed(missing: tuple[Role, ...]) -> str:
    """What an approval waits for."""
    if not missing:
        return "approved"
    return f"still needed: {', '.join(ROLE_WORDS[role] for role in missing)}"


def status_lines(base: KnowledgeBase, approvals: Approvals) -> Iterator[str]:
    """How many rules have come how far, and how far the base and the release have."""
    for name, count in _counts(base).items():
        yield f"{count:5}  rules {name.replace('_', ' ')}"
    for layer, missing in _whole(base, approvals).items():
        yield f"       {layer}: {'submitted' if missing is None else still_needed(missing)}"


def change_lines(approvals: Approvals, kept: Kept) -> Iterator[str]:
    """Everything that changed since the approvals that lapsed, old beside new."""
    for approval, state in approvals.states.items():
        if state != "changed":
            continue
        yield f"{approval.layer} {approval.about}, approved by {approval.by} on {approval.date}:"
        for lapse in lapse_of(approval, approvals, kept):
            yield f"  {lapse.part} {lapse.what}"
            for path, was, now in lapse.fields:
                yield f"    {': '.join(path)}"
                yield f"      - {_flat(was)}"
                yield f"      + {_flat(now)}"
        yield ""


def covered_lines(layers: Layers, rule: str) -> Iterator[str]:
    """What an approval of the rule covers, its own part first."""
    layer, own = layers.rule(rule), f"rule {rule}"
    for name in (own, *(each for each in layer.parts if each != own)):
        yield f"{name}  [{layer.parts[name][:12]}]"
        yield from (f"    {': '.join(path)}: {_flat(text)}" for path, text in fields_of(layers.parts[name]))
    yield ""
    yield f"digest {layer.digest}"


def status_json(
    base: KnowledgeBase, approvals: Approvals, kept: Kept, found: list[Diagnostic]
) -> dict[str, Any]:
    """The same for a program to read."""
    needed = _whole(base, approvals)
    return {
        "format": "charley.review.v1",
        "knowledge_base": {"id": base.id, "version": base.version, "digest": base.digest},
        "rules": _counts(base),
        "still_needed": {name: None if roles is None else list(roles) for name, roles in needed.items()},
        "problems": [diagnostic.as_json() for diagnostic in found],
        "lapsed": [
            {
                "layer": approval.layer,
                "about": approval.about,
                "by": approval.by,
                "date": str(approval.date),
                "changes": [_lapse_json(lapse) for lapse in lapse_of(approval, approvals, kept)],
            }
            for approval, state in approvals.states.items()
            if state == "changed"
        ],
    }


def _lapse_json(lapse: Lapse) -> dict[str, Any]:
    fields = [{"field": ": ".join(path), "old": was, "new": now} for path, was, now in lapse.fields]
    return {"part": lapse.part, "what": lapse.what, "fields": fields}


def _counts(base: KnowledgeBase) -> dict[str, int]:
    statuses = [rule.review.status for rule in base.rules.values()]
    return {name: statuses.count(name) for name in ("approved", "under_review", "submitted")}


def _whole(base: KnowledgeBase, approvals: Approvals) -> dict[str, tuple[Role, ...] | None]:
    """What the base and the release wait for; None where nobody has approved them."""
    needed: dict[str, tuple[Role, ...] | None] = {}
    whole: tuple[tuple[LayerName, str], ...] = (("base", base.id), ("release", base.version))
    for layer, about in whole:
        needed[layer] = approvals.missing(layer, about) if (layer, about) in approvals.held else None
    return needed


def _flat(text: str | None) -> str:
    return "(nothing)" if text is None else " ".join(text.split())
