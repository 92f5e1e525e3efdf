"""A saved consultation replayed with the present rules, and where the result is another one."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, assert_never

from charley.documents.diagnostic import Faulty
from charley.documents.document import read_document
from charley.engine.consult.consultation import Consultation
from charley.engine.consult.transcript import FORMAT, Event, Saved, read_saved, sha256, summary
from charley.engine.explain.words import URGENCY_NAMES
from charley.engine.prepared import Prepared
from charley.engine.reading import Engine
from charley.facts.record import answers
from charley.facts.vocabulary import Value
from charley.facts.wording import AUDIENCES, Audience
from charley.rules.rule import URGENCIES, Urgency, most_urgent

__all__ = ["Replayed", "read_consultation", "replay"]


@dataclass
class Replayed:
    """A consultation that was replayed.

    `departures` are the differences in words; there are none where the result is identical. `refused` are the
    answers that the present rules do not accept, with the reason.
    """

    consultation: Consultation
    departures: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    was: Urgency | None = None
    """The overall urgency when the consultation was held, where it is known."""

    @property
    def warnings(self) -> list[str]:
        """What must be read first: answers left out, and an urgency that is lower now."""
        now = self.consultation.differential.urgency
        found: list[str] = []
        if self.refused:
            these = "1 answer" if len(self.refused) == 1 else f"{len(self.refused)} answers"
            found.append(f"LEFT OUT: {these} of this consultation, which these rules do not accept:")
            found += self.refused
        if self.was is not None and most_urgent([self.was, now]) != now:
            is_now = URGENCY_NAMES[now] if now else "none"
            was = URGENCY_NAMES[self.was]
            found.append(f"LESS URGENT: overall urgency was {was} when it was held, and is {is_now} here.")
        return found


def replay(base: Prepared, saved: Saved, engine: Engine | None = "kernel") -> Replayed:
    """Give every saved answer again, and compare the results."""
    consultation = Consultation(base, engine=engine, audience=saved.audience)
    departures: list[str] = []
    refused: list[str] = []
    same_rules = saved.base.get("digest") == base.digest
    if not same_rules:
        was = f"{saved.base.get('id')} {saved.base.get('version', '')} ({saved.base.get('digest', '')[:12]})"
        departures.append(f"it was held on {was}; this is {base.id} {base.version} ({base.digest[:12]})")
    departed = False
    for number, event in enumerate(saved.events, 1):
        try:
            _do(consultation, event)
        except Faulty as faulty:
            reason = faulty.diagnostics[0].message
            departures.append(f"answer {number} ({event.fact}) is not accepted: {reason}")
            refused.append(f"answer {number}, {event.fact}: {_shown(event.value)} ({reason})")
            continue
        if event.digest and same_rules and not departed:
            digest = sha256(consultation.differential)
            if not digest.startswith(event.digest):
                departed = True
                departures.append(f"after answer {number} ({event.fact}) something else is said than then")
    departures += differing(saved.result, summary(consultation.differential))
    digest = sha256(consultation.differential)
    if saved.result and same_rules and not departures and saved.result.get("sha256") != digest:
        departures.append("the differential is not the same to the byte")
    then = next((each for each in URGENCIES if each == saved.result.get("urgency")), None)
    return Replayed(consultation, departures, refused, then)


def _shown(value: Value | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "unknown" if value is None else str(value)


def _again(base: Prepared, event: Event) -> Value | None:
    """The saved value, ready to be told. A number was saved in the fact's own unit."""
    fact = base.vocabulary.get(event.fact)
    return event.value if fact is None or event.value is None else fact.written(event.value)


def _do(consultation: Consultation, event: Event) -> None:
    match event.kind:
        case "answer":
            consultation.tell_again(event.fact, _again(consultation.base, event), event.as_told)
        case "retract":
            consultation.retract(event.fact)
        case "skip":
            consultation.skip(event.fact)
        case "audience":
            consultation.audience = next(each for each in AUDIENCES if each == event.fact)
        case _:
            assert_never(event.kind)


def read_consultation(
    base: Prepared, file: str, audience: Audience | None = None, today: datetime.date | None = None
) -> Replayed:
    """The consultation in a file, or a new one about the record in it. Raises `Faulty`.

    Where a record does not say of which day it is, its dates are counted from `today`. Some answers may be
    left out; the `warnings` of the result say so.
    """
    document = read_document(file)
    if isinstance(document.value, dict) and document.value.get("format") == FORMAT:
        played = replay(base, read_saved(document))
        played.consultation.audience = audience or played.consultation.audience
        return played
    if not isinstance(document.value, dict):
        help = "write one fact a line: `age: 67`"
        raise Faulty([document.problem([], "F004", "a record is a list of facts with values", help)])
    told = answers(document.value, base.vocabulary, document.problem, today)
    return Replayed(Consultation(base, told, engine="kernel", audience=audience or "clinician"))


def differing(was: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """How two summaries differ, in words."""
    found = []
    for key in ("leader", "urgency"):
        if key in was and was[key] != now[key]:
            found.append(f"{key}: was {was[key] or 'none'}, is {now[key] or 'none'}")
    for key, what in (("flags", "flag"), ("alerts", "alert"), ("scores", "score")):
        before, after = was.get(key), now[key]
        if not isinstance(before, dict):
            continue
        for id in {**before, **after}:
            if before.get(id) != after.get(id):
                found.append(
                    f"{what} {id}: was {before.get(id, 'not there')}, is {after.get(id, 'not there')}"
                )
    return found
