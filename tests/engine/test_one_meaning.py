"""The law: one meaning, and every reading of the rules agrees with it.

A reading is anything that says what a record makes of every rule. `FROM_SCRATCH` are asked about a whole
record, `LIVING` are told answers one at a time and have some taken back. Add a reading here and it is held
to the meaning, on random knowledge bases and records.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bases import VOCABULARY, bases, records, values
from clips_reading import ClipsPatient
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("charley.engine.session._experta", reason="needs experta", exc_type=ImportError)

from charley.engine.expert import Expert
from charley.engine.kernel.hypotheticals import hypothetical_program
from charley.engine.kernel.lanes import columns, evaluate
from charley.engine.kernel.network import Network
from charley.engine.meaning import atom_values, valuation
from charley.engine.prepared import values_in
from charley.engine.reading import Live, differing, prepared, readings
from charley.engine.session.session import Session, SessionProgram
from charley.facts.record import Record
from charley.facts.vocabulary import Value
from charley.rules.candidate import SECTIONS
from charley.rules.language.condition import atoms
from charley.rules.rule import URGENCIES

Told = dict[str, Value]

QUICK = [name for name, reading in readings().items() if reading.quick]

LIVING: dict[str, Callable[[Expert], Any]] = {
    "network": lambda base: base.kernel.start(),
    "session": lambda base: Session(SessionProgram(base)),
    "CLIPS": ClipsPatient,
}

changes = st.fixed_dictionaries({}, optional={id: st.none() | values(id) for id in VOCABULARY})
"""Answers given, changed, and (None) taken back."""


def after(record: Record, change: dict[str, Value | None]) -> Told:
    return {fact: value for fact, value in {**record, **change}.items() if value is not None}


def test_every_reading_is_held_to_the_meaning() -> None:
    assert {"session", "network", "planes"} <= set(QUICK)


@pytest.mark.parametrize("reading", QUICK)
@given(base=bases(), record=records())
def test_from_scratch(reading: str, base: Expert, record: Told) -> None:
    (read,) = prepared(base, [reading]).values()
    assert list(differing(reading, read(record), valuation(base, record))) == []


@given(base=bases(), record=records())
def test_columns_say_the_same_as_records(base: Expert, record: Told) -> None:
    lanes = columns(base.planes, {fact: {value: 0b10} for fact, value in record.items()}, 2)
    found = valuation(base, record)
    assert (lanes.states(1), lanes.findings(1)) == (found.rules, found.findings)


@pytest.mark.parametrize("reading", LIVING)
@given(base=bases(), record=records(), steps=st.lists(changes, max_size=3))
def test_answer_by_answer(reading: str, base: Expert, record: Told, steps: list[Told]) -> None:
    living: Live = LIVING[reading](base)
    told: Told = {}
    for step in [record, *steps]:
        for fact, value in step.items():
            if value is not None:
                living.tell(fact, value)
            elif fact in told:
                living.retract(fact)
        told = after(told, step)
        assert living.valuation() == valuation(base, told)


@given(bases(), records())
def test_scores_and_firings_of_the_network(base: Expert, record: Told) -> None:
    found = valuation(base, record)
    scores = {place.candidate.id: place.score for place in base.scoring.standings(found.rules)}
    for network in (base.kernel, Network(base, falsity=False)):
        patient = network.start(record)
        assert patient.fired == {rule for rule, state in found.rules.items() if state}
        assert dict(zip(base.candidates, patient.scores, strict=True)) == scores


@given(bases(), records())
def test_scores_of_clips(base: Expert, record: Told) -> None:
    patient = ClipsPatient(base)
    for fact, value in record.items():
        patient.tell(fact, value)
    standings = base.scoring.standings(valuation(base, record).rules)
    assert patient.scores() == {place.candidate.id: place.score for place in standings}


@given(bases(), st.lists(records(), min_size=1, max_size=4))
def test_standing_over_planes(base: Expert, patients: list[Told]) -> None:
    lanes = evaluate(base.planes, patients)
    for lane, record in enumerate(patients):

        def so(plane: int, lane: int = lane) -> bool:
            return bool(plane >> lane & 1)

        said = base.diagnose(record)
        standings = base.scoring.standings(valuation(base, record).rules)
        assert so(lanes.outside) is (said.scope == "outside")
        for at, place in enumerate(standings):
            id = place.candidate.id
            assert lanes.score(id).at(lane) == place.score
            assert so(lanes.score(id) >= place.score) and not so(lanes.score(id) > place.score)
            assert so(lanes.leads(id)) is (at == 0)
            assert so(lanes.flagged(id)) is bool(place.flags)
            assert so(lanes.cleared(id)) is bool(place.clears)
            assert {name for name in SECTIONS if so(lanes.section(id, name))} == {place.section}
            for below in standings[at + 1 :]:
                assert so(lanes.ranks_above(id, below.candidate.id))
                assert not so(lanes.ranks_above(below.candidate.id, id))
        for urgency in URGENCIES:
            reached = said.urgency in URGENCIES[: URGENCIES.index(urgency) + 1]
            assert so(lanes.urgent(urgency)) is reached
        assert {rule for rule in base.rules if so(lanes.advised(rule))} == {each.rule for each in said.advice}
        assert so(lanes.alerted("danger")) is bool(said.alerts)
        assert bool(said.alerts and so(lanes.cleared("danger"))) is any(a.cleared_by for a in said.alerts)


@given(bases(), records(), st.lists(changes, max_size=5))
def test_hypothetical_answers(base: Expert, record: Told, supposed: list[dict[str, Value | None]]) -> None:
    found = base.part(hypothetical_program).suppose(record, [{}, *supposed])
    assert len(found) == 1 + len(supposed)
    assert found[0] == found.now
    assert set(found.raising()) == {at for at, said in enumerate(found) if said.further(found.now)}
    assert set(found.leading()) == {at for at, said in enumerate(found) if said.leader != found.now.leader}
    for at, change in enumerate([{}, *supposed]):
        said = found[at]
        then = after(record, change)
        standings = base.scoring.standings(valuation(base, then).rules)
        assert dict(zip(base.candidates, said.scores, strict=True)) == {
            place.candidate.id: place.score for place in standings
        }
        assert said.leader == standings[0].candidate.id
        differential = base.diagnose(then)
        assert said.flags == {flag.candidate: flag.urgency for flag in differential.flags}
        assert said.alerts == {alarm.alert: alarm.urgency for alarm in differential.alerts}
        # Answers tried one after the other come to the same.
        if None not in change.values():
            assert base.trial(record).sketch(change.items()) == said  # type: ignore[arg-type]


@given(bases(), records())
def test_the_value_of_an_atom_is_the_same_read_off_a_valuation(base: Expert, record: Told) -> None:
    found = valuation(base, record)
    meant, read = atom_values(base, record, found.findings), values_in(base, record, found)
    conditions = [*(rule.condition for rule in base.rules.values()), *base.minimum]
    for atom in (atom for condition in conditions for atom in atoms(condition)):
        assert read(atom) is meant(atom)
