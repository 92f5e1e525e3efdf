"""`charley review`: sign-off of rules, of the base as a whole and of releases."""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path

import click

from charley.commands.options import base_argument, base_option, json_option

__all__ = ["review"]

_ROLES = ("clinician", "clinical_safety", "pharmacist", "informatician", "board")

_file = click.Path(dir_okay=False, path_type=Path)


@click.group()
def review() -> None:
    """Approve rules and releases; see what still holds. The base as a whole is approved, too.

    An approval is bound to everything that its reviewer sees: a rule with the facts, scores, candidates,
    sources and other rules that it reaches. Rewording a comment or moving the rule keeps it; another number
    or word ends it, and `charley check` says what changed.
    """


@review.command()
@click.argument("rules", nargs=-1, metavar="[RULE]...")
@click.option(
    "--base", "whole", is_flag=True, help="The base as a whole: scope, limits, invariants, cases ..."
)
@click.option("--release", is_flag=True, help="The release: everything, with its version.")
@click.option("--by", required=True, metavar="NAME", help="The reviewer.")
@click.option(
    "--role",
    type=click.Choice(_ROLES),
    default="clinician",
    show_default=True,
    help="In which role the reviewer approves.",
)
@click.option("--remark", metavar="TEXT", help="What the reviewer wants to be said with it.")
@click.option("--key", type=_file, metavar="FILE", help="Sign it with the reviewer's private key.")
@base_option
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Default: today.")
def approve(
    rules: tuple[str, ...],
    whole: bool,
    release: bool,
    by: str,
    role: str,
    remark: str | None,
    key: Path | None,
    kb: str,
    date: datetime.datetime | None,
) -> None:
    """Record in the base's `reviews.yaml` that NAME approves each RULE, the base or the release as it is now.

    \b
    Examples:
      charley review approve dvt-age dvt-swelling --by "Dr A. Reviewer" --kb my_base
      charley review approve --base --by "B. Safe" --role clinical_safety --kb my_base

    A rule that answers a flag needs two clinicians; the base a clinician and clinical safety; a release these
    and the board. Nobody counts twice.
    """
    from charley.engine.expert import load
    from charley.rules.loading.review.approve import approve as record
    from charley.rules.loading.review.signatures import private_key, signed
    from charley.rules.loading.review.valid_approvals import Approvals
    from charley.rules.signoff.layers import LayerName
    from charley.terminal.base.reviews import still_needed
    from charley.terminal.text import echo

    base = load(kb)
    about: list[tuple[LayerName, str]] = [("rule", rule) for rule in dict.fromkeys(rules)]
    about += [("base", base.id)] if whole else []
    about += [("release", base.version)] if release else []
    if not about:
        raise click.UsageError("Name rules, or give --base or --release.")
    private = None if key is None else private_key(key)
    signing = None if private is None else lambda each: signed(each, private)
    day = (date or datetime.datetime.now()).date()
    record(base, about, by, day, role, remark, signing)  # type: ignore[arg-type]
    approvals = Approvals.of(base)
    for layer, id in about:
        missing = approvals.missing(layer, id)
        name = id if layer == "rule" else f"{layer} {id}"
        echo([f"{name}: {still_needed(missing)}"])


