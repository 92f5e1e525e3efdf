"""What charley-core is, taken from the project file of charley: all the same, without experta."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

ONLY_IN_THE_FULL_ONE = {"experta", "frozendict"}  # and what experta pins


class CustomMetadataHook(MetadataHookInterface):
    """Found by hatchling under this name."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Fill in what `pyproject.toml` here calls dynamic."""
        whole = tomllib.loads((Path(self.root).parents[1] / "pyproject.toml").read_text())["project"]
        for key in ("version", "requires-python", "license", "authors", "optional-dependencies", "scripts"):
            metadata[key] = whole[key]
        metadata["dependencies"] = [
            need for need in whole["dependencies"] if need.split("==")[0] not in ONLY_IN_THE_FULL_ONE
        ]
