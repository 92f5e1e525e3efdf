"""Rules in Python, for those who know experta: `@Rule` methods that look on beside a consultation.

    from charley.engine.session.extension import Flagged, P, PythonRules, Rule, Told

    class HomeVisit(PythonRules):
        @Rule(Told(fact="age", value=P(lambda years: years >= 80)), Flagged(urgency="same_day"))
        def frail(self):
            self.remark("Over 80, and to be seen today: ask who can come along.")

    consultation = kb.consult(extend=HomeVisit)

Such rules add remarks. They change no score, flag or urgency, because nothing about them can be proved: the
checks, the proofs and the report know only what stands in the files of a base.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from charley.engine.assessment import Assessment
from charley.engine.session._experta import AND, AS, MATCH, NOT, OR, TEST, Fact, Open, P, Rule

__all__ = [
    "AND",
    "AS",
    "MATCH",
    "NOT",
    "OR",
    "TEST",
    "Alerted",
    "Fired",
    "Flagged",
    "Found",
    "Leads",
    "P",
    "PythonRules",
    "Remark",
    "Rule",
    "Told",
]


class Told(Fact):  # type: ignore[misc]
    """A fact of the record: `Told(fact="age", value=67)`. What is unknown is not in working memory."""


class Found(Fact):  # type: ignore[misc]
    """A finding that is known to be true: `Found(finding="dvt_features")`."""


class Fired(Fact):  # type: ignore[misc]
    """A rule of the base that has fired: `Fired(rule="dvt-one-swollen-leg")`."""


class Flagged(Fact):  # type: ignore[misc]
    """A candidate that is flagged: `Flagged(candidate="deep_vein_thrombosis", urgency="same_day")`."""


class Alerted(Fact):  # type: ignore[misc]
    """An alert that is raised: `Alerted(alert="possible_pulmonary_embolism", urgency="emergency")`."""


class Leads(Fact):  # type: ignore[misc]
    """The candidate that stands first: `Leads(candidate="nocturnal_leg_cramps")`."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What a rule in Python says. `rule` is the name of its method."""

    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.text} [{self.rule}: a rule in Python, outside the proofs]"


class PythonRules(Open):
    """Derive from it, and write `@Rule` methods that call `remark`. Rules of one salience fire by name."""

    def __init__(self) -> None:
        self._remarks: list[Remark] = []
        self._firing = ""
        super().__init__()

    def remark(self, text: str) -> None:
        """Say something beside the differential."""
        self._remarks.append(Remark(self._firing, str(text)))

    def firing(self, rule: str, action: Callable[[], None]) -> None:
        """Do what the rule of this name says."""
        self._firing = rule
        action()

    def remarks_on(self, assessment: Assessment) -> tuple[Remark, ...]:
        """What the rules say of a patient, in the order in which they fire."""
        self._remarks.clear()
        self.reset()
        self.declare(*_working_memory(assessment))
        self.run()
        found = tuple(self._remarks)
        self.reset()  # nothing of the patient stays
        self._remarks.clear()
        return found


def _working_memory(assessment: Assessment) -> Iterator[Fact]:
    differential = assessment.differential(explain=False)
    yield from (Told(fact=fact, value=value) for fact, value in assessment.record.items())
    yield from (Found(finding=id) for id, state in assessment.valuation.findings.items() if state is True)
    yield from (Fired(rule=id) for id, state in assessment.rules.items() if state is True)
    yield from (Flagged(candidate=flag.candidate, urgency=flag.urgency) for flag in differential.flags)
    yield from (Alerted(alert=alert.alert, urgency=alert.urgency) for alert in differential.alerts)
    if differential.leader is not None:
        yield Leads(candidate=differential.leader)
