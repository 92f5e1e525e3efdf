"""`charley bases`, `about`, `facts`, `rules`, `candidates`: what a base says, without a patient."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click

from charley.commands.options import (
    audience_option,
    base_argument,
    base_option,
    complete_ids,
    json_option,
)
from charley.documents.diagnostic import Diagnostic, Faulty
from charley.engine.expert import load
from charley.facts.wording import Audience
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.names import NotNamed, Sort, resolve
from charley.terminal.text import echo, echo_json

__all__ = ["about", "bases", "candidates", "facts", "rules"]


@click.command()
@json_option("One JSON array.")
def bases(as_json: bool) -> None:
    """The knowledge bases there are, bundled and installed. Installed packages can bring some.

    \b
    Examples:
      charley bases
      charley bases --json | jq -r '.[].name'
    """
    from charley.engine.bases import bases as listed
    from charley.terminal.base.browse import show_bases

    found = listed()
    if as_json:
        echo_json(json.dumps([asdict(each) for each in found], indent=2, ensure_ascii=False))
    else:
        echo(show_bases(found))


@click.command()
@base_argument
@json_option("One JSON object.")
def about(kb: str, as_json: bool) -> None:
    """What to know before trusting a base: source, policy, review. With these: the purpose of KB,
    its limits and who paid for it.

    \b
    Examples:
      charley about
      charley about my_base --json
    """
    from charley.terminal.base.browse import show_about

    expert = load(kb)
    if as_json:
        echo_json(expert.about.model_dump_json(indent=2))
    else:
        echo(show_about(expert))


@click.command()
@click.argument("fact", required=False, shell_complete=complete_ids("vocabulary"))
@base_option
@click.option("--answered-by", type=click.Choice(["patient", "clinician", "lab"]), help="Only these.")
@json_option("One JSON array.")
def facts(fact: str | None, kb: str, answered_by: str | None, as_json: bool) -> None:
    """What can be known about a patient, or one fact in full. FACT names the one.

    \b
    Examples:
      charley facts
      charley facts serum_potassium
    """
    from charley.terminal.base.browse import show_fact, show_facts

    expert = load(kb)
    dates = expert.vocabulary.dates
    every = [*expert.vocabulary.values(), *dates.values()]
    if fact is not None:
        every = [dates.get(fact) or expert.vocabulary[_named(expert, fact, "fact")]]
    chosen = every
    chosen = [each for each in chosen if answered_by in (None, each.answered_by)]
    if as_json:
        _array(chosen)
    else:
        echo(show_fact(expert, chosen[0]) if fact and chosen else show_facts(expert, chosen))


@click.command()
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
    """The rules, or one rule in full. RULE names the one.

    \b
    Examples:
      charley rules --candidate deep_vein_thrombosis
      charley rules dvt-one-swollen-leg
      charley rules --status submitted
    """
    from charley.terminal.base.browse import about_candidate, show_rule, show_rules

    expert = load(kb)
    chosen = [expert.rules[_named(expert, rule, "rule")]] if rule else list(expert.rules.values())
    if candidate is not None:
        about = _named(expert, candidate, "candidate", "alert")
        chosen = [each for each in chosen if about_candidate(each, about)]
    if fact is not None:
        looked_at = _named(expert, fact, "fact")
        chosen = [each for each in chosen if looked_at in expert.facts_of_rule[each.id]]
    chosen = [each for each in chosen if status in (None, each.review.status)]
    if as_json:
        _array(chosen)
    else:
        echo(show_rule(expert, chosen[0]) if rule and chosen else show_rules(expert, chosen))


@click.command()
@click.argument("candidate", required=False, shell_complete=complete_ids("candidates"))
@base_option
@audience_option("clinician")
@json_option("One JSON array.")
def candidates(candidate: str | None, kb: str, audience: Audience, as_json: bool) -> None:
    """The diagnoses that are considered, or one in full. CANDIDATE names the one.

    \b
    Examples:
      charley candidates
      charley candidates deep_vein_thrombosis --audience patient
    """
    from charley.terminal.base.browse import show_candidate, show_candidates

    expert = load(kb)
    everybody = list(expert.candidates.values())
    chosen = [expert.candidates[_named(expert, candidate, "candidate")]] if candidate else everybody
    if as_json:
        _array(chosen)
    else:
        echo(show_candidate(expert, chosen[0], audience) if candidate else show_candidates(expert, audience))


def _named(base: KnowledgeBase, name: str, *sorts: Sort) -> str:
    """The id of what is called so. Raises `Faulty` with the nearest, or with all that it could be."""
    try:
        return resolve(base, name, *sorts)
    except NotNamed as error:
        help = error.help or f"`charley {sorts[0]}s` lists them"
        code = "F010" if sorts[0] == "fact" else "R003"
        raise Faulty([Diagnostic("command line", 0, 0, code, error.problem, help)]) from None


def _array(items: Sequence[Any]) -> None:
    plain = [item.model_dump(mode="json", exclude_none=True) for item in items]
    echo_json(json.dumps(plain, indent=2, ensure_ascii=False))
