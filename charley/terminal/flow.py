"""What a change of the rules does to a cohort, in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from charley.cohort.comparison import ORDER, Comparison
from charley.facts.vocabulary import words
from charley.rules.knowledge_base import KnowledgeBase
from charley.terminal.text import heading, shortened, terminal_width, wrapped

__all__ = ["show_comparison"]

Pairs = Mapping[tuple[str, str], int]


def show_comparison(title: str, found: Comparison, new: KnowledgeBase) -> Iterator[str]:
    """Everything that is printed of a comparison."""
    yield from wrapped(title)
    yield f"{found.same:,} with the same result"
    yield ""
    yield from _flow("urgency", found.urgency, ORDER["urgency"])
    yield ""
    yield from _flow("sections, of all candidates", found.sections, ORDER["sections"])
    yield ""
    yield from _flags(new, found.won, found.lost)
    for said, names in (("only in the old base", found.only_old), ("only in the new base", found.only_new)):
        if names:
            yield from wrapped(f"{said}: {', '.join(names)}", rest="  ")
    yield ""
    yield from wrapped(new.about.disclaimer)


def _flow(title: str, pairs: Pairs, order: Sequence[str]) -> Iterator[str]:
    """A table: a row for what the old rules say, a column for what the new ones say."""
    there = [name for name in order if any(name in pair for pair in pairs)]
    names = [words(name) for name in there]
    yield heading(title)
    if not there:
        yield "  no candidate is in both bases"
        return
    width = max([len(name) for name in names] + [len("old, new")])
    most = [max(pairs.get((before, after), 0) for before in there) for after in there]
    cells = [max(len(name), len(f"{count:,}")) for name, count in zip(names, most, strict=True)]
    yield f"  {'old, new':<{width}}" + "".join(f"  {n:>{w}}" for n, w in zip(names, cells, strict=True))
    for before, name in zip(there, names, strict=True):
        row = [pairs.get((before, after), 0) for after in there]
        shown = [f"{count:,}" if count else "." for count in row]
        yield f"  {name:<{width}}" + "".join(f"  {s:>{w}}" for s, w in zip(shown, cells, strict=True))


def _flags(base: KnowledgeBase, won: Mapping[str, int], lost: Mapping[str, int]) -> Iterator[str]:
    """Flags and alerts that only one of the bases raises: in how many rows each is won and lost."""
    yield heading("flags and alerts won and lost")
    if not won and not lost:
        yield "  none"
        return
    names = {f"flag_{id}": candidate.name.to("clinician") for id, candidate in base.candidates.items()}
    names |= {f"alert_{id}": f"{alert.name.to('clinician')} (alert)" for id, alert in base.alerts.items()}
    columns = sorted({*won, *lost}, key=lambda column: (-won.get(column, 0) - lost.get(column, 0), column))
    most = terminal_width() - 32
    shown = {column: shortened(names.get(column, column), most) for column in columns}
    width = max(map(len, shown.values()))
    yield f"  {'':<{width}}  {'won':>13}  {'lost':>13}"
    for column, name in shown.items():
        yield f"  {name:<{width}}  {won.get(column, 0):>13,}  {lost.get(column, 0):>13,}"
