"""The rules and patients that every engine gets: made at random, the same for all.

A rule is also given as `ways`, the conjunctions of which one must hold, for engines without thresholds.
Rules conclude findings in two strata and use them in the third; nothing asks whether a finding is false,
so that engines with negation as failure mean the same.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path

from charley.engine.expert import Expert
from charley.facts.vocabulary import Fact, Value, Vocabulary
from charley.rules.candidate import Candidate
from charley.rules.governance.about import About
from charley.rules.governance.evidence import Review
from charley.rules.instrument import Finding
from charley.rules.language.condition import And, AtLeast, Atom, Condition, Not, Or
from charley.rules.rule import Conclude, Rule, Weigh

__all__ = ["Effects", "Literal", "Way", "Workload"]

CANDIDATES = 20


@dataclass(frozen=True)
class Literal:
    """A fact is known, and compares so. Booleans are compared by `is`; a finding is there (`found`)."""

    name: str
    op: str
    value: bool | int


Way = tuple[Literal, ...]


@dataclass(frozen=True)
class Effects:
    """What a rule does: adds to a candidate (its number, weight), concludes findings."""

    weights: tuple[tuple[int, int], ...]
    findings: tuple[str, ...]


class Workload:
    """So many rules over facts in proportion, and so many patients."""

    def __init__(self, rules: int, patients: int, seed: int = 7) -> None:
        self._random = random.Random(seed)
        self.booleans = [f"b{n}" for n in range(rules * 60 // 150)]
        self.numbers = [f"n{n}" for n in range(rules * 10 // 150)]
        concluding = rules // 5
        self.findings = [f"f{n}" for n in range(concluding)]
        conditions = {f"r-{n}": self._condition(n, concluding) for n in range(rules)}
        self.base = self._base(conditions, concluding)
        self.ways = {id: tuple(dict.fromkeys(_ways(condition))) for id, condition in conditions.items()}
        numbers = {id: at for at, id in enumerate(self.base.candidates)}
        self.effects = {
            id: Effects(
                tuple((numbers[e.candidate], e.weight) for e in rule.effects(Weigh)),
                tuple(e.finding for e in rule.effects(Conclude)),
            )
            for id, rule in self.base.rules.items()
        }
        self.priors = [candidate.prior for candidate in self.base.candidates.values()]
        self.records = [self._record() for _ in range(patients)]

    def _condition(self, number: int, concluding: int) -> Condition:
        # The first tenth concludes from facts, the second from those findings too, the rest from all.
        open_ = self.findings[: 0 if number < concluding // 2 else concluding // 2]
        usable = self.findings if number >= concluding else open_

        def part() -> Condition:
            kind = self._random.random()
            if usable and kind < 0.2:
                return Atom(self._random.choice(usable), "==", True)
            if kind < 0.4:
                op = self._random.choice(("<", "<=", ">", ">="))
                return Atom(self._random.choice(self.numbers), op, self._random.randint(20, 80))
            atom = Atom(self._random.choice(self.booleans), "==", True)
            return Not(atom) if kind > 0.85 else atom

        shape = self._random.random()
        if shape < 0.5:
            return And(tuple(part() for _ in range(self._random.choice((2, 2, 3)))))
        if shape < 0.75:
            return And((part(), Or((part(), part()))))
        if shape < 0.9:
            return AtLeast(2, (part(), part(), part()))
        return And((part(), part(), part(), part()))

    def _base(self, conditions: dict[str, Condition], concluding: int) -> Expert:
        rules = {}
        for number, (id, condition) in enumerate(conditions.items()):
            candidate = f"c{self._random.randrange(CANDIDATES)}"
            if number < concluding:
                then = [{"conclude": self.findings[number]}]
            elif self._random.random() < 0.1:
                then = [{"flag": candidate, "urgency": "same_day", "action": "act"}]
            else:
                word = self._random.choice(("raise", "lower"))
                strength = self._random.choice(("slight", "moderate", "strong"))
                then = [{word: candidate, "strength": strength}]
            rules[id] = Rule.model_validate(
                {"id": id, "title": id, "when": str(condition), "then": then, "because": id,
                 "evidence": {"kind": "judgement"}}
            )  # fmt: skip
        return Expert(
            about=About(
                id="benchmark", title="Benchmark", version="1", updated=datetime.date(2026, 1, 1),
                source="random", authors=("nobody",), purpose="benchmarks", intended_use="benchmarks",
                misuse="everything else", editorial_policy="none", disclaimer="none", funding="none",
                review=Review(),
            ),
            vocabulary=Vocabulary([
                *(Fact(id=id, kind="boolean", wording=id, answered_by="patient") for id in self.booleans),
                *(Fact(id=id, kind="number", unit="1", plausible_range=(0, 100), wording=id,
                       answered_by="lab") for id in self.numbers),
            ]),
            candidates={
                f"c{n}": Candidate(id=f"c{n}", prefix="c", name=f"c{n}", description="one of many",
                                   tier="other_likely", prior=-(n % 7), disposition="routine")
                for n in range(CANDIDATES)
            },
            alerts={}, derived={}, instruments={}, citations={},
            findings={id: Finding(id=id, meaning=id) for id in self.findings},
            rules=rules, digest="0" * 64, path=Path(),
        )  # fmt: skip

    def _record(self) -> dict[str, Value]:
        record: dict[str, Value] = {}
        for id in self.booleans:
            if self._random.random() < 0.8:
                record[id] = self._random.random() < 0.5
        for id in self.numbers:
            if self._random.random() < 0.8:
                record[id] = self._random.randint(0, 100)
        told = list(record.items())
        self._random.shuffle(told)
        return dict(told)


def _ways(condition: Condition) -> Iterator[Way]:
    match condition:
        case Atom(name, op, value):
            assert isinstance(value, bool | int)
            yield (Literal(name, "found" if name.startswith("f") else op, value),)
        case Not(Atom(name, op, _)):
            yield (Literal(name, op, False),)
        case And(parts):
            yield from _joined(parts)
        case Or(parts):
            for part in parts:
                yield from _ways(part)
        case AtLeast(count, parts):
            for some in combinations(parts, count):
                yield from _joined(some)
        case _:
            raise AssertionError(condition)


def _joined(parts: tuple[Condition, ...]) -> Iterator[Way]:
    for way in product(*(tuple(_ways(part)) for part in parts)):
        yield tuple(dict.fromkeys(literal for some in way for literal in some))
