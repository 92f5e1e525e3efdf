"""`charley lsp`: problems, what a name means, where it is defined and used, what fits into a condition."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlparse

import charley
from charley.authoring.editor.names import CONDITIONS, TARGETS, Place, defined, in_conditions, used
from charley.authoring.editor.words import meaning
from charley.authoring.format.modeline import base_of
from charley.documents.diagnostic import Diagnostic, Faulty
from charley.documents.document import keeping
from charley.facts.fields import IDENTIFIER
from charley.rules.language.reader import RESERVED
from charley.rules.loading.check import check
from charley.rules.loading.contents import Contents, Placed
from charley.rules.loading.find import written_files
from charley.rules.loading.read import read_all

from lsprotocol import types  # isort: skip
from pygls.exceptions import JsonRpcException  # isort: skip
from pygls.lsp.server import LanguageServer  # isort: skip

__all__ = ["serve"]

_NAME = re.compile(r"[A-Za-z][\w-]*")
_KEY = re.compile(r"^\s*(?:- )?\{?(\w+):")
_SEVERITY = {"error": types.DiagnosticSeverity.Error, "warning": types.DiagnosticSeverity.Warning}
server = LanguageServer("charley", charley.__version__)


def serve() -> None:
    """Answer an editor over standard input and output until it ends."""
    with keeping():
        server.start_io()


def _base(uri: str) -> Path | None:
    """The folder of the base that the document belongs to."""
    return base_of(Path(unquote(urlparse(uri).path)))


def _contents(uri: str) -> Contents:
    """What the files of the base hold, as they are on disk."""
    folder = _base(uri)
    return Contents() if folder is None else read_all(folder)[1]


def _range(line: int, column: int, length: int) -> types.Range:
    start = types.Position(max(0, line - 1), max(0, column - 1))
    return types.Range(start, types.Position(start.line, start.character + length))


def _location(place: Place | Diagnostic) -> types.Location:
    return types.Location(Path(place.file).as_uri(), _range(place.line, place.column, place.length))


def _at(place: types.DefinitionParams | types.HoverParams | types.RenameParams) -> str:
    """The name under the cursor."""
    lines = server.workspace.get_text_document(place.text_document.uri).lines
    line = lines[place.position.line] if place.position.line < len(lines) else ""
    found = (each for each in _NAME.finditer(line) if each.start() <= place.position.character <= each.end())
    return next((each[0] for each in found), "")


@server.feature(types.TEXT_DOCUMENT_DID_OPEN)
@server.feature(types.TEXT_DOCUMENT_DID_SAVE)
def problems(params: types.DidOpenTextDocumentParams | types.DidSaveTextDocumentParams) -> None:
    """Every problem of the base by file, with an empty list for each file that has none."""
    folder = _base(params.text_document.uri)
    if folder is None:
        return
    found: dict[str, list[types.Diagnostic]] = {file.as_uri(): [] for file in written_files(folder)}
    for each in check(folder):
        shown = types.Diagnostic(
            range=_range(each.line, each.column, each.length),
            message=f"{each.message}\n{each.help}".strip(),
            severity=_SEVERITY.get(each.severity),
            code=each.code,
            source="charley",
        )
        found.setdefault(Path(each.file).as_uri(), []).append(shown)
    for uri, diagnostics in found.items():
        server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, diagnostics))


@server.feature(types.TEXT_DOCUMENT_DEFINITION)
def definition(params: types.DefinitionParams) -> list[types.Location]:
    """Where what is called so is defined."""
    found = defined(_contents(params.text_document.uri)).get(_at(params), ())
    keys = ["key" if hasattr(each.model, "key") else "id" for each in found]
    return [_location(each.problem([key], "", "")) for key, each in zip(keys, found, strict=True)]


@server.feature(types.TEXT_DOCUMENT_HOVER)
def hover(params: types.HoverParams) -> types.Hover | None:
    """What the name means."""
    found = defined(_contents(params.text_document.uri)).get(_at(params), ())
    text = "\n\n".join(map(meaning, found))
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text)) if text else None


@server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=[" ", "("]))
def completion(params: types.CompletionParams) -> list[types.CompletionItem]:
    """In a condition the names that it may have; after a comparison with a choice, its choices; at an effect
    what it may act on.
    """
    lines = server.workspace.get_text_document(params.text_document.uri).lines
    before = lines[params.position.line][: params.position.character]
    above = [before, *reversed(lines[: params.position.line])]
    key = next((found[1] for line in above if (found := _KEY.match(line))), "")
    inline = re.findall(r"[{,]\s*(\w+): [^,}]*$", before)
    named = re.search(r"(\w+): +\[?[\w, -]*$", before)
    if named is not None and named[1] in TARGETS:
        contents = _contents(params.text_document.uri)
        return _items({each.model.id: each for kind in TARGETS[named[1]] for each in getattr(contents, kind)})
    if not {key, *inline} & set(CONDITIONS):
        return []
    names = in_conditions(_contents(params.text_document.uri))
    compared = re.search(r"(\w+) *(?:==|!=|(?:not )?in [{[](?:\w+, *)*) *\w*$", before)
    if compared is not None and compared[1] in names:
        choices = getattr(names[compared[1]].model, "choices", ())
        return [types.CompletionItem(each, kind=types.CompletionItemKind.EnumMember) for each in choices]
    return _items(names)


def _items(names: Mapping[str, Placed]) -> list[types.CompletionItem]:
    return [
        types.CompletionItem(
            label=name,
            kind=types.CompletionItemKind.Variable,
            documentation=types.MarkupContent(types.MarkupKind.Markdown, meaning(placed)),
        )
        for name, placed in names.items()
    ]


@server.feature(types.TEXT_DOCUMENT_RENAME)
def rename(params: types.RenameParams) -> types.WorkspaceEdit:
    """Another name for a fact, derived value, score, finding or threshold, in all files of the base."""
    folder, old, new = _base(params.text_document.uri), _at(params), params.new_name
    contents = _contents(params.text_document.uri)
    names = {*in_conditions(contents), *(placed.model.id for placed in contents.dates)}
    if any(old in placed.model.facts for placed in contents.taken):
        raise JsonRpcException(f"`{old}` is taken from elsewhere, and is called so there")
    if folder is None or old not in names:
        raise JsonRpcException(f"`{old}` is no fact, derived value, score, finding or threshold of a base")
    if new in names or new in RESERVED or not re.fullmatch(IDENTIFIER, new):
        raise JsonRpcException(f"`{new}` is taken, or is not a well-formed id")
    try:
        places = used(folder, old)
    except Faulty as faulty:
        raise JsonRpcException(f"a file cannot be read: {faulty.diagnostics[0].lines()[0]}") from None
    edits: dict[str, list[types.TextEdit]] = {}
    for place in places:
        at = _location(place)
        edits.setdefault(at.uri, []).append(types.TextEdit(at.range, new))
    return types.WorkspaceEdit(changes=edits)
