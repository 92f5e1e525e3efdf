"""A number in a unit is of the quantity that the fact is, converts as the fact declares, or is refused.

Every number fact of the bundled base meets every unit of its dimension, and all ways to write a number.
"""

from __future__ import annotations

import math
from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from ucumvert import PintUcumRegistry

import charley
from charley.facts.answer import NotUnderstood, parse_answer
from charley.facts.quantity import _METRIC, _OTHER, quantity_of
from charley.facts.units import is_unit
from charley.facts.vocabulary import Fact

KB = charley.load()
NUMBERS = [fact for fact in KB.vocabulary.values() if fact.kind == "number"]

TIMES = ["s", "min", "h", "d", "wk", "mo", "a"]
FREQUENCIES = ["Hz", "Bq", "[Ci]", *(f"/{unit}" for unit in TIMES), "{beats}/min", "{drops}/min"]
AMOUNTS = ["g", "mg", "ug", "ng", "mol", "mmol", "umol", "nmol", "pmol", "eq", "meq", "osm", "mosm", "U",
           "mU", "kat", "nkat", "[IU]", "m[IU]", "u[IU]", "[CFU]", "[PFU]", "[arb'U]", "J", "ng{DDU}",
           "ug{FEU}", "g{creatinine}"]  # fmt: skip
VOLUMES = ["L", "dL", "mL", "uL", "m3", "mm3", "kg", "mol", "g", "mL{plasma}"]
PLAIN = [
    "1",
    "%",
    "[ppth]",
    "[ppm]",
    "rad",
    "deg",
    "{score}",
    "{count}",
    "{other}",
    "10*3",
    "dB",
    "[pH]",
    "mm/m",
]
UNITS = [
    *TIMES, *FREQUENCIES, *PLAIN,
    *("mm", "cm", "m", "[in_i]", "[Ch]", "mL/cm2", "mm[Hg]", "kPa", "bar", "cm[H2O]", "[psi]", "J/m3"),
    *("mL/min/{1.73_m2}", "mL/s/{1.73_m2}", "mL/min", "L/h", "mL/min/{other}", "m3/s"),
    *("10*9/L", "10*3/uL", "/uL", "/L", "/mm3", "10*9{cells}/L", "10*9{platelets}/L"),
    *(f"{amount}/{volume}" for amount, volume in product(AMOUNTS, VOLUMES)),
]  # fmt: skip

CONCENTRATION = {f"{amount}/{volume}" for volume in ("L", "dL", "mL", "uL", "m3", "mm3")
                 for amount in ("mol", "mmol", "umol", "nmol", "pmol")}  # fmt: skip
MASSES = {f"{amount}/{volume}" for volume in ("L", "dL", "mL", "uL", "m3", "mm3")
          for amount in ("g", "mg", "ug", "ng")}  # fmt: skip
EQUIVALENTS = {f"{amount}/{volume}" for volume in ("L", "dL", "mL", "uL", "m3", "mm3")
               for amount in ("eq", "meq")}  # fmt: skip
ENZYME = {f"{amount}/{volume}" for volume in ("L", "dL", "mL", "uL", "m3", "mm3")
          for amount in ("U", "mU", "kat", "nkat", "[IU]", "m[IU]", "u[IU]")}  # fmt: skip
HORMONE = {f"{amount}/{volume}" for volume in ("L", "dL", "mL", "uL", "m3", "mm3")
           for amount in ("U", "mU", "[IU]", "m[IU]", "u[IU]")}  # fmt: skip
MARKED = {f"{amount}/{volume}" for volume in ("L", "dL", "mL", "uL", "m3", "mm3")
          for amount in ("ng{DDU}", "ug{FEU}")}  # fmt: skip
LENGTHS = {"mm", "cm", "m", "[in_i]"}
PRESSURES = {"mm[Hg]", "kPa", "bar", "cm[H2O]", "[psi]"}
SURFACE = {"mL/min/{1.73_m2}", "mL/s/{1.73_m2}"}
CELLS = {"10*9/L", "10*3/uL", "/uL", "/L", "/mm3"}
SCORES = {"1", "{score}"}
FRACTIONS = {"1", "%", "10*3"}

