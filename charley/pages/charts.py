"""Pictures for the audit report: rules by facts and candidates, findings by stratum, and plain bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from charley.facts.vocabulary import words
from charley.pages.svg import DANGER, DOWN, INK, LINE, UP, element, picture, text
from charley.rules.knowledge_base import KnowledgeBase, needs
from charley.rules.rule import Rule, acts_on

__all__ = ["bars", "graph", "heat_map", "signed_bars", "strata"]

FONT = {"font_family": "system-ui, sans-serif", "font_size": "11"}


def _drawn(title: str, width: int, height: int, body: Sequence[str]) -> Markup:
    """The picture, its letters small and dark."""
    opened = element("g", fill=INK, **FONT).removesuffix("/>") + ">"
    return picture(title, width, height, [opened, *body, "</g>"])


def _path(curve: str) -> str:
    return element("path", d=curve, fill="none", stroke=LINE, stroke_width=0.8)


def graph(title: str, base: KnowledgeBase, rules: Sequence[Rule], target: str) -> Markup:
    """What the rules of one candidate look at: facts and findings, then rules, then what they do."""
    looks = {rule.id: list(dict.fromkeys(needs([rule.condition], {}))) for rule in rules}
    names = list(dict.fromkeys(name for named in looks.values() for name in named))
    beside = {name: [at for at, named in enumerate(looks.values()) if name in named] for name in names}
    names.sort(key=lambda name: sum(beside[name]) / len(beside[name]))  # so that fewer lines cross
    left = {name: 20 + 14 * at for at, name in enumerate(names)}
    middle = {rule.id: 20 + 14 * at for at, rule in enumerate(rules)}
    height = max([*left.values(), *middle.values(), 20]) + 24
    body: list[str] = []
    for rule in rules:
        y = middle[rule.id]
        for name in looks[rule.id]:
            x0, y0, x1 = 262, left[name] - 4, 436
            curve = f"M{x0} {y0} C{x0 + 70} {y0} {x1 - 70} {y - 4} {x1} {y - 4}"
            body.append(_path(curve))
    for name, y in left.items():
        kind = base.kind_of(name)
        style = "italic" if kind == "finding" else None
        weight = None if kind in ("finding", "fact") else "bold"
        body.append(text(258, y, name, "end", font_style=style, font_weight=weight))
    for rule in rules:
        marks = []
        for effect in rule.then:
            if acts_on(effect) != target:
                continue
            weight = getattr(effect, "weight", None)
            urgency = getattr(effect, "urgency", None)
            if effect.kind == "weigh" and isinstance(weight, int):
                marks.append((f"{weight:+d}", UP if weight > 0 else DOWN))
            elif urgency is not None:
                marks.append((f"{effect.kind} {words(urgency)}", DANGER))
            else:
                marks.append((effect.kind, INK))
        y = middle[rule.id]
        body.append(text(440, y, rule.id))
        for at, (mark, colour) in enumerate(marks):
            body.append(text(700 + 90 * at, y, mark, fill=colour))
    return _drawn(title, 900, height, body)


def strata(title: str, base: KnowledgeBase) -> Markup:
    """The findings by stratum: each is drawn to the right of what it depends on."""
    level: dict[str, int] = {}
    on: dict[str, list[str]] = {}
    for finding, condition in base.definitions.items():
        on[finding] = [name for name in needs([condition], base.instruments) if name in base.definitions]
        level[finding] = 1 + max((level[name] for name in on[finding]), default=0)
    columns: dict[int, list[str]] = {}
    for finding, column in level.items():
        columns.setdefault(column, []).append(finding)
    place = {
        finding: (20 + 300 * (column - 1), 34 + 14 * at)
        for column, findings in columns.items()
        for at, finding in enumerate(findings)
    }
    body = [text(20 + 300 * (c - 1), 14, f"stratum {c}", font_weight="bold") for c in columns]
    for finding, below in on.items():
        x1, y1 = place[finding]
        for name in below:
            x0, y0 = place[name]
            x0 += 6 * len(name) + 4
            curve = f"M{x0} {y0 - 4} C{x0 + 40} {y0 - 4} {x1 - 40} {y1 - 4} {x1 - 3} {y1 - 4}"
            body.append(_path(curve))
    for finding, (x, y) in place.items():  # with a halo, so that no line runs through the letters
        body.append(text(x, y, finding, paint_order="stroke", stroke="#fff", stroke_width=3))
    height = max([y for _, y in place.values()] + [34]) + 14
    return _drawn(title, max(900, 300 * max(columns, default=1)), height, body)


def heat_map(
    title: str, rows: Sequence[str], columns: Sequence[str], count: Mapping[tuple[str, str], int]
) -> Markup:
    """How many rules connect each row with each column."""
    most = max([*count.values(), 1])
    left, top, cell = 220, 215, 24
    body = []
    for at, column in enumerate(columns):
        x = left + at * cell + 14
        body.append(text(x, top - 6, column, transform=f"rotate(-55 {x} {top - 6})"))
    for at, row in enumerate(rows):
        y = top + at * 18
        body.append(text(left - 8, y + 13, row, "end"))
        for n, column in enumerate(columns):
            found = count.get((row, column), 0)
            x, shade = left + n * cell, 0.08 + 0.92 * found / most if found else 0
            box = element(
                "rect",
                x=x,
                y=y,
                width=cell - 2,
                height=16,
                fill=UP,
                fill_opacity=shade,
                stroke=LINE,
                stroke_width=0.3,
            )
            body.append(box)
            if found:
                ink = "#fff" if shade > 0.55 else INK
                body.append(text(x + cell / 2 - 1, y + 12, str(found), "middle", fill=ink))
    return _drawn(title, left + cell * len(columns) + 150, top + 18 * len(rows) + 10, body)


def bars(title: str, rows: Sequence[tuple[str, float, str]]) -> Markup:
    """One bar a row: name, length, and what stands behind it."""
    most = max([value for _, value, _ in rows] + [1e-9])
    body = []
    for at, (name, value, said) in enumerate(rows):
        y = 6 + 16 * at
        body.append(text(292, y + 10, name, "end"))
        body.append(element("rect", x=300, y=y, width=400 * value / most, height=11, fill=UP))
        body.append(text(306 + 400 * value / most, y + 10, said))
    return _drawn(title, 900, 12 + 16 * len(rows), body)


def signed_bars(title: str, rows: Sequence[tuple[str, int, bool]]) -> Markup:
    """One bar a row, to the right where its number is above 0: name, number, and whether it counts."""
    most = max([abs(number) for _, number, _ in rows] + [1])
    body = [element("line", x1=600, y1=2, x2=600, y2=10 + 16 * len(rows), stroke=LINE)]
    for at, (name, number, counts) in enumerate(rows):
        y, length = 6 + 16 * at, 120 * abs(number) / most
        short = name if len(name) <= 76 else name[:75].rstrip(" ,") + "…"
        body.append(text(448, y + 10, short, "end"))
        x = 600 if number > 0 else 600 - length
        colour = UP if number > 0 else DOWN
        faint = None if counts else 0.3
        body.append(element("rect", x=x, y=y, width=length, height=11, fill=colour, fill_opacity=faint))
        beyond, anchor = (606 + length, "start") if number > 0 else (594 - length, "end")
        body.append(text(beyond, y + 10, f"{number:+d}", anchor))
    return _drawn(title, 780, 14 + 16 * len(rows), body)
