"""Which facts a code of another system stands for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from charley.facts.fields import CodeSystem
from charley.rules.knowledge_base import KnowledgeBase

__all__ = ["SYSTEMS", "CodeIndex", "codings", "fact_system"]

SYSTEMS: Mapping[str, CodeSystem] = {
    "http://loinc.org": "loinc",
    "http://hl7.org/fhir/sid/icd-10-cm": "icd10cm",
    "http://human-phenotype-ontology.org": "hpo",
    "http://purl.obolibrary.org/obo/hp.owl": "hpo",
    "http://www.whocc.no/atc": "atc",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "rxnorm",
}
"""How FHIR names the code systems in which facts have codes."""

_HIERARCHIES: frozenset[CodeSystem] = frozenset(["icd10cm", "atc"])
"""A code of these stands for every code that begins with it."""


def fact_system(base: KnowledgeBase) -> str:
    """The code system whose codes are the facts of this base."""
    return f"urn:charley:facts:{base.about.id}"


def codings(concept: Any) -> Iterator[tuple[str, str]]:
    """The (system, code) pairs of a CodeableConcept or a Coding; none of anything else."""
    if not isinstance(concept, Mapping):
        return
    given = concept.get("coding", [concept])
    for each in given if isinstance(given, list) else ():
        if isinstance(each, Mapping):
            system, code = each.get("system"), each.get("code")
            if isinstance(code, str):
                yield (system if isinstance(system, str) else ""), code


class CodeIndex:
    """The facts of a base by their codes. Keep it with the base: `base.part(CodeIndex)`."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._own = fact_system(base)
        self._vocabulary = base.vocabulary
        self._facts: dict[tuple[CodeSystem, str], tuple[str, ...]] = {}
        for fact in (*base.vocabulary.values(), *base.vocabulary.dates.values()):
            for system, codes in fact.codes.items():
                for code in codes:
                    self._facts[system, code] = (*self._facts.get((system, code), ()), fact.id)

    def of(self, concept: Any) -> tuple[str, ...]:
        """The ids of the facts that a CodeableConcept or Coding names, each once."""
        return tuple(id for id in self._all(concept) if id in self._vocabulary)

    def counting(self, concept: Any) -> tuple[str, ...]:
        """The numbers that count since a date which the concept names."""
        dates = (id for id in self._all(concept) if id in self._vocabulary.dates)
        return tuple(number for date in dates for number in self._vocabulary.counting[date])

    def _all(self, concept: Any) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for system, code in codings(concept):
            if system == self._own and (code in self._vocabulary or code in self._vocabulary.dates):
                found[code] = None
            known = SYSTEMS.get(system)
            if known is not None:
                found.update(dict.fromkeys(self._named(known, code)))
        return tuple(found)

    def _named(self, system: CodeSystem, code: str) -> Iterator[str]:
        yield from self._facts.get((system, code), ())
        if system in _HIERARCHIES:
            for end in range(len(code) - 1, 0, -1):
                yield from self._facts.get((system, code[:end]), ())
