"""`charley pages` and `report`: pages about a base, and the hand-over of a consultation."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

import click

from charley.commands.options import audience_option, base_argument, base_option
from charley.documents.atomic import write_whole
from charley.documents.diagnostic import Diagnostic, Faulty
from charley.engine.expert import load
from charley.facts.wording import Audience
from charley.pages.index import pages_of
from charley.terminal.text import echo, show_warnings

__all__ = ["pages", "report"]


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
    """Write a page with a chart for each candidate. DIR gets the pages in Markdown, and charts of the
    evidence in SVG.

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
    """Write the hand-over of a consultation or record. FILE holds either. The hand-over is
    a note to read, sign and file.

    \b
    Examples:
      charley report mine.yaml --out report.html
      charley report record.json --out report.pdf     (needs `pip install "charley[pdf]"`)

    Exits 0; 1 where answers of a consultation are left out, since these rules do not accept them; they
    stand first on the page.
    """
    from charley.engine.consult.replay import read_consultation
    from charley.pages.write import write_report

    expert = load(kb)
    read = read_consultation(expert, file, audience, datetime.date.today())
    write_report(read.consultation, out, audience or "clinician", read.warnings)
    echo(show_warnings(read.warnings))
    echo([f"written: {out}"])
    sys.exit(1 if read.refused else 0)
