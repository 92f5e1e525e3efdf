"""How many screens an interview takes: half of the story told first, nothing told, or little known.

Every case of a knowledge base is played as a patient. Who tells half of the story first tells about every
other fact of the case, drawn by the case's name; who knows little is not sure of anything that the case does
not state, and everybody else says no to it. Whoever has one of the things that a question names together
says yes to that question. The final leader is who leads with every question answered, also those that a no
has spared. Counted are the screens until the last due flag or alert, the
screens and their lines until it is recommended to stop, changes of topic, and questions whose premise was not
told; and whether the due flags and the final leader were there at the recommended stop. Beside the screens
that Charley chooses for a person stand those for a program, which is asked fact by fact, and lists in the
order of `facts.yaml`, and in the order in which a nurse would ask.

The numbers behind the screens were tuned on one half of the cases, by a hash of their names; the other half
was only counted.

    python -m benchmarks.screens [--kb NAME|PATH] [--every N] [--processes N] [--json] [--write FILE]
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import cache
from pathlib import Path

import charley
from benchmarks.interview import cases_parser, leader
from benchmarks.interview_played import half
from benchmarks.screens_shown import HALVES, MOST, ORDERS, PEOPLE, Order, Person, Played, page, summaries
from charley.engine.ask.askable import askable
from charley.engine.ask.asking import Asking
from charley.engine.ask.draft import MOST_LINES
from charley.engine.consult.consultation import Consultation
from charley.engine.expert import Expert
from charley.facts.record import Answers, Record
from charley.facts.vocabulary import Value
from charley.rules.loading.cases import vignettes
from charley.rules.rule import URGENCIES

NURSE = (
    *("demographics", "pain_character", "timing", "exam_swelling", "exam_skin", "exam_vascular"),
    *("systemic_symptoms", "sensory_and_neuro_symptoms", "exam_neuro_muscle", "infection_injury"),
    *("provoking_relieving", "history_and_risk", "medications"),
)
"""The complaint, what one sees, how one feels, what brings it on, illnesses and medicines."""

Batch = tuple[str, tuple[str, ...]]
"""The topic of a screen, and the facts that it asks for."""


def dangers(base: Expert, record: Record) -> dict[str, int]:
    """Every flag and alert that is raised, with the rank of its greatest urgency."""
    fired = base.kernel.start(record).fired
    found: dict[str, int] = {}
    for id, effects in [*base.scoring.flags.items(), *base.scoring.alerts.items()]:
        ranks = [URGENCIES.index(effect.urgency) for rule, effect in effects if rule in fired]
        if ranks:
            found[id] = min(ranks)
    return found


def raised(due: Mapping[str, int], now: Mapping[str, int]) -> bool:
    """Whether everything due is raised, at least as urgently."""
    return all(now.get(id, len(URGENCIES)) <= rank for id, rank in due.items())


def implied(base: Expert, given: Mapping[str, Value]) -> dict[str, Value]:
    """The case with what it takes for granted: who tells how long a cramp lasts has cramps.

    Who has one of the things that a gate names says yes to it; who smoked or not counts as one. Nobody denies
    what would contradict the case: who has shaking chills has a fever or chills.
    """
    asking = base.part(Asking)
    whole, gates = dict(given), asking.premise_facts
    for fact in given:
        while (behind := gates.get(fact, ())) and not any(gate in whole for gate in behind):
            fact = behind[0]
            first = base.vocabulary[fact]
            whole[fact] = True if first.kind == "boolean" else first.choices[0]
    for condition, _ in base.contradictions:
        for fact in base.facts_of(condition):
            if fact not in whole and base.vocabulary[fact].kind == "boolean":
                denied = base.assess(Answers({**whole, fact: False}))
                if denied.truth(condition) is True:
                    whole[fact] = True
    for gate, opened in asking.opens.items():
        if gate not in given and any(whole.get(id, False) is not False for id in opened):
            whole[gate] = True
    return whole


def in_order(base: Expert, groups: Sequence[str]) -> Callable[[Consultation, frozenset[str]], Batch | None]:
    """Lists in a fixed order of groups, inside a group in the order of the file."""
    of = {group: [id for id, fact in base.vocabulary.items() if fact.group == group] for group in groups}

    def choose(c: Consultation, asked: frozenset[str]) -> Batch | None:
        can = askable(c.assessment, "patient", asked)
        for group, facts in of.items():
            left = [id for id in facts if id in can]
            if left:
                ticks = [id for id in left if base.vocabulary[id].kind == "boolean"]
                single = base.vocabulary[left[0]].kind != "boolean"
                return group, (left[0],) if single else tuple(ticks[:MOST_LINES])
        return None

    return choose


def as_charley(c: Consultation, _: frozenset[str]) -> Batch | None:
    """The screen that a consultation gives."""
    screen = c.next_screen()
    return None if screen is None else (screen.topic, screen.facts)


def play(base: Expert, case: str, given: Mapping[str, Value], person: Person, order: Order) -> Played:
    """One case, as one person, in one order."""
    whole = implied(base, given)
    draw = random.Random(case)
    told = {id: given[id] for id in sorted(given) if draw.random() < 0.5} if person == "half told" else {}
    c = base.consult(told, engine="kernel", audience="patient", gates=order != "fact by fact")
    groups = NURSE if order == "nurse" else tuple(base.vocabulary.titles)
    ours = order in ("charley", "fact by fact")
    choose = as_charley if ours else in_order(base, groups)
    due, premises = dangers(base, given), base.part(Asking).premises
    number = items = changes = unmet = 0
    last_due = 0 if raised(due, dangers(base, c.record)) else None
    topic, asked, slowest = "", frozenset[str](), 0.0
    worst = min(due.values(), default=len(URGENCIES))
    stop: tuple[int, int, int, bool, bool, bool, str | None] | None = None

    def state() -> tuple[bool, bool, bool, str | None]:
        """Whether all that is due is there, the patient is called as urgent, or called now; who leads."""
        urgent = worst == len(URGENCIES) or c.assessment.urgency in URGENCIES[: worst + 1]
        now = c.assessment.urgency == "emergency"
        return raised(due, dangers(base, c.record)), urgent, now, leader(base, c.record)

    while number < MOST:
        began = time.process_time()
        batch = choose(c, asked)
        slowest = max(slowest, time.process_time() - began)
        if stop is None and (batch is None or (ours and c.recommendation.stop)):
            stop = number, items, changes, *state()
        if batch is None:
            break
        number, items, changes = number + 1, items + len(batch[1]), changes + (topic not in ("", batch[0]))
        topic, asked = batch[0], asked | frozenset(batch[1])
        unmet += sum(id in premises and c.assessment.truth(premises[id]) is not True for id in batch[1])
        c.tell({id: _answer(base, id, whole, person) for id in batch[1]})
        if last_due is None and raised(due, dangers(base, c.record)):
            last_due = number
    final = leader(base, everything(base, told, whole, person))
    at, lines, turns, there, urgent, now, led = stop or (number, items, changes, *state())
    return Played(
        case, half(case), person, order, bool(due), last_due, at, lines, turns, unmet, there, urgent,
        led == final, now, round(1000 * slowest, 1),
    )  # fmt: skip


def everything(base: Expert, told: Record, whole: Mapping[str, Value], person: Person) -> dict[str, Value]:
    """The record of somebody who was asked every question, also those that a no has spared."""
    asked = {id: _answer(base, id, whole, person) for id in base.part(Asking).asked["patient"]}
    return {**{id: value for id, value in asked.items() if value is not None}, **told}


def _answer(base: Expert, fact: str, whole: Mapping[str, Value], person: Person) -> Value | None:
    if fact in whole:
        return whole[fact]
    return False if base.vocabulary[fact].kind == "boolean" and person != "knows little" else None


def play_case(kb: str, number: int, people: Sequence[Person], orders: Sequence[Order]) -> list[Played]:
    """One case of the base, as these people in these orders."""
    base = _base(kb)
    case = vignettes(base)[number]
    given = {
        id: value
        for id, value in case.answers.record.items()
        if base.vocabulary[id].question("patient") is not None
    }
    return [play(base, case.case.id, given, person, order) for person in people for order in orders]


@cache
def _base(kb: str) -> Expert:
    return charley.load(kb)


def main() -> None:
    """Play the cases and print what came out."""
    parser = cases_parser(__doc__)
    parser.add_argument("--person", choices=PEOPLE, action="append", help="only this person")
    parser.add_argument("--order", choices=ORDERS, action="append", help="only this order")
    parser.add_argument("--half", choices=HALVES, help="only this half of the cases")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the page there")
    asked = parser.parse_args()
    cases = vignettes(_base(asked.kb))
    numbers = range(asked.first, len(cases), asked.every)
    numbers = [n for n in numbers if asked.half in (None, half(cases[n].case.id))]
    with ProcessPoolExecutor(asked.processes) as pool:
        jobs = [
            pool.submit(play_case, asked.kb, n, asked.person or PEOPLE, asked.order or ORDERS)
            for n in numbers
        ]
        played = [each for job in jobs for each in job.result()]
    if asked.write is not None:
        command = " ".join(["python -m benchmarks.screens", *sys.argv[1:]])
        asked.write.write_text("\n".join(page(played, command, __doc__ or "")), encoding="utf-8")
    if asked.json:
        json.dump([asdict(each) for each in played], sys.stdout, indent=1)
        return
    for name, found in summaries(played):
        print(name)
        for what, number in found.items():
            print(f"  {what}: {number}")


if __name__ == "__main__":
    main()
