"""One audit from beginning to end: gather what was asked for, write the report, summarise it."""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from charley.audit.agreement import agreement
from charley.audit.cases.coverage import Coverage
from charley.audit.cases.expected import differences
from charley.audit.checks import check_all
from charley.audit.diff.comparison import Comparison
from charley.audit.diff.versions import opened
from charley.audit.influence import influence, listed_population, population
from charley.audit.mutation.mutate import Mutation, Ready, count, mutate, ready_cases
from charley.audit.places import Places
from charley.audit.problem import Problem
from charley.audit.prove.prove import Prover
from charley.audit.prove.show import proof_problem
from charley.audit.report.changes import changes_since
from charley.audit.report.layout import report_html, report_markdown
from charley.audit.report.report import Report
from charley.documents.atomic import write_whole
from charley.documents.diagnostic import Diagnostic
from charley.documents.pdf import as_pdf
from charley.documents.yaml_writer import written as written_yaml
from charley.engine.assessment import assess
from charley.engine.expert import Expert
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.loading.cases import EDGES, read_cases
from charley.rules.loading.hazards import read_hazards
from charley.rules.loading.invariants import read_invariants

__all__ = ["Wanted", "gathered", "save_ready_cases", "summary_lines", "written"]


@dataclass(frozen=True)
class Wanted:
    """The optional parts of an audit, beyond proofs, checks and coverage."""

    mutate: bool = False
    since: str | None = None
    jobs: int = 2
    readings: int = 0
    influence: int = 0
    population: str | None = None
    seconds: float = 30.0
    times: bool = False
    against: str | None = None
    by: str | None = None
    date: datetime.date | None = None


def gathered(base: Expert, name: str, wanted: Wanted, bar: bool = False) -> Report:
    """The report on a base. Raises `Faulty` where its cases or invariants do not read."""
    subject = Prover(base, wanted.seconds)
    invariants = read_invariants(base)
    proofs = tuple(subject.prove_all(invariants))
    problems = [problem for p in proofs if (problem := proof_problem(base, p, subject.places)) is not None]
    problems += check_all(subject)
    coverage = Coverage(base)
    failed: list[str] = []
    for placed in read_cases(base):
        coverage.add(placed.case.id, placed.answers.record)
        if any(differences(placed.case.expect, assess(base, placed.answers))):
            failed.append(placed.case.id)
    mutation = _mutation(base, name, wanted, bar) if wanted.mutate else None
    agreed = agreement(base, wanted.readings) if wanted.readings else None
    for each in agreed.disagreements if agreed is not None else ():
        message = f"the reading `{each.reading}` disagrees with the definition"
        place = Diagnostic(str(base.path), 0, 0, "A022", message, "this is a fault of charley: report it")
        problems.append(Problem(place, each.reading, each.rules, each.record))
    for verdict in mutation.survivors if mutation is not None else ():
        rule, mistake = verdict.mutant.rule, verdict.mutant.mistake
        message = f"no case and no invariant detects a mistake in the rule `{rule}`: {mistake}"
        help = "`--save-cases FILE` writes a case that does"
        problem = subject.problem("A023", rule, message, help, witness=verdict.witness, severity="note")
        problems.append(problem)
    people = [] if wanted.population is None else listed_population(base, wanted.population)
    people += population(base, wanted.influence)
    moving = influence(base, people) if people else None
    changed = None
    if wanted.against is not None:
        changed = changes_since(wanted.against, name, base, wanted.seconds)
    return Report(
        base,
        proofs,
        tuple(problems),
        coverage,
        mutation,
        moving,
        agreed,
        wanted.times,
        tuple(failed),
        read_hazards(base, invariants),
        changed,
        wanted.by,
        wanted.date,
    )


def _mutation(base: Expert, name: str, wanted: Wanted, bar: bool) -> Mutation:
    rules: tuple[str, ...] | None = None
    if wanted.since is not None:
        with opened(wanted.since, beside=name) as old:
            rules = Comparison(old, base).edited
    total = count(base, rules)
    found = mutate(base, rules, wanted.jobs, wanted.seconds)
    with click.progressbar(found, length=total, label="mutants", file=sys.stderr, hidden=not bar) as verdicts:
        return Mutation(tuple(verdicts))


