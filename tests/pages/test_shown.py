"""What the library shows of itself: short when it is named, whole when it is asked for, safe in a page."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

import charley
from charley.engine.expert import Expert
from charley.engine.explain.words import PURPOSE
from charley.engine.explanation import Shown

RECORD = {"age": 67, "unilateral_leg_swelling": True, "calf_circumference_difference_cm": 3.5}


@pytest.fixture(scope="module")
def kb() -> Expert:
    return charley.load()


def everything(kb: Expert, audience: Any = "clinician") -> dict[str, Shown]:
    c = kb.consult(RECORD, engine="kernel", audience=audience)
    fragility = c.fragility()
    assert fragility is not None
    return {
        "differential": c.differential,
        "how": c.how("deep_vein_thrombosis"),  # type: ignore[dict-item]
        "why not": c.why_not("restless_legs_syndrome"),
        "fragility": fragility,
        "consultation": c,
    }


class Page(HTMLParser):
    """Which elements there are, and whether every one is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: set[str] = set()
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.names.add(tag)
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self.names.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.mark.parametrize("audience", ["clinician", "student", "patient"])
def test_every_face_says_the_purpose_and_the_urgency(kb: Expert, audience: str) -> None:
    for name, shown in everything(kb, audience).items():
        page = Page(shown.html())
        assert page.open == [] and not page.names & {"script", "style", "link", "html"}
        for said in (shown.text(), shown.markdown(), page.words):
            assert PURPOSE in said
            assert name not in ("differential", "consultation") or "SAME DAY" in said


def test_a_patient_is_shown_neither_scores_nor_rules(kb: Expert) -> None:
    d = kb.diagnose(RECORD, audience="patient")
    for said in (d.text(), d.markdown(), d.html()):
        assert " db" not in said and "dvt-" not in said and "<svg" not in said


def test_pictures_stand_where_there_are_weights(kb: Expert) -> None:
    assert all("<svg" in shown.html() for shown in everything(kb).values())
    assert "<svg" not in kb.consult(engine="kernel").stop().html()


def test_names_are_short_and_hold_no_answer(kb: Expert) -> None:
    for shown in (kb, *everything(kb).values()):
        assert len(repr(shown)) < 200 and "3.5" not in repr(shown)
    assert "292 facts" in repr(kb) or f"{len(kb.vocabulary)} facts" in repr(kb)


def test_notebooks_take_it_without_being_asked(kb: Expert) -> None:
    d: Any = kb.diagnose(RECORD)
    assert d._repr_html_() == d.html() and d._repr_markdown_() == d.markdown()


def test_nothing_told_or_written_becomes_markup(kb: Expert) -> None:
    d = kb.diagnose(RECORD)
    hostile = d.model_copy(update={"always_say": "<script>x</script> *bold* [link](x)"})
    assert "<script>" not in hostile.html()
    assert "<script>" not in hostile.markdown() and "\\*bold\\*" in hostile.markdown()
