"""The bundled knowledge base against what its sources fix: the eleven, and what its texts may say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from charley.audit.cases.coverage import Coverage, is_danger
from charley.audit.prove.prove import Prover
from charley.audit.symbolic.claims import claim_formula
from charley.audit.symbolic.standing import conjunction
from charley.engine.expert import Expert
from charley.facts.wording import Wording
from charley.rules.instrument import Instrument
from charley.rules.invariants.parse import read_claim
from charley.rules.language.condition import And, AtLeast, Condition, Not, Or, atoms
from charley.rules.loading.cases import read_cases
from charley.rules.rule import Advise, Alert, Clear, Conclude, Flag, Rule, Weigh

SOURCE = {
    "most_likely": {"nocturnal_leg_cramps"},
    "likely": {
        "restless_legs_syndrome",
        "peripheral_artery_disease",
        "muscle_strain_overuse",
        "electrolyte_imbalance",
    },
    "do_not_miss": {"deep_vein_thrombosis", "compartment_syndrome", "peripheral_neuropathy"},
    "rare": {
        "vitamin_deficiency_neuropathy",
        "inflammatory_myopathy",
        "amyotrophic_lateral_sclerosis",
    },
}
"""The diagnoses of the source in its four sections."""

LOWER_CLOT = {
    "dvt-low-score",
    "dvt-unlikely-band",
    "dvt-pathway-negative",
    "dvt-whole-leg-negative",
    "dvt-proximal-negative",
    "dvt-repeat-negative",
}

CLINICIAN_ONLY = (
    "alternative_diagnosis_as_likely",
    "rls_mimic_explains",
    "als_mimics_excluded",
    "umn_lmn_same_region",
    "lmn_regions_count",
    "pulse_lost_on_ankle_movement",
    "myositis_work_up_negative",
    "surgeon_excludes_compartment_syndrome",
    "examiner_excludes_cellulitis",
    "neurologist_excludes_motor_neuron_disease",
)

DECISIVE = {
    "dvt-scan-positive": "a vein scan",
    "dvt-repeat-negative": "two vein scans",
    "ali-imaging-occlusion": "arterial imaging",
    "ali-imaging-clear": "arterial imaging",
    "pad-imaging-disease": "arterial imaging",
    "pnp-conduction-abnormal": "a nerve study",
    "vdn-mri-dorsal": "MRI of the cord",
    "bak-ultrasound": "soft tissue ultrasound",
    "mso-tear-on-ultrasound": "soft tissue ultrasound",
    "iim-antibody": "a specific antibody",
    "ele-severe-value": "a dangerous electrolyte value",
    "rha-ck-5000": "creatine kinase of 5000 U/L or more",
    "rha-ck-ten-times": "the definition: creatine kinase over ten times the limit, sore muscles and a cause",
    "ali-threatened": "limb ischaemia with nerve or muscle loss",
    "hym-tsh-and-muscle": "raised TSH with muscle signs",
    "iim-rash": "a near-pathognomonic rash",
    "drg-rechallenge": "return on re-challenge",
}
"""The rules that may be decisive, and what each stands on."""

RISKS = ("demographics", "history_and_risk", "medications")
"""The groups of facts that are ages, medicines and risk markers, and neither symptoms nor results."""


@pytest.fixture(scope="module")
def kb(bundled: Expert) -> Expert:
    return bundled


def dangers(kb: Expert) -> Iterator[Rule]:
    """The rules that flag or alert."""
    return filter(is_danger, kb.rules.values())


def weighing(kb: Expert, direction: str, candidate: str) -> list[Rule]:
    return [rule for rule, weigh in kb.weighing[candidate] if weigh.direction == direction]


def said(kb: Expert) -> Iterator[tuple[str, Wording]]:
    """Every wording that is shown with a result, and the rule or candidate that says it."""
    for rule in kb.rules.values():
        for effect in rule.then:
            match effect:
                case Flag(action=wording) | Alert(action=wording):
                    yield rule.id, wording
                case Clear(note=wording) | Advise(text=wording):
                    yield rule.id, wording
    for candidate in kb.candidates.values():
        yield candidate.id, candidate.name
        yield candidate.id, candidate.description
        steps = candidate.next_steps
        for clinician, student, patient in zip(
            steps.clinician, steps.to("student"), steps.to("patient"), strict=False
        ):
            yield candidate.id, Wording(clinician=clinician, student=student, patient=patient)
        for step in (*steps.clinician, *steps.student, *steps.patient):
            yield candidate.id, Wording(clinician=step)
    for alert in kb.alerts.values():
        yield alert.id, alert.name


def texts(kb: Expert) -> Iterator[tuple[str, str]]:
    for owner, wording in said(kb):
        for text in {wording.clinician, wording.student, wording.patient} - {None}:
            yield owner, str(text)


def rests_on(kb: Expert, condition: Condition) -> Iterator[Condition]:
    """The condition and, below it, those of its findings and of the items and gates of its scores."""
    seen: set[str] = set()
    waiting = [condition]
    while waiting:
        each = waiting.pop()
        yield each
        for atom in atoms(each):
            if atom.name in seen:
                continue
            seen.add(atom.name)
            if atom.name in kb.definitions:
                waiting.append(kb.definitions[atom.name])
            if atom.name in kb.instruments:
                score: Instrument = kb.instruments[atom.name]
                waiting.extend(item.condition for item in score.items)
                waiting.extend([] if score.gate is None else [score.gate])


def negations(condition: Condition) -> int:
    match condition:
        case Not():
            return 1
        case And(parts) | Or(parts) | AtLeast(_, parts):
            return sum(map(negations, parts))
        case _:
            return 0


def test_nothing_known_shows_the_eleven_of_the_source_in_its_four_sections(kb: Expert) -> None:
    d = kb.diagnose({})
    ours = {id for id, candidate in kb.candidates.items() if candidate.beyond_source}
    shown = {section: set(ids) - ours for section, ids in d.sections.items()}
    assert {section: ids for section, ids in shown.items() if ids} == SOURCE
    assert ours == set(kb.candidates) - set().union(*SOURCE.values())
    assert not d.flags and not d.alerts and not d.firings


def test_no_flag_or_alert_waits_for_an_absence(kb: Expert) -> None:
    for rule in dangers(kb):
        for condition in rests_on(kb, rule.condition):
            assert not negations(condition), rule.id
            for atom in atoms(condition):
                assert not (atom.name in kb.instruments and atom.op in ("<", "<=")), rule.id


def test_only_the_named_rules_lower_a_clot(kb: Expert) -> None:
    assert {rule.id for rule in weighing(kb, "lower", "deep_vein_thrombosis")} == LOWER_CLOT


def test_pulses_and_feeling_never_lower_compartment_syndrome(kb: Expert) -> None:
    reassuring = re.compile("pulse|sensory|numb|capillary|doppler|limb_cool|limb_pale")
    for rule in weighing(kb, "lower", "compartment_syndrome"):
        assert not [fact for fact in kb.facts_of(rule.condition) if reassuring.search(fact)], rule.id


@pytest.mark.parametrize("fact", CLINICIAN_ONLY)
def test_judgements_of_a_clinician_are_asked_of_no_lay_person(kb: Expert, fact: str) -> None:
    assert kb.vocabulary[fact].wording.patient is None
    assert fact not in kb.findings


def test_decisive_stands_only_on_what_may_be_decisive(kb: Expert) -> None:
    found = {r.id for r in kb.rules.values() for w in r.effects(Weigh) if w.strength == "decisive"}
    assert found == set(DECISIVE)


def test_ages_medicines_and_risks_alone_are_never_urgent(kb: Expert) -> None:
    """Flags have no negation, so the record with every risk there is is the worst of all."""
    everything: dict[str, object] = {}
    for fact in kb.vocabulary.values():
        if fact.group in RISKS:
            if fact.kind == "boolean":
                everything[fact.id] = True
            elif fact.kind == "choice":
                everything[fact.id] = "current" if "current" in fact.choices else fact.choices[0]
    for age in (18, 40, 66, 90):
        d = kb.diagnose({**everything, "age": age})
        assert {flag.urgency for flag in d.flags} <= {"soon"} and not d.alerts


def test_what_is_never_advised(kb: Expert) -> None:
    for owner, text in texts(kb):
        low = text.lower()
        if "quinine" in low:
            assert re.search(r"\b(not|no|never|avoid)\b", low), (owner, text)
        assert not re.search(r"(?<!never )(?<!not )\b(take|start|give) (high-dose )?(vitamin )?b6", low), (
            owner,
            text,
        )
        if re.search(r"pregnan", low) and "d-dimer" in low:
            assert re.search(r"not used|does not exclude|cannot|not exclude", low), (owner, text)
        stops = re.search(
            r"\bstop (taking )?(the|your|a|this|any) (prescribed )?(statin|medicine|tablet|drug)", low
        )
        if stops and owner != "drg-advise-stop-statin":
            safe = r"not stop|prescriber|before you stop|ask|same-day advice if ck exceeds 10 times"
            assert re.search(safe, low), (owner, text)


def test_motor_neuron_disease_is_named_to_patients_only_with_reassurance(kb: Expert) -> None:
    names = re.compile(r"motor neuron|amyotrophic|\bALS\b")
    for owner, wording in said(kb):
        text = wording.patient or ""
        assert "harmless" in text or not names.search(text), (owner, text)


def test_cramps_are_never_called_benign_to_a_patient(kb: Expert) -> None:
    for owner, wording in said(kb):
        assert "benign" not in (wording.patient or "").lower(), owner


def test_rest_pain_names_arterial_disease_beside_cramps(kb: Expert) -> None:
    for cramp in ({}, {"muscle_cramp_episodes": True, "worse_evening_or_night": True}):
        d = kb.diagnose({"pain_forefoot_at_rest": True, "relieved_by_dangling_leg": True, **cramp})
        shown = {*d.sections["most_likely"], *d.sections["do_not_miss"]}
        assert "peripheral_artery_disease" in shown and "peripheral_artery_disease" in {
            flag.candidate for flag in d.flags
        }


def test_every_rule_says_where_it_comes_from(kb: Expert) -> None:
    for rule in kb.rules.values():
        assert rule.because.strip() and rule.because.endswith("."), rule.id
        assert rule.evidence.kind in ("verified", "recalled", "judgement"), rule.id
        assert set(rule.evidence.citations) <= set(kb.citations), rule.id
        if rule.evidence.kind == "verified":
            assert any(kb.citations[key].seen == "verified" for key in rule.evidence.citations), rule.id
        if rule.evidence.interval is not None:
            assert rule.evidence.figure, rule.id


def test_what_is_judgement_is_not_called_verified(kb: Expert) -> None:
    whole = re.compile(r"\b(combination|list|count) is judgement")
    for rule in kb.rules.values():
        if rule.evidence.kind == "verified" and not rule.effects(Weigh):
            assert not whole.search(rule.evidence.note or ""), rule.id


def test_no_clinician_has_reviewed_a_rule_yet(kb: Expert) -> None:
    assert {rule.review.status for rule in kb.rules.values()} == {"submitted"}
    assert kb.about.review.status == "submitted"
    assert "educational purpose only, pending human review" in kb.about.disclaimer


def test_every_result_says_what_needs_a_clinician_all_the_same(kb: Expert) -> None:
    assert kb.about.always_say is not None
    for audience in ("clinician", "student", "patient"):
        text = kb.about.always_say.to(audience)
        assert all(word in text for word in ("weight", "fever", "bone")), audience


def test_every_finding_is_concluded(kb: Expert) -> None:
    concluded = {effect.finding for rule in kb.rules.values() for effect in rule.effects(Conclude)}
    assert concluded == set(kb.findings)


def test_no_weight_is_always_covered_by_another(kb: Expert) -> None:
    """A fuller picture must count more than a partial one, or its weight could never change a score."""
    prover = Prover(kb)
    for candidate in kb.candidates:
        group: dict[tuple[str, bool], dict[str, int]] = {}
        for rule, weigh in kb.weighing[candidate]:
            if weigh.group is not None:
                group.setdefault((weigh.group, weigh.weight > 0), {})[rule.id] = abs(weigh.weight)
        for rules in group.values():
            for id, weight in rules.items():
                others = [other for other in rules if other != id and rules[other] >= weight]
                if others:
                    claim = " or ".join(f'fired("{other}")' for other in others)
                    alone = [
                        claim_formula(prover.formulas, read_claim(f'fired("{id}")').claim),
                        claim_formula(prover.formulas, read_claim(claim).claim, False),
                    ]
                    assert prover.search.possible(conjunction(alone)), (id, others)


def test_every_candidate_has_eight_cases(kb: Expert) -> None:
    in_file = Counter(Path(placed.file).stem for placed in read_cases(kb))
    for candidate in kb.candidates.values():
        assert in_file[candidate.prefix] >= 8, candidate.id


def test_cases_fire_every_rule_and_show_what_matters_in_each_danger(kb: Expert) -> None:
    coverage = Coverage(kb)
    for placed in read_cases(kb):
        coverage.add(placed.case.id, placed.answers.record)
    assert [id for id in kb.rules if not coverage.rule(id).true] == []
    assert coverage.shown(coverage.dangers).percent >= 95
