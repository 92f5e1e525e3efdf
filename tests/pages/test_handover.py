"""The hand-over: everything that matters on one page that stands by itself."""

from __future__ import annotations

import re
import sys
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import charley
from charley.cli import main
from charley.documents.diagnostic import Faulty
from charley.engine.expert import Expert
from charley.engine.explain.words import URGENCY_NAMES
from charley.engine.summary.reasons import speaks_for
from charley.pages.handover import handover
from charley.pages.take_home import take_home
from charley.pages.write import as_html, as_markdown, write_report
from charley.rules.loading.cases import read_cases
from charley.rules.time_frame import untimed

URGENCIES = re.compile(rf"\b(?:{'|'.join(URGENCY_NAMES.values())})\b")

RECORD = {
    "age": 67,
    "unilateral_leg_swelling": True,
    "active_cancer": True,
    "chest_pain": True,
    "statin": None,
}


@pytest.fixture(scope="module")
def kb() -> Expert:
    return charley.load()


@pytest.mark.parametrize("lay_out", [as_html, as_markdown])
def test_nothing_that_matters_is_missing(kb: Expert, lay_out: object) -> None:
    d = kb.diagnose(RECORD)
    page = lay_out(handover(kb, d))  # type: ignore[operator]
    text = page.replace("\\", "")
    for raised in (*d.flags, *d.alerts):
        # What is less urgent than the patient as a whole says what to do, and not how soon.
        assert (raised.action if raised.urgency == d.urgency else untimed(raised.action)) in text
    assert d.alerts
    assert all(alarm.name in text for alarm in d.alerts)
    assert "EMERGENCY: now" in text
    assert d.knowledge_base.digest[:16] in text
    assert "pending human review" in text
    assert "statin" in text
    assert "dvt-swelling" in text
    assert d.always_say in text


@pytest.mark.parametrize("lay_out", [as_html, as_markdown])
def test_the_note_cuts_nothing_that_was_told_or_raised(kb: Expert, lay_out: Any) -> None:
    tried = 0
    for placed in read_cases(kb)[::12]:
        d = kb.diagnose(dict(placed.case.given))
        text = unescape(lay_out(handover(kb, d))).replace("\\", "")
        for fact in (*d.record, *d.unknown, *d.unanswered):
            assert kb.vocabulary[fact].noted in text
        for rule in (rule for each in (*d.flags, *d.alerts) for rule in each.rules):
            tried += 1
            assert kb.rules[rule].because in text
            assert rule in text
        for advice in d.advice:
            whole = advice.text if advice.urgency == d.urgency else untimed(advice.text)
            # Results that were told stand beside the test that is advised, before the full stop.
            assert whole.removesuffix(".") in text
        assert len(URGENCIES.findall(text)) == (d.urgency is not None)
        assert "Signature" in text
    assert tried > 20


def test_a_note_tells_what_was_found_from_what_was_not(kb: Expert) -> None:
    told = {"pain_site_calf": True, "chest_pain": False, "tsh": "5 mIU/L"}
    note = dict(handover(kb, kb.diagnose({**told, "wide_based_gait": True, "romberg_positive": False})).note)
    assert note["Complaint and relevant positives"] == "Pain or cramp in the calf"
    assert note["Relevant negatives"] == "Chest pain, especially pleuritic"
    assert note["Examined, and found"] == "Wide-based gait"
    assert note["Examined, and not found"] == "Romberg test positive"
    assert note["Tests"] == "Thyroid-stimulating hormone: 5 mIU/L"


def test_a_note_names_a_fact_without_the_scores_it_belongs_to(kb: Expert) -> None:
    assert kb.vocabulary["entire_leg_swollen"].noted == "Entire leg swollen"
    assert kb.vocabulary["previous_dvt"].noted == "Previously documented deep vein thrombosis"
    assert not [fact.id for fact in kb.vocabulary.values() if re.search(r"\b(item|criterion)\b", fact.noted)]


def test_a_patient_reads_what_was_denied_in_a_row(kb: Expert) -> None:
    record = {"age": 67, "chest_pain": False, "dyspnoea": False, "syncope": None}
    page = take_home(kb, kb.diagnose(record, audience="patient"))
    assert [answer for _, answer in page.told] == ["67 years"]
    for laid_out in (as_html(page), as_markdown(page)):
        assert "Do you have chest pain? Are you newly short of breath?" in unescape(laid_out)
        assert "You were not sure of:" in laid_out


def test_a_score_shows_its_items_told_and_open(kb: Expert) -> None:
    record = {"unilateral_leg_swelling": True, "pain_laterality": "left_only", "active_cancer": True}
    page = handover(kb, kb.diagnose(record))
    wells = next(score for score in page.scores if "Wells" in score.score.title)
    assert "Active cancer" in wells.listed("yes")
    assert wells.listed("open") in as_markdown(page).replace("\\", "")


