"""The laws of the semantics, on random small knowledge bases and records."""

from __future__ import annotations

import json
from collections import defaultdict

import pytest
from bases import bases, records
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("charley.engine.session._experta", reason="needs experta", exc_type=ImportError)

from charley.engine.differential import Differential
from charley.engine.expert import Expert
from charley.engine.meaning import valuation
from charley.engine.session.session import Session, SessionProgram
from charley.facts.vocabulary import Value
from charley.rules.rule import URGENCIES, Advise, Clear

Told = dict[str, Value]


def more_known(draw: st.DrawFn) -> tuple[Told, Told]:
    """A record, and one in which more is known and nothing else has changed."""
    larger = draw(records())
    smaller = {id: value for id, value in larger.items() if draw(st.booleans())}
    return smaller, larger


grown = st.composite(more_known)()


@given(bases(), records())
def test_the_session_means_what_the_rules_mean(base: Expert, record: Told) -> None:
    session = Session(SessionProgram(base))
    told: Told = {}
    for fact, value in record.items():
        session.tell(fact, value)
        told[fact] = value
        assert session.valuation() == valuation(base, told)


@given(bases(), grown)
def test_learning_more_never_changes_what_is_decided(base: Expert, known: tuple[Told, Told]) -> None:
    before, after = (valuation(base, record) for record in known)
    for name, state in {**before.rules, **before.findings}.items():
        if state is not None:
            assert {**after.rules, **after.findings}[name] is state


@given(bases(), grown)
def test_flags_and_alerts_only_grow(base: Expert, known: tuple[Told, Told]) -> None:
    before, after = (base.diagnose(record) for record in known)
    flags = {flag.candidate: flag.urgency for flag in after.flags}
    for flag in before.flags:
        assert URGENCIES.index(flags[flag.candidate]) <= URGENCIES.index(flag.urgency)
    alerts = {alarm.alert: alarm.urgency for alarm in after.alerts}
    for alarm in before.alerts:
        assert URGENCIES.index(alerts[alarm.alert]) <= URGENCIES.index(alarm.urgency)


@given(bases(), grown)
def test_an_answer_stays_beside_what_it_answers(base: Expert, known: tuple[Told, Told]) -> None:
    """Clearing is firing: it grows with what is known, and takes away neither a flag nor an alert."""
    before, after = (_answers(base.diagnose(record)) for record in known)
    for danger, answers in before.items():
        assert answers <= after[danger]
    fires = valuation(base, known[1]).rules
    for danger, answers in after.items():
        clearing = [r.id for r in base.rules.values() if danger in [c.target for c in r.effects(Clear)]]
        assert answers == {rule for rule in clearing if fires[rule]}


@given(bases(), records())
def test_advice_stands_unless_a_rule_that_fires_withdraws_it(base: Expert, record: Told) -> None:
    d, fires = base.diagnose(record), valuation(base, record).rules
    stands: list[tuple[str, str]] = []
    withdrawn: dict[tuple[str, str], set[str]] = {}
    for rule in base.rules.values():
        by = {r.id for r in base.rules.values() if rule.id in r.withdraws_advice_of and fires[r.id]}
        for advise in rule.effects(Advise) if fires[rule.id] else ():
            if by:
                withdrawn[rule.id, advise.text.clinician] = by
            else:
                stands.append((rule.id, advise.text.clinician))
    assert sorted((each.rule, each.text) for each in d.advice) == sorted(stands)
    assert {(each.rule, each.text): set(each.by) for each in d.withdrawn} == withdrawn


def _answers(d: Differential) -> dict[str, set[str]]:
    """The rules that answer each flag and alert."""
    answers = {flag.candidate: flag.cleared_by for flag in d.flags}
    answers |= {alarm.alert: alarm.cleared_by for alarm in d.alerts}
    return {danger: {each.rule for each in by} for danger, by in answers.items()}


@given(bases(), grown)
def test_score_intervals_only_narrow_and_hold_the_score(base: Expert, known: tuple[Told, Told]) -> None:
    before, after = (base.scoring.standings(valuation(base, record).rules) for record in known)
    wider = {standing.candidate.id: standing.interval for standing in before}
    for standing in after:
        low, high = wider[standing.candidate.id]
        assert low <= standing.interval[0] <= standing.score <= standing.interval[1] <= high


@given(bases(), records(), st.randoms())
def test_the_order_of_answers_does_not_matter(base: Expert, record: Told, random: object) -> None:
    shuffled = list(record.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    consultation = base.consult()
    for fact, value in shuffled:
        consultation.tell({fact: value})
    assert consultation.differential == base.diagnose(record)


@given(bases(), records(), st.data())
def test_telling_and_retracting_is_the_identity(base: Expert, record: Told, data: st.DataObject) -> None:
    kept = {id: value for id, value in record.items() if data.draw(st.booleans())}
    consultation = base.consult(record)
    consultation.retract(*(id for id in record if id not in kept))
    assert consultation.differential == base.diagnose(kept)


@given(bases(), records(), records())
def test_changing_answers_is_as_if_the_new_ones_had_been_given_at_once(
    base: Expert, first: Told, then: Told
) -> None:
    consultation = base.consult(first)
    consultation.tell(then)
    assert consultation.differential == base.diagnose({**first, **then})


@given(bases(), records())
def test_an_answer_of_unknown_changes_nothing_but_is_remembered(base: Expert, record: Told) -> None:
    rest = [id for id in base.vocabulary if id not in record]
    consultation = base.consult(record)
    consultation.unknown(*rest)
    said = consultation.differential
    assert said.unknown == tuple(rest)
    assert said.model_copy(update={"unknown": ()}) == base.diagnose(record)


@given(bases(), records())
def test_scores_can_be_recomputed_from_the_json_alone(base: Expert, record: Told) -> None:
    said = json.loads(base.diagnose(record).model_dump_json())
    for place in said["standings"]:
        counted = [c for c in place["contributions"] if c["counted"]]
        assert place["score"] == place["prior"] + sum(c["weight"] for c in counted)
        sides = defaultdict(list)
        for c in place["contributions"]:
            if not c["superseded"]:
                sides[c["group"] or (c["rule"], len(sides)), c["weight"] > 0].append(c)
        for side in sides.values():
            strongest = max(abs(c["weight"]) for c in side)
            assert [abs(c["weight"]) for c in side if c["counted"]] == [strongest]
        for c in place["contributions"]:
            fired = {firing["rule"] for firing in said["firings"]}
            assert c["rule"] in fired and (c["counted"] or c["passed_over_for"] in fired)


@given(bases(), records())
def test_the_json_reads_back_as_the_same_differential(base: Expert, record: Told) -> None:
    said = base.diagnose(record)
    assert Differential.model_validate_json(said.model_dump_json()) == said


@given(bases(), records())
def test_every_candidate_stands_in_exactly_one_section(base: Expert, record: Told) -> None:
    said = base.diagnose(record)
    listed = sorted(candidate for section in said.sections.values() for candidate in section)
    assert listed == (sorted(base.candidates) if said.scope != "outside" else [])


@given(bases(), records())
def test_support_is_what_made_the_rule_fire(base: Expert, record: Told) -> None:
    found = valuation(base, record)
    for firing in base.diagnose(record).firings:
        assert found.rules[firing.rule] is True
        always = valuation(base, {}).rules[firing.rule] is True
        assert firing.support or always
