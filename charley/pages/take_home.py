"""What a patient takes home, in plain words: how urgent, what to do, what it probably is and why."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from charley.engine.differential import Differential
from charley.engine.explain.words import LEAD_TITLES, asked_words, lead_words, others_considered, to_watch_for
from charley.engine.summary.reasons import Sides, sides, speaks_for
from charley.engine.summary.summary import suits_urgency, summary
from charley.pages.handover import after_purpose
from charley.rules.knowledge_base import KnowledgeBase

__all__ = ["Cause", "TakeHome", "take_home"]


@dataclass(frozen=True, slots=True)
class Cause:
    """A candidate that something speaks for. `description` is None where it would reassure too soon."""

    name: str
    description: str | None
    sides: Sides


@dataclass(frozen=True)
class TakeHome:
    """Everything on the page."""

    d: Differential
    disclaimer: str
    written: str
    urgency: str
    reasons: tuple[str, ...]
    told_behind: str | None
    """What of the answers the reasons mean, where these name several things."""
    open_signs: str | None
    contradictions: tuple[str, ...]
    actions: tuple[str, ...]
    tell_too: tuple[str, ...]
    lead: str
    most_common: str | None
    causes: tuple[Cause, ...]
    considered: str | None
    watch_for: tuple[str, ...]
    come_back: str | None
    told: tuple[tuple[str, str], ...]
    """The questions with the answers that were given."""
    denied: tuple[str, ...]
    """The questions to which the answer was no."""
    unsure: tuple[str, ...]
    """The questions that were left at "not sure"."""
    warnings: tuple[str, ...] = ()
    story: str = ""


def take_home(
    base: KnowledgeBase,
    d: Differential,
    warnings: Sequence[str] = (),
    now: datetime.datetime | None = None,
    story: str = "",
) -> TakeHome:
    """The page for a differential worded for a patient. It gives every reason once.

    The `story` is what the person told in their own words.
    """
    found = summary(base, d)
    lesser = [point for point in found.others if point.urgency != "routine"]
    most_common = None
    if d.lead == "nothing_known" and d.leader is not None:
        most_common = f"{LEAD_TITLES['nothing_known']}: {d.standing(d.leader).name}"
    return TakeHome(
        d=d,
        disclaimer=after_purpose(d.disclaimer),
        written=(now or datetime.datetime.now(datetime.UTC)).strftime("%Y-%m-%d"),
        urgency=found.urgency,
        reasons=found.reasons,
        told_behind=found.told,
        open_signs=found.open_signs(),
        contradictions=tuple(each.note for each in d.contradictions),
        actions=found.actions,
        tell_too=tuple(dict.fromkeys(reason for point in lesser for reason in point.reasons)),
        lead=lead_words(d),
        most_common=most_common,
        causes=tuple(
            Cause(
                place.name,
                base.candidates[place.candidate].description.to(d.audience)
                if suits_urgency(base, d, place.candidate)
                else None,
                _further(sides(base, d, place), found.reasons),
            )
            for place in speaks_for(d)
        ),
        considered=others_considered(d),
        watch_for=to_watch_for(base, d),
        come_back=None if d.urgency in ("emergency", "same_day") else d.always_say or None,
        told=tuple(
            (asked_words(base, id), base.vocabulary[id].show(value))
            for id, value in d.record.items()
            if value is not False
        ),
        denied=tuple(asked_words(base, id) for id, value in d.record.items() if value is False),
        unsure=tuple(asked_words(base, id) for id in d.unknown),
        warnings=tuple(warnings),
        story=story,
    )


def _further(found: Sides, said: Collection[str]) -> Sides:
    """The reasons without those that were said before; all of them where nothing else is left."""
    others = tuple(reason for reason in found.in_favour if reason not in said)
    return replace(found, in_favour=others) if others else found
