"""A knowledge base that can be asked: what `charley.load()` returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from charley.engine.ask.lookahead import Graph
from charley.engine.ask.policy import Asking
from charley.engine.cache import compiled
from charley.engine.differential import Differential, differential
from charley.engine.kernel.network import Network
from charley.engine.standing import Scoring
from charley.facts.record import Answers, answers
from charley.facts.wording import Audience
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.loading.find import find_base

if TYPE_CHECKING:
    from charley.engine.consult.consultation import Consultation, Reading
    from charley.engine.kernel.planes import Planes
    from charley.engine.session.session import SessionProgram

__all__ = ["Engine", "Expert", "load"]

Engine = Literal["experta", "kernel"]


@dataclass(frozen=True)
class Expert(KnowledgeBase):
    """A `KnowledgeBase` with the questions that can be put to it."""

    @classmethod
    def of(cls, base: KnowledgeBase) -> Expert:
        """The same base, able to answer."""
        expert = cls(**{field.name: getattr(base, field.name) for field in fields(KnowledgeBase)})
        # What the base has already worked out (strata, parsed scope) is still true of it.
        expert.__dict__.update(base.__dict__)
        return expert

    @cached_property
    def scoring(self) -> Scoring:
        """Its effects, sorted by what they act on."""
        return Scoring(self)

    @cached_property
    def _session_program(self) -> SessionProgram:
        from charley.engine.session.session import SessionProgram

        return SessionProgram(self)

    def reading(self, engine: Engine) -> Reading:
        """A live reading of the rules, with nothing known yet."""
        if engine == "experta":
            from charley.engine.session.session import Session

            return Session(self._session_program)
        return self.kernel.start()

    @cached_property
    def kernel(self) -> Network:
        """Its rules as counters, made once; `kernel.start()` is a patient to tell answers to."""
        return Network(self)

    @cached_property
    def graph(self) -> Graph:
        """Its conditions with the chance of each, for looking ahead."""
        return Graph(self)

    @cached_property
    def asking(self) -> Asking:
        """What counts when the next question is chosen, as far as it is the same for every patient."""
        return Asking(self)

    @cached_property
    def planes(self) -> Planes:
        """Its rules as a program over bit planes, for many patients or many hypothetical answers at once."""
        from charley.engine.kernel.planes import Planes

        return Planes(self)

    def diagnose(
        self,
        record: Mapping[str, Any] | Answers,
        *,
        audience: Audience = "clinician",
        explain: bool = True,
    ) -> Differential:
        """The differential of a record.

        `record` maps fact ids to values, or to anything that a person may type (`"12 mmol/L"`, `"don't
        know"`). Raises `Faulty`, with every problem, where an answer is not acceptable. Without `explain`,
        firings and contributions are left out, and not worked out.
        """
        told = record if isinstance(record, Answers) else answers(record, self.vocabulary)
        found = self.kernel.start(told.record).valuation()
        return differential(self.scoring, told, found, audience, explain=explain)

    def consult(
        self,
        record: Mapping[str, Any] | Answers | None = None,
        *,
        engine: Engine = "experta",
        audience: Audience = "clinician",
    ) -> Consultation:
        """A consultation: answers given one at a time, the differential at any time."""
        from charley.engine.consult.consultation import Consultation

        return Consultation(self, record or {}, engine=engine, audience=audience)


def load(
    name: str | Path = "nocturnal_leg_pain", *, only: Literal["approved", "under_review"] | None = None
) -> Expert:
    """The knowledge base of this name (bundled) or path, ready to be asked.

    With `only`, just the rules whose review has come that far. Raises `Faulty` with every problem of a base
    that cannot be used.
    """
    folder = find_base(name)
    expert = compiled(folder, _made, Expert)
    object.__setattr__(expert, "path", folder)  # as it was named now
    return expert if only is None else Expert.of(expert.only(only))


def _made(folder: Path) -> Expert:
    """The base as it stands in its files, with what every question to it needs worked out."""
    from charley.rules.loading.read import read
    from charley.rules.signoff import signed_off

    expert = Expert.of(signed_off(read(folder)))
    _ = expert.superseded_by, expert.scope, expert.scoring, expert.kernel, expert.graph
    _ = expert.asking, expert.facts_of_rule, expert.weighing
    return expert
