"""`charley lsp`: a language server for the files of a base."""

from __future__ import annotations

import click

from charley.documents.diagnostic import Diagnostic, Faulty

__all__ = ["lsp"]


@click.command()
def lsp() -> None:
    """Answer an editor about the base that it edits. The editor asks over standard input and output.

    \b
    Examples:
      charley lsp

    It shows the problems of the base, says what a name means and where it is defined, completes names in
    conditions, and renames a fact in all files. Run it beside the editor's YAML server, which knows the keys.
    """
    try:
        from charley.authoring.editor.server import serve
    except ModuleNotFoundError:
        message = "the language server needs pygls, which is not installed"
        help = "install it with `pip install 'charley[lsp]'`"
        raise Faulty([Diagnostic("charley[lsp]", 0, 0, "A000", message, help)]) from None
    serve()
