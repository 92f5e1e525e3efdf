"""The evidence about one candidate as a picture: a bar for each weight, on a scale that all candidates share.

Plain SVG without fonts, scripts or chance in it, so that the same rules always give the same file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from charley.facts.vocabulary import words
from charley.pages.svg import element, picture, text
from charley.rules.candidate import Candidate
from charley.rules.knowledge_base import KnowledgeBase

__all__ = ["INLINE_STYLE", "Bar", "evidence_chart", "strength_chart"]

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
"""The style of a picture that is a file of its own; it follows a reader who prefers dark."""

INLINE_STYLE = """
.evidence text { font: 12px system-ui, sans-serif; fill: #57606a }
.evidence .faint { fill: #646c76 } .evidence .axis { stroke: #7a828c }
.evidence .raise { fill: #2f80c8; stroke: #2f80c8 } .evidence .lower { fill: #c26a1d; stroke: #c26a1d }
.evidence .recalled { fill-opacity: .45 } .evidence .judgement { fill-opacity: 0; stroke-dasharray: 3 2 }
"""
"""The same for a light page, in which the picture stands inside an element of the class `evidence`."""


@dataclass(frozen=True)
class Bar:
    """One weight: its name, whole decibans, what was seen of the number, its group (counted once)."""

    label: str
    weight: int
    number: Literal["seen", "recalled", "judgement"]
    group: str | None = None


def evidence_chart(base: KnowledgeBase, candidate: Candidate, *, inline: bool = False) -> Markup:
    """The evidence about the candidate, as a file of its own or to stand in a page."""
    bars = [
        Bar(rule.title, effect.weight, rule.evidence.number_seen, effect.group and words(effect.group))
        for rule, effect in base.weighing[candidate.id]
    ]
    return strength_chart(f"Evidence about: {candidate.name.clinician}", bars, "" if inline else STYLE)


def strength_chart(title: str, bars: Sequence[Bar], style: str = STYLE) -> Markup:
    """The bars, those that raise first and the strongest first, as the text of an SVG file."""
    rows = sorted(bars, key=lambda bar: (-bar.weight if bar.weight > 0 else 1000 + bar.weight, bar.label))
    height = TOP + ROW * len(rows) + 12
    scale = min(SCALE, 136 / max([abs(bar.weight) for bar in rows] + [1]))
    axis = element("line", css="axis", x1=ZERO, y1=TOP - 6, x2=ZERO, y2=height - 6)
    drawn = [part for at, bar in enumerate(rows) for part in _row(bar, TOP + ROW * at, scale)]
    return picture(title, WIDTH, height, [*_legend(), axis, *drawn], style)


def _row(bar: Bar, y: int, scale: float) -> Iterator[str]:
    length = round(abs(bar.weight) * scale, 1)
    up = bar.weight > 0
    x, beyond, anchor = (
        (ZERO, ZERO + length + 6, "start") if up else (ZERO - length, ZERO - length - 6, "end")
    )
    label = bar.label if len(bar.label) <= LETTERS else bar.label[: LETTERS - 1].rstrip(" ,") + "…"
    yield text(LABEL, y + 12, label, "end")
    css = f"{'raise' if up else 'lower'} {bar.number}"
    yield element("rect", css=css, x=x, y=y + 2, width=length, height=13)
    yield text(beyond, y + 13, f"{bar.weight:+d}", anchor)
    if bar.group is not None:
        yield text(GROUP, y + 13, bar.group, css="faint")


def _legend() -> Iterable[str]:
    yield text(LABEL, 16, "decibans: +10 is ten times the odds", "end", css="faint")
    yield text(ZERO - 8, 40, "lowers", "end")
    yield text(ZERO + 8, 40, "raises")
    yield text(GROUP, 40, "group, counts once", css="faint")
    for at, number in enumerate(("seen", "recalled", "judgement")):
        x = LABEL + 30 + 152 * at
        yield element("rect", css=f"raise {number}", x=x, y=6, width=24, height=12)
        yield text(x + 30, 16, f"number {number}")
