"""Everything that can be found wrong with a knowledge base on disk, its cases and invariants included."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from charley.documents.diagnostic import Diagnostic, Faulty
from charley.documents.document import keeping
from charley.facts.units import in_ucum, is_unit
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.loading.cases import read_cases
from charley.rules.loading.contents import Contents
from charley.rules.loading.find import HAZARDS, INVARIANTS, KEYS, REVIEWS, files_of, find_base, yaml_files
from charley.rules.loading.hazards import hazard_warnings, read_hazards
from charley.rules.loading.invariants import read_invariants
from charley.rules.loading.phrases import name_problems, phrase_problems
from charley.rules.loading.read import read_all
from charley.rules.loading.review.lapses import lapses
from charley.rules.loading.shared.thresholds import unused
from charley.rules.loading.shared.vocabularies import sources

__all__ = ["check"]


def check(name: str | Path = "nocturnal_leg_pain") -> list[Diagnostic]:
    """Every problem of the knowledge base, errors and warnings, in file order.

    What needs the base as a whole, such as approvals, is looked at once the base can be used. Raises `Faulty`
    where there is no knowledge base of this name or path.
    """
    with keeping():  # several checks look at the same file
        return _checked(find_base(name))


def _checked(folder: Path) -> list[Diagnostic]:
    base, contents, found = read_all(folder)
    usable = all(problem.severity != "error" for problem in found)
    units = list(_units(contents))
    found.extend(problem for problem, _ in units)
    contents.spoiled.update(fact for _, fact in units)
    if usable:
        for file in (folder / "facts.yaml", *(file for _, file in sources(folder))):
            found.extend(phrase_problems(base, file))
        found.extend(name_problems(base, folder / "candidates.yaml"))
    try:
        read_cases(base, contents=contents)
    except Faulty as faulty:
        found.extend(faulty.diagnostics)
    try:
        invariants = read_invariants(base, contents)
        found.extend(unused(contents, invariants) if usable else ())
    except Faulty as faulty:
        found.extend(faulty.diagnostics)
    for beside in (_hazards, lapses) if usable else ():
        try:
            found.extend(beside(base))
        except Faulty as faulty:
            found.extend(each for each in faulty.diagnostics if each not in found)
    found.extend(_unread(folder))
    files = [*files_of(folder), *yaml_files(folder / "cases")]
    order = {str(file): at for at, file in enumerate(files)}
    return sorted(found, key=lambda p: (order.get(p.file, len(order)), p.file, p.line, p.column))


def _hazards(base: KnowledgeBase) -> Iterator[Diagnostic]:
    yield from hazard_warnings(base, read_hazards(base, read_invariants(base)))


_LOOK_ALIKE = {"C": "Cel", "F": "[degF]"}
"""What people write for degrees; to UCUM they are coulomb and farad, which no fact of a patient is in."""


def _units(contents: Contents) -> Iterator[tuple[Diagnostic, str]]:
    """Units that the library of units does not know, each with its fact or threshold."""
    for placed in (*contents.facts, *contents.thresholds):
        units: list[tuple[list[str | int], str | None]] = [(["unit"], placed.model.unit)]
        conversions = getattr(placed.model, "conversions", ())
        units += [(["conversions", m, "unit"], each.unit) for m, each in enumerate(conversions)]
        for path, unit in units:
            if unit in _LOOK_ALIKE:
                meant = f"did you mean `{_LOOK_ALIKE[unit]}`?"
                message = f"`{unit}` is no unit of temperature in UCUM"
                yield placed.problem(path, "F014", message, meant), placed.model.id
            elif unit is not None and not is_unit(unit):
                ucum = in_ucum(unit)
                help = "write it in UCUM: `d`, `mmol/L`, `mm[Hg]`, `{score}`"
                help = help if ucum is None else f"did you mean `{ucum}`?"
                yield placed.problem(path, "F014", f"unknown unit `{unit}`", help), placed.model.id


def _unread(folder: Path) -> Iterator[Diagnostic]:
    """YAML files in the folder that are not part of the base."""
    known = {*files_of(folder), *yaml_files(folder / "cases")}
    known |= {folder / name for name in (INVARIANTS, HAZARDS, REVIEWS, KEYS)}
    elsewhere = {source.parent.resolve() for _, source in sources(folder)}
    for file in sorted(folder.rglob("*.y*ml")):
        hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
        if file.resolve().parent in elsewhere - {folder.resolve()}:
            continue
        if file not in known and not hidden and file.suffix in (".yaml", ".yml"):
            help = "rules stand in `rules/` and cases in `cases/`, in files that end in `.yaml`"
            yield Diagnostic(
                str(file), 0, 0, "R106", "this file is not part of the base", help, severity="warning"
            )