def written(report: Report, file: Path, *, board: bool = False) -> None:
    """Write the report, or its edition for a board, in the format that the file's name asks for.

    Raises `Faulty` where a PDF cannot be made here.
    """
    text: str | bytes
    match file.suffix:
        case ".html":
            text = report_html(report, board=board)
        case ".pdf":
            text = as_pdf(file, report_html(report, board=board))
        case ".md":
            text = report_markdown(report)
        case _:
            text = json.dumps(report.as_json(), indent=2, ensure_ascii=False) + "\n"
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, text)


def summary_lines(report: Report, notes: bool) -> Iterator[str]:
    """The findings and the counts, for a terminal."""
    shown = [problem for problem in report.problems if notes or problem.severity != "note"]
    for problem in shown:
        yield from (*problem.lines(report.base.vocabulary), "")
    proved = sum(proof.holds for proof in report.proofs)
    rest = len(report.problems) - len(report.open_problems)
    yield f"{report.base.id} {report.base.version}: {proved} of {len(report.proofs)} invariants proved"
    yield f"{len(report.open_problems)} findings, {rest} notes{'' if notes or not rest else ' (--notes)'}"
    if report.coverage is not None:
        yield f"rules that fire in some case: {report.coverage.fired}"
    if report.mutation is not None:
        mutation, percent = report.mutation, report.mutation.percent
        yield (
            f"mutants: {len(mutation.verdicts)}, of which {mutation.count('equivalent')} change nothing; "
            + ("there are no others" if percent is None else f"{percent:.1f} % of the others are noticed")
        )
    if report.agreement is not None:
        faulty = ", ".join(each.reading for each in report.agreement.disagreements) or "none"
        yield f"readings held to the meaning on {report.agreement.records} records; at fault: {faulty}"


def save_ready_cases(base: KnowledgeBase, mutation: Mutation, where: Path) -> str:
    """Write cases that would notice what goes unnoticed; what was written, as a sentence.

    They go into one file, or, where no file of YAML is named, into a folder with one for each file of rules;
    after what stands there already.
    """
    places, taken = Places(base), {placed.case.id for placed in read_cases(base)}
    files: dict[Path, list[Ready]] = {}
    for ready in ready_cases(mutation.survivors, taken):
        about = Path(places.at(ready.rule, "", "").file).name
        file = where if where.suffix in (".yaml", ".yml") else where / f"{EDGES}{about}"
        files.setdefault(file, []).append(ready)
    for file, some in files.items():
        before = file.read_text(encoding="utf-8") + "\n" if file.exists() else _EDGES.format(name=file.name)
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, before + "\n".join(_case_text(base, each) for each in some))
    cases = [ready for some in files.values() for ready in some]
    return f"{len(cases)} cases for {sum(len(ready.kills) for ready in cases)} mutants in {where}"


_EDGES = """# cases/{name}: the edges of rules, each with the smallest patient on one side of it.
# Written by `charley audit --mutate --save-cases` from the rules as they stood: they say what the rules say,
# so that a slip in one is noticed. Whether a rule is right is for the other cases, and its reviewers.

"""


def _case_text(base: KnowledgeBase, ready: Ready) -> str:
    """A case as a person would write it: short lists and mappings on one line."""
    expect = ready.expect.model_dump(mode="json", exclude_defaults=True)
    case = {"title": ready.title(base), "given": base.vocabulary.written(ready.record), "expect": expect}
    lines = [f"- id: {ready.id}"]
    for key, value in case.items():
        dumped = written_yaml(value, width=10**6, default_flow_style=True)
        line = f"  {key}: {dumped.removesuffix('...' + chr(10)).strip()}"
        if len(line) > 105:
            line = written_yaml({key: value}, width=103)
            line = "\n".join(f"  {each}" for each in line.rstrip().splitlines())
        lines.append(line)
    return "\n".join(lines) + "\n"
