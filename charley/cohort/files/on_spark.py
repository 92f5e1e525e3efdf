"""Files of patients evaluated on Spark: Parquet in, Parquet out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from charley.cohort.files.choice import Choice
from charley.cohort.files.job import COUNTED
from charley.cohort.files.tally import NOBODY, Tally
from charley.cohort.plan import REFUSED
from charley.cohort.spark import evaluate, session
from charley.documents.diagnostic import Diagnostic, Faulty
from charley.engine.expert import Expert

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["evaluated_on_spark"]

_SAID = {
    "PATH_NOT_FOUND": "there is no such file",
    "PATH_ALREADY_EXISTS": "the result is there already; Spark does not write over it",
    "UNABLE_TO_INFER_SCHEMA": "there is no Parquet file here",
}


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
    from pyspark.errors import AnalysisException

    spark = session(master)
    place = given
    try:
        df = spark.read.parquet(given)
        kept = choice.of(given, df.columns, kb.vocabulary.record_keys)
        found = evaluate(df.select(*kept), kb, columns=columns, units=units, accelerate=accelerate)
        place = out
        found.write.parquet(out)
        return _tally(spark.read.parquet(out), kb, columns)
    except AnalysisException as error:
        condition = (error.getCondition() or "").partition(".")[0]
        message = _SAID.get(condition, f"cannot be used by Spark: {condition}")
        raise Faulty([Diagnostic(place, 0, 0, "F001", message)]) from None


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
