"""`charley help`: the page of every diagnostic and the manual of every command, without a browser."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from charley.cli import COMMANDS, main

PAGES = sorted((Path(__file__).parents[2] / "docs" / "diagnostics").glob("[A-Z][0-9]*.md"))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_code_has_its_page_with_both_examples(page: Path) -> None:
    result = run("help", page.stem.lower())
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[0].startswith(f"{page.stem}: ")
    assert {"An example to avoid", "An example to prefer"} <= set(lines)
    assert "```" not in result.output
    assert lines[-1] == "Educational purpose only, pending human review."


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_manual(name: str) -> None:
    assert run("help", name).output == run(name, "--help").output


@pytest.mark.parametrize(("name", "says"), [(name, says) for name, (_, says) in COMMANDS.items()])
def test_the_list_says_of_a_command_what_its_manual_says_first(name: str, says: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None and command.help is not None
    assert " ".join(command.help.split()).startswith(says)


def test_a_command_of_a_command_has_its_own() -> None:
    assert "--by" in run("help", "review", "approve").output


def test_without_a_name_it_is_the_manual_of_all() -> None:
    assert run("help").output == run("--help").output


@pytest.mark.parametrize(
    ("words", "said"), [(["diagnos"], "did you mean `diagnose`?"), (["zzz"], "`charley help`")]
)
def test_what_is_not_there_is_said(words: list[str], said: str) -> None:
    result = run("help", *words)
    assert result.exit_code == 2
    assert said in result.output
    assert run("help", "check", *words).exit_code == 2


def test_the_list_of_commands_imports_none_and_is_not_cut() -> None:
    code = "import sys\nfrom charley.cli import main\nmain(['--help'], standalone_mode=False)\n"
    code += "print([name for name in sys.modules if name.startswith(('charley.commands', 'pydantic'))])"
    shown = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "COLUMNS": "80"},
    ).stdout
    assert shown.splitlines()[-1] == "[]"
    for name, (_, says) in COMMANDS.items():
        assert f"  {name} " in shown and f" {says}\n" in shown


def test_names_of_commands_are_completed_with_what_they_do() -> None:
    context = click.Context(main)
    assert [(each.value, each.help) for each in main.shell_complete(context, "di")] == [
        (name, COMMANDS[name][1]) for name in ("diagnose", "diff")
    ]
    assert len(main.shell_complete(context, "")) == len(COMMANDS)
    assert "--version" in [each.value for each in main.shell_complete(context, "--")]
