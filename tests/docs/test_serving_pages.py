"""The pages about the JSON API and the assistant, run: every block does what the page says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SERVER = "http://127.0.0.1:8000"


def blocks(page: str) -> list[tuple[str, str]]:
    return BLOCK.findall((HOW_TO / page).read_text(encoding="utf-8"))


def holds(found: Any, said: Any) -> bool:
    """Whether the answer holds what the page says of it."""
    if isinstance(said, dict):
        return isinstance(found, dict) and all(key in found and holds(found[key], said[key]) for key in said)
    return bool(found == said)


def test_every_request_of_the_page_gets_the_answer_of_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("starlette", reason="the extra `serve` is not installed")
    pytest.importorskip("httptools", reason="the extra `serve` is not installed")
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "serve"))
    from serving import serving

    found = blocks("api.md")
    assert found[0] == ("sh", "charley serve\n")
    asked: Any = None
    answers = 0
    with serving() as served:
        for kind, text in found[1:]:
            if kind == "sh":
                command = ["bash", "-c", text.replace(SERVER, served.url)]
                done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
                asked = json.loads(done.stdout)
            else:
                assert holds(asked, json.loads(text)), (json.loads(text), asked)
                answers += 1
    assert answers == 4


def test_the_page_names_every_operation() -> None:
    pytest.importorskip("starlette", reason="the extra `serve` is not installed")
    from charley.serve.api.operations import OPERATIONS

    text = (HOW_TO / "api.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `((?:GET|POST) [\w-]+)` \|", text, re.MULTILINE)
    assert sorted(named) == sorted(f"{each.method} {each.name}" for each in OPERATIONS)


def test_the_program_of_the_page_prints_what_the_page_says(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("mcp", reason="the extra `mcp` is not installed")
    found = blocks("assistant.md")
    (program,) = [text for kind, text in found if kind == "python"]
    (printed,) = [text for kind, text in found if kind == "text"]
    here = Path(sys.executable).parent
    if not (here / "charley").exists():
        pytest.skip("the command is not installed beside this Python")
    monkeypatch.setenv("PATH", str(here), prepend=os.pathsep)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == (printed, "")


def test_the_host_of_the_page_starts_a_command_that_there_is() -> None:
    from click.testing import CliRunner

    from charley.cli import main

    (config,) = [json.loads(text) for kind, text in blocks("assistant.md") if kind == "json"]
    server = config["mcpServers"]["charley"]
    assert server["command"] == "charley"
    shown = CliRunner().invoke(main, [*server["args"], "--help"])
    assert shown.exit_code == 0 and "Model Context Protocol" in shown.output
