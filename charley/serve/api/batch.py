"""Many records at once, a few at a time, so that other requests are answered in between."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import Any

from charley.documents.diagnostic import Faulty
from charley.engine.expert import Expert
from charley.engine.explain.words import PURPOSE
from charley.facts.record import answers
from charley.rules.rule import URGENCY_RANK
from charley.serve.api.catalogue import identity_of
from charley.serve.api.models.answers import BatchAnswer, BatchRow
from charley.serve.api.problem import faults
from charley.serve.api.worker import SECONDS, Worker
from charley.serve.service import Problem

__all__ = ["CHUNK", "batch"]

CHUNK = 50
"""Records that are looked at before the thread is free for others: some 20 ms."""


async def batch(expert: Expert, worker: Worker, records: Sequence[dict[str, Any]]) -> BatchAnswer:
    """A row for every record. Raises `Problem` (503) where the time is not enough for all of them."""
    end = monotonic() + SECONDS
    rows: list[BatchRow] = []
    while len(rows) < len(records):
        if monotonic() > end:
            title = f"not answered within {SECONDS:g} s: {len(rows)} of {len(records)} records were looked at"
            raise Problem(503, title, headers={"retry-after": "5"})
        chunk = records[len(rows) : len(rows) + CHUNK]
        rows += await worker.run(expert.id, lambda own, chunk=chunk: [_row(own, each) for each in chunk])  # type: ignore[misc]
    urgencies = [row.urgency for row in rows if row.urgency is not None]
    return BatchAnswer.made(
        status=PURPOSE,
        knowledge_base=identity_of(expert),
        urgency=min(urgencies, key=lambda each: URGENCY_RANK[each], default=None),
        disclaimer=expert.about.disclaimer,
        rows=tuple(rows),
    )


def _row(expert: Expert, record: dict[str, Any]) -> BatchRow:
    try:
        assessment = expert.assess(answers(record, expert.vocabulary))
    except Faulty as faulty:
        return BatchRow(errors=faults(faulty.diagnostics))
    flagged = {each.candidate.id for each in assessment.standings if each.flags}
    return BatchRow.made(
        urgency=assessment.urgency,
        leader=assessment.leader,
        lead=assessment.lead,
        flags=tuple(id for id in expert.candidates if id in flagged),
        alerts=tuple(id for id in expert.alerts if assessment.alerted(id)),
        settled=assessment.settled,
        errors=(),
    )
