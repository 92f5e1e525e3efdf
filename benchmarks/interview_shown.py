"""`docs/interview.md` and its picture, from what was played. Nothing in them is typed by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from benchmarks.interview_played import EVENTS, ORDERS, Order, Played, Summary, by_order, halves, summary
from charley.engine.expert import Expert

__all__ = ["lines", "write"]

TITLES = {"flags": "until the last due flag or alert", "leader": "until the right leader"}
TARGETS = {"flags": 1 / 3, "leader": 1 / 2}
"""The median, as a part of the fixed order's, that was set as a goal."""

LONGER = 0.05
"""The part of the cases that may take longer than in the fixed order."""

COLOURS: dict[Order, str] = {"look-ahead": "#2b6cb0", "fixed": "#b7791f", "random": "#9aa5b1"}
INK, LINE = "#1f2933", "#cbd2d9"
HALVES = {"all": "all cases", "tuned": "tuned on", "held out": "held out"}


def write(played: Sequence[Played], base: Expert, folder: Path, command: str) -> None:
    """Write the page and the picture into the folder."""
    page = "\n".join(_page(played, base, command)) + "\n"
    (folder / "interview.md").write_text(page, encoding="utf-8")
    (folder / "interview.svg").write_text(picture(played), encoding="utf-8")


def lines(played: Sequence[Played]) -> Iterator[str]:
    """The outcome for a terminal."""
    for name, part in halves(played).items():
        yield f"{HALVES[name]} ({len(part) // len(ORDERS)}); median questions (look-ahead / fixed / random)"
        for event in EVENTS:
            found = summary(part, event)
            if found is not None:
                numbers = " / ".join(f"{found.median[order]:g}" for order in ORDERS)
                yield (
                    f"  {TITLES[event]:<33} {numbers}   ratio {found.ratio}, {found.cases} cases, "
                    f"longer than fixed in {100 * found.share:.1f} %"
                )


def _page(played: Sequence[Played], base: Expert, command: str) -> Iterator[str]:
    cases = len(played) // len(ORDERS)
    yield "# How many questions an interview takes\n"
    yield f"Written by `{command}`, from {cases} cases of `{base.id}` {base.version}.\n"
    yield (
        "Every case is played as a patient who answers only what the case states, and says “I don't know” to "
        "everything else. Counted are the questions until the last due flag or alert is raised with the "
        "urgency that is due (due is what the whole case raises), and until the right candidate leads and "
        "stays so (right is what the case expects, else who leads with everything told). *Look-ahead* asks "
        "for what promises most; *fixed* is the order of `facts.yaml`; *random* another order for every "
        "case. All of them leave out what an answer excuses from; only looking ahead stops by itself.\n"
    )
    yield (
        "This measures the order of the questions alone. `charley consult` reads a story first and puts many "
        "questions on one screen: [how many screens](screens.md) that takes is what a person notices.\n"
    )
    yield (
        "The numbers in the asking policy were tuned on one half of the cases, by a hash of their names. The "
        "other half is held out: it was counted, and nothing was changed for it. The cases are constructed, "
        "and many state two or three facts; somebody who answers more is asked less.\n"
    )
    yield "![Questions by order, and case by case](interview.svg)\n"
    yield "## Targets\n"
    yield "| target | " + " | ".join(HALVES.values()) + " |"
    yield "|---" * (1 + len(HALVES)) + "|"
    found = {name: {event: summary(part, event) for event in EVENTS} for name, part in halves(played).items()}
    for event in EVENTS:
        goal = f"{TITLES[event]}: median at most {TARGETS[event]:.2f} of the fixed order's"
        yield (
            f"| {goal} | " + " | ".join(_ratio(each[event], TARGETS[event]) for each in found.values()) + " |"
        )
        goal = f"{TITLES[event]}: longer than the fixed order in at most {100 * LONGER:.0f} %"
        yield f"| {goal} | " + " | ".join(_longer(each[event]) for each in found.values()) + " |"
    yield ""
    yield "## Questions\n"
    yield "| | cases | look-ahead | fixed | random | look-ahead, mean | fixed, mean | random, mean |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, each in found.items():
        for event, result in each.items():
            if result is not None:
                numbers = [f"{result.median[order]:g}" for order in ORDERS]
                numbers += [f"{result.mean[order]:.1f}" for order in ORDERS]
                yield f"| {TITLES[event]}, {HALVES[name]} | {result.cases} | " + " | ".join(numbers) + " |"
    yield ""
    yield "Medians first. " + _left_out(played) + "\n"
    yield from _slower(played, base)


