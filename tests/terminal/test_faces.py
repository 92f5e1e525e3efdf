"""What the faces say of a patient: one time frame, reasons as sentences, and no calm out of silence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest
from bases import bases, records
from hypothesis import given

import charley
from charley.engine.differential import Differential
from charley.engine.expert import Expert
from charley.engine.explain.words import URGENCY_NAMES
from charley.engine.summary.reasons import sides, speaks_for
from charley.engine.summary.summary import by_leader, summary
from charley.facts.vocabulary import Value
from charley.facts.wording import AUDIENCES, Audience
from charley.rules.loading.cases import read_cases
from charley.terminal.news import news
from charley.terminal.result.differential import screen
from charley.terminal.result.whole import whole

BASE = charley.load()


@cache
def results() -> tuple[Differential, ...]:
    """What every bundled case comes to, without words."""
    return tuple(BASE.diagnose(placed.answers, explain=False) for placed in read_cases(BASE))


def looks(d: Differential) -> set[object]:
    """What makes one result look unlike another: who leads and why, how urgent it is, and each danger."""
    state = (d.lead, d.urgency, bool(d.unanswered), bool(d.contradictions), bool(d.advice))
    flags = {(flag.candidate, flag.urgency) for flag in d.flags}
    beside = {("flag", flag.urgency, d.urgency, d.lead) for flag in d.flags}
    return {state, (d.leader, d.urgency), *flags, *beside, *((each.alert, each.urgency) for each in d.alerts)}


@cache
def cases(audience: Audience) -> tuple[Differential, ...]:
    """A third of the bundled cases, another third for each audience; and from the others, whatever looks as
    nothing in it does.
    """
    third = [at % len(AUDIENCES) == AUDIENCES.index(audience) for at in range(len(results()))]
    seen = set().union(*(looks(d) for d, mine in zip(results(), third, strict=True) if mine))
    chosen = []
    for d, mine in zip(results(), third, strict=True):
        if mine or not looks(d) <= seen:
            seen |= looks(d)
            chosen.append(BASE.diagnose(dict(d.record), audience=audience))
    return tuple(chosen)


def test_every_audience_is_told_of_every_look() -> None:
    everything = set().union(*map(looks, results()))
    for audience in AUDIENCES:
        assert set().union(*map(looks, cases(audience))) == everything
    assert sum(len(cases(audience)) for audience in AUDIENCES) >= len(results())


def face(base: Expert, d: Differential, full: bool) -> str:
    """What is printed, on one line."""
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in (whole if full else screen)(base, d, None)]
    return " ".join(" ".join(lines).split())


@cache
def faces(audience: Audience, full: bool) -> tuple[tuple[Differential, str], ...]:
    """These cases, each with what is printed of it."""
    return tuple((d, face(BASE, d, full)) for d in cases(audience))


def names_of_urgencies(said: str) -> list[str]:
    """The urgencies that are named, in capitals as every face names them."""
    return re.findall(rf"\b(?:{'|'.join(URGENCY_NAMES.values())})\b", said)


def own_sentences(base: Expert, d: Differential, up: bool) -> Iterator[tuple[str, set[str]]]:
    """For each candidate the sentences of the rules that fire and raise it (or lower it)."""
    for place in d.standings:
        rules = [c.rule for c in place.contributions if c.counted and (c.weight > 0) == up]
        if up:
            rules += [rule for flag in d.flags if flag.candidate == place.candidate for rule in flag.rules]
        own = [base.rules[rule] for rule in rules]
        yield place.candidate, {rule.because_patient or rule.because for rule in own}


def check_reasons(base: Expert, d: Differential) -> None:
    """No sentence on both sides, and every sentence is that of a rule which fires and says so."""
    raising, lowering = dict(own_sentences(base, d, True)), dict(own_sentences(base, d, False))
    for place in d.standings:
        found = sides(base, d, place)
        assert not set(found.in_favour) & set(found.against), place.candidate
        assert set(found.in_favour) == raising[place.candidate]
        assert set(found.against) <= lowering[place.candidate]


def test_reasons_for_patients_are_sentences_on_one_side_only() -> None:
    for d, said in faces("patient", True):
        check_reasons(BASE, d)
        for fact, value in d.record.items():
            assert value is not False or f"{BASE.vocabulary[fact].wording.to('patient')} no" not in said


@given(bases(), records())
def test_reasons_are_on_one_side_only_in_any_base(base: Expert, record: dict[str, Value]) -> None:
    check_reasons(base, base.diagnose(record, audience="patient"))


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("audience", AUDIENCES)
def test_one_urgency_is_named_and_named_once(audience: Audience, full: bool) -> None:
    for d, said in faces(audience, full):
        wanted = [] if d.urgency is None else [URGENCY_NAMES[d.urgency]]
        assert names_of_urgencies(said) == wanted


@given(bases(), records())
def test_one_urgency_is_named_in_any_base(base: Expert, record: dict[str, Value]) -> None:
    for audience in AUDIENCES:
        d = base.diagnose(record, audience=audience)
        wanted = [] if d.urgency is None else [URGENCY_NAMES[d.urgency]]
        for full in (False, True):
            assert names_of_urgencies(face(base, d, full)) == wanted


def test_no_patient_reads_of_two_weeks_where_it_is_urgent() -> None:
    for d, said in faces("patient", True):
        if d.urgency in ("emergency", "same_day"):
            assert "two weeks" not in said, d.record


def test_a_lesser_danger_is_told_with_its_reason_and_without_its_action() -> None:
    tried = 0
    for d, said in faces("patient", True):
        first = summary(BASE, d).actions
        for point in summary(BASE, d).points:
            if point.urgency not in (d.urgency, "routine"):
                tried += 1
                assert all(reason in said for reason in point.reasons)
                assert point.action not in said or point.action in first
    assert tried > 30


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("audience", AUDIENCES)
def test_nobody_is_reassured_before_the_minimum_is_known(audience: Audience, full: bool) -> None:
    calm = BASE.about.time_frames["routine"].wording.to(audience)
    tried = 0
    for d, said in faces(audience, full):
        if not d.unanswered or d.urgency == "routine":
            continue
        assert calm not in said
        if d.urgency == "not_known_yet":
            assert f"{len(d.unanswered)} warning signs are not answered yet" in said
        if d.leader is not None and BASE.candidates[d.leader].disposition == "routine":
            tried += 1
            leader = BASE.candidates[d.leader]
            assert not any(step in said for step in leader.next_steps.to(audience))
            if audience == "patient":
                assert leader.description.to("patient") not in said
    assert tried > 10


def test_harmless_is_said_of_the_leader_only_where_the_patient_is_routine() -> None:
    for d, said in faces("patient", True):
        for candidate in BASE.candidates.values():
            if candidate.disposition == "routine" and candidate.description.to("patient") in said:
                assert d.urgency == "routine"


def test_a_patient_reads_only_of_what_something_speaks_for() -> None:
    for d in cases("patient"):
        allowed = {place.candidate for place in speaks_for(d)}
        if d.lead == "nothing_known":
            allowed.add(str(d.leader))
        lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in whole(BASE, d, None)]
        shown = {line.strip().removesuffix("  (needs looking at)") for line in lines}
        for place in d.standings:
            assert place.candidate in allowed or place.name not in shown


def test_an_urgency_that_rests_on_the_leader_is_shown_and_explained() -> None:
    """A leader can be more urgent than what is raised, and is the one that names how urgent it is."""
    nothing = BASE.diagnose({})
    tried = 0
    for d, said in faces("clinician", True):
        if (reason := by_leader(d)) is None or d.urgency is None:
            continue
        tried += 1
        changed = " ".join(" ".join(news(BASE, nothing, d)).split())
        for shown in (said, changed):
            assert reason in shown
            assert set(names_of_urgencies(shown)) == {URGENCY_NAMES[d.urgency]}
    assert tried


STATES: list[tuple[dict[str, Value], str, str]] = [
    ({}, "Too little is told to name a cause", "Most common before anything is known"),
    ({"age": 60, "muscle_cramp_episodes": True}, "What it probably is", "Single most likely"),
    (
        {
            "age": 23,
            "fasciculations": True,
            **dict.fromkeys(["objective_weakness", "muscle_atrophy", "umn_signs"], False),
        },
        "No single cause stands out so far",
        "Undecided",
    ),
    ({"muscle_cramp_episodes": False}, "fits none of the causes well", "fits none of them well"),
    ({"age": 12}, "see a doctor who sees children", "a clinician who sees children"),
]


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize(("record", "patient", "clinician"), STATES)
def test_what_the_leader_rests_on_is_said(
    record: dict[str, Value], patient: str, clinician: str, full: bool
) -> None:
    for audience, wanted in (("patient", patient), ("clinician", clinician), ("student", clinician)):
        said = face(BASE, BASE.diagnose(record, audience=audience), full)  # type: ignore[arg-type]
        assert wanted.lower() in said.lower()


def test_a_screen_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    longest = dict.fromkeys(AUDIENCES, 0)
    for audience in AUDIENCES:
        length = sorted(len(list(screen(BASE, d, None))) for d in cases(audience))
        longest[audience] = length[-1]
        assert length[len(length) // 2] <= 35, audience
        assert length[-1] <= 80, audience
    assert longest["patient"] <= 25


def test_a_patient_reads_the_end_at_a_glance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifteen lines at 80 columns where every warning sign was answered, save what contradicts itself."""
    monkeypatch.setenv("COLUMNS", "80")
    lengths = []
    for d in cases("patient"):
        told = {**dict.fromkeys(d.unanswered, False), **d.record}
        found = BASE.diagnose(told, audience="patient")
        if not found.contradictions:
            lengths.append(len(list(screen(BASE, found, None))))
    assert len(lengths) > 600
    assert sum(each <= 15 for each in lengths) >= 0.85 * len(lengths)
    assert max(lengths) <= 18
