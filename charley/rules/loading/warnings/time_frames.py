"""Each text that says what to do is held to the time frame of its urgency.

The first expression of time in it must fit, and a later one only where it names a number: "within days" tells
of a course. To a patient nothing else is said than the time frame itself, so that nobody has to choose
between two. Texts are read in English; a base in another language is not checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from charley.documents.diagnostic import Diagnostic
from charley.facts.wording import AUDIENCES, Audience
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.loading.contents import Contents, Placed
from charley.rules.rule import URGENCIES, Advise, Alert, Flag, Urgency
from charley.rules.time_frame import TimeFrame, time_words

__all__ = ["untimely_texts"]


def untimely_texts(base: KnowledgeBase, contents: Contents) -> Iterator[Diagnostic]:
    """R108: what to do, in words of time that do not fit the urgency."""
    if not base.about.language.lower().startswith("en"):
        return
    frames = base.about.time_frames
    path: list[str | int]
    for placed in contents.rules:
        for at, effect in enumerate(placed.model.then):
            if isinstance(effect, Flag | Alert | Advise):
                field = "advise" if isinstance(effect, Advise) else "action"
                wording = effect.text if isinstance(effect, Advise) else effect.action
                for audience in AUDIENCES:
                    text = getattr(wording, audience)
                    # A text that all audiences share is reported once.
                    if text is not None and not (audience != "clinician" and text == wording.clinician):
                        path = ["then", at, field, audience]
                        yield from _untimely(frames, placed, path, text, effect.urgency, audience)
    for placed in contents.candidates:
        for audience in AUDIENCES:
            for at, text in enumerate(getattr(placed.model.next_steps, audience)):
                path = ["next_steps", audience, at]
                yield from _untimely(frames, placed, path, text, placed.model.disposition, audience)


def _untimely(
    frames: Mapping[Urgency, TimeFrame],
    placed: Placed,
    path: list[str | int],
    text: str,
    urgency: Urgency,
    audience: Audience,
) -> Iterator[Diagnostic]:
    said = [each for each in time_words(text) if not each.conditional]
    for at, each in enumerate(said):
        exact = audience == "patient" and frames[urgency].within_days is not None
        fits = each.days == frames[urgency].within_days if exact else _urgency(each.days, frames) == urgency
        if fits or (at and (audience != "patient" or each.vague)):
            continue
        message = f"`{each.words}` does not fit the urgency `{urgency}`"
        help = f"say what means `{frames[urgency].wording.to(audience)}`, or change the urgency"
        yield placed.problem(path, "R108", message, help, severity="warning")


def _urgency(days: float, frames: Mapping[Urgency, TimeFrame]) -> Urgency:
    """The most urgent one whose time frame holds so many days; a frame without an end holds all."""
    for urgency in URGENCIES:
        within = frames[urgency].within_days
        if within is None or days <= within:
            return urgency
    return URGENCIES[-1]
