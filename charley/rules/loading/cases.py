"""The cases of a knowledge base, read and checked: every fact, candidate, alert and rule they name exists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from charley.documents.diagnostic import Diagnostic, Faulty, nearest
from charley.documents.document import Document, read_document
from charley.facts.record import Answers, answers
from charley.rules.case import Case, Expectation
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.loading.contents import Contents
from charley.rules.loading.find import yaml_files
from charley.rules.loading.model_errors import shape_problems

__all__ = ["EDGES", "PlacedCase", "read_cases", "vignettes"]

EDGES = "edges_"
"""The prefix of files whose cases test the edges of rules and describe no typical patient."""

_LISTED = {
    "alert": "alerts stand in `candidates.yaml`",
    "candidate": "`charley candidates` lists them",
    "rule": "`charley rules` lists them",
    "candidate or alert": "`charley candidates` lists the candidates; alerts stand in `candidates.yaml`",
}

MAY_BE_NONE = ("flags", "cleared", "alerts", "fires")
"""The expectations of which an empty list says that there is none."""


@dataclass(frozen=True)
class PlacedCase:
    """A case, what it tells as values, and where it stands."""

    case: Case
    answers: Answers
    file: str
    line: int


def read_cases(
    base: KnowledgeBase, folder: Path | None = None, contents: Contents | None = None
) -> list[PlacedCase]:
    """All cases of the base, in file order. Raises `Faulty` with every problem.

    Of a base with errors, `contents` say which names it may have all the same.
    """
    contents = contents or Contents()
    placed: list[PlacedCase] = []
    problems: list[Diagnostic] = []
    first: dict[str, PlacedCase] = {}
    for file in yaml_files(folder or base.path / "cases"):
        try:
            document = read_document(file)
        except Faulty as faulty:
            problems.extend(faulty.diagnostics)
            continue
        if document.value is None:
            continue
        if not isinstance(document.value, list):
            problems.append(
                document.problem([], "F004", "a list of cases is expected here", "start with `- id:`")
            )
            continue
        for at, item in enumerate(document.value):
            found = _case(base, contents, document, at, item)
            if isinstance(found, PlacedCase):
                placed.append(found)
                if found.case.id in first:
                    there = first[found.case.id]
                    help = f"the first is at {there.file}:{there.line}"
                    message = f"`{found.case.id}` is defined twice"
                    problems.append(document.problem([at, "id"], "R006", message, help))
                first.setdefault(found.case.id, found)
            else:
                problems.extend(found)
    if problems:
        raise Faulty(problems)
    return placed


def vignettes(base: KnowledgeBase) -> list[PlacedCase]:
    """The cases that describe a patient, without those at the edges of rules."""
    return [placed for placed in read_cases(base) if not Path(placed.file).name.startswith(EDGES)]


def _case(
    base: KnowledgeBase, contents: Contents, document: Document, at: int, item: object
) -> PlacedCase | list[Diagnostic]:
    try:
        case = Case.model_validate(item)
    except ValidationError as error:
        return list(shape_problems(document, [at], error, Case))

    excused: list[Diagnostic] = []

    def place(
        path: list[str | int], code: str, message: str, help: str = "", *, key: bool = False
    ) -> Diagnostic:
        if code == "F010":
            help = nearest(str(path[0]), contents.spoiled) or help
        problem = document.problem([at, "given", *path], code, message, help, key=key)
        if code in ("F010", "F013") and contents.excuses(str(path[0]), "fact"):
            excused.append(problem)
        return problem

    problems: list[Diagnostic] = [*_silent(document, at, case), *_names(base, contents, document, at, case)]
    given = Answers()
    try:
        given = answers(case.given, base.vocabulary, place)
    except Faulty as faulty:
        problems.extend(each for each in faulty.diagnostics if each not in excused)
    if problems:
        return problems
    line = document.problem([at], "", "").line
    return PlacedCase(case, given, document.file, line)


def _silent(document: Document, at: int, case: Case) -> Iterator[Diagnostic]:
    """An expectation that expects nothing: the case would pass whatever came of the patient."""
    said = case.expect.model_fields_set
    if not said:
        help = "say what a careful clinician expects, such as `leader`, `flags` or `urgency`"
        yield document.problem([at, "expect"], "F004", "the case expects nothing", help)
    for field in Expectation.model_fields:
        value = getattr(case.expect, field)
        empty = value is None or (not value and field not in MAY_BE_NONE)
        if field in said and empty:
            help = "leave it out, or say what is expected"
            if field in ("not_flags", "not_alerts"):
                help = f"leave it out; `{field.removeprefix('not_')}: []` means that there is none"
            yield document.problem([at, "expect", field], "F004", f"`{field}` expects nothing", help)


def _names(
    base: KnowledgeBase, contents: Contents, document: Document, at: int, case: Case
) -> Iterator[Diagnostic]:
    expect = case.expect
    candidates, alerts, rules = base.candidates, base.alerts, base.rules
    fields: list[tuple[str, Iterable[str], str, Iterable[str]]] = [
        ("leader", [expect.leader] if expect.leader else [], "candidate", candidates),
        ("top3", expect.top3, "candidate", candidates),
        ("sections", expect.sections, "candidate", candidates),
        ("flags", expect.flags or (), "candidate", candidates),
        ("not_flags", expect.not_flags, "candidate", candidates),
        ("cleared", expect.cleared or (), "candidate or alert", [*candidates, *alerts]),
        ("alerts", expect.alerts or (), "alert", alerts),
        ("not_alerts", expect.not_alerts, "alert", alerts),
        ("fires", expect.fires or (), "rule", rules),
        ("not_fires", expect.not_fires, "rule", rules),
        ("scores", expect.scores, "candidate", candidates),
    ]
    for field, ids, what, known in fields:
        for n, id in enumerate(ids):
            if id not in known and not contents.excuses(id, *what.split(" or ")):
                key = field in ("sections", "scores")
                path: list[str | int] = [at, "expect", field, id if key else n]
                help = nearest(id, known) or _LISTED[what]
                yield document.problem(path, "R003", f"unknown {what} `{id}`", help, key=key)
