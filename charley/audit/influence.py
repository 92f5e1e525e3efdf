"""Which rules, facts and weights move leaders and flags most, over a population.

The population is drawn from the base itself, or given as records. Drawn patients are not real ones: they say
how the rules work together, not how often anything occurs.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from charley.audit.cases.typical import typical_values
from charley.documents.diagnostic import Diagnostic, Faulty
from charley.documents.document import read_document
from charley.engine.assessment import Assessment, assess
from charley.engine.prepared import Prepared
from charley.facts.record import Answers, Record, answers
from charley.facts.vocabulary import Value
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.loading.cases import vignettes
from charley.rules.rule import Flag, Weigh

__all__ = ["Influence", "influence", "listed_population", "population"]


@dataclass(frozen=True)
class Influence:
    """What each rule, fact and weight changes in a population of `patients`.

    The first four count the patients whose leader or flags change when the rule or fact is left out.
    `decibans_by_weight` is the mean number of decibans by which a weight moves its candidate.
    """

    patients: int
    leaders_by_rule: Mapping[str, int]
    flags_by_rule: Mapping[str, int]
    leaders_by_fact: Mapping[str, int]
    flags_by_fact: Mapping[str, int]
    decibans_by_weight: Mapping[str, float]

    def as_json(self) -> dict[str, Any]:
        """For a program to read, without what changes nothing."""
        return {
            "patients": self.patients,
            "rules": {"leader": dict(self.leaders_by_rule), "flags": dict(self.flags_by_rule)},
            "facts": {"leader": dict(self.leaders_by_fact), "flags": dict(self.flags_by_fact)},
            "mean_decibans": {name: round(value, 4) for name, value in self.decibans_by_weight.items()},
        }


def population(base: KnowledgeBase, count: int, seed: int = 0) -> list[Record]:
    """Patients drawn from the base's candidates, by their priors.

    A candidate is drawn by its prior; a case that expects it to lead (or another, where there is none) gives
    the picture; some answers are left out and some ordinary ones added, so that no two are alike.
    """
    drawn = random.Random(seed)
    pictures: dict[str, list[Record]] = {}
    for placed in vignettes(base):
        pictures.setdefault(placed.case.expect.leader or "", []).append(placed.answers.record)
    every = [record for records in pictures.values() for record in records]
    candidates = list(base.candidates.values())
    weights = [10 ** (candidate.prior / 10) for candidate in candidates]
    booleans = [fact.id for fact in base.vocabulary.values() if fact.kind == "boolean"]
    usual = typical_values(base)
    people: list[Record] = []
    for _ in range(count):
        (candidate,) = drawn.choices(candidates, weights)
        picture = drawn.choice(pictures.get(candidate.id) or every or [{}])
        record: dict[str, Value] = {f: v for f, v in picture.items() if drawn.random() < 0.85}
        for fact in drawn.sample(booleans, min(6, len(booleans))):
            record.setdefault(fact, drawn.random() < 0.15)
        if "age" in usual and "age" in base.vocabulary:
            low, high = base.vocabulary["age"].plausible_range or (0, 120)
            record.setdefault("age", int(min(high, max(low, drawn.gauss(usual["age"], 15)))))
        people.append(record)
    return people


def listed_population(base: KnowledgeBase, file: str) -> list[Record]:
    """The records that a file lists. Raises `Faulty`, with the place of whatever is no record."""
    document = read_document(file)
    if not isinstance(document.value, list):
        help = "list one record after the other, each with its facts"
        raise Faulty([document.problem([], "F004", "a list of records is expected here", help)])
    people: list[Record] = []
    problems: list[Diagnostic] = []
    for at, given in enumerate(document.value):
        if not isinstance(given, dict):
            problems.append(document.problem([at], "F004", "a record is a list of facts with values"))
            continue

        def place(
            path: list[str | int], code: str, message: str, help: str = "", *, key: bool = False, at: int = at
        ) -> Diagnostic:
            return document.problem([at, *path], code, message, help, key=key)

        try:
            people.append(answers(given, base.vocabulary, place).record)
        except Faulty as faulty:
            problems.extend(faulty.diagnostics)
    if problems:
        raise Faulty(problems)
    return people


def influence(base: Prepared, people: Sequence[Record]) -> Influence:
    """What moves leaders and flags, by leaving out each rule that fires and each fact that is known."""
    leaders, flags = Counter[str](), Counter[str]()
    leaders_by_fact, flags_by_fact = Counter[str](), Counter[str]()
    moved = Counter[str]()
    for record in people:
        assessed = assess(base, Answers(record))
        leader, flagged = assessed.leader, _flagged(assessed)
        for standing in assessed.standings if assessed.ranked else ():
            for weighed in standing.weighed:
                if weighed.passed_over is None:
                    moved[f"{weighed.rule} → {standing.candidate.id}"] += abs(weighed.weight)
        for rule in (id for id, state in assessed.rules.items() if state is True):
            if any(isinstance(effect, Weigh | Flag) for effect in base.rules[rule].then):
                rules = {**assessed.rules, rule: False}
                without = Assessment(base, assessed.answers, replace(assessed.valuation, rules=rules))
                leaders[rule] += without.leader != leader
                flags[rule] += _flagged(without) != flagged
        for fact in record:
            rest = {id: value for id, value in record.items() if id != fact}
            without = assess(base, Answers(rest))
            leaders_by_fact[fact] += without.leader != leader
            flags_by_fact[fact] += _flagged(without) != flagged
    return Influence(
        len(people),
        _falling(leaders),
        _falling(flags),
        _falling(leaders_by_fact),
        _falling(flags_by_fact),
        {name: total / max(1, len(people)) for name, total in _falling(moved).items()},
    )


def _flagged(assessed: Assessment) -> frozenset[str]:
    return frozenset(standing.candidate.id for standing in assessed.standings if standing.flags)


def _falling(counts: Counter[str]) -> dict[str, int]:
    """The non-zero counts, largest first, ties by name."""
    some: Iterable[tuple[str, int]] = ((name, count) for name, count in counts.items() if count)
    return dict(sorted(some, key=lambda each: (-each[1], each[0])))
