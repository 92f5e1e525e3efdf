"""The `charley` command: the group, the table of its commands, and what becomes of errors."""

from __future__ import annotations

import atexit
import contextlib
import errno
import gc
import io
import os
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from charley import __version__
from charley.documents.diagnostic import Diagnostic, Faulty
from charley.terminal.text import echo, show_diagnostics, visible

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

__all__ = ["main"]

# A command is short, and nearly all that it makes while it starts (modules, the knowledge base) stays to its
# end. With the usual thresholds, garbage collection takes a tenth of its time and finds nothing. A collection
# at the end, when all goes with the process anyway, would take longer than the diagnosis did.
gc.set_threshold(100_000, 20, 20)
atexit.register(gc.freeze)

COMMANDS: dict[str, tuple[str, str]] = {
    "about": ("browse", "What to know before trusting a base: source, policy, review."),
    "audit": ("audit", "Prove, check and measure a base; a report worth signing."),
    "bases": ("browse", "The knowledge bases there are, bundled and installed."),
    "candidates": ("browse", "The diagnoses that are considered, or one in full."),
    "check": ("check", "Check that a base can be read and makes sense."),
    "cohort": ("cohort", "What follows for every patient in a table."),
    "completion": ("", "Print what makes a shell complete commands and names."),
    "consult": ("consult", "Hold a consultation: a story, then lists to tick."),
    "diagnose": ("diagnose", "The differential of a record, or of a text."),
    "diff": ("diff", "What changes between two versions of a base."),
    "explain": ("explain", "Why the differential of a record is as it is."),
    "facts": ("browse", "What can be known about a patient, or one fact in full."),
    "fmt": ("author.fmt", "Bring the files of a base into one layout."),
    "help": ("author.manual", "What a diagnostic means, or how a command is used."),
    "lsp": ("author.lsp", "Answer an editor about the base that it edits."),
    "mcp": ("serve", "Offer a base to an assistant as tools."),
    "new": ("author.new", "Write a small base to begin with, which teaches."),
    "pages": ("pages", "Write a page with a chart for each candidate."),
    "prove": ("prove", "Prove the invariants of a base for every patient."),
    "replay": ("consult", "Play a kept consultation again and compare."),
    "report": ("pages", "Write the hand-over of a consultation or record."),
    "review": ("review", "Approve rules and releases; see what still holds."),
    "rules": ("browse", "The rules, or one rule in full."),
    "schema": ("author.schema", "What a record or a file may hold, as JSON Schema."),
    "serve": ("serve", "Serve the interview in a browser, and a JSON API."),
    "test": ("test", "Play the cases of a base through every reading."),
}
"""The commands, each with its module in `charley.commands`, which is imported when it is called, and what the
list of commands says of it: the first sentence of its manual.
"""

INTERNAL = 70
"""The exit status of a fault of Charley itself: `EX_SOFTWARE` of sysexits."""


class Commands(click.Group):
    """The commands. Whatever goes wrong becomes a message on standard error and an exit status."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module, _ = COMMANDS.get(cmd_name, ("", ""))
        if not module:
            return super().get_command(ctx, cmd_name)
        command = getattr(import_module(f"charley.commands.{module}"), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, says) for name, (_, says) in COMMANDS.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        named = [each for each in COMMANDS.items() if each[0].startswith(incomplete)]
        options = click.Command.shell_complete(self, ctx, incomplete)
        return [*(CompletionItem(name, help=says) for name, (_, says) in named), *options]

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
    import traceback  # no command that ends well waits for it

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
    """Print what makes a shell complete commands and names. Names are those of facts, rules and candidates.

    \b
    Examples:
      eval "$(charley completion bash)"
      charley completion fish > ~/.config/fish/completions/charley.fish
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None
    echo(found(main, {}, "charley", "_CHARLEY_COMPLETE").source().splitlines())
