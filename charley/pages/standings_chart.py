"""The differential as a picture: where every candidate stands, and where it could still come to stand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from textwrap import wrap

from markupsafe import Markup

from charley.engine.differential import Place
from charley.engine.explain.words import short_name
from charley.pages.svg import element, picture, text

__all__ = ["bars", "text_bars"]

LABEL, CHART, NUMBER, ROW = 250, 380, 60, 18
LETTERS = 40
"""A longer name stands on two lines."""

FONT = "system-ui, DejaVu Sans, sans-serif"


def bars(places: Sequence[Place]) -> Markup:
    """An SVG: a thin line over all scores that are still possible, a bar from the start to the score."""
    low = min((place.interval[0] for place in places), default=0)
    high = max((place.interval[1] for place in places), default=1)

    def x(score: int) -> float:
        return LABEL + (score - low) * CHART / max(1, high - low)

    def line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float) -> str:
        return element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=colour, stroke_width=width)

    write = partial(text, font_family=FONT)
    height = ROW * len(places) + 20
    parts: list[str] = []
    for tick in range(-60, 61, 10):
        if low <= tick <= high:
            parts.append(line(x(tick), 0, x(tick), height - 16, "#dfe3e8", 1))
            parts.append(write(x(tick), height - 5, f"{tick:+d}" if tick else "0", "middle", font_size=9))
    for at, place in enumerate(places):
        middle = at * ROW + ROW / 2
        start, end = sorted((x(place.prior), x(place.score)))
        colour = "#2f6fb3" if place.score >= place.prior else "#c9b48a"
        name = wrap(f"{'! ' if place.flagged else ''}{short_name(place.name)}", LETTERS)
        bold, size = ("700" if place.flagged else "400"), 11 if len(name) == 1 else 9
        for number, words in enumerate(name):
            y = middle + 4 + (number - (len(name) - 1) / 2) * size
            parts.append(write(LABEL - 8, y, words, "end", font_size=size, font_weight=bold))
        parts += [
            line(x(place.interval[0]), middle, x(place.interval[1]), middle, "#79838e", 1.4),
            element("rect", x=start, y=middle - 5, width=max(1.5, end - start), height=10, fill=colour),
            line(x(place.score), middle - 7, x(place.score), middle + 7, "#14181d", 2.4),
            write(LABEL + CHART + 12, middle + 4, f"{place.score:+d} db", font_size=11),
        ]
    title = f"Scores of {len(places)} candidates in decibans, with what is still possible"
    return picture(title, LABEL + CHART + NUMBER, height, parts)


def text_bars(places: Sequence[Place], width: int = 40) -> list[str]:
    """The same in characters: `-` what is still possible, `=` from the start to the score, `O` the score."""
    low = min((place.interval[0] for place in places), default=0)
    high = max((place.interval[1] for place in places), default=1)

    def column(score: int) -> int:
        return round((score - low) * (width - 1) / max(1, high - low))

    lines = []
    for place in places:
        row = [" "] * width
        for at in range(column(place.interval[0]), column(place.interval[1]) + 1):
            row[at] = "-"
        start, end = sorted((column(place.prior), column(place.score)))
        row[start : end + 1] = ["="] * (end - start + 1)
        row[column(place.score)] = "O"
        mark = "!" if place.flagged else " "
        *above, last = wrap(short_name(place.name), LETTERS)
        named = [*above, f"{last:<{LETTERS}} {''.join(row)} {place.score:+4d}"]
        lines += [f"{mark if at == 0 else ' '} {line}" for at, line in enumerate(named)]
    return lines
