"""Dates: told at every door, counted from the day of the record, and a plain number to all that follows."""

from __future__ import annotations

import ast
import datetime
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import assume, given
from hypothesis import strategies as st

import charley
from charley.audit.diff.edits import edits
from charley.cli import main
from charley.documents.diagnostic import Faulty
from charley.engine.expert import Expert, load
from charley.facts.record import answers
from charley.facts.schema import record_schema
from charley.facts.vocabulary import Fact, Vocabulary
from charley.rules.loading.check import check
from charley.rules.loading.read import read
from charley.rules.signoff.layers import Layers
from tests.bases import VOCABULARY, bases, records

Lay = Callable[..., Path]
DAYS = st.dates(datetime.date(1900, 1, 1), datetime.date(2200, 1, 1))

DATED = """\
    since: last_watered
    wording: How many days since it was watered?
  - id: last_watered
    kind: date
    answered_by: patient
    wording: When was it last watered?
    codes: {loinc: 99-9}
"""


@pytest.fixture
def dated(lay: Lay) -> Path:
    """The small base, in which `days_dry` counts since a date."""
    folder = lay()
    facts = folder / "facts.yaml"
    before = "    wording: How many days since it was watered?\n"
    assert before in facts.read_text()
    facts.write_text(facts.read_text().replace(before, DATED))
    assert check(folder) == []
    return folder


def run(*arguments: object, input: str | None = None) -> Any:
    result = CliRunner().invoke(main, list(map(str, arguments)), input=input)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


# What a date means.


def counting(unit: str, high: float = 1e6) -> Vocabulary:
    """A number that counts since a date, in this unit."""
    return Vocabulary(
        [
            Fact(id="began", kind="date", wording="began", answered_by="patient"),
            Fact(
                id="lasts", kind="number", unit=unit, plausible_range=(0, high), wording="lasts",
                answered_by="patient", since="began",
            ),
        ]
    )  # fmt: skip


@given(DAYS, DAYS)
def test_a_date_is_the_days_that_have_passed_on_the_day_of_the_record(
    start: datetime.date, as_of: datetime.date
) -> None:
    vocabulary = counting("d")
    given = {"began": start, "as_of": as_of}
    if start > as_of:
        with pytest.raises(Faulty, match="after"):
            answers(given, vocabulary)
        return
    found = answers(given, vocabulary)
    assert found.record == {"lasts": (as_of - start).days}
    assert found == answers({"began": str(start), "as_of": str(as_of)}, vocabulary)
    assert found == answers({"lasts": start, "as_of": as_of}, vocabulary)


@given(DAYS, DAYS, DAYS)
def test_what_was_told_is_read_as_the_same_number_on_any_later_day(
    start: datetime.date, as_of: datetime.date, today: datetime.date
) -> None:
    assume(start <= as_of)
    vocabulary = counting("d")
    found = answers({"began": start}, vocabulary, today=as_of)
    assert found.told == {"lasts": f"since {start} as of {as_of}"}
    assert answers(dict(found.told), vocabulary, today=today) == found
    assert answers(dict(found.record), vocabulary, today=today).record == found.record


@pytest.mark.parametrize(("unit", "of_a_year"), [("d", 365), ("wk", 365 / 7), ("mo", 365 / 30.4375)])
def test_it_is_in_the_unit_of_the_number_as_if_told_in_days(unit: str, of_a_year: float) -> None:
    vocabulary = counting(unit)
    dated = answers({"began": "2025-01-31", "as_of": "2026-01-31"}, vocabulary).record
    assert dated == answers({"lasts": "365 days"}, vocabulary).record
    assert dated["lasts"] == pytest.approx(of_a_year)


@given(bases(), records(), DAYS)
def test_a_date_says_what_its_number_says(base: Expert, record: dict[str, Any], as_of: datetime.date) -> None:
    """All that follows sees the number alone, so this holds for every reading of the rules."""
    days = record.get("n")
    assume(isinstance(days, int))
    began = as_of - datetime.timedelta(days=days)
    told = {**{id: value for id, value in record.items() if id != "n"}, "day": began, "as_of": as_of}
    assert answers(told, VOCABULARY).record == record
    dated, plain = base.diagnose(told), base.diagnose(record)
    assert dated.as_told == {"n": f"since {began} as of {as_of}"}
    assert dated.model_copy(update={"as_told": plain.as_told}) == plain


def test_nothing_that_follows_looks_at_the_clock() -> None:
    """Only the faces know which day it is. The cache looks whether an approval has come into force, and a
    saved consultation says when something was said.
    """
    package = Path(charley.__file__).parent
    looking = set()
    for file in [*package.glob("facts/**/*.py"), *package.glob("engine/**/*.py")]:
        calls = [each for each in ast.walk(ast.parse(file.read_text())) if isinstance(each, ast.Call)]
        if any(re.search(r"\bdate(time)?\.(today|now|utcnow)$", ast.unparse(each.func)) for each in calls):
            looking.add(str(file.relative_to(package)))
    assert looking == {"engine/kept/cache.py", "engine/consult/transcript.py"}


