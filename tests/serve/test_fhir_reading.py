"""What resources say of a patient: yes, no, a value, or nothing. What is missing is never a no."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the extra `serve` is not installed")
pytest.importorskip("httpx2", reason="starlette's test client needs it")
pytest.importorskip("joserfc", reason="the extra `serve` is not installed")
pytest.importorskip("sqlalchemy", reason="the extra `serve` is not installed")

from hooks import bundle, codeable, condition, days_ago, observation, patient, quantity, request_for, response

from charley.engine.expert import Expert
from charley.serve.fhir.reading.codes import fact_system
from charley.serve.fhir.reading.patient_record import HOLDS_FOR_DAYS, PatientRecord, read_patient
from charley.serve.fhir.reading.resources import resources

CHEST_PAIN = codeable("http://human-phenotype-ontology.org", "HP:0100749")
NOW = datetime.datetime.now(datetime.UTC)


@pytest.fixture
def read(bundled: Expert) -> Any:
    def read(*given: Any, of: str | None = "1") -> PatientRecord:
        return read_patient(bundled, resources(list(given)), NOW, of)

    return read


def kinds(found: PatientRecord) -> list[str]:
    return [note.kind for note in found.notes]


def potassium(value: float = 4.4, unit: str = "mmol/L", **more: Any) -> dict[str, Any]:
    days = more.pop("days", 0)
    return observation("2823-3", days=days, valueQuantity=quantity(value, unit), **more)


@pytest.mark.parametrize(
    ("given", "fact", "value"),
    [
        (potassium(), "serum_potassium", 4.4),
        (observation("2601-3", valueQuantity=quantity(2, "mg/dL")), "serum_magnesium", 0.82287595145),
        (observation("4548-4", valueQuantity=quantity(62, "mmol/mol")), "hba1c", 7.8),
        (observation("59261-8", valueQuantity=quantity(62, "mmol/mol")), "hba1c", 7.8),
        (observation("6298-4", valueQuantity=quantity(3, "mmol/L")), "serum_potassium", 3),
        (
            observation("48065-7", valueQuantity=quantity(300, "ng/mL") | {"unit": "ng/mL (DDU)"}),
            "d_dimer",
            600,
        ),
        (
            observation("82810-3", valueCodeableConcept=codeable("http://loinc.org", "LA15173-0")),
            "pregnant",
            True,
        ),
        (
            observation("82810-3", valueCodeableConcept=codeable("http://loinc.org", "LA26683-5")),
            "pregnant",
            False,
        ),
        (condition("N18.31"), "chronic_kidney_disease", True),
        (condition("E11.42"), "diabetes_mellitus", True),
        (condition("I10", "refuted"), "hypertension", False),
        (condition("I10", clinical="resolved"), "hypertension", True),
        (request_for("C10AA05"), "statin", True),
        (request_for("C03AA03", "stopped"), "thiazide_diuretic", False),
        (response(unilateral_leg_swelling=True), "unilateral_leg_swelling", True),
        (response(d_dimer=quantity(0.4, "mg/L", code="mg/L{FEU}")), "d_dimer", 400),
        (response(pain_quality="aching"), "pain_quality", "aching"),
    ],
)
def test_what_is_said_is_known(read: Any, given: Any, fact: str, value: Any) -> None:
    found = read(given)
    assert dict(found.answers.record) == {fact: value}
    assert found.notes == ()


PENDING = {"status": "registered"}
ABSENT = {"dataAbsentReason": codeable("http://terminology.hl7.org/CodeSystem/data-absent-reason", "unknown")}


@pytest.mark.parametrize(
    "given",
    [
        observation("2823-3", **ABSENT),
        potassium(**ABSENT),
        {**potassium(), **PENDING},
        condition("I10", "provisional"),
        condition("I10", "differential"),
        condition("I10", "unconfirmed"),
        condition("I10", None),
        condition("E03.9", "provisional", clinical="resolved"),
        request_for("C10AA05", "on-hold"),
        request_for("C10AA05", "stopped"),  # nobody said why it was
        observation("1234-5", valueQuantity=quantity(1, "mmol/L")),
        condition("Z99.99"),
        {"resourceType": "AllergyIntolerance", "id": "a"},
    ],
)
def test_what_is_not_certain_is_unknown_and_may_be_asked(read: Any, given: Any) -> None:
    found = read(given)
    assert dict(found.answers.record) == {}
    assert found.answers.unknown == frozenset()


def test_somebody_who_was_asked_and_does_not_know_is_not_asked_again(read: Any) -> None:
    assert read(response(chest_pain=None)).answers.unknown == {"chest_pain"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (potassium(4, "furlong"), "does not convert"),
        (potassium(400), "outside the plausible range"),
        (observation("2823-3", valueQuantity={"value": 4}), "no unit"),
        (observation("2823-3", valueQuantity=quantity(4, "mmol/L", system="urn:mine")), "not a UCUM unit"),
        (observation("2823-3", valueQuantity=quantity(4, "mmol/L", comparator="~")), "comparator"),
        (observation("2823-3", valueQuantity={"value": "4", "unit": "mmol/L"}), "needs a number"),
        (observation("2823-3", valueQuantity=[]), "needs a number"),
        (observation("2823-3", valueString="normal"), "needs a number from"),
        (observation("2823-3", valueRange={}), "type is not read"),
        (observation("82810-3", valueCodeableConcept=codeable("urn:x", "maybe")), "not known to these rules"),
        (response(chest_pian=True), "did you mean `chest_pain`"),
        (response(chest_pain="perhaps"), "needs yes or no"),
    ],
)
def test_what_cannot_be_read_is_refused_and_leaves_the_fact_open(read: Any, given: Any, said: str) -> None:
    found = read(given)
    assert dict(found.answers.record) == {} and found.answers.unknown == frozenset()
    assert [note.kind for note in found.notes] == ["refused"]
    assert said in found.notes[0].text


def test_a_bound_is_an_answer_where_all_rules_agree_on_it(read: Any) -> None:
    low = observation("48065-7", valueQuantity=quantity(100, "ug/L{FEU}", comparator="<"))
    assert read(low).answers.record["d_dimer"] < 500


def test_the_newest_wins_and_what_contradicts_it_is_listed(read: Any) -> None:
    found = read(potassium(2.4, days=1), potassium(4.4, days=9), potassium(2.4, days=3))
    assert found.answers.record["serum_potassium"] == 2.4
    assert kinds(found) == ["conflict"]
    assert f"not 4.4 mmol/L ({days_ago(9)})" in found.notes[0].text


def test_a_newest_value_that_is_refused_does_not_bring_an_older_one_back(read: Any) -> None:
    found = read(potassium(4.4, days=9), potassium(400, days=1))
    assert "serum_potassium" not in found.answers.record


def test_an_observation_without_a_value_leaves_the_one_before_it(read: Any) -> None:
    assert read(potassium(4.4, days=9), observation("2823-3", **ABSENT)).answers.record


@pytest.mark.parametrize(
    ("given", "known"),
    [
        (potassium(days=HOLDS_FOR_DAYS["blood_test"] - 1), True),
        (potassium(days=HOLDS_FOR_DAYS["blood_test"] + 1), False),
        (observation("8867-4", days=1, valueQuantity=quantity(120, "/min")), True),
        (observation("8867-4", days=30, valueQuantity=quantity(120, "/min")), False),
        (response(days=400, chest_pain=True), False),
        (response(days=400, previous_dvt=True), True),
        (response(days=60, recent_bedrest_or_major_surgery=True), True),
        (condition("N18.3", recordedDate="1999-01-01"), True),
        (condition("Z79.01", recordedDate="1999-01-01"), True),
        ({**condition("x", recordedDate="1999-01-01"), "code": CHEST_PAIN}, False),
        ({**condition("x", recordedDate=days_ago(3)), "code": CHEST_PAIN}, True),
    ],
)
def test_what_is_old_says_nothing_of_now_unless_the_past_counts(read: Any, given: Any, known: bool) -> None:
    found = read(given)
    assert bool(found.answers.record) is known
    assert kinds(found) == ([] if known else ["old"])


def test_two_parts_of_one_observation_are_two_facts(read: Any) -> None:
    pressure = observation(
        "85354-9",
        component=[
            {"code": codeable("http://loinc.org", "8480-6"), "valueQuantity": quantity(80, "mm[Hg]")},
            {"code": codeable("http://loinc.org", "8462-4"), **ABSENT},
        ],
    )
    assert dict(read(pressure).answers.record) == {"systolic_bp": 80}


@pytest.mark.parametrize(
    "given",
    [
        {**potassium(), "status": "entered-in-error"},
        condition("N18.3", "entered-in-error"),
        request_for("C10AA05", "entered-in-error"),
        request_for("C10AA05", doNotPerform=True),
        {**response(chest_pain=True), "status": "entered-in-error"},
        potassium(subject={"reference": "Patient/2"}),
        potassium(subject={"reference": "https://ehr.example.org/fhir/Patient/2/_history/3"}),
        potassium(subject={"reference": "Group/1"}),
    ],
)
def test_an_error_and_another_patient_are_passed_over(read: Any, given: Any) -> None:
    found = read(given)
    assert dict(found.answers.record) == {}
    assert kinds(found) == ["passed over"]


def test_the_patient_tells_the_age_and_not_the_sex_at_birth(read: Any, bundled: Expert) -> None:
    today = NOW.date()
    birthday = today.replace(year=today.year - 40) if (today.month, today.day) != (2, 29) else today
    assert read(patient(birthDate=birthday.isoformat(), gender="male")).answers.record == {"age": 40}
    day_before = birthday + datetime.timedelta(days=1)
    assert read(patient(birthDate=day_before.isoformat())).answers.record == {"age": 39}
    birthsex = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex"
    told = read(patient(extension=[{"url": birthsex, "valueCode": "F"}]))
    assert told.answers.record["sex_at_birth"] == "female"
    assert read(patient(birthDate=None)).answers.record == {}
    assert read(patient(birthDate="2999-01-01")).answers.record == {}
    assert read(patient(deceasedDateTime="2020")).is_dead


def test_a_year_of_birth_is_an_age_where_all_rules_agree_on_it(read: Any, bundled: Expert) -> None:
    limits = {limit for _, limit in bundled.vocabulary.compared["age"]}
    years = next(years for years in range(30, 100) if not limits & {years - 1, years, years + 1})
    assert read(patient(birthDate=str(NOW.year - years))).answers.record["age"] in (years - 1, years)
    found = read(patient(birthDate=str(NOW.year - 18)))  # seventeen or eighteen: in the scope or not
    assert "age" not in found.answers.record or (NOW.month, NOW.day) == (12, 31)


def test_a_medicine_is_found_through_a_reference_and_in_the_form_of_r5(read: Any) -> None:
    statin = {"resourceType": "Medication", "id": "s", "code": codeable("http://www.whocc.no/atc", "C10AA05")}
    plain = {"resourceType": "MedicationRequest", "id": "m", "status": "active"}
    for given in (
        [{**plain, "medicationReference": {"reference": "Medication/s"}}, statin],
        [{**plain, "medicationReference": {"reference": "#s"}, "contained": [statin]}],
        [{**plain, "medication": {"concept": statin["code"]}}],
        [{**plain, "medication": {"reference": {"reference": "Medication/s"}}}, statin],
    ):
        assert read(*given).answers.record == {"statin": True}
    r5 = {"resourceType": "MedicationStatement", "id": "m", "status": "recorded"}
    taken = {**r5, "medication": {"concept": statin["code"]}}
    assert read(taken).answers.record == {"statin": True}
    stopped = {**taken, "adherence": {"code": {"coding": [{"code": "not-taking"}]}}}
    assert read(stopped).answers.record == {"statin": False}


def test_a_fact_can_be_named_by_its_own_code(read: Any, bundled: Expert) -> None:
    own = observation("x", valueBoolean=True)
    own["code"] = codeable(fact_system(bundled), "tense_compartment")
    assert read(own).answers.record == {"tense_compartment": True}


def test_bundles_in_bundles_are_opened_and_nonsense_in_them_passed_by(read: Any) -> None:
    strange = {"resourceType": "Bundle", "entry": [{}, None, {"resource": 3}, {"resource": {"a": 1}}]}
    assert read(bundle(bundle(potassium())), strange, 7, None, "x").answers.record == {"serum_potassium": 4.4}
