"""A problem in something that a person wrote, with its place and what to do about it; and all exceptions.

    CharleyError
    ├── Faulty                        a file, base or record cannot be used
    ├── NotUnderstood  (ValueError)   an answer is not acceptable     charley.facts.numbers.number
    ├── JsonRefused    (ValueError)   JSON that is not read           charley.documents.json_syntax
    ├── NotConvertible (ValueError)   a unit cannot be converted      charley.facts.units
    ├── BadPhrase      (ValueError)   a phrase of a fact is no phrase charley.facts.text.words
    ├── Unreadable     (ValueError)   a text is no condition or claim charley.rules.language.reader
    ├── NoSuchStep     (LookupError)  no such step in an explanation  charley.engine.explain.how
    ├── NotNamed       (LookupError)  nothing has the name as typed   charley.rules.names
    ├── NotDecided                    the solver ran out of time      charley.audit.symbolic.solver
    ├── Spurious                      proof and definition differ     charley.audit.prove.claims
    ├── Unpackable     (TypeError)    an object holds more than data  charley.engine.kept.pack
    ├── Altered                       the base that came is another   charley.cohort.spark
    ├── Problem                       a request is refused            charley.serve.service
    ├── Unsealed                      an address cannot be opened     charley.serve.web.sealing
    ├── Refused                       a resource is not taken         charley.serve.fhir.reading.statement
    └── NotKept                       feedback cannot be stored       charley.serve.cds.feedback

Wrong names in calls of the library (of a candidate, an engine, an audience) raise Python's own `KeyError` or
`ValueError`; files that cannot be written, `OSError`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

__all__ = ["CharleyError", "Diagnostic", "Faulty", "closest", "nearest", "one_of"]


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem: where (file, line and column, both counted from 1), what is so, what to do.

    `code` is stable: a letter for the room (`F` what can be known, `R` what is believed, `A` audit)
    and a number for the check; each has a page under `docs/diagnostics/`. `source` is the line as
    written and `length` how much of it is meant. `severity` is `error`, `warning` or,
    of an audit, `note`.
    """

    file: str
    line: int
    column: int
    code: str
    message: str
    help: str = ""
    source: str = ""
    length: int = 1
    severity: str = "error"

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> list[str]:
        """The diagnostic as a terminal shows it, without colour."""
        where = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        kind = "" if self.severity == "error" else f"{self.severity}: "
        shown = [f"{where}: {self.code} {kind}{self.message}"]
        if self.source.strip() and self.line:
            source, column = _window(self.source, self.column)
            gutter = " " * len(str(self.line))
            width = max(1, min(self.length, len(source) - column + 1))
            shown += [
                f"{gutter} |",
                f"{self.line} | {source}",
                f"{gutter} | {' ' * (column - 1)}{'^' * width}",
            ]
        if self.help:
            shown.append(f"  = help: {self.help}")
        return shown

    def as_json(self) -> dict[str, Any]:
        """The diagnostic for a program to read."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "help": self.help,
        }


class CharleyError(Exception):
    """Every exception of this package is one."""


class Faulty(CharleyError):
    """What was read cannot be used; `diagnostics` says why, all problems at once, in file order."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(map(str, self.diagnostics)))


def nearest(wanted: str, names: Iterable[str]) -> str:
    """`did you mean ...?` with the closest of the names, or nothing where none is close."""
    close = closest(wanted, names)
    return f"did you mean `{close}`?" if close else ""


def closest(wanted: str, names: Iterable[str]) -> str:
    """The closest of the names, or nothing where none is close.

    Close is a name with few other letters, one that goes on, or one with nearly the same words.
    """
    from rapidfuzz.distance import OSA  # only who has mistyped something waits for it

    wanted = wanted[:80]
    known = list(dict.fromkeys(names))
    most = min(4, max(1, len(wanted) // 3))
    slips = {name: OSA.distance(wanted, name, score_cutoff=most) for name in known}
    close = min(slips, key=lambda name: slips[name], default="")
    if not close or slips[close] > most:
        mine = _words(wanted)
        longer = [name for name in known if len(wanted) > 3 and name.startswith(wanted)]
        alike = [name for name in known if len(mine & _words(name)) > 1 and len(mine ^ _words(name)) <= 1]
        within = [name for name in known if mine and mine < _words(name)]
        close = min(longer, key=len, default="") or next(
            (each[0] for each in (alike, within) if len(each) == 1), ""
        )
    return close


def _words(name: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", name.lower()))


def one_of(given: T, name: str, known: Collection[T]) -> T:
    """An argument of the library that is one of some words. Raises `ValueError` with the words there are."""
    if given in known:
        return given
    words = ", ".join(f"{each!r}" for each in known)
    raise ValueError(f"{name}={str(given)[:60]!r} is not known; there are {words}")


def _window(source: str, column: int, width: int = 110) -> tuple[str, int]:
    """The part of a long line around the column, and the column in that part."""
    source = "".join(c if c.isprintable() else " " for c in source)
    if len(source) <= width:
        return source, min(column, len(source) + 1)
    start = max(0, min(column - width // 3, len(source) - width))
    part = source[start : start + width]
    if start:
        part = "..." + part[3:]
    return part, column - start
