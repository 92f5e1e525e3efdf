"""What resources are made of: narratives, codings, references."""

from __future__ import annotations

import datetime
from html import escape
from typing import Any

from charley.rules.knowledge_base import KnowledgeBase
from charley.serve.status import status_line

__all__ = [
    "DIGEST_SYSTEM",
    "candidate_concept",
    "computer_name",
    "instant",
    "narrative",
    "patient_reference",
    "published",
    "without_empty",
]

Resource = dict[str, Any]

DIGEST_SYSTEM = "urn:charley:digest"
"""The system of an identifier that is the digest of a base."""

ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"


def without_empty(resource: Resource) -> Resource:
    """The resource without elements that hold nothing: FHIR has neither null nor empty lists."""
    return {name: value for name, value in resource.items() if value not in (None, "", [], {}, ())}


def narrative(base: KnowledgeBase, *lines: str) -> Resource:
    """A narrative of these lines, and of what the rules are and are not for."""
    said = "".join(f"<p>{escape(line, quote=False)}</p>" for line in (*lines, status_line(base)))
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{said}</div>'}


def instant(moment: datetime.datetime) -> str:
    """A moment as FHIR writes it, to the second."""
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def candidate_concept(base: KnowledgeBase, id: str) -> Resource:
    """A candidate or an alert as a CodeableConcept: our code, and that of ICD-10-CM where it has one."""
    named = base.candidates.get(id) or base.alerts[id]
    name = named.name.clinician
    codings = [{"system": f"urn:charley:conclusions:{base.about.id}", "code": id, "display": name}]
    if named.icd10cm is not None:
        codings.append({"system": ICD10CM, "code": named.icd10cm})
    return {"coding": codings, "text": name}


def patient_reference(patient: str | None) -> Resource:
    """The Patient of this id; without one, a reference that only says so."""
    return {"display": "the patient"} if patient is None else {"reference": f"Patient/{patient}"}


def computer_name(text: str) -> str:
    """A name for programs: it begins with a capital and has letters, digits and underscores."""
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in text).split()
    return "".join(word[:1].upper() + word[1:] for word in words)[:200] or "Unnamed"


def published(base: KnowledgeBase, id: str, url: str, title: str, kind: str) -> Resource:
    """The elements that every definition begins with. What nobody has approved is a draft."""
    about = base.about
    return {
        "resourceType": kind,
        "id": id,
        "text": narrative(base, title),
        "url": url,
        "identifier": [{"system": DIGEST_SYSTEM, "value": base.digest}],
        "version": about.version,
        "name": computer_name(f"{about.id} {kind}"),
        "title": title,
        "status": "active" if about.review.status == "approved" else "draft",
        "experimental": True,
        "date": about.updated.isoformat(),
        "publisher": ", ".join(about.authors),
        "description": status_line(base),
        "purpose": about.purpose,
    }
