"""The differential as a picture: where every candidate stands, and where it could still come to stand."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from charley.engine.differential import Place

__all__ = ["bars", "short_name", "text_bars"]

LABEL, CHART, NUMBER, ROW = 250, 380, 60, 18
FONT = "system-ui, DejaVu Sans, sans-serif"


def bars(places: Sequence[Place]) -> str:
    """An SVG: a thin line over all scores that are still possible, a bar from the start to the score."""
    low = min((place.interval[0] for place in places), default=0)
    high = max((place.interval[1] for place in places), default=1)

    def x(score: int) -> float:
        return LABEL + (score - low) * CHART / max(1, high - low)

    def line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float) -> str:
        ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
        return f'<line {ends} stroke="{colour}" stroke-width="{width}"/>'

    def text(x: float, y: float, said: str, anchor: str, size: int = 11, weight: int = 400) -> str:
        font = f'font-family="{FONT}" font-size="{size}" font-weight="{weight}"'
        return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {font}>{escape(said)}</text>'

    height = ROW * len(places) + 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LABEL + CHART + NUMBER} {height}" role="img" '
        f'aria-label="Scores of {len(places)} candidates in decibans, with what is still possible">'
    ]
    for tick in range(-60, 61, 10):
        if low <= tick <= high:
            parts.append(line(x(tick), 0, x(tick), height - 16, "#dfe3e8", 1))
            parts.append(text(x(tick), height - 5, f"{tick:+d}" if tick else "0", "middle", 9))
    for at, place in enumerate(places):
        middle = at * ROW + ROW / 2
        start, end = sorted((x(place.prior), x(place.score)))
        colour = "#2f6fb3" if place.score >= place.prior else "#c9b48a"
        name = f"{'! ' if place.flagged else ''}{short_name(place.name)}"
        bar = f'x="{start:.1f}" y="{middle - 5:.1f}" width="{max(1.5, end - start):.1f}" height="10"'
        parts += [
            text(LABEL - 8, middle + 4, name, "end", weight=700 if place.flagged else 400),
            line(x(place.interval[0]), middle, x(place.interval[1]), middle, "#79838e", 1.4),
            f'<rect {bar} fill="{colour}"/>',
            line(x(place.score), middle - 7, x(place.score), middle + 7, "#14181d", 2.4),
            text(LABEL + CHART + 12, middle + 4, f"{place.score:+d} db", "start"),
        ]
    return "\n".join([*parts, "</svg>"])


def short_name(name: str, most: int = 40) -> str:
    """A name without what stands in brackets or follows a comma, and not too long."""
    short = name.split(" (")[0].split(":")[0]
    if len(short) > most:
        short = short.split(",")[0]
    return short if len(short) <= most else short[: most - 2].rstrip(" ,") + "…"


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
        lines.append(f"{mark} {short_name(place.name):<40} {''.join(row)} {place.score:+4d}")
    return lines
