"""A consultation: answers given one at a time, the differential at any time, and what to ask next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from charley.engine import ask
from charley.engine.differential import Differential, differential
from charley.engine.explain import How, how
from charley.engine.meaning import Valuation
from charley.facts.diagnostic import Diagnostic, Faulty, nearest
from charley.facts.record import Answers, answers
from charley.facts.vocabulary import Value
from charley.facts.wording import Audience

if TYPE_CHECKING:
    from charley.engine.expert import Engine, Expert

__all__ = ["Consultation", "Reading"]


class Reading(Protocol):
    """A live reading of the rules for one patient: the experta session, or the kernel."""

    def tell(self, fact: str, value: Value) -> None:
        """Make a fact known, or change it."""

    def retract(self, fact: str) -> None:
        """Make a fact unknown again."""

    def valuation(self) -> Valuation:
        """What follows from what is known."""


class Consultation:
    """One patient's consultation, on experta or on the kernel; both say the same.

    Every method that takes a fact or a candidate raises `Faulty`, with the nearest name, for one that does
    not exist, and for an answer that is not acceptable; nothing is changed then.
    """

    def __init__(
        self,
        base: Expert,
        record: Mapping[str, Any] | Answers | None = None,
        *,
        engine: Engine = "experta",
        audience: Audience = "clinician",
    ) -> None:
        self.base = base
        self.audience: Audience = audience
        self._reading: Reading = base.reading(engine)
        self._record: dict[str, Value] = {}
        self._unknown: dict[str, None] = {}
        self._valuation: Valuation | None = None
        told = record if isinstance(record, Answers) else answers(record or {}, base.vocabulary)
        self._take(told)

    @property
    def record(self) -> Mapping[str, Value]:
        """What is known, in the order in which it was told."""
        return dict(self._record)

    @property
    def answers(self) -> Answers:
        """What is known, and what somebody said not to know."""
        return Answers(self.record, frozenset(self._unknown))

    def tell(self, facts: Mapping[str, Any] | None = None, /, **more: Any) -> None:
        """Take one or more answers. Raises `Faulty`."""
        self._take(answers({**(facts or {}), **more}, self.base.vocabulary))

    def unknown(self, *facts: str) -> None:
        """Take "I don't know": the facts are unknown and are not asked for again. Raises `Faulty`."""
        self._take(answers(dict.fromkeys(facts), self.base.vocabulary))

    def retract(self, *facts: str) -> None:
        """Take answers back, as if the questions had never been asked. Raises `Faulty`."""
        for fact in facts:
            if fact not in self._record and fact not in self._unknown:
                told = [*self._record, *self._unknown]
                help = nearest(fact, told) or "`record` and `answers` hold what was told"
                raise Faulty([Diagnostic("consultation", 0, 0, "F010", f"`{fact}` was not told", help)])
        for fact in facts:
            self._unknown.pop(fact, None)
            if fact in self._record:
                del self._record[fact]
                self._reading.retract(fact)
        self._valuation = None

    def _take(self, told: Answers) -> None:
        for fact, value in told.record.items():
            self._unknown.pop(fact, None)
            self._record[fact] = value
            self._reading.tell(fact, value)
        for fact in self.base.vocabulary:
            if fact in told.unknown:
                if fact in self._record:
                    del self._record[fact]
                    self._reading.retract(fact)
                self._unknown[fact] = None
        self._valuation = None

    @property
    def valuation(self) -> Valuation:
        """What follows from what is known."""
        if self._valuation is None:
            self._valuation = self._reading.valuation()
        return self._valuation

    @property
    def differential(self) -> Differential:
        """What is said of this patient now."""
        return differential(self.base.scoring, self.answers, self.valuation, self.audience)

    def next_question(self) -> ask.Question | None:
        """What to ask next; None when nothing that this audience can answer would matter."""
        return ask.next_question(
            self.base.scoring, self._record, self.valuation, self.audience, self._unknown
        )

    def how(self, candidate: str) -> How:
        """How the candidate came to stand where it stands. Raises `Faulty` for one that is not there."""
        self._candidate(candidate)
        return how(self.base, self.differential, candidate)

    def _candidate(self, candidate: str) -> None:
        if candidate not in self.base.candidates:
            help = nearest(candidate, self.base.candidates) or "`charley candidates` lists them"
            message = f"unknown candidate `{candidate}`"
            raise Faulty([Diagnostic("consultation", 0, 0, "R003", message, help)])
