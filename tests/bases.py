"""Random small knowledge bases and records, for the laws. Few facts, so that rules collide.

Conditions drawn at random are rarely true of records drawn at random, and then a law says nothing. So half
of the conditions hold of one typical patient, and two thirds of the records are near to that patient. Rules
come in the patterns in which rules meet: weights in one group, a rule and what it supersedes or whose advice
it withdraws, a flag or an alert and its answer, a chain of findings. `tests/engine/test_laws_collide.py`
counts how often each one is reached.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import Phase, find, settings
from hypothesis import strategies as st

from charley.engine.expert import Expert
from charley.facts.vocabulary import Fact, Value, Vocabulary
from charley.rules.candidate import AlertName, Candidate
from charley.rules.governance.about import About, Scope
from charley.rules.governance.evidence import Citation, Review
from charley.rules.instrument import Derived, Finding, Instrument, Item
from charley.rules.language.condition import And, AtLeast, Atom, Condition, Not, Or
from charley.rules.rule import URGENCIES, Rule

BOOLEANS = ("a", "b", "c", "d")
CHOICES = ("red", "green", "blue")
CANDIDATES = ("cold", "flu", "plague")

VOCABULARY = Vocabulary(
    [
        *(Fact(id=id, kind="boolean", wording={"clinician": id, "patient": id}, answered_by="patient")
          for id in BOOLEANS),
        Fact(id="day", kind="date", wording="day", answered_by="lab"),
        Fact(id="n", kind="number", unit="d", plausible_range=(0, 10), wording="n", answered_by="lab",
             since="day"),
        Fact(id="m", kind="number", unit="1", plausible_range=(0.5, 8), wording="m", answered_by="lab"),
        Fact(id="k", kind="choice", choices=CHOICES, wording="k", answered_by="patient"),
    ]
)  # fmt: skip

DERIVED = {
    derived.id: derived
    for derived in (
        Derived(id="difference", kind="difference", of=("n", "m")),
        Derived(id="ratio", kind="ratio", of=("n", "m")),
        Derived(id="lowest", kind="minimum", of=("n", "m")),
        Derived(id="highest", kind="maximum", of=("n", "m")),
        Derived(id="total", kind="sum", of=("n", "m")),
    )
}

COMPARISONS = st.sampled_from(("<", "<=", ">", ">=", "=="))

TYPICAL: dict[str, Value] = {"a": True, "b": False, "c": True, "d": True, "n": 5, "m": 2, "k": "red"}
"""The patient of whom half of the conditions hold."""

_NUMBERS = st.sampled_from((0, 0.5, 1, 2, 2.5, 3, 5, 7.5, 8, 10))
_POINTS = st.sampled_from((-2, -1, 0, 0.5, 1, 1.5, 2, 3))
_CHOSEN = st.lists(st.sampled_from(CHOICES), min_size=1, max_size=2, unique=True).map(tuple)

_NAMES = (*BOOLEANS, "n", "m", "k", "k", *DERIVED)
"""What a condition of the first stratum may look at."""


def _atom(draw: st.DrawFn, names: tuple[str, ...]) -> Atom:
    name = draw(_sampled(names))
    if name in BOOLEANS or name in ("f", "g"):
        return Atom(name, "==", True)
    if name == "k":
        choices = draw(_CHOSEN)
        return Atom("k", "in", choices) if draw(st.booleans()) else Atom("k", "==", choices[0])
    value = draw(_POINTS if name in ("score", "scale") else _NUMBERS)
    return Atom(name, draw(COMPARISONS), value, threshold_name(value) if draw(st.booleans()) else None)


def threshold_name(value: float | int) -> str:
    """The name of the one threshold that has this number."""
    return f"limit_{value}".replace(".", "_").replace("-", "minus_")


_TYPICAL_NUMBERS = {"n": 5, "m": 2, "difference": 3, "ratio": 2.5, "lowest": 2, "highest": 5, "total": 7}


def _typical_atom(draw: st.DrawFn, names: tuple[str, ...]) -> Condition:
    """An atom, or its negation, that holds of the typical patient (a score and a finding may)."""
    name = draw(_sampled(names))
    if name in BOOLEANS:
        atom = Atom(name, "==", True)
        return atom if TYPICAL[name] else Not(atom)
    if name in ("f", "g"):
        return Atom(name, "==", True)
    if name == "k":
        other = draw(_sampled(("green", "blue")))
        if draw(_integers(0, 2)):
            return Not(Atom("k", "==", other) if draw(st.booleans()) else Atom("k", "in", CHOICES[1:]))
        return Atom("k", "in", ("red", other))
    if name in ("score", "scale"):
        return Atom(name, ">=", draw(_sampled_points))
    number = _TYPICAL_NUMBERS[name]
    return Atom(name, draw(_sampled((">=", "<="))), number)


_sampled_points = st.sampled_from((-2, -1, 0))


def _typical(draw: st.DrawFn, names: tuple[str, ...]) -> Condition:
    """One atom that holds of the typical patient, or two together."""
    first = _typical_atom(draw, names)
    return And((first, _typical_atom(draw, names))) if draw(_integers(0, 2)) == 0 else first


def _either(draw: st.DrawFn, names: tuple[str, ...], depth: int = 3) -> Condition:
    return _typical(draw, names) if draw(st.booleans()) else _condition(draw, names, depth)


@cache
def _sampled(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.sampled_from(names)


@cache
def _integers(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high)


def _condition(draw: st.DrawFn, names: tuple[str, ...], depth: int = 3) -> Condition:
    # Drawn by hand, since strategies that are made anew for every base take most of the time.
    shape = draw(_integers(0, 7)) if depth else 0
    if shape < 3:
        return _atom(draw, names)
    if shape == 3:
        return Not(_condition(draw, names, depth - 1))
    parts = tuple(
        _condition(draw, names, depth - 2 if depth > 1 else 0) for _ in range(draw(_integers(2, 3)))
    )
    if shape == 4:
        return AtLeast(draw(_integers(1, len(parts))), parts)
    return And(parts) if shape == 5 else Or(parts)


@st.composite
def conditions(draw: st.DrawFn, names: tuple[str, ...] = _NAMES) -> Condition:
    """Conditions over the given names, up to a few levels deep."""
    return _condition(draw, names)


_SCORED = st.sampled_from(("-2", "-1", "-0.5", "0", "1", "1.5", "2"))


def _instrument(draw: st.DrawFn, id: str, names: tuple[str, ...]) -> Instrument:
    items = tuple(
        Item(when=str(_either(draw, names, 2)), points=Decimal(draw(_SCORED)))
        for _ in range(draw(_integers(1, 3)))
    )
    gate = str(_either(draw, names, 2)) if draw(st.booleans()) else None
    return Instrument(id=id, title=id, decimals=1, items=items, applies_when=gate)


_URGENCIES = st.sampled_from(("emergency", "same_day", "soon"))
_STRENGTHS = st.sampled_from(("slight", "moderate", "strong"))
_GROUPS = st.sampled_from((None, "g", "h"))
_WORDS = st.sampled_from(("raise", "lower"))
_EFFECTS = st.sampled_from(("weigh", "weigh", "weigh", "flag", "clear", "clear alert", "alert", "advise"))


def _weigh(draw: st.DrawFn, word: str, candidate: str, group: str | None = None) -> dict[str, Any]:
    return {word: candidate, "strength": draw(_STRENGTHS), "group": group}


def _effect(draw: st.DrawFn, kind: str, candidate: str, group: str | None = None) -> dict[str, Any]:
    match kind:
        case "weigh":
            return _weigh(draw, draw(_WORDS), candidate, group)
        case "flag":
            return {"flag": candidate, "urgency": draw(_URGENCIES), "action": "act"}
        case "clear":
            return {"clear": candidate, "note": "answered"}
        case "clear alert":
            return {"clear": "danger", "note": "answered"}
        case "alert":
            return {"alert": "danger", "urgency": draw(_URGENCIES), "action": "act"}
    return {"advise": "test", "urgency": draw(_URGENCIES), "gives": ["a"]}


_URGENT = st.sampled_from(("advise", "advise", "flag", "alert"))
_PATTERNS = st.sampled_from(
    ("superseded", "answered", "group", "alert", "superseded", "group", "answered", "alert", "alone")
)
_SCOPES: st.SearchStrategy[Callable[[st.DrawFn], Condition | None]] = st.sampled_from(
    (
        lambda draw: None,
        lambda draw: _either(draw, _NAMES, 2),
        lambda draw: Not(_typical(draw, _NAMES)),
        lambda draw: Not(_typical_atom(draw, _NAMES)),
    )
)
_PRIORS = st.integers(-6, 0)


@st.composite
def bases(draw: st.DrawFn) -> Expert:
    """A knowledge base with findings in two strata, two scores, groups and supersedes."""
    first = _instrument(draw, "score", _NAMES)
    names = (*_NAMES, "score", "score")
    rules: list[dict[str, Any]] = []

    def add(
        when: Condition,
        then: list[dict[str, Any]],
        supersedes: Sequence[str] = (),
        withdraws: Sequence[str] = (),
    ) -> None:
        rules.append(
            {
                "id": f"r{len(rules)}",
                "title": "a rule",
                "when": str(when),
                "then": then,
                "because": "it is so",
                "evidence": {"kind": "judgement", "citations": ["BOOK"]},
                "supersedes": [*supersedes],
                "withdraws_advice_of": [*withdraws],
            }
        )

    for _ in range(draw(_integers(1, 2))):
        add(_either(draw, names), [{"conclude": "f"}])
    names = (*names, "f", "f")
    second = _instrument(draw, "scale", names)
    names = (*names, "scale", "scale")
    for _ in range(draw(_integers(1, 2))):
        add(_either(draw, ("f",) if draw(_integers(0, 2)) else names), [{"conclude": "g"}])
    names = (*names, "g", "g")
    for _ in range(draw(_integers(5, 7))):
        candidate = draw(_sampled(CANDIDATES))
        # The rules of a pattern hold of the typical patient together, or each of them may.
        hold = _typical if draw(_integers(0, 2)) else _either
        match draw(_PATTERNS):
            case "alone":
                effects = [
                    _effect(draw, draw(_EFFECTS), draw(_sampled(CANDIDATES)), draw(_GROUPS))
                    for _ in range(draw(_integers(1, 2)))
                ]
                earlier = [rule["id"] for rule in rules]
                supersedes = [id for id in earlier if draw(_integers(0, 5)) == 0][:2]
                add(_either(draw, names), effects, supersedes)
            case "group":
                word = draw(_WORDS)
                for _ in range(2):
                    add(hold(draw, names), [_weigh(draw, word, candidate, "g")])
            case "superseded":
                # What withdraws advice is as urgent itself, or the reader refuses it (R019).
                advice = _effect(draw, "advise", candidate)
                instead = _effect(draw, draw(_URGENT), candidate)
                instead["urgency"] = min(advice["urgency"], instead["urgency"], key=URGENCIES.index)
                weighs = [_effect(draw, "weigh", candidate) for _ in range(2)]
                add(hold(draw, names), [weighs[0], advice])
                of, acts = rules[-1]["id"], draw(_integers(0, 5))
                supersedes, withdraws = [of] if acts < 5 else [], [of] if acts != 1 else []
                add(hold(draw, names), [weighs[1], instead], supersedes, withdraws)
            case "answered":
                add(hold(draw, names), [_effect(draw, "flag", candidate)])
                add(hold(draw, names), [_effect(draw, "clear", candidate)])
            case "alert":
                add(hold(draw, names), [_effect(draw, "alert", candidate)])
                add(hold(draw, names), [_effect(draw, "clear alert", candidate)])
    tiers = {"cold": "most_likely", "flu": "rare", "plague": "do_not_miss"}
    candidates = {
        id: Candidate(
            id=id, prefix=id, name=id, description=id, tier=tiers[id],
            prior=draw(_PRIORS), disposition="routine",
        )
        for id in CANDIDATES
    }  # fmt: skip
    scope = draw(_SCOPES)(draw)
    minimum = [str(_either(draw, names, 1)) for _ in range(draw(_integers(0, 2)))]
    contradictions = [
        {"when": str(_condition(draw, _NAMES, 1)), "wording": "which?"} for _ in range(draw(_integers(0, 1)))
    ]
    return Expert(
        about=About(
            id="small", title="Small", version="1", updated=datetime.date(2026, 1, 1), source="none",
            authors=["nobody"], purpose="tests", intended_use="tests", misuse="anything else",
            scope=scope and Scope(when=str(scope), wording="some"), editorial_policy="none",
            reassure_when=minimum, cannot_both=contradictions,
            disclaimer="none", funding="none", review=Review(),
        ),
        vocabulary=VOCABULARY,
        candidates=candidates,
        alerts={"danger": AlertName(id="danger", prefix="d", name="Danger")},
        derived=DERIVED,
        instruments={"score": first, "scale": second},
        findings={id: Finding(id=id, meaning=id) for id in ("f", "g")},
        citations={"BOOK": Citation(key="BOOK", source="A book", seen="recalled")},
        rules={rule["id"]: Rule.model_validate(rule) for rule in rules},
        digest="0" * 64,
        path=Path(),
    )  # fmt: skip


@cache
def any_base() -> Expert:
    """One base, for tests that put rules of their own into it."""
    once = settings(derandomize=True, database=None, phases=[Phase.generate])
    return find(bases(), lambda base: True, settings=once)


def values(id: str) -> st.SearchStrategy[Value]:
    """Possible values of a fact."""
    fact = VOCABULARY[id]
    if fact.kind == "boolean":
        return st.booleans()
    if fact.kind == "choice":
        return st.sampled_from(fact.choices)
    low, high = fact.plausible_range or (0, 0)
    near = [v for v in (0, 0.5, 1, 1.5, 2, 2.5, 3, 5, 6, 7.5, 8, 10) if low <= v <= high]
    return st.sampled_from(near)


@st.composite
def _near_typical(draw: st.DrawFn) -> dict[str, Value]:
    record: dict[str, Value] = {}
    for id, value in TYPICAL.items():
        other = draw(_integers(0, 7))  # one in eight is left out, one in eight is something else
        if other:
            record[id] = draw(values(id)) if other == 1 else value
    return record


@cache
def records() -> st.SearchStrategy[dict[str, Value]]:
    """Partial records, two of three near the typical patient; a fact that is left out is unknown."""
    anyone = st.fixed_dictionaries({}, optional={id: values(id) for id in VOCABULARY})
    return st.one_of(_near_typical(), anyone, _near_typical())
