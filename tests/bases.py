"""Random small knowledge bases and records, for the laws. Few facts, so that rules collide."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from charley.engine.expert import Expert
from charley.facts.vocabulary import Fact, Value, Vocabulary
from charley.rules.candidate import AlertName, Candidate
from charley.rules.condition import And, AtLeast, Atom, Condition, Not, Or
from charley.rules.instrument import Derived, Finding, Instrument, Item
from charley.rules.knowledge_base import About, Scope
from charley.rules.rule import Citation, Review, Rule

BOOLEANS = ("a", "b", "c", "d")
CHOICES = ("red", "green", "blue")
CANDIDATES = ("cold", "flu", "plague")

VOCABULARY = Vocabulary(
    [
        *(Fact(id=id, kind="boolean", wording={"clinician": id, "patient": id}, answered_by="patient")
          for id in BOOLEANS),
        Fact(id="n", kind="number", unit="1", plausible_range=(0, 10), wording="n", answered_by="lab"),
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

_numbers = st.sampled_from((0, 0.5, 1, 2, 2.5, 3, 5, 7.5, 8, 10))
_fact_atoms = st.one_of(
    st.sampled_from(BOOLEANS).map(lambda name: Atom(name, "==", True)),
    st.builds(Atom, st.sampled_from(("n", "m")), COMPARISONS, _numbers),
    st.sampled_from(CHOICES).map(lambda choice: Atom("k", "==", choice)),
    st.lists(st.sampled_from(CHOICES), min_size=1, max_size=2, unique=True).map(
        lambda choices: Atom("k", "in", tuple(choices))
    ),
    st.builds(Atom, st.sampled_from(tuple(DERIVED)), COMPARISONS, _numbers),
)


def conditions(atoms: st.SearchStrategy[Atom] = _fact_atoms) -> st.SearchStrategy[Condition]:
    """Conditions over the given atoms, up to a few levels deep."""

    def larger(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        several = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return st.one_of(
            inner.map(Not),
            several.map(And),
            several.map(Or),
            several.flatmap(lambda parts: st.builds(AtLeast, st.integers(1, len(parts)), st.just(parts))),
        )

    return st.recursive(atoms, larger, max_leaves=5)


def _instrument(id: str, atoms: st.SearchStrategy[Atom]) -> st.SearchStrategy[Instrument]:
    points = st.sampled_from(("-2", "-1", "0", "0.5", "1", "1.5", "2"))
    item = st.builds(lambda when, p: Item(when=str(when), points=Decimal(p)), conditions(atoms), points)
    return st.builds(
        lambda items, gate: Instrument(
            id=id, title=id, decimals=1, items=tuple(items), applies_when=gate and str(gate)
        ),
        st.lists(item, min_size=1, max_size=4),
        st.none() | conditions(atoms),
    )


def _score_atoms(id: str) -> st.SearchStrategy[Atom]:
    return st.builds(Atom, st.just(id), COMPARISONS, st.sampled_from((-2, -1, 0, 0.5, 1, 1.5, 2, 3)))


def _effects() -> st.SearchStrategy[dict[str, Any]]:
    candidate = st.sampled_from(CANDIDATES)
    group = st.none() | st.sampled_from(("g", "h"))
    weigh = st.builds(
        lambda word, c, strength, g: {word: c, "strength": strength, "group": g},
        st.sampled_from(("raise", "lower")),
        candidate,
        st.sampled_from(("slight", "moderate", "strong")),
        group,
    )
    urgency = st.sampled_from(("emergency", "same_day", "soon"))
    flag = st.builds(lambda c, u: {"flag": c, "urgency": u, "action": "act"}, candidate, urgency)
    clear = candidate.map(lambda c: {"clear": c, "note": "answered"})
    alert = urgency.map(lambda u: {"alert": "danger", "urgency": u, "action": "act"})
    advise = urgency.map(lambda u: {"advise": "test", "urgency": u, "gives": ["a"]})
    return st.one_of(weigh, weigh, weigh, flag, clear, alert, advise)


@st.composite
def bases(draw: st.DrawFn) -> Expert:
    """A knowledge base with findings in two strata, two scores, groups and supersedes."""
    first = draw(_instrument("score", _fact_atoms))
    atoms = st.one_of(_fact_atoms, _score_atoms("score"))
    rules: list[dict[str, Any]] = []

    def add(when: Condition, then: list[dict[str, Any]], supersedes: list[str] | None = None) -> None:
        rules.append(
            {
                "id": f"r{len(rules)}",
                "title": "a rule",
                "when": str(when),
                "then": then,
                "because": "it is so",
                "evidence": {"kind": "judgement", "citations": ["BOOK"]},
                "supersedes": supersedes or [],
            }
        )

    for _ in range(draw(st.integers(1, 2))):
        add(draw(conditions(atoms)), [{"conclude": "f"}])
    atoms = st.one_of(atoms, st.just(Atom("f", "==", True)))
    second = draw(_instrument("scale", atoms))
    atoms = st.one_of(atoms, _score_atoms("scale"))
    for _ in range(draw(st.integers(1, 2))):
        add(draw(conditions(atoms)), [{"conclude": "g"}])
    atoms = st.one_of(atoms, st.just(Atom("g", "==", True)))
    for _ in range(draw(st.integers(1, 7))):
        earlier = [rule["id"] for rule in rules]
        add(
            draw(conditions(atoms)),
            draw(st.lists(_effects(), min_size=1, max_size=2)),
            draw(st.lists(st.sampled_from(earlier), max_size=2, unique=True)),
        )
    tiers = {"cold": "most_likely", "flu": "rare", "plague": "do_not_miss"}
    candidates = {
        id: Candidate(
            id=id, prefix=id, name=id, description=id, tier=tiers[id],
            prior=draw(st.integers(-6, 0)), disposition="routine",
        )
        for id in CANDIDATES
    }  # fmt: skip
    scope = draw(st.none() | conditions(_fact_atoms))
    return Expert(
        about=About(
            id="small", title="Small", version="1", updated=datetime.date(2026, 1, 1), source="none",
            authors=["nobody"], purpose="tests", intended_use="tests", misuse="anything else",
            scope=scope and Scope(when=str(scope), wording="some"), editorial_policy="none",
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


def records() -> st.SearchStrategy[dict[str, Value]]:
    """Partial records; a fact that is left out is unknown."""
    return st.fixed_dictionaries({}, optional={id: values(id) for id in VOCABULARY})
