"""The terminal's lists and stories: every way of ticking, nothing taken without a yes, an end offered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from talks import begun, say

import charley
from charley.cli import main
from charley.engine.ask.shapes.screen import Screen
from charley.engine.consult.replay import replay
from charley.engine.consult.transcript import read_saved
from charley.engine.expert import Expert
from charley.facts.answering.ticks import ticks_of
from charley.terminal.conversation.talk import Talk

FACTS = ("a", "b", "c")


@pytest.fixture(scope="module")
def kb() -> Expert:
    return charley.load()


@pytest.mark.parametrize(
    ("line", "ticked", "unsure"),
    [
        ("1 3", "ac", ""),
        ("1,3", "ac", ""),
        ("1 and 3.", "ac", ""),
        ("2", "b", ""),
        ("1-3", "abc", ""),
        ("none", "", ""),
        ("None of these", "", ""),
        ("no", "", ""),
        ("?2", "", "b"),
        ("1 ?2", "a", "b"),
        ("1, not sure 2 and 3", "a", "bc"),
        ("not sure about 2", "", "b"),
        ("2?", "", "b"),
        ("1 3 rest no", "ac", ""),
        ("unknown", "", "abc"),
        ("don't know", "", "abc"),
        ("not sure of any of them", "", "abc"),
    ],
)
def test_a_line_of_ticks(line: str, ticked: str, unsure: str) -> None:
    assert ticks_of(FACTS, line) == (tuple(ticked), tuple(unsure))


@pytest.mark.parametrize("line", ["", "4", "1 4", "1 ?1", "perhaps", "my calf hurts 2 days", "1.5.x", "yes"])
def test_what_is_no_line_of_ticks(line: str) -> None:
    found = ticks_of(FACTS, line)
    assert found is None or (line == "perhaps" and found == ((), FACTS))


def test_nothing_of_a_story_is_taken_before_it_is_confirmed(kb: Expert, tmp_path: Path) -> None:
    talk = begun(kb, tmp_path)
    shown = say(talk, "I am 58 and my left calf is swollen since a long flight")
    assert "SAME DAY" in shown and "“I am 58" in shown
    assert not talk.consultation.record
    assert talk.confirming
    say(talk, "perhaps so")
    assert not talk.consultation.record
    numbers = [at for at, taken in enumerate(talk.confirming, 1) if taken.fact == "age"]
    shown = say(talk, f"not {numbers[0]}")
    assert talk.consultation.record["unilateral_leg_swelling"] is True
    assert "age" not in talk.consultation.record
    assert "Which of these" in shown


def test_a_story_may_be_skipped_and_told_later(kb: Expert, tmp_path: Path) -> None:
    talk = begun(kb, tmp_path)
    assert "Which of these" in say(talk, "")
    assert "58" in say(talk, "I am 58")
    assert "Which of these" in say(talk, "yes")
    assert talk.consultation.record == {"age": 58}


def test_ordinary_cramps_come_to_an_end(kb: Expert, tmp_path: Path) -> None:
    talk = begun(kb, tmp_path)
    shown = say(talk, "I am 67, at night I get cramps in my calf, the muscle goes hard", "yes")
    for _ in range(25):
        if talk.screen is None and talk.question is None:
            break
        shown = say(talk, "none" if talk.screen is not None else "unknown")
    assert "Enter finishes" in shown or "Enter to finish" in shown
    assert talk.consultation.recommendation.stop
    assert not talk.ended


def test_an_emergency_stops_and_goes_on_only_for_the_record(kb: Expert, tmp_path: Path) -> None:
    talk = begun(kb, tmp_path)
    shown = say(talk, "chest_pain=yes")
    assert "Call for help now" in shown and "go on` continues for the record" in shown
    shown = say(talk, "go on")
    assert not talk.offer.open and "Call for help now" not in shown
    say(talk, "none")
    assert not talk.offer.open
    assert not talk.ended


def test_what_was_ticked_is_kept_and_replays_to_the_byte(kb: Expert, tmp_path: Path) -> None:
    talk = begun(kb, tmp_path)
    say(talk, "calf cramp at night", "yes", "1 ?2", "none")
    played = replay(kb, read_saved(tmp_path / "c.yaml"))
    assert played.departures == []
    assert played.consultation.record == talk.consultation.record
    assert played.consultation.answers.unknown == talk.consultation.answers.unknown


def test_why_a_list_and_why_one_of_its_lines(kb: Expert, tmp_path: Path) -> None:
    talk = begun(kb, tmp_path, "clinician")
    say(talk, "")
    first = talk.screen
    assert first is not None and "costs" in say(talk, "why")
    assert f"[{kb.vocabulary[first.facts[1]].label}]" in " ".join(say(talk, "why 2").split())
    assert talk.screen is not None and talk.screen.facts == first.facts


def test_a_skipped_list_is_put_off(kb: Expert, tmp_path: Path) -> None:
    talk = begun(kb, tmp_path)
    say(talk, "")
    assert talk.screen is not None
    facts = talk.screen.facts
    say(talk, "skip")
    assert talk.screen is None or not set(facts) & set(talk.screen.facts)


def test_from_the_command_line_it_asks_in_lists_or_one_by_one() -> None:
    lists = CliRunner().invoke(main, ["consult", "--audience", "patient"], input="\nnone\nquit\n")
    assert lists.exit_code == 0 and "In your own words" in lists.stdout and "  2  " in lists.stdout
    single = CliRunner().invoke(
        main, ["consult", "--audience", "patient", "--one-by-one"], input="yes\nquit\n"
    )
    assert single.exit_code == 0 and "In your own words" not in single.stdout


@pytest.mark.parametrize("line", ["commit dvt, sciatica, nocturnal leg cramps", "commit sciatica"])
def test_a_student_commits_first_and_sees_what_separates(kb: Expert, tmp_path: Path, line: str) -> None:
    talk = begun(kb, tmp_path, "student")
    say(talk, "", "tell age=67, unilateral_leg_swelling=yes, pain_site_calf=yes")
    shown = say(talk, line)
    assert "Your list, and where it stands" in shown and "The rules that separate them" in shown
    assert ("Not on your list, and first: Deep vein" in shown) is ("dvt" not in line)
    assert "[dvt-swelling]" in shown and talk.committed


def test_nothing_names_the_diagnosis_to_a_student_before_they_commit(kb: Expert, tmp_path: Path) -> None:
    talk = begun(kb, tmp_path, "student")
    story = "54 year old woman, left calf swollen and painful for two days after a long flight"
    for shown in (say(talk, story), say(talk, "yes")):
        assert "SAME DAY" in shown and "hrombosis" not in shown.split("-- ")[0] and " db " not in shown
    assert "Swelling of one leg" in say(talk, "back", "tell unilateral_leg_swelling=yes")
    say(talk, "commit sciatica")
    assert "every Wells item" in say(talk, "tell recent_bedrest_or_major_surgery=yes, pain_site_calf=yes")


def test_an_emergency_is_named_to_a_student_at_once(kb: Expert, tmp_path: Path) -> None:
    talk = begun(kb, tmp_path, "student")
    shown = say(talk, "", "tell unilateral_leg_swelling=yes, dyspnoea=yes")
    assert "EMERGENCY" in shown and "pulmonary embolism" in shown


def test_what_was_denied_is_quoted_with_its_denial(kb: Expert, tmp_path: Path) -> None:
    shown = say(begun(kb, tmp_path, "clinician"), "54F with a swollen L calf. No CP or SOB")
    assert "(from “CP”, with “no”)" in shown and "(from “54F”)" in shown


def test_what_cannot_be_committed_to_is_said(kb: Expert, tmp_path: Path) -> None:
    talk = begun(kb, tmp_path, "student")
    say(talk, "", "tell age=67")
    assert "commit A, B, C" in say(talk, "commit")
    assert "xyzzy" in say(talk, "commit xyzzy") and not talk.committed


def test_a_student_is_asked_for_their_own_list_before_the_end() -> None:
    lines = "\ntell age=67, unilateral_leg_swelling=yes\nquit\nnonsense\ndvt, cramps\n"
    done = CliRunner().invoke(main, ["consult", "--audience", "student", "--engine", "kernel"], input=lines)
    assert done.exit_code == 0, done.output
    first, ranked = done.output.index("Commit first"), done.output.index("SINGLE MOST LIKELY")
    assert first < done.output.index("Your list, and where it stands") < ranked
    patient = CliRunner().invoke(
        main, ["consult", "--audience", "patient", "--engine", "kernel"], input=lines
    )
    assert "Commit first" not in patient.output


def test_back_takes_a_whole_list_back_and_puts_it_again(kb: Expert, tmp_path: Path) -> None:
    talk = begun(kb, tmp_path)
    first = say(talk, "")
    known = dict(talk.consultation.record)
    assert say(talk, "1 2") != first
    answered = len(talk.consultation.record)
    assert answered > len(known) + 1
    shown = say(talk, "back")
    assert f"the last {answered - len(known)} answers" in shown
    assert talk.consultation.record == known
    assert shown.endswith(first.strip())
    assert not replay(kb, read_saved(tmp_path / "c.yaml")).departures


def test_no_after_the_last_question_ends(kb: Expert, tmp_path: Path) -> None:
    talk = begun(kb, tmp_path)
    talk.story, talk.short, talk.question = False, True, None
    list(talk.take_line("none"))
    assert talk.ended


def test_the_story_stands_on_the_hand_over_in_the_words_it_was_told(kb: Expert, tmp_path: Path) -> None:
    story = "My left calf is swollen since a long flight"
    for audience, heading in (("patient", "WHAT YOU SAID"), ("clinician", "IN THEIR OWN WORDS")):
        talk = begun(kb, tmp_path, audience)  # type: ignore[arg-type]
        say(talk, story, "yes")
        assert story not in " ".join(talk.take_line("all"))
        page = " ".join(" ".join(talk.take_line("handover")).split())
        assert heading in page
        assert f"“{story}”" in page
        say(talk, f"report {tmp_path / 'page.md'}")
        assert story in (tmp_path / "page.md").read_text()


def test_a_story_that_was_not_confirmed_is_not_handed_over(kb: Expert, tmp_path: Path) -> None:
    talk = begun(kb, tmp_path)
    say(talk, "my left calf is swollen", "no")
    assert "calf is swollen" not in " ".join(talk.take_line("handover"))


@pytest.mark.parametrize(
    "line", ["", "no", "No thanks.", "stop", "stop here please", "that's enough", "none"]
)
def test_the_offer_is_taken_in_any_words(kb: Expert, tmp_path: Path, line: str) -> None:
    talk = at_the_offer(kb, tmp_path)
    say(talk, line)
    assert talk.ended


def restless_legs_told(kb: Expert, tmp_path: Path) -> Talk:
    """Somebody with restless legs who has answered the minimum and the basics."""
    talk = begun(kb, tmp_path)
    answers = {fact: False for condition in kb.minimum for fact in kb.facts_of(condition)}
    basics = dict(zip(kb.about.basics, (50, "male", "both_together", 400), strict=True))
    signs = ("urge_to_move_legs", "crawling_sensation_legs", "relieved_by_movement")
    times = ("begins_or_worsens_at_rest", "worse_evening_or_night")
    talk.consultation.tell({**answers, **basics, **dict.fromkeys((*signs, *times), True)})
    talk.story = False
    return talk


def denied_until_the_offer(talk: Talk) -> str:
    """What is shown at the offer to stop, after a no to every list and nothing known beside."""
    shown = "\n".join(talk.ask())
    while not talk.offer.open:
        assert talk.screen is not None or talk.question is not None, "it ended without an offer"
        shown = say(talk, "none" if talk.screen else "unknown")
    return shown


def at_the_offer(kb: Expert, tmp_path: Path) -> Talk:
    talk = restless_legs_told(kb, tmp_path)
    denied_until_the_offer(talk)
    return talk


def test_the_offer_is_explained_once(kb: Expert, tmp_path: Path) -> None:
    talk = restless_legs_told(kb, tmp_path)
    assert "Enough is known" in denied_until_the_offer(talk)
    again = "\n".join(talk.ask())
    assert "Enough is known" not in again
    assert "Enter finishes" in again


def test_done_shows_the_differential_and_then_answers_questions() -> None:
    lines = "\ntell age=67, unilateral_leg_swelling=yes\ndone\nhandover\n\n"
    shown = CliRunner().invoke(
        main, ["consult", "--audience", "clinician", "--engine", "kernel"], input=lines
    )
    assert shown.exit_code == 0, shown.output
    assert shown.output.index("SINGLE MOST LIKELY") < shown.output.index("RELEVANT POSITIVES")


def denied(talk: Talk, last: str) -> Iterator[tuple[Screen, str]]:
    """Every list of an interview that goes on beyond the offer to stop, as it is shown, up to the first list
    of the burden `last`. Every list is denied, and nothing else is known.
    """
    shown = say(talk, "")
    while talk.screen is not None or talk.question is not None or talk.offer.open:
        screen = talk.screen
        if screen is not None:
            yield screen, shown
            if talk.base.vocabulary[screen.facts[0]].burden == last:
                return
        shown = say(talk, "none" if screen is not None else "go on" if talk.offer.open else "unknown")


def test_a_list_says_when_it_is_to_be_examined(kb: Expert, tmp_path: Path) -> None:
    talk = begun(kb, tmp_path, "clinician")
    titles = []
    for screen, shown in denied(talk, "examination"):
        burdens = {kb.vocabulary[fact].burden for fact in screen.facts}
        titles.append((burdens == {"examination"}, ": on examination" in shown))
    assert (True, True) in titles and all(examined is said for examined, said in titles)


def test_what_is_no_diagnosis_is_left_out_of_a_students_list(kb: Expert, tmp_path: Path) -> None:
    talk = begun(kb, tmp_path, "student")
    say(talk, "", "tell pain_site_foot=yes")
    shown = say(talk, "commit gout, sciatica")
    assert "Left out: Nothing here is called `gout`" in shown and "Your list, and where it stands" in shown


def test_no_student_is_asked_to_commit_in_an_emergency() -> None:
    lines = "\ntell dyspnoea=yes, pain_site_calf=yes\ndone\n\n"
    shown = CliRunner().invoke(main, ["consult", "--audience", "student", "--engine", "kernel"], input=lines)
    assert "EMERGENCY" in shown.output and "Commit first" not in shown.output


def test_a_list_is_answered_by_not_done_only_where_something_is_done(kb: Expert, tmp_path: Path) -> None:
    talk = begun(kb, tmp_path, "clinician")
    said = set()
    for screen, shown in denied(talk, "examination"):
        burden = kb.vocabulary[screen.facts[0]].burden
        said.add((burden == "history", "for not known" in shown, "for not done" in shown))
    assert said == {(True, True, False), (False, False, True)}


def test_where_no_test_was_done_none_is_asked_for(kb: Expert, tmp_path: Path) -> None:
    talk = begun(kb, tmp_path, "clinician")
    say(talk, "", "tell pain_site_calf=yes")
    assert "tests not done" in say(talk, "no tests")
    unknown = talk.consultation.answers.unknown
    assert "serum_potassium" in unknown and "tsh" in unknown and "heart_rate" not in unknown
    left = [each.fact for each in talk.consultation.open_questions()]
    assert not [fact for fact in left if kb.vocabulary[fact].answered_by == "lab"]
    assert "ecg_electrolyte_changes" in unknown and "abi_left" in unknown
    assert not replay(kb, read_saved(tmp_path / "c.yaml")).departures


@pytest.mark.parametrize("line", ["no examination", "no exam done", "nobody examined", "not examined yet"])
def test_where_nobody_examined_no_sign_and_no_measurement_is_asked_for(
    kb: Expert, tmp_path: Path, line: str
) -> None:
    talk = begun(kb, tmp_path, "clinician")
    say(talk, "", "tell pain_site_calf=yes")
    before = {each.fact for each in talk.consultation.open_questions()}
    assert "signs not looked for" in " ".join(say(talk, line).split())
    unknown = talk.consultation.answers.unknown
    assert {"pedal_pulse_abnormal", "heart_rate", "oxygen_saturation"} <= unknown
    left = {each.fact for each in talk.consultation.open_questions()}
    assert not [fact for fact in left if kb.vocabulary[fact].answered_by == "clinician"]
    assert {fact for fact in before - left if kb.vocabulary[fact].answered_by == "lab"} == set()
    assert "No sign is open" in say(talk, line)
    assert not replay(kb, read_saved(tmp_path / "c.yaml")).departures


def test_a_question_that_is_skipped_twice_is_not_asked_for_ever(kb: Expert, tmp_path: Path) -> None:
    talk = begun(kb, tmp_path)
    say(talk, "")
    for _ in "ab":
        talk.again = "age"
        list(talk.ask())
        said = say(talk, "skip")
    assert "not known" in said and "age" in talk.consultation.answers.unknown
