"""`signed.jsonl`: what was read when something was approved, so that a lapse can show the old beside the new.

Each line holds one part by its digest, or one layer with the digests of its parts. Nothing is decided by this
file: a line whose digest is not that of its content is passed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from charley.documents.atomic import write_whole
from charley.rules.signoff.layers import Layer, Layers
from charley.rules.signoff.parts import digest_of, said

__all__ = ["FILE", "Kept"]

FILE = "signed.jsonl"


@dataclass
class Kept:
    """Layers and parts by their digests, as they were."""

    layers: dict[str, Layer] = field(default_factory=dict)
    parts: dict[str, tuple[str, Any]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Kept:
        """What stands beside the rules; empty where it cannot be read."""
        kept = cls()
        try:
            lines = (folder / FILE).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return kept
        for line in lines:
            kept._line(line)
        return kept

    def _line(self, line: str) -> None:
        try:
            found = json.loads(line)
            if "layer" in found:
                layer = Layer(found["layer"], found["about"], found["parts"])
                self.layers[layer.digest] = layer
            else:
                part = {"part": found["part"], "value": found["value"]}
                self.parts[digest_of(part)] = found["part"], found["value"]
        except (ValueError, TypeError, KeyError, RecursionError):
            return

    def add(self, layer: Layer, layers: Layers) -> None:
        """Keep a layer of the base as it is now."""
        self.layers[layer.digest] = layer
        for name, digest in layer.parts.items():
            if name in layers.parts:
                self.parts[digest] = name, layers.parts[name]

    def value(self, layer: Layer, name: str) -> Mapping[str, Any] | None:
        """A part as it was in a layer; None where it is not kept."""
        found = self.parts.get(layer.parts.get(name, ""))
        return found[1] if found is not None and found[0] == name else None

    def write(self, folder: Path, used: Iterable[str]) -> None:
        """Write the layers of these digests, and their parts."""
        layers = [self.layers[digest] for digest in sorted(set(used) & set(self.layers))]
        parts = {digest for layer in layers for digest in layer.parts.values()} & set(self.parts)
        write_whole(folder / FILE, "".join(f"{line}\n" for line in self._lines(layers, sorted(parts))))

    def _lines(self, layers: list[Layer], parts: list[str]) -> Iterator[str]:
        for layer in layers:
            yield said({"layer": layer.layer, "about": layer.about, "parts": dict(layer.parts)})
        for digest in parts:
            name, value = self.parts[digest]
            yield said({"part": name, "value": value})
