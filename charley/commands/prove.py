"""`charley prove`: the invariants, for every possible patient."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from charley.audit.symbolic.installed import with_solver
from charley.commands.options import base_argument, json_option, timeout_option
from charley.documents.diagnostic import Diagnostic, Faulty, nearest

if TYPE_CHECKING:
    from charley.audit.prove.prove import Proof

__all__ = ["prove"]


@click.command()
@base_argument
@click.option("--only", multiple=True, metavar="ID", help="Only this invariant; may be given again.")
@timeout_option(30.0)
@click.option(
    "--save-case",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write each counterexample to DIR, as a case and as a record for `charley diagnose`.",
)
@click.option("-v", "--verbose", is_flag=True, help="Every proof, with its time.")
@json_option("One JSON object, for a program to read.")
@with_solver
def prove(
    kb: str, only: tuple[str, ...], timeout: float, save_case: Path | None, verbose: bool, as_json: bool
) -> None:
    """Prove the invariants of a base for every patient. Every possible patient counts: all answers, all gaps.

    An invariant that does not hold is shown with its smallest counterexample: the patient with the fewest
    known facts. One that is not decided in time is not counted as proved, and nor is one that says nothing
    because no patient makes its `if` true. Outside the scope nothing is ranked, so a claim about standing
    (`leads`, `section`, `score`, `ranks_above`) is about the patients who are not known to be outside.

    \b
    Examples:
      charley prove
      charley prove my_base --only dvt-swelling-flags
      charley prove my_base --save-case found/

    Exits 0 when everything was proved, 1 when something was not or there is nothing to prove, 2 when KB
    cannot be used.
    """
    from charley.audit.prove.prove import Prover
    from charley.audit.prove.show import proof_problem, save_witness
    from charley.engine.expert import load
    from charley.rules.loading.find import INVARIANTS
    from charley.rules.loading.invariants import read_invariants
    from charley.terminal.text import echo, echo_json

    started = time.perf_counter()
    base = load(kb)
    invariants = read_invariants(base)
    ids = [invariant.id for invariant in invariants]
    for id in only:
        if id not in ids:
            message = f"unknown invariant `{id[:60]}`"
            raise Faulty([Diagnostic("command line", 0, 0, "R003", message, nearest(id, ids))])
    proofs: list[Proof] = []
    for proof in Prover(base, timeout).prove_all(i for i in invariants if not only or i.id in only):
        proofs.append(proof)
        problem = proof_problem(base, proof)
        if problem is not None and not as_json:
            echo([*problem.lines(base.vocabulary), ""])
        elif verbose and not as_json:
            echo([f"{proof.verdict:11}  {proof.seconds * 1000:6.0f} ms  {proof.invariant.id}"])
        if save_case is not None and proof.witness is not None:
            saved = save_witness(save_case, base, proof)
            if not as_json:
                echo([f"  saved as {file}" for file in saved])
    verdicts = [proof.verdict for proof in proofs]
    proved, broken, vacuous = (verdicts.count(each) for each in ("proved", "broken", "vacuous"))
    seconds = time.perf_counter() - started
    if as_json:
        found = [problem.as_json() for p in proofs if (problem := proof_problem(base, p)) is not None]
        shown = [{"invariant": p.invariant.id, "verdict": p.verdict, "seconds": p.seconds} for p in proofs]
        told = {"knowledge_base": base.id, "version": base.version, "digest": base.digest}
        echo_json(json.dumps({**told, "proofs": shown, "problems": found}, indent=2, ensure_ascii=False))
    else:
        undecided = len(proofs) - proved - broken - vacuous
        counts = f"{proved} proved, {broken} broken, {undecided} not decided"
        counts += f", {vacuous} that say nothing" if vacuous else ""
        echo([f"{base.id} {base.version}: {counts}, in {seconds:.1f} s"])
        if verbose and base.scope is not None:
            echo(["claims about standing are about patients who are not known to be outside the scope"])
    if not proofs:
        click.echo(f"nothing was proved: `{kb}` has no invariants in {INVARIANTS}", err=True)
    sys.exit(0 if proofs and proved == len(proofs) else 1)
