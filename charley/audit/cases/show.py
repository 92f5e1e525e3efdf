"""Coverage as a person reads it, and as a program does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from charley.audit.cases.coverage import Coverage, Share
from charley.audit.cases.uncovered import Gap, ReadyCase
from charley.audit.places import Places
from charley.documents.diagnostic import Diagnostic
from charley.documents.yaml_writer import written

__all__ = ["coverage_json", "held_to", "show_coverage", "show_gap"]


def shares(coverage: Coverage) -> dict[str, tuple[str, Share]]:
    """Each count by its JSON key: its words for a person, and its share."""
    return {
        "rules_fired": ("rules that fire in some case", coverage.fired),
        "atoms_both_ways": ("atoms seen true and seen false", coverage.both_ways),
        "dangers_shown": (
            "atoms of flag and alert rules shown to matter (MC/DC)",
            coverage.shown(coverage.dangers),
        ),
        "findings_shown": (
            "atoms of rules that conclude a finding shown to matter (MC/DC)",
            coverage.shown(coverage.concluding),
        ),
    }


def held_to(coverage: Coverage) -> float:
    """What a threshold is held to, in percent: rules that fire or MC/DC of flags and alerts, the lower.

    Where there are neither rules nor flags, nothing is covered.
    """
    shares = coverage.fired.percent, coverage.shown(coverage.dangers).percent
    return min((share for share in shares if share is not None), default=0.0)


def show_coverage(coverage: Coverage) -> Iterator[str]:
    """The counts."""
    yield f"coverage by {len(coverage.records)} cases"
    for words, share in shares(coverage).values():
        yield f"  {words:<62}  {share}"


def show_gap(gap: Gap, places: Places) -> Iterator[str]:
    """A gap with its place, and what would close it."""
    where = _place(gap, places)
    yield f"{where.file}:{where.line}: {gap.message}"
    if gap.covered:
        yield "    shown by a case for another gap"
    elif not gap.ready:
        yield "    no record was found that shows it; perhaps something here is superfluous"
    for ready in gap.ready:
        yield from ("    " + line for line in _yaml(ready))


def coverage_json(coverage: Coverage, gaps: Iterable[Gap], places: Places) -> dict[str, Any]:
    """Everything that was seen, rule by rule and atom by atom, and the gaps."""
    return {
        "cases": len(coverage.records),
        "shares": {
            word: {
                "part": share.part,
                "whole": share.whole,
                "percent": share.percent and round(share.percent, 2),
            }
            for word, (_, share) in shares(coverage).items()
        },
        "rules": [_rule_json(coverage, id) for id in coverage.base.rules],
        "gaps": [
            {
                "file": _place(gap, places).file,
                "line": _place(gap, places).line,
                "rule": gap.rule.id,
                "message": gap.message,
                "covered": gap.covered,
                "ready": [ready.as_case() for ready in gap.ready],
            }
            for gap in gaps
        ],
    }


def _rule_json(coverage: Coverage, id: str) -> dict[str, Any]:
    observed, seen = coverage.observed[id], coverage.rule(id)
    found: list[dict[str, Any]] = []
    for at, atom in enumerate(observed.atoms):
        pair, each = observed.pair(at), coverage.atom(atom)
        found.append({"atom": str(atom), "seen": vars(each), "never": each.never, "pair": pair})
    return {"rule": id, "seen": vars(seen), "never": seen.never, "atoms": found}


def _place(gap: Gap, places: Places) -> Diagnostic:
    return places.at(gap.rule.id, "", gap.message, path=("when",))


def _yaml(ready: ReadyCase) -> list[str]:
    return written([ready.as_case()], default_flow_style=None, width=80).splitlines()
