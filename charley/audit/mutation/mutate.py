"""Mutation: would the cases and invariants of a base notice a small mistake in any of its rules?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import count as counted
from multiprocessing import get_context
from typing import Any

from charley.audit.cases.expected import combined
from charley.audit.mutation.judge import CaseBank, MutantJudge, Verdict
from charley.audit.mutation.mutants import OPERATORS, Mutant, mutants
from charley.engine.prepared import Prepared
from charley.facts.record import Record
from charley.facts.vocabulary import Fact, Value
from charley.rules.case import Expectation
from charley.rules.invariants.invariant import Invariant
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.loading.cases import read_cases
from charley.rules.loading.invariants import read_invariants

__all__ = ["Mutation", "Ready", "bank_of", "count", "mutate", "ready_cases"]


@dataclass(frozen=True)
class Mutation:
    """The fate of every mutant."""

    verdicts: tuple[Verdict, ...]

    def count(self, fate: str, operator: str | None = None) -> int:
        """The number of mutants with this fate."""
        return sum(v.fate == fate and operator in (None, v.mutant.operator) for v in self.verdicts)

    @property
    def killed(self) -> int:
        """How many a case or an invariant kills."""
        return self.count("killed by case") + self.count("killed by invariant")

    @property
    def percent(self) -> float | None:
        """Of the mutants that are not proved equivalent, how many are killed, in percent; None of none."""
        live = len(self.verdicts) - self.count("equivalent")
        return 100 * self.killed / live if live else None

    @property
    def survivors(self) -> list[Verdict]:
        """The verdicts on mutants that nothing kills."""
        return [v for v in self.verdicts if v.fate in ("survived", "not decided")]

    def table(self) -> list[tuple[str, int, int, int, int]]:
        """For each operator: killed by cases, by invariants, equivalent, survived or not decided."""
        rows = []
        for operator in OPERATORS:
            fates = Counter(v.fate for v in self.verdicts if v.mutant.operator == operator)
            left = fates["survived"] + fates["not decided"]
            rows.append(
                (operator, fates["killed by case"], fates["killed by invariant"], fates["equivalent"], left)
            )
        return rows

    def as_json(self) -> dict[str, Any]:
        """For a program to read."""
        return {
            "mutants": len(self.verdicts),
            "killed_percent": self.percent and round(self.percent, 2),
            "operators": {
                operator: dict(zip(("by_case", "by_invariant", "equivalent", "survived"), row, strict=True))
                for operator, *row in self.table()
            },
            "survivors": [
                {"mutant": v.mutant.id, "operator": v.mutant.operator, "fate": v.fate,
                 "witness": None if v.witness is None else dict(v.witness)}
                for v in self.survivors
            ],
        }  # fmt: skip


def bank_of(base: KnowledgeBase) -> CaseBank:
    """The cases of a base. Raises `Faulty`."""
    return CaseBank(tuple((c.case.id, c.answers.record, c.case.expect) for c in read_cases(base)))


def count(base: KnowledgeBase, rules: Collection[str] | None = None) -> int:
    """How many mutants the rules have."""
    return sum(len(list(mutants(rule))) for id, rule in base.rules.items() if rules is None or id in rules)


def mutate(
    base: Prepared, rules: Collection[str] | None = None, jobs: int = 2, seconds: float = 20.0
) -> Iterator[Verdict]:
    """The verdict on every mutant of the rules (default: of all), rule by rule."""
    bank, invariants = bank_of(base), read_invariants(base)
    each = [list(mutants(rule)) for id, rule in base.rules.items() if rules is None or id in rules]
    given = (base, bank, invariants, seconds)
    if jobs <= 1 or len(each) < 2:
        _start(*given)
        for some in each:
            yield from _judge(some)
        return
    # Each process asks a solver of its own; they are started afresh because a solver does not survive a fork.
    context = get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_start, initargs=given) as pool:
        for verdicts in pool.map(_judge, each):
            yield from verdicts


_JUDGE: list[MutantJudge] = []


def _start(base: Prepared, bank: CaseBank, invariants: tuple[Invariant, ...], seconds: float) -> None:
    _JUDGE[:] = [MutantJudge(base, bank, invariants, seconds)]


def _judge(some: list[Mutant]) -> list[Verdict]:
    return [_JUDGE[0].judge(mutant) for mutant in some]


@dataclass(frozen=True)
class Ready:
    """A case that would kill surviving mutants of one or more rules with one record."""

    id: str
    rule: str
    record: Record
    expect: Expectation
    kills: tuple[Mutant, ...]

    def title(self, base: KnowledgeBase) -> str:
        """The rule in its title, whether it fires, and what is known of the patient."""
        title = base.rules[self.rule].title
        known = ", ".join(_answer_words(base.vocabulary[fact], value) for fact, value in self.record.items())
        fires = self.rule in (self.expect.fires or ())
        return f"{title}{'' if fires else ', not so'}: {known or 'nothing is known'}"


def _answer_words(fact: Fact, value: Value) -> str:
    if isinstance(value, bool):
        return fact.label if value else f"no {fact.label}"
    return f"{fact.label} {fact.show(value)}"


def ready_cases(survivors: Iterable[Verdict], taken: Collection[str] = ()) -> Iterator[Ready]:
    """Cases that would kill the survivors, by name: one for each witness, with all mutants it kills."""
    together: dict[str, list[Verdict]] = {}
    for verdict in survivors:
        if verdict.witness is not None:
            together.setdefault(json.dumps(dict(verdict.witness), sort_keys=True), []).append(verdict)
    names = set(taken)
    for killed in together.values():
        rule, record = killed[0].mutant.rule, killed[0].witness
        name = next(n for k in counted(1) if (n := f"edge-{rule}-{k}") not in names)
        names.add(name)
        assert record is not None
        expect = combined(verdict.expect for verdict in killed)
        yield Ready(name, rule, record, expect, tuple(verdict.mutant for verdict in killed))
