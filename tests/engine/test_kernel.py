"""The kernel's parts: numbers on planes, programs, and what the intervals and `settled` promise."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest
from bases import VOCABULARY, bases, records
from hypothesis import assume, given
from hypothesis import strategies as st

from charley.engine.compose import supports
from charley.engine.compose.composer import Firings
from charley.engine.compose.supports import Plans, support
from charley.engine.differential import Differential
from charley.engine.expert import Expert, load
from charley.engine.kernel.bits import Number, at_least, choose, total
from charley.engine.kernel.circuit import Circuit, Program
from charley.engine.kernel.hypotheticals import hypothetical_program
from charley.engine.kernel.lanes import evaluate
from charley.engine.kernel.network import Network
from charley.engine.kernel.planes import lanes_set, plane
from charley.engine.meaning import atom_values, truth, valuation
from charley.facts.record import Answers
from charley.facts.vocabulary import Value
from charley.rules.instrument import Instrument, Item
from charley.rules.language.condition import And, AtLeast, Atom, Condition, Not, Or
from charley.rules.rule import Rule

Told = dict[str, Value]

LANES = 6
ONES = (1 << LANES) - 1
planes = st.integers(0, ONES)
numbers = st.lists(st.integers(-40, 40), min_size=LANES, max_size=LANES)


def on_planes(values: list[int]) -> Number[int]:
    return Number(
        [sum((value >> digit & 1) << lane for lane, value in enumerate(values)) for digit in range(8)], ONES
    )


def read(number: Number[int]) -> list[int]:
    return [number.at(lane) for lane in range(LANES)]


def where(truths: list[bool]) -> int:
    return plane((lane for lane, truth in enumerate(truths) if truth), LANES)


@given(numbers, numbers)
def test_numbers_on_planes_are_numbers(ours: list[int], theirs: list[int]) -> None:
    a, b = on_planes(ours), on_planes(theirs)
    pairs = list(zip(ours, theirs, strict=True))
    assert read(a) == ours
    assert read(a + b) == [x + y for x, y in pairs]
    assert read(a - b) == [x - y for x, y in pairs]
    assert read(a.maximum(b)) == [max(x, y) for x, y in pairs]
    assert (a >= b) == where([x >= y for x, y in pairs])
    assert (a > b) == where([x > y for x, y in pairs])
    assert (a <= b) == where([x <= y for x, y in pairs])
    assert (a < b) == where([x < y for x, y in pairs])
    assert a.equals(b) == where([x == y for x, y in pairs])
    assert (a >= theirs[0]) == where([x >= theirs[0] for x in ours])


@given(st.lists(st.tuples(planes, st.integers(-50, 50).filter(bool)), max_size=12), st.integers(-30, 30))
def test_a_total_adds_the_weights_of_the_planes_that_are_set(
    weighed: list[tuple[int, int]], start: int
) -> None:
    assert read(total(weighed, ONES, start)) == [
        start + sum(weight for each, weight in weighed if each >> lane & 1) for lane in range(LANES)
    ]


@given(st.lists(planes, max_size=5), st.integers(-1, 40))
def test_at_least_compares_unsigned_numbers(digits: list[int], bound: int) -> None:
    values = [sum((each >> lane & 1) << at for at, each in enumerate(digits)) for lane in range(LANES)]
    assert at_least(digits, bound, ONES) == where([value >= bound for value in values])


@given(st.lists(planes, min_size=4, max_size=4), st.lists(st.integers(1, 9), min_size=4, max_size=4))
def test_a_program_computes_what_was_drawn(inputs: list[int], weights: list[int]) -> None:
    circuit = Circuit(4)
    drawn = total(zip(circuit.inputs, weights, strict=True), circuit.ones).digits
    chosen = choose(circuit.inputs[0], circuit.inputs[1], circuit.inputs[2])
    program = Program(circuit, [*drawn, chosen, circuit.ones, circuit.inputs[3]])
    *digits, one, ones, last = program.run(inputs, ONES)
    assert tuple(digits) == total(zip(inputs, weights, strict=True), ONES).digits
    assert (one, ones, last) == (choose(*inputs[:3]), ONES, inputs[3])


@given(st.sets(st.integers(0, 300)))
def test_a_plane_gives_back_its_lanes(lanes: set[int]) -> None:
    assert list(lanes_set(plane(lanes, 301))) == sorted(lanes)


@given(bases(), records(), st.lists(records(), max_size=3))
def test_a_retraction_undoes_exactly_what_was_told(base: Expert, record: Told, later: list[Told]) -> None:
    patient = base.kernel.start(record)
    for told in later:
        for fact in told.keys() - record.keys():
            patient.tell(fact, told[fact])
        for fact in told.keys() - record.keys():
            patient.retract(fact)
    fresh = base.kernel.start(record)
    assert (patient.record, patient.fired, patient.scores) == (fresh.record, fresh.fired, fresh.scores)
    assert patient.valuation() == fresh.valuation()


@given(bases(), records())
def test_sharing_conditions_changes_nothing(base: Expert, record: Told) -> None:
    """Each distinct condition is there once, after its parts."""
    nodes = base.kernel.conditions.nodes
    assert len(set(nodes)) == len(nodes)
    for number, node in enumerate(nodes):
        assert all(part < number for part in getattr(node, "parts", ()))
    slim = Network(base, falsity=False)
    assert slim.start(record).fired == base.kernel.start(record).fired


SOME = {"boolean": (False, True), "n": (0, 1, 2.5, 5, 10), "m": (0.5, 1, 2, 7.5, 8)}
"""Values that tell the comparisons of `bases` apart, ends of the ranges included."""


@given(bases(), records())
def test_intervals_and_settled_hold_for_every_completion(base: Expert, record: Told) -> None:
    unknown = [fact for fact in VOCABULARY.values() if fact.id not in record]
    assume(len(unknown) <= 4)
    ways = product(*(fact.choices or SOME.get(fact.id) or SOME["boolean"] for fact in unknown))
    completions = [dict(zip((fact.id for fact in unknown), way, strict=True)) for way in ways]
    found = valuation(base, record)
    standings = base.scoring.standings(found.rules)
    intervals = [next(s.interval for s in standings if s.candidate.id == id) for id in base.candidates]
    settled = base.assess(record).settled
    said = base.part(hypothetical_program).suppose(record, completions)
    for complete in said:
        for (low, high), score in zip(intervals, complete.scores, strict=True):
            assert low <= score <= high
        if settled:
            assert complete.leader == said.now.leader
            assert complete.flags == said.now.flags
            assert complete.alerts == said.now.alerts


@given(bases(), records())
def test_without_explanations_nothing_else_is_missing(base: Expert, record: Told) -> None:
    said = base.diagnose(record)
    places = tuple(place.model_copy(update={"contributions": ()}) for place in said.standings)
    assert base.diagnose(record, explain=False) == said.model_copy(
        update={"firings": (), "scores": (), "standings": places}
    )


@given(bases(), records())
def test_a_differential_of_the_kernel_is_one_that_pydantic_accepts(base: Expert, record: Told) -> None:
    said = base.diagnose(record)
    assert Differential.model_validate_json(said.model_dump_json(warnings="error"), strict=True) == said


@given(bases(), records())
def test_support_is_every_atom_that_holds_on_a_way_that_holds(base: Expert, record: Told) -> None:
    look = atom_values(base, record, valuation(base, record).findings)

    def reasons(condition: Condition, wanted: bool) -> list[Condition]:
        if truth(condition, look) is not wanted:
            return []
        match condition:
            case Atom():
                return [condition if wanted else Not(condition)]
            case Not(part):
                return reasons(part, not wanted)
            case And(parts) | Or(parts) | AtLeast(_, parts):
                return [reason for part in parts for reason in reasons(part, wanted)]

    for firing in base.diagnose(record).firings:
        wanted = reasons(base.rules[firing.rule].condition, True)
        assert [support.atom for support in firing.support] == [str(each) for each in dict.fromkeys(wanted)]


@given(bases(), records(), records())
def test_a_firing_kept_for_one_patient_is_that_of_another(base: Expert, one: Told, other: Told) -> None:
    """Of patients who differ by one answer, or by some, many have the same reason."""
    fewer = [{fact: one[fact] for fact in one if fact != without} for without in one]
    for record in (one, *fewer, {**one, **other}, other):
        assessment = base.assess(Answers(record))
        anew = Firings(base).of(assessment.fired, assessment.known)
        assert base.part(Firings).of(assessment.fired, assessment.known) == anew


@given(bases(), records())
def test_alternatives_that_are_not_asked_about_are_not_so(base: Expert, record: Told) -> None:
    """Of many, only those are asked of which something is known; here, wherever there are two."""
    assessment = base.assess(Answers(record))
    known = assessment.known
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(supports, "FEW", 1)
        for rule, wanted in assessment.decided.rules.items():
            condition = base.rules[rule].condition
            some = Plans({*base.derived, *base.instruments}).met(
                rule, condition, known.look, known.names, wanted
            )
            assert [leaf.signed for leaf in some] == support(condition, known.look, wanted)


@given(bases(), records())
def test_one_network_tells_every_number_apart(base: Expert, record: Told) -> None:
    """What is remembered about where a number stands must not be wrong of the next number."""
    patient = base.kernel.start(record)
    for n, m in product((0, 0.25, 0.5, 1, 2, 2.25, 2.5, 3, 4, 5, 10), (0.5, 2, 2.5, 8)):
        patient.tell("n", n)
        patient.tell("m", m)
        assert patient.valuation() == valuation(base, {**record, "n": n, "m": m})


PLANTS = load(Path(__file__).parents[1] / "small_base")


def rule(id: str, when: str, **more: object) -> Rule:
    then = [{"raise": "thirst", "strength": "strong"}]
    evidence = {"kind": "judgement"}
    return Rule.model_validate(
        {"id": id, "title": id, "when": when, "then": then, "because": id, "evidence": evidence, **more}
    )


def test_a_weight_that_may_yet_be_superseded_is_not_certain() -> None:
    rules = {"weak": rule("weak", "wilting"), "better": rule("better", "spots", supersedes=["weak"])}
    base = replace(PLANTS, rules=rules)
    prior = base.candidates["thirst"].prior

    def interval(**record: Value) -> tuple[int, int]:
        low, high = base.diagnose(record).standing("thirst").interval
        return low - prior, high - prior

    assert interval(wilting=True) == (0, 20)
    assert interval(wilting=True, spots=False) == interval(wilting=True, spots=True) == (10, 10)
    assert interval(wilting=False) == (0, 10)


ITEMS = ("plastic", "wilting", "spots", "soil_wet")
EVERYBODY: list[Told] = [
    {fact: value for fact, value in zip(ITEMS, known, strict=True) if value is not None}
    for known in product((True, False, None), repeat=len(ITEMS))
]


@given(
    st.lists(st.integers(-4, 6), min_size=4, max_size=4),
    st.integers(-9, 25),
    st.sampled_from([">=", "<=", "=="]),
)
def test_scores_are_compared_alike_for_every_patient(points: list[int], bound: int, op: str) -> None:
    items = tuple(Item(when=fact, points=Decimal(each)) for fact, each in zip(ITEMS, points, strict=True))
    score = Instrument(id="score", title="score", items=items)
    base = replace(
        PLANTS,
        instruments={"score": score},
        findings={},
        rules={"scored": rule("scored", f"score {op} {bound}")},
    )
    lanes = evaluate(base.planes, EVERYBODY)
    for lane, record in enumerate(EVERYBODY):
        meant = valuation(base, record)
        assert lanes.states(lane) == meant.rules
        assert base.kernel.start(record).valuation() == meant