@pytest.mark.parametrize("lay_out", [as_html, as_markdown])
def test_a_patient_takes_home_plain_words_and_one_urgency(kb: Expert, lay_out: Any) -> None:
    tried = 0
    for placed in read_cases(kb)[::12]:
        d = kb.diagnose(dict(placed.case.given), audience="patient")
        text = unescape(lay_out(take_home(kb, d))).replace("\\", "")
        assert len(URGENCIES.findall(text)) == (d.urgency is not None)
        assert " db" not in text
        assert not any(f"`{firing.rule}`" in text for firing in d.firings)
        allowed = {place.name for place in speaks_for(d)}
        for name in (place.name for place in d.standings if place.name not in allowed):
            assert d.lead == "nothing_known" or f"**{name}**" not in text
        for place in speaks_for(d):
            candidate = kb.candidates[place.candidate]
            if candidate.disposition == "routine":
                tried += 1
                assert (candidate.description.to("patient") in text) == (d.urgency == "routine")
    assert tried > 5


def test_the_words_about_cramps_are_said_once_every_warning_sign_is_denied(kb: Expert) -> None:
    facts = {fact for condition in kb.minimum for fact in kb.facts_of(condition)}
    record: dict[str, Any] = {"age": 60, "muscle_cramp_episodes": True, **dict.fromkeys(facts, False)}
    for denied, said in ((record, True), ({**record, "chest_pain": None}, False)):
        d = kb.diagnose(denied, audience="patient")
        assert (d.urgency == "routine") == said
        description = kb.candidates["nocturnal_leg_cramps"].description.to("patient")
        assert (description in as_markdown(take_home(kb, d))) == said


def test_the_report_of_a_patient_is_the_page_to_take_home(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text("{age: 67, unilateral_leg_swelling: yes}")
    for audience, wanted in (("patient", "to take home"), ("clinician", "hand-over")):
        out = tmp_path / f"{audience}.html"
        arguments = ["report", str(tmp_path / "r.yaml"), "--audience", audience, "--out", str(out)]
        assert CliRunner().invoke(main, arguments).exit_code == 0
        assert wanted in out.read_text()


def test_the_html_stands_by_itself(kb: Expert) -> None:
    page = as_html(handover(kb, kb.diagnose(RECORD)))
    assert "<script" not in page
    assert not re.search(r"""(src|href)=|url\(|@import""", page)
    assert page.count("<svg") == page.count("<main>") == 1


def test_what_is_named_like_markup_is_shown_as_it_is(kb: Expert) -> None:
    d = kb.diagnose(RECORD)
    odd = d.model_copy(update={"always_say": "<b>&*_`[x](y)"})
    assert "<b>&*_" not in as_html(handover(kb, odd))
    assert r"\<b\>&\*\_\`\[x\](y)" in as_markdown(handover(kb, odd))


@pytest.mark.parametrize("record", [{}, {"age": 12}, RECORD])
def test_every_record_has_a_page(kb: Expert, record: dict[str, object]) -> None:
    d = kb.diagnose(record)
    assert as_html(handover(kb, d)).endswith("</html>\n")
    assert ("nothing is ranked" in as_markdown(handover(kb, d))) == (d.scope == "outside")


def test_a_flagged_candidate_is_in_the_picture_however_low(kb: Expert) -> None:
    d = kb.diagnose(RECORD)
    shown = {row.place.candidate for row in handover(kb, d).rows}
    assert {flag.candidate for flag in d.flags} <= shown


@pytest.mark.parametrize("name", ["x.docx", "x", "nowhere/x.html"])
def test_what_cannot_be_written_is_refused_with_words(kb: Expert, tmp_path: Path, name: str) -> None:
    with pytest.raises(Faulty):
        write_report(kb.consult(RECORD, engine="kernel"), tmp_path / name)
    assert [*tmp_path.iterdir()] == []


def test_a_missing_extra_is_said(kb: Expert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(Faulty, match=re.escape('pip install "charley[pdf]"')):
        write_report(kb.consult(RECORD, engine="kernel"), tmp_path / "x.pdf")


def test_the_pdf_is_at_most_one_sheet(tmp_path: Path) -> None:
    pytest.importorskip("weasyprint")
    pdfium = pytest.importorskip("pypdfium2")
    record, out = tmp_path / "r.yaml", tmp_path / "r.pdf"
    record.write_text(
        "{age: 67, unilateral_leg_swelling: yes, active_cancer: yes, chest_pain: yes, statin: yes}"
    )
    found = CliRunner().invoke(main, ["report", str(record), "--out", str(out)])
    assert found.exit_code == 0, found.output
    assert len(pdfium.PdfDocument(str(out))) <= 2
