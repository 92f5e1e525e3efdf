"""`charley fmt`: one layout for all files of a base."""

from __future__ import annotations

import sys
from pathlib import Path

import click

__all__ = ["fmt"]


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILES]...")
@click.option("--kb", metavar="NAME|PATH", help="All files of this base that people write.")
@click.option("--check", is_flag=True, help="Write nothing; say which files would change.")
def fmt(files: tuple[Path, ...], kb: str | None, check: bool) -> None:
    """Bring the files of a base into one layout. FILES are some of them. Comments, values and order are kept.

    \b
    Examples:
      charley fmt my_base/rules/cramps.yaml
      charley fmt --kb my_base
      charley fmt --kb my_base --check

    Nothing is written where one of the files cannot be read, or cannot be laid out with all that is in it. A
    folder stands for the base in it. Exits 1 where --check finds a file that would change.
    """
    from charley.authoring.layout import layout_files
    from charley.rules.loading.find import find_base, written_files
    from charley.terminal.text import echo

    if not files and kb is None:
        raise click.UsageError("name FILES, or a base with --kb")
    bases = [find_base(kb)] if kb is not None else []
    bases += [find_base(each) for each in files if each.is_dir()]
    chosen = [each for each in files if not each.is_dir()]
    chosen += [file for base in bases for file in written_files(base)]
    chosen = list(dict.fromkeys(chosen))
    changed = layout_files(chosen, write=not check)
    echo(f"{'would change' if check else 'wrote'} {file}" for file in changed)
    echo([f"{len(changed)} of {len(chosen)} files {'would change' if check else 'changed'}"], err=True)
    sys.exit(1 if check and changed else 0)
