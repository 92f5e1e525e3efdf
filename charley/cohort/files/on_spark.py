"""Files of patients evaluated on Spark: Parquet, ORC or CSV in, Parquet out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from charley.cohort.files.choice import Choice
from charley.cohort.files.job import COUNTED
from charley.cohort.files.tally import NOBODY, Tally
from charley.cohort.plan import REFUSED
from charley.cohort.spark import evaluate, session
from charley.documents.diagnostic import Diagnostic, Faulty
from charley.engine.expert import Expert

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["evaluated_on_spark"]

_THERE, _OF_FILES = "PATH_ALREADY_EXISTS", "FAILED_READ_FILE"
_SAID = {
    "PATH_NOT_FOUND": "there is no such file",
    _THERE: "the result is there already; Spark does not write over it",
    "UNABLE_TO_INFER_SCHEMA": "there is no such table here",
    "EMPTY": "the file is empty",
    _OF_FILES: "a file cannot be read: it is damaged, of another kind, or a line of CSV does not fit",
}
_CSV = {
    "header": True,
    "multiLine": True,
    "escape": '"',
    "mode": "FAILFAST",
    "enforceSchema": False,  # of many files each has to have the columns of the first, in their order
}
"""CSV as it is read on one machine: every column as text, and nothing passed over that does not fit."""


def evaluated_on_spark(
    kb: Expert,
    master: str,
    given: str,
    out: str,
    choice: Choice,
    columns: Collection[str] | None,
    units: Mapping[str, str],
    accelerate: bool = False,
) -> Tally:
    """The counts of what was written into the folder `out`. Raises `Faulty`."""
    from py4j.protocol import Py4JJavaError
    from pyspark.errors import PySparkException

    spark = session(master)
    place = given
    try:
        df, texts = _read(spark, given)
        if not df.columns:
            raise _unusable(given, "EMPTY")
        kept = choice.of(given, df.columns, kb.vocabulary.record_keys)
        told = df.select(*(f"`{name}`" for name in kept))
        found = evaluate(told, kb, columns=columns, units=units, accelerate=accelerate, texts=texts)
        place = out
        found.write.parquet(out)
        return _tally(spark.read.parquet(out), kb, columns)
    except (PySparkException, Py4JJavaError) as error:
        condition = _condition(error)
        if condition != _THERE and place == out:
            _taken_back(spark, out)
        raise _unusable(given if condition == _OF_FILES else place, condition) from None


def _condition(error: Exception) -> str:
    """The name that Spark gives to what went wrong; what else it says may hold values of patients."""
    found = re.search(r"\[([A-Z][A-Z_0-9]+)", str(error))
    return found[1] if found else type(error).__name__


def _unusable(place: str, condition: str) -> Faulty:
    message = _SAID.get(condition, f"cannot be used by Spark: {condition}")
    return Faulty([Diagnostic(place, 0, 0, "F001", message)])


def _taken_back(spark: SparkSession, out: str) -> None:
    """The folder that a run made which came to nothing, where it is still empty."""
    path = spark._jvm.org.apache.hadoop.fs.Path(out)
    files = path.getFileSystem(spark._jsc.hadoopConfiguration())
    if files.exists(path) and not len(files.listStatus(path)):
        files.delete(path, False)


def _read(spark: SparkSession, given: str) -> tuple[DataFrame, bool]:
    """The table, by how its name ends, and whether it is of texts."""
    suffix = PurePosixPath(given).suffix.lower()
    if suffix == ".csv":
        return spark.read.options(**_CSV).csv(given), True
    return (spark.read.orc(given) if suffix == ".orc" else spark.read.parquet(given)), False


def _tally(results: DataFrame, kb: Expert, columns: Collection[str] | None) -> Tally:
    from pyspark.sql import functions as F

    from charley.cohort.evaluation import Cohort

    counted = [each for each in Cohort(kb).plan(columns).columns if each.group in COUNTED]
    truths = [each.name for each in counted if each.kind == "truth"]
    sums = [F.sum(F.col(name).cast("long")).alias(name) for name in truths]
    if REFUSED in results.columns:
        sums.append(F.sum((F.col(REFUSED) > 0).cast("long")).alias(REFUSED))
    (row,) = results.agg(F.count(F.lit(1)).alias("rows"), *sums).collect()
    tally = Tally(row["rows"], row[REFUSED] or 0 if REFUSED in results.columns else 0)
    tally.counts = {name: Counter({"true": row[name] or 0}) for name in truths}
    for each in counted:
        if each.kind == "label":
            groups = results.groupBy(each.name).count().collect()
            tally.counts[each.name] = Counter({g[each.name] or NOBODY: g["count"] for g in groups})
    return tally