# What is refused.


@pytest.mark.parametrize(
    ("record", "said", "at"),
    [
        ("{last_watered: 20260110, as_of: 2026-01-31}", "is a date, not `20260110`", 16),
        ("{last_watered: 2026-02-30, as_of: 2026-01-31}", "there is no such day", 16),
        ("{last_watered: 2026-01-10T10:00, as_of: 2026-01-31}", "is a date, not `2026-01-10T10:00`", 16),
        ("{last_watered: 10.01.2026, as_of: 2026-01-31}", "is a date, not `10.01.2026`", 16),
        ("{last_watered: yes, as_of: 2026-01-31}", "is a date, not `true`", 16),
        ("{last_watered: [2026-01-10], as_of: 2026-01-31}", "is a date, not", 16),
        ("{last_watered: 2026-02-01, as_of: 2026-01-31}", "is 2026-02-01, after 2026-01-31", 16),
        ("{last_watered: 2025-01-10, as_of: 2026-01-31}", "is 386, outside the plausible range", 16),
        ("{last_watered: 2026-01-10, days_dry: 3, as_of: 2026-01-31}", "do not say the same", 16),
        ("{days_dry: 2026-02-30, as_of: 2026-01-31}", "there is no such day", 12),
        ("{last_watered: 2026-01-10, as_of: 20260131}", "`as_of` is a date, not `20260131`", 35),
        ("{last_waterd: 2026-01-10}", "unknown fact `last_waterd`", 2),
    ],
)
def test_what_is_no_day_is_refused_at_its_place(dated: Path, record: str, said: str, at: int) -> None:
    found = run("diagnose", "-", "--kb", dated, input=record)
    assert found.exit_code == 2
    assert said in found.stderr
    assert f"standard input:1:{at}:" in found.stderr


def test_a_library_is_told_the_day_and_never_takes_todays(dated: Path) -> None:
    base = load(dated)
    with pytest.raises(Faulty, match="the record does not say of which day it is"):
        base.diagnose({"last_watered": "2026-01-10"})
    assert base.diagnose({"last_watered": "unknown"}).unknown == ("days_dry",)
    both = {"last_watered": "2026-01-10", "days_dry": "3 weeks", "as_of": "2026-01-31"}
    assert base.diagnose(both).record == {"days_dry": 21}
    talk = base.consult(engine="kernel")
    talk.tell(last_watered="2026-01-10", as_of="2026-01-31")
    assert talk.record == {"days_dry": 21}


# At every door.


def a_while_ago(days: int = 9) -> tuple[str, str]:
    """A date that many days ago, and how it is told today."""
    today = datetime.date.today()
    began = today - datetime.timedelta(days=days)
    return str(began), f"since {began} as of {today}"


def test_the_command_line_puts_today_there_and_shows_it(dated: Path) -> None:
    began, told = a_while_ago()
    shown = run("diagnose", "-", "--kb", dated, "--json", input=f"last_watered: {began}")
    d = json.loads(shown.stdout)
    assert (d["record"], d["as_told"]) == ({"days_dry": 9}, {"days_dry": told})
    assert told in run("diagnose", "-", "--kb", dated, "--full", input=f"last_watered: {began}").stdout


def test_a_consultation_takes_a_date_or_a_duration(dated: Path) -> None:
    began, told = a_while_ago()
    for line in (f"tell days_dry={began}", f"tell last_watered={began}", f"tell days_dry=since {began}"):
        said = run("consult", "--kb", dated, "--one-by-one", input=f"clinician\n{line}\nquit\n").stdout
        assert f"Noted: days dry: {told}" in said, line
    said = run("consult", "--kb", dated, "--about", "dryness", input="clinician\n3 weeks\nquit\n").stdout
    assert "fault of Charley" not in said


def test_the_schema_of_a_record_knows_dates(dated: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="JSON Schema is not installed")
    base = load(dated)
    schema = record_schema(base.id, base.about.title, base.version, base.digest, base.vocabulary)
    good = [{"last_watered": "2026-01-10", "as_of": "2026-01-31"}, {"last_watered": "unknown"}, {}]
    bad = [{"last_watered": 20260110}, {"last_watered": "yesterday"}, {"as_of": "now"}]
    checker = jsonschema.Draft202012Validator(schema)
    assert [checker.is_valid(each) for each in (*good, *bad)] == [True] * len(good) + [False] * len(bad)
    assert "as_of" not in record_schema("x", "x", "1", "0" * 64, charley.load().vocabulary)["properties"]


