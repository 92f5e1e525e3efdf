"""What a change of the rules does to a cohort: who moves between sections, which flags are won and lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from charley.cohort.comparison import NOTHING, Comparison
from charley.cohort.evaluation import Cohort, Run, gathered
from charley.cohort.files.choice import Choice, placed
from charley.cohort.files.source import Opened, Source, choices, opened
from charley.cohort.files.synthetic import Synthetic
from charley.engine.expert import Expert

__all__ = ["add", "compared"]

Progress = Callable[[int, float | None], None]
"""Told how many rows are done, and which share of all of them."""

_KINDS = ("leader", "urgency", "sections", "flags", "alerts", "settled")


def add(found: Comparison, old: pa.RecordBatch, new: pa.RecordBatch) -> None:
    """Count the results of the same rows."""
    found.rows += len(old)
    same: Any = np.ones(len(old), np.bool_)
    for name in old.schema.names:
        if name not in new.schema.names:
            continue
        before, after = (batch.column(batch.schema.get_field_index(name)) for batch in (old, new))
        if pa.types.is_boolean(before.type):
            ours, theirs = (column.to_numpy(zero_copy_only=False) for column in (before, after))
            same &= ours == theirs
            if name != "settled":
                _count(found.won, name, theirs & ~ours)
                _count(found.lost, name, ours & ~theirs)
            continue
        labels = list(dict.fromkeys([*before.dictionary.to_pylist(), *after.dictionary.to_pylist(), NOTHING]))
        ours, theirs = _codes(before, labels), _codes(after, labels)
        same &= ours == theirs
        flows = np.bincount(ours * len(labels) + theirs, minlength=len(labels) ** 2)
        pairs = Counter(
            {
                (labels[at // len(labels)], labels[at % len(labels)]): int(flows[at])
                for at in np.flatnonzero(flows)
            }
        )
        if name in ("leader", "urgency"):
            getattr(found, name).update(pairs)
        else:
            found.sections.update(pairs)
            found.of_candidate.setdefault(name.removeprefix("section_"), Counter()).update(pairs)
    found.same += int(np.count_nonzero(same))


def _count(counter: Counter[str], name: str, where: Any) -> None:
    if count := int(np.count_nonzero(where)):
        counter[name] += count


def _codes(column: pa.DictionaryArray, labels: list[str]) -> Any:
    place = np.array([*map(labels.index, column.dictionary.to_pylist()), labels.index(NOTHING)], np.int64)
    indices = column.indices.fill_null(len(place) - 1) if column.null_count else column.indices
    return place[np.asarray(indices)]


def compared(
    both: tuple[Cohort, Cohort],
    sources: list[Source],
    progress: Progress,
    *,
    keep: Collection[str] = (),
    drop: Collection[str] = (),
    units: Mapping[str, str] | None = None,
    accelerate: bool = False,
) -> Comparison:
    """The patients of all sources by the old rules and by the new. Raises `Faulty`."""
    old, new = (cohort.base for cohort in both)
    comparison = Comparison(
        only_old=tuple(id for id in old.candidates if id not in new.candidates),
        only_new=tuple(id for id in new.candidates if id not in old.candidates),
    )
    choice = Choice(keep, drop, units or {})
    facts = dict.fromkeys((*old.vocabulary.record_keys, *new.vocabulary.record_keys))
    for number, source in enumerate(sources):
        coming = _opened(source, new, choice, facts)
        runs = [_run(cohort, coming, units or {}, accelerate, source) for cohort in both]
        done = 0
        for batch in gathered(coming.batches):
            add(comparison, *(run.batch(batch.select(names)) for names, run in runs))
            done += len(batch)
            share = done / coming.rows if coming.rows else coming.share()
            progress(comparison.rows, (number + min(share, 1.0)) / len(sources))
    return comparison


def _opened(source: Source, new: Expert, choice: Choice, facts: Collection[str]) -> Opened:
    if isinstance(source, Synthetic):
        return source.opened(new)
    place = str(source.path)
    return opened(
        source, lambda names: choice.of(place, names, facts, source.partitions), choices(new.vocabulary)
    )


def _run(
    cohort: Cohort, coming: Opened, units: Mapping[str, str], accelerate: bool, source: Source
) -> tuple[list[str], Run]:
    """The facts of one base, and the pass that evaluates them."""
    names = [name for name in coming.schema.names if name in cohort.base.vocabulary.record_keys]
    schema = pa.schema([coming.schema.field(name) for name in names])
    its = {name: unit for name, unit in units.items() if name in names}
    with placed(source):
        return names, Run(cohort.plan(_KINDS), schema, its, accelerate)
