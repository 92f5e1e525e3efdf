"""Cases: constructed patients, and what a careful clinician expects to be said of each."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from charley.documents.model import Frozen, ReadOnly, ReadOnlyDict, Text
from charley.rules.candidate import Section
from charley.rules.rule import OverallUrgency

__all__ = ["Case", "Expectation"]


class Expectation(Frozen):
    """What must follow. Fields that are left out are not checked.

    `top3`: each is among the three highest scores. `flags` and `alerts` must be there, `not_flags` and
    `not_alerts` must not; `cleared` are flags and alerts that must be answered. An empty list of `flags`,
    `cleared`, `alerts` or `fires` means that there is none.
    `urgency` is the overall urgency, exactly. `fires` and `not_fires` name rules.
    `scores`, in whole decibans and exactly, pins weights down: for cases whose purpose that is.
    """

    leader: str | None = None
    top3: tuple[str, ...] = ()
    sections: ReadOnly[str, Section] = ReadOnlyDict()
    flags: tuple[str, ...] | None = None
    not_flags: tuple[str, ...] = ()
    cleared: tuple[str, ...] | None = None
    alerts: tuple[str, ...] | None = None
    not_alerts: tuple[str, ...] = ()
    urgency: OverallUrgency | None = None
    fires: tuple[str, ...] | None = None
    not_fires: tuple[str, ...] = ()
    scores: ReadOnly[str, Annotated[int, Field(strict=True)]] = ReadOnlyDict()


class Case(Frozen):
    """One constructed patient. `given` is a record as a person would write it; `note` says what kind of
    telling it is (typical, early, look-alike ...) and anything that was decided about the expectation.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: Text
    given: ReadOnly[str, Any]
    expect: Expectation
    note: Text | None = None
