"""How far the version of a base must rise for what changed: semantic versioning of meaning.

A patch changes words and sources. A minor version changes what is said of some patient. A major version takes
something away on which people or programs rely: a warning, its urgency, a name in records, a unit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from charley.audit.diff.comparison import Change
from charley.audit.diff.edits import Edit

__all__ = ["Level", "RequiredLevel", "next_version", "required_level", "rises_enough"]

Level = Literal["none", "patch", "minor", "major"]
_LEVELS: tuple[Level, ...] = ("none", "patch", "minor", "major")

TAKES_AWAY = frozenset(
    ("lost-flag", "lost-alert", "lower-urgency", "flag-less-urgent", "answer-new", "advice-lost")
)
"""Kinds of change by which somebody is warned less than before."""

CHANGES_RECORDS = frozenset(("unit", "range", "choice", "scope"))
"""Kinds of edit by which a record that was read before is refused, or means something else."""

NAMED = frozenset(("fact", "candidate", "alert", "score", "derived", "finding", "rule"))
"""Sorts of items whose ids stand in records, reports and programs."""

ACTS = frozenset(
    ("rule", "action", "advice", "disposition", "next-step", "number", "finding", "asking", "fact")
)
"""Kinds of edit that some patient may notice beyond the wording."""


@dataclass(frozen=True, slots=True)
class RequiredLevel:
    """The level, and the kinds of change or edited items that demand it."""

    level: Level
    because: tuple[str, ...] = ()


def required_level(changes: Sequence[Change], edits: Sequence[Edit]) -> RequiredLevel:
    """How far the version must rise. A kind of change that was not decided counts as found."""
    reasons: dict[Level, dict[str, None]] = {level: {} for level in _LEVELS}
    for change in changes:
        reasons["major" if change.kind in TAKES_AWAY else "minor"][change.kind] = None
    for edit in edits:
        gone = edit.field == "" and edit.new is None and edit.sort in NAMED
        other = edit.kind in CHANGES_RECORDS or (edit.sort == "fact" and edit.field == "kind")
        level: Level = "major" if gone or other else "minor" if edit.kind in ACTS else "patch"
        reasons[level][f"{edit.sort} {edit.id}".strip()] = None
    for level in reversed(_LEVELS):
        if reasons[level]:
            return RequiredLevel(level, tuple(reasons[level]))
    return RequiredLevel("none")


def next_version(version: str, level: Level) -> str | None:
    """The least version after this one that may carry such a change; None where it is not like `1.2.3`.

    Before 1.0.0 a major change raises the second number and any other the third, as is usual.
    """
    numbers = _numbers(version)
    if numbers is None:
        return None
    at = max(0, 3 - _LEVELS.index(level))
    if numbers[0] == 0:
        at = 1 if level == "major" else 2
    if level == "none":
        return version
    return ".".join(map(str, [*numbers[:at], numbers[at] + 1, 0, 0][:3]))


def rises_enough(old: str, new: str, level: Level) -> bool:
    """Whether the new version is at least the least one."""
    least, is_now = _numbers(next_version(old, level) or ""), _numbers(new)
    return least is not None and is_now is not None and is_now >= least


def _numbers(version: str) -> list[int] | None:
    found = re.fullmatch(r"(\d{1,9})\.(\d{1,9})\.(\d{1,9})", version)
    return None if found is None else [int(number) for number in found.groups()]