TAKEN: dict[str, set[str]] = {
    "a": {"d", "wk", "mo", "a"},
    "wk": {"h", "d", "wk", "mo", "a"},
    "d": {"min", "h", "d", "wk", "mo", "a"},
    "min": {"s", "min", "h", "d"},
    "/wk": {"/h", "/d", "/wk", "/mo", "/a"},
    "/min": {"/s", "/min", "/h", "/d"},
    "{score}": {"1", "{score}"},
    "{count}": {"1", "{count}"},
    "cm": LENGTHS,
    "mm[Hg]": PRESSURES,
    "mmol/L": CONCENTRATION | MASSES | EQUIVALENTS,
    "nmol/L": CONCENTRATION | MASSES,
    "ng/L": CONCENTRATION | MASSES,
    "ug/L": MASSES,
    "ug/L{FEU}": MASSES,
    "U/L": ENZYME,
    "m[IU]/L": HORMONE,
    "mL/min/{1.73_m2}": SURFACE,
    "10*9/L": CELLS,
    "1": FRACTIONS,
    "%": FRACTIONS,
    "Cel": set(),
}
"""The units in which a fact of this unit may be given; all others of its dimension measure something else."""
IFCC = {"mmol/mol", *(f"{amount}/mol" for amount in ("mol", "umol", "nmol", "pmol"))}
DECLARED = {
    "hba1c": IFCC,
    "d_dimer": MARKED,
    "heart_rate": {"{beats}/min"},
    "white_cell_count": {"10*9{cells}/L"},
}
"""What the facts declare besides."""

PINT: Any = PintUcumRegistry()


def dimension(unit: str) -> Any:
    """What the library of units takes for the dimension."""
    quantity = quantity_of(unit)
    return PINT.from_ucum(quantity.plain if quantity else unit).dimensionality


def taken(fact: Fact, text: str) -> float | int | None:
    """The value, also where it is outside the plausible range; None where the unit is refused."""
    wide = fact.model_copy(update={"plausible_range": (-1e300, 1e300)})
    try:
        value = parse_answer(wide, text)
    except NotUnderstood as refused:
        assert refused.code == "F013", text
        return None
    assert isinstance(value, int | float)
    return value


@pytest.mark.parametrize("fact", NUMBERS, ids=lambda fact: fact.id)
def test_every_unit_of_the_dimension_is_of_the_quantity_or_refused(fact: Fact) -> None:
    assert fact.unit is not None
    accepted = {unit for unit in UNITS if taken(fact, f"2 {unit}") is not None}
    assert accepted == TAKEN[fact.unit] | DECLARED.get(fact.id, set())
    own = dimension(fact.unit)
    for unit in accepted:
        quantity, plain = quantity_of(unit), quantity_of(fact.unit)
        assert quantity is not None and plain is not None
        declared = "DDU" in unit or "mol/mol" in unit
        if declared or fact.molar_mass is not None or dimension(unit) != own or "[IU]" in unit + fact.unit:
            continue  # other tests hold what converts by a declared equation, mass or charge
        factor = PINT.Quantity(2, PINT.from_ucum(quantity.plain).units)
        expected = factor.to(PINT.from_ucum(plain.plain).units).magnitude
        assert taken(fact, f"2 {unit}") == pytest.approx(expected, rel=1e-9), unit


def test_every_declared_scale_is_held() -> None:
    assert {fact.id for fact in NUMBERS if fact.conversions or fact.annotations} == set(DECLARED)


