"""Which columns of a file are read: facts, and those that are said to be passed through."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from charley.cohort.files.source import Source
from charley.documents.diagnostic import Diagnostic, Faulty, nearest

__all__ = ["Choice", "placed"]

ALL = "all"


@dataclass(frozen=True)
class Choice:
    """`keep` are the columns that are no facts and are passed through (`all`: any), `drop` those that are
    left out. A column that is neither, nor a fact, is a fault: it may be a misspelt fact. `units` are columns
    whose unit is said.
    """

    keep: Collection[str] = ()
    drop: Collection[str] = ()
    units: Collection[str] = ()

    def of(
        self, place: str, names: list[str], facts: Collection[str], free: Collection[str] = ()
    ) -> list[str]:
        """Those of the columns of a file that are read; `free` are kept without being named.

        Raises `Faulty` with every column that nobody spoke of, and every name that no column has.
        """
        problems = []
        for name in names:
            spoken_for = name in facts or name in free or name in self.keep or name in self.drop
            if not spoken_for and ALL not in self.keep:
                help = nearest(name, [fact for fact in facts if fact not in names])
                help = help or f"pass it through with `--keep {name}`, or leave it out with `--drop {name}`"
                problems.append(Diagnostic(place, 0, 0, "C002", f"the column `{name[:60]}` is no fact", help))
        for option in ("keep", "drop", "units"):
            for name in getattr(self, option):
                if name not in names and name != ALL:
                    message = f"there is no column `{name[:60]}`, which `--{option.rstrip('s')}` names"
                    problems.append(Diagnostic(place, 0, 0, "C002", message, nearest(name, names)))
        if problems:
            raise Faulty(problems)
        return [name for name in names if name not in self.drop]


@contextmanager
def placed(source: Source) -> Iterator[None]:
    """What is wrong with a column is said to be in the file."""
    try:
        yield
    except Faulty as faulty:
        said = [d if d.file == "columns" else replace(d, file=str(source.path)) for d in faulty.diagnostics]
        raise Faulty(said) from None
