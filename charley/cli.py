"""The `charley` command. Each command is thin: read, ask one question of the engine, print, exit."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

import click

from charley.documents.diagnostic import Diagnostic, Faulty
from charley.facts.wording import AUDIENCES, Audience

if TYPE_CHECKING:
    from charley.audit.problem import Problem
    from charley.engine.expert import Expert

# Nearly everything that a command makes while it starts stays to its end (modules, the knowledge base);
# looking through it for rubbish again and again takes a tenth of the time of a short command.
gc.set_threshold(100_000, 20, 20)

LATER = {
    "audit": "charley.commands.audit",
    "consult": "charley.commands.consult",
    "diff": "charley.commands.diff",
    "explain": "charley.commands.consult",
    "pages": "charley.commands.pages",
    "prove": "charley.commands.prove",
    "replay": "charley.commands.consult",
    "report": "charley.commands.consult",
    "review": "charley.commands.review",
    "test": "charley.commands.test",
}
"""Commands that live beside what they need, and are imported only when they are called."""

F = TypeVar("F", bound=Callable[..., Any])


class Commands(click.Group):
    """The commands, with every way of being wrong turned into a message and an exit status."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *LATER})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in LATER:
            command = getattr(import_module(LATER[cmd_name]), cmd_name)
            assert isinstance(command, click.Command)
            return command
        return super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        from charley.documents.diagnostic import nearest

        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            help = nearest(args[0], self.list_commands(ctx)) or "`charley --help` lists the commands"
            ctx.fail(f"there is no command `{args[0]}`; {help}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Faulty as faulty:
            report(faulty.diagnostics)
            ctx.exit(2)
        except OSError as error:
            # What is still in the buffer would fail again at the end of the process.
            with contextlib.suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            if isinstance(error, BrokenPipeError):
                ctx.exit(0)  # whoever read us has seen enough
            where = str(error.filename or "standard output")
            report([Diagnostic(where, 0, 0, "F001", f"cannot be used: {error.strerror or error}")])
            ctx.exit(2)


def report(diagnostics: Iterable[Diagnostic]) -> None:
    """Print diagnostics on standard error."""
    from charley.terminal.text import echo

    for diagnostic in diagnostics:
        echo(diagnostic.lines(), err=True)


def complete_ids(which: str) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """Shell completion with the ids of the bundled base: `vocabulary`, `candidates` or `rules`."""

    def complete(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
        from charley.engine.expert import load

        return [id for id in getattr(load(), which) if id.startswith(incomplete)]

    return complete


def base_option(command: F) -> F:
    """`--kb NAME|PATH`."""
    return click.option(
        "--kb",
        default="nocturnal_leg_pain",
        metavar="NAME|PATH",
        help="The knowledge base: bundled, or a folder.",
    )(command)


def json_option(help: str) -> Callable[[F], F]:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help=help)


def audience_option(command: F) -> F:
    """`--audience A`."""
    return click.option(
        "--audience",
        type=click.Choice(AUDIENCES),
        default="clinician",
        show_default=True,
        help="Who reads it.",
    )(command)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit status: 0 done, 1 a check found something, 2 bad usage or bad input.",
)
@click.version_option(package_name="charley", prog_name="charley")
def main() -> None:
    """Differential diagnosis by rules that can be read, with every conclusion taken apart.

    Educational purpose only, pending human review. Not for use in the care of patients.
    """


def load(kb: str) -> Expert:
    """The knowledge base, or exit with what is wrong with it."""
    from charley.engine.expert import load

    return load(kb)


@main.command()
@click.argument("file")
@base_option
@audience_option
@json_option("Print the differential as JSON (format charley.differential.v1).")
def diagnose(file: str, kb: str, audience: Audience, as_json: bool) -> None:
    """The differential of the record in FILE (YAML or JSON; `-` reads standard input).

    \b
    Examples:
      charley diagnose examples/swollen-calf.yaml
      echo '{"age": 67, "unilateral_leg_swelling": true}' | charley diagnose -
      charley diagnose record.yaml --json | jq .leader
    """
    from charley.facts.record import read_answers

    expert = load(kb)
    told = read_answers(file, expert.vocabulary)
    d = expert.diagnose(told, audience=audience)
    if as_json:
        from charley.terminal.text import echo_json

        echo_json(d.model_dump_json(indent=2))
        return
    from charley.engine.ask.question import what_matters
    from charley.terminal.differential import show
    from charley.terminal.text import echo

    found = expert.kernel.start(told.record).valuation()
    echo(show(expert, d, what_matters(expert, told.record, found, audience)))


@main.command()
@click.argument("fact", required=False, shell_complete=complete_ids("vocabulary"))
@base_option
@click.option("--answered-by", type=click.Choice(["patient", "clinician", "lab"]), help="Only these.")
@json_option("One JSON array.")
def facts(fact: str | None, kb: str, answered_by: str | None, as_json: bool) -> None:
    """What can be known about a patient; with FACT, everything about one fact.

    \b
    Examples:
      charley facts
      charley facts serum_potassium
    """
    expert = load(kb)
    chosen = [_named(fact, expert.vocabulary, "fact")] if fact else list(expert.vocabulary.values())
    chosen = [each for each in chosen if answered_by in (None, each.answered_by)]
    if as_json:
        _dump(chosen)
        return
    from charley.terminal.browse import show_fact, show_facts
    from charley.terminal.text import echo

    echo(show_fact(expert, chosen[0]) if fact and chosen else show_facts(expert, chosen))


