"""Everything that can be found wrong with a knowledge base on disk, its cases and invariants included."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from charley.documents.diagnostic import Diagnostic, Faulty
from charley.documents.document import read_document
from charley.facts.units import is_unit
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.loading.cases import read_cases
from charley.rules.loading.find import HAZARDS, INVARIANTS, KEYS, REVIEWS, find_base, yaml_files
from charley.rules.loading.hazards import hazard_warnings, read_hazards
from charley.rules.loading.invariants import read_invariants
from charley.rules.loading.phrases import name_problems, phrase_problems
from charley.rules.loading.read import files_of, read_with_warnings
from charley.rules.loading.review.lapses import lapses

__all__ = ["check"]


def check(name: str | Path = "nocturnal_leg_pain") -> list[Diagnostic]:
    """Every problem of the knowledge base, errors and warnings, in file order.

    Units, cases and invariants are looked at once the base itself can be used. Raises `Faulty` where there
    is no knowledge base of this name or path.
    """
    folder = find_base(name)
    base, found = read_with_warnings(folder)
    if base is not None:
        found.extend(_units(folder / "facts.yaml"))
        found.extend(phrase_problems(base, folder / "facts.yaml"))
        found.extend(name_problems(base, folder / "candidates.yaml"))
        for beside in (_cases, _invariants_and_hazards, lapses):
            try:
                found.extend(beside(base))
            except Faulty as faulty:
                found.extend(each for each in faulty.diagnostics if each not in found)
    found.extend(_unread(folder))
    return found


def _cases(base: KnowledgeBase) -> Iterator[Diagnostic]:
    read_cases(base)
    yield from ()


def _invariants_and_hazards(base: KnowledgeBase) -> Iterator[Diagnostic]:
    yield from hazard_warnings(base, read_hazards(base, read_invariants(base)))


_LOOK_ALIKE = {"C": "Cel", "F": "[degF]"}
"""What people write for degrees; to UCUM they are coulomb and farad, which no fact of a patient is in."""


def _units(file: Path) -> Iterator[Diagnostic]:
    """Units that the library of units does not know."""
    document = read_document(file)
    for at, group in enumerate(document.value or ()):
        for n, fact in enumerate(group["facts"]):
            units: list[tuple[list[str | int], Any]] = [(["unit"], fact.get("unit"))]
            units += [
                (["conversions", m, "unit"], each["unit"])
                for m, each in enumerate(fact.get("conversions") or ())
            ]
            for path, unit in units:
                if unit in _LOOK_ALIKE:
                    meant = f"did you mean `{_LOOK_ALIKE[unit]}`?"
                    message = f"`{unit}` is no unit of temperature in UCUM"
                    yield document.problem([at, "facts", n, *path], "F014", message, meant)
                elif unit is not None and not is_unit(unit):
                    help = "write it in UCUM: `d`, `mmol/L`, `mm[Hg]`, `{score}`"
                    yield document.problem([at, "facts", n, *path], "F014", f"unknown unit `{unit}`", help)


def _unread(folder: Path) -> Iterator[Diagnostic]:
    """YAML files in the folder that are not part of the base."""
    known = {*files_of(folder), *yaml_files(folder / "cases")}
    known |= {folder / name for name in (INVARIANTS, HAZARDS, REVIEWS, KEYS)}
    for file in sorted(folder.rglob("*.y*ml")):
        hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
        if file not in known and not hidden and file.suffix in (".yaml", ".yml"):
            help = "rules stand in `rules/` and cases in `cases/`, in files that end in `.yaml`"
            yield Diagnostic(str(file), 0, 0, "R106", "nothing reads this file", help, severity="warning")
