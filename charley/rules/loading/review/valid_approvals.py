"""Which approvals hold, and what is approved by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

from charley.documents.diagnostic import Faulty
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.loading.cases import read_cases
from charley.rules.loading.hazards import read_hazards
from charley.rules.loading.invariants import read_invariants
from charley.rules.loading.review.read import placed_approvals, read_keys
from charley.rules.loading.review.signatures import can_verify, verified
from charley.rules.signoff.approval import Approval, ReviewerKey, Role, roles_required, today_anywhere
from charley.rules.signoff.layers import Layer, LayerName, Layers

__all__ = ["Approvals", "State", "signed_off"]

State = Literal["holds", "gone", "changed", "future", "unsigned", "not verified", "other role", "replaced"]
"""Whether an approval counts, and why not: what it speaks of is gone or changed; its date has not come; its
signature is missing or false, or cannot be checked here; the key is not for this role; the same person has
approved the same thing again.
"""


class Approvals:
    """The approvals of a base. `keys` are the public keys of reviewers; where there are any, only what is
    signed with them counts. Raises `Faulty` where a file cannot be read.
    """

    def __init__(
        self, base: KnowledgeBase, every: Iterable[Approval], keys: Iterable[ReviewerKey] = ()
    ) -> None:
        self.base = base
        self.every = tuple(every)
        self._listed = {key.person: key for key in keys}
        self.keys: Mapping[str, str] = {person: key.key for person, key in self._listed.items()}

    @classmethod
    def of(cls, base: KnowledgeBase, keys: Path | None = None) -> Self:
        """Those that stand beside the base, with the keys in a file, or beside the base."""
        every = [each.approval for each in placed_approvals(base.path)]
        return cls(base, every, read_keys(base.path if keys is None else keys))

    @cached_property
    def layers(self) -> Layers:
        """What the approvals are held to."""
        return Layers(self.base)

    @cached_property
    def layers_of_all(self) -> Layers:
        """The same with what stands beside the base, which approvals of more than a rule cover."""
        layers = self.layers
        invariants = read_invariants(self.base)
        cases = [placed.case for placed in read_cases(self.base)]
        layers.parts.add(invariants, cases, read_hazards(self.base, invariants))
        beside = read_keys(self.base.path)
        layers.parts.put("keys", {key.by: [key.key, sorted(key.roles)] for key in beside})
        return layers

    @cached_property
    def unread(self) -> bool:
        """Whether a file beside the base cannot be read: then nothing that covers it is as it was."""
        try:
            return self.layers_of_all is None
        except Faulty:
            return True

    def layer_now(self, approval: Approval) -> Layer | None:
        """What the approval would cover now; None where that is gone or cannot be read."""
        if approval.layer == "rule":
            return self.layers.layer("rule", approval.about)
        return None if self.unread else self.layers_of_all.layer(approval.layer, approval.about)

    @cached_property
    def states(self) -> Mapping[Approval, State]:
        """The state of every approval."""
        states: dict[Approval, State] = {approval: self._state(approval) for approval in self.every}
        seen: dict[tuple[LayerName, str, str], Approval] = {}
        for approval in self.every:
            if states[approval] == "holds":
                key = approval.layer, approval.about, approval.person
                if key in seen and seen[key] != approval:
                    states[seen[key]] = "replaced"
                seen[key] = approval
        return states

    def _state(self, approval: Approval) -> State:
        layer = self.layer_now(approval)
        if layer is None:
            return "gone" if approval.layer == "rule" or not self.unread else "changed"
        if layer.digest != approval.digest:
            return "changed"
        if approval.date > today_anywhere():
            return "future"
        if not self.keys:
            return "holds"
        if not can_verify():
            return "not verified"
        if not verified(approval, self.keys):
            return "unsigned"
        roles = self._listed[approval.person].roles
        return "holds" if not roles or approval.role in roles else "other role"

    @cached_property
    def held(self) -> Mapping[tuple[LayerName, str], tuple[Approval, ...]]:
        """The approvals that hold, by what they are of; one for each person."""
        found: dict[tuple[LayerName, str], list[Approval]] = {}
        for approval, state in self.states.items():
            if state == "holds":
                found.setdefault((approval.layer, approval.about), []).append(approval)
        return {about: tuple(approvals) for about, approvals in found.items()}

    def missing(self, layer: LayerName, about: str) -> tuple[Role, ...]:
        """The roles that have not approved it yet, once for each person who is needed."""
        missing = list(roles_required(layer, self.base.rules.get(about) if layer == "rule" else None))
        for approval in self.held.get((layer, about), ()):
            if approval.role in missing:
                missing.remove(approval.role)
        return tuple(missing)

    def approved(self, layer: LayerName, about: str) -> bool:
        """Whether everybody who must has approved it."""
        return not self.missing(layer, about)

    @cached_property
    def released(self) -> bool:
        """Whether the release is approved, the base as a whole and every rule included."""
        return (
            self.approved("release", self.base.version)
            and self.approved("base", self.base.id)
            and all(self.approved("rule", rule) for rule in self.base.rules)
        )


def signed_off(base: KnowledgeBase) -> KnowledgeBase:
    """The base with the review of every rule, and of the base, as its approvals say. Raises `Faulty`."""
    approvals = Approvals.of(base)
    if not approvals.every:
        return base
    rules = dict(base.rules)
    for (layer, about), held in approvals.held.items():
        if layer == "rule":
            review = rules[about].review.model_copy(update=_review(held, approvals.approved("rule", about)))
            rules[about] = rules[about].model_copy(update={"review": review})
    about_base = base.about
    of_all = [each for (layer, _), held in approvals.held.items() if layer != "rule" for each in held]
    if of_all:
        review = about_base.review.model_copy(update=_review(of_all, approvals.released))
        about_base = about_base.model_copy(update={"review": review})
    return replace(base, rules=rules, about=about_base)


def _review(held: Iterable[Approval], enough: bool) -> dict[str, object]:
    found = list(held)
    return {
        "status": "approved" if enough else "under_review",
        "reviewers": tuple(dict.fromkeys(approval.by for approval in found)),
        "reviewed": max(approval.date for approval in found),
    }