def _ratio(found: Summary | None, target: float) -> str:
    if found is None or found.ratio is None:
        return "no cases"
    return f"{found.ratio:.2f} {'reached' if found.ratio <= target else '**not reached**'}"


def _longer(found: Summary | None) -> str:
    if found is None:
        return "no cases"
    share = f"{len(found.longer)} of {found.cases}, {100 * found.share:.1f} %"
    return f"{share} {'reached' if found.share <= LONGER else '**not reached**'}"


def _left_out(played: Sequence[Played]) -> str:
    fixed = by_order(played)["fixed"].values()
    none = sum(not p.due for p in fixed)
    at_once = sum(p.leader == 0 for p in fixed)
    unreachable = sum(bool(p.due) and p.flags is None for p in fixed)
    return (
        f"In {none} cases no flag is due, and these are not counted for flags; in {at_once} the right "
        f"candidate leads from the start and throughout the fixed order, which then counts as 0 questions. "
        f"In {unreachable} a due flag waits for an answer that nobody is asked for, and these are left out."
    )


def _slower(played: Sequence[Played], base: Expert) -> Iterator[str]:
    by = by_order(played)
    place = {id: at for at, id in enumerate(base.vocabulary, 1)}
    yield "## Longer than the fixed order\n"
    for event in EVENTS:
        found = summary(played, event)
        if found is None:
            continue
        yield f"### {TITLES[event].capitalize()}: {len(found.longer)} of {found.cases}\n"
        if not found.longer:
            continue
        yield "| case | half | look-ahead | fixed | decided by | its place in `facts.yaml` |"
        yield "|---|---|---|---|---|---|"
        for case in found.longer:
            ahead, fixed = by["look-ahead"][case], by["fixed"][case]
            fact = ahead.decided.get(event)
            yield (
                f"| {case} | {ahead.half} | {_number(getattr(ahead, event))} | {getattr(fixed, event)} | "
                f"{'' if fact is None else f'`{fact}`'} | {place.get(fact or '', '')} |"
            )
        yield ""


def _number(questions: int | None) -> str:
    return "never" if questions is None else str(questions)


PANEL, GAP, LEFT, TOP = 400, 70, 60, 70


def picture(played: Sequence[Played]) -> str:
    """For each event the share of the cases in which it has come about by question, and case against case."""
    most = max((p.stop for p in played), default=1)
    width, height = LEFT + 2 * PANEL + GAP + 20, TOP + 2 * PANEL + GAP + 80
    title = "Questions until the last due flag and until the right leader, by order of asking"
    body = [f'<rect width="{width}" height="{height}" fill="#fff"/>']
    for at, event in enumerate(EVENTS):
        x = LEFT + at * (PANEL + GAP)
        body += _shares(played, event, x, TOP, most)
        body += _against(played, event, x, TOP + PANEL + GAP + 20, most)
    for at, (order, colour) in enumerate(COLOURS.items()):
        body.append(f'<rect x="{LEFT + 110 * at}" y="18" width="18" height="4" fill="{colour}"/>')
        body.append(_text(LEFT + 24 + 110 * at, 25, order))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-label="{title}"><title>{title}</title>'
        f'<g font-family="system-ui, sans-serif" font-size="12" fill="{INK}">'
        + "\n".join(body)
        + "</g></svg>\n"
    )


