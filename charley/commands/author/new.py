"""`charley new`: a first knowledge base to write on."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["new"]


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--id", "id", metavar="ID", help="The id of the base. Default: the name of the folder.")
@click.option("--title", metavar="TITLE", help="What it is called. Default: the id in words.")
def new(folder: Path, id: str | None, title: str | None) -> None:
    """Write a small base to begin with, which teaches. DIR gets its files, with comments, cases and an
    invariant.

    \b
    Examples:
      charley new sore_throat
      charley new bases/throat --id sore_throat --title "Sore throat"

    Every command works on it at once. DIR is empty or not there yet; otherwise nothing is written and the
    exit status is 2.
    """
    from charley.authoring.scaffold import id_from, write_base
    from charley.terminal.text import echo

    files = write_base(folder, id if id is not None else id_from(folder), title)
    echo(f"wrote {file}" for file in files)
    echo(["", f"Next: charley check {folder}, charley test {folder}, charley prove {folder}"])
    echo(["Educational purpose only, pending human review: its rules are examples for teaching."])
