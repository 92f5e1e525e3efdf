"""`charley pages`: a page for each candidate, and one that lists them, for people to read and review."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from charley.commands.options import audience_option, base_argument, base_option
from charley.documents.atomic import write_whole
from charley.documents.diagnostic import Diagnostic, Faulty
from charley.engine.expert import load
from charley.engine.explain.words import PURPOSE, TIER_TITLES
from charley.facts.wording import Audience
from charley.pages.candidate import alert_lines, candidate_page, chart, footer, section, sources, terms
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.loading.cases import read_cases
from charley.rules.rule import Alert, Flag
from charley.terminal.text import echo

__all__ = ["pages", "pages_of", "report"]


def pages_of(base: KnowledgeBase) -> Mapping[str, str]:
    """The text of every page and picture by its file name. Raises `Faulty` where cases cannot be read."""
    cases = [placed.case for placed in read_cases(base)]
    found: dict[str, str] = {"index.md": "\n".join(_index(base)) + "\n"}
    for candidate in base.candidates.values():
        picture = f"{candidate.id}.svg"
        found[f"{candidate.id}.md"] = candidate_page(base, candidate, cases, picture)
        found[picture] = chart(base, candidate)
    return found


def _index(base: KnowledgeBase) -> Iterator[str]:
    yield from (f"# {base.about.title}: the diagnoses that are considered", "")
    yield from (f"*{PURPOSE}*", "")
    for tier, title in TIER_TITLES.items():
        chosen = [candidate for candidate in base.candidates.values() if candidate.tier == tier]
        if chosen:
            yield from (f"## {title}", "")
            yield "| diagnosis | before anything is known | rules that raise, lower, flag it |"
            yield "|---|---|---|"
        for candidate in chosen:
            weights = [effect.weight for _, effect in base.weighing[candidate.id]]
            flags = sum(
                effect.candidate == candidate.id for r in base.rules.values() for effect in r.effects(Flag)
            )
            name = f"[{candidate.name.clinician}]({candidate.id}.md)"
            added = " (added)" if candidate.beyond_source else ""
            counts = f"{sum(w > 0 for w in weights)}, {sum(w < 0 for w in weights)}, {flags}"
            yield f"| {name}{added} | {candidate.prior:+d} db | {counts} |"
        yield ""
    if base.alerts:
        yield from ("## Alerts", "", "Dangers that are named at once and not ranked.", "")
        for alert in base.alerts:
            yield from alert_lines(base, alert)
        alerting = [rule for rule in base.rules.values() if rule.effects(Alert)]
        yield from section("Terms", terms(base, alerting))
        yield from section("Sources", sources(base, alerting))
    yield from footer(base, base.rules.values(), "in this base")


@click.command()
@base_argument
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The folder to write to.",
)
def pages(kb: str, out: Path) -> None:
    """Write a page for each candidate of KB to DIR, in Markdown, with a chart of its evidence in SVG.

    The pages say in sentences what raises, lowers and flags the candidate, what would exclude it or answer a
    flag, and where each claim comes from. They follow from KB alone: the same KB gives the same files.

    \b
    Examples:
      charley pages --out docs/candidates
      charley pages my_base --out pages

    Exits 0 when they are written, 2 when KB cannot be used or DIR not written to.
    """
    found = pages_of(load(kb))
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in found.items():
            write_whole(out / name, text)
    except OSError as error:
        message = f"cannot be written: {error.strerror or error}"
        raise Faulty([Diagnostic(str(out), 0, 0, "F001", message)]) from None
    echo([f"{len(found)} files in {out}"])


@click.command()
@click.argument("file")
@base_option
@audience_option()
@click.option(
    "--out", "out", required=True, type=click.Path(path_type=Path), help="Ends in .html, .md or .pdf."
)
def report(file: str, kb: str, audience: Audience | None, out: Path) -> None:
    """Write the hand-over of the consultation or record in FILE: one page to read in a minute and file.

    \b
    Examples:
      charley report mine.yaml --out report.html
      charley report record.json --out report.pdf     (needs `pip install "charley[pdf]"`)
    """
    from charley.engine.consult.transcript import read_consultation
    from charley.pages.handover import write_report

    expert = load(kb)
    write_report(read_consultation(expert, file, audience), out, audience or "clinician")
    echo([f"written: {out}"])