def _text(x: float, y: float, text: str, anchor: str = "start", extra: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" {extra}>{escape(text)}</text>'


def _frame(x: float, y: float, most: int, title: str, below: str) -> Iterator[str]:
    yield _text(x, y - 10, title, extra='font-weight="bold"')
    yield f'<rect x="{x}" y="{y}" width="{PANEL}" height="{PANEL}" fill="none" stroke="{LINE}"/>'
    for tick in range(0, most + 1, 50):
        at = x + PANEL * tick / most
        yield f'<line x1="{at:.1f}" y1="{y}" x2="{at:.1f}" y2="{y + PANEL}" stroke="{LINE}"/>'
        yield _text(at, y + PANEL + 16, str(tick), "middle")
    yield _text(x + PANEL / 2, y + PANEL + 34, below, "middle")


def _counted(played: Sequence[Played], event: str) -> dict[Order, list[Played]]:
    by = by_order(played)
    cases = [c for c, p in by["fixed"].items() if event == "leader" or p.due]
    return {order: [by[order][case] for case in cases] for order in ORDERS}


def _shares(played: Sequence[Played], event: str, x: float, y: float, most: int) -> Iterator[str]:
    counted = _counted(played, event)
    cases = len(counted["fixed"])
    yield from _frame(x, y, most, f"Cases done {TITLES[event]}", "questions")
    for share in (0, 25, 50, 75, 100):
        at = y + PANEL * (1 - share / 100)
        yield f'<line x1="{x}" y1="{at:.1f}" x2="{x + PANEL}" y2="{at:.1f}" stroke="{LINE}"/>'
        if x == LEFT:
            yield _text(x - 6, at + 4, f"{share} %", "end")
    for order, colour in reversed(COLOURS.items()):
        done = sorted(p.count(event) for p in counted[order])
        points, n = [f"M{x:g} {y + PANEL:g}"], 0
        while n < cases and done[n] <= most:
            now = done[n]
            points.append(f"H{x + PANEL * now / most:.1f}")
            while n < cases and done[n] == now:
                n += 1
            points.append(f"V{y + PANEL * (1 - n / cases):.1f}")
        points.append(f"H{x + PANEL:g}")
        yield f'<path d="{"".join(points)}" fill="none" stroke="{colour}" stroke-width="2.5"/>'


def _against(played: Sequence[Played], event: str, x: float, y: float, most: int) -> Iterator[str]:
    counted = _counted(played, event)
    title = "Each case: look-ahead (up) against the fixed order"
    yield from _frame(x, y, most, title, f"questions {TITLES[event]}, fixed order")
    for tick in range(0, most + 1, 50):
        at = y + PANEL * (1 - tick / most)
        yield f'<line x1="{x}" y1="{at:.1f}" x2="{x + PANEL}" y2="{at:.1f}" stroke="{LINE}"/>'
        if x == LEFT:
            yield _text(x - 6, at + 4, str(tick), "end")
    halo = 'stroke="#fff" stroke-width="4" paint-order="stroke"'
    slopes = ((1.0, "as many"), (TARGETS[event], "target, of the median"))
    for slope, _ in slopes:
        end = y + PANEL * (1 - slope)
        ends = f'x1="{x}" y1="{y + PANEL}" x2="{x + PANEL}" y2="{end:.1f}"'
        yield f'<line {ends} stroke="{INK}" stroke-dasharray="4 4"/>'
    for ahead, fixed in zip(counted["look-ahead"], counted["fixed"], strict=True):
        if ahead.count(event) <= most and fixed.count(event) <= most:
            cx, cy = x + PANEL * fixed.count(event) / most, y + PANEL * (1 - ahead.count(event) / most)
            fill = COLOURS["look-ahead"] if ahead.half == "held out" else "none"
            yield (
                f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="3" fill="{fill}" fill-opacity="0.6" '
                f'stroke="{COLOURS["look-ahead"]}"/>'
            )
    for slope, said in slopes:
        end = y + PANEL * (1 - slope)
        yield _text(
            x + PANEL - (40 if slope == 1 else 6), end + (18 if slope == 1 else -6), said, "end", halo
        )
    yield _text(x + 6, y + 16, "filled: held out; hollow: tuned on", extra=halo)
