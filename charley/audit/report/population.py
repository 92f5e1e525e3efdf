"""What a change of the rules does to a cohort, as `charley cohort --compare OLD NEW --json` wrote it.

A population is evaluated where it is, once; the report shows the counts, and has no row of a patient.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from charley.cohort.comparison import Comparison
from charley.documents.diagnostic import Faulty
from charley.documents.document import read_document
from charley.documents.model import Frozen, ReadOnly
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.loading.model_errors import shape_problems

__all__ = ["changed_flags", "read_comparison"]

Count = Annotated[int, Field(ge=0)]


class Flow(Frozen):
    """The number of patients for whom the old rules have one result and the new rules another."""

    old: str
    new: str
    count: Count


class _Written(Frozen):
    format: Literal["charley.comparison.v1"]
    old: str
    new: str
    rows: Count
    same: Count
    urgency: tuple[Flow, ...]
    leader: tuple[Flow, ...]
    sections: tuple[Flow, ...]
    sections_of: ReadOnly[str, tuple[Flow, ...]]
    won: ReadOnly[str, Count]
    lost: ReadOnly[str, Count]
    only_old: tuple[str, ...]
    only_new: tuple[str, ...]


def read_comparison(file: str, base: KnowledgeBase) -> Comparison:
    """The comparison in a file. Raises `Faulty` where it is none, or its new rules are not the base's."""
    document = read_document(file)
    try:
        said = _Written.model_validate(document.value)
    except ValidationError as error:
        raise Faulty(list(shape_problems(document, [], error, _Written))) from None
    if said.new != base.digest:
        message = f"this compares with {said.new[:8]}, and {base.id} {base.version} is {base.digest[:8]}"
        help = "compare anew: `charley cohort --compare OLD NEW --json`, with this base as NEW"
        raise Faulty([document.problem(["new"], "A021", message, help)])
    return Comparison(
        said.rows,
        said.same,
        _pairs(said.urgency),
        _pairs(said.leader),
        _pairs(said.sections),
        {id: _pairs(flows) for id, flows in said.sections_of.items()},
        Counter(said.won),
        Counter(said.lost),
        said.only_old,
        said.only_new,
    )


def _pairs(flows: tuple[Flow, ...]) -> Counter[tuple[str, str]]:
    return Counter({(flow.old, flow.new): flow.count for flow in flows})


def changed_flags(found: Comparison, base: KnowledgeBase) -> Iterator[tuple[str, int, int]]:
    """The name of each flag and alert that only one version raises, with how often it is won and lost.

    Those that change for most patients come first.
    """
    names = {f"flag_{id}": candidate.name.to("clinician") for id, candidate in base.candidates.items()}
    names |= {f"alert_{id}": f"{alert.name.to('clinician')} (alert)" for id, alert in base.alerts.items()}
    both = found.won + found.lost
    for column in sorted(both, key=lambda each: (-both[each], each)):
        yield names.get(column, column), found.won[column], found.lost[column]
