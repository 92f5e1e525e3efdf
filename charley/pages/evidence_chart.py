"""The evidence about one candidate as a picture: a bar for each weight, on a scale that all candidates share.

Plain SVG without fonts, scripts or chance in it, so that the same rules always give the same file. The
colours can be read on white and on black, and follow a reader who prefers dark.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

__all__ = ["Bar", "strength_chart"]

ROW, TOP, LABEL, ZERO, GROUP, WIDTH, LETTERS = 20, 58, 400, 570, 760, 880, 61
"""Pixels: height of a row, above the rows, end of the labels, the axis, start of the groups, all. Letters."""

SCALE = 8.0
"""Pixels a deciban, unless a weight is larger than 17."""

STYLE = """
text { font: 12px system-ui, sans-serif; fill: #57606a }
.faint { fill: #7a828c } .axis { stroke: #7a828c }
.raise { fill: #2f80c8; stroke: #2f80c8 } .lower { fill: #c26a1d; stroke: #c26a1d }
.recalled { fill-opacity: .45 } .judgement { fill-opacity: 0; stroke-dasharray: 3 2 }
@media (prefers-color-scheme: dark) {
  text { fill: #c4cbd3 } .faint { fill: #98a1ab } .axis { stroke: #98a1ab }
}
"""


@dataclass(frozen=True)
class Bar:
    """One weight: its name, whole decibans, how well it is founded, the group it is counted once with."""

    label: str
    weight: int
    kind: Literal["verified", "recalled", "judgement"]
    group: str | None = None


def strength_chart(title: str, bars: Sequence[Bar]) -> str:
    """The bars, those that raise first and the strongest first, as the text of an SVG file."""
    rows = sorted(bars, key=lambda bar: (-bar.weight if bar.weight > 0 else 1000 + bar.weight, bar.label))
    height = TOP + ROW * len(rows) + 12
    scale = min(SCALE, 136 / max([abs(bar.weight) for bar in rows] + [1]))
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{STYLE}</style>",
        *_legend(),
        f'<line class="axis" x1="{ZERO}" y1="{TOP - 6}" x2="{ZERO}" y2="{height - 6}"/>',
    ]
    for at, bar in enumerate(rows):
        lines += _row(bar, TOP + ROW * at, scale)
    return "\n".join([*lines, "</svg>", ""])


def _row(bar: Bar, y: int, scale: float) -> Iterator[str]:
    length = round(abs(bar.weight) * scale, 1)
    up = bar.weight > 0
    x, beyond, anchor = (
        (ZERO, ZERO + length + 6, "start") if up else (ZERO - length, ZERO - length - 6, "end")
    )
    label = bar.label if len(bar.label) <= LETTERS else bar.label[: LETTERS - 1].rstrip(" ,") + "…"
    yield _text(LABEL, y + 12, label, "end")
    yield (
        f'<rect class="{"raise" if up else "lower"} {bar.kind}" x="{x:g}" y="{y + 2}" width="{length:g}" '
        f'height="13"/>'
    )
    yield _text(beyond, y + 13, f"{bar.weight:+d}", anchor)
    if bar.group is not None:
        yield _text(GROUP, y + 13, bar.group, css="faint")


def _legend() -> Iterable[str]:
    yield _text(LABEL, 16, "decibans: +10 is ten times the odds", "end", "faint")
    yield _text(ZERO - 8, 40, "lowers", "end")
    yield _text(ZERO + 8, 40, "raises")
    yield _text(GROUP, 40, "group, counts once", css="faint")
    for at, kind in enumerate(("verified", "recalled", "judgement")):
        x = LABEL + 40 + 130 * at
        yield f'<rect class="raise {kind}" x="{x}" y="6" width="24" height="12"/>'
        yield _text(x + 30, 16, kind)


def _text(x: float, y: float, text: str, anchor: str = "start", css: str = "") -> str:
    given = f' class="{css}"' if css else ""
    return f'<text{given} x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(text)}</text>'
