"""Arguments of the library: a misspelt one is refused by name; scalars of others mean what they say."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from foreign import NAType, Scalar
from hypothesis import given
from hypothesis import strategies as st

import charley
from charley.documents.diagnostic import Faulty

KB: Any = charley.load()

TYPOS: dict[str, tuple[Callable[[str], object], list[str]]] = {
    "only": (lambda word: charley.load(only=word), ["approved", "under_review"]),  # type: ignore[arg-type]
    "only of a base": (lambda word: KB.only(word), ["approved", "under_review"]),
    "engine": (lambda word: KB.consult(engine=word), ["experta", "kernel"]),
    "audience of diagnose": (
        lambda word: KB.diagnose({}, audience=word),
        ["patient", "student", "clinician"],
    ),
    "audience of consult": (lambda word: KB.consult(audience=word), ["patient", "student", "clinician"]),
    "audience of text": (lambda word: KB.read_text("", audience=word), ["patient", "student", "clinician"]),
    "audience that is set": (
        lambda word: setattr(KB.consult(engine="kernel"), "audience", word),
        ["patient", "student", "clinician"],
    ),
}
TARGETS: dict[str, Callable[[Any, str], object]] = {
    "next_question": lambda c, word: c.next_question(target=word),
    "stop": lambda c, word: c.stop(target=word),
    "how": lambda c, word: c.how(word),
    "why_not": lambda c, word: c.why_not(word),
}


@pytest.mark.parametrize("name", TYPOS)
@pytest.mark.parametrize("typo", ["aproved", "clips", "doctor", "", "APPROVED"])
def test_a_misspelt_word_is_refused_with_the_words_there_are(name: str, typo: str) -> None:
    call, known = TYPOS[name]
    with pytest.raises(ValueError, match=name.split()[0]) as refused:
        call(typo)
    assert all(word in str(refused.value) for word in known)


@pytest.mark.parametrize("name", TARGETS)
def test_a_misspelt_target_is_refused_with_the_nearest(name: str) -> None:
    with pytest.raises((Faulty, KeyError), match="deep_vein_thrombosis"):
        TARGETS[name](KB.consult(engine="kernel"), "deep_vein_trombosis")


HUGE = [10**5000, -(10**5000), "9" * 5000, float("1e308"), Decimal("1e999")]


@pytest.mark.parametrize("fact", ["age", "unilateral_leg_swelling", "pain_quality"])
def test_a_huge_number_is_faulty(fact: str) -> None:
    for huge in HUGE:
        for answer in (huge, {"value": huge, "unit": "mo"}, {"value": huge}):
            with pytest.raises(Faulty):
                KB.diagnose({fact: answer})


@pytest.mark.parametrize(
    "nothing", [None, math.nan, NAType(), Scalar(math.nan), Decimal("NaN")], ids=lambda it: type(it).__name__
)
@pytest.mark.parametrize("fact", ["age", "unilateral_leg_swelling", "pain_quality"])
def test_what_is_missing_is_unknown(nothing: Any, fact: str) -> None:
    assert KB.diagnose({fact: nothing}).unknown == (fact,)
    assert KB.diagnose({fact: {"value": nothing}}).unknown == (fact,)


def test_scalars_are_what_they_hold() -> None:
    record = {"age": Scalar(67), "unilateral_leg_swelling": Scalar(True), "pain_quality": Scalar("cramping")}
    assert dict(KB.diagnose(record).record) == {k: v.item() for k, v in record.items()}
    assert KB.diagnose({"age": Decimal("67.5")}).record["age"] == 67.5


@pytest.mark.parametrize("record", [[], [("age", 67)], "age", 5, {"age"}])
def test_a_record_is_a_mapping(record: Any) -> None:
    with pytest.raises(TypeError, match="a record maps facts to values"):
        KB.diagnose(record)


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.binary(max_size=3),
    st.decimals(), st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
    st.builds(Scalar, st.one_of(st.integers(), st.floats(), st.text(max_size=5))),
    st.fixed_dictionaries({"value": st.one_of(st.floats(), st.integers(), st.text(max_size=5))},
                          optional={"unit": st.one_of(st.text(max_size=8), st.integers())}),
)  # fmt: skip


KEYS = st.one_of(st.sampled_from(list(KB.vocabulary)), st.text(max_size=5), st.integers())


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_any_record_is_answered_or_faulty(record: dict[Any, Any]) -> None:
    try:
        d = KB.diagnose(record)
    except Faulty as faulty:
        assert str(faulty)
        return
    assert set(d.record) | set(d.unknown) == set(record)


def test_a_number_is_kept_as_it_was_told() -> None:
    d_dimer = {"value": 0.3, "unit": "mg/L"}
    told = {"hba1c": "53 mmol/mol", "age": "67 years", "d_dimer": d_dimer, "heart_rate": 80}
    d = KB.diagnose(told)
    assert dict(d.as_told) == {"hba1c": "53 mmol/mol", "d_dimer": "0.3 mg/L"}
    c = KB.consult(told, engine="kernel")
    assert dict(c.differential.as_told) == dict(d.as_told)
    assert c.differential == d
    c.tell(hba1c=7)
    assert "hba1c" not in c.differential.as_told
    c.retract("d_dimer")
    assert not c.differential.as_told


@given(st.permutations(["hba1c", "d_dimer", "serum_potassium"]))
def test_what_was_told_is_in_no_order_and_no_score(order: list[str]) -> None:
    told = {"hba1c": "53 mmol/mol", "d_dimer": "0.3 mg/L", "serum_potassium": "4 mEq/L"}
    mine = KB.diagnose({id: told[id] for id in order})
    assert mine == KB.diagnose(told)
    plain = KB.diagnose(dict(mine.record))
    assert plain.standings == mine.standings and plain.firings == mine.firings
