"""`charley explain`: why a differential is what it is."""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import click
from pydantic_core import to_jsonable_python

from charley.commands.options import audience_option, base_option, json_option
from charley.documents.diagnostic import Diagnostic, Faulty
from charley.engine.consult.consultation import Consultation
from charley.engine.consult.replay import read_consultation
from charley.engine.expert import load
from charley.engine.explain.how import How
from charley.engine.explain.words import PURPOSE
from charley.facts.wording import Audience
from charley.terminal.explanations import show_explanation
from charley.terminal.text import echo, echo_json, show_warnings

__all__ = ["explain"]

FORMAT = "charley.explanation.v1"


@click.command()
@click.argument("file")
@base_option
@audience_option()
@click.option("--how", metavar="X[.N]", help="How X came to stand where it stands; step N of it in full.")
@click.option("--why", metavar="FACT", help="Why FACT would be asked for, and what each answer would do.")
@click.option("--why-not", metavar="X", help="Why X is not flagged or first, and the smallest change.")
@click.option("--what-if", metavar="F=V", multiple=True, help="Before and after; repeatable.")
@click.option("--contrast", nargs=2, metavar="X Y", help="What separates two candidates.")
@click.option(
    "--ask", metavar="QUESTION", help="A question in your own words, such as `could it be a clot?`."
)
@click.option("--score", metavar="NAME", help="A clinical score item by item: told, open, band reached.")
@click.option("--distance", is_flag=True, help="How few open answers are missing to each flag and alert.")
@click.option(
    "--fragility", is_flag=True, help="Which likelihood ratio, moved in its doubt, flips the leader."
)
@click.option("--stop", is_flag=True, help="Whether it is settled, and what could still change it.")
@click.option("--fixed", is_flag=True, help="With --why-not: offer changes of age and sex, too.")
@json_option("One JSON object, by explanation (format charley.explanation.v1).")
def explain(file: str, kb: str, audience: Audience | None, fixed: bool, as_json: bool, **wanted: Any) -> None:
    """Why the differential of a record is as it is. FILE is a record (YAML or JSON, `-` for standard input)
    or a consultation.

    Without an option: how the leader came to lead, and how fragile that is.

    \b
    Examples:
      charley explain record.yaml --how deep_vein_thrombosis
      charley explain record.yaml --why-not cellulitis --what-if fever_or_rigors=yes
      charley explain record.yaml --ask "could it be a clot?"
      charley explain record.yaml --score wells

    Exits 0; 1 where answers of a consultation are left out, since these rules do not accept them.
    """
    expert = load(kb)
    read = read_consultation(expert, file, audience, datetime.date.today())
    asked = dict(_asked(read.consultation, wanted, fixed))
    if as_json:
        warned = {"warnings": read.warnings} if read.warnings else {}
        asked = {key: each.trimmed() if isinstance(each, How) else each for key, each in asked.items()}
        answer = {"format": FORMAT, **warned, **asked, "disclaimer": expert.about.disclaimer}
        echo_json(json.dumps(to_jsonable_python(answer), indent=2, ensure_ascii=False))
    else:
        echo(show_warnings(read.warnings))
        for at, each in enumerate(asked.values()):
            echo([""] if at else [])
            echo(show_explanation(each))
        echo(["", PURPOSE])
    sys.exit(1 if read.refused else 0)


def _asked(c: Consultation, wanted: Mapping[str, Any], fixed: bool) -> Iterator[tuple[str, Any]]:
    """The explanations that are wanted, by option, in the order in which they are shown."""
    if not any(wanted.values()):
        wanted = {**wanted, "how": c.differential.leader, "fragility": True}
    from charley.engine.follow_up.answer import ask

    explanations: dict[str, Callable[[Any], Any]] = {
        "how": c.how,
        "why": c.why,
        "why_not": partial(c.why_not, fixed=fixed),
        "what_if": lambda given: c.what_if(_supposed(given)),
        "contrast": lambda two: c.contrast(*two),
        "ask": partial(ask, c),
        "score": c.score,
        "distance": lambda _: c.distances(),
        "fragility": lambda _: c.fragility(),
        "stop": lambda _: c.stop(),
    }
    for option, explanation in explanations.items():
        if wanted[option]:
            yield option, explanation(wanted[option])


def _supposed(given: Sequence[str]) -> dict[str, str]:
    """What `--what-if` supposes, by fact. Raises `Faulty`."""
    facts = dict(part.partition("=")[::2] for part in given)
    empty = [fact for fact, value in facts.items() if not value.strip()]
    if empty:
        message = f"`{empty[0]}` has no value"
        raise Faulty([Diagnostic("command line", 0, 0, "F001", message, "write `--what-if fact=value`")])
    return {fact.strip(): value for fact, value in facts.items()}
