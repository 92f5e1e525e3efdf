"""Cohorts on Spark: `evaluate(df, kb)` is a data frame of the results, worked out by the executors.

The base travels with the plan as data, by value: the executors need this package, and none of the base's
files. Each of them checks that what it was sent is what was sent, once, and keeps the base for further
batches.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from charley.cohort.evaluation import Cohort, Run, gathered
from charley.cohort.reading.types import marked
from charley.documents.diagnostic import CharleyError, Diagnostic, Faulty
from charley.engine.expert import Expert
from charley.engine.kept.pack import pack
from charley.engine.kept.unpack import unpack
from charley.rules.knowledge_base import KnowledgeBase

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["Altered", "Shipped", "evaluate", "session"]


class Altered(CharleyError):
    """An executor was not sent the base that the driver sent."""


@dataclass(frozen=True)
class Shipped:
    """A base as data: its text, the checksum of that, and the digest of what the base means."""

    text: str
    checksum: str
    digest: str

    @classmethod
    def of(cls, kb: Expert) -> Shipped:
        """The base without what was made of it."""
        plain = KnowledgeBase(**{field.name: getattr(kb, field.name) for field in fields(KnowledgeBase)})
        text = pack(plain)
        return cls(text, _checksum(text), kb.digest)

    def opened(self) -> Cohort:
        """The base again, ready. Raises `Altered`."""
        kept = _KEPT.get(self.checksum)
        if kept is None:
            if _checksum(self.text) != self.checksum:
                raise Altered("the knowledge base that was sent is not the one that arrived")
            base = Expert.of(unpack(self.text))
            if base.digest != self.digest:
                raise Altered(
                    f"the knowledge base {self.digest[:8]} was wanted, and {base.digest[:8]} arrived"
                )
            kept = _KEPT[self.checksum] = Cohort(base)
        return kept


_KEPT: dict[str, Cohort] = {}
"""The bases that this process of an executor has opened."""


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def evaluate(
    df: DataFrame,
    kb: Expert,
    *,
    columns: Collection[str] | None = None,
    units: Mapping[str, str] | None = None,
    accelerate: bool = False,
    texts: bool = False,
) -> DataFrame:
    """What follows for every row of a data frame, worked out when Spark is asked for it.

    As `Cohort.evaluate`, in Spark's types: labels are strings, and the words of fired rules are `bigint`, bit
    for bit. The unit of a column may be in its metadata (`unit`). With `texts` a string of any fact is
    understood as a person's answer is, which is how CSV is read. Raises `Faulty` at once where a column has
    a type or a unit that does not do.
    """
    from pyspark.sql.pandas.types import from_arrow_type, to_arrow_schema
    from pyspark.sql.types import StructField, StructType

    said = {field.name: field.metadata["unit"] for field in df.schema if "unit" in (field.metadata or {})}
    its_units = {**said, **(units or {})}
    cohort = Cohort(kb)
    coming = _as_texts(to_arrow_schema(df.schema), texts)
    run = Run(cohort.plan(columns), coming, its_units)
    extra = [field for field in df.schema if field.name not in kb.vocabulary.record_keys]
    told = [
        StructField(
            field.name, from_arrow_type(_spark_type(field.type)), field.nullable, _metadata(field, kb)
        )
        for field in list(run.schema)[len(extra) :]
    ]
    work = partial(_work, Shipped.of(kb), columns, its_units, accelerate, texts)
    return df.mapInArrow(work, StructType([*extra, *told]))


def _metadata(field: pa.Field, kb: Expert) -> dict[str, Any]:
    said = {key.decode(): value.decode() for key, value in (field.metadata or {}).items()}
    return {**said, "charley.digest": kb.digest}


def _work(
    shipped: Shipped,
    columns: Collection[str] | None,
    units: Mapping[str, str],
    accelerate: bool,
    texts: bool,
    batches: Iterator[pa.RecordBatch],
) -> Iterator[pa.RecordBatch]:
    """What an executor does with a partition."""
    plan = shipped.opened().plan(columns)
    run = None
    for plain in gathered(batches):
        batch = pa.RecordBatch.from_arrays(plain.columns, schema=_as_texts(plain.schema, texts))
        run = run or Run(plan, batch.schema, units, accelerate)
        yield _for_spark(run.batch(batch))


def _as_texts(schema: pa.Schema, texts: bool) -> pa.Schema:
    return pa.schema([marked(field) for field in schema]) if texts else schema


def _for_spark(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch in types that Spark has."""
    found = []
    for column in batch.columns:
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        elif column.type == pa.uint64():
            column = column.view(pa.int64())
        elif column.type == pa.uint16():
            column = column.cast(pa.int32())
        found.append(column)
    return pa.RecordBatch.from_arrays(found, batch.schema.names)


def _spark_type(type: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(type):
        return type.value_type
    return {pa.uint64(): pa.int64(), pa.uint16(): pa.int32()}.get(type, type)


def session(master: str) -> SparkSession:
    """A session at this master, without a web interface. Executors run the same Python as the driver.

    Raises `Faulty` where Spark or a Java for it is missing.
    """
    home = os.environ.get("JAVA_HOME")
    if find_spec("pyspark") is None:
        help = "install it with `pip install 'charley[spark]'`"
        raise Faulty([Diagnostic("charley[spark]", 0, 0, "C000", "pyspark is not installed", help)])
    if shutil.which("java") is None and not (home and Path(home).is_dir()):
        help = "install one, such as Debian's openjdk-17-jre-headless, or set JAVA_HOME"
        raise Faulty([Diagnostic("Spark", 0, 0, "C000", "Spark needs Java 17, and there is none", help)])
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    from pyspark.sql import SparkSession

    made: SparkSession = (
        SparkSession.builder.master(master)
        .appName("charley cohort")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "131072")
        .getOrCreate()
    )
    return made
