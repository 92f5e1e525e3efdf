"""What goes out, and what comes in: closed streams, poor encodings, control characters, faults."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from charley.cli import COMMANDS, main
from charley.facts.wording import AUDIENCES
from charley.terminal.text import visible

HERE = Path(__file__).parents[1]
SMALL = str(HERE / "small_base")
SWOLLEN = str(HERE.parent / "examples" / "swollen-calf.yaml")
COMMAND = [sys.executable, "-c", "from charley.cli import main; main(prog_name='charley')"]

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")

CALLS: dict[str, list[str]] = {
    "about": ["about", SMALL],
    "audit": ["audit", SMALL],
    "bases": ["bases"],
    "candidates": ["candidates", "--kb", SMALL],
    "check": ["check", SMALL],
    "completion": ["completion", "bash"],
    "consult": ["consult", "--kb", SMALL, "--audience", "patient"],
    "diagnose": ["diagnose", "-", "--kb", SMALL],
    "cohort": ["cohort", "people.csv", "results.csv", "--kb", SMALL],
    "diff": ["diff", SMALL, SMALL],
    "explain": ["explain", "-", "--kb", SMALL],
    "facts": ["facts", "--kb", SMALL],
    "fmt": ["fmt", "--check", SMALL],
    "pages": ["pages", SMALL, "--out", "pages"],
    "help": ["help", "R001"],
    "new": ["new", "mine"],
    "prove": ["prove", SMALL],
    "replay": ["replay", "kept.yaml", "--kb", SMALL],
    "report": ["report", "-", "--kb", SMALL, "--out", "report.md"],
    "review": ["review", "status", SMALL],
    "rules": ["rules", "--kb", SMALL],
    "schema": ["schema", SMALL],
    "test": ["test", SMALL],
}
"""Every command, in a call that prints something."""

SERVES = {"lsp", "mcp", "serve"}
"""Commands that print nothing and wait for requests."""

NEEDS = {"cohort": "pyarrow", "fmt": "ruamel"}
"""Commands that print nothing without an extra, each with what it needs."""
CALLS = {name: call for name, call in CALLS.items() if name not in NEEDS or find_spec(NEEDS[name])}

READS = ("consult", "diagnose", "explain", "report")


def test_every_command_is_called_here() -> None:
    assert set(CALLS) == set(COMMANDS) - SERVES - {name for name in NEEDS if name not in CALLS}


def shell(arguments: list[str], redirected: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    script = f"{shlex.join([*COMMAND, *arguments])} {redirected}"
    return subprocess.run(
        ["sh", "-c", script],
        capture_output=True,
        cwd=cwd,
        timeout=120,
        check=False,
    )


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A folder with a saved consultation in it."""
    options = ["--kb", SMALL, "--audience", "clinician", "--save", str(tmp_path / "kept.yaml")]
    assert CliRunner().invoke(main, ["consult", *options], input="wilting=yes\nquit\n").exit_code == 0
    (tmp_path / "record.yaml").write_text("wilting: yes\n")
    (tmp_path / "people.csv").write_text("wilting\nyes\n")
    return tmp_path


# ------------------------------------------------------------------------------------ closed streams


@posix
@pytest.mark.parametrize("name", READS)
def test_a_closed_standard_input_is_told(name: str, tmp_path: Path) -> None:
    done = shell(CALLS[name], "<&-", tmp_path)
    assert done.returncode == 2, done.stderr
    assert b"standard input" in done.stderr and b"closed" in done.stderr
    assert b"Traceback" not in done.stderr
    assert [file.name for file in tmp_path.iterdir()] == []


@posix
@pytest.mark.parametrize("name", ["check", "diagnose", "--version"])
def test_a_closed_standard_output_is_told(name: str, kept: Path) -> None:
    done = shell(CALLS.get(name, [name]), ">&- < record.yaml", kept)
    assert done.returncode == 2, done.stderr
    assert b"standard output: F001 cannot be used: it is closed" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("name", [*CALLS, "--help", "--version"])
