"""The `charley` command: the group, the table of its commands, and what becomes of errors."""

from __future__ import annotations

import atexit
import contextlib
import errno
import gc
import io
import os
import sys
import traceback
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import click

from charley import __version__
from charley.documents.diagnostic import Diagnostic, Faulty
from charley.terminal.text import echo, show_diagnostics, visible

__all__ = ["main"]

# A command is short, and nearly all that it makes while it starts (modules, the knowledge base) stays to its
# end. With the usual thresholds, garbage collection takes a tenth of its time and finds nothing. A collection
# at the end, when all goes with the process anyway, would take longer than the diagnosis did.
gc.set_threshold(100_000, 20, 20)
atexit.register(gc.freeze)

COMMANDS = {
    "about": "browse",
    "audit": "audit",
    "bases": "browse",
    "candidates": "browse",
    "check": "check",
    "cohort": "cohort",
    "completion": "",
    "consult": "consult",
    "diagnose": "diagnose",
    "diff": "diff",
    "explain": "explain",
    "facts": "browse",
    "fmt": "author.fmt",
    "help": "author.manual",
    "lsp": "author.lsp",
    "mcp": "serve",
    "new": "author.new",
    "pages": "pages",
    "prove": "prove",
    "replay": "consult",
    "report": "pages",
    "review": "review",
    "rules": "browse",
    "schema": "author.schema",
    "serve": "serve",
    "test": "test",
}
"""The commands, each with its module in `charley.commands`, which is imported when it is called."""

INTERNAL = 70
"""The exit status of a fault of Charley itself: `EX_SOFTWARE` of sysexits."""


class Commands(click.Group):
    """The commands. Whatever goes wrong becomes a message on standard error and an exit status."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if not COMMANDS.get(cmd_name):
            return super().get_command(ctx, cmd_name)
        command = getattr(import_module(f"charley.commands.{COMMANDS[cmd_name]}"), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        from charley.documents.diagnostic import nearest

        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            help = nearest(args[0], self.list_commands(ctx)) or "`charley --help` lists the commands"
            ctx.fail(f"there is no command `{args[0]}`; {help}")
        return super().resolve_command(ctx, args)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        with open_streams():
            try:
                return super().main(*args, **kwargs)
            except OSError as error:  # while help was written, or arguments were read
                sys.exit(_unusable(error, as_json=False))

    def invoke(self, ctx: click.Context) -> Any:
        as_json = "--json" in ctx.args
        try:
            return super().invoke(ctx)
        except Faulty as faulty:
            show_diagnostics(faulty.diagnostics, as_json)
            ctx.exit(2)
        except click.UsageError as error:
            message = "\n".join(map(visible, error.format_message().split("\n")))
            if not as_json and message == error.format_message():
                raise
            if not as_json:
                raise click.UsageError(message, error.ctx) from None
            called = error.ctx.command_path if error.ctx is not None else ctx.command_path
            help = f"`{called} --help` lists what there is"
            show_diagnostics([Diagnostic("command line", 0, 0, "usage", message, help)], True)
            ctx.exit(2)
        except OSError as error:
            ctx.exit(_unusable(error, as_json))
        except (click.exceptions.Exit, click.Abort, click.ClickException, EOFError):
            raise
        except Exception as error:
            if os.environ.get("CHARLEY_TRACEBACK"):
                raise
            show_diagnostics([_fault(error)], as_json)
            ctx.exit(INTERNAL)


def _unusable(error: OSError, as_json: bool) -> int:
    """Say that a file or a stream cannot be used; the exit status."""
    # What is still in the buffer would fail again at the end of the process.
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        return 0  # whoever read us has seen enough
    where = str(error.filename or "standard output")
    show_diagnostics([Diagnostic(where, 0, 0, "F001", f"cannot be used: {error.strerror or error}")], as_json)
    return 2


def _fault(error: Exception) -> Diagnostic:
    """A fault of Charley itself, by its kind and its place. The message of the error is not shown: it may
    hold what was said of a patient.
    """
    package = Path(__file__).parent
    frames = traceback.extract_tb(error.__traceback__)
    places = [frame for frame in frames if Path(frame.filename).is_relative_to(package)]
    place = places[-1] if places else None
    where = f" in {Path(place.filename).name}, line {place.lineno}" if place is not None else ""
    message = f"this is a fault of Charley: {type(error).__name__}{where}"
    help = "please report it with the command; CHARLEY_TRACEBACK=1 shows all of it, with what was told"
    return Diagnostic("charley", 0, 0, "internal", message, help)


class _Closed(io.TextIOBase):
    """A standard stream that was closed before the program began. Using it raises `OSError`."""

    def __init__(self, name: str) -> None:
        self._name = name

    def _refuse(self, *_: object) -> NoReturn:
        raise OSError(errno.EBADF, "it is closed", self._name)

    read = readline = write = _refuse

    @property
    def buffer(self) -> _Closed:
        return self

    def isatty(self) -> bool:
        return False


@contextlib.contextmanager
def open_streams() -> Iterator[None]:
    """Python has None for a stream that is closed; here each of them is one that can be asked."""
    before = sys.stdin, sys.stdout, sys.stderr
    stdin, stdout, stderr = before
    quiet = None
    if stdin is None:
        sys.stdin = _Closed("standard input")
    if stdout is None:
        sys.stdout = _Closed("standard output")
    if stderr is None:  # there is no place left to say anything; the exit status still says how it ended
        sys.stderr = quiet = open(os.devnull, "w")  # noqa: PTH123, SIM115
    try:
        yield
    finally:
        sys.stdin, sys.stdout, sys.stderr = before
        if quiet is not None:
            quiet.close()


def _say_version(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not context.resilient_parsing:
        from charley.engine.loops import made_of

        click.echo(f"charley, version {__version__} ({made_of()})")
        context.exit()


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit status: 0 done, 1 a check found something, 2 bad usage or bad input, 70 a fault of Charley.",
)
@click.option("--version", is_flag=True, callback=_say_version, expose_value=False, is_eager=True,
              help="Show the version, and what the inner loops run as.")  # fmt: skip
def main() -> None:
    """Differential diagnosis by rules that can be read, with every conclusion taken apart.

    Educational purpose only, pending human review. Not for use in the care of patients.
    """


@main.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what makes SHELL complete commands, facts, rules and candidates.

    \b
    Examples:
      eval "$(charley completion bash)"
      charley completion fish > ~/.config/fish/completions/charley.fish
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None
    echo(found(main, {}, "charley", "_CHARLEY_COMPLETE").source().splitlines())
