"""Durations that are told as a date: since which day, seen from the day of the record.

A date is never part of what rules look at. It is turned into the number of days, weeks, months or years that
have passed, and everything behind that sees a number. The day from which it is seen is told with the record
(`as_of`); nothing here looks at the clock.
"""

from __future__ import annotations

import datetime
import re
from typing import Any

from charley.facts.numbers.number import NotUnderstood, brief, in_range, in_unit
from charley.facts.vocabulary import AS_OF, Fact

__all__ = ["day", "duration", "seen_from", "started"]

_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_SINCE = re.compile(rf"(?:since\s+)?({_DAY})(?:,?\s+as\s+of\s+({_DAY}))?", re.IGNORECASE)


def day(name: str, given: Any) -> datetime.date:
    """The day that was given under this name, as a date or as `2026-01-31`. Raises `NotUnderstood`."""
    if isinstance(given, datetime.date) and not isinstance(given, datetime.datetime):
        return given
    help = "write it as 2026-01-31"
    if isinstance(given, str) and re.fullmatch(_DAY, given.strip()):
        try:
            return datetime.date.fromisoformat(given.strip())
        except ValueError:
            raise NotUnderstood(f"`{name}` is {given.strip()}, and there is no such day", help) from None
    raise NotUnderstood(f"`{name}` is a date, not `{brief(given)}`", help)


def started(fact: Fact, given: Any) -> tuple[datetime.date, datetime.date | None] | None:
    """The start day, and the day to which it is counted, where that is given; None for a plain number.

    Raises `NotUnderstood`.
    """
    if fact.since is None:
        return None
    if isinstance(given, datetime.date):
        return day(fact.id, given), None
    found = _SINCE.fullmatch(" ".join(given.split())) if isinstance(given, str) else None
    if found is None:
        return None
    return day(fact.id, found[1]), None if found[2] is None else day(AS_OF, found[2])


def duration(fact: Fact, start: datetime.date, as_of: datetime.date | None, name: str = "") -> float | int:
    """How long ago that is, in the fact's own unit; `name` is what it was told under.

    Raises `NotUnderstood`.
    """
    name = name or fact.id
    if as_of is None:
        help = f"say so: `{AS_OF}: 2026-01-31`, or tell `{fact.id}` as {fact.number_expected()}"
        raise NotUnderstood(f"`{name}` is a date, and the record does not say of which day it is", help)
    if start > as_of:
        help = f"correct it, or the day of the record, `{AS_OF}`"
        raise NotUnderstood(f"`{name}` is {start}, after {as_of}, the day of the record", help, "F012")
    return in_range(fact, in_unit(fact, (as_of - start).days, "d"))


def seen_from(fact: Fact, given: Any, as_of: datetime.date | None) -> Any:
    """A date with the day it is seen from, so that it is the same number on any later day.

    Anything else than a date stays as it was given. Raises `NotUnderstood` for a day that there is not.
    """
    start = started(fact, given)
    if start is None or start[1] is not None or as_of is None:
        return given
    return f"since {start[0]} as of {as_of}"
