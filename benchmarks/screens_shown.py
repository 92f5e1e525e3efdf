"""What an interview in screens took: one case, what many cases come to, and the page about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Literal

from benchmarks.interview_played import Half

Person = Literal["half told", "nothing told", "knows little"]
Order = Literal["charley", "fact by fact", "file", "nurse"]

PEOPLE: tuple[Person, ...] = ("half told", "nothing told", "knows little")
ORDERS: tuple[Order, ...] = ("charley", "fact by fact", "file", "nurse")

HALVES: tuple[Half, ...] = ("tuned", "held out")

MOST = 60
"""Screens after which an interview is broken off."""


@dataclass(frozen=True)
class Played:
    """One case: screens until the last due danger (None: never) and until the stop, and what stood then."""

    case: str
    half: Half
    person: Person
    order: Order
    due: bool
    last_due: int | None
    stop: int
    items: int
    changes: int
    unmet: int
    due_at_stop: bool
    urgent_at_stop: bool
    leader_at_stop: bool
    called_now: bool
    slowest_ms: float


def measured(played: Sequence[Played]) -> dict[str, Any]:
    """What came out, in the terms in which the goals are set."""
    due = [p.last_due if p.last_due is not None else MOST for p in played if p.due]
    rest = [p for p in played if not p.called_now]
    return {
        "cases": len(played),
        "screens to the last due warning, median": median(due) if due else None,
        "screens to the last due warning, 90th percentile": _percentile(due, 0.9) if due else None,
        "screens to the stop, median": median(p.stop for p in played),
        "screens to the stop, most": max(p.stop for p in played),
        "lines to the stop, median": median(p.items for p in played),
        "topic changes to the stop, median": median(p.changes for p in played),
        "questions without their premise": sum(p.unmet for p in played),
        "told at the stop to call for help now": len(played) - len(rest),
        "of the others: due warnings there at the stop": _share(p.due_at_stop for p in rest),
        "called as urgent as the worst due warning at the stop": _share(p.urgent_at_stop for p in played),
        "of the others: final leader there at the stop": _share(p.leader_at_stop for p in rest),
        "slowest screen in ms of processor time, median": round(median(p.slowest_ms for p in played)),
    }


def _share(found: Iterable[bool]) -> float | None:
    each = list(found)
    return round(sum(each) / len(each), 3) if each else None


def _percentile(counts: Sequence[int], share: float) -> int:
    return sorted(counts)[min(len(counts) - 1, int(share * len(counts)))]


def summaries(played: Sequence[Played]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What came out for each half, person and order that was played."""
    for part in HALVES:
        for person in PEOPLE:
            for order in ORDERS:
                found = [p for p in played if (p.half, p.person, p.order) == (part, person, order)]
                if found:
                    yield f"{part}, {person}, {order}", measured(found)


def page(played: Sequence[Played], command: str, about: str) -> Iterator[str]:
    """What came out, as a page; nothing in it is typed by hand. `about` is what was done, in paragraphs."""
    cases = len({p.case for p in played})
    yield "# How many screens an interview takes\n"
    yield f"Written by `{command}`, from {cases} cases played as a patient. Educational purpose only.\n"
    told = about.split("\n\n")
    yield " ".join(told[1].split()) + "\n"
    yield " ".join(told[2].split()) + "\n"
    for name in (f"{part}, {person}" for part in HALVES for person in PEOPLE):
        each = {
            order: measured(found)
            for order in ORDERS
            if (found := [p for p in played if f"{p.half}, {p.person}" == name and p.order == order])
        }
        if not each:
            continue
        yield f"## {name.capitalize()}\n"
        yield "| | " + " | ".join(each) + " |"
        yield "|---" * (1 + len(each)) + "|"
        for what in next(iter(each.values())):
            yield f"| {what} | " + " | ".join(str(found[what]) for found in each.values()) + " |"
        yield ""
