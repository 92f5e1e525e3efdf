"""The consultation as a conversation: whatever is typed there is an answer, and no answer is lost."""

from __future__ import annotations

import doctest
import json
import random
import re
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

import charley
from charley.cli import main
from charley.documents.diagnostic import Faulty
from charley.engine.consult.replay import replay
from charley.engine.consult.transcript import read_saved, sha256
from charley.engine.expert import Expert
from charley.engine.reading import HAS_EXPERTA
from charley.terminal.conversation.keeping import recovery_file
from charley.terminal.conversation.talk import Talk
from charley.terminal.conversation.typed import HELP, NotNamed, assignments, named_fact, named_target, typed

SMALL = str(Path(__file__).parents[1] / "small_base")


@pytest.fixture(scope="module")
def kb() -> Expert:
    return charley.load()


@pytest.fixture
def talk(kb: Expert, tmp_path: Path) -> Talk:
    begun = Talk(kb.consult(engine="kernel"), tmp_path / "c.yaml")
    list(begun.ask())
    return begun


def say(talk: Talk, *lines: str) -> str:
    """Say the lines; what is shown for the last."""
    shown: list[str] = []
    for line in lines:
        shown = list(talk.take_line(line))
        if talk.put_again and not talk.ended:
            list(talk.ask())
    return "\n".join(shown)


