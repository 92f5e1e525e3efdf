"""Which facts an audience can be asked for, and where asking begins."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from charley.engine.ask.ahead.graph import Graph
from charley.engine.ask.ahead.lookahead import Lookahead
from charley.engine.ask.asking import Asking
from charley.engine.assessment import Assessment, assess
from charley.engine.meaning import Kleene, truth
from charley.engine.prepared import Prepared
from charley.facts.record import Answers
from charley.facts.wording import AUDIENCES, Audience
from charley.rules.interval import holds
from charley.rules.language.condition import Atom

__all__ = ["NOBODY", "askable", "nobody"]


def askable(
    assessment: Assessment, audience: Audience, not_these: Collection[str] = (), *, gates: bool = False
) -> frozenset[str]:
    """The facts that are not known and that this audience can be asked for, now or after another answer.

    No sign is that is a kind of one that was not looked for (`Asking.kind_of`). With `gates`, gates are among
    them. Of the facts behind a gate that was denied none is, and no fact is whose yes would contradict what
    was told; of those behind a gate of which somebody is not sure, those are that would by themselves make an
    emergency of it, or a case for the same day.
    """
    base, record, look = assessment.base, assessment.record, assessment.known.look
    asking = base.part(Asking)
    excused, opens = base.excused, asking.opens
    found = {*asking.asked[audience]}.difference(record, not_these)
    if gates:
        for gate, opened in opens.items():
            if record.get(gate) is False:
                found.difference_update(opened)
        found -= {id for id in asking.contradicted.keys() & found if _contradicts(assessment, asking, id)}
    else:
        found.difference_update(opens)
    found -= {id for id in excused.keys() & found if truth(excused[id], look) is True}
    unknown = assessment.answers.unknown
    found -= {id for id in asking.kind_of.keys() & found if asking.kind_of[id] in unknown}
    unsure = opens.keys() & unknown if gates else ()
    behind = {id for gate in unsure for id in opens[gate]} & found
    if behind:
        from charley.engine.ask.single_answers import (
            SingleAnswers,  # few are not sure, and it takes long to import
        )

        found -= behind - SingleAnswers(base, record, behind).raising("soon")
    # A premise that is false never comes true, nor one that nobody can be asked for.
    premises = {id: truth(asking.premises[id], look) for id in asking.premises.keys() & found}
    waits = {id for id, so in premises.items() if so is None}
    found -= {id for id, so in premises.items() if so is False}
    while lost := {id for id in waits & found if found.isdisjoint(asking.premise_facts[id])}:
        found -= lost
    # A fact behind a gate that is true answers the gate with yes; after a choice or a number behind it, the
    # gate would ask once more for what was told.
    passed = (
        gate
        for gate, opened in asking.opens.items()
        if any(id in record and record[id] is not False for id in opened)
    )
    return frozenset(found.difference(passed))


def _contradicts(assessment: Assessment, asking: Asking, fact: str) -> bool:
    """Whether a yes cannot be right beside what was told."""
    look, record = assessment.known.look, assessment.record

    def with_yes(atom: Atom) -> Kleene:
        return holds(atom.op, True, atom.value) if atom.name == fact else look(atom)

    return any(
        not facts.isdisjoint(record) and truth(condition, with_yes) is True
        for condition, facts in asking.contradicted[fact]
    )


def nobody(base: Prepared, audience: Audience | None = None) -> Lookahead:
    """The lookahead of an empty record, by the facts that this audience, or anybody, can answer.

    It is kept with the base, and every new consultation follows it.
    """
    nothing = assess(base, Answers())
    facts = base.vocabulary if audience is None else askable(nothing, audience)
    return Lookahead(base.part(Graph), {}, facts)


NOBODY = {audience: partial(nobody, audience=audience) for audience in AUDIENCES}
"""The same for every audience, as parts of a base (`Prepared.part`)."""
