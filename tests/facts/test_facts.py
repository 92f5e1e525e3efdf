"""What people type and files hold: understood with its unit, or refused with a reason."""

from __future__ import annotations

import datetime
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charley.documents.diagnostic import Faulty
from charley.facts.answer import UNKNOWN, NotUnderstood, parse_answer
from charley.facts.record import answers, read_answers
from charley.facts.units import NotConvertible, convert, is_unit, shown, unit_name
from charley.facts.vocabulary import Fact, Vocabulary


def number(id: str, unit: str, low: float, high: float, **more: Any) -> Fact:
    return Fact(
        id=id, kind="number", unit=unit, plausible_range=(low, high), wording=id, answered_by="lab", **more
    )


FACTS = Vocabulary(
    [
        Fact(id="pain", kind="boolean", wording="Pain?", answered_by="patient"),
        Fact(id="side", kind="choice", choices=("left_only", "right_only", "both", "none"),
             wording="Side?", answered_by="patient"),
        Fact(id="state", kind="choice", choices=("unheard", "known"), wording="State?", answered_by="lab"),
        number("age", "a", 0, 120),
        number("duration", "d", 0, 3650),
        number("temperature", "Cel", 25, 45),
        number("girth", "cm", -10, 50),
        number("pressure", "mm[Hg]", 0, 300),
        number("score", "{score}", 0, 10),
        number("cells", "10*9/L", 0, 300),
        number("episodes", "/wk", 0, 100),
        number("glucose", "mmol/L", 0, 100, molar_mass=180.156),
        number("magnesium", "mmol/L", 0.1, 10, molar_mass=24.305, charge=2),
        number("d_dimer", "ug/L", 0, 100_000),
        number("tsh", "m[IU]/L", 0, 500),
        number("kinase", "U/L", 0, 500_000),
    ]
)  # fmt: skip

UNDERSTOOD: list[tuple[str, Any, Any]] = [
    *[("pain", yes, True) for yes in ("yes", "Y", "true", " yes. ", "present", "+", True)],
    *[("pain", no, False) for no in ("no", "N", "No.", "absent", False)],
    ("pain", {"value": "yes"}, True),
    ("pain", {"value": True}, True),
    *[("side", left, "left_only") for left in ("left_only", "left only", "Left-only")],
    *[("side", none, "none") for none in ("none", "None", {"value": "none"})],
    ("state", "unheard", "unheard"),
    *[("age", years, 67) for years in (67, 67.0, "67", "67.", " 67 ", "67 years", "67yo", "67 years old")],
    *[("age", {"value": value, "unit": "years"}, 67) for value in (67, "67")],
    ("age", {"value": 67, "unit": None}, 67),
    ("age", "6 months", 0.5),
    ("age", "1e1", 10),
    ("duration", "2 weeks", 14),
    ("duration", "48 h", 2),
    ("duration", "1 year", 365.25),
    ("temperature", "98.6 F", 37),
    ("temperature", "310.15 K", 37),
    ("temperature", "37 °C", 37),
    ("girth", "35 mm", 3.5),
    ("girth", "1 in", 2.54),
    ("girth", "-3", -3),
    *[("pressure", text, 120) for text in ("120", "120 mmHg", "120 mm Hg", "120 mm[Hg]")],
    ("pressure", "2 kPa", 15.0012315169),
    ("score", "7", 7),
    ("score", "7 {score}", 7),
    *[("cells", text, 7) for text in ("7", "7 x10^9/L", "7 10*9/L", "7000 /uL")],
    *[("episodes", text, 7) for text in ("7 per week", "7 times a week", "7/week", "1 /d", "1 per day")],
    ("glucose", "90.078 mg/dL", 5),
    ("glucose", "5 mmol/l", 5),
    ("magnesium", "2 mEq/L", 1),
    ("magnesium", "2.4305 mg/dL", 1),
    *[("d_dimer", f"500 {unit}", 500) for unit in ("ng/mL", "ug/L", "µg/L", "mcg/L")],
    *[("tsh", f"4 {unit}", 4) for unit in ("mU/L", "mIU/L", "m[IU]/L", "uIU/mL", "µU/mL")],
    *[("kinase", f"200 {unit}", 200) for unit in ("U/L", "IU/L", "u/l", "iu/l")],
    *[(fact, text, UNKNOWN) for fact in ("pain", "side", "age")
      for text in ("unknown", "don't know", "I don’t know", "?", "n/a", None, {"value": None}, UNKNOWN)],
]  # fmt: skip