WORDS = """
? | why | why 2 | why age | how dvt | how dvt.1 | why not cellulitis | what if age=70 | back | change age
skip | what if unilateral_leg_swelling=yes and age=3 | unknown | status | all | save | tell age=67
age=67, statin=yes | group | none | 1 3 rest no | answers | dangers | robust | short | about dvt | full
patient | student | clinician | find swelling | contrast dvt with cellulitis | yes | no | 67 | 12 mmol/L
left only | 1 | tell statin | how | tell | why not | what if | change | report | about | find
contrast a b | how nobody | = | age= | =5 | how dvt.99 | how . | tell age=67 and statin=no
why not why not | age = -1 | save /nowhere/x | report /nowhere/x.html | report x.exe
"""
TYPED = [each.strip() for each in re.split(r"[|\n]", WORDS)] + ["\x00\x1b[31m", "é" * 3000, "🦵"]


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_typed_there_is_an_answer(kb: Expert, tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    talk = Talk(
        kb.consult(engine="kernel", audience=draw.choice(["patient", "clinician"])), tmp_path / "c.yaml"
    )  # type: ignore[arg-type]
    list(talk.ask())
    for _ in range(25):
        line = draw.choice(TYPED)
        assert say(talk, line) or talk.put_again or talk.ended
        talk.ended = False


def test_only_what_changed_is_shown_urgent_things_first(talk: Talk) -> None:
    shown = say(talk, "unilateral_leg_swelling=yes").splitlines()
    alarm = next(at for at, line in enumerate(shown) if "SAME DAY" in line)
    moved = next(at for at, line in enumerate(shown) if " db " in line)
    assert alarm < moved
    assert sum("!!!!!!!!" in line for line in shown) == 2
    assert "Cellulitis" not in "\n".join(shown)
    assert "Deep vein thrombosis" not in say(talk, "unilateral_leg_swelling=yes")


def test_back_takes_the_last_answer_back_and_asks_it_again(talk: Talk) -> None:
    before = talk.consultation.differential
    say(talk, "unilateral_leg_swelling=yes", "back")
    assert talk.consultation.differential == before
    assert talk.question is not None
    assert talk.question.fact == "unilateral_leg_swelling"


def test_change_keeps_the_old_answer_until_there_is_a_new_one(talk: Talk) -> None:
    say(talk, "age=67", "change age")
    assert talk.consultation.record["age"] == 67
    say(talk, "banana")
    assert talk.consultation.record["age"] == 67
    say(talk, "70")
    assert talk.consultation.record["age"] == 70
    assert talk.question is not None
    assert talk.question.fact != "age"


def test_a_group_takes_numbers_and_leaves_the_rest_open(talk: Talk) -> None:
    say(talk, "about dvt", "pain_laterality=left only")
    for _ in range(12):
        shown = say(talk, "group")
        if "1  " in shown:
            break
        say(talk, "skip")
    known = set(talk.consultation.record)
    say(talk, "1")
    assert len(set(talk.consultation.record) - known) == 1
    assert list(talk.consultation.record.values())[-1] is True


def test_explaining_changes_nothing(talk: Talk) -> None:
    say(talk, "age=67", "unilateral_leg_swelling=yes")
    before = str(talk.consultation.differential), talk.question, len(talk.keeper.saved.events)
    say(
        talk,
        "why",
        "why 2",
        "how dvt",
        "why not cellulitis",
        "what if age=30",
        "status",
        "all",
        "dangers",
        "robust",
    )
    assert (str(talk.consultation.differential), talk.question, len(talk.keeper.saved.events)) == before


@pytest.mark.parametrize(
    "name", ["dvt", "DVT", "deep_vein_thrombosis", "deep vein thrombosis", "deep vein thr"]
)
def test_a_diagnosis_is_named_as_people_name_it(kb: Expert, name: str) -> None:
    assert named_target(kb, name) == "deep_vein_thrombosis"


def test_a_name_that_could_be_several_is_not_guessed(kb: Expert) -> None:
    with pytest.raises(NotNamed, match="could be"):
        named_fact(kb, "pain")
    with pytest.raises(NotNamed, match="did you mean"):
        named_fact(kb, "unilateral leg sweling")


def test_several_facts_are_told_at_once(kb: Expert) -> None:
    assert assignments(kb, "age=67, statin=no and pain_quality = aching") == {
        "age": "67", "statin": "no", "pain_quality": "aching",
    }  # fmt: skip
    assert assignments(kb, "statin") == {"statin": "yes"}


def test_every_word_of_the_help_is_one() -> None:
    """`unknown` alone is an answer."""
    for said, _ in HELP:
        for each in said.replace("FACT=VALUE, ...", "age=67").replace("FACT=VALUE", "age=67").split("   "):
            example = each.replace("[FILE]", "").strip()
            assert example in ("", "unknown") or typed(example) is not None, example


# Files


def test_every_answer_is_in_the_file_at_once(talk: Talk) -> None:
    assert talk.keeper.file is not None
    for number, line in enumerate(("age=67", "statin=yes", "unknown", "skip"), 1):
        say(talk, line)
        assert len(read_saved(talk.keeper.file).events) == number
    text = talk.keeper.file.read_text()
    assert yaml.safe_load(text)["knowledge_base"]["digest"] == talk.base.digest


def test_a_replay_is_the_same_to_the_byte(kb: Expert, talk: Talk) -> None:
    say(talk, "age=67", "unilateral_leg_swelling=yes", "back", "unknown", "patient", "skip", "statin=no")
    assert talk.keeper.file is not None
    played = replay(kb, read_saved(talk.keeper.file))
    assert played.departures == []
    assert (
        played.consultation.differential.model_dump_json() == talk.consultation.differential.model_dump_json()
    )
    assert sha256(played.consultation.differential) == read_saved(talk.keeper.file).result["sha256"]


def test_a_replay_says_where_it_departs(kb: Expert, talk: Talk) -> None:
    say(talk, "age=67", "unilateral_leg_swelling=yes", "statin=yes")
    assert talk.keeper.file is not None
    text = talk.keeper.file.read_text()
    tampered = text.replace(
        '"unilateral_leg_swelling", answer: true', '"unilateral_leg_swelling", answer: false'
    )
    talk.keeper.file.write_text(tampered)
    found = replay(kb, read_saved(talk.keeper.file)).departures
    assert any("answer 2 (unilateral_leg_swelling)" in each for each in found)
    assert any("flag deep_vein_thrombosis: was same_day, is not there" in each for each in found)


def test_other_rules_are_said_and_what_they_no_longer_accept(kb: Expert, talk: Talk) -> None:
    say(talk, "age=67")
    assert talk.keeper.file is not None
    text = (
        talk.keeper.file.read_text().replace(kb.digest, "f" * 64).replace('fact: "age"', 'fact: "shoe_size"')
    )
    talk.keeper.file.write_text(text)
    found = replay(kb, read_saved(talk.keeper.file)).departures
    assert "ffffffffffff" in found[0]
    assert any("shoe_size" in each and "not accepted" in each for each in found)


def test_a_full_disk_loses_no_answer(talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    say(talk, "age=67")
    assert talk.keeper.file is not None
    before = talk.keeper.file.read_text()
    with monkeypatch.context() as full:
        full.setattr("os.fsync", _no_space)
        assert "NOT SAVED" in say(talk, "statin=yes")
        say(talk, "unilateral_leg_swelling=yes")
        assert talk.keeper.file.read_text() == before
        assert [*tmp_path.iterdir()] == [talk.keeper.file]
    assert "Saved again" in say(talk, "fever_or_rigors=no")
    assert len(read_saved(talk.keeper.file).events) == 4


def _no_space(_: int) -> None:
    raise OSError(28, "No space left on device")


NO_CONSULTATION = """

[]
age: 67
format: charley.consultation.v1
format: 5
a: [
{format: charley.consultation.v1, events: [3]}
{format: charley.consultation.v1, knowledge_base: {id: x}, audience: king, events: [{fact: 1}]}
{format: charley.consultation.v1, knowledge_base: 3, audience: patient, events: [{fact: age, answer: []}]}
"""


@pytest.mark.parametrize("text", NO_CONSULTATION.splitlines()[1:])
def test_what_is_no_consultation_is_refused_with_words(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(text)
    with pytest.raises(Faulty):
        read_saved(file)


# The commands


def test_standing_input_is_one_answer_a_line_and_its_end_is_polite() -> None:
    shown = CliRunner().invoke(main, ["consult", "--engine", "kernel"], input="1\nage=70\nwhat\nstatus\n")
    assert shown.exit_code == 0, shown.output
    assert "Which best describes you?" in shown.output
    assert "Educational purpose only, pending human review." in shown.output
    assert "Traceback" not in shown.output


def test_nothing_at_all_on_standing_input_is_polite_too() -> None:
    assert CliRunner().invoke(main, ["consult", "--engine", "kernel"], input="").exit_code == 0


@pytest.mark.skipif(not HAS_EXPERTA, reason="needs experta")
def test_the_session_and_the_kernel_hold_the_same_consultation() -> None:
    said = "unilateral_leg_swelling=yes\nunknown\nno\nwhy\nback\nstatus\nquit\n"
    consult = ["consult", "--audience", "clinician", "--engine"]
    shown = [
        CliRunner().invoke(main, [*consult, engine], input=said).output for engine in ("experta", "kernel")
    ]
    assert shown[0] == shown[1]


def test_save_resume_replay_from_the_command_line(tmp_path: Path) -> None:
    file = str(tmp_path / "c.yaml")
    run = CliRunner().invoke
    first = ["consult", "--kb", SMALL, "--engine", "kernel", "--audience", "patient", "--save", file]
    assert run(main, first, input="days_dry=9\nwilting=yes\n").exit_code == 0
    refused = run(main, first, input="")
    assert refused.exit_code == 2 and "there is such a file already" in refused.stderr
    resumed = ["consult", "--kb", SMALL, "--engine", "kernel", "--resume", file]
    again = run(main, resumed, input="soil_wet=no\nquit\n")
    assert "the same is said as then" in " ".join(again.output.split())
    played = run(main, ["replay", file, "--kb", SMALL])
    assert played.exit_code == 0, played.output
    assert "the same to the byte" in played.output
    as_json = run(main, ["replay", file, "--kb", SMALL, "--json"])
    assert json.loads(as_json.output)["record"] == {"days_dry": 9, "wilting": True, "soil_wet": False}


def test_a_patient_never_reads_a_score(kb: Expert) -> None:
    said = ("unilateral_leg_swelling=yes", "age=70", "why", "how dvt", "why not cellulitis", "status", "quit")
    options = ["--engine", "kernel", "--audience", "patient"]
    shown = CliRunner().invoke(main, ["consult", *options], input="\n".join(said)).output
    body = shown.split("Overall urgency", 1)[0]
    assert " db" not in body


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--how", "deep_vein_thrombosis"],
        ["--how", "deep_vein_thrombosis.1"],
        ["--why", "active_cancer"],
        ["--why-not", "cellulitis", "--fixed"],
        ["--what-if", "active_cancer=yes", "--what-if", "age=70"],
        ["--contrast", "deep_vein_thrombosis", "cellulitis"],
        ["--distance", "--fragility", "--stop"],
    ],
)
def test_explain_answers_in_words_and_in_json(tmp_path: Path, options: list[str]) -> None:
    file = tmp_path / "r.yaml"
    file.write_text("{age: 67, unilateral_leg_swelling: yes}")
    shown = CliRunner().invoke(main, ["explain", str(file), *options])
    assert shown.exit_code == 0, shown.output
    assert "pending human review" in shown.output
    as_json = CliRunner().invoke(main, ["explain", str(file), *options, "--json"])
    assert json.loads(as_json.output)


@pytest.mark.parametrize(
    "options", [["--how", "nobody"], ["--what-if", "age"], ["--what-if", "age=old"], ["--why", "x"]]
)
def test_explain_refuses_what_is_not_there(tmp_path: Path, options: list[str]) -> None:
    file = tmp_path / "r.yaml"
    file.write_text("{age: 67}")
    refused = CliRunner().invoke(main, ["explain", str(file), *options])
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert re.search(r": [FR]\d\d\d ", refused.stderr)


def test_the_page_about_consultations_runs() -> None:
    page = Path(__file__).parents[2] / "docs" / "how-to" / "consult.md"
    failed, tried = doctest.testfile(str(page), module_relative=False)
    assert tried > 5
    assert failed == 0


def test_every_word_is_on_the_page() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "consult.md").read_text()
    for said, _ in HELP:
        for word in said.split("   "):
            first = re.split(r" (?=[A-Z\[])", word.strip())[0]
            assert f"`{first}" in page, word


@pytest.mark.skipif(sys.platform == "win32", reason="home folders are found in another way there")
@pytest.mark.parametrize("state", ["", "state", "~/state"])
def test_without_a_home_nothing_is_kept(state: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "nowhere")
    monkeypatch.setenv("XDG_STATE_HOME", state)
    assert recovery_file() is None
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setenv("HOME", str(tmp_path))
    assert recovery_file() is not None


def test_a_home_of_nobody_is_no_file(talk: Talk) -> None:
    for line in ("save ~nobody-of-this-name/x.yaml", "report ~nobody-of-this-name/x.md"):
        assert "home folder that is not known" in say(talk, line)
