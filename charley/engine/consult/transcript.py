"""A consultation saved in a file that a person can read: every answer with its time, and the result.

After every answer the whole file is written under another name and then renamed, so that an interruption
leaves the answers given so far. The file holds enough to replay the consultation (`replay.py`).
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, assert_never

from charley.documents.atomic import write_whole
from charley.documents.diagnostic import Diagnostic, Faulty
from charley.documents.document import Document, read_document
from charley.engine.consult.consultation import Consultation
from charley.engine.differential import Differential
from charley.engine.explain.words import PURPOSE
from charley.facts.vocabulary import Value
from charley.facts.wording import AUDIENCES, Audience

__all__ = ["FORMAT", "Event", "Kind", "Saved", "read_saved", "sha256", "summary"]

FORMAT = "charley.consultation.v1"

Kind = Literal["answer", "retract", "skip", "audience"]

HEAD = f"""\
# A consultation with Charley. {PURPOSE}
# It holds what somebody said about their health: keep it as you would keep that.
# `charley consult --resume FILE` goes on, `charley replay FILE` plays it again, and
# `charley report FILE --out report.html` hands it over.
"""


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a consultation.

    `kind` is `answer` (a value, or None for "I don't know"), `retract`, `skip` or `audience`. `digest` is the
    SHA-256 of the differential after the event. `as_told` is a number with its unit as it was typed, where
    that differs from the value.
    """

    kind: Kind
    fact: str
    value: Value | None = None
    at: str = ""
    digest: str = ""
    as_told: str = ""

    def line(self) -> str:
        """The event as a line of the file."""
        shown: dict[str, object] = {"at": self.at}
        match self.kind:
            case "answer":
                shown |= {"fact": self.fact, "answer": "unknown" if self.value is None else self.value}
                shown |= {"as_told": self.as_told} if self.as_told else {}
            case "retract" | "skip" | "audience":
                shown |= {self.kind: self.fact}
            case _:
                assert_never(self.kind)
        shown["differential"] = self.digest[:16]
        inside = ", ".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in shown.items())
        return f"- {{{inside}}}"


@dataclass
class Saved:
    """A saved consultation."""

    base: Mapping[str, str]
    audience: Audience
    events: list[Event] = field(default_factory=list)
    result: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, consultation: Consultation) -> Saved:
        """A transcript that begins with what was already told in the consultation."""
        base = consultation.base
        named = {"id": base.id, "version": base.version, "digest": base.digest}
        saved = cls(named, consultation.audience)
        for fact, value in consultation.record.items():
            as_told = consultation.answers.told.get(fact, "")
            saved.events.append(Event("answer", fact, value, _now(), as_told=as_told))
        unknown = consultation.answers.unknown
        saved.events += [Event("answer", fact, None, _now()) for fact in base.vocabulary if fact in unknown]
        saved.result = summary(consultation.differential)
        return saved

    def add(
        self, kind: Kind, fact: str, value: Value | None, d: Differential | None, as_told: str = ""
    ) -> None:
        """Append an event with the differential after it. Of several events at once only the last has one."""
        self.events.append(Event(kind, fact, value, _now(), "" if d is None else sha256(d), as_told))
        if d is not None:
            self.result = summary(d)

    def __str__(self) -> str:
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield HEAD.rstrip()
        yield f"format: {FORMAT}"
        yield "knowledge_base:"
        for key, value in self.base.items():
            yield f"  {key}: {json.dumps(value)}"
        yield f"audience: {self.audience}"
        yield "events:" if self.events else "events: []"
        for event in self.events:
            yield event.line()
        yield "result:"
        for key, value in self.result.items():
            yield f"  {key}: {json.dumps(value, ensure_ascii=False)}"

    def write(self, file: Path) -> None:
        """Write the file, whole or not at all. Raises `OSError`."""
        write_whole(file, str(self), private=True)


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def sha256(d: Differential) -> str:
    """The SHA-256 of a differential's JSON."""
    return hashlib.sha256(d.model_dump_json().encode()).hexdigest()


def summary(d: Differential) -> dict[str, Any]:
    """The parts of a differential that a replay compares under changed rules."""
    return {
        "leader": d.leader,
        "urgency": d.urgency,
        "flags": {flag.candidate: flag.urgency for flag in d.flags},
        "alerts": {alarm.alert: alarm.urgency for alarm in d.alerts},
        "scores": {place.candidate: place.score for place in d.standings},
        "settled": d.settled,
        "sha256": sha256(d),
    }


def read_saved(file: str | Path | Document) -> Saved:
    """The saved consultation in a file, or in a document that was read already. Raises `Faulty`."""
    document = file if isinstance(file, Document) else read_document(file)
    whole = document.value
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        help = "`charley consult --save FILE` makes one; `charley consult FILE` begins with a plain record"
        path = ["format"] if isinstance(whole, dict) and "format" in whole else []
        raise Faulty([document.problem(path, "F004", "this is not a saved consultation", help)])
    problems: list[Diagnostic] = []
    base = whole.get("knowledge_base")
    if not isinstance(base, dict) or not all(isinstance(v, str) for v in base.values()) or "id" not in base:
        problems.append(document.problem(["knowledge_base"], "F004", "it does not say which rules it used"))
    audience = whole.get("audience")
    if audience not in AUDIENCES:
        help = f"write one of {', '.join(AUDIENCES)}"
        problems.append(document.problem(["audience"], "F004", "no such audience", help))
    events = whole.get("events")
    found: list[Event] = []
    if not isinstance(events, list):
        problems.append(document.problem(["events"], "F004", "the answers are a list"))
        events = []
    for at, each in enumerate(events):
        event = _event(each)
        if event is None:
            help = "an answer is `{at: ..., fact: age, answer: 67}`"
            problems.append(document.problem(["events", at], "F004", "not an answer", help))
        else:
            found.append(event)
    if problems:
        raise Faulty(problems)
    result = whole.get("result")
    assert isinstance(base, dict) and audience is not None
    return Saved(base, audience, found, result if isinstance(result, dict) else {})


def _event(given: Any) -> Event | None:
    if not isinstance(given, dict):
        return None
    at, digest = str(given.get("at") or ""), str(given.get("differential") or "")
    kinds: tuple[Kind, ...] = ("retract", "skip", "audience")
    for kind in kinds:
        if isinstance(given.get(kind), str):
            named = given[kind]
            return (
                None
                if kind == "audience" and named not in AUDIENCES
                else Event(kind, named, None, at, digest)
            )
    value = given.get("answer")
    if not isinstance(given.get("fact"), str) or isinstance(value, list | dict):
        return None
    known = None if value is None or value == "unknown" else value
    as_told = given.get("as_told")
    return Event("answer", given["fact"], known, at, digest, as_told if isinstance(as_told, str) else "")