def test_no_command_passes_over_a_closed_standard_output(
    name: str, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python has None for a stream that was closed before it began."""
    monkeypatch.chdir(kept)
    said = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"wilting: yes\n")))
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", said)
    with pytest.raises(SystemExit) as ended:
        main(CALLS.get(name, [name]), prog_name="charley")
    monkeypatch.undo()
    assert ended.value.code == 2, said.getvalue()
    assert "standard output: F001 cannot be used: it is closed" in said.getvalue()


@posix
@pytest.mark.parametrize(("record", "status"), [("{}", 0), ("{no_such: 1}", 2)])
def test_without_standard_error_the_status_still_tells(record: str, status: int, tmp_path: Path) -> None:
    (tmp_path / "record.yaml").write_text(record)
    done = shell(["diagnose", "record.yaml", "--kb", SMALL], "2>&-", tmp_path)
    assert done.returncode == status


@posix
def test_with_no_stream_at_all_nothing_breaks(tmp_path: Path) -> None:
    assert shell(CALLS["diagnose"], "<&- >&- 2>&-", tmp_path).returncode == 2


# ----------------------------------------------------------------------------------- poor encodings


FOR_READERS = ("title", "name", "wording", "because", "text", "note", "action", "meaning", "description")


def with_more(value: object, more: str, key: str = "") -> object:
    """What a file of a base holds, with more at the end of every text for readers."""
    if isinstance(value, dict):
        return {k: with_more(v, more, key if k in AUDIENCES else k) for k, v in value.items()}
    if isinstance(value, list):
        return [with_more(each, more, key) for each in value]
    return f"{value} {more}" if isinstance(value, str) and key in FOR_READERS else value


@pytest.fixture(scope="session")
def base_with_more(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """The small base with more in its texts: written, read and prepared once for all commands."""
    return cache(lambda more: write_with_more(tmp_path_factory.mktemp("more"), more))


def write_with_more(folder: Path, more: str) -> str:
    """Write the small base as JSON, with more in its texts."""
    for file in sorted(Path(SMALL).rglob("*.yaml")):
        copy = folder / file.relative_to(SMALL)
        copy.parent.mkdir(parents=True, exist_ok=True)
        held = with_more(yaml.safe_load(file.read_text(encoding="utf-8")), more)
        copy.write_text(json.dumps(held, default=str), encoding="utf-8")
    return str(folder)


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "latin-1", "cp437", "utf-8"])
@pytest.mark.parametrize("name", ["about", "candidates", "consult", "diagnose", "explain", "facts", "rules"])
def test_no_encoding_breaks_a_command(
    encoding: str,
    name: str,
    kept: Path,
    base_with_more: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(kept)
    run, given = CliRunner(charset=encoding).invoke, "wilting: yes\n"
    arguments = [each.replace(SMALL, base_with_more("Жажда →")) for each in CALLS[name]]
    shown = run(main, arguments, input=given)
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert ("?" in shown.stdout) or encoding == "utf-8"
    if name != "consult":
        data = run(main, [*arguments, "--json"], input=given)
        assert (data.exit_code, data.stderr) == (0, "")
        assert "Жажда →" in json.dumps(json.loads(data.stdout), ensure_ascii=False)


def test_input_that_is_no_text_is_an_answer_that_is_not_understood() -> None:
    done = subprocess.run(
        [*COMMAND, *CALLS["consult"]],
        input=b"\xff\xfe\x80\nquit\n",
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


# ------------------------------------------------------------------------------- control characters

CONTROLS = [
    *map(chr, range(0x20)),
    *map(chr, range(0x7F, 0xA0)),
    *"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029",
]
"""C0, DEL, C1, and what turns the direction of writing or ends a line."""


TURNS = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")


def test_no_control_character_is_left_out() -> None:
    for code in range(0x11_0000):
        sign = chr(code)
        turns = unicodedata.bidirectional(sign) in (
            "LRE",
            "RLE",
            "LRO",
            "RLO",
            "PDF",
            "LRI",
            "RLI",
            "FSI",
            "PDI",
        )
        if unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") or turns:
            assert visible(sign).isprintable() and len(visible(sign)) > 1, hex(code)
    assert visible("Ödem, 37 °C → Жажда") == "Ödem, 37 °C → Жажда"


def sent(text: str) -> set[str]:
    """The control characters in what a command printed; a line end is none."""
    return set(CONTROLS) & set(text) - {"\n"}


LINE_ENDS = "\n\r\x85\u2028\u2029"
EVIL = "".join(sign for sign in CONTROLS if sign not in LINE_ENDS) + "\x1b]0;title\x07\x1b[31mred"


@pytest.mark.parametrize("name", sorted(CALLS))
@pytest.mark.parametrize("json_too", [False, True])
def test_what_an_author_wrote_is_shown_and_not_sent(
    name: str,
    json_too: bool,
    kept: Path,
    base_with_more: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(kept)
    arguments = [each.replace(SMALL, base_with_more(EVIL)) for each in CALLS[name]]
    result = CliRunner().invoke(main, [*arguments, *(["--json"] if json_too else [])], input="wilting: yes\n")
    assert result.exit_code in (0, 1) or "No such option" in result.output or '"usage"' in result.stderr
    assert not sent(result.output)


OTHERS = [sign for sign in CONTROLS if sign not in LINE_ENDS + "\0"]
TYPED = ["\0", *LINE_ENDS, *("".join(OTHERS[at : at + 6]) for at in range(0, len(OTHERS), 6))]
"""What ends a line or an argument by itself, and the other control characters six at a time: nothing shortens
that few away.
"""


@pytest.mark.parametrize("sign", TYPED, ids=lambda typed: "-".join(f"{ord(sign):04x}" for sign in typed))
def test_what_a_user_typed_is_shown_and_not_sent(
    sign: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "record.yaml").write_text("wilting: yes\n")
    told = {f"fact{sign}": f"value{sign}", "wilting": f"yes{sign}x", "days_dry": f"3{sign}[31m"}
    record = json.dumps(told)
    for arguments in (["diagnose", "-"], ["diagnose", "-", "--json"], ["explain", "-"]):
        result = CliRunner().invoke(main, [*arguments, "--kb", SMALL], input=record)
        assert result.exit_code == 2
        assert not sent(result.output)
        assert "--json" in arguments or all(visible(each) in result.output for each in sign)
    if sign != "\0":
        x = f"no{sign}such"
        kb = ["--kb", SMALL]
        for arguments in ([x], ["facts", x, *kb], ["check", x], ["facts", f"--{x}"],
                          ["explain", "record.yaml", "--how", x, *kb]):  # fmt: skip
            result = CliRunner().invoke(main, arguments)
            assert result.exit_code == 2
            assert not sent(result.output)
    typed = f"age{sign}x=3\nfind {sign}\nwhy not {sign}\nquit\n"
    assert not sent(CliRunner().invoke(main, CALLS["consult"], input=typed).output)


@posix
def test_colour_is_still_sent_to_a_terminal(tmp_path: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    environment = {**{k: v for k, v in os.environ.items() if k != "NO_COLOR"}, "TERM": "xterm"}
    with subprocess.Popen([*COMMAND, "diagnose", SWOLLEN], stdout=theirs, env=environment) as running:
        os.close(theirs)
        said = b""
        while piece := _read(ours):
            said += piece
    os.close(ours)
    assert running.returncode == 0
    assert re.search(rb"\x1b\[35m\x1b\[1m!! Overall urgency", said)
    assert b"\\x1b" not in said


def _read(end: int) -> bytes:
    try:
        return os.read(end, 65536)
    except OSError:  # how Linux says that the other end is closed
        return b""


# --------------------------------------------------------------------------------- errors as JSON


@pytest.mark.parametrize(
    ("arguments", "stdin", "code"),
    [
        (["diagnose", "-", "--kb", SMALL, "--json"], "no_such: 1\nwilting: perhaps\n", "F010"),
        (["diagnose", "nowhere.yaml", "--json"], "", "F001"),
        (["facts", "xyzzy", "--kb", SMALL, "--json"], "", "F010"),
        (["prove", SMALL, "--only", "xyzzy", "--json"], "", "R003"),
        (["diagnose", "--json"], "", "usage"),
        (["prove", SMALL, "--timeout", "nan", "--json"], "", "usage"),
        (["diagnos", "x", "--json"], "", "usage"),
        (["facts", "--nothing", "--json"], "", "usage"),
    ],
)
def test_who_asks_for_json_gets_errors_as_json(arguments: list[str], stdin: str, code: str) -> None:
    result = CliRunner().invoke(main, arguments, input=stdin)
    assert (result.exit_code, result.stdout) == (2, "")
    found = [json.loads(line) for line in result.stderr.splitlines()]
    assert found[0]["code"] == code
    keys = {"file", "line", "column", "code", "severity", "message", "help"}
    assert all(set(problem) == keys and problem["message"] for problem in found)


# -------------------------------------------------------------------------------- numbers, and faults


@pytest.mark.parametrize("seconds", ["nan", "inf", "-inf", "-1", "0", "1e999", "1e300", "soon", ""])
@pytest.mark.parametrize("call", [["prove", SMALL], ["audit", SMALL], ["diff", SMALL, SMALL]])
def test_seconds_are_a_number_that_a_clock_can_count(seconds: str, call: list[str]) -> None:
    result = CliRunner().invoke(main, [*call, "--timeout", seconds])
    assert result.exit_code == 2
    assert "Invalid value for '--timeout'" in result.stderr


@pytest.mark.parametrize("percent", ["nan", "inf", "-inf", "-1", "101"])
def test_a_threshold_is_a_percentage(percent: str) -> None:
    assert CliRunner().invoke(main, ["test", SMALL, "--threshold", percent]).exit_code == 2


@pytest.mark.parametrize("json_too", [False, True])
def test_a_fault_of_charley_has_a_status_of_its_own_and_names_no_patient(
    json_too: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("the patient Mary Poppins, 67 years")

    monkeypatch.setattr("charley.facts.record.read_answers", broken)
    monkeypatch.delenv("CHARLEY_TRACEBACK", raising=False)
    arguments = ["diagnose", SWOLLEN, "--kb", SMALL, *(["--json"] if json_too else [])]
    result = CliRunner().invoke(main, arguments)
    assert (result.exit_code, result.stdout) == (70, "")
    assert "ZeroDivisionError" in result.stderr and "diagnose.py, line" in result.stderr
    assert "Poppins" not in result.stderr and "67" not in result.stderr
    if json_too:
        assert json.loads(result.stderr)["code"] == "internal"
    monkeypatch.setenv("CHARLEY_TRACEBACK", "1")
    assert isinstance(CliRunner().invoke(main, arguments).exception, ZeroDivisionError)
