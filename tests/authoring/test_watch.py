"""`charley check --watch`: after a save only what has changed is said."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from charley.authoring.watch import news
from charley.cli import main
from charley.documents.diagnostic import Diagnostic
from charley.documents.document import keeping, read_document
from charley.rules.loading.check import check


def at(line: int, message: str) -> Diagnostic:
    return Diagnostic("rules/x.yaml", line, 1, "R003", message)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ([], [at(1, "a")], ["rules/x.yaml:1:1: R003 a"]),
        ([at(1, "a")], [], ["gone: rules/x.yaml:1:1: R003 a"]),
        ([at(1, "a")], [at(9, "a")], []),
        ([at(1, "a")], [at(1, "a"), at(5, "a")], ["rules/x.yaml:5:1: R003 a"]),
        (
            [at(1, "a"), at(2, "b")],
            [at(1, "c"), at(2, "b")],
            ["rules/x.yaml:1:1: R003 c", "gone: rules/x.yaml:1:1: R003 a"],
        ),
    ],
    ids=["new", "gone", "moved", "a second one", "one for another"],
)
def test_only_what_has_changed_is_news(
    before: list[Diagnostic], after: list[Diagnostic], said: list[str]
) -> None:
    assert news(before, after) == said


def test_a_file_that_did_not_change_is_read_once(lay: Callable[..., Path]) -> None:
    base = lay()
    with keeping():
        first, other = read_document(base / "facts.yaml"), read_document(base / "findings.yaml")
        assert check("plants") == []
        assert read_document(base / "facts.yaml") is first
        (base / "findings.yaml").write_text("- {id: dry, meaning: No water.}\n")
        assert read_document(base / "findings.yaml") is not other
        assert any(each.code == "R010" for each in check("plants"))
    assert read_document(base / "facts.yaml") is not first


def test_it_stands_alone() -> None:
    assert CliRunner().invoke(main, ["check", "--watch", "--json"]).exit_code == 2


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    result = CliRunner().invoke(main, ["check", "--watch"])
    assert (result.exit_code, "charley[author]" in result.output) == (2, True)


def test_a_save_is_noticed(lay: Callable[..., Path]) -> None:
    pytest.importorskip("watchfiles", reason="files are watched by watchfiles, in the extra `author`")
    base = lay()
    command = [
        sys.executable,
        "-u",
        "-c",
        "from charley.cli import main; main()",
        "check",
        "plants",
        "--watch",
    ]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    heard: queue.Queue[str] = queue.Queue()
    threading.Thread(
        target=lambda out: [heard.put(line) for line in out], args=(running.stdout,), daemon=True
    ).start()
    try:
        assert heard.get(timeout=60).startswith("nothing found; ")
        file = base / "rules" / "water.yaml"
        good = file.read_text()
        file.write_text(good.replace("when: wilting\n", "when: wiltign\n"))
        assert heard.get(timeout=60).endswith("R003 unknown fact `wiltign`\n")
        while not heard.get(timeout=60).startswith("1 error; "):
            pass
        file.write_text(good)
        assert heard.get(timeout=60).startswith("gone: ")
        assert heard.get(timeout=60).startswith("nothing found; ")
    finally:
        running.kill()
        running.wait()
        running.stdout.close()


def test_a_file_is_kept_within_another_check_too(lay: Callable[..., Path]) -> None:
    file = lay() / "facts.yaml"
    with keeping():
        with keeping():
            first = read_document(file)
        assert read_document(file) is first
    assert read_document(file) is not first
