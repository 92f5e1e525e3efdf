"""CLIPS by clipspy, a template of its own for each fact, called through clipspy's own C layer.

`Template.assert_fact` leaks and is slower, and asserting text costs 50 us for Python's part in reading it; so
each template has a fact builder, as CLIPS's manual advises those who embed it in C.
"""

from __future__ import annotations

import clips
from clips._clips import lib
from clips.values import clips_value

from benchmarks.peers import Results, Teller
from benchmarks.workload import Literal, Workload
from charley.facts.vocabulary import Value


class Clips:
    name = "CLIPS 6.4 (clipspy)"
    lives = True

    def __init__(self, work: Workload) -> None:
        self._work = work
        self._environment = clips.Environment()
        build = self._environment.build
        for number, prior in enumerate(work.priors):
            build(f"(defglobal ?*s{number}* = {prior})")
        for fact in (*work.booleans, *work.numbers, *work.findings):
            build(f"(deftemplate {fact} (slot v))")
        build("(defglobal ?*fired* = (create$))")
        scores = " ".join(f"?*s{number}*" for number in range(len(work.priors)))
        build(f"(deffunction results () (create$ {scores} ?*fired*))")
        for id, ways in work.ways.items():
            effects = work.effects[id]
            then = "".join(
                [f" (bind ?*fired* ?*fired* {id})"]
                + [f" (bind ?*s{c}* (+ ?*s{c}* {weight}))" for c, weight in effects.weights]
                + [f" (assert ({finding} (v TRUE)))" for finding in effects.findings]
            )
            if len(ways) == 1:
                build(f"(defrule {id} {_when(ways[0])} => {then})")
                continue
            # A way each; the rule itself fires once, however many hold.
            build(f"(deftemplate way-{id} (slot v))")
            for at, way in enumerate(ways):
                build(f"(defrule {id}-{at} {_when(way)} => (assert (way-{id} (v TRUE))))")
            build(f"(defrule {id} (way-{id}) => {then})")
        self._raw = self._environment._env
        self._builders = {
            fact: lib.CreateFactBuilder(self._raw, fact.encode()) for fact in (*work.booleans, *work.numbers)
        }
        self._truth = {
            value: clips_value(self._raw, clips.Symbol(str(value).upper())) for value in (False, True)
        }

    def patient(self, record: dict[str, Value]) -> Results:
        lib.Reset(self._raw)
        for fact, value in record.items():
            builder = self._builders[fact]
            known = self._truth[value] if isinstance(value, bool) else clips_value(self._raw, value)
            lib.FBPutSlot(builder, b"v", known)
            lib.FBAssert(builder)
        lib.Run(self._raw, -1)
        return self.results()

    def begin(self) -> Teller:
        lib.Reset(self._raw)
        return self._tell

    def _tell(self, fact: str, value: Value) -> None:
        builder = self._builders[fact]
        lib.FBPutSlot(
            builder, b"v", self._truth[value] if isinstance(value, bool) else clips_value(self._raw, value)
        )
        lib.FBAssert(builder)
        lib.Run(self._raw, -1)

    def __del__(self) -> None:
        for builder in self._builders.values():
            lib.FBDispose(builder)

    def results(self) -> Results:
        found = self._environment.call("results")
        return frozenset(found[len(self._work.priors) :]), found[: len(self._work.priors)]


def _when(way: tuple[Literal, ...]) -> str:
    def pattern(at: int, literal: Literal) -> str:
        if isinstance(literal.value, bool):
            return f"({literal.name} (v {str(literal.value).upper()}))"
        return f"({literal.name} (v ?v{at}&:({literal.op} ?v{at} {literal.value})))"

    return " ".join(pattern(at, literal) for at, literal in enumerate(way))
