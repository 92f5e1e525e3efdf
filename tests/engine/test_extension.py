"""Rules in Python: they add remarks, change nothing, and keep nothing of a patient."""

from __future__ import annotations

import gc
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import charley

pytest.importorskip("charley.engine.session._experta", reason="needs experta", exc_type=ImportError)

from charley.engine.session.extension import (
    MATCH,
    NOT,
    Alerted,
    Fired,
    Flagged,
    Found,
    Leads,
    P,
    PythonRules,
    Rule,
    Told,
)

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "rules-in-python.md"
SWOLLEN = {"unilateral_leg_swelling": True, "pain_site_calf": True}


class Watching(PythonRules):
    """One rule for every kind of element."""

    @Rule(Told(fact=MATCH.fact, value=True))
    def told(self, fact):
        self.remark(fact)

    @Rule(Found(finding="leg_vein_place"))
    def found(self):
        self.remark("a place where a clot hurts")

    @Rule(Fired(rule="dvt-one-swollen-leg"), salience=1)
    def fired(self):
        self.remark("first, by its salience")

    @Rule(Flagged(candidate=MATCH.which, urgency="same_day"), NOT(Told(fact="age")))
    def no_age(self, which):
        self.remark(which)

    @Rule(Alerted(alert=MATCH.which))
    def alerted(self, which):
        self.remark(which)

    @Rule(Leads(candidate=MATCH.which))
    def leads(self, which):
        self.remark(which)

    @Rule(Told(fact="age", value=P(lambda years: years >= 80)))
    def old(self):
        self.remark("old")


def said(consultation: charley.Consultation) -> set[tuple[str, str]]:
    return {(remark.rule, remark.text) for remark in consultation.remarks}


@pytest.mark.parametrize("engine", ["experta", "kernel"])
def test_they_see_what_is_known_and_what_follows(bundled: charley.Expert, engine: str) -> None:
    consultation = bundled.consult(SWOLLEN, engine=engine, extend=Watching)
    assert said(consultation) == {
        ("told", "unilateral_leg_swelling"),
        ("told", "pain_site_calf"),
        ("found", "a place where a clot hurts"),
        ("fired", "first, by its salience"),
        ("no_age", "deep_vein_thrombosis"),
        ("leads", "deep_vein_thrombosis"),
    }
    assert consultation.remarks[0].rule == "fired"
    consultation.tell(age=82, chest_pain=True)
    assert {("old", "old")} < said(consultation)
    assert "no_age" not in {rule for rule, _ in said(consultation)}
    assert "alerted" in {rule for rule, _ in said(consultation)}
    consultation.retract("age")
    assert ("no_age", "deep_vein_thrombosis") in said(consultation)


def test_they_change_nothing(bundled: charley.Expert) -> None:
    with_them = bundled.consult(SWOLLEN, engine="kernel", extend=Watching)
    assert with_them.remarks
    assert with_them.differential == bundled.diagnose(SWOLLEN)


def test_two_consultations_do_not_meet(bundled: charley.Expert) -> None:
    one = bundled.consult(SWOLLEN, engine="kernel", extend=Watching)
    two = bundled.consult({"age": 90}, engine="kernel", extend=Watching)
    before = said(one)
    assert ("old", "old") in said(two)
    assert said(one) == before


def test_diagnose_refuses_them(bundled: charley.Expert) -> None:
    with pytest.raises(charley.Faulty, match="outside the proofs"):
        bundled.diagnose(SWOLLEN, extend=Watching)  # type: ignore[arg-type]


def test_nothing_of_a_patient_stays(bundled: charley.Expert) -> None:
    consultation = bundled.consult({"age": 81.625}, engine="kernel", extend=Watching)
    assert ("old", "old") in said(consultation)
    del consultation
    gc.collect()
    left = [each for each in gc.get_objects() if isinstance(each, Told) and each.get("value") == 81.625]
    assert left == []


def test_they_fire_in_one_order_whatever_the_order_of_hashing() -> None:
    code = """
import charley
from charley.engine.session.extension import *
class Rules(PythonRules):
    @Rule(Told(fact=MATCH.fact))
    def a(self, fact): self.remark(fact)
    @Rule(Told(fact=MATCH.fact))
    def b(self, fact): self.remark(fact)
told = {"age": 70, "fever_or_rigors": True, "pregnant": False}
c = charley.load().consult(told, engine="kernel", extend=Rules)
print([(r.rule, r.text) for r in c.remarks])
"""
    shown = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
        assert done.returncode == 0, done.stderr
        shown.add(done.stdout)
    assert len(shown) == 1


def test_the_page_does_what_it_says() -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), {})
