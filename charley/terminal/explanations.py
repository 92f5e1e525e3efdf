"""Explanations in a terminal: their rows fitted to its width, and a picture where one says more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from charley.engine.explain.distance import Distance
from charley.engine.explain.fragility import Fragility, Moved
from charley.engine.explanation import Explanation, Row
from charley.terminal.text import laid_out, terminal_width

__all__ = ["show_distances", "show_explanation", "show_fragility"]

MOST_BARS = 12


def show_explanation(found: Explanation | Sequence[Distance] | None) -> Iterator[str]:
    """Whatever a consultation explains."""
    match found:
        case None:
            yield "Nothing is ranked."
        case Fragility():
            yield from show_fragility(found)
        case Explanation():
            yield from laid_out(found.rows())
        case _:
            yield from show_distances(found)


def show_distances(found: Sequence[Distance], margin: str = "") -> Iterator[str]:
    """Distances to danger, each as a sentence."""
    for each in found:
        for row in each.rows():
            yield from laid_out([Row(margin, row.text[:1].upper() + row.text[1:])])


def show_fragility(found: Fragility, width: int = 79) -> Iterator[str]:
    """The verdict, and a tornado chart of the leader's lead."""
    yield from laid_out(found.rows())
    shown = [each for each in found.moved if each.swing][:MOST_BARS]
    if shown:
        yield from _tornado(shown, found.lead, min(width, terminal_width()))


def _tornado(moved: list[Moved], lead: int, width: int) -> Iterator[str]:
    """Bars from the lead at one end of the doubt to the lead at the other, and where the lead is lost."""
    low = min(0, *(min(each.margins) for each in moved))
    high = max(lead, *(max(each.margins) for each in moved))
    label = min(34, width - 24, max(len(each.rule) for each in moved))
    room = max(10, width - label - 14)

    def column(value: int) -> int:
        return round((value - low) * (room - 1) / max(1, high - low))

    yield f"  {'lead in db, with one weight moved':<{label}}"
    for each in moved:
        start, end = sorted(map(column, each.margins))
        bar = [" "] * room
        bar[start : end + 1] = ["="] * (end - start + 1)
        bar[column(0)] = "0" if column(0) in range(start, end + 1) else ":"
        bar[column(lead)] = "|"
        yield f"  {each.rule[:label]:<{label}} {min(each.margins):>+4d} {''.join(bar)} {max(each.margins):+d}"