def test_a_table_says_of_dates_what_diagnose_says(dated: Path) -> None:
    pa = pytest.importorskip("pyarrow", reason="a cohort needs charley[cohort]")
    base, as_of = load(dated), datetime.date(2026, 1, 31)
    days = [datetime.date(2026, 1, 10), None, datetime.date(2025, 1, 1), datetime.date(2026, 2, 1), as_of]
    seen = [as_of, as_of, as_of, as_of, None]
    columns = {"plastic": pa.array([False] * 5), "wilting": [True] * 5, "soil_wet": [False] * 5}
    told: list[Any] = []
    for type in (pa.date32(), pa.string()):
        texts = [day if day is None or type == pa.date32() else str(day) for day in days]
        table = pa.table({**columns, "last_watered": pa.array(texts, type), "as_of": pa.array(seen)})
        found = base.cohort().evaluate(table, refused=told.append).to_pylist()
        assert [row["refused"] for row in found] == [0, 0, 1, 1, 1]
        plain = {"plastic": False, "wilting": True, "soil_wet": False}
        for row, record in zip(found, [{**plain, "days_dry": 21}, *[plain] * 4], strict=True):
            d = base.diagnose(record)
            assert (row["leader"], row["urgency"], row["score_thirst"]) == (
                d.leader, d.urgency, d.standing("thirst").score,
            )  # fmt: skip
        assert "as_of" not in found[0] and "last_watered" not in found[0]
    reasons = [each.reason for each in told[:3]]
    assert [
        "outside the plausible range" in reasons[0],
        "after" in reasons[1],
        "which day" in reasons[2],
    ] == [True] * 3
    for wrong in ({"last_watered": pa.array(days, pa.date32())}, {"last_watered": [1] * 5, "as_of": seen}):
        with pytest.raises(Faulty):
            base.cohort().evaluate(pa.table({**columns, **wrong}))


def test_resources_of_fhir_tell_dates(dated: Path) -> None:
    pytest.importorskip("starlette", reason="the extra `serve` is not installed")
    from charley.serve.fhir.reading.patient_record import read_patient

    base, now = load(dated), datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.UTC)
    code = {"coding": [{"system": "http://loinc.org", "code": "99-9"}]}
    confirmed = {"coding": [{"code": "confirmed"}]}

    def condition(onset: str, status: Any = confirmed) -> dict[str, Any]:
        return {
            "resourceType": "Condition",
            "code": code,
            "verificationStatus": status,
            "onsetDateTime": onset,
        }

    observed = {"resourceType": "Observation", "status": "final", "code": code, "valueDateTime": "2026-01-10"}
    items = [{"linkId": "last_watered", "answer": [{"valueDate": "2026-01-10"}]}]
    response = {"resourceType": "QuestionnaireResponse", "status": "completed", "item": items}
    for resource in (condition("2026-01-10"), condition("2026-01-10T23:00:00-05:00"), observed, response):
        found = read_patient(base, [resource], now)
        assert found.answers.record == {"days_dry": 21}, resource
        assert found.answers.told == {"days_dry": "since 2026-01-10 as of 2026-01-31"}
    month = read_patient(base, [condition("2026-01")], now)
    assert month.answers.record == {} and [note.kind for note in month.notes] == ["refused"]
    assert (
        read_patient(base, [condition("2026-01-10", {"coding": [{"code": "refuted"}]})], now).answers.record
        == {}
    )


def test_software_and_pages_put_today_there(dated: Path) -> None:
    pytest.importorskip("httpx2", reason="what drives the application in the process is not installed")
    from starlette.testclient import TestClient

    from charley.serve.app import create_app
    from charley.serve.service import Settings

    began, told = a_while_ago()
    with TestClient(create_app(Settings(kbs=(str(dated),)))) as client:
        sent = client.post("/api/v1/diagnose", json={"record": {"last_watered": began}})
        assert sent.status_code == 200, sent.text
        assert told in sent.text
        refused = client.post("/api/v1/diagnose", json={"record": {"last_watered": 20260110}})
        assert refused.status_code == 422 and "is a date, not" in refused.text


# What is signed and compared.


def test_a_date_is_part_of_what_is_signed_and_compared(dated: Path) -> None:
    old = read(dated)
    before = Layers(old).rule("water-dry").digest
    facts = dated / "facts.yaml"
    facts.write_text(facts.read_text().replace("When was it last watered?", "When did it last rain?"))
    new = read(dated)
    assert Layers(new).rule("water-dry").digest != before
    assert [(each.sort, each.id, each.kind) for each in edits(old, new)][:1] == [
        ("fact", "last_watered", "wording")
    ]
