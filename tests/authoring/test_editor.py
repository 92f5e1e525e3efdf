"""A YAML editor completes and checks the files of a base: the language server that editors use, over stdio.

It is the npm package yaml-language-server 1.25.0, in the folder that CHARLEY_YAML_LANGUAGE_SERVER names.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from charley.authoring.scaffold import write_base

FOLDER = Path(os.environ.get("CHARLEY_YAML_LANGUAGE_SERVER", "node_modules"))
SERVER = FOLDER / "yaml-language-server" / "bin" / "yaml-language-server"
NODE = shutil.which("node")

pytestmark = pytest.mark.skipif(
    NODE is None or not SERVER.exists(),
    reason="needs node, and yaml-language-server from npm where CHARLEY_YAML_LANGUAGE_SERVER says",
)

SETTINGS = {
    "yaml": {
        "validate": True,
        "completion": True,
        "hover": True,
        "schemaStore": {"enable": False, "url": ""},
    },
    "http": {},
    "[yaml]": {},
}
"""The schema store is on the network, and is not asked."""


class Editor:
    """The part of an editor that talks with a language server."""

    def __init__(self) -> None:
        assert NODE is not None
        command = [NODE, str(SERVER), "--stdio"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.heard: queue.Queue[Any] = queue.Queue()
        self.problems: dict[str, list[Any]] = {}
        threading.Thread(target=self._listen, daemon=True).start()
        self.ask(
            "initialize",
            {"processId": None, "rootUri": None, "capabilities": {"workspace": {"configuration": True}}},
        )
        self._send({"method": "initialized", "params": {}})
        self._send({"method": "workspace/didChangeConfiguration", "params": {"settings": SETTINGS}})

    def _send(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def _listen(self) -> None:
        out = self.process.stdout
        assert out is not None
        while header := out.readline():
            length = int(header.split(b":")[1])
            while out.readline().strip():
                pass
            self.heard.put(json.loads(out.read(length)))

    def _answer(self, message: Any) -> None:
        if message.get("method") == "workspace/configuration":
            result = [SETTINGS.get(each["section"], {}) for each in message["params"]["items"]]
            self._send({"id": message["id"], "result": result})
        elif "method" in message and "id" in message:
            self._send({"id": message["id"], "result": None})
        elif message.get("method") == "textDocument/publishDiagnostics":
            self.problems[message["params"]["uri"]] = message["params"]["diagnostics"]

    def ask(self, method: str, params: dict[str, Any]) -> Any:
        self._send({"id": method, "method": method, "params": params})
        while True:
            message = self.heard.get(timeout=30)
            if message.get("id") == method and "method" not in message:
                return message["result"]
            self._answer(message)

    def problems_of(self, file: Path, text: str) -> list[str]:
        """What the server says of the text, as `line: message`."""
        document = {"uri": file.as_uri(), "languageId": "yaml", "version": 1, "text": text}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        while file.as_uri() not in self.problems:
            self._answer(self.heard.get(timeout=30))
        return [
            f"{each['range']['start']['line'] + 1}: {each['message']}"
            for each in self.problems[file.as_uri()]
        ]

    def offers(self, file: Path, line: int, character: int) -> list[str]:
        """The words that complete what stands there, counted from 0."""
        place = {"line": line, "character": character}
        found = self.ask(
            "textDocument/completion", {"textDocument": {"uri": file.as_uri()}, "position": place}
        )
        return [each["label"] for each in found["items"]]


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    editor = Editor()
    yield editor
    editor.process.kill()
    editor.process.wait()
    for stream in (editor.process.stdin, editor.process.stdout):
        assert stream is not None
        stream.close()


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("editor") / "throat"
    write_base(folder, "throat")
    return folder


def test_nothing_is_wrong_with_a_new_base(editor: Editor, base: Path) -> None:
    for file in sorted(base.rglob("*.yaml")):
        assert editor.problems_of(file, file.read_text()) == [], file.name


RULE = """\
# yaml-language-server: $schema=../schemas/rules.json
- id: Not an id
  title: 7
  when: fever
  then:
    - raise: common_cold
      strength: enormous
  becuse: A misspelt key.
  evidence: {kind: seen}
"""


def test_mistakes_are_shown_where_they_are(editor: Editor, base: Path) -> None:
    said = editor.problems_of(base / "rules" / "mine.yaml", RULE)
    assert {each.split(":")[0] for each in said} >= {"2", "3", "7", "8", "9"}
    assert any("becuse" in each for each in said)
    assert any("because" in each for each in said)


def test_keys_and_words_are_completed(editor: Editor, base: Path) -> None:
    file = base / "rules" / "more.yaml"
    text = RULE.replace("  becuse: A misspelt key.\n", "  \n").replace("kind: seen", "kind: ")
    editor.problems_of(file, text)
    assert {"because", "because_patient", "supersedes", "review"} <= set(editor.offers(file, 7, 2))
    assert {"verified", "recalled", "judgement"} <= set(editor.offers(file, 8, 19))
