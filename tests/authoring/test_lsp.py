"""`charley lsp`, as an editor uses it: problems, meaning, definition, completion in conditions, rename."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import charley
from charley.authoring.editor.names import used
from charley.authoring.scaffold import write_base
from charley.cli import main
from charley.rules.loading.find import written_files

SMALL = Path(__file__).parents[1] / "small_base"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    shutil.copytree(SMALL, tmp_path / "plants")
    return tmp_path / "plants"


@pytest.mark.parametrize(
    "name", ["wilting", "soil_wet", "dryness", "waterlogged", "swing", "day_temperature", "leaf_colour"]
)
def test_every_use_of_a_name_is_found_and_a_rename_leaves_a_good_base(base: Path, name: str) -> None:
    places = used(base, name)
    assert len(places) > 1
    for file in written_files(base):
        lines = file.read_text().split("\n")
        for place in sorted((p for p in places if p.file == str(file)), key=lambda p: -p.column):
            line = lines[place.line - 1]
            assert line[place.column - 1 :].startswith(name)
            at = place.column - 1
            lines[place.line - 1] = f"{line[:at]}renamed{line[at + len(name) :]}"
        file.write_text("\n".join(lines))
    assert charley.check(base) == []
    renamed = charley.load(base)
    assert renamed.kind_of("renamed") is not None
    assert renamed.kind_of(name) is None


def test_a_choice_of_the_same_name_is_left_alone(base: Path) -> None:
    file = base / "rules" / "water.yaml"
    file.write_text(file.read_text().replace("when: wilting\n", "when: wilting and leaf_colour == green\n"))
    facts = base / "facts.yaml"
    facts.write_text(facts.read_text().replace("id: drained", "id: green"))
    assert [place.line for place in used(base, "green") if place.file.endswith("water.yaml")] == []


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("charley.authoring.editor.server")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pygls", None)
    monkeypatch.setitem(sys.modules, "pygls.exceptions", None)
    monkeypatch.setitem(sys.modules, "lsprotocol", None)
    result = CliRunner().invoke(main, ["lsp"])
    assert (result.exit_code, "charley[lsp]" in result.output) == (2, True)


def with_editor(talk: Callable[[Any, dict[str, Any]], Coroutine[Any, Any, None]]) -> None:
    """Talk with the server as a process of its own, as an editor does."""
    pytest.importorskip("pygls", reason="the language server is pygls, in the extra `lsp`")
    from lsprotocol import types
    from pygls.lsp.client import LanguageClient

    async def play() -> None:
        client = LanguageClient("an-editor", "1")
        problems: dict[str, Any] = {}

        @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def publish(params: Any) -> None:
            problems[params.uri] = params.diagnostics

        await client.start_io(sys.executable, "-c", "from charley.cli import main; main()", "lsp")
        await client.initialize_async(types.InitializeParams(capabilities=types.ClientCapabilities()))
        client.initialized(types.InitializedParams())
        try:
            await talk(client, problems)
        finally:
            await client.shutdown_async(None)
            client.exit(None)
            await client.stop()

    asyncio.run(asyncio.wait_for(play(), 120))


def opened(client: Any, file: Path, text: str | None = None) -> Any:
    from lsprotocol import types

    item = types.TextDocumentItem(file.as_uri(), "yaml", 1, text if text is not None else file.read_text())
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    return types.TextDocumentIdentifier(file.as_uri())


def test_an_editor_is_answered(tmp_path: Path) -> None:
    types = pytest.importorskip("lsprotocol.types", reason="the language server is pygls, in the extra `lsp`")
    base = tmp_path / "throat"
    write_base(base, "throat")
    rules = base / "rules" / "hay_fever.yaml"
    good = rules.read_text()
    mine = good + "\n- id: hay-mine\n  when: fever and discharge == \n  then: [{clear: \n"
    lines = mine.split("\n")
    line = len(lines) - 3

    async def talk(client: Any, problems: dict[str, Any]) -> None:
        rules.write_text(good.replace("when: allergy_points >= 4", "when: alergy_points >= 4"))
        document = opened(client, rules, mine)
        while rules.as_uri() not in problems:
            await asyncio.sleep(0.02)
        (problem,) = problems[rules.as_uri()]
        assert (problem.code, problem.severity) == ("R003", types.DiagnosticSeverity.Error)
        assert problem.message == "unknown fact `alergy_points`\ndid you mean `allergy_points`?"
        assert good.split("\n")[problem.range.start.line].strip() == "when: allergy_points >= 4"
        assert len(problems) == len(written_files(base))

        rules.write_text(good)
        problems.clear()
        client.text_document_did_save(types.DidSaveTextDocumentParams(document))
        while rules.as_uri() not in problems:
            await asyncio.sleep(0.02)
        assert list(problems[rules.as_uri()]) == []

        at = types.Position(line, lines[line].index("fever") + 1)
        said = await client.text_document_hover_async(types.HoverParams(document, at))
        assert said.contents.value.startswith("**fever**, a boolean: Fever")
        (there,) = await client.text_document_definition_async(types.DefinitionParams(document, at))
        assert there.uri == (base / "facts.yaml").as_uri()
        assert "id: fever" in (base / "facts.yaml").read_text().split("\n")[there.range.start.line]

        inside = types.Position(line, lines[line].index("fever"))
        names = await client.text_document_completion_async(types.CompletionParams(document, inside))
        assert {"fever", "allergy_points", "blocked_on_one_side"} <= {each.label for each in names}
        end = types.Position(line, len(lines[line]))
        choices = await client.text_document_completion_async(types.CompletionParams(document, end))
        assert [each.label for each in choices] == ["clear", "thick", "bloody"]
        effect = types.Position(line + 1, len(lines[line + 1]))
        targets = await client.text_document_completion_async(types.CompletionParams(document, effect))
        assert {"common_cold", "possible_meningitis"} <= {each.label for each in targets}
        assert "hay-mine" not in {each.label for each in targets}
        title = types.Position(next(n for n, each in enumerate(lines) if "title:" in each), 12)
        assert await client.text_document_completion_async(types.CompletionParams(document, title)) == []

        edit = await client.text_document_rename_async(types.RenameParams(document, at, "feverish"))
        assert {Path(uri).name for uri in edit.changes} == {
            "facts.yaml",
            "dangers.yaml",
            "first.yaml",
            "knowledge_base.yaml",
        }
        with pytest.raises(Exception, match="is taken"):
            await client.text_document_rename_async(types.RenameParams(document, at, "discharge"))

    with_editor(talk)
