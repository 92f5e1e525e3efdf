"""The distance to danger: how few open answers would raise what is not raised yet."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from charley.engine.assessment import Assessment
from charley.engine.explain.smallest_change import DEPTH, Smallest, movable_facts, smallest_to_fire
from charley.engine.explain.words import answers_words, name_of
from charley.engine.explanation import Explanation, Row
from charley.engine.prepared import Prepared
from charley.facts.vocabulary import words
from charley.facts.wording import Audience
from charley.rules.rule import URGENCIES, URGENCY_RANK, Alert, Flag, Urgency

__all__ = ["Distance", "distances"]


@dataclass(frozen=True, slots=True, repr=False)
class Distance(Explanation):
    """How far a danger is. `answers` is None where more than the search looks at would be needed.

    `ways` are the smallest sets of answers, in words and as (fact, value).
    """

    target: str
    name: str
    urgency: Urgency
    answers: int | None
    at_least: int
    ways: tuple[tuple[tuple[str, object], ...], ...]
    words: tuple[str, ...]

    def rows(self) -> Iterator[Row]:
        """How far away it is, and by which answers, in a row."""
        if self.answers is None:
            yield Row("", f"{self.name}: {self.at_least} answers or more away")
            return
        number = {1: "one answer", 2: "two answers", 3: "three answers", 4: "four answers"}
        far = number.get(self.answers, f"{self.answers} answers")
        shown = " or ".join(self.words[:3]) + (" ..." if len(self.words) > 3 else "")
        yield Row("", f"{far} from {self.name} ({words(self.urgency)}): {shown}")


def distances(
    assessment: Assessment,
    audience: Audience = "clinician",
    open_facts: Collection[str] | None = None,
    depth: int = DEPTH,
) -> tuple[Distance, ...]:
    """Every flag and alert that is not raised but could be, nearest first, then most urgent.

    One that is more urgent by some rules than by others comes once for each urgency that is nearer than a
    greater one: its answers raise it with just that urgency. `open_facts` are those that may be answered; by
    default all that are not known.
    """
    base, record, found = assessment.base, assessment.record, assessment.valuation
    movable = open_facts if open_facts is not None else movable_facts(base, record, known=False, fixed=True)
    scoring = base.scoring
    dangers: dict[str, Sequence[tuple[str, Flag | Alert]]] = {**scoring.flags, **scoring.alerts}
    found_distances: list[Distance] = []
    for id, effects in dangers.items():
        if any(found.rules[rule] is True for rule, _ in effects):
            continue
        nearest: int | None = None
        for urgency in URGENCIES:
            rules = [rule for rule, each in effects if each.urgency == urgency and found.rules[rule] is None]
            smallest = smallest_to_fire(base, record, rules, movable, depth) if rules else None
            if smallest is None or not smallest.possible:
                continue
            far = smallest.size or smallest.at_least
            if nearest is None or far < nearest:
                nearest = far
                name, said = name_of(base, id, audience), tuple(_in_words(base, smallest, audience))
                found_distances.append(
                    Distance(id, name, urgency, smallest.size, smallest.at_least, smallest.ways, said)
                )
    found_distances.sort(key=lambda each: (each.answers or each.at_least, URGENCY_RANK[each.urgency]))
    return tuple(found_distances)


def _in_words(base: Prepared, smallest: Smallest, audience: Audience) -> Iterator[str]:
    said: dict[tuple[str, ...], str] = {}
    for way in smallest.ways:
        said.setdefault(tuple(fact for fact, _ in way), answers_words(base, way, {}, audience))
    yield from dict.fromkeys(said.values())
