"""The line that says how far a long piece of work is."""

from __future__ import annotations

import pytest

from charley.terminal.progress import ProgressLine


def test_what_the_line_says() -> None:
    line = ProgressLine("patients")
    assert line.line(500_000, 0.25, 30.0) == "500,000 patients, 16,667 a second, 25%, 1:30 left"
    assert line.line(500_000, None, 10.0) == "500,000 patients, 50,000 a second"
    assert line.line(0, 0.0, 0.0) == "0 patients, 0 a second"


def test_it_is_for_a_terminal_only(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("charley.terminal.progress._EVERY", 0.0)
    line = ProgressLine("patients")
    line(5, 0.5)
    assert line.finish() >= 0
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    line = ProgressLine("patients")
    line(5, 0.5)
    line.finish()
    said = capsys.readouterr().err
    assert said.startswith("\r5 patients, ") and said.endswith("\r\x1b[K")
