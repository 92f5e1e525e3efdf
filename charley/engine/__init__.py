"""What follows: the meaning of a base for one record, and everything worked out from it.

Rooms above this one also do something for an `Expert`, and nothing here imports them. `CohortOf` says what is
expected of one; whoever puts the rooms together (`charley/__init__.py`) says where it is made, as text that
is imported when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any, Protocol

__all__ = ["CohortOf", "maker", "provide"]

_MADE_BY: dict[str, str] = {}


class CohortOf(Protocol):
    """A base applied to many patients (`charley.cohort.evaluation.Cohort`)."""

    def evaluate(self, given: Any, **options: Any) -> Any:
        """What follows for every row of a table."""

    def map_batches(self, batches: Iterable[Any], **options: Any) -> Iterator[Any]:
        """What follows for every row of some record batches."""


def provide(name: str, place: str) -> None:
    """Say which callable makes what is asked for under the name: `module:attribute`."""
    _MADE_BY[name] = place


def maker(name: str) -> Any:
    """The callable. It is imported now, so it may raise what its room raises without its extra."""
    module, _, attribute = _MADE_BY[name].partition(":")
    return getattr(import_module(module), attribute)
