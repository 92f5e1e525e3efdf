"""Which columns of a file are read: facts, and those that are said to be passed through."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from charley.cohort.files.source import Source
from charley.cohort.reading.names import almost_facts, no_fact
from charley.documents.diagnostic import Diagnostic, Faulty, nearest

__all__ = ["Choice", "placed"]

ALL = "all"
_MOST = 20
"""Columns that are named one by one as no facts."""


@dataclass(frozen=True)
class Choice:
    """`keep` are the columns that are no facts and are passed through (`all`: any), `drop` those that are
    left out. A column that is neither, nor a fact, is a fault: it may be a misspelt fact. `units` are columns
    whose unit is said. `warn` is called for a column that `all` keeps and that is nearly named as a fact.
    """

    keep: Collection[str] = ()
    drop: Collection[str] = ()
    units: Collection[str] = ()
    warn: Callable[[Diagnostic], None] = lambda slip: None

    def of(
        self, place: str, names: list[str], facts: Collection[str], free: Collection[str] = ()
    ) -> list[str]:
        """Those of the columns of a file that are read; `free` are kept without being named.

        Raises `Faulty` with every column that nobody spoke of, and every name that no column has; or where
        no column is a fact.
        """
        unsaid = [
            name for name in dict.fromkeys(names) if name not in {*facts, *free, *self.keep, *self.drop}
        ]
        missing = [fact for fact in facts if fact not in names]
        problems = []
        if ALL in self.keep:
            for slip in almost_facts(unsaid, missing):
                self.warn(replace(slip, file=place))
        else:
            problems = _listed(place, [(name, nearest(name, missing)) for name in unsaid])
        for option in ("keep", "drop", "units"):
            for name in getattr(self, option):
                if name not in names and name != ALL:
                    message = f"there is no column `{name[:60]}`, which `--{option.rstrip('s')}` names"
                    problems.append(Diagnostic(place, 0, 0, "C002", message, nearest(name, names)))
        read = [name for name in names if name not in self.drop]
        if not problems and (nothing := no_fact(read, facts)):
            problems = [replace(nothing, file=place)]
        if problems:
            raise Faulty(problems)
        return read


def _listed(place: str, unsaid: list[tuple[str, str]]) -> list[Diagnostic]:
    """A problem for each of the columns, with the nearest fact; of many first those that are near one."""
    problems = []
    for name, help in unsaid if len(unsaid) <= _MOST else sorted(unsaid, key=lambda each: not each[1]):
        help = help or f"pass it through with `--keep {name[:60]}`, or leave it out with `--drop {name[:60]}`"
        problems.append(Diagnostic(place, 0, 0, "C002", f"the column `{name[:60]}` is no fact", help))
    if len(problems) > _MOST:
        message = f"{len(problems) - _MOST:,} more columns are no facts"
        help = "pass all of them through with `--keep all`"
        problems[_MOST:] = [Diagnostic(place, 0, 0, "C002", message, help)]
    return problems


@contextmanager
def placed(source: Source) -> Iterator[None]:
    """What is wrong with a column is said to be in the file."""
    try:
        yield
    except Faulty as faulty:
        said = [d if d.file == "columns" else replace(d, file=str(source.path)) for d in faulty.diagnostics]
        raise Faulty(said) from None