@review.command()
@base_argument
@click.option("--changes", is_flag=True, help="Everything that changed since, the old beside the new.")
@json_option("One JSON object, for a program to read.")
def status(kb: str, changes: bool, as_json: bool) -> None:
    """How much of KB is approved, and every approval that does not hold, with what changed since.

    \b
    Examples:
      charley review status
      charley review status my_base --changes

    Exits 1 where one does not hold or a further reviewer is missing.
    """
    from charley.engine.expert import load
    from charley.rules.loading.review.lapses import lapses
    from charley.rules.loading.review.signed_log import Kept
    from charley.rules.loading.review.valid_approvals import Approvals
    from charley.terminal.base import reviews
    from charley.terminal.text import echo, echo_json

    base = load(kb)
    found = list(lapses(base))
    approvals, kept = Approvals.of(base), Kept.read(base.path)
    if as_json:
        told = reviews.status_json(base, approvals, kept, found)
        echo_json(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        for diagnostic in found:
            echo([*diagnostic.lines(), ""])
        echo(reviews.change_lines(approvals, kept) if changes else ())
        echo(reviews.status_lines(base, approvals))
    sys.exit(1 if found else 0)


@review.command()
@click.argument("rule")
@base_option
def show(rule: str, kb: str) -> None:
    """What an approval of RULE covers: every part that it reaches, field by field, as it is signed.

    \b
    Examples:
      charley review show dvt-swelling
    """
    from charley.documents.diagnostic import Diagnostic, Faulty, nearest
    from charley.engine.expert import load
    from charley.rules.signoff.layers import Layers
    from charley.terminal.base.reviews import covered_lines
    from charley.terminal.text import echo

    base = load(kb)
    if rule not in base.rules:
        message = f"unknown rule `{rule[:60]}`"
        raise Faulty([Diagnostic("command line", 0, 0, "R003", message, nearest(rule, base.rules))])
    echo(covered_lines(Layers(base), rule))


@review.command()
@click.argument("file", type=_file)
@click.option("--by", required=True, metavar="NAME", help="Whose key it will be.")
def key(file: Path, by: str) -> None:
    """Make a private key in FILE, for its owner only, and print the entry of the public one.

    Add the entry to the `keys.yaml` of the base, or to a file that is given by `--keys`. Once keys are
    listed, only approvals that are signed with them count.

    \b
    Examples:
      charley review key ~/.charley-key.pem --by "Dr A. Reviewer"
    """
    from charley.documents.yaml_writer import written
    from charley.rules.loading.review.signatures import new_key

    click.echo(written([{"by": by, "key": new_key(file)}]), nl=False)


@review.command()
@click.option("--by", required=True, metavar="NAME", help="The reviewer, as in `reviews.yaml`.")
@click.option("--key", "private", required=True, type=_file, metavar="FILE", help="The private key.")
@base_option
def sign(by: str, private: Path, kb: str) -> None:
    """Sign every approval by NAME that has no signature yet.

    \b
    Examples:
      charley review sign --by "Dr A. Reviewer" --key ~/.charley-key.pem --kb my_base
    """
    from charley.engine.expert import load
    from charley.rules.loading.review.approve import sign as record
    from charley.rules.loading.review.signatures import private_key, signed
    from charley.rules.signoff.approval import reviewer

    own = private_key(private)
    new = record(load(kb), reviewer(by), lambda each: signed(each, own))
    click.echo(f"{len(new)} approvals signed")
    sys.exit(0 if new else 1)


@review.command()
@base_argument
@click.option("--keys", type=_file, metavar="FILE", help="Public keys from somewhere else than the base.")
def verify(kb: str, keys: Path | None) -> None:
    """Check every approval of KB: its signature, what it covers, its date.

    \b
    Examples:
      charley review verify my_base --keys trusted-keys.yaml

    Who can edit a base can edit its `keys.yaml`; a reader who wants to be sure brings the keys. Exits 1 where
    an approval does not hold, or where nothing is signed.
    """
    from charley.documents.diagnostic import Diagnostic, Faulty
    from charley.engine.expert import load
    from charley.rules.loading.review.valid_approvals import Approvals
    from charley.terminal.text import echo

    if keys is not None and not keys.exists():
        raise Faulty(
            [Diagnostic(str(keys)[:200], 0, 0, "F001", "there is no such file", "name a file of keys")]
        )
    approvals = Approvals.of(load(kb), keys)
    good = 0
    for approval, state in approvals.states.items():
        signed = state == "holds" and bool(approvals.keys)
        good += signed
        shown = "signed" if signed else "no keys are listed" if state == "holds" else state
        about = f"{approval.layer} {approval.about}"
        echo([f"{shown:18}  {about}  {approval.by}, {approval.role}, {approval.date}"])
    echo([f"{good} of {len(approvals.states)} approvals are signed and hold"])
    sys.exit(0 if good == len(approvals.states) > 0 else 1)
