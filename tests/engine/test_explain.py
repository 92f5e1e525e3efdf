"""Explanations: complete, exact, and where they say "smallest" nothing is smaller."""

from __future__ import annotations

import brute
import pytest
from bases import CANDIDATES, VOCABULARY, bases, records
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import charley
from charley.engine.differential import Differential
from charley.engine.expert import Expert
from charley.engine.explain.distance import distances
from charley.engine.explain.how import How, how
from charley.engine.explain.justification import Ground
from charley.engine.explain.smallest_change import movable_facts, smallest_to_fire, smallest_to_lead
from charley.engine.meaning import valuation
from charley.facts.record import Record
from charley.facts.vocabulary import Vocabulary
from charley.rules.rule import Rule, Weigh

SEARCHED = 2
"""Changes at once that brute force can look through in a test."""


BRUTE = settings(max_examples=max(12, settings.default.max_examples // 5))
"""Trying everything takes long: fewer examples, in proportion."""


@given(bases(), records(), st.sampled_from(CANDIDATES), st.booleans())
@BRUTE
def test_the_smallest_change_that_flags_is_smallest(
    base: Expert, record: Record, candidate: str, known: bool
) -> None:
    rules = [rule for rule, _ in base.scoring.flags[candidate]]
    movable = movable_facts(base, record, known=known, fixed=True)
    found = smallest_to_fire(base, record, rules, movable)
    size = brute.fewest(
        base, record, lambda v: any(v.rules[rule] is True for rule in rules), movable, SEARCHED, found.ways
    )
    assert (found.size if found.size is not None and found.size <= SEARCHED else None) == size
    for way in found.ways:
        after = valuation(base, {**record, **dict(way)})
        assert any(after.rules[rule] is True for rule in rules)


@given(bases(), records(), st.sampled_from(CANDIDATES))
@BRUTE
def test_the_smallest_change_that_leads_is_smallest(base: Expert, record: Record, candidate: str) -> None:
    movable = movable_facts(base, record, known=True, fixed=True)
    found = smallest_to_lead(base, record, candidate, movable)

    def leads(record: Record) -> bool:
        standings = base.scoring.standings(valuation(base, record).rules)
        return standings[0].candidate.id == candidate

    size = brute.fewest(
        base,
        record,
        lambda v: base.scoring.standings(v.rules)[0].candidate.id == candidate,
        movable,
        SEARCHED,
        found.ways,
    )
    assert (found.size if found.size is not None and found.size <= SEARCHED else None) == size
    assert all(leads({**record, **dict(way)}) for way in found.ways)


@given(bases(), records())
@BRUTE
def test_the_distance_to_danger_is_the_fewest_open_answers(base: Expert, record: Record) -> None:
    all_found = distances(base.assess(record))
    found = {each.target: each for each in reversed(all_found)}  # of several the nearest, which stands first
    waiting = [id for id in VOCABULARY if id not in record]
    for id, effects in [*base.scoring.flags.items(), *base.scoring.alerts.items()]:
        rules = [rule for rule, _ in effects]
        if any(valuation(base, record).rules[rule] is True for rule in rules):
            assert id not in found
            continue
        size = brute.fewest(
            base,
            record,
            lambda v, rules=rules: any(v.rules[r] is True for r in rules),
            waiting,
            SEARCHED,
            found[id].ways if id in found else (),
        )
        if size is not None:
            assert found[id].answers == size
        elif id in found:
            assert found[id].answers is None or found[id].answers > SEARCHED


@given(bases(), records())
@BRUTE
def test_what_is_near_to_a_danger_raises_it_as_urgently_as_is_said(base: Expert, record: Record) -> None:
    for each in distances(base.assess(record)):
        for way in each.ways[:3]:
            d = base.diagnose({**record, **dict(way)}, explain=False)
            raised = {flag.candidate: flag.urgency for flag in d.flags}
            raised |= {alarm.alert: alarm.urgency for alarm in d.alerts}
            assert raised[each.target] == each.urgency


@given(bases(), records())
def test_a_contrast_adds_up_to_the_difference_of_the_scores(base: Expert, record: Record) -> None:
    c = base.consult(record, engine="kernel")
    if c.differential.scope == "outside":
        with pytest.raises(charley.Faulty, match="nothing is ranked"):
            c.contrast("cold", "flu")
        return
    found = c.contrast("cold", "flu")
    moved = sum(each.difference for each in found.separations)
    priors = found.first.prior - found.second.prior
    assert found.first.score - found.second.score == priors + moved
    assert not any(each.difference for each in found.alike)


@given(bases(), records(), records())
def test_what_if_is_two_differentials_and_changes_nothing(
    base: Expert, record: Record, supposed: Record
) -> None:
    c = base.consult(record, engine="kernel")
    before = c.differential
    found = c.what_if(supposed)
    assert c.differential == before == found.before
    assert found.after == base.diagnose({**record, **supposed})
    fired = {firing.rule for firing in before.firings}
    after = (fired | {id for id, _ in found.fired}) - {id for id, _ in found.unfired}
    assert after == {firing.rule for firing in found.after.firings}


@given(bases(), records())
def test_fragility_is_what_a_base_with_the_moved_weight_says(base: Expert, record: Record) -> None:
    c = base.consult(record, engine="kernel")
    found = c.fragility()
    assert (found is None) == (c.differential.leader is None)
    assume(found is not None)
    assert found is not None
    assert found.robust == (not found.flips)
    for each in found.moved[:4]:
        for end, margin, leader in zip((each.low, each.high), each.margins, each.leaders, strict=True):
            moved = _with_weight(base, each.rule, each.candidate, each.weight, end)
            if moved is None:
                continue
            d = moved.diagnose(record)
            assert d.leader == leader
            rest = [place.score for place in d.standings if place.candidate != found.leader]
            assert d.standing(found.leader).score - max(rest) == margin


def _with_weight(base: Expert, rule: str, candidate: str, weight: int, moved: int) -> Expert | None:
    """The base with this effect at another weight; None where two effects cannot be told apart."""
    effects = base.rules[rule].effects(Weigh)
    if len([e for e in effects if e.candidate == candidate and e.weight == weight]) != 1 or not moved:
        return None
    then = tuple(
        e.model_copy(update={"strength": None, "lr": 10 ** (moved / 10)})
        if isinstance(e, Weigh) and e.candidate == candidate and e.weight == weight
        else e
        for e in base.rules[rule].then
    )
    for effect in then:
        effect.__dict__.pop("weight", None)
    changed = base.rules[rule].model_copy(update={"then": then})
    rules: dict[str, Rule] = {**base.rules, rule: changed}
    return Expert(
        **{name: getattr(base, name) for name in base.__dataclass_fields__ if name != "rules"}, rules=rules
    )


@given(bases(), records(), st.sampled_from((*CANDIDATES, "danger")))
def test_how_is_the_same_from_the_json_alone(base: Expert, record: Record, target: str) -> None:
    d = base.diagnose(record)
    again = Differential.model_validate_json(d.model_dump_json())
    assert how(base, again, target) == how(base, d, target)


@given(bases(), records(), st.sampled_from(CANDIDATES))
def test_how_adds_up_and_goes_down_to_the_answers(base: Expert, record: Record, candidate: str) -> None:
    found = base.consult(record, engine="kernel").how(candidate)
    assert isinstance(found, How)
    assume(found.place is not None)
    assert found.place is not None
    counted = [r for r in found.reasons if r.counted and r.effect[0] in "+-"]
    assert found.place.score == found.place.prior + sum(int(reason.effect) for reason in counted)
    for reason in found.reasons:
        names = {part.label for part in VOCABULARY.values() if part.id in record}
        assert all(leaf in names or leaf[0] in "+-" for leaf in map(_label, _leaves(reason.grounds)))


def _leaves(grounds: tuple[Ground, ...]) -> list[str]:
    return [leaf for g in grounds for leaf in (_leaves(g.parts) if g.parts else [g.text])
            if "not known" not in leaf]  # fmt: skip


def _label(leaf: str) -> str:
    return leaf.split(":")[0]


@pytest.fixture(scope="module")
def kb() -> Expert:
    return charley.load()


RECORD = {"age": 67, "unilateral_leg_swelling": True, "active_cancer": True, "pain_site_calf": True}


def test_a_step_of_how_shows_the_rule_with_its_source(kb: Expert) -> None:
    c = kb.consult(RECORD, engine="kernel")
    found = c.how("deep_vein_thrombosis")
    assert isinstance(found, How)
    step = str(c.how("deep_vein_thrombosis.1"))
    first = found.reasons[0]
    assert first.rule in step
    assert first.because in step
    assert all(source in step for source in first.sources)


@pytest.mark.parametrize("path", ["0", "99", "x", "1.99", "1.1.1.1.1", "-1", "²", ""])
def test_a_step_that_is_not_there_is_refused_with_words(kb: Expert, path: str) -> None:
    c = kb.consult(RECORD, engine="kernel")
    if path == "":
        assert isinstance(c.how("deep_vein_thrombosis."), How)
        return
    with pytest.raises(charley.Faulty, match="step"):
        c.how(f"deep_vein_thrombosis.{path}")


@given(bases(), records(), st.sampled_from(CANDIDATES))
def test_what_nobody_can_change_is_offered_only_when_asked(
    base: Expert, record: Record, candidate: str
) -> None:
    facts = [fact.model_copy(update={"fixed": fact.id in ("a", "n")}) for fact in VOCABULARY.values()]
    fields = {name: getattr(base, name) for name in base.__dataclass_fields__}
    fixed = Expert(**{**fields, "vocabulary": Vocabulary(facts)})
    found = fixed.consult(record, engine="kernel").why_not(candidate)
    smallest = [each for each in (found.to_flag, found.to_lead) if each is not None]
    assert not {fact for each in smallest for way in each.ways for fact, _ in way} & {"a", "n"}


def test_one_swollen_leg_is_one_answer_from_a_clot(kb: Expert) -> None:
    c = kb.consult({"age": 67}, engine="kernel")
    nearest = next(each for each in c.distances() if each.target == "deep_vein_thrombosis")
    assert nearest.answers == 1
    assert "unilateral leg swelling: yes" in nearest.words


@pytest.mark.parametrize(
    "ask",
    [
        lambda c: c.how("deep_vein_trombosis"),
        lambda c: c.why_not("nobody"),
        lambda c: c.why("no_such_fact"),
        lambda c: c.what_if(age="very old"),
        lambda c: c.contrast("cellulitis", "nobody"),
        lambda c: c.next_question("nobody"),
        lambda c: c.skip("nothing"),
    ],
)
def test_what_does_not_exist_is_refused_with_words(kb: Expert, ask: object) -> None:
    with pytest.raises(charley.Faulty):
        ask(kb.consult(engine="kernel"))  # type: ignore[operator]
