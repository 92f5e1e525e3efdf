"""Findings may rest on one another in long chains: nothing that follows them overflows."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner

import charley.audit.agreement  # registers the formulas  # noqa: F401
from charley.cli import main
from charley.engine.expert import load
from charley.engine.meaning import valuation
from charley.engine.reading import readings
from charley.rules.order import bottom_up, cycle, sorted_by_need

RULE = "- id: {}\n  title: t\n  when: {}\n  then: [{}]\n  because: b\n  evidence: {{kind: judgement}}\n"
LENGTH = 2 * sys.getrecursionlimit()
"""What calls itself once for every finding of the chain overflows well before its end."""
SHORTER = 900
"""For a reading that takes a good part of a minute over the longer chain."""


def chain(base: Path, length: int) -> Path:
    """A base whose last rule rests on findings that rest on one another, the last one first in the file."""
    ids = range(length)
    with (base / "findings.yaml").open("a") as findings:
        findings.writelines(f"- {{id: f{at}, meaning: m}}\n" for at in ids)
    rules = [
        RULE.format(f"c-{at}", f"f{at - 1}" if at else "wilting", f"conclude: f{at}") for at in reversed(ids)
    ]
    last = [
        RULE.format("c-last", f"f{length - 1}", "raise: thirst, strength: slight"),
        RULE.format("c-flag", f"not f{length - 1}", "flag: mites, urgency: soon, action: look"),
    ]
    braced = [rule.replace("then: [", "then: [{").replace("]\n", "}]\n") for rule in (*rules, *last)]
    (base / "rules" / "chain.yaml").write_text("".join(braced))
    (base / "invariants.yaml").write_text(
        '- {id: up, if: wilting, then: fired("c-last")}\n'
        "- {id: down, if: not wilting, then: flagged(mites)}\n"
    )
    return base


def test_a_long_chain_follows_in_every_reading(lay: Callable[..., Path]) -> None:
    base = load(chain(lay(), SHORTER))
    assert {"session", "network", "planes", "formulas"} <= set(readings())
    for told, wanted in (({"wilting": True}, True), ({"wilting": False}, False), ({}, None)):
        assert valuation(base, told).rules["c-last"] is wanted
        for name, reading in readings().items():
            if reading.quick or told:
                assert reading.prepare(base)(told).rules["c-last"] is wanted, name


def test_no_command_overflows_on_a_long_chain(lay: Callable[..., Path]) -> None:
    base = str(chain(lay(), LENGTH))
    record = Path("record.yaml")
    for said in ("{wilting: yes}", "{wilting: no}", "{}"):
        record.write_text(said)
        for command in (
            ["diagnose"],
            ["diagnose", "--audience", "patient"],
            ["diagnose", "--json"],
            ["explain"],
            ["explain", "--how", "thirst"],
            ["explain", "--how", "thirst", "--json"],
            ["explain", "--how", "mites"],
            ["explain", "--why", "wilting"],
            ["explain", "--why-not", "thirst"],
            ["explain", "--why-not", "mites"],
            ["explain", "--what-if", "wilting=yes"],
            ["explain", "--contrast", "thirst", "mites"],
            ["explain", "--distance"],
            ["explain", "--fragility"],
            ["explain", "--stop"],
        ):
            result = CliRunner().invoke(main, [*command, "--kb", base, str(record)])
            assert result.exit_code in (0, 2), (command, said, result.exception)
            assert result.exception is None or isinstance(result.exception, SystemExit), (command, said)
            if "--json" in command:
                json.loads(result.stdout)
    for command in (["check", base], ["prove", base], ["rules", "--kb", base, "c-last"]):
        result = CliRunner().invoke(main, command)
        assert result.exit_code == 0, (command, result.output[-300:], result.exception)


def test_a_circle_is_named_from_its_first_member_on() -> None:
    needs = {"x": ["a"], "a": ["fact", "b"], "b": ["c"], "c": ["a"]}
    assert cycle(needs) == ["a", "b", "c", "a"]
    assert cycle({**needs, "c": ["fact"]}) is None
    assert cycle({"a": ["a"]}) == ["a", "a"]


def test_what_is_needed_comes_first() -> None:
    needs = {"a": ["b", "c"], "b": ["c"], "c": [], "d": ["a"]}
    assert list(sorted_by_need(needs)) == ["c", "b", "a", "d"]
    assert list(bottom_up("b", needs.__getitem__)) == ["c", "b"]
