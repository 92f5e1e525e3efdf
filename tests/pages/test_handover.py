"""The hand-over: everything that matters on one page that stands by itself."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import charley
from charley.cli import main
from charley.documents.diagnostic import Faulty
from charley.engine.expert import Expert
from charley.pages.handover import handover
from charley.pages.write import as_html, as_markdown, write_report

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
    for flag in d.flags:
        assert flag.action in text
    assert d.alerts
    assert all(alarm.name in text and alarm.action in text for alarm in d.alerts)
    assert "EMERGENCY: now" in text
    assert d.knowledge_base.digest[:16] in text
    assert "pending human review" in text
    assert "statin" in text
    assert "dvt-swelling" in text
    assert d.always_say in text


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


def test_the_pdf_is_one_page(tmp_path: Path) -> None:
    pytest.importorskip("weasyprint")
    pdfium = pytest.importorskip("pypdfium2")
    record, out = tmp_path / "r.yaml", tmp_path / "r.pdf"
    record.write_text(
        "{age: 67, unilateral_leg_swelling: yes, active_cancer: yes, chest_pain: yes, statin: yes}"
    )
    found = CliRunner().invoke(main, ["report", str(record), "--out", str(out)])
    assert found.exit_code == 0, found.output
    assert len(pdfium.PdfDocument(str(out))) == 1
