"""Find a knowledge base by path or bundled name, and the files in it."""

from __future__ import annotations

from pathlib import Path

from charley.documents.diagnostic import Diagnostic, Faulty, nearest

__all__ = ["ABOUT", "bundled", "find_base", "yaml_files"]

ABOUT = "knowledge_base.yaml"
"""The file that makes a folder a knowledge base."""

RULES = Path(__file__).parent.parent


def bundled() -> dict[str, Path]:
    """The bundled knowledge bases by name."""
    return {file.parent.name: file.parent for file in sorted(RULES.glob(f"*/{ABOUT}"))}


def yaml_files(folder: Path) -> list[Path]:
    """The YAML files in a folder, in order. Hidden files, as editors and sync tools leave them, are none."""
    return sorted(file for file in folder.glob("*.yaml") if not file.name.startswith("."))


def find_base(name: str | Path = "nocturnal_leg_pain") -> Path:
    """The folder of a knowledge base: a bundled one by its name, any other by its path. Raises `Faulty`.

    A folder of a bundled base's name is meant where the path says so: `./nocturnal_leg_pain`.
    """
    path, shipped = Path(name), bundled()
    if isinstance(name, str) and name in shipped:
        return shipped[name]
    try:
        found = path if (path / ABOUT).is_file() else None
        if path.name == ABOUT and path.is_file():
            found = path.parent
        there = path.exists()
    except (OSError, ValueError) as error:
        message = f"this cannot be opened: {getattr(error, 'strerror', None) or error}"
        raise Faulty([Diagnostic(str(name)[:200], 0, 0, "R000", message)]) from None
    if found is not None:
        return found
    if there:
        message = f"this is not a knowledge base: there is no `{ABOUT}` in it"
        help = "name the folder that holds it"
    else:
        message = "there is no knowledge base of this name or path"
        help = nearest(str(name), shipped) or "bundled: " + ", ".join(shipped)
    raise Faulty([Diagnostic(str(name), 0, 0, "R000", message, help)])