@main.command()
@click.argument("rule", required=False, shell_complete=complete_ids("rules"))
@base_option
@click.option(
    "--candidate", shell_complete=complete_ids("candidates"), help="Only rules about this candidate."
)
@click.option("--fact", shell_complete=complete_ids("vocabulary"), help="Only rules that look at this fact.")
@click.option("--status", type=click.Choice(["submitted", "under_review", "approved"]), help="Only these.")
@json_option("One JSON array.")
def rules(
    rule: str | None, kb: str, candidate: str | None, fact: str | None, status: str | None, as_json: bool
) -> None:
    """The rules; with RULE, everything about one rule.

    \b
    Examples:
      charley rules --candidate deep_vein_thrombosis
      charley rules dvt-one-swollen-leg
      charley rules --status submitted
    """
    from charley.terminal.browse import about_candidate, show_rule, show_rules
    from charley.terminal.text import echo

    expert = load(kb)
    chosen = [_named(rule, expert.rules, "rule")] if rule else list(expert.rules.values())
    if candidate is not None:
        _named(candidate, {**expert.candidates, **expert.alerts}, "candidate")
        chosen = [each for each in chosen if about_candidate(each, candidate)]
    if fact is not None:
        _named(fact, expert.vocabulary, "fact")
        chosen = [each for each in chosen if fact in expert.facts_of_rule[each.id]]
    chosen = [each for each in chosen if status in (None, each.review.status)]
    if as_json:
        _dump(chosen)
        return
    echo(show_rule(expert, chosen[0]) if rule and chosen else show_rules(expert, chosen))


@main.command()
@click.argument("candidate", required=False, shell_complete=complete_ids("candidates"))
@base_option
@audience_option
@json_option("One JSON array.")
def candidates(candidate: str | None, kb: str, audience: Audience, as_json: bool) -> None:
    """The diagnoses that are considered; with CANDIDATE, everything about one.

    \b
    Examples:
      charley candidates
      charley candidates deep_vein_thrombosis --audience patient
    """
    from charley.terminal.browse import show_candidate, show_candidates
    from charley.terminal.text import echo

    expert = load(kb)
    chosen = (
        [_named(candidate, expert.candidates, "candidate")] if candidate else list(expert.candidates.values())
    )
    if as_json:
        _dump(chosen)
        return
    echo(show_candidate(expert, chosen[0], audience) if candidate else show_candidates(expert, audience))


@main.command()
@click.argument("kb", default="nocturnal_leg_pain", metavar="[KB]")
@click.option("--deep", is_flag=True, help="Ask about every possible patient, too, as `charley audit` does.")
@json_option("One diagnostic a line, for a program to read.")
def check(kb: str, deep: bool, as_json: bool) -> None:
    """Check that KB can be read, and that its rules, cases and invariants make sense.

    \b
    Examples:
      charley check
      charley check my_base --deep
      charley check my_base --json | jq -r .message

    Exits 0 when nothing was found, 1 when there are only warnings or what --deep finds, 2 when the base
    cannot be used.
    """
    from charley.rules.loading.check import check as checked
    from charley.terminal.text import echo, echo_json

    found = checked(kb)
    unusable = any(diagnostic.severity == "error" for diagnostic in found)
    problems: list[Problem] = []
    if deep and not unusable:
        from charley.audit.checks.deep import deep_check

        expert = load(kb)
        problems = deep_check(expert)
    if as_json:
        for told in [each.as_json() for each in found] + [each.as_json() for each in problems]:
            echo_json(json.dumps(told, ensure_ascii=False))
    else:
        report(found)
        for problem in problems:
            echo(problem.lines(expert.vocabulary), err=True)
        if not found and not problems:
            click.echo(f"{kb}: nothing found")
        else:
            counts = Counter([each.severity for each in found] + [each.severity for each in problems])
            said = ", ".join(f"{n} {word}{'' if n == 1 else 's'}" for word, n in sorted(counts.items()))
            click.echo(said, err=True)
    sys.exit(2 if unusable else 1 if found or problems else 0)


@main.command()
@click.argument("kb", default="nocturnal_leg_pain", metavar="[KB]")
@json_option("One JSON object.")
def about(kb: str, as_json: bool) -> None:
    """What to know before trusting KB: source, purpose, policy, limits, funding, state of review.

    \b
    Examples:
      charley about
      charley about my_base --json
    """
    from charley.terminal.browse import show_about
    from charley.terminal.text import echo, echo_json

    expert = load(kb)
    if as_json:
        echo_json(expert.about.model_dump_json(indent=2))
    else:
        echo(show_about(expert))


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
    click.echo(found(main, {}, "charley", "_CHARLEY_COMPLETE").source())


def _named(id: str, among: Any, what: str) -> Any:
    """The one of this id. Raises `Faulty` with the nearest."""
    from charley.documents.diagnostic import nearest

    if id not in among:
        plural = {"fact": "facts", "rule": "rules"}.get(what, "candidates")
        help = nearest(id, among) or f"`charley {plural}` lists them"
        code = "F010" if what == "fact" else "R003"
        raise Faulty([Diagnostic("command line", 0, 0, code, f"unknown {what} `{id[:60]}`", help)])
    return among[id]


def _dump(items: Sequence[Any]) -> None:
    from charley.terminal.text import echo_json

    plain = [item.model_dump(mode="json", exclude_none=True) for item in items]
    echo_json(json.dumps(plain, indent=2, ensure_ascii=False))
