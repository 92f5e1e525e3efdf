"""Candidates: the diagnoses under consideration; and the alerts, dangers that are named but not ranked."""

from typing import Annotated, Literal

from pydantic import Field

from charley.documents.model import Frozen, ReadOnly, ReadOnlyDict, Text
from charley.facts.fields import Identifier
from charley.facts.wording import NextSteps, Wording
from charley.rules.rule import Urgency

__all__ = ["SECTIONS", "AlertName", "Candidate", "Section", "Tier"]

Tier = Literal["most_likely", "other_likely", "do_not_miss", "rare"]

Section = Literal["most_likely", "do_not_miss", "likely", "rare", "less_likely"]
SECTIONS: tuple[Section, ...] = ("most_likely", "do_not_miss", "likely", "rare", "less_likely")
"""Where a candidate can stand; the first that applies, in this order."""


class Candidate(Frozen):
    """A diagnosis under consideration. `prior` is what it has before anything is known, in decibans;
    `disposition` is how soon it needs a clinician when it leads; `beyond_source` marks our additions.

    `said_as` holds by language the words by which people name it beside its own names; those that it
    `shares_words_with` may be named by the same words.
    """

    id: Identifier
    prefix: Text
    said_as: ReadOnly[str, tuple[Text, ...]] = ReadOnlyDict()
    shares_words_with: tuple[Identifier, ...] = ()
    name: Wording
    description: Wording
    tier: Tier
    beyond_source: Annotated[bool, Field(strict=True)] = False
    prior: Annotated[int, Field(ge=-100, le=100, strict=True)]
    icd10cm: str | None = None
    icd10cm_related: ReadOnly[str, str] = ReadOnlyDict()
    tests: tuple[Text, ...] = ()
    disposition: Urgency
    next_steps: NextSteps = Field(default_factory=NextSteps)
    note: Text | None = None


class AlertName(Frozen):
    """A danger that an alert names. `said_as` is as for a candidate."""

    id: Identifier
    prefix: Text
    said_as: ReadOnly[str, tuple[Text, ...]] = ReadOnlyDict()
    shares_words_with: tuple[Identifier, ...] = ()
    name: Wording
    icd10cm: str | None = None
