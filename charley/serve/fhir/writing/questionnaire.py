"""The vocabulary as a Questionnaire for one audience, and facts as its items."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from charley.facts.vocabulary import Fact, words
from charley.facts.wording import Audience
from charley.rules.knowledge_base import KnowledgeBase
from charley.serve.fhir.names import questionnaire_id, questionnaire_url
from charley.serve.fhir.reading.codes import fact_system
from charley.serve.fhir.reading.observation import UCUM
from charley.serve.fhir.versions import FhirVersion
from charley.serve.fhir.writing.datatypes import published, without_empty

__all__ = ["ADAPTIVE", "choice_system", "group_item", "item", "questionnaire"]

Resource = dict[str, Any]

ADAPTIVE = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-questionnaireAdaptive"
_UNIT = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit"
_LEAST = "http://hl7.org/fhir/StructureDefinition/minValue"
_MOST = "http://hl7.org/fhir/StructureDefinition/maxValue"


def questionnaire(base: KnowledgeBase, audience: Audience, version: FhirVersion) -> Resource:
    """Everything that this audience can be asked, group by group. It can be filled adaptively."""
    title = f"{base.about.title}: questions for {base.about.a_reader(audience)}"
    groups: dict[str, list[Fact]] = {}
    for fact in base.vocabulary.values():
        if fact.question(audience) is not None:
            groups.setdefault(fact.group, []).append(fact)
    head = published(
        base, questionnaire_id(base, audience), questionnaire_url(base, audience), title, "Questionnaire"
    )
    return {
        **head,
        "name": head["name"] + audience.capitalize(),
        "extension": [{"url": ADAPTIVE, "valueBoolean": True}],
        "subjectType": ["Patient"],
        "item": [
            group_item(
                f"group-{group}",
                base.vocabulary.titles.get(group, words(group)),
                (item(base, fact, audience, version) for fact in facts),
            )
            for group, facts in groups.items()
        ],
    }


def group_item(link: str, title: str, items: Iterable[Resource]) -> Resource:
    """Items that are put together."""
    return {"linkId": link, "text": title, "type": "group", "item": list(items)}


def item(
    base: KnowledgeBase, fact: Fact, audience: Audience, version: FhirVersion, text: str | None = None
) -> Resource:
    """A fact as an item: its id is the linkId, and nobody has to answer it."""
    codes = [{"system": fact_system(base), "code": fact.id}]
    codes += [{"system": "http://loinc.org", "code": code} for code in fact.codes.get("loinc", ())]
    choice = "coding" if version == "5.0" else "choice"
    options = [
        {"valueCoding": {"system": choice_system(base, fact), "code": each, "display": words(each)}}
        for each in fact.choices
    ]
    return without_empty(
        {
            "extension": _bounds(fact),
            "linkId": fact.id,
            "code": codes,
            "text": text or fact.question(audience) or fact.wording.to(audience),
            "type": {"boolean": "boolean", "number": "decimal", "choice": choice}[fact.kind],
            "required": False,
            "answerOption": options,
        }
    )


def choice_system(base: KnowledgeBase, fact: Fact) -> str:
    """The code system whose codes are the choices of a fact."""
    return f"urn:charley:choices:{base.about.id}:{fact.id}"


def _bounds(fact: Fact) -> list[Resource]:
    """The unit of a number, and what it may be."""
    if fact.kind != "number" or fact.plausible_range is None or fact.unit is None:
        return []
    least, most = fact.plausible_range
    return [
        {"url": _UNIT, "valueCoding": {"system": UCUM, "code": fact.unit}},
        {"url": _LEAST, "valueDecimal": least},
        {"url": _MOST, "valueDecimal": most},
    ]
