"""What is measured: peers on the same rules and patients, growth, hypotheticals, and `diagnose` itself."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

import charley
from benchmarks.growing import Grown, growing
from benchmarks.measure import Times, percentile, rounds, telling, timed
from benchmarks.peers import Peer, Results, peers
from benchmarks.peers.drools_peer import drools
from benchmarks.workload import Workload
from charley.engine.expert import Expert
from charley.engine.kernel.hypotheticals import HypotheticalProgram
from charley.engine.kernel.network import Network
from charley.engine.kernel.planes import Planes
from charley.engine.kernel.representatives import Representatives
from charley.engine.meaning import valuation
from charley.facts.record import Answers
from charley.facts.vocabulary import Value

__all__ = ["Measured", "Row", "diagnosing", "growth", "side_by_side", "supposing"]

SLOW = {"experta", "durable_rules"}


@dataclass
class Row:
    """One engine on one workload."""

    name: str
    build: Times
    patient: Times | None = None
    tell: Times | None = None
    worst: float | None = None
    """The 99th percentile of single answers."""


@dataclass
class Measured:
    """Everything, as the report needs it."""

    rows: list[Row] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    growth: dict[int, list[Row]] = field(default_factory=dict)
    supposed: dict[str, Times] = field(default_factory=dict)
    diagnosed: dict[str, Times] = field(default_factory=dict)
    fired: float = 0.0
    grown: dict[int, Grown] = field(default_factory=dict)
    """One more answer, by the number of rules."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def expected(work: Workload) -> list[Results]:
    """What the definition says; every engine is held to it before it is timed."""
    found = []
    for record in work.records:
        rules = valuation(work.base, record).rules
        standings = {s.candidate.id: s for s in work.base.scoring.standings(rules)}
        found.append((
            frozenset(id for id, state in rules.items() if state is True),
            tuple(standings[id].score for id in work.base.candidates),
        ))  # fmt: skip
    return found


def check(peer: Peer, work: Workload, wanted: list[Results]) -> None:
    """Raise where the engine says something else, at once or answer by answer."""
    for record, results in zip(work.records, wanted, strict=True):
        if peer.patient(record) != results:
            raise AssertionError(f"{peer.name} disagrees about {record}")
        if peer.lives:
            tell = peer.begin()
            for fact, value in record.items():
                tell(fact, value)
            if peer.results() != results:
                raise AssertionError(f"{peer.name} disagrees, answer by answer, about {record}")


