"""What is wrong with the names of a table's columns: two of one name, none that is a fact, nearly a fact."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable

from charley.documents.diagnostic import Diagnostic

__all__ = ["almost_facts", "no_fact", "problems", "repeated_names"]

_LONG = 10
"""Letters from which on a name may differ in two of them."""


def repeated_names(names: Iterable[str]) -> list[Diagnostic]:
    """The names that several columns have."""
    counts = Counter(names)
    return [
        Diagnostic(name, 0, 0, "C001", f"the column `{name[:60]}` is there {_times(count)}", "leave one out")
        for name, count in counts.items()
        if count > 1
    ]


def problems(names: Collection[str], facts: Collection[str], result: Collection[str]) -> list[Diagnostic]:
    """Why no result can be made of columns with these names; `result` are the columns that it gets."""
    found = repeated_names(names)
    for name in dict.fromkeys(names):
        if name in result and name not in facts:
            message = f"the column `{name[:60]}` is no fact, and one of the result has its name"
            found.append(Diagnostic(name, 0, 0, "C001", message, "rename it, or leave it out"))
    return found


def no_fact(names: Collection[str], facts: Collection[str]) -> Diagnostic | None:
    """That none of the columns is a fact, so that nothing would be known of anybody."""
    if not names or any(name in facts for name in names):
        return None
    close = next((slip.help for slip in almost_facts(names, facts)), "")
    help = close or "columns are facts by their name, and `charley facts` lists these"
    return Diagnostic("table", 0, 0, "C002", "none of the columns is a fact", help)


def almost_facts(names: Collection[str], facts: Collection[str]) -> list[Diagnostic]:
    """The columns that are no facts and may be misspelt ones, each with a warning."""
    known = {fact: _letters(fact) for fact in facts if fact not in names}
    found = []
    for name in dict.fromkeys(names):
        close = None if name in facts else _close(name, known)
        if close is not None:
            message = f"the column `{name[:60]}` is no fact, and is passed through"
            help = f"did you mean `{close}`?"
            found.append(Diagnostic(name[:60], 0, 0, "C002", message, help, severity="warning"))
    return found


def _close(name: str, known: dict[str, str]) -> str | None:
    """The fact that has the same letters in the same order, or one or two others."""
    from rapidfuzz.distance import OSA  # only who has columns that are no facts waits for it

    mine = _letters(name[:80])
    most = 2 if len(mine) >= _LONG else 1
    slips = {fact: OSA.distance(mine, its, score_cutoff=most) for fact, its in known.items()}
    close = min(slips, key=lambda fact: slips[fact], default=None)
    return close if close is not None and slips[close] <= most and len(mine) > most + 1 else None


def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"
