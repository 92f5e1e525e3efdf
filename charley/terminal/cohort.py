"""What became of a cohort, in a terminal: how many lead, are flagged, are settled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from charley.cohort.files.tally import Tally
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import URGENCIES
from charley.terminal.text import heading, shortened, terminal_width, wrapped

__all__ = ["show_result"]

_BAR, _NAME = 30, 40
"""Columns of the longest bar, and of the longest name."""
_MOST = 12
"""Lines of one table."""


def show_result(
    base: KnowledgeBase, tally: Tally, target: Path, seconds: float, before: str
) -> Iterator[str]:
    """Everything that is printed of a cohort; `before` is the number of files done earlier."""
    rate = f"{tally.rows / max(seconds, 1e-3):,.0f} a second"
    again = f"; {before} files were done before" if before else ""
    yield f"{tally.rows:,} patients in {seconds:.1f} s ({rate}), written to {target}{again}"
    if tally.rows_refused:
        most = ", ".join(f"{name} {count:,}" for name, count in tally.refused.most_common(5))
        told = f": {most}" if most else ""
        yield f"{tally.rows_refused:,} have a value that was refused and is unknown{told}"
    yield from _counts(base, tally.rows, tally.counts)
    yield ""
    yield from wrapped(base.about.disclaimer)


def _counts(base: KnowledgeBase, rows: int, counts: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    """Tables of the counts: `counts` has those of each column, by what the column says."""
    names = {id: candidate.name.to("clinician") for id, candidate in base.candidates.items()}
    names |= {id: alert.name.to("clinician") for id, alert in base.alerts.items()}
    leaders = {names.get(id, id): count for id, count in counts.get("leader", {}).items()}
    urgency = counts.get("urgency", {})
    ordered = [each for each in (*URGENCIES, "not_known_yet") if each in urgency]
    tables = {
        "leads": _sorted(leaders),
        "flagged": _sorted(_true(counts, "flag_", names)),
        "alerts": _sorted(_true(counts, "alert_", names)),
        "urgency": [(each.replace("_", " "), urgency[each]) for each in ordered],
    }
    for title, table in tables.items():
        if table:
            yield ""
            yield heading(title)
            yield from _lines(table, rows)
    if "settled" in counts:
        yield ""
        yield heading("settled")
        yield from _lines([("no further answer changes it", counts["settled"].get("true", 0))], rows)


def _true(counts: Mapping[str, Mapping[str, int]], prefix: str, names: Mapping[str, str]) -> dict[str, int]:
    """Of the columns with a prefix, how often each is true, where it ever is."""
    found = {}
    for column, said in counts.items():
        id = column.removeprefix(prefix)
        if column.startswith(prefix) and said.get("true"):
            found[names.get(id, id)] = said["true"]
    return found


def _sorted(found: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(found.items(), key=lambda each: (-each[1], each[0]))


def _lines(table: list[tuple[str, int]], rows: int) -> Iterator[str]:
    width = max(len(shortened(name, _NAME)) for name, _ in table)
    digits = len(f"{rows:,}")
    longest = min(_BAR, terminal_width() - width - digits - 14)
    for name, count in table[:_MOST]:
        bar = "█" * round(longest * count / max(rows, 1))
        name = shortened(name, _NAME)
        yield f"  {name:<{width}}  {count:>{digits},}  {count / max(rows, 1):>6.1%}  {bar}".rstrip()
    if len(table) > _MOST:
        yield f"  and {len(table) - _MOST} more"
