"""`charley help`: the page of a diagnostic, or the manual of a command."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from charley.documents.diagnostic import Diagnostic, Faulty, nearest

__all__ = ["help"]

PACKAGE = Path(__file__).parents[2]
PAGES = (PACKAGE / "diagnostics", PACKAGE.parent / "docs" / "diagnostics")
"""Where the pages stand in an installed package, and where in a checkout."""


@click.command(name="help")
@click.argument("what", nargs=-1, metavar="[CODE|COMMAND]")
@click.pass_context
def help(ctx: click.Context, what: tuple[str, ...]) -> None:
    """What a diagnostic means, or how a command is used. A diagnostic is named by its CODE.

    \b
    Examples:
      charley help R003
      charley help review approve
    """
    from charley.terminal.text import echo

    assert ctx.parent is not None
    page = _pages().get(what[0].upper()) if len(what) == 1 else None
    if page is not None:
        echo(
            [*_shown(page.read_text(encoding="utf-8")), "", "Educational purpose only, pending human review."]
        )
        return
    echo(_manual(ctx.parent, what).splitlines())


def _pages() -> dict[str, Path]:
    """The pages of the diagnostics by their codes."""
    folder = next((folder for folder in PAGES if folder.is_dir()), None)
    return {} if folder is None else {page.stem: page for page in sorted(folder.glob("[A-Z][0-9]*.md"))}


def _shown(page: str) -> list[str]:
    """A page without the marks that only a browser needs: headings stay, and examples are set in."""
    lines: list[str] = []
    example = False
    for line in page.rstrip().splitlines():
        if line.startswith("```"):
            example = not example
        elif example:
            lines.append(f"    {line}".rstrip())
        else:
            lines.append(line.lstrip("#").strip() if line.startswith("#") else line)
    return lines


def _manual(ctx: click.Context, words: Sequence[str]) -> str:
    """The help of the command that the words name, or of all of them. Raises `Faulty`."""
    for word in words:
        group = ctx.command
        command = group.get_command(ctx, word) if isinstance(group, click.Group) else None
        if command is None:
            known = group.list_commands(ctx) if isinstance(group, click.Group) else []
            near = nearest(word, known) or nearest(word.upper(), _pages())
            message = f"there is no command and no diagnostic `{word[:40]}`"
            raise Faulty(
                [Diagnostic("command line", 0, 0, "usage", message, near or "`charley help` lists them")]
            )
        ctx = click.Context(command, parent=ctx, info_name=word)
    return ctx.get_help()
