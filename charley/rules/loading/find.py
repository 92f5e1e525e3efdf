"""Find a knowledge base by path, or by the name under which it is bundled or installed; and its files."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from charley.documents.diagnostic import Diagnostic, Faulty, nearest

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = [
    "ABOUT",
    "GROUP",
    "HAZARDS",
    "INVARIANTS",
    "KEYS",
    "OPTIONAL",
    "REQUIRED",
    "REVIEWS",
    "VOCABULARY",
    "Installed",
    "bundled",
    "files_of",
    "find_base",
    "installed",
    "yaml_files",
]

ABOUT = "knowledge_base.yaml"
"""The file that makes a folder a knowledge base."""

INVARIANTS, HAZARDS, REVIEWS, KEYS = "invariants.yaml", "hazards.yaml", "reviews.yaml", "keys.yaml"
"""Files beside the rules, on which no conclusion depends."""

VOCABULARY = "vocabulary.yaml"
"""The file that says which facts are taken from elsewhere."""

REQUIRED = (ABOUT, "facts.yaml", "candidates.yaml")
OPTIONAL = (VOCABULARY, "thresholds.yaml", "instruments.yaml", "findings.yaml", "citations.yaml")
"""The files beside `rules/` that make up the meaning of a base: those it must have, and those it may have."""

GROUP = "charley.knowledge_bases"
"""The entry points by which installed packages name their bases."""

RULES = Path(__file__).parent.parent


class Installed(NamedTuple):
    """A base that an installed package brings. `target` is its package, with the folder after a colon."""

    name: str
    target: str
    distribution: str

    def folder(self) -> Path:
        """Where it is on disk. The package is imported. Raises `Faulty`."""
        module, _, inner = self.target.partition(":")
        try:
            found = import_module(module)
            places = list(found.__path__)
        except Exception as error:  # whatever the package does when it is imported
            raise self._unusable(f"`{module}` is no package that can be imported: {error}") from None
        for place in places:
            folder = Path(place, *filter(None, inner.split(".")))
            if (folder / ABOUT).is_file():
                return folder
        raise self._unusable(f"there is no `{ABOUT}` in `{self.target}`")

    def _unusable(self, why: str) -> Faulty:
        help = f"it is named by the entry point `{self.name}` of {self.distribution}"
        return Faulty([Diagnostic(self.name, 0, 0, "R000", why, help)])


def bundled() -> dict[str, Path]:
    """The bundled knowledge bases by name."""
    return {file.parent.name: file.parent for file in sorted(RULES.glob(f"*/{ABOUT}"))}


def installed() -> tuple[Installed, ...]:
    """The bases that installed packages bring, by name. No package is imported."""
    from importlib.metadata import entry_points  # it takes longer to import than a bundled base to find

    found = entry_points(group=GROUP)
    each = (Installed(point.name, point.value, _distribution(point)) for point in found)
    return tuple(sorted(dict.fromkeys(each), key=lambda base: (base.name, base.distribution)))


def _distribution(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist is not None else "an unnamed package"


def yaml_files(folder: Path) -> list[Path]:
    """The YAML files in a folder, in order. Hidden files, as editors and sync tools leave them, are none."""
    return sorted(file for file in folder.glob("*.yaml") if not file.name.startswith("."))


def files_of(folder: Path) -> list[Path]:
    """The files that make up the meaning of a base: not its cases, not its invariants."""
    optional = [folder / name for name in OPTIONAL if (folder / name).exists()]
    return [*(folder / name for name in REQUIRED), *optional, *yaml_files(folder / "rules")]


def written_files(folder: Path) -> list[Path]:
    """The YAML files of a base that people write, in order: not what `charley review` writes."""
    folders = (folder, folder / "rules", folder / "cases")
    return [file for each in folders for file in yaml_files(each) if file.name != "reviews.yaml"]


def find_base(name: str | Path = "nocturnal_leg_pain") -> Path:
    """The folder of a knowledge base: by its name a bundled one, else by its path, else by its name one that
    an installed package brings. Raises `Faulty`, also where two packages bring one of this name.

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
    brought = installed()
    named = [base for base in brought if base.name == str(name)]
    if len(named) == 1:
        return named[0].folder()
    if named:
        message = (
            f"two packages bring a base of this name: {' and '.join(base.distribution for base in named)}"
        )
        help = "uninstall one of them, or name the folder of the base that is meant"
    elif there:
        message = f"this is not a knowledge base: there is no `{ABOUT}` in it"
        help = "name the folder that holds it"
    else:
        message = "there is no knowledge base of this name or path"
        known = [*shipped, *(base.name for base in brought)]
        help = nearest(str(name), known) or "`charley bases` lists them: " + ", ".join(known)
    raise Faulty([Diagnostic(str(name), 0, 0, "R000", message, help)])
