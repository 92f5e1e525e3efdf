"""Clinical scores: items are told or open, sums follow from the items, and asking can finish a score."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bases import bases, records, values
from click.testing import CliRunner
from hypothesis import assume, given
from hypothesis import strategies as st

from charley.cli import main
from charley.documents.diagnostic import Faulty
from charley.engine.ask.askable import askable
from charley.engine.expert import Expert
from charley.engine.meaning import atom_values, truth, valuation
from charley.engine.scores.sheet import Score
from charley.engine.scores.table import scores_named, started_scores
from charley.facts.vocabulary import Value
from charley.rules.language.parse import parse
from charley.terminal.conversation.talk import Talk

Told = dict[str, Value]
SWOLLEN = Path(__file__).parents[2] / "examples" / "swollen-calf.yaml"


@given(bases(), records())
def test_the_items_add_up_to_the_bounds(base: Expert, record: Told) -> None:
    found = valuation(base, record)
    for score in base.diagnose(record).scores:
        points = [(item.state, item.points) for item in score.items]
        low = sum(p if state == "true" else min(0, p) for state, p in points if state != "false")
        high = sum(p if state == "true" else max(0, p) for state, p in points if state != "false")
        instrument = base.instruments[score.id]
        assert (score.low, score.high) == pytest.approx((low, high))
        assert (score.low, score.high) == tuple(map(instrument.show, found.scores[score.id]))
        assert score.applies == {True: "yes", False: "no", None: "unknown"}[found.gates[score.id]]


@given(bases(), records())
def test_items_and_bands_are_what_the_definition_says(base: Expert, record: Told) -> None:
    look = atom_values(base, record, valuation(base, record).findings)
    for score in base.diagnose(record).scores:
        for item in score.items:
            holds = truth(parse(item.when).condition, look)
            assert item.state == {True: "true", False: "false", None: "open"}[holds]
            assert bool(item.support) == (holds is not None)
            assert not item.open_facts or holds is None
            assert not set(item.open_facts) & set(record)
        for band in score.bands:
            assert (band.state == "reached") == (truth(parse(band.when).condition, look) is True)


@given(bases(), records(), st.data())
def test_asking_finishes_a_score(base: Expert, record: Told, data: st.DataObject) -> None:
    assume(base.instruments)
    target = data.draw(st.sampled_from(sorted(base.instruments)))
    consultation = base.consult(record, engine="kernel")
    asked: list[str] = []
    while (question := consultation.next_question(target)) is not None:
        assert question.fact not in asked
        asked.append(question.fact)
        consultation.tell({question.fact: data.draw(values(question.fact))})
    score = _score(consultation.differential.scores, target)
    if score.applies != "no":
        possible = askable(consultation.assessment, "clinician", consultation.answers.unknown)
        assert not any(set(item.open_facts) & possible for item in score.items)


def _score(scores: tuple[Score, ...], id: str) -> Score:
    return next(score for score in scores if score.id == id)


# The bundled base


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("wells_dvt_score", ["wells_dvt_score"]),
        ("wells", ["wells_dvt_score"]),
        ("Wells DVT", ["wells_dvt_score"]),
        ("wells_positive_points", ["wells_positive_points"]),
        ("LEFt", ["left_dvt_score"]),
        ("EULAR", ["iim_score"]),
        ("dvt score", ["wells_dvt_score", "left_dvt_score"]),
        ("age", []),
        ("", []),
        ("***", []),
    ],
)
def test_a_score_is_found_by_words(bundled: Expert, name: str, found: list[str]) -> None:
    assert scores_named(bundled, name) == found


def test_every_item_of_the_bundled_scores_has_a_label(bundled: Expert) -> None:
    items = [(id, item) for id, score in bundled.instruments.items() for item in score.items]
    assert [(id, item.when) for id, item in items if not item.label] == []


def test_a_score_is_shown_item_by_item(bundled: Expert) -> None:
    told = {"active_cancer": True, "previous_dvt": False, "age": 60}
    table = bundled.consult(told, engine="kernel").score("wells")
    states = {line.label: line.state for line in table.lines}
    assert states.pop("Active cancer") == "yes"
    assert states.pop("Previous deep vein thrombosis") == "no"
    assert set(states.values()) == {"open"}
    shown = str(table)
    assert "-1 to 8 points, 8 of 10 items open" in shown
    assert "active cancer: yes" in shown
    assert "still possible" in shown


def test_clinicians_are_asked_for_signs_and_patients_are_not(bundled: Expert) -> None:
    for audience, signs in (("clinician", True), ("patient", False)):
        consultation = bundled.consult({"active_cancer": True}, engine="kernel", audience=audience)  # type: ignore[arg-type]
        asked = [each.fact for each in consultation.open_questions("wells_dvt_score")]
        assert asked
        assert ("deep_vein_tenderness" in asked) is signs
        assert any("Wells" in each.why for each in consultation.open_questions("wells_dvt_score"))


def test_a_score_that_does_not_apply_asks_nothing(bundled: Expert) -> None:
    consultation = bundled.consult({"pregnant": False}, engine="kernel")
    assert consultation.next_question("left_dvt_score") is None
    assert "That is not so" in str(consultation.score("left"))
    unknown = bundled.consult({"sex_at_birth": "female"}, engine="kernel")
    first = unknown.next_question("left_dvt_score")
    assert first is not None
    assert first.fact == "pregnant"


def test_only_started_scores_are_shown_beside_a_differential(bundled: Expert) -> None:
    denied = bundled.diagnose({"active_cancer": False, "previous_dvt": False})
    assert started_scores(bundled, denied) == ()
    told = bundled.diagnose({"active_cancer": True})
    assert [table.score.id for table in started_scores(bundled, told)] == ["wells_dvt_score"]


def test_a_name_of_several_scores_or_of_none_is_refused(bundled: Expert) -> None:
    consultation = bundled.consult(engine="kernel")
    with pytest.raises(Faulty, match="several scores"):
        consultation.score("dvt score")
    with pytest.raises(Faulty, match="wells_dvt_score"):
        consultation.score("welsh_dvt_score")


# The faces


def test_the_words_of_a_consultation(bundled: Expert, tmp_path: Path) -> None:
    talk = Talk(bundled.consult({"active_cancer": True}, engine="kernel"), tmp_path / "c.yaml")
    list(talk.ask())
    for line in ("how wells", "how wells_dvt_score", "score Wells", "scores wells"):
        assert "Tenderness along the deep veins" in "\n".join(talk.take_line(line)), line
    assert "ALT-70" in "\n".join(talk.take_line("scores"))
    assert "could be" in "\n".join(talk.take_line("score dvt"))
    assert "no score" in "\n".join(talk.take_line("score nothing"))
    assert "Wells score" in "\n".join(talk.take_line("ask about wells"))
    list(talk.ask())
    assert talk.question is not None
    assert "item of" in "\n".join(talk.take_line("why"))


def test_commands_and_pages_show_a_started_score(tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 0, result.output
        return result.stdout

    assert "Entire leg swollen" in run("explain", str(SWOLLEN), "--score", "wells")
    wells = _as_told(run("diagnose", str(SWOLLEN), "--json"))
    assert {item["state"] for item in wells["items"]} == {"true", "open"}
    for suffix in ("md", "html"):
        page = tmp_path / f"page.{suffix}"
        run("report", str(SWOLLEN), "--out", str(page))
        text = page.read_text(encoding="utf-8")
        assert "Wells score" in text
        assert "Entire leg swollen +1" in text


def _as_told(text: str) -> dict[str, list[dict[str, str]]]:
    scores = json.loads(text)["scores"]
    return next(score for score in scores if score["id"] == "wells_dvt_score")  # type: ignore[no-any-return]
