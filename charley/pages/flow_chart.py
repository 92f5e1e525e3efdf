"""A flow as a picture: how much of each kind there was, what became of it, and how much of each there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup

from charley.facts.vocabulary import words
from charley.pages.svg import DOWN, INK, LINE, UP, element, picture, text

__all__ = ["flow_chart"]

_WIDTH, _HEIGHT, _LEFT, _BAR, _GAP = 900, 330, 200, 12, 14
_FONT = {"font_family": "system-ui, sans-serif", "font_size": "12"}

Pairs = Mapping[tuple[str, str], int]


def flow_chart(title: str, note: str, flows: Mapping[str, tuple[Pairs, Sequence[str]]]) -> Markup:
    """Flows below each other, with a note above them, each under its heading: the counts of pairs (before,
    after), and their order.

    What stays is grey; what moves up the order is blue, what moves down it brown.
    """
    opened = element("g", fill=INK, **_FONT).removesuffix("/>") + ">"
    body = [opened, text(20, 22, title, font_weight="bold"), text(20, 40, note)]
    top = 60
    for heading, (pairs, order) in flows.items():
        body += _flow(heading, pairs, order, top)
        top += _HEIGHT + 40
    return picture(title, _WIDTH, top, [*body, "</g>"])


def _flow(heading: str, pairs: Pairs, order: Sequence[str], top: int) -> Iterator[str]:
    all_of_them = sum(pairs.values())
    yield text(20, top + 14, heading, font_weight="bold")
    yield text(_LEFT + _BAR + 8, top + 14, "before")
    yield text(_WIDTH - _LEFT - _BAR - 8, top + 14, "after", "end")
    if not all_of_them:
        yield text(_LEFT, top + 34, "nobody")
        return
    there = [name for name in order if any(name in pair for pair in pairs)]
    scale = (_HEIGHT - 30 - _GAP * len(there)) / all_of_them
    sides = [
        {name: sum(count for pair, count in pairs.items() if pair[side] == name) for name in there}
        for side in (0, 1)
    ]
    places = [_stacked(counts, top + 26, scale) for counts in sides]
    for x, anchor, beside, counts, place in (
        (_LEFT, "end", -6, sides[0], places[0]),
        (_WIDTH - _LEFT - _BAR, "start", _BAR + 6, sides[1], places[1]),
    ):
        for name, count in counts.items():
            if count:
                yield element("rect", x=x, y=place[name], width=_BAR, height=max(count * scale, 1), fill=INK)
                said = f"{words(name)}  {count:,}"
                yield text(x + beside, place[name] + max(count * scale, 8) / 2 + 4, said, anchor)
    for before in there:
        for after in there:
            count = pairs.get((before, after), 0)
            if count:
                yield _band(places[0][before], places[1][after], count * scale, before, after, there)
                places[0][before] += count * scale
                places[1][after] += count * scale


def _stacked(counts: Mapping[str, int], top: float, scale: float) -> dict[str, float]:
    place: dict[str, float] = {}
    for name, count in counts.items():
        place[name] = top
        top += count * scale + (_GAP if count else 0)
    return place


def _band(left: float, right: float, height: float, before: str, after: str, order: Sequence[str]) -> str:
    x0, x1 = _LEFT + _BAR, _WIDTH - _LEFT - _BAR
    middle, height = (x0 + x1) / 2, max(height, 0.4)
    curve = (
        f"M{x0} {left:.2f} C{middle} {left:.2f} {middle} {right:.2f} {x1} {right:.2f} "
        f"V{right + height:.2f} C{middle} {right + height:.2f} {middle} {left + height:.2f} "
        f"{x0} {left + height:.2f} Z"
    )
    moved = order.index(after) - order.index(before)
    colour = LINE if not moved else UP if moved < 0 else DOWN
    return element("path", d=curve, fill=colour, opacity=0.35 if not moved else 0.75)
