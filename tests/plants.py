"""The small base: every kind of patient that it can tell apart, and a rule more for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from pathlib import Path

from charley.facts.record import Record
from charley.facts.vocabulary import Value
from charley.rules.knowledge_base import KnowledgeBase

__all__ = ["ANSWER_OF_FROST", "VALUES", "answered_frost", "patients", "patients_for_one_rule"]

VALUES: Mapping[str, Sequence[Value | None]] = {
    "plastic": (None, True, False),
    "wilting": (None, True, False),
    "leaf_colour": (None, "green", "yellow", "brown"),
    "spots": (None, True, False),
    "soil_wet": (None, True, False),
    "drained": (None, True, False),
    "days_dry": (None, 6, 7),
    "day_temperature": (None, 30, 31),
    "night_temperature": (None, 9, 10, 11),
}
"""Answers at and beside each number that the small base compares with; None is unknown."""


@cache
def _patients(facts: tuple[str, ...]) -> tuple[Record, ...]:
    ways = product(*(VALUES[fact] for fact in facts))
    return tuple({f: v for f, v in zip(facts, way, strict=True) if v is not None} for way in ways)


def patients(base: KnowledgeBase) -> Iterator[Record]:
    """Patients with the temperatures unknown, and patients of whom only these and the scope are known.

    No rule of the small base looks at both, so together they show every difference that a rule can make.
    """
    assert set(VALUES) == set(base.vocabulary)
    temperatures = tuple(fact for fact in VALUES if fact.endswith("temperature"))
    yield from _patients(tuple(fact for fact in VALUES if fact not in temperatures))
    yield from _patients(("plastic", *temperatures))


def patients_for_one_rule(base: KnowledgeBase) -> Iterator[Record]:
    """Those of the patients in whom a change within one rule shows: a third of them.

    No rule of the small base looks at the spots and at more than the colour of the leaves, so where anything
    else is known the spots are not. In all patients the 51 mutants differ, and break invariants, as in these.
    """
    for record in patients(base):
        if "spots" not in record or record.keys() <= {"plastic", "spots", "leaf_colour"}:
            yield record


ANSWER_OF_FROST = "Somebody has looked, and the leaves are sound"
_RULE = f"""
- id: danger-looked-after
  title: Somebody has looked
  when: not spots
  then:
    - clear: frost
      note: {ANSWER_OF_FROST}
  because: Frost shows on the leaves.
  evidence: {{kind: judgement}}
"""


def answered_frost(base: Path) -> Path:
    """A copy of the small base, with a rule that answers its alert of frost."""
    with (base / "rules" / "dangers.yaml").open("a") as file:
        file.write(_RULE)
    return base