def side_by_side(
    rules: int, patients: int, times: int, only: set[str] | None = None
) -> tuple[list[Row], list[str]]:
    """Every engine on one workload, in turns."""
    work = Workload(rules, patients)
    wanted = expected(work)
    made: list[tuple[Peer, Row, int]] = []
    missing = []
    for name, kind in peers():
        if kind is None:
            missing.append(name)
            continue
        if only is not None and kind.name not in only:
            continue
        say(f"  {rules} rules: {kind.name} is built and checked")
        few = max(2, patients // 10) if kind.name in SLOW else patients
        builds = Times([timed(partial(kind, work)) for _ in range(3 if rules < 2000 else 1)])
        peer = kind(work)
        slow = Workload(rules, patients)
        slow.records = slow.records[:few]
        check(peer, slow, wanted[:few])
        made.append((peer, Row(kind.name, builds, Times(), Times() if kind.lives else None), few))
    answers = [list(record.items()) for record in work.records]
    singles: dict[str, list[float]] = {row.name: [] for _, row, _ in made}
    for turn in range(times):
        say(f"  {rules} rules: round {turn + 1} of {times}")
        for peer, row, few in made:
            assert row.patient is not None
            row.patient.rounds.append(timed(partial(patients_of, peer, work.records[:few]), few))
            if row.tell is not None:
                row.tell.rounds.append(telling(peer, answers[:few]))
                singles[row.name] += _singles(peer, answers[: min(few, 20)])
    for _, row, _ in made:
        row.worst = percentile(singles[row.name], 0.99) if singles[row.name] else None
    if only is None or "Drools" in only:
        say(f"  {rules} rules: Drools, in its own machine")
        found = drools(work, times, warm=15.0)
        if found is None:
            missing.append("Drools")
        else:
            if found.results != wanted:
                raise AssertionError("Drools disagrees")
            row = Row("Drools, executable model, warm", Times([found.build]), Times(found.patient))
            row.tell, row.worst = Times(found.tell), sorted(found.worst)[len(found.worst) // 2]
            made.append((made[0][0], row, patients))
    return [row for _, row, _ in made], missing


def patients_of(peer: Peer, records: list[dict[str, Value]]) -> None:
    for record in records:
        peer.patient(record)


def _singles(peer: Peer, answers: list[list[tuple[str, Value]]]) -> list[float]:
    found = []
    for facts in answers:
        tell = peer.begin()
        for fact, value in facts:
            start = time.process_time()
            tell(fact, value)
            found.append(time.process_time() - start)
    return found


def supposing(times: int) -> dict[str, Times]:
    """400 hypothetical answers in one call, beside one patient from scratch, on two knowledge bases."""
    small = Workload(150, 20)
    bundled = charley.load()
    works: dict[str, tuple[Callable[[], object], int]] = {}
    for name, base, records in (
        ("150 rules", small.base, small.records),
        ("the bundled base", bundled, _patients(bundled, 20)),
    ):
        network, planes = Network(base, falsity=False), Planes(base)
        changes = [_changes(base, record) for record in records]
        works[f"{name}: one patient from scratch"] = partial(_scratch, network, records), len(records)
        works[f"{name}: 400 hypothetical answers"] = (
            partial(_suppose, HypotheticalProgram(planes), records, changes),
            len(records),
        )
        supposing = HypotheticalProgram(planes)
        inputs = [supposing.read(*each) for each in zip(records, changes, strict=True)]
        works[f"{name}: of which the program over 401 lanes"] = (
            partial(_run, supposing, inputs),
            len(records),
        )
    for work, _ in works.values():
        work()
    return rounds(works, times, 0.3)


def _changes(base: Expert, record: dict[str, Value]) -> list[dict[str, Value]]:
    """400 answers that the rules can tell apart; two at a time where there are fewer."""
    dice, values = random.Random(5), Representatives(base)
    answers = [
        {fact: to} for fact in base.vocabulary for to in values.of(fact, record) if record.get(fact) != to
    ]
    dice.shuffle(answers)
    return [*answers, *({**one, **other} for one, other in pairwise(answers))][:400]


def _scratch(network: Network, records: Sequence[dict[str, Value]]) -> None:
    for record in records:
        network.start(record)


def _run(supposing: HypotheticalProgram, inputs: Sequence[list[int]]) -> None:
    for each in inputs:
        supposing.program.run(each, (1 << 401) - 1)


def _suppose(
    program: HypotheticalProgram,
    records: Sequence[dict[str, Value]],
    changes: Sequence[Sequence[dict[str, Value]]],
) -> None:
    for record, supposed in zip(records, changes, strict=True):
        _ = program.suppose(record, supposed)[
            -1
        ]  # scores, flags and alerts are worked out when they are asked for


def diagnosing(times: int) -> dict[str, Times]:
    """`diagnose` on the bundled base, beside what the kernel takes for the same patients."""
    base = charley.load()
    patients = [Answers(record) for record in _patients(base, 60)]
    kernel = base.kernel

    def each(work: Callable[[Answers], object]) -> tuple[Callable[[], object], int]:
        return (lambda: [work(patient) for patient in patients]), len(patients)

    def ranked(patient: Answers) -> None:
        _ = base.assess(patient).settled

    base.diagnose(patients[0])
    return rounds(
        {
            "counters: fired rules and scores": each(lambda p: kernel.start(p.record)),
            "the kernel: every rule, finding and score true, false or open, ranked, settled": each(ranked),
            "diagnose, without explanations": each(lambda p: base.diagnose(p, explain=False)),
            "diagnose, with every firing and its support": each(base.diagnose),
        },
        times,
        0.3,
    )


def _patients(base: Expert, count: int) -> list[dict[str, Value]]:
    """Patients of whom a few to a hundred facts are known."""
    dice = random.Random(11)
    found = []
    for _ in range(count):
        share = dice.choice((0.03, 0.1, 0.4))
        record: dict[str, Value] = {}
        for fact in base.vocabulary.values():
            if dice.random() >= share:
                continue
            if fact.kind == "boolean":
                record[fact.id] = dice.random() < 0.3
            elif fact.kind == "choice":
                record[fact.id] = dice.choice(fact.choices)
            else:
                assert fact.plausible_range is not None
                low, high = fact.plausible_range
                record[fact.id] = round(dice.uniform(low, high), 1)
        found.append(record)
    return found


def growth(times: int) -> dict[int, list[Row]]:
    """The same with ten times and a hundred times the rules, facts growing with them."""
    names = {"Charley, what fires", "CLIPS 6.4 (clipspy)", "Drools"}
    return {
        rules: side_by_side(rules, patients, times, names)[0] for rules, patients in ((1500, 30), (15000, 6))
    }


def measure(quick: bool) -> Measured:
    """Everything."""
    times = 3 if quick else 7
    found = Measured()
    say("150 rules")
    found.rows, found.missing = side_by_side(150, 40 if quick else 100, times)
    work = Workload(150, 100)
    found.fired = sum(len(fired) for fired, _ in expected(work)) / 100
    say("hypotheticals")
    found.supposed = supposing(times)
    say("diagnose")
    found.diagnosed = diagnosing(times)
    if not quick:
        say("growth")
        found.growth = growth(5)
        found.grown = growing({150: 60, 1500: 30, 15000: 6}, 15)
    return found
