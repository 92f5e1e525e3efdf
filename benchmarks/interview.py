"""How many questions an interview takes, against asking in a fixed and in a random order.

Every case of a knowledge base is played as a patient who answers only what the case states, and of anything
else says "I don't know". Counted are the questions until the last due flag or alert is raised, each with the
urgency that is due (due: what the whole case raises), until the right candidate leads and stays so (right:
the case's own expectation, else who leads with everything told), and until there is nothing left to ask. The
fixed order is that of `facts.yaml`; like the random one it leaves out what an answer excuses from.

The numbers in the asking policy were tuned on one half of the cases, by a hash of their names. The other half
was only counted, and is reported apart.

    python -m benchmarks.interview [--kb NAME|PATH] [--every N] [--audience A] [--json] [--write FOLDER]
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import charley
from benchmarks.interview_played import ORDERS, Order, Played, half, measured
from benchmarks.interview_shown import lines, write
from charley.engine.ask.ahead.lookahead import Lookahead
from charley.engine.ask.askable import askable
from charley.engine.ask.prospect import prospect
from charley.engine.ask.question import next_question
from charley.engine.expert import Expert
from charley.engine.standing import rank
from charley.facts.record import Answers, Record, answers
from charley.facts.wording import Audience
from charley.rules.loading.cases import vignettes
from charley.rules.rule import URGENCIES

SEED = 5


Choose = Callable[[Record, frozenset[str]], str | None]
Raised = frozenset[tuple[str, str]]
"""Candidates flagged and alerts raised, each with every urgency that it was raised with."""


class LookingAhead:
    """The next question as `charley consult` chooses it. Cases that begin alike are looked ahead for once."""

    def __init__(self, base: Expert, audience: Audience) -> None:
        self._base, self._audience = base, audience
        self._chosen: dict[tuple[frozenset[tuple[str, Any]], frozenset[str]], str | None] = {}

    def case(self) -> Choose:
        """The chooser for one patient."""
        base = self._base
        ahead: Lookahead | None = None

        def choose(record: Record, asked: frozenset[str]) -> str | None:
            nonlocal ahead
            known = frozenset(record.items()), asked
            if known not in self._chosen:
                here = prospect(base.assess(Answers(dict(record))), self._audience, asked, ahead=ahead)
                ahead = here.ahead
                question = next_question(here, self._audience)
                self._chosen[known] = None if question is None else question.fact
            return self._chosen[known]

        return choose


def in_order(base: Expert, audience: Audience, facts: Sequence[str]) -> Choose:
    """One fact after another, leaving out what an answer excuses from."""
    asks: dict[int, frozenset[str]] = {}

    def choose(record: Record, asked: frozenset[str]) -> str | None:
        if len(record) not in asks:
            asks[len(record)] = askable(base.assess(Answers(dict(record))), audience)
        return next((id for id in facts if id not in asked and id in asks[len(record)]), None)

    return choose


def play(base: Expert, case: str, given: Record, right: str, order: Order, choose: Choose) -> Played:
    """One case in one order."""
    due = _most_urgent(_raised(base, given))
    record: dict[str, Any] = {}
    asked: frozenset[str] = frozenset()
    decided: dict[str, str] = {}
    flagged = 0 if due <= _raised(base, record) else None
    leading = 0 if leader(base, record) == right else None
    number = 0
    while (fact := choose(record, asked)) is not None:
        number += 1
        asked |= {fact}
        if fact in given:
            record[fact] = given[fact]
            if flagged is None and due <= _raised(base, record):
                flagged, decided["flags"] = number, fact
            if leader(base, record) != right:
                leading = None
            elif leading is None:
                leading, decided["leader"] = number, fact
    return Played(case, half(case), order, flagged, leading, number, len(due), decided)


def _raised(base: Expert, record: Record) -> Raised:
    fired = base.kernel.start(record).fired
    effects = [*base.scoring.flags.items(), *base.scoring.alerts.items()]
    return frozenset((id, e.urgency) for id, each in effects for rule, e in each if rule in fired)


def _most_urgent(raised: Raised) -> Raised:
    worst: dict[str, str] = {}
    for id, urgency in raised:
        worst[id] = min(worst.get(id, urgency), urgency, key=URGENCIES.index)
    return frozenset(worst.items())


def leader(base: Expert, record: Record) -> str:
    """Who stands first."""
    scores = dict(zip(base.candidates, base.kernel.start(record).scores, strict=False))
    return min(base.candidates.values(), key=lambda each: rank(each, scores[each.id])).id


def play_case(kb: str, audience: Audience, number: int) -> list[Played]:
    """One case of the base in every order."""
    base, ahead = _base(kb), _looking_ahead(kb, audience)
    case = vignettes(base)[number].case
    given = answers(case.given, base.vocabulary).record
    right = case.expect.leader or leader(base, given)
    shuffled = list(base.vocabulary)
    random.Random(SEED + number).shuffle(shuffled)
    choosers: dict[Order, Choose] = {
        "look-ahead": ahead.case(),
        "fixed": in_order(base, audience, list(base.vocabulary)),
        "random": in_order(base, audience, shuffled),
    }
    return [play(base, case.id, given, right, order, choosers[order]) for order in ORDERS]


@cache
def _base(kb: str) -> Expert:
    return charley.load(kb)


@cache
def _looking_ahead(kb: str, audience: Audience) -> LookingAhead:
    return LookingAhead(_base(kb), audience)


def cases_parser(description: str | None) -> argparse.ArgumentParser:
    """The options of a benchmark that plays cases: of which base, which of them, on how many processes."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kb", default="nocturnal_leg_pain")
    parser.add_argument("--every", type=int, default=1, help="only every Nth case")
    parser.add_argument("--from", dest="first", type=int, default=0, help="beginning with this one")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="per case, for a program to read")
    return parser


def main() -> None:
    """Play the cases and print what came out."""
    parser = cases_parser(__doc__)
    parser.add_argument("--audience", choices=["patient", "student", "clinician"], default="clinician")
    parser.add_argument("--write", type=Path, metavar="FOLDER", help="write interview.md and .svg there")
    asked = parser.parse_args()
    base = _base(asked.kb)
    numbers = range(asked.first, len(vignettes(base)), asked.every)
    with ProcessPoolExecutor(asked.processes) as pool:
        jobs = [pool.submit(play_case, asked.kb, asked.audience, number) for number in numbers]
        played = [each for job in jobs for each in job.result()]
    if asked.write is not None:
        write(played, base, asked.write, " ".join(["python -m benchmarks.interview", *sys.argv[1:]]))
    if asked.json:
        found = {"summary": measured(played), "played": [asdict(each) for each in played]}
        json.dump(found, sys.stdout, indent=1)
    else:
        print("\n".join(lines(played)))


if __name__ == "__main__":
    main()
