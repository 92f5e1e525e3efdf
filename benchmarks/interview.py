"""How many questions an interview takes, against asking in a fixed and in a random order.

Every case of a knowledge base is played as a patient who answers only what the case states, and of anything
else says "I don't know". Counted are the questions until the last due flag or alert is raised (due: what the
whole case raises), until the right candidate leads and stays so (right: the case's own expectation, else who
leads with everything told), and until there is nothing left to ask. The fixed order is that of `facts.yaml`.

    python -m benchmarks.interview [--kb NAME|PATH] [--every N] [--audience A] [--json] [--out chart.svg]
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path
from statistics import median
from typing import Any

import charley
from charley.engine.ask import prospect
from charley.engine.expert import Expert
from charley.facts.record import Record, answers
from charley.facts.wording import Audience
from charley.rules.read_cases import vignettes

ORDERS = ("look-ahead", "fixed", "random")
SEED = 5


@dataclass(frozen=True)
class Played:
    """One case in one order: questions until each event; None where it never came about."""

    case: str
    order: str
    flags: int | None
    leader: int | None
    stop: int
    due: int


Choose = Callable[[Record, frozenset[str]], str | None]


def looking_ahead(base: Expert, audience: Audience) -> Choose:
    """The next question as `charley consult` chooses it."""

    def choose(record: Record, asked: frozenset[str]) -> str | None:
        found = base.kernel.start(record).valuation()
        question = prospect(base, record, found, audience, asked).question(audience)
        return None if question is None else question.fact

    return choose


def in_order(base: Expert, audience: Audience, facts: list[str]) -> Choose:
    """One fact after another, as long as anything could still matter."""
    askable = [id for id in facts if base.vocabulary[id].question(audience) is not None]

    def choose(record: Record, asked: frozenset[str]) -> str | None:
        return next((id for id in askable if id not in asked), None)

    return choose


def play(base: Expert, given: Record, right: str, choose: Choose) -> tuple[int | None, int | None, int, int]:
    """Questions until the last due flag, until the right leader, until the end; and how many flags are due."""  # noqa: E501
    due = _raised(base, given)
    record: dict[str, Any] = {}
    asked: frozenset[str] = frozenset()
    flagged: int | None = 0 if not due else None
    leading: int | None = 0 if _leader(base, record) == right else None
    number = 0
    while (fact := choose(record, asked)) is not None:
        number += 1
        asked |= {fact}
        if fact in given:
            record[fact] = given[fact]
            if flagged is None and due <= _raised(base, record):
                flagged = number
            if _leader(base, record) != right:
                leading = None
            elif leading is None:
                leading = number
    return flagged, leading, number, len(due)


def _raised(base: Expert, record: Record) -> frozenset[str]:
    fired = base.kernel.start(record).fired
    dangers: dict[str, Any] = {**base.scoring.flags, **base.scoring.alerts}
    return frozenset(id for id, effects in dangers.items() if any(rule in fired for rule, _ in effects))


def _leader(base: Expert, record: Record) -> str:
    scores = base.kernel.start(record).scores
    priors = [candidate.prior for candidate in base.candidates.values()]
    ids = list(base.candidates)
    return ids[min(range(len(ids)), key=lambda at: (-scores[at], -priors[at], ids[at]))]


def play_case(kb: str, audience: Audience, number: int) -> list[Played]:
    """One case of the base in every order."""
    base = _base(kb)
    placed = vignettes(base)[number].case
    given = answers(placed.given, base.vocabulary).record
    right = placed.expect.leader or _leader(base, given)
    shuffled = list(base.vocabulary)
    random.Random(SEED + number).shuffle(shuffled)
    choosers = {
        "look-ahead": looking_ahead(base, audience),
        "fixed": in_order(base, audience, list(base.vocabulary)),
        "random": in_order(base, audience, shuffled),
    }
    return [Played(placed.id, order, *play(base, given, right, choosers[order])) for order in ORDERS]


_BASES: dict[str, Expert] = {}


def _base(kb: str) -> Expert:
    if kb not in _BASES:
        _BASES[kb] = charley.load(kb)
    return _BASES[kb]


def summary(played: list[Played]) -> dict[str, Any]:
    """Medians by order, and in how many cases looking ahead took longer than the fixed order."""
    by = {order: {p.case: p for p in played if p.order == order} for order in ORDERS}
    found: dict[str, Any] = {"cases": len(by["fixed"])}
    for event in ("flags", "leader"):
        counted = [
            case
            for case, p in by["fixed"].items()
            if (event == "leader" or p.due) and getattr(p, event) is not None
        ]
        if not counted:
            continue
        medians = {
            order: median(_count(getattr(by[order][case], event)) for case in counted) for order in ORDERS
        }
        ahead, fixed = by["look-ahead"], by["fixed"]
        worse = [c for c in counted if _count(getattr(ahead[c], event)) > _count(getattr(fixed[c], event))]
        found[event] = {
            "cases": len(counted),
            "median": medians,
            "ratio_to_fixed": round(medians["look-ahead"] / medians["fixed"], 3)
            if medians["fixed"]
            else None,
            "worse_than_fixed": worse,
            "worse_share": round(len(worse) / len(counted), 3),
        }
    found["stop"] = {order: median(p.stop for p in by[order].values()) for order in ORDERS}
    return found


def _count(questions: int | None) -> float:
    return float("inf") if questions is None else questions


def lines(played: list[Played], found: Mapping[str, Any]) -> Iterator[str]:
    """The summary as text, with the cases in which looking ahead was worse."""
    yield f"{found['cases']} cases; median questions (look-ahead / fixed / random)"
    for event, title in (("flags", "until the last due flag"), ("leader", "until the right leader")):
        if event in found:
            f = found[event]
            numbers = " / ".join(f"{f['median'][order]:g}" for order in ORDERS)
            yield f"  {title:<24} {numbers}   ratio to fixed {f['ratio_to_fixed']}, {f['cases']} cases"
            share = f"{100 * f['worse_share']:.1f} %"
            yield f"    longer than the fixed order in {len(f['worse_than_fixed'])} ({share})"
            yield from (f"      {case}" for case in f["worse_than_fixed"])
    yield f"  {'until the end':<24} " + " / ".join(f"{found['stop'][order]:g}" for order in ORDERS)


def chart(played: list[Played]) -> str:
    """An SVG: of every case the questions until its last due flag, look-ahead against fixed order."""
    width, row, label = 760, 9, 210
    by = {order: {p.case: p for p in played if p.order == order} for order in ORDERS}
    shown = [c for c, p in by["fixed"].items() if p.due and p.flags is not None]
    shown.sort(key=lambda case: by["fixed"][case].flags or 0)
    most = max((by["fixed"][case].stop for case in shown), default=1)
    colours = {"fixed": "#b9a27a", "random": "#9aa3ad", "look-ahead": "#2f6fb3"}
    height = row * len(shown) + 46
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif">',  # noqa: E501
             '<rect width="100%" height="100%" fill="#fff"/>',
             '<text x="8" y="16" font-size="12">Questions until the last due flag, case by case</text>']  # fmt: skip  # noqa: E501
    for at, order in enumerate(colours):
        parts.append(f'<circle cx="{label + 12 + at * 110}" cy="30" r="3" fill="{colours[order]}"/>'
                     f'<text x="{label + 20 + at * 110}" y="33" font-size="9">{order}</text>')  # fmt: skip
    for at, case in enumerate(shown):
        y = 44 + at * row
        parts.append(
            f'<text x="{label - 6}" y="{y + 3}" font-size="7" text-anchor="end">{escape(case)}</text>'
        )
        for order, colour in colours.items():
            questions = by[order][case].flags
            if questions is not None:
                x = label + questions * (width - label - 20) / most
                parts.append(f'<circle cx="{x:.1f}" cy="{y}" r="2.6" fill="{colour}"/>')
    return "\n".join([*parts, "</svg>", ""])


def main() -> None:
    """Play the cases and print what came out."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kb", default="nocturnal_leg_pain")
    parser.add_argument("--every", type=int, default=1, help="only every Nth case")
    parser.add_argument("--from", dest="first", type=int, default=0, help="beginning with this one")
    parser.add_argument("--audience", choices=["patient", "student", "clinician"], default="clinician")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="per case, for a program to read")
    parser.add_argument("--out", type=Path, help="write the chart (SVG) here")
    asked = parser.parse_args()
    numbers = range(asked.first, len(vignettes(_base(asked.kb))), asked.every)
    with ProcessPoolExecutor(asked.processes) as pool:
        jobs = [pool.submit(play_case, asked.kb, asked.audience, number) for number in numbers]
        played = [each for job in jobs for each in job.result()]
    found = summary(played)
    if asked.out is not None:
        asked.out.write_text(chart(played), encoding="utf-8")
    if asked.json:
        json.dump({"summary": found, "played": [asdict(each) for each in played]}, sys.stdout, indent=1)
    else:
        print("\n".join(lines(played, found)))


if __name__ == "__main__":
    main()
