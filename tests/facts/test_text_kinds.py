"""Kinds of sentences that are easily misread, each by a few examples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import charley
from charley.engine.kept.pack import pack
from charley.engine.kept.unpack import unpack
from charley.facts.text.reader import Reader
from charley.facts.text.words import Lexicon

READER = Reader(charley.load().vocabulary.values())
SILENT = (Path(__file__).parent / "texts" / "silent.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("sentence", SILENT)
def test_what_says_nothing_of_the_legs_states_nothing(sentence: str) -> None:
    assert READER.read(sentence).facts == {}


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("It eases the minute I sit down.", "begins_or_worsens_at_rest", None),
        ("I drink a lot of coffee.", "heavy_alcohol_use", None),
        ("Atorvastatin 20 mg tablets", "magnesium_taken", None),
        ("My mother-in-law is diabetic and on insulin.", "diabetes_mellitus", None),
        ("Had a fever at the weekend, gone down now.", "fever_or_rigors", None),
        ("Calves: R 38, L 35.", "age", None),
        ("I'm asking about dad, he turned 77 in May.", "age", 77),
        ("Writing for my husband, his calf hurts when he walks.", "pain_on_walking", True),
        ("Me and my mates have been doing balloons.", "nitrous_oxide_use", True),
        ("The skin above my left ankle has gone brown.", "pain_laterality", None),
        ("No tightness in the foot.", "pain_site_foot", None),
        ("No pain in the foot.", "pain_site_foot", False),
        ("Swelling of the leg, no.", "unilateral_leg_swelling", False),
        ("IVDU: denies.", "injects_drugs", False),
        ("Laughing gas? denies.", "nitrous_oxide_use", False),
        ("Dialysis no.", "on_dialysis", False),
        ("Calf pain free.", "pain_site_calf", False),
        ("No to statins.", "statin", False),
        ("We have not found any lump in the calf.", "lump_in_leg", False),
        ("No kids, coeliac since birth more or less.", "b12_malabsorption_or_vegan", True),
        ("Adj Ca 3.12 -> today 2.71.", "adjusted_calcium", 2.71),
        ("HRT patches since last year.", "oestrogen_therapy", True),
        ("Not on steroids.", "myotoxic_medicine_other", None),
        ("Hanging it out of bed makes no difference.", "relieved_by_dangling_leg", False),
        ("SOB? No.", "dyspnoea", False),
        ("Diabetic? Yes.", "diabetes_mellitus", True),
        ("what does out of proportion mean", "pain_out_of_proportion", None),
        ("What do you mean by numb feet?", "numbness_or_paraesthesia_feet", None),
        ("Explain a swollen calf.", "unilateral_leg_swelling", None),
        ("Calf L 38 cm, R 34.5 cm.", "calf_circumference_difference_cm", 3.5),
        ("ABPI R 0.84 (prev 0.52) L 0.91", "abi_left", 0.91),
        ("Temp 101.2", "fever_or_rigors", True),
        ("T 98.4F", "fever_or_rigors", False),
        ("T 38.6", "fever_or_rigors", True),
        ("HbA1c 53", "hba1c", 7),
        ("Please help. My husband's foot is cold. He is 70.", "limb_cool", True),
        ("Nobody in my family has had a blood clot and neither have I.", "previous_dvt", False),
        ("No numbness, tingling or pain in the feet.", "pain_site_foot", False),
        ("No swelling, leg cramps or fever.", "muscle_cramp_episodes", False),
        ("No back pain, numbness, falls, weight loss.", "unintentional_weight_loss", False),
        ("SOB, CP, haemoptysis - nil", "dyspnoea", False),
        ("No fever, L calf swollen.", "unilateral_leg_swelling", True),
        ("No fever, my calf cramps at night.", "muscle_cramp_episodes", True),
        ("Hardly a night goes by without a cramp.", "muscle_cramp_episodes", True),
        ("It is no better when I sit down.", "no_pain_when_seated", False),
        ("Mum is 81 and has cramps at night.", "muscle_cramp_episodes", True),
        ("My husband is 70 and his left leg is swollen.", "age", 70),
        ("My mum is 81. I have cramps.", "age", None),
        ("my father is 80 and I have a sore calf", "age", None),
        ("58/F cramps", "age", 58),
        ("M/72 with cramps", "sex_at_birth", "male"),
        ("woman 45 with night cramps", "age", 45),
        ("woman 45 kg", "age", None),
        ("45y M cramps", "symptom_duration_days", None),
        ("71y calf pain", "age", 71),
        ("leg cramps 20y", "age", None),
        ("Na 121, eGFR 58. Repeat Na 122", "egfr", 58),
        ("Na 121, eGFR 58. Repeat Na 122", "serum_sodium", 122),
        ("K 3.0, repeat 3.6", "serum_potassium", 3.6),
        ("CK 620 (ULN 190) -> 540 last wk", "creatine_kinase", 540),
        ("ABPI L 1.42, R 1.38; TBI 0.31 L, 0.55 R", "abi_left", 1.42),
        ("R ABPI 0.7, L not recordable, TBI 0.4", "abi_left", None),
        ("ABPI 1.42 (incompressible)", "leg_vein_ultrasound", None),
        ("I had a fever in the spring but none now.", "fever_or_rigors", False),
        ("It gets worse through the run.", "fluid_loss_recent", None),
        ("I have had the runs.", "fluid_loss_recent", True),
        ("No cramps in my hands, my calf cramps at night.", "muscle_cramp_episodes", True),
        ("K+ 2.6 -> 3.9 after replacement", "serum_potassium", 3.9),
    ],
)
def test_kinds_of_statements(text: str, fact: str, value: Any) -> None:
    assert READER.read(text).facts.get(fact) == value


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("Both legs are normal.", "pain_laterality"),
        ("The left leg is fine.", "pain_laterality"),
        ("Na 127, amlodipine 5 mg 2 tablets", "serum_magnesium"),
        ("DDx: cellulitis, DVT, ruptured Baker's cyst.", "popliteal_mass"),
        ("Advised re red flags: saddle numbness, incontinence.", "new_bladder_bowel_dysfunction"),
        ("Attend A&E if weakness, numbness or incontinence develop.", "new_bladder_bowel_dysfunction"),
        ("It was prescribed quinine but never took it.", "quinine_taken"),
        ("calf claudication ~50 yds, L>R", "calf_circumference_difference_cm"),
        ("Fever ruled out.", "fever_or_rigors"),
        ("No fever, night sweats.", "night_sweats"),
        ("No pain in the calf when I sit.", "pain_site_calf"),
        ("Simvastatin 40 started 10/52 ago.", "symptom_duration_days"),
        ("anti-Jo-1 sent", "anti_jo1_positive"),
        ("bulging veins on both legs", "fascial_hernia"),
    ],
)
def test_kinds_of_sentences_that_do_not_state_it(text: str, fact: str) -> None:
    assert fact not in READER.read(text).facts


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("58F on amlodipine and a water tablet, calf cramps at night.", ["amlodipine", "water tablet"]),
        ("L calf pain 4/7. ?DVT", ["DVT"]),
        ("I take statins and warfarin tablets, and my calf is swollen.", []),
    ],
)
def test_names_that_no_fact_was_taken_from_are_said(text: str, left: list[str]) -> None:
    reading = READER.read(text)
    assert [text[start:end] for start, end in reading.not_understood] == left


def test_a_lexicon_that_was_kept_reads_the_same() -> None:
    kept: Lexicon = unpack(pack(READER.lexicon))
    again = Reader(charley.load().vocabulary.values(), lexicon=kept)
    for sentence in ("58yo F, L calf sweling x 4/7. No SOB, CP or fevers. ABPI R 0.84, L 0.9.", *SILENT[:50]):
        assert again.read(sentence).to_json() == READER.read(sentence).to_json()