@pytest.mark.parametrize(("fact", "given", "value"), UNDERSTOOD)
def test_an_answer_is_understood(fact: str, given: Any, value: Any) -> None:
    found = parse_answer(FACTS[fact], given)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("fact", "text", "value"),
    [
        *(("side", left, "left_only") for left in ("left", "l", "1")),
        ("side", "4", "none"),
        ("pain", "none", False),
    ],
)
def test_who_sees_the_choices_may_be_short(fact: str, text: str, value: Any) -> None:
    assert parse_answer(FACTS[fact], text, prompted=True) == value
    with pytest.raises(NotUnderstood):
        parse_answer(FACTS[fact], text)


REFUSED: list[tuple[str, Any, str, str]] = [
    *[("pain", given, "F011", "needs yes or no") for given in ("maybe", "", 1, 0, 2.5, "1", [], {}, [True])],
    ("pain", {"value": True, "unit": "d"}, "F011", "needs yes or no"),
    ("pain", datetime.date(2020, 1, 1), "F011", "2020-01-01"),
    ("side", "lft_only", "F011", "no choice `lft_only`"),
    ("side", "5", "F011", "no choice `5`"),
    ("side", "²", "F011", "no choice `²`"),
    ("side", "", "F011", "not an empty text"),
    ("side", 1, "F011", "one of left_only, right_only, both, none"),
    ("side", True, "F011", "not `true`"),
    *[("age", given, "F011", "a number from 0 to 120 years")
      for given in ("sixty", "", "yes", "-", ">", True, [], [67], {}, {"unit": "a"}, {"value": [67]},
                    {"value": 67, "units": "a"}, {"value": True, "unit": "a"}, b"67", object())],
    *[("age", given, "F019", "not one number") for given in ("5.5.5", "60-70", "60 to 70", "1 2 3", ">60")],
    ("pressure", "120/80", "F019", "`120/80` is not one number"),
    *[("age", given, "F012", "outside the plausible range")
      for given in (-1, 121, "121", "1e400", "9" * 400, 10**400, math.inf, -math.inf)],
    ("age", {"value": 10**400, "unit": "mo"}, "F012", "outside the plausible range"),
    ("age", "2000 months", "F012", "166.666666667"),
    ("age", "67 kg", "F013", "`kg` does not convert to years (`a`)"),
    ("age", "67 bananas", "F013", "`bananas`"),
    ("age", "67 " + "m" * 500, "F013", "does not convert to years"),
    ("age", {"value": 67, "unit": 5}, "F013", "`5` does not convert to years"),
    ("girth", "3 cm2", "F013", "`cm2` does not convert to cm"),
    ("score", "7 kg", "F013", "`kg` does not convert to a plain number"),
    ("glucose", "5 mmol", "F013", "`mmol` does not convert to mmol/L"),
    ("glucose", "5 meq/L", "F013", "`meq/L` does not convert to mmol/L"),
    ("kinase", "5 mmHg", "F013", "`mmHg` does not convert to U/L"),
]  # fmt: skip


