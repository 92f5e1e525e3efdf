"""A patient that an audit found, as YAML: a record that `charley diagnose` reads, or a case to keep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never

from charley.audit.prove.claims import claim_truth
from charley.documents.yaml_writer import written
from charley.engine.assessment import Assessment
from charley.facts.record import Record
from charley.rules.invariants.claim import (
    Claim,
    CountOf,
    Denied,
    Event,
    Known,
    RanksAbove,
    Score,
    Stands,
    Urgent,
)

__all__ = ["case_of", "expectation", "record_yaml"]


def record_yaml(record: Record, heading: str = "") -> str:
    """The record, one fact a line."""
    comment = "".join(f"# {line}\n" for line in heading.splitlines())
    return comment + (written(dict(record)) if record else "{}\n")


def case_of(id: str, title: str, record: Record, expect: Mapping[str, Any], note: str) -> str:
    """One case, ready to be added to a file of cases."""
    case = {"id": id, "title": title, "given": dict(record), "expect": dict(expect), "note": note}
    return written([case])


def expectation(claim: Claim, assessed: Assessment, wanted: bool = True) -> dict[str, Any]:
    """The expectation of a case that fails where the claim fails, as far as cases can express it."""
    expect: dict[str, Any] = {}

    def add(key: str, name: str) -> None:
        expect.setdefault(key, [])
        if name not in expect[key]:
            expect[key].append(name)

    def see(claim: Claim, wanted: bool) -> None:
        match claim:
            case Denied(part):
                see(part, not wanted)
            case CountOf(count, parts):
                # A case cannot expect one of several alternatives, only what is required together.
                if wanted is (count == len(parts)) or len(parts) == 1:
                    for part in parts:
                        see(part, wanted)
            case Event("flagged", name):
                add("flags" if wanted else "not_flags", name)
            case Event("cleared", name) if wanted:
                add("cleared", name)
            case Event("alerted", name):
                add("alerts" if wanted else "not_alerts", name)
            case Event("fired" | "advised", name):
                add("fires" if wanted else "not_fires", name)
            case Event("leads", name) if wanted:
                expect["leader"] = name
            case Stands(candidate, (section,)) if wanted:
                expect.setdefault("sections", {})[candidate] = section
            case Urgent(urgency) if wanted:
                expect["urgency"] = urgency
            case Event() | Stands() | Urgent() | Known() | Score() | RanksAbove():
                pass  # a case cannot say it
            case _:
                assert_never(claim)

    if claim_truth(claim, assessed) is False:
        see(claim, wanted)
    return expect
