"""The experta session: each fault that was met in experta 1.9.4, held against our session."""

from __future__ import annotations

import gc
import json
import logging
import os
import subprocess
import sys
from typing import Any

import pytest

pytest.importorskip("charley.engine.session._experta", reason="needs experta", exc_type=ImportError)

import charley
from charley.engine.session.memory import Memory, Pattern, Production, Program
from charley.engine.session.productions import Productions
from charley.engine.session.session import Session, SessionProgram


def fired(productions: list[Production], facts: list[tuple[str, Any]]) -> list[str]:
    memory = Program(productions).start([])
    for kind, value in facts:
        memory.declare(kind, value)
    memory.run()
    return list(memory.context)


def record_name(name: str) -> Any:
    def act(memory: Memory) -> None:
        memory.context.append(name)

    return act


def test_activations_that_tie_all_fire_and_each_once() -> None:
    tied = [Production(f"p{n}", (Pattern("fact"),), record_name(f"p{n}")) for n in range(40)]
    assert fired(tied, [("fact", 1)]) == [f"p{n}" for n in range(40)]


def test_clearing_takes_back_every_activation_that_has_not_fired() -> None:
    """experta's own agenda looks for an activation at three places only, and keeps the others."""
    program = Program([Production(f"p{n}", (Pattern("fact"),), record_name(f"p{n}")) for n in range(9)])
    memory = program.start([])
    memory.declare("fact", 1)
    for declared in [f for f in memory._engine.facts.values() if "value" in f]:
        memory._engine.retract(declared)
    memory.run()
    assert memory.context == []


def test_a_test_is_run_only_on_elements_of_its_own_kind() -> None:
    seen: list[Any] = []

    def test(value: Any) -> bool:
        seen.append(value)
        return True

    fired([Production("p", (Pattern("one", test),), record_name("p"))], [("one", 1), ("other", "secret")])
    assert seen == [1]


SAID = """
import charley, json
kb = charley.load()
c = kb.consult()
c.tell(unilateral_leg_swelling=True, age=67, pain_laterality="left_only", abi_left=0.8)
print(c.differential.model_dump_json())
"""


def test_what_is_said_does_not_depend_on_the_hash_seed() -> None:
    said = set()
    for seed in ("0", "1"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run([sys.executable, "-c", SAID], env=environment, capture_output=True, check=True)
        said.add(done.stdout)
    assert len(said) == 1
    flagged = [flag["candidate"] for flag in json.loads(said.pop())["flags"]]
    assert flagged[0] == "deep_vein_thrombosis"


def test_alternatives_do_not_multiply_out() -> None:
    """experta's `OR` of alternatives makes 4**n rules; ours grow with what is written."""
    from bases import any_base

    base = any_base()
    rule = next(iter(base.rules.values()))
    sizes = []
    for n in (2, 4, 8):
        when = " and ".join(f"(a or b or c or n >= {k / 8})" for k in range(n))
        larger = rule.model_copy(update={"when": when, "then": ()})
        larger.__dict__.pop("condition", None)
        rules = {**base.rules, "large": larger}
        sizes.append(len(Productions(type(base)(**{**_fields(base), "rules": rules})).all))
    assert sizes[2] - sizes[1] <= 2 * (sizes[1] - sizes[0]) + 2


def _fields(base: Any) -> dict[str, Any]:
    import dataclasses

    return {field.name: getattr(base, field.name) for field in dataclasses.fields(base)}


class Marked(str):
    """A value that can be recognised, and of which every instance can be found."""

    __slots__ = ()


def test_no_value_of_a_patient_outlives_the_session(bundled: charley.Expert) -> None:
    gc.collect()
    others = _activations()  # experta as it comes keeps those of its own engines, which other tests start
    session: Session | None = Session(bundled.part(SessionProgram))
    secret = Marked("left_only")
    assert session is not None
    session.tell("pain_laterality", secret)
    session.tell("unilateral_leg_swelling", True)
    assert session.valuation().rules["dvt-one-swollen-leg"] is True
    del secret, session
    gc.collect()
    assert [each for each in gc.get_objects() if isinstance(each, Marked)] == []
    assert [each for each in _activations() if not any(each is other for other in others)] == []


def _activations() -> list[object]:
    return [each for each in gc.get_objects() if type(each).__module__ == "experta.activation"]


def test_experta_logs_no_value_even_where_an_application_logs_everything(
    bundled: charley.Expert, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        consultation = bundled.consult()
        consultation.tell(age=67, unilateral_leg_swelling=True)
        consultation.retract("age")
    assert caplog.records == []


def test_two_sessions_do_not_hear_each_other(bundled: charley.Expert) -> None:
    one, other = bundled.consult(), bundled.consult()
    one.tell(unilateral_leg_swelling=True)
    other.tell(muscle_cramp_episodes=True)
    assert [flag.candidate for flag in one.differential.flags] == ["deep_vein_thrombosis"]
    assert other.differential.flags == ()
