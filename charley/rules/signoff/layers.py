"""The three layers that a signature can cover, each with a digest: a rule, the base as a whole, a release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.signoff.parts import Parts, digest_of
from charley.rules.signoff.reach import Reach

__all__ = ["LAYERS", "Layer", "LayerName", "Layers"]

LayerName = Literal["rule", "base", "release"]
LAYERS: tuple[LayerName, ...] = ("rule", "base", "release")

_BASE = (
    *("about", "groups of facts", "order of facts", "order of candidates", "list of rules", "keys"),
    *("candidate", "alert", "threshold", "invariant", "case", "hazard"),
)
"""The sorts of parts of the base as a whole."""


@dataclass(frozen=True)
class Layer:
    """What one signature covers: the digests of its parts, by their names."""

    layer: LayerName
    about: str
    parts: Mapping[str, str]

    @cached_property
    def digest(self) -> str:
        """The digest that is signed."""
        return digest_of({"layer": self.layer, "about": self.about, "parts": dict(self.parts)})


class Layers:
    """The layers of a base, each worked out when it is first asked for.

    `parts` must hold what stands beside the base (invariants, cases, hazards, keys) before the layers of the
    base and the release are asked for.
    """

    def __init__(self, base: KnowledgeBase, parts: Parts | None = None) -> None:
        self.base = base
        self.parts = Parts(base) if parts is None else parts
        self._reach = Reach(base)
        self._rules: dict[str, Layer] = {}

    def rule(self, id: str) -> Layer:
        """A rule with everything that it reaches."""
        if id not in self._rules:
            names = self._reach.of(self.base.rules[id])
            self._rules[id] = Layer("rule", id, {name: self.parts.digest(name) for name in names})
        return self._rules[id]

    @cached_property
    def whole(self) -> Layer:
        """The base as a whole."""
        names = [name for name in self.parts if _sort(name) in _BASE]
        return Layer("base", self.base.id, {name: self.parts.digest(name) for name in names})

    @cached_property
    def release(self) -> Layer:
        """Everything, with the version; and the files as they stand, so that nothing is left out."""
        names = [name for name in self.parts if not name.startswith("other rule ")]
        parts = {name: self.parts.digest(name) for name in names}
        parts["version"] = digest_of(self.base.version)
        parts["files"] = self.base.digest
        return Layer("release", self.base.version, parts)

    def layer(self, layer: LayerName, about: str) -> Layer | None:
        """The layer of which an approval speaks; None where there is none of that name."""
        match layer:
            case "rule":
                return self.rule(about) if about in self.base.rules else None
            case "base":
                return self.whole if about == self.base.id else None
            case "release":
                return self.release if about == self.base.version else None


def _sort(name: str) -> str:
    return name if name in _BASE else name.split(" ", 1)[0]
