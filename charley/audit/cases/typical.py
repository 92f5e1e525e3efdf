"""Typical values of numbers, so that witnesses look like patients: the median over the base's cases."""

from __future__ import annotations

from statistics import median_low

from charley.documents.diagnostic import Faulty
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.loading.cases import vignettes

__all__ = ["typical_values"]


def typical_values(base: KnowledgeBase) -> dict[str, float]:
    """The median over the cases of each number that any of them gives."""
    found: dict[str, list[float]] = {}
    try:
        cases = vignettes(base)
    except Faulty:
        return {}  # `charley test` reports what is wrong with the cases
    for case in cases:
        for id, value in case.answers.record.items():
            if isinstance(value, int | float) and not isinstance(value, bool):
                found.setdefault(id, []).append(value)
    return {id: median_low(values) for id, values in found.items()}
