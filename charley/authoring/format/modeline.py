"""The line by which a YAML editor finds the schema of a file, and the schemas that it finds there."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from charley.authoring.format.kinds import KINDS, kind_of_file
from charley.authoring.format.schemas import Draft, file_schema
from charley.rules.loading.find import ABOUT

__all__ = ["SCHEMAS", "base_of", "modeline", "schema_texts", "with_modeline"]

SCHEMAS = "schemas"
"""The folder of schemas, in a base or beside it."""

_MODELINE = re.compile(r"^# yaml-language-server: \$schema=", re.MULTILINE)


def schema_texts(draft: Draft = "07") -> dict[str, str]:
    """The schemas of all kinds of files, by the names of their files."""
    return {
        f"{kind.name}.json": json.dumps(file_schema(kind, draft), indent=1, ensure_ascii=False) + "\n"
        for kind in KINDS.values()
    }


def base_of(file: Path) -> Path | None:
    """The folder of the base that the file belongs to, or None."""
    file = file.absolute()
    return next((folder for folder in (file.parent, file.parent.parent) if (folder / ABOUT).is_file()), None)


def modeline(base: Path, file: Path, schemas: Path) -> str | None:
    """The line for a file of the base, with the schemas in this folder; None where it is of no kind."""
    kind = kind_of_file(base, file)
    if kind is None:
        return None
    target = os.path.relpath(schemas / f"{kind.name}.json", file.parent)
    return f"# yaml-language-server: $schema={Path(target).as_posix()}\n"


def with_modeline(file: Path, text: str) -> str:
    """The text with its line at the top, where the schemas stand in its base or beside it."""
    base = base_of(file)
    if base is None or _MODELINE.search(text):
        return text
    folders = (base / SCHEMAS, base.parent / SCHEMAS)
    schemas = next((each for each in folders if (each / "facts.json").is_file()), None)
    line = None if schemas is None else modeline(base, file.absolute(), schemas)
    return text if line is None else line + text
