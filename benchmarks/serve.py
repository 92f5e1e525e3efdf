"""What the server takes: requests a second and how long the slowest wait, beside its own floor.

    python -m benchmarks.serve [--seconds 4] [--memory 200000] [--hostile 10000] [--write docs]

A real process on loopback, and wrk as its client, in turns with a route of plain Starlette that answers a
constant under uvicorn (the floor of the framework), with the same server answering one (our own floor), and
with a service that fires the same rules on experta. The engine is also called in a loop, in this process,
with the same body and the same writer, which is what serving is held to. `--write docs` makes
`docs/serve-benchmarks.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn
from pydantic_core import to_json
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

import charley
from benchmarks.serving import HOSTILE, Load, Server, hostile, other_process, server, wrk
from charley.engine.ask.next_screen import next_screen
from charley.engine.ask.prospect import prospect
from charley.engine.expert import Expert
from charley.serve.api.outcome import outcome
from charley.serve.process import bound

CONNECTIONS = (1, 16, 128)
RECORD = {
    "age": 67,
    "unilateral_leg_swelling": True,
    "pain_site_calf": True,
    "recent_bedrest_or_major_surgery": True,
}
PATIENT = {"resourceType": "Patient", "id": "1", "birthDate": "1959-03-02"}
ANSWERS = {
    "resourceType": "QuestionnaireResponse",
    "status": "completed",
    "item": [
        {"linkId": id, "answer": [{"valueBoolean": value}]} for id, value in RECORD.items() if value is True
    ],
}
CALL = {
    "hook": "patient-view",
    "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
    "context": {"userId": "Practitioner/7", "patientId": "1"},
    "prefetch": {"patient": PATIENT, "answers": ANSWERS},
}
FLOOR, CONSTANT = "a constant, by Starlette alone", "a constant, by `charley serve`"
DIAGNOSE, SCREEN, HOOK = "diagnose", "next screen", "CDS Hooks call"
ASKED = {
    CONSTANT: ("/healthz", ""),
    DIAGNOSE: ("/api/v1/diagnose?explain=short", json.dumps({"record": RECORD})),
    SCREEN: ("/api/v1/next-screen", json.dumps({"record": RECORD})),
    HOOK: ("/cds-services/nocturnal-leg-pain", json.dumps(CALL)),
}
EXPERTA = "diagnose, on experta"


@dataclass
class Measured:
    """Everything that came out."""

    loads: dict[tuple[str, int], Load] = field(default_factory=dict)
    loops: dict[str, float] = field(default_factory=dict)
    exchanged: float = 0.0
    """How many a second of `diagnose` in a loop where each answer goes to another process."""
    two: dict[int, Load] = field(default_factory=dict)
    memory: dict[int, int] = field(default_factory=dict)
    """Bytes after so many requests, counted from a server that was warm already."""
    hostile: Counter[int] = field(default_factory=Counter)
    lived: bool = False
    """Whether the server still answered as before after the hostile requests."""


def measured(seconds: int, memory: int, attacks: int) -> Measured:
    """The whole benchmark."""
    with TemporaryDirectory() as folder:
        return _measured(seconds, memory, attacks, ("--feedback", f"{folder}/feedback.sqlite"))


def _measured(seconds: int, memory: int, attacks: int, options: tuple[str, ...]) -> Measured:
    found = Measured()
    plain, fired = ("-m", "benchmarks.serve", "--floor"), ("-m", "benchmarks.serve", "--experta")
    with server(*options) as ours, server(*plain) as floor, server(*fired) as experta:
        for connections in CONNECTIONS:
            longer = 2 if connections > 100 else 1  # or those that wait longest are not seen
            path, _ = ASKED[CONSTANT]
            found.loads[FLOOR, connections] = wrk(floor, path, connections, longer * seconds)
            for name, (path, body) in ASKED.items():
                found.loads[name, connections] = wrk(ours, path, connections, longer * seconds, body)
        found.loads[EXPERTA, 1] = wrk(experta, "/", 1, max(seconds, 20), ASKED[DIAGNOSE][1])
        kb = charley.load()
        found.loops = loops(kb, seconds)
        with other_process() as exchange:
            found.exchanged = _rate(lambda: exchange(diagnosed(kb)), seconds)
        before = wrk(ours, *_short(DIAGNOSE)).failed
        found.hostile = hostile(ours, attacks)
        found.lived = wrk(ours, *_short(DIAGNOSE)).failed == before == 0
    with server("--workers", "2", *options) as both:
        wrk(both, *_short(HOOK))
        for connections in (4, 16):
            path, body = ASKED[HOOK]
            found.two[connections] = wrk(both, path, connections, seconds, body)
    with server(*options) as ours:
        found.memory = _memory(ours, memory, seconds)
    return found


def _short(name: str) -> tuple[str, int, int, str]:
    path, body = ASKED[name]
    return path, 4, 1, body


def _memory(ours: Server, requests: int, seconds: int) -> dict[int, int]:
    """The memory at the start, and after a tenth of the requests, half and all of them."""

    def sent(name: str, seconds: int) -> int:
        path, body = ASKED[name]
        return round(wrk(ours, path, 16, seconds, body).rate * seconds)

    for name in (SCREEN, HOOK, DIAGNOSE):
        sent(name, 1)
    count, found = 0, {0: ours.memory()}
    for goal in (requests // 10, requests // 2, requests):
        count += sent(SCREEN, seconds) + sent(HOOK, seconds)
        while count < goal:
            count += sent(DIAGNOSE, seconds)
        found[count] = ours.memory()
    return found


def loops(expert: Expert, seconds: float) -> dict[str, float]:
    """How many a second of each, called in a loop. For `diagnose` the body of the request is read with
    Python's reader, and the answer written with the server's writer.
    """

    def screen() -> None:
        assessed = expert.assess(RECORD)
        next_screen(prospect(assessed, "clinician", frozenset()), "clinician")

    return {
        DIAGNOSE: _rate(lambda: diagnosed(expert), seconds),
        SCREEN: _rate(screen, seconds),
    }


def diagnosed(expert: Expert) -> bytes:
    """What is answered to `diagnose`, by nothing but the engine and the writer."""
    _, body = ASKED[DIAGNOSE]
    assessed = expert.assess(json.loads(body)["record"])
    return to_json(outcome(expert, assessed, "clinician", "short"))


def _rate(work: Callable[[], object], seconds: float) -> float:
    work()
    count, start = 0, time.process_time()
    while (taken := time.process_time() - start) < seconds:
        work()
        count += 1
    return count / taken


def serve_floor() -> None:
    """A constant as Starlette answers it under uvicorn: no bounds, no headers, nothing of ours."""

    async def constant(request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    _serve(Route(ASKED[CONSTANT][0], constant))


def serve_experta() -> None:
    """The same rules fired by experta, and the same answer written, behind the same server."""
    expert = charley.load()

    async def diagnose(request: Request) -> Response:
        record = (await request.json())["record"]
        consultation = expert.consult(record, engine="experta")
        said = outcome(expert, consultation.assessment, "clinician", "short")
        return Response(to_json(said), media_type="application/json")

    _serve(Route("/", diagnose, methods=["POST"]))


def _serve(route: Route) -> None:
    app = Starlette(routes=[route])
    with bound("127.0.0.1", 0) as at:
        at.listen(128)
        print(f"http://127.0.0.1:{at.getsockname()[1]} ", flush=True)
        config = uvicorn.Config(app, log_level="critical", access_log=False)
        uvicorn.Server(config).run(sockets=[at])


def page(found: Measured, command: str) -> Iterator[str]:
    """What came out, as a page."""
    yield "# What the server takes\n"
    yield f"Written by `{command}`; run it again for numbers of your own machine. One process on loopback"
    yield f"unless it says two; wrk on the same machine, which has {os.cpu_count()} cores, and was not idle."
    yield "The last two columns: how many in a second of the server's own processor time, which others do not"
    yield "change, and the share of the framework's floor: a constant from a route of Starlette under uvicorn"
    yield "(uvloop and httptools), with nothing around it. `charley serve` answers one within its bounds and"
    yield "with its headers, through the layers of Starlette.\n"
    yield "| asked | connections | requests a second | median, ms | p99, ms | failed | by processor | share |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    for (name, connections), load in found.loads.items():
        share = load.by_processor / found.loads[FLOOR, connections].by_processor
        yield f"| {name} | {connections} {_row(load)} {share:.3f} |"
    yield "\n## Beside the engine alone\n"
    yield "The same called in a loop in one process, nothing served: for `diagnose` the same body is read"
    yield "with `json.loads`, and the answer written by the same writer; a next screen is not written there."
    yield "Both by processor time.\n"
    yield "| | in a loop, a second | served at 16 connections | share |"
    yield "|---|--:|--:|--:|"
    for name, rate in found.loops.items():
        served = found.loads[name, 16].by_processor
        yield f"| {name} | {rate:.0f} | {served:.0f} | {served / rate:.2f} |"
    if found.exchanged:
        served = found.loads[DIAGNOSE, 16].by_processor
        share = f"{served / found.exchanged:.2f}"
        yield "\nA server hands each answer to another process and waits for what that asks next, which costs"
        yield "time in the kernel and in the caches. With an exchange over a bare socket for each, the loop"
        yield f"makes {found.exchanged:.0f} `diagnose` a second, and served are {share} of that."
    fewer = found.loads[DIAGNOSE, 1].by_processor / found.loads[EXPERTA, 1].by_processor
    yield "\nFired by experta, which makes its network anew for each, one connection asks `diagnose`"
    yield f"{found.loads[EXPERTA, 1].rate:.2g} a second: {fewer:,.0f} times fewer.\n"
    yield "## Two processes\n"
    yield "| CDS Hooks call, connections | requests a second | median, ms | p99, ms | failed | by processor |"
    yield "|--:|--:|--:|--:|--:|--:|"
    for connections, load in found.two.items():
        yield f"| {connections} {_row(load)}"
    yield "\n## Memory\n"
    yield "Resident memory of one process that was warm, after so many requests at 16 connections: diagnose,"
    yield "and between the looks next screens and CDS Hooks calls, with a store of feedback.\n"
    yield "| requests | MiB | since the first look |"
    yield "|--:|--:|--:|"
    first = found.memory[0]
    for requests, size in found.memory.items():
        yield f"| {requests:,} | {size / 2**20:.1f} | {(size - first) / 2**20:+.1f} |"
    yield "\n## Hostile requests\n"
    statuses = ", ".join(f"{number:,} times {status or 'no answer'}" for status, number in
                         sorted(found.hostile.items()))  # fmt: skip
    yield f"{sum(found.hostile.values()):,} hostile requests ({', '.join(HOSTILE)}) got {statuses}."
    yield f"Afterwards the server {'answered as before' if found.lived else '**did not answer as before**'}."


def _row(load: Load) -> str:
    return (
        f"| {load.rate:.0f} | {load.median:.2f} | {load.p99:.2f} | {load.failed} | {load.by_processor:.0f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.serve", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=4, help="for each measurement")
    parser.add_argument("--memory", type=int, default=200_000, help="requests over which memory is watched")
    parser.add_argument("--hostile", type=int, default=10_000, help="hostile requests")
    parser.add_argument("--write", type=Path, metavar="FOLDER", help="write serve-benchmarks.md there")
    parser.add_argument("--experta", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--floor", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.experta or given.floor:
        serve_experta() if given.experta else serve_floor()
        return
    command = f"python -m benchmarks.serve --seconds {given.seconds} --memory {given.memory}"
    text = "\n".join(page(measured(given.seconds, given.memory, given.hostile), command)) + "\n"
    if given.write is not None:
        (given.write / "serve-benchmarks.md").write_text(text, encoding="utf-8")
    print(text, end="")


if __name__ == "__main__":
    main()