@pytest.mark.parametrize(("fact", "given", "code", "says"), REFUSED)
def test_an_answer_is_refused_with_a_reason(fact: str, given: Any, code: str, says: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        parse_answer(FACTS[fact], given)
    assert refused.value.code == code
    assert says in str(refused.value)
    assert refused.value.help
    assert len(str(refused.value)) < 200


@given(st.sampled_from(list(FACTS.values())), st.text(max_size=30))
def test_any_text_is_a_value_in_range_or_unknown_or_refused(fact: Fact, text: str) -> None:
    try:
        value = parse_answer(fact, text)
    except NotUnderstood:
        return
    match fact.kind:
        case "boolean":
            assert value in (True, False, UNKNOWN)
        case "choice":
            assert value is UNKNOWN or value in fact.choices
        case "number":
            assert fact.plausible_range is not None
            assert value is UNKNOWN or fact.plausible_range[0] <= value <= fact.plausible_range[1]


@given(st.data(), st.sampled_from([fact for fact in FACTS.values() if fact.kind == "number"]))
def test_what_is_shown_reads_back(data: st.DataObject, fact: Fact) -> None:
    assert fact.plausible_range is not None
    low, high = fact.plausible_range
    value = data.draw(st.integers(math.ceil(low), math.floor(min(high, 999))))
    assert parse_answer(fact, fact.show(value)) == value


@given(st.floats(0.1, 1000), st.sampled_from([("mg/dL", "mmol/L"), ("meq/L", "mmol/L"), ("mg/dL", "meq/L")]))
def test_there_and_back_is_the_same_number(value: float, units: tuple[str, str]) -> None:
    substance = {"molar_mass": 24.305, "charge": 2}
    there = convert(value, *units, **substance)  # type: ignore[arg-type]
    back = convert(there, *reversed(units), **substance)  # type: ignore[arg-type]
    assert math.isclose(back, value, rel_tol=1e-9)


def test_the_own_unit_is_recognised_in_any_spelling() -> None:
    assert convert(67, "years", "a") == 67
    assert convert(120, "mmHg", "mm[Hg]") == 120
    assert convert(16, "kPa", "mm[Hg]") != 16
    assert convert(3, "cm", "cm") == 3


def test_a_unit_without_a_name_is_shown_as_it_is() -> None:
    assert [unit_name(unit) for unit in ("a", "mmol/L", "{score}", None)] == ["years", "mmol/L", "", ""]


def test_which_units_there_are() -> None:
    assert all(is_unit(fact.unit) for fact in FACTS.values() if fact.unit)
    assert not any(is_unit(unit) for unit in ("fortnights", "banana", "mmol/", "m mol"))


def test_a_refusal_names_both_units() -> None:
    with pytest.raises(NotConvertible, match=r"`kg` does not convert to mmHg \(`mm\[Hg\]`\)"):
        convert(5, "kg", "mm[Hg]")


def test_a_record_is_read_with_what_is_unknown() -> None:
    told = answers({"age": "67 years", "pain": "n", "side": "don't know"}, FACTS)
    assert told.record == {"age": 67, "pain": False}
    assert told.unknown == {"side"}


def test_all_problems_of_a_record_are_told_at_once() -> None:
    with pytest.raises(Faulty) as faulty:
        answers({"agee": 1, "age": 400, "pain": "perhaps", "girth": "3 kg", 5: 6}, FACTS)  # type: ignore[dict-item]
    assert [each.code for each in faulty.value.diagnostics] == ["F010", "F012", "F011", "F013", "F010"]
    assert faulty.value.diagnostics[0].help == "did you mean `age`?"


def test_a_record_in_a_file_is_refused_at_its_place(tmp_path: Path) -> None:
    file = tmp_path / "record.yaml"
    file.write_text("age: 67\nside:   sideways\n")
    with pytest.raises(Faulty) as faulty:
        read_answers(file, FACTS)
    (problem,) = faulty.value.diagnostics
    assert (problem.line, problem.column, problem.length, problem.code) == (2, 9, 8, "F011")


def test_no_norway_problem_and_no_octal() -> None:
    # YAML 1.1 would read `no` as false, 010 as eight and 1:30 as ninety.
    choice = Fact(id="land", kind="choice", choices=("no", "se"), wording="Land?", answered_by="patient")
    assert parse_answer(choice, "no") == "no"
    assert parse_answer(FACTS["age"], "010") == 10
    with pytest.raises(NotUnderstood):
        parse_answer(FACTS["age"], "1:30")


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (1 / 24, "1 hour"),
        (0.042, "1 hour"),
        (1 / 48, "30 minutes"),
        (0.5, "12 hours"),
        (1, "1 day"),
        (0, "0 days"),
    ],
)
def test_a_part_of_a_day_is_shown_in_hours_or_minutes(days: float, said: str) -> None:
    assert shown(days, "d") == said
