"""What an interview took: the questions of one case in one order, and what many cases come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from statistics import mean, median
from typing import Any, Literal

Order = Literal["look-ahead", "fixed", "random"]
Half = Literal["tuned", "held out"]

ORDERS: tuple[Order, ...] = ("look-ahead", "fixed", "random")
EVENTS = ("flags", "leader")


@dataclass(frozen=True)
class Played:
    """One case in one order: questions until each event (None: it never came about), and what decided it."""

    case: str
    half: Half
    order: Order
    flags: int | None
    leader: int | None
    stop: int
    due: int
    decided: Mapping[str, str]

    def count(self, event: str) -> float:
        """Questions until the event; no end of them where it never came about."""
        questions = getattr(self, event)
        return float("inf") if questions is None else float(questions)


def half(case: str) -> Half:
    """Which half of the cases one belongs to."""
    return "held out" if sha256(case.encode()).digest()[0] % 2 else "tuned"


@dataclass(frozen=True)
class Summary:
    """What came out for one event: over the cases in which the fixed order brings it about."""

    cases: int
    median: dict[Order, float]
    mean: dict[Order, float]
    ratio: float | None
    longer: tuple[str, ...]

    @property
    def share(self) -> float:
        """In which part of the cases looking ahead took longer than the fixed order."""
        return len(self.longer) / self.cases


def by_order(played: Sequence[Played]) -> dict[Order, dict[str, Played]]:
    """What was played, by order and case."""
    return {order: {p.case: p for p in played if p.order == order} for order in ORDERS}


def summary(played: Sequence[Played], event: str) -> Summary | None:
    """The questions until the event; None where no case has it."""
    by = by_order(played)
    fixed, ahead = by["fixed"], by["look-ahead"]
    cases = [c for c, p in fixed.items() if (event == "leader" or p.due) and getattr(p, event) is not None]
    if not cases:
        return None
    counts = {order: [by[order][case].count(event) for case in cases] for order in ORDERS}
    medians = {order: median(found) for order, found in counts.items()}
    return Summary(
        len(cases),
        medians,
        {order: mean(found) for order, found in counts.items()},
        round(medians["look-ahead"] / medians["fixed"], 3) if medians["fixed"] else None,
        tuple(case for case in cases if ahead[case].count(event) > fixed[case].count(event)),
    )


def halves(played: Sequence[Played]) -> dict[str, list[Played]]:
    """Everything, and each half by itself."""
    return {
        "all": list(played),
        "tuned": [p for p in played if p.half == "tuned"],
        "held out": [p for p in played if p.half == "held out"],
    }


def measured(played: Sequence[Played]) -> Mapping[str, Any]:
    """The summaries of all halves and events, as plain data."""
    return {
        name: {
            event: {**asdict(found), "share": round(found.share, 3)}
            for event in EVENTS
            if (found := summary(part, event)) is not None
        }
        for name, part in halves(played).items()
    }
