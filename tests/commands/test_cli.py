"""The command line: its help is whole, and it behaves in pipes, files and poor terminals."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import charley
from charley.cli import main
from charley.engine.loops import made_of

HERE = Path(__file__).parents[1]
SMALL = str(HERE / "small_base")
SWOLLEN = str(HERE.parent / "examples" / "swollen-calf.yaml")
PURPOSE = "educational purpose only, pending human review"
ESCAPE = "\x1b["

COMMAND = [sys.executable, "-c", "from charley.cli import main; main(prog_name='charley')"]


def run(*arguments: str, stdin: str = "") -> str:
    """What a command that succeeds prints on standard output."""
    result = CliRunner().invoke(main, arguments, input=stdin)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return result.stdout


def process(*arguments: str, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, *arguments],
        input=stdin,
        capture_output=True,
        env={**os.environ, **environment},
        timeout=120,
        check=False,
    )


# -------------------------------------------------------------------------------------------- help


def commands(group: click.Group = main, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield " ".join((*path, name)), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


def test_help_lists_every_command_with_what_it_does() -> None:
    said = run("--help")
    for name, command in commands():
        if " " not in name:
            assert re.search(rf"^  {name} +\w", said, re.MULTILINE), f"`{name}` is not in the help"
        assert command.get_short_help_str(), f"`{name}` does not say what it does"


def test_every_command_has_an_example_that_calls_it() -> None:
    for name, command in commands():
        if not isinstance(command, click.Group):
            help = command.help or ""
            assert re.search(rf"charley {name}\b", help), f"`charley {name}` has no example"


def test_every_option_and_argument_is_documented() -> None:
    for name, command in commands():
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, f"`charley {name} {parameter.opts[0]}` has no help"
                assert parameter.help.endswith((".", "?")), f"`charley {name} {parameter.opts[0]}`"
            else:
                metavar = parameter.make_metavar(click.Context(command)).split("|")[0]
                for shown in re.findall(r"\w+", metavar):
                    documented = shown in (command.help or "") or shown in ("bash", "zsh")
                    assert documented, f"`charley {name}` does not say what {shown} is"


def test_help_fits_the_terminal_and_is_the_same_with_the_short_option() -> None:
    for name, _ in commands():
        said = run(*name.split(), "--help")
        assert said == run(*name.split(), "-h")
        assert all(len(line) <= 110 for line in said.splitlines()), name


def test_the_version() -> None:
    assert run("--version").strip() == f"charley, version {charley.__version__} ({made_of()})"


def test_the_version_waits_for_no_model() -> None:
    code = "import sys; from charley.cli import main; main(['--version'], standalone_mode=False)"
    code += "; print('pydantic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[1:] == ["False"]


def test_the_package_is_run_as_the_command() -> None:
    called = [sys.executable, "-m", "charley"]
    done = subprocess.run([*called, "bases"], capture_output=True, text=True, check=True)
    assert done.stdout == run("bases")
    refused = subprocess.run([*called, "diagnoze"], capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert "Usage: charley " in refused.stderr and "did you mean `diagnose`?" in refused.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_for_the_shell(shell: str) -> None:
    assert "_CHARLEY_COMPLETE" in run("completion", shell)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("charley diag", "diagnose"),
        ("charley facts unilateral_leg_sw", "unilateral_leg_swelling"),
        ("charley rules --candidate deep_", "deep_vein_thrombosis"),
        ("charley candidates nocturnal_", "nocturnal_leg_cramps"),
    ],
)
def test_completion_offers_commands_and_ids(typed: str, offered: str) -> None:
    words = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split()) - 1)}
    result = CliRunner().invoke(
        main, prog_name="charley", env={"_CHARLEY_COMPLETE": "bash_complete", **words}
    )
    assert f"plain,{offered}" in result.stdout.split()


# ------------------------------------------------------------------------------------------- faces

FACES: list[list[str]] = [
    ["--help"],
    ["diagnose", SWOLLEN],
    ["diagnose", SWOLLEN, "--audience", "patient"],
    ["diagnose", SWOLLEN, "--audience", "student"],
    ["diagnose", SWOLLEN, "--json"],
    ["explain", SWOLLEN],
    ["explain", SWOLLEN, "--how", "deep_vein_thrombosis"],
    ["consult"],
    ["facts"],
    ["facts", "age"],
    ["rules"],
    ["rules", "dvt-swelling"],
    ["candidates"],
    ["candidates", "deep_vein_thrombosis", "--audience", "patient"],
    ["about"],
    ["about", "--json"],
]


@pytest.mark.parametrize("face", FACES, ids=lambda face: " ".join(face).replace(SWOLLEN, "RECORD"))
def test_every_face_says_what_it_is_for_and_sends_only_text_into_a_pipe(face: list[str]) -> None:
    result = CliRunner().invoke(main, face, input="quit\n")
    assert result.exit_code == 0, result.output
    assert PURPOSE in " ".join(result.stdout.split()).lower()
    assert ESCAPE not in result.output


def test_a_report_says_what_it_is_for(tmp_path: Path) -> None:
    out = tmp_path / "report.md"
    run("report", SWOLLEN, "--out", str(out))
    assert PURPOSE in " ".join(out.read_text(encoding="utf-8").split()).lower()


# ------------------------------------------------------------------------------------------- streams


def test_a_record_on_standard_input_is_the_same_as_in_a_file() -> None:
    record = Path(SWOLLEN).read_text(encoding="utf-8")
    assert run("diagnose", "-", "--json", stdin=record) == run("diagnose", SWOLLEN, "--json")


def test_json_and_yaml_say_the_same() -> None:
    as_yaml = run("diagnose", "-", "--json", stdin="age: 67\nunilateral_leg_swelling: yes\nchest_pain:\n")
    as_json = run(
        "diagnose", "-", "--json",
        stdin='{"age": 67, "unilateral_leg_swelling": true, "chest_pain": null}',
    )  # fmt: skip
    assert as_yaml == as_json


def test_a_byte_order_mark_and_windows_line_ends_are_no_trouble() -> None:
    plain = run("diagnose", "-", "--json", stdin="age: 67\nchest_pain: no\n")
    assert plain == run("diagnose", "-", "--json", stdin="\ufeffage: 67\r\nchest_pain: no\r\n")


def test_the_json_is_a_differential() -> None:
    found = charley.Differential.model_validate_json(run("diagnose", SWOLLEN, "--json"))
    assert found.leader == "deep_vein_thrombosis"
    assert found == charley.load().diagnose(charley.read_answers(SWOLLEN, charley.load().vocabulary))


@pytest.mark.parametrize("command", [["facts"], ["rules"], ["candidates"], ["facts", "age"]])
def test_what_is_browsed_is_json_too(command: list[str]) -> None:
    found = json.loads(run(*command, "--json"))
    assert isinstance(found, list)
    assert all("id" in item for item in found)
    if command == ["facts"]:
        assert [item["id"] for item in found] == list(charley.load().vocabulary)


def test_about_is_json_too() -> None:
    assert json.loads(run("about", "--json"))["id"] == "nocturnal_leg_pain"


def test_check_is_json_too_one_problem_a_line(lay: Callable[..., Path]) -> None:
    lay(HERE / "bad" / "several_faults")
    result = CliRunner().invoke(main, ["check", "plants", "--json"])
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 2
    assert len(found) > 5
    keys = {"file", "line", "column", "code", "severity", "message", "help"}
    assert all(set(problem) == keys for problem in found)


def test_a_warning_alone_exits_with_one(lay: Callable[..., Path]) -> None:
    lay(HERE / "bad" / "warning_unused_fact")
    assert CliRunner().invoke(main, ["check", "plants"]).exit_code == 1


def test_a_folder_or_its_main_file_names_a_base(lay: Callable[..., Path]) -> None:
    lay()
    assert run("about", "plants") == run("about", "plants/knowledge_base.yaml")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
@pytest.mark.parametrize("arguments", [f"diagnose {SWOLLEN}", f"diagnose {SWOLLEN} --json", "rules", "facts"])
def test_a_reader_who_has_seen_enough_is_no_trouble(arguments: str) -> None:
    script = f"set -o pipefail; {shlex.join(COMMAND)} {arguments} | head -1"
    result = subprocess.run(["bash", "-c", script], capture_output=True, timeout=120, check=False)
    assert result.stderr == b""
    assert len(result.stdout.splitlines()) == 1
    assert result.returncode == 0


def test_a_full_disk_is_told_and_is_no_traceback() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    with Path("/dev/full").open("w") as full:
        call = [*COMMAND, "diagnose", SWOLLEN]
        result = subprocess.run(call, stdout=full, stderr=subprocess.PIPE, timeout=120, check=False)
    assert result.returncode == 2
    assert result.stderr == b"standard output: F001 cannot be used: No space left on device\n"


# ------------------------------------------------------------------------------------ poor terminals


@pytest.mark.parametrize(
    "arguments", [["diagnose", SWOLLEN], ["about"], ["check", SMALL]], ids=lambda each: each[0]
)
def test_an_ascii_terminal_is_no_trouble(arguments: list[str]) -> None:
    result = process(*arguments, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert result.returncode == 0
    assert result.stderr == b""
    assert len(result.stdout.decode().splitlines()) > 1 or arguments[0] == "check"


def test_what_a_terminal_cannot_say_is_escaped_in_json_and_marked_elsewhere(lay: Callable[..., Path]) -> None:
    about = lay() / "knowledge_base.yaml"
    about.write_text(about.read_text().replace("Ailing house", "Pflänzchen 🌱"), encoding="utf-8")
    poor = {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
    shown = process("about", "plants", **poor)
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert "Pflänzchen ? plants" in shown.stdout.decode("latin-1")
    data = process("about", "plants", "--json", **poor)
    assert (data.returncode, data.stderr) == (0, b"")
    assert json.loads(data.stdout)["title"] == "Pflänzchen 🌱 plants"
    found = process("diagnose", "-", "--kb", "plants", "--json", stdin=b"{}", **poor)
    assert json.loads(found.stdout)["knowledge_base"]["title"] == "Pflänzchen 🌱 plants"


def test_a_refusal_in_a_poor_terminal_is_still_read(lay: Callable[..., Path]) -> None:
    lay(HERE / "bad" / "cycle_of_findings")
    result = process("check", "plants", PYTHONIOENCODING="latin-1", PYTHONUTF8="0")
    assert result.returncode == 2
    assert b"R007 circular dependency: `rotting` \\u2192 `smelly`" in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_colour_goes_to_a_terminal_unless_it_is_not_wanted(no_color: str, coloured: bool) -> None:
    import pty

    ours, theirs = pty.openpty()
    environment = {**os.environ, "NO_COLOR": no_color, "TERM": "xterm"}
    with subprocess.Popen([*COMMAND, "facts", "age"], stdout=theirs, env=environment) as running:
        os.close(theirs)
        said = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # how Linux says that the other end is closed
                break
            if not piece:
                break
            said += piece
    os.close(ours)
    assert running.returncode == 0
    assert b"years" in said
    assert (ESCAPE.encode() in said) is coloured


@pytest.mark.parametrize("columns", ["40", "72", "200"])
def test_lines_fit_the_terminal(columns: str) -> None:
    result = CliRunner().invoke(main, ["diagnose", SWOLLEN], env={"COLUMNS": columns})
    longest = max(len(line) for line in result.stdout.splitlines())
    assert longest <= max(60, min(int(columns), 110))


def test_without_a_place_to_keep_anything_it_still_works() -> None:
    for cache in ("off", "/dev/null/nowhere"):
        result = process("facts", "age", "--kb", SMALL, CHARLEY_CACHE=cache)
        assert b"unknown fact `age`" in result.stderr
        assert process("about", SMALL, CHARLEY_CACHE=cache).returncode == 0
