"""Many records at once: on bit planes, a few hundred at a time, so that others are answered in between."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from functools import partial
from time import monotonic
from typing import Any

from charley.documents.diagnostic import Faulty
from charley.engine.expert import Expert
from charley.engine.explain.words import PURPOSE
from charley.engine.kernel.lanes import Lanes, evaluate
from charley.facts.record import Record, answers
from charley.rules.rule import URGENCIES, URGENCY_RANK, OverallUrgency
from charley.serve.api.catalogue import identity_of
from charley.serve.api.models.answers import BatchAnswer, BatchRow
from charley.serve.api.problem import Fault, faults
from charley.serve.api.worker import SECONDS, Worker
from charley.serve.service import Problem

__all__ = ["CHUNK", "batch"]

CHUNK = 250
"""Records that are looked at before the thread is free for others: some 30 ms."""


async def batch(expert: Expert, worker: Worker, records: Sequence[dict[str, Any]]) -> BatchAnswer:
    """A row for every record. Raises `Problem` (503) where the time is not enough for all of them."""
    end = monotonic() + SECONDS
    rows: list[BatchRow] = []
    while len(rows) < len(records):
        if monotonic() > end:
            title = f"not answered within {SECONDS:g} s: {len(rows)} of {len(records)} records were processed"
            raise Problem(503, title, headers={"retry-after": "5"})
        chunk = records[len(rows) : len(rows) + CHUNK]
        rows += await worker.run(expert.id, partial(_rows, chunk))
    urgencies = [row.urgency for row in rows if row.urgency is not None]
    return BatchAnswer.made(
        status=PURPOSE,
        knowledge_base=identity_of(expert),
        urgency=min(urgencies, key=lambda each: URGENCY_RANK[each], default=None),
        disclaimer=expert.about.disclaimer,
        rows=tuple(rows),
    )


def _rows(records: Sequence[dict[str, Any]], expert: Expert) -> list[BatchRow]:
    """What is said of each record, or what is wrong with it."""
    read = [_read(expert, record) for record in records]
    found = _said(expert, evaluate(expert.planes, [each for each in read if not isinstance(each, tuple)]))
    return [BatchRow(errors=each) if isinstance(each, tuple) else next(found) for each in read]


def _read(expert: Expert, record: dict[str, Any]) -> Record | tuple[Fault, ...]:
    try:
        return answers(record, expert.vocabulary, today=datetime.date.today()).record
    except Faulty as faulty:
        return faults(faulty.diagnostics)


def _said(expert: Expert, lanes: Lanes[int]) -> Iterator[BatchRow]:
    """A row for each lane."""
    urgent = {urgency: lanes.urgent(urgency) for urgency in URGENCIES}
    leads = {id: lanes.leads(id) & ~lanes.outside for id in expert.candidates}
    supported = {id: leads[id] & lanes.supported(id) for id in expert.candidates}
    flags = {id: lanes.flagged(id) for id in expert.candidates}
    alerts = {id: lanes.alerted(id) for id in expert.alerts}
    for lane in range(len(lanes.records)):
        bit = 1 << lane
        outside: OverallUrgency | None = None if lanes.outside & bit else "not_known_yet"
        leader = next((id for id, plane in leads.items() if plane & bit), None)
        yield BatchRow.made(
            urgency=next((each for each in URGENCIES if urgent[each] & bit), outside),
            leader=leader,
            supported=leader is not None and bool(supported[leader] & bit),
            flags=tuple([id for id, plane in flags.items() if plane & bit]),
            alerts=tuple([id for id, plane in alerts.items() if plane & bit]),
            errors=(),
        )