@pytest.mark.parametrize(
    ("id", "text", "value"),
    [
        ("hba1c", "53 mmol/mol", 7),
        ("hba1c", "48 mmol/mol", 6.5),
        ("hba1c", "0.053 mol/mol", 7),
        ("hba1c", "53 mmol/mol IFCC", 7),
        ("hba1c", "7.0 % NGSP", 7),
        ("d_dimer", "300 ng{DDU}/mL", 600),
        ("d_dimer", "0.25 mg/L DDU", 500),
        ("d_dimer", "250 ng/mL D-DU", 500),
        *(("white_cell_count", f"7 {unit}", 7) for unit in (
            "K/uL", "k/µL", "x10^3/uL", "x 10^9/L", "×10⁹/L", "x10E9/L", "Gpt/L", "thou/uL", "K/mm3")),
        *(("d_dimer", text, 500) for text in (
            "500 ng/mL FEU", "500 ng FEU/mL", "0.5 mg/L (feu)", "0,5 ug{FEU}/mL")),
        *(("egfr", f"60 {unit}", 60) for unit in (
            "mL/min/1.73 m²", "ml/min/1.73m^2", "mL/min/1,73 m2", "mL/min per 1.73 m2", "mL / min / 1.73m²",
            "mL/min/1.73 sq m", "mL/min/{1.73_m2}", "ml/min/1.73m2")),
        *(("serum_potassium", text, 4) for text in (
            "4 mM", "4,0 mmol/L", "4,0", "4.0 mmol/l", "4 mEq/L", "4000 uM")),
        ("pain_intensity_nrs", "6/10", 6),
        ("pain_intensity_nrs", "6 out of 10", 6),
        ("lmn_regions_count", "2/4", 2),
        *(("symptom_duration_days", text, days) for text, days in (
            ("a week", 7), ("two weeks", 14), ("3 weeks 2 days", 23), ("1 week, 1 day and 12 hours", 8.5),
            ("half a day", 0.5), ("3/7", 3), ("2/52", 14), ("6/12", 182.625), ("1 year", 365.25),
            ("2 days", 2))),
        ("post_exercise_abi_drop_pct", "0.2 %", 0.2),
        ("heart_rate", "80 {beats}/min", 80),
    ],
)  # fmt: skip
def test_what_laboratories_and_people_write(id: str, text: str, value: float) -> None:
    assert parse_answer(KB.vocabulary[id], text) == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize(
    ("id", "text", "code", "says"),
    [
        ("age", "67 s", "F013", "nobody gives years"),
        ("d_dimer", "500 ng/mL{XYZ}", "F013", "is not what it measures"),
        ("d_dimer", "500 ng{DDU}/mL{FEU}", "F013", "does not convert"),
        ("egfr", "60 mL/min", "F013", "it is not per 1.73 m2"),
        *(("serum_potassium", text, "F013", "a laboratory's flag") for text in (
            "4.0 H", "4.0 mmol/L H", "4.0 (L)", "4.0 mmol/L (HH)", "4.0*", "4.0 high")),
        *((id, value, "F019", "a percentage under 1, or a fraction")
          for id in ("post_exercise_abi_drop_pct", "transferrin_saturation", "hba1c")
          for value in (0.2, "0.2", "0,2")),
        ("diastolic_bp", "120/80", "F019", "not one number"),
        ("pain_intensity_nrs", "3/5", "F019", "the scale goes to 10"),
        ("creatine_kinase", "1,500", "F019", "may group thousands"),
        ("symptom_duration_days", "2 days 3 weeks", "F019", "not one number"),
    ],
)  # fmt: skip
def test_what_may_mean_something_else_is_refused(id: str, text: Any, code: str, says: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        parse_answer(KB.vocabulary[id], text)
    assert refused.value.code == code
    assert says in str(refused.value)
    assert refused.value.help


def test_the_help_names_the_diastolic_pressure() -> None:
    with pytest.raises(NotUnderstood) as refused:
        parse_answer(KB.vocabulary["diastolic_bp"], "120/80")
    assert "the second the diastolic, 80" in refused.value.help


@given(st.data())
def test_a_bound_or_a_range_decides_what_all_its_numbers_decide(data: st.DataObject) -> None:
    """A bound is taken only where all numbers within it give the same answers to all comparisons."""
    fact = data.draw(st.sampled_from([fact for fact in NUMBERS if fact.id in KB.vocabulary.compared]))
    compared = KB.vocabulary.compared[fact.id]
    assert fact.plausible_range is not None
    low, high = fact.plausible_range
    limits = sorted({limit for _, limit in compared} | {low, high})
    ends = st.one_of(st.sampled_from(limits), st.floats(low, high).map(lambda x: round(x, 2)))
    first, second = sorted((data.draw(ends), data.draw(ends)))
    unit = "%" if fact.unit == "%" else ""
    sign = data.draw(st.sampled_from(["<", "<=", ">", ">=", "range"]))
    match sign:
        case "range":
            text, inside = f"{first} - {second} {unit}", lambda x: first <= x <= second
        case "<":
            text, inside = f"< {first} {unit}", lambda x: x < first
        case "<=":
            text, inside = f"<= {first} {unit}", lambda x: x <= first
        case ">":
            text, inside = f"> {first} {unit}", lambda x: x > first
        case _:
            text, inside = f">= {first} {unit}", lambda x: x >= first
    probes = [x for x in {*limits, *((a + b) / 2 for a, b in pairwise(limits))} if inside(x)]

    def answers(value: float) -> list[bool]:
        operators = {"<": value.__lt__, "<=": value.__le__, ">": value.__gt__, ">=": value.__ge__}
        return [bool(operators[op](limit)) for op, limit in compared]

    try:
        value = parse_answer(fact, text, compared=compared)
    except NotUnderstood:
        # Refused: either it is out of the range, or two numbers in it are told apart, or it is empty.
        close = [first, second, math.nextafter(first, -math.inf), math.nextafter(first, math.inf)]
        within = [x for x in [*probes, *close] if low <= x <= high and inside(x)]
        told_apart = len({tuple(answers(float(x))) for x in within}) > 1
        assert told_apart or first == second or not within or sign in ("<", ">")
        return
    assert isinstance(value, int | float)
    assert all(answers(float(x)) == answers(float(value)) for x in probes)


def test_a_number_that_is_calculated_with_is_told_exactly() -> None:
    for id in ("creatine_kinase", "diastolic_bp"):
        assert id not in KB.vocabulary.compared
        with pytest.raises(NotUnderstood, match="is calculated with"):
            parse_answer(KB.vocabulary[id], "> 100", compared=KB.vocabulary.compared.get(id))


@given(
    st.sampled_from(NUMBERS),
    st.sampled_from(UNITS),
    st.floats(0, 1e6).map(lambda x: f"{x:.3g}"),
    st.text(max_size=6),
)
def test_any_number_with_any_unit_is_in_range_or_refused(
    fact: Fact, unit: str, digits: str, more: str
) -> None:
    for text in (f"{digits} {unit}", f"{digits}{more}", f"<{digits} {unit}", f"{more}{digits} {unit}{more}"):
        try:
            value = parse_answer(fact, text, compared=KB.vocabulary.compared.get(fact.id))
        except NotUnderstood:
            continue
        assert fact.plausible_range is not None
        if isinstance(value, int | float):
            assert fact.plausible_range[0] <= value <= fact.plausible_range[1]


@given(st.floats(0.001, 99).map(lambda x: float(f"{x:.3g}")))
def test_what_is_written_is_read_as_the_same(value: float) -> None:
    fact = KB.vocabulary["post_exercise_abi_drop_pct"]
    assert parse_answer(fact, fact.written(value)) == value


@pytest.mark.parametrize(
    "unit", ["mmol/mol{IFCC}", "ug/L{FEU}", "{score}", "/min", "mL/min/{1.73_m2}", "[IU]"]
)
def test_units_with_annotations_are_units(unit: str) -> None:
    assert is_unit(unit)


def test_only_numbers_convert() -> None:
    for more in ({"annotations": ["FEU"]}, {"conversions": [{"unit": "g", "slope": 2, "source": "s"}]}):
        with pytest.raises(ValidationError, match="a boolean fact has no"):
            Fact.model_validate({"id": "a", "kind": "boolean", "wording": "A?", "answered_by": "lab", **more})


def test_every_listed_unit_is_one_of_the_library() -> None:
    """A listed unit is taken for UCUM without asking the library, so each of them must be there."""
    prefixes = ["", "da", *"YZEPTGMkhdcmunpfazy"]
    units = [unit for units in _OTHER.values() for unit in units.replace("10*", "10*9").split()]
    units += [prefix + unit for units in _METRIC.values() for unit in units.split() for prefix in prefixes]
    unread = []
    for unit in units:
        quantity = quantity_of(unit)
        assert quantity is not None and quantity.listed, unit
        try:
            PINT.from_ucum(quantity.plain)
        except Exception:
            unread.append(unit)
    assert unread == []


def test_the_name_of_a_kind_is_no_listed_unit() -> None:
    for kind in [*_METRIC, *_OTHER, "furlong"]:
        quantity = quantity_of(kind.replace(" ", ""))
        assert quantity is None or not quantity.listed
