"""`charley diagnose`: the differential of a record."""

from __future__ import annotations

import click

from charley.commands.options import audience_option, base_option, json_option
from charley.facts.wording import Audience

__all__ = ["diagnose"]


@click.command()
@click.argument("file")
@base_option
@audience_option("clinician")
@json_option("Print the differential as JSON (format charley.differential.v1).")
def diagnose(file: str, kb: str, audience: Audience, as_json: bool) -> None:
    """The differential of the record in FILE (YAML or JSON; `-` reads standard input).

    \b
    Examples:
      charley diagnose examples/swollen-calf.yaml
      echo '{"age": 67, "unilateral_leg_swelling": true}' | charley diagnose -
      charley diagnose record.yaml --json | jq .leader
    """
    from charley.engine.expert import load
    from charley.facts.record import read_answers
    from charley.terminal.text import echo, echo_json

    expert = load(kb)
    assessment = expert.assess(read_answers(file, expert.vocabulary))
    d = assessment.differential(audience)
    if as_json:
        echo_json(d.model_dump_json(indent=2))
        return
    from charley.engine.ask.question import what_matters
    from charley.terminal.differential import show

    echo(show(expert, d, what_matters(assessment, audience)))
