"""Drools in a Java machine of its own, timed inside it, warm. The jar is the one that drools-jpy ships."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from benchmarks.peers import Results
from benchmarks.workload import Workload
from charley.facts.vocabulary import Value

__all__ = ["Drools", "drools"]


@dataclass
class Drools:
    """What the Java machine measured, in seconds, a number for each round."""

    build: float
    results: list[Results]
    patient: list[float] = field(default_factory=list)
    tell: list[float] = field(default_factory=list)
    worst: list[float] = field(default_factory=list)


def drools(work: Workload, rounds: int, warm: float) -> Drools | None:
    """The same rules and patients in Drools, or None where Java or the jar is missing."""
    spec = find_spec("drools")
    if spec is None or spec.origin is None or not (shutil.which("javac") and shutil.which("java")):
        return None
    jar = str(next((Path(spec.origin).parent / "jars").glob("*.jar")))
    source = Path(__file__).with_name("DroolsPeer.java")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["javac", "-nowarn", "-cp", jar, "-d", folder, str(source)], check=True, capture_output=True
        )
        ran = subprocess.run(
            ["java", "-Xmx2g", "-cp", f"{folder}:{jar}", "DroolsPeer", str(rounds), str(warm)],
            input="\n".join(_lines(work)), text=True, capture_output=True, check=True,
        )  # fmt: skip
    return _read(ran.stdout, list(work.ways))


def _lines(work: Workload) -> list[str]:
    lines = ["priors\t" + ",".join(map(str, work.priors))]
    for id, ways in work.ways.items():
        effects = work.effects[id]
        weights = ",".join(f"{candidate},{weight}" for candidate, weight in effects.weights)
        told = [
            " ".join(
                f"{literal.name} {'==' if literal.op == 'found' else literal.op} {int(literal.value)}"
                for literal in way
            )
            for way in ways
        ]
        lines.append("\t".join(["rule", weights, ",".join(effects.findings), *told]))
    lines += [
        "\t".join(["patient", *(f"{fact}={_whole(value)}" for fact, value in record.items())])
        for record in work.records
    ]
    return lines


def _whole(value: Value) -> int:
    assert isinstance(value, bool | int)
    return int(value)


def _read(text: str, ids: list[str]) -> Drools:
    found = Drools(0.0, [])
    for line in text.splitlines():
        kind, *rest = line.split("\t")
        match kind:
            case "build":
                found.build = int(rest[0]) / 1e9
            case "result":
                fired, scores = ([int(n) for n in re.findall(r"-?\d+", each)] for each in rest)
                found.results.append((frozenset(ids[n] for n in fired), tuple(scores)))
            case "patient":
                found.patient.append(int(rest[0]) / 1e9)
            case "tell":
                found.tell.append(float(rest[0]) / 1e9)
                found.worst.append(int(rest[1]) / 1e9)
    return found
