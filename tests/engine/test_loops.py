"""The inner loops: pure where nobody asked, known by their file, and compiled the same as the definition."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from bases import VOCABULARY, bases, records, values
from hypothesis import given
from hypothesis import strategies as st

import charley
from charley.engine import loops
from charley.engine.ask.ahead import lookahead, ways
from charley.engine.ask.ahead.lookahead import Lookahead
from charley.engine.expert import Expert
from charley.engine.kept.pack import pack
from charley.engine.kernel.network import Network
from charley.engine.loops import counters
from charley.engine.meaning import valuation
from charley.facts.vocabulary import Value

ROOM = Path(loops.__file__).parent
COMPILED = loops.made_of() == "machine code"

Told = dict[str, Value | None]

steps = st.lists(st.fixed_dictionaries({}, optional={id: st.none() | values(id) for id in VOCABULARY}))
"""Answers given, changed, and (None) taken back."""


def source(file: Path) -> Any:
    """The module of a source, also where a compiled one shadows it."""
    spec = spec_from_file_location(f"{file.stem}_as_written", file)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


DEFINITION = source(ROOM / "counters.py")
WAYS = source(ROOM.parent / "ask" / "ahead" / "ways.py")


def everything(patient: Any) -> list[object]:
    """What follows for a patient, and what is decided, in order."""
    found = patient.decided()
    return [found, list(found.rules), list(found.findings)]


@pytest.mark.parametrize("module", [counters, ways], ids=["counters", "ways"])
def test_what_runs_is_what_is_said(module: ModuleType) -> None:
    assert module.__file__ is not None
    assert module.__file__.endswith(tuple(EXTENSION_SUFFIXES)) is COMPILED


@pytest.mark.skipif(not COMPILED, reason="the loops are not compiled here; .ci/run compiles them")
@given(base=bases(), record=records(), facts=st.sets(st.sampled_from(sorted(VOCABULARY))))
def test_compiled_ways_are_the_source(base: Expert, record: dict[str, Value], facts: set[str]) -> None:
    graph, names = base.graph, ("work_out", "lead_through")
    found = Lookahead(graph, record, facts)
    through = {rule: found.through(rule) for rule in base.rules}
    with pytest.MonkeyPatch.context() as patch:
        for name in names:
            patch.setattr(lookahead, name, getattr(WAYS, name))
        meant = Lookahead(graph, record, facts)
        assert meant.states == found.states
        assert {rule: meant.through(rule) for rule in base.rules} == through
    utilities = [(at % 3, rule, 1.5 * at) for at, rule in enumerate(base.rules)]
    assert ways.promised(utilities, through) == WAYS.promised(utilities, through)


@pytest.mark.skipif(not COMPILED, reason="the loops are not compiled here; .ci/run compiles them")
@given(base=bases(), record=records(), told=steps)
def test_compiled_loops_are_the_definition(base: Expert, record: dict[str, Value], told: list[Told]) -> None:
    for network in (base.kernel, Network(base, falsity=False)):
        compiled = network.start(record)
        defined = DEFINITION.Patient(network, record)
        assert type(compiled) is not type(defined)
        for step in [{}, *told]:
            for fact, value in step.items():
                for patient in (compiled, defined):
                    if value is not None:
                        patient.tell(fact, value)
                    elif fact in patient.record:
                        patient.retract(fact)
            assert compiled.record == defined.record
            assert (compiled.fired, compiled.scores) == (defined.fired, defined.scores)
            numbers = range(len(network.conditions.nodes))
            assert list(map(compiled.holds, numbers)) == list(map(defined.holds, numbers))
            if network.conditions.falsity:
                assert everything(compiled) == everything(defined)


@given(base=bases(), record=records())
def test_a_patient_told_at_once_is_a_patient_told_bit_by_bit(base: Expert, record: dict[str, Value]) -> None:
    at_once, living = base.kernel.start(record), base.kernel.start()
    for fact, value in record.items():
        living.tell(fact, value)
    assert (living.record, living.fired, living.scores) == (at_once.record, at_once.fired, at_once.scores)
    assert everything(living) == everything(at_once)


@given(base=bases(), record=records())
def test_what_the_loops_say_is_decided_is_what_is_not_open(base: Expert, record: dict[str, Value]) -> None:
    patient = base.kernel.start(record)
    found, meant = patient.decided(), valuation(base, record)
    assert patient.valuation() == meant
    assert list(found.rules.items()) == [(id, so) for id, so in meant.rules.items() if so is not None]
    assert list(found.findings.items()) == [(id, so) for id, so in meant.findings.items() if so is not None]


def test_what_no_rule_looks_at_is_kept_and_changes_nothing() -> None:
    patient = charley.load().kernel.start({"shoe_size": 43})
    before = patient.scores
    patient.tell("hair", "grey")
    patient.retract("shoe_size")
    assert patient.record == {"hair": "grey"}
    assert patient.scores == before
    with pytest.raises(KeyError):
        patient.retract("shoe_size")


def test_a_network_without_falsity_has_no_valuation() -> None:
    with pytest.raises(ValueError, match="without falsity"):
        Network(charley.load("sore_throat"), falsity=False).start().valuation()


def test_no_loops_are_kept_with_a_base() -> None:
    """What is compiled does not come back from data; it is made again of what is kept (`Network.tables`)."""
    kb = charley.load("sore_throat")
    kb.diagnose({})
    assert (kb.kernel.tables is not None) is COMPILED
    assert "engine.loops.counters" not in pack(kb)


@pytest.mark.skipif(not COMPILED, reason="Python's integers are of any length")
def test_points_that_compiled_loops_cannot_count_are_refused() -> None:
    kb = charley.load("sore_throat")
    id, score = next(iter(kb.instruments.items()))
    points = (Decimal("999.9999"), Decimal("999.9998"))
    items = [score.items[0].model_copy(update={"points": points[at % 2]}) for at in range(250)]
    heavy = score.model_copy(update={"items": tuple(items), "decimals": 4})
    with pytest.raises(OverflowError, match="points"):
        Network(replace(kb, instruments={**kb.instruments, id: heavy})).start()
