"""How urgent a patient is as a whole: never less than anything that is said, and silence never reassures."""

from __future__ import annotations

from bases import bases, records
from hypothesis import assume, given
from hypothesis import strategies as st

from charley.engine.differential import Differential
from charley.engine.expert import Expert
from charley.engine.meaning import atom_values, truth, valuation
from charley.facts.vocabulary import Value
from charley.rules.rule import URGENCIES, Urgency

Told = dict[str, Value]


def decided(base: Expert, record: Told) -> bool:
    """Whether the minimum is known, by the definition."""
    look = atom_values(base, record, valuation(base, record).findings)
    return all(truth(condition, look) is not None for condition in base.minimum)


def said(d: Differential) -> list[Urgency]:
    """Every urgency that is printed, the leader's own apart."""
    return [each.urgency for each in (*d.flags, *d.alerts, *d.advice)]


@given(bases(), records())
def test_nobody_is_routine_before_the_minimum_is_known(base: Expert, record: Told) -> None:
    urgency, known = base.diagnose(record).urgency, decided(base, record)
    assert urgency != ("not_known_yet" if known else "routine")


@given(bases(), records())
def test_no_urgency_that_is_said_is_above_the_overall_one(base: Expert, record: Told) -> None:
    d = base.diagnose(record)
    for urgency in said(d):
        if urgency != "routine":
            assert d.urgency in URGENCIES[: URGENCIES.index(urgency) + 1]


@given(bases(), records(), st.data())
def test_what_was_urgent_by_a_rule_stays_as_urgent(base: Expert, record: Told, data: st.DataObject) -> None:
    known = {id: value for id, value in record.items() if data.draw(st.booleans())}
    before, after = base.diagnose(known), base.diagnose(record)
    worst = min(map(URGENCIES.index, said(before)), default=len(URGENCIES))
    assume(worst < URGENCIES.index("routine"))
    assert after.urgency in URGENCIES[: worst + 1]


@given(bases(), records(), st.data())
def test_a_minimum_that_is_known_stays_known(base: Expert, record: Told, data: st.DataObject) -> None:
    known = {id: value for id, value in record.items() if data.draw(st.booleans())}
    assume(decided(base, known))
    assert decided(base, record)
    assert base.diagnose(record).urgency != "not_known_yet"


@given(bases(), records())
def test_what_is_unanswered_is_open_and_belongs_to_the_minimum(base: Expert, record: Told) -> None:
    d = base.diagnose(record)
    assert not (d.unanswered and decided(base, record))
    for fact in d.unanswered:
        assert fact not in record
        assert any(fact in base.facts_of(condition) for condition in base.minimum)


@given(bases(), records())
def test_the_lead_says_what_the_leader_rests_on(base: Expert, record: Told) -> None:
    d = base.diagnose(record)
    speaks_for = {
        p.candidate for p in d.standings if any(c.counted and c.weight > 0 for c in p.contributions)
    }
    if d.leader is None:
        assert d.lead is None
    elif d.leader in speaks_for:
        assert d.lead == "supported"
    elif speaks_for:
        assert d.lead == "undecided"
    else:
        moved = any(place.contributions for place in d.standings)
        assert d.lead == ("fits_none" if moved else "nothing_known")


@given(bases(), records())
def test_a_leader_that_nothing_speaks_for_makes_nobody_urgent(base: Expert, record: Told) -> None:
    d = base.diagnose(record)
    worst = min((URGENCIES.index(urgency) for urgency in said(d)), default=len(URGENCIES))
    if d.lead == "supported" or d.lead is None:
        return
    if worst < URGENCIES.index("routine"):
        assert d.urgency == URGENCIES[worst]
    else:
        assert d.urgency in ("routine", "not_known_yet")


@given(bases(), records())
def test_contradictions_are_those_whose_condition_is_true(base: Expert, record: Told) -> None:
    look = atom_values(base, record, valuation(base, record).findings)
    true = [each for condition, each in base.contradictions if truth(condition, look) is True]
    assert len(base.diagnose(record).contradictions) == len(true)
