"""Pictures for the report, as SVG that needs nothing else: evidence by candidate, rules by stratum."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from charley.facts.vocabulary import words
from charley.rules.knowledge_base import KnowledgeBase, needs
from charley.rules.rule import Rule

__all__ = ["bars", "evidence", "graph", "heat", "strata"]

_INK, _SOFT, _UP, _DOWN, _FLAG, _LINE = "#1f2933", "#52606d", "#2b6cb0", "#b7791f", "#c53030", "#9aa5b1"
_HALO = 'paint-order="stroke" stroke="#fff" stroke-width="3"'


def _svg(width: int, height: int, title: str, body: Iterable[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-label="{escape(title)}"><title>{escape(title)}</title>'
        f'<g font-family="system-ui, sans-serif" font-size="11" fill="{_INK}">' + "".join(body) + "</g></svg>"
    )


def _text(x: float, y: float, text: str, anchor: str = "start", extra: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" {extra}>{escape(text)}</text>'


def evidence(title: str, prior: int, rows: Sequence[tuple[str, str, int]]) -> str:
    """Weights of evidence for one candidate: (rule, group, decibans), strongest first."""
    most = max([abs(weight) for _, _, weight in rows] + [10])
    scale, middle, step = 200 / most, 480, 15
    body = [
        _text(middle, 12, f"before anything is known: {prior:+d} db", "middle"),
        f'<line x1="{middle}" y1="18" x2="{middle}" y2="{24 + step * len(rows)}" stroke="{_INK}"/>',
    ]
    for at, (rule, group, weight) in enumerate(rows):
        y = 22 + at * step
        length = abs(weight) * scale
        x = middle if weight > 0 else middle - length
        colour = _UP if weight > 0 else _DOWN
        body.append(f'<rect x="{x:g}" y="{y}" width="{length:g}" height="10" fill="{colour}"/>')
        side = ("start", middle + length + 4) if weight > 0 else ("end", middle - length - 4)
        body.append(_text(side[1], y + 9, f"{weight:+d}", side[0]))
        body.append(_text(4, y + 9, rule))
        body.append(_text(760, y + 9, group, "start", f'fill="{_SOFT}"'))
    return _svg(900, 30 + step * len(rows), title, body)


def graph(title: str, base: KnowledgeBase, rules: Sequence[Rule], target: str) -> str:
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
            body.append(f'<path d="{curve}" fill="none" stroke="{_LINE}" stroke-width="0.8"/>')
    for name, y in left.items():
        kind = base.kind_of(name)
        style = 'font-style="italic"' if kind == "finding" else 'font-weight="bold"' if kind != "fact" else ""
        body.append(_text(258, y, name, "end", style))
    for rule in rules:
        marks = []
        for effect in rule.then:
            if target not in (getattr(effect, "candidate", None), getattr(effect, "alert", None)):
                continue
            weight = getattr(effect, "weight", None)
            urgency = getattr(effect, "urgency", None)
            if effect.kind == "weigh" and isinstance(weight, int):
                marks.append((f"{weight:+d}", _UP if weight > 0 else _DOWN))
            elif urgency is not None:
                marks.append((f"{effect.kind} {words(urgency)}", _FLAG))
            else:
                marks.append((effect.kind, _INK))
        y = middle[rule.id]
        body.append(_text(440, y, rule.id))
        for at, (mark, colour) in enumerate(marks):
            body.append(_text(700 + 90 * at, y, mark, "start", f'fill="{colour}"'))
    return _svg(900, height, title, body)


def strata(title: str, base: KnowledgeBase) -> str:
    """The findings by stratum: each stands right of everything that it stands on."""
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
    body = [_text(20 + 300 * (c - 1), 14, f"stratum {c}", "start", 'font-weight="bold"') for c in columns]
    for finding, below in on.items():
        x1, y1 = place[finding]
        for name in below:
            x0, y0 = place[name]
            x0 += 6 * len(name) + 4
            curve = f"M{x0} {y0 - 4} C{x0 + 40} {y0 - 4} {x1 - 40} {y1 - 4} {x1 - 3} {y1 - 4}"
            body.append(f'<path d="{curve}" fill="none" stroke="{_LINE}" stroke-width="0.8"/>')
    body += [_text(x, y, finding, "start", _HALO) for finding, (x, y) in place.items()]
    height = max([y for _, y in place.values()] + [34]) + 14
    return _svg(max(900, 300 * max(columns, default=1)), height, title, body)


def heat(title: str, rows: Sequence[str], columns: Sequence[str], count: dict[tuple[str, str], int]) -> str:
    """How many rules connect each row with each column."""
    most = max([*count.values(), 1])
    left, top, cell = 220, 215, 24
    body = []
    for at, column in enumerate(columns):
        x = left + at * cell + 14
        body.append(_text(x, top - 6, column, "start", f'transform="rotate(-55 {x} {top - 6})"'))
    for at, row in enumerate(rows):
        y = top + at * 18
        body.append(_text(left - 8, y + 13, row, "end"))
        for n, column in enumerate(columns):
            found = count.get((row, column), 0)
            x, shade = left + n * cell, 0.08 + 0.92 * found / most if found else 0
            body.append(
                f'<rect x="{x}" y="{y}" width="{cell - 2}" height="16" fill="{_UP}" '
                f'fill-opacity="{shade:.2f}" stroke="{_LINE}" stroke-width="0.3"/>'
            )
            if found:
                ink = "#fff" if shade > 0.55 else _INK
                body.append(_text(x + cell / 2 - 1, y + 12, str(found), "middle", f'fill="{ink}"'))
    return _svg(left + cell * len(columns) + 150, top + 18 * len(rows) + 10, title, body)


def bars(title: str, rows: Sequence[tuple[str, float, str]]) -> str:
    """One bar a row: name, length, and what stands behind it."""
    most = max([value for _, value, _ in rows] + [1e-9])
    body = []
    for at, (name, value, said) in enumerate(rows):
        y = 6 + 16 * at
        body.append(_text(292, y + 10, name, "end"))
        body.append(f'<rect x="300" y="{y}" width="{400 * value / most:.1f}" height="11" fill="{_UP}"/>')
        body.append(_text(306 + 400 * value / most, y + 10, said))
    return _svg(900, 12 + 16 * len(rows), title, body)
