"""The answers of a consultation: told one after another, taken back, or put off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from charley.documents.diagnostic import Diagnostic, Faulty, nearest, one_of
from charley.engine.assessment import Assessment
from charley.engine.differential import Differential
from charley.engine.explanation import Shown
from charley.engine.meaning import Valuation
from charley.engine.prepared import Prepared
from charley.engine.reading import Engine, Live, live
from charley.facts.record import Answers, answers
from charley.facts.vocabulary import Value
from charley.facts.wording import AUDIENCES, Audience

__all__ = ["Answered", "faulty"]


class Answered(Shown):
    """One patient's answers, and what follows from them.

    Every method that takes a fact raises `Faulty` for an answer that is not acceptable, and for a fact that
    does not exist, with the nearest name. It changes nothing then.
    """

    def __init__(
        self,
        base: Prepared,
        record: Mapping[str, Any] | Answers | None,
        engine: Engine | None,
        audience: Audience,
    ) -> None:
        self.base = base
        self._audience = one_of(audience, "audience", AUDIENCES)
        self._reading: Live = live(base, engine)
        self._record: dict[str, Value] = {}
        self._unknown: dict[str, None] = {}
        self._told: dict[str, str] = {}
        self._later: dict[str, None] = {}
        self._assessment: Assessment | None = None
        self._take(record if isinstance(record, Answers) else answers(record or {}, base.vocabulary))

    @property
    def record(self) -> Mapping[str, Value]:
        """What is known, in the order in which it was told."""
        return dict(self._record)

    @property
    def answers(self) -> Answers:
        """What is known, and the facts of which somebody said "I don't know"."""
        return Answers(self.record, frozenset(self._unknown), dict(self._told))

    @property
    def audience(self) -> Audience:
        """For whom questions and explanations are worded."""
        return self._audience

    @audience.setter
    def audience(self, audience: Audience) -> None:
        self._audience = one_of(audience, "audience", AUDIENCES)

    def tell(self, facts: Mapping[str, Any] | None = None, /, **more: Any) -> None:
        """Take one or more answers. Raises `Faulty`."""
        self._take(answers({**(facts or {}), **more}, self.base.vocabulary))

    def tell_again(self, fact: str, value: Any, as_told: str) -> None:
        """Take a saved answer, with the number as it was typed then. Raises `Faulty`."""
        told = answers({fact: value}, self.base.vocabulary)
        self._take(replace(told, told={fact: as_told} if as_told and fact in told.record else {}))

    def unknown(self, *facts: str) -> None:
        """Take "I don't know": the facts are unknown and are not asked for again. Raises `Faulty`."""
        self._take(answers(dict.fromkeys(facts), self.base.vocabulary))

    def skip(self, *facts: str) -> None:
        """Put questions off: they are asked again when nothing else is left. Raises `Faulty`."""
        for fact in facts:
            self._fact(fact)
        self._later.update(dict.fromkeys(facts))

    def retract(self, *facts: str) -> None:
        """Take answers back, as if the questions had never been asked. Raises `Faulty`."""
        for fact in facts:
            if fact not in self._record and fact not in self._unknown:
                told = [*self._record, *self._unknown]
                help = nearest(fact, told) or "`record` and `answers` hold what was told"
                raise faulty("F010", f"`{fact}` was not told", help)
        for fact in facts:
            self._unknown.pop(fact, None)
            self._told.pop(fact, None)
            if fact in self._record:
                del self._record[fact]
                self._reading.retract(fact)
        self._assessment = None

    def _take(self, told: Answers) -> None:
        for fact, value in told.record.items():
            self._unknown.pop(fact, None)
            self._later.pop(fact, None)
            self._told.pop(fact, None)
            self._record[fact] = value
            self._reading.tell(fact, value)
        for fact in self.base.vocabulary:
            if fact in told.unknown:
                if fact in self._record:
                    del self._record[fact]
                    self._reading.retract(fact)
                self._unknown[fact] = None
                self._told.pop(fact, None)
        self._told |= told.told
        self._assessment = None

    @property
    def assessment(self) -> Assessment:
        """What the base makes of what is known."""
        if self._assessment is None:
            self._assessment = Assessment(self.base, self.answers, self._reading.valuation())
        return self._assessment

    @property
    def valuation(self) -> Valuation:
        """What follows from what is known."""
        return self.assessment.valuation

    @property
    def differential(self) -> Differential:
        """What is said of this patient now."""
        return self.assessment.differential(self.audience)

    def _fact(self, fact: str) -> None:
        if fact not in self.base.vocabulary:
            help = nearest(fact, self.base.vocabulary) or "`charley facts` lists what can be known"
            raise faulty("F010", f"unknown fact `{fact[:60]}`", help)


def faulty(code: str, message: str, help: str) -> Faulty:
    """What is wrong with a name or an answer in a consultation."""
    return Faulty([Diagnostic("consultation", 0, 0, code, message, help)])
