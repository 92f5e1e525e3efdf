"""Patients who do not exist, as many as one likes, the same for the same seed.

They are no population: every fact is known of half of them (a number of a quarter), a yes is one in eight,
and a number is any of those that the rules tell apart, each as often as the others. That exercises rules
evenly, the rare ones too; how often anything comes about says nothing of real patients.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from charley.cohort.files.source import Opened, Source
from charley.engine.kernel.representatives import Representatives
from charley.facts.vocabulary import Fact
from charley.rules.knowledge_base import KnowledgeBase

__all__ = ["PATIENT", "Synthetic"]

PATIENT = "patient"
"""The column that numbers them."""
_BATCH = 131_072


@dataclass(frozen=True)
class Synthetic(Source):
    """So many patients, to be read like a file."""

    rows: int = 0
    seed: int = 0

    @classmethod
    def of(cls, rows: int, seed: int) -> Synthetic:
        """The patients of a seed."""
        name = Path(f"synthetic-{seed}.parquet")
        return cls(name, name, {}, rows, seed)

    def opened(self, base: KnowledgeBase) -> Opened:
        """The patients, of whom the facts of the base may be known."""
        values = Representatives(base)
        columns = {fact: list(values.of(fact.id)) for fact in base.vocabulary.values()}
        schema = pa.schema([(PATIENT, pa.int64()), *((fact.id, _type(fact)) for fact in columns)])

        def batches() -> Iterator[pa.RecordBatch]:
            for number, first in enumerate(range(0, self.rows, _BATCH)):
                chance = np.random.default_rng([self.seed, number])
                whole = [
                    pa.array(np.arange(first, first + _BATCH)),
                    *(_column(fact, possible, chance) for fact, possible in columns.items()),
                ]
                batch = pa.RecordBatch.from_arrays(whole, schema=schema)
                yield batch.slice(0, self.rows - first)

        return Opened(schema, batches(), self.rows)


def _type(fact: Fact) -> pa.DataType:
    if fact.kind == "boolean":
        return pa.bool_()
    return pa.float64() if fact.kind == "number" else pa.dictionary(pa.int16(), pa.string())


def _column(fact: Fact, possible: list[Any], chance: np.random.Generator) -> pa.Array:
    """A batch of a fact, in which about half of the rows (of numbers, a quarter) are known."""
    if fact.kind == "boolean":
        known, yes = _bits(chance, 1), _bits(chance, 3)
        return pa.Array.from_buffers(pa.bool_(), _BATCH, [known, yes])
    which = chance.integers(0, len(possible), _BATCH, np.int16)
    if fact.kind == "number":
        numbers = np.array(possible, np.float64)[which]
        return pa.Array.from_buffers(pa.float64(), _BATCH, [_bits(chance, 2), pa.py_buffer(numbers)])
    codes = pa.Array.from_buffers(pa.int16(), _BATCH, [_bits(chance, 1), pa.py_buffer(which)])
    return pa.DictionaryArray.from_arrays(codes, pa.array(possible, pa.string()))


def _bits(chance: np.random.Generator, halvings: int) -> pa.Buffer:
    """A bitmap in which one bit of `2 ** halvings` is set, on average."""
    words = chance.integers(0, 2**64, (halvings, _BATCH // 64), np.uint64, endpoint=False)
    return pa.py_buffer(np.bitwise_and.reduce(words))
