"""`charley diagnose`: the differential of a record, or of a free text."""

from __future__ import annotations

import datetime
import json

import click

from charley.commands.options import audience_option, base_option, json_option
from charley.facts.wording import Audience

__all__ = ["diagnose"]


@click.command()
@click.argument("file", required=False)
@click.option(
    "--text", "text_file", metavar="FILE", help="A text in anybody's own words, to be read for its facts."
)
@base_option
@audience_option("clinician")
@click.option("--full", is_flag=True, help="Everything: all candidates, every reason, the sources.")
@json_option("Print the differential as JSON (format charley.differential.v2).")
def diagnose(
    file: str | None, text_file: str | None, kb: str, audience: Audience, full: bool, as_json: bool
) -> None:
    """The differential of a record, or of a text. FILE is a record (YAML or JSON; `-` reads standard input).

    With --text, FILE is a story or a note instead. What was understood of it is printed before the
    differential, every fact with the words that it was taken from, and what was not understood. With --json
    the two stand under `reading` and `differential`.

    A date in a record is seen from the day that stands there under `as_of`, or else from today; what is
    printed says from which.

    What fits on a screen is printed: how urgent, what to do, who leads and why. --full prints the rest.

    \b
    Examples:
      charley diagnose examples/swollen-calf.yaml
      charley diagnose examples/swollen-calf.yaml --full
      echo '{"age": 67, "unilateral_leg_swelling": true}' | charley diagnose -
      echo "My left calf is swollen. No fever." | charley diagnose --text -
      charley diagnose record.yaml --json | jq .leader
    """
    from charley.documents.document import read_text
    from charley.engine.expert import load
    from charley.facts.record import read_answers
    from charley.terminal.text import echo, echo_json

    if (file is None) == (text_file is None):
        raise click.UsageError("Give a record, or a text with --text FILE.")
    expert = load(kb)
    if text_file is not None:
        reading = expert.read_text(read_text(text_file)[1], audience=audience, today=datetime.date.today())
        assessment = expert.assess(expert.vocabulary.written(reading.facts))
    else:
        reading = None
        assessment = expert.assess(read_answers(str(file), expert.vocabulary, datetime.date.today()))
    d = assessment.differential(audience)
    if as_json and reading is not None:
        both = {"reading": reading.to_json(), "differential": json.loads(d.model_dump_json())}
        echo_json(json.dumps(both, indent=2, ensure_ascii=False))
        return
    if as_json:
        echo_json(d.model_dump_json(indent=2))
        return
    from charley.engine.ask.prospect import prospect

    if reading is not None:
        from charley.terminal.reading import show_reading

        echo(show_reading(expert, reading))
    ahead = prospect(assessment, audience, alone=True)
    if full:
        from charley.terminal.result.whole import whole

        echo(whole(expert, d, ahead, ids=True))
    else:
        from charley.terminal.result.differential import screen

        echo(screen(expert, d, ahead))
    if audience == "patient" and not full:
        echo(["More: --full"])
