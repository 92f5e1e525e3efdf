"""What has changed since the last check of a base, each time that one of its files is saved."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from charley.documents.diagnostic import Diagnostic, Faulty
from charley.documents.document import keeping
from charley.rules.loading.check import check
from charley.rules.loading.find import find_base

__all__ = ["news", "watched"]

TOGETHER, QUIET, WAKE = 100, 20, 500
"""Milliseconds: saves within them count as one; their end; how often it is looked whether to go on."""


def watched(name: str | Path) -> Iterator[list[str]]:
    """What to print: first all that is found, then what is new and what is gone after every save.

    It ends when it is interrupted. Raises `Faulty` where there is no such base, or no watchfiles.
    """
    try:
        from watchfiles import watch
    except ModuleNotFoundError:
        message = "watching files needs watchfiles, which is not installed"
        help = "install it with `pip install 'charley[author]'`"
        raise Faulty([Diagnostic("charley[author]", 0, 0, "A000", message, help)]) from None
    folder = find_base(name)
    saves = watch(
        folder, debounce=TOGETHER, step=QUIET, rust_timeout=WAKE, yield_on_timeout=True, raise_interrupt=False
    )
    next(saves, None)  # from here on no save is missed
    with keeping():
        found, took = _checked(folder)
        yield [*_lines(found), f"{_counted(found)}; {took:.1f} s. Watching {folder}: Ctrl-C ends it."]
        for changes in saves:
            if any(file.endswith((".yaml", ".yml")) for _, file in changes):
                before = found
                found, took = _checked(folder)
                yield [*news(before, found), f"{_counted(found)}; {took:.1f} s"]


def _checked(folder: Path) -> tuple[list[Diagnostic], float]:
    """What is found now, and how many seconds it took."""
    start = time.perf_counter()
    try:
        found = check(folder)
    except Faulty as faulty:  # the file that makes it a base is gone for a moment
        found = list(faulty.diagnostics)
    return found, time.perf_counter() - start


def news(before: Sequence[Diagnostic], after: Sequence[Diagnostic]) -> list[str]:
    """The problems that are new, in full, and in a line each those that are gone.

    A problem that has only moved to another line is neither.
    """
    old, new = Counter(map(_what, before)), Counter(map(_what, after))
    lines = _lines(_beyond(after, new - old))
    for diagnostic in _beyond(before, old - new):
        lines.append(f"gone: {diagnostic.lines()[0]}")
    return lines


def _beyond(found: Sequence[Diagnostic], count: Counter[tuple[str, str, str]]) -> list[Diagnostic]:
    """As many of each as are counted, the last ones."""
    chosen = []
    for diagnostic in reversed(found):
        if count[_what(diagnostic)] > 0:
            count[_what(diagnostic)] -= 1
            chosen.append(diagnostic)
    return chosen[::-1]


def _what(diagnostic: Diagnostic) -> tuple[str, str, str]:
    return diagnostic.file, diagnostic.code, diagnostic.message


def _lines(found: Sequence[Diagnostic]) -> list[str]:
    return [line for diagnostic in found for line in diagnostic.lines()]


def _counted(found: Sequence[Diagnostic]) -> str:
    counts = Counter(each.severity for each in found)
    return (
        ", ".join(f"{n} {word}{'' if n == 1 else 's'}" for word, n in sorted(counts.items()))
        or "nothing found"
    )
