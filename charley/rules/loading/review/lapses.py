"""What is wrong with approvals: gone, lapsed, dated in the future, not signed, too few; and what changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from charley.documents.diagnostic import Diagnostic, nearest
from charley.documents.fields import Change, changes
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.loading.review.read import PlacedApproval, placed_approvals
from charley.rules.loading.review.signed_log import Kept
from charley.rules.loading.review.valid_approvals import Approvals
from charley.rules.signoff.approval import ROLE_WORDS, Approval, Role

__all__ = ["Lapse", "lapse_of", "lapses"]

SHOWN = 3
"""How many changes a message names; `charley review status --changes` names all."""


@dataclass(frozen=True)
class Lapse:
    """What changed in one part since an approval. `fields` are empty where its old text is not kept."""

    part: str
    what: str
    fields: tuple[Change, ...] = ()

    def lines(self) -> Iterator[str]:
        """Old beside new, in words."""
        if not self.fields:
            yield f"{self.part} {self.what}"
        for path, was, now in self.fields:
            yield f"{self.part}, {' '.join(path)}: was `{_short(was)}`, is `{_short(now)}`"


def lapse_of(approval: Approval, approvals: Approvals, kept: Kept) -> tuple[Lapse, ...]:
    """Every part that changed since the approval, its own first; nothing where that is not kept."""
    now, was = approvals.layer_now(approval), kept.layers.get(approval.digest)
    layers = approvals.layers
    if now is None or was is None:
        return ()
    found: list[Lapse] = []
    for name in dict.fromkeys([*was.parts, *now.parts]):
        if was.parts.get(name) == now.parts.get(name):
            continue
        if name not in now.parts:
            found.append(Lapse(name, "is no longer part of it"))
        elif name not in was.parts:
            found.append(Lapse(name, "is new in it"))
        else:
            old = kept.value(was, name)
            edits = changes(old, layers.parts[name]) if old is not None and name in layers.parts else ()
            found.append(Lapse(name, "changed", tuple(edits)))
    rest = [each for each in found if each.part != "files"] or found
    return tuple(sorted(rest, key=lambda each: (not each.part.startswith(approval.layer), each.part)))


def lapses(base: KnowledgeBase, keys: Path | None = None) -> Iterator[Diagnostic]:
    """A018 to A020, A030, A031: approvals that do not count, and things with too few. Raises `Faulty`."""
    placed = placed_approvals(base.path)
    approvals, kept = Approvals.of(base, keys), Kept.read(base.path)
    said: set[tuple[str, str]] = set()
    for each in placed:
        approval, about = each.approval, (each.approval.layer, each.approval.about)
        match approvals.states[approval]:
            case "gone":
                known = {"rule": list(base.rules), "base": [base.id], "release": [base.version]}[
                    approval.layer
                ]
                message = f"there is no {approval.layer} `{approval.about[:60]}` any more"
                help = nearest(approval.about, known) or "remove the approval"
                yield each.problem(approval.layer, "A018", message, help)
            case "changed":
                persons = {other.person for other in approvals.held.get(about, ())}
                if approval.person not in persons:
                    yield _changed(each, lapse_of(approval, approvals, kept))
            case "future":
                help = "write the day on which it was approved"
                yield each.problem("date", "A030", f"{approval.date} is in the future", help)
            case "unsigned":
                message = f"this is not signed with the key of {approval.by}"
                help = "its bearer signs it: `charley review sign --by ... --key FILE`"
                if approval.person not in approvals.keys:
                    message = f"no key is listed for {approval.by}"
                    help = "list it, or ask somebody whose key is listed"
                yield each.problem("by", "A031", message, help)
            case "other role":
                message = f"{approval.by} does not sign as {ROLE_WORDS[approval.role]}"
                yield each.problem("role", "A031", message, "`roles` in the list of keys says as what")
            case "not verified":
                message = "signatures cannot be checked here, so this does not count"
                yield each.problem("by", "A031", message, "`pip install 'charley[signatures]'`")
            case "holds":
                missing = approvals.missing(*about)
                if missing and about not in said:
                    said.add(about)
                    yield _too_few(each, len(approvals.held[about]), missing)
            case "replaced":
                pass


def _changed(placed: PlacedApproval, found: tuple[Lapse, ...]) -> Diagnostic:
    approval = placed.approval
    what = f"`{approval.about}`" if approval.layer == "rule" else f"the {approval.layer} `{approval.about}`"
    message = f"{what} means something else than when {approval.by} approved it"
    lines = [line for lapse in found for line in lapse.lines()]
    if lines:
        more = f"; and {len(lines) - SHOWN} more" if len(lines) > SHOWN else ""
        message += f": {'; '.join(lines[:SHOWN])}{more}"
    target = approval.about if approval.layer == "rule" else f"--{approval.layer}"
    help = f"review it again: `charley review approve {target} --by ...`"
    return placed.problem("digest", "A019", message, help)


def _too_few(placed: PlacedApproval, reviewers: int, missing: tuple[Role, ...]) -> Diagnostic:
    approval = placed.approval
    roles = " and ".join(ROLE_WORDS[role] for role in missing)
    message, help = f"`{approval.about}` is not approved by {roles} yet", f"ask {roles}"
    if approval.layer == "rule" and reviewers == 1 and approval.role == "clinician":
        message, help = f"`{approval.about}` answers a flag and has one reviewer", "ask a second one"
    return placed.problem(approval.layer, "A020", message, help)


def _short(text: str | None, most: int = 60) -> str:
    if text is None:
        return "nothing"
    flat = " ".join(text.split()).replace("`", "'")
    return flat if len(flat) <= most else flat[: most - 1] + "…"
