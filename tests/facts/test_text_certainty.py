"""Where it is not plain that a fact is denied, or that it is not, nothing is taken from a text."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

import charley
from charley.facts.text.reader import Reader

READER = Reader(charley.load().vocabulary.values())
CASES: Final[list[dict[str, Any]]] = [
    case
    for file in sorted((Path(__file__).parent / "texts").glob("*.yaml"))
    for case in yaml.safe_load(file.read_text(encoding="utf-8"))
]
MOST_OPPOSITE: Final = 0.005
"""How much of what is taken may be the opposite of what was said, however a text is punctuated."""

SENTENCE_END: Final = re.compile(r"(?<=[a-z)])\. (?=[A-Z])")
PUNCTUATED: Final[dict[str, Callable[[str], str]]] = {
    "commas": lambda text: SENTENCE_END.sub(", ", text),
    "semicolons": lambda text: SENTENCE_END.sub("; ", text),
    "dashes": lambda text: SENTENCE_END.sub(" - ", text),
    "lines": lambda text: SENTENCE_END.sub("\n", text),
    "and": lambda text: SENTENCE_END.sub(" and ", text),
    "nothing": lambda text: SENTENCE_END.sub(" ", text),
    "no commas": lambda text: text.replace(", ", " "),
    "no apostrophes": lambda text: text.replace("'", ""),
    "small letters": str.lower,
}


@pytest.mark.parametrize("how", PUNCTUATED)
def test_however_a_text_is_punctuated_it_does_not_say_the_opposite(how: str) -> None:
    right, opposite = 0, []
    for case in CASES:
        for fact, value in READER.read(PUNCTUATED[how](case["text"])).facts.items():
            wanted = case["facts"].get(fact)
            right += value == wanted
            if isinstance(wanted, bool) and value is not wanted:
                opposite.append((case["id"], fact, value))
    assert len(opposite) <= MOST_OPPOSITE * right, opposite


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("The cramps aren't improving on magnesium.", "magnesium_taken"),
        ("He denied chest pain at first but later admitted that he had had some.", "chest_pain"),
        ("No swelling until Monday in my left calf.", "unilateral_leg_swelling"),
        ("The whole leg is not swollen.", "unilateral_leg_swelling"),
        ("It isn't always worse at night.", "worse_evening_or_night"),
        ("Not passed urine since six and reduced sensation.", "sensory_loss_objective"),
        ("No fever and calf swelling.", "unilateral_leg_swelling"),
        ("I never said that I have diabetes.", "diabetes_mellitus"),
        ("The doctor has not explained the swollen calf.", "unilateral_leg_swelling"),
        ("I haven't told my wife about the chest pain.", "chest_pain"),
        ("My calves ache so much I can hardly walk.", "pain_on_walking"),
        ("Not restless in the daytime.", "urge_to_move_legs"),
        ("Without moving about I can't bear it.", "distress_from_episodes"),
        ("Every week I manage fewer stairs.", "proximal_weakness_reported"),
        ("Do you get pain in your calf when you walk? No.", "pain_site_calf"),
    ],
)
def test_a_denial_that_may_be_of_something_else_denies_nothing(text: str, fact: str) -> None:
    assert READER.read(text).facts.get(fact) is not False


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("Whole leg swollen no.", "entire_leg_swollen"),
        ("I have no trouble walking as far as I like.", "pain_on_walking"),
        ("Denies breathlessness, palps, collapse, 3 nights of poor sleep.", "palpitations"),
        ("Chest pain? Well, that I haven't.", "chest_pain"),
        ("The statin has not been stopped.", "statin_stopped"),
        ("Cold foot, no, both are warm.", "limb_cool"),
        ("The rest (chest pain, collapse, fever) no.", "chest_pain"),
        ("The rest (chest pain, collapse, fever) no.", "fever_or_rigors"),
        ("No longer on the water tablet (indapamide).", "thiazide_diuretic"),
        ("Started promethazine to sleep. Legs got worse. Stopped them on Sunday.", "rls_provoking_drug"),
        ("I can brush my hair fine.", "proximal_weakness_reported"),
        ("I can wash my hair, so I don't think it's weakness.", "proximal_weakness_reported"),
        ("Starting a blood thinner tonight.", "anticoagulant"),
        ("Trousseau +ve yest, -ve now.", "trousseau_sign"),
        ("It is as if someone had dropped a brick on my toe.", "limb_injury_or_compression"),
        ("My calf has been swollen since Monday. The swelling has gone.", "unilateral_leg_swelling"),
        ("Since I came off the Nytol (it was the diphenhydramine one) it is better.", "rls_provoking_drug"),
        ("If I'd had a fever I would have called sooner.", "fever_or_rigors"),
        ("I also have warfarin... no, that's my wife.", "anticoagulant"),
        ("Of chest pain and breathlessness I have had the second only.", "chest_pain"),
        ("He is no more muddled than usual.", "new_confusion"),
        ("Diabetes in the family but not me.", "diabetes_mellitus"),
        ("Missed LMWH since transfer.", "anticoagulant"),
        ("Had shingles on that leg in the spring.", "rash_blisters_in_strip"),
    ],
)
def test_what_stands_beside_a_denial_is_not_stated(text: str, fact: str) -> None:
    assert READER.read(text).facts.get(fact) is not True


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("No fever, rigors or chest pain.", {"fever_or_rigors": False, "chest_pain": False}),
        ("It isn't red, hot or swollen.", {"unilateral_leg_swelling": False}),
        ("I wouldn't say I'm short of breath.", {"dyspnoea": False}),
        ("I wouldn't call it a cramp.", {"muscle_cramp_episodes": False}),
        ("It's not that it doesn't hurt when I walk, it does.", {"pain_on_walking": True}),
        ("No to all of those apart from a swollen calf.", {"unilateral_leg_swelling": True}),
        ("I could do without these cramps.", {"muscle_cramp_episodes": True}),
        (
            "Collaterals no, whole leg swollen no, pitting of that leg yes.",
            {"collateral_superficial_veins": False, "entire_leg_swollen": False},
        ),
        (
            "ROS negative for fever, palpitations and syncope.",
            {"fever_or_rigors": False, "palpitations": False, "syncope": False},
        ),
        ("Denies chest pain and palpitations.", {"chest_pain": False, "palpitations": False}),
        ("Swelling +, SOB -, CP -.", {"dyspnoea": False, "chest_pain": False}),
        ("Fever N. IVDU N. Back pain Y.", {"fever_or_rigors": False, "injects_drugs": False}),
        ("Fasciculations: nil seen.", {"fasciculations": False}),
        ("Non-pregnant.", {"pregnant": False}),
        ("Fever: N Chest pain: Y", {"fever_or_rigors": False, "chest_pain": True}),
        ("Redness? n  Fever? n", {"erythema_warmth_leg": False, "fever_or_rigors": False}),
        ("No redness comma no fever full stop", {"erythema_warmth_leg": False, "fever_or_rigors": False}),
        ("I'm on furosemide, sorry, I mean indapamide.", {"thiazide_diuretic": True}),
        ("Washing my hair is a struggle.", {"proximal_weakness_reported": True}),
        ("Worse since sertraline started. Wants to stop it.", {"rls_provoking_drug": True}),
        ("I'm on the pill no fever.", {"oestrogen_therapy": True, "fever_or_rigors": False}),
        ("Better since stopping indapamide.", {"thiazide_diuretic": False}),
        ("I have AF but I stopped taking the apixaban.", {"anticoagulant": False}),
        ("Femoral pulse present but neither foot pulse felt.", {"pedal_pulse_abnormal": True}),
    ],
)
def test_what_is_plain_is_taken(text: str, facts: dict[str, bool]) -> None:
    read = READER.read(text).facts
    assert {fact: read.get(fact) for fact in facts} == facts


WIDE: Final = "The left calf has been sore since the drive home on Tuesday of last week"


@pytest.mark.parametrize(
    ("text", "swollen"),
    [
        (f"{WIDE}\nNo fever\nLeft calf swollen", True),  # `Left` would have gone on the line of `fever`
        (f"{WIDE} and there is no\nswelling of it", False),  # `swelling` would not have
        ("no fever\nleft calf swollen", True),
    ],
)
def test_a_line_ends_a_sentence_unless_it_was_full(text: str, swollen: bool | None) -> None:
    assert READER.read(text).facts.get("unilateral_leg_swelling") is swollen
