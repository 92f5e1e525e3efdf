"""Reasons for passing a card over, from HL7's code system of such reasons.

The system is part of CDS Hooks 3.0.0-ballot (`CodeSystem-non-adherence-reason-codes`); 2.0.1 prescribes none
and takes any. Codes and displays are given as they stand there; the choice of them is ours.
"""

from __future__ import annotations

__all__ = ["OVERRIDE_REASONS", "OVERRIDE_SYSTEM"]

OVERRIDE_SYSTEM = "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes"

_CHOSEN = {
    "patient-ineligible": "Patient does not meet eligibility for recommended action",
    "action-completed": "Recommended action was already completed",
    "wrong-time-workflow": "PC CDS delivered at wrong time in workflow or patient lifecycle",
    "inappropriate-recipient": "PC CDS delivered to inappropriate recipient/role",
    "need-more-info": (
        "Could not address recommended action due to need for more information/pending results/"
        "pending consult"
    ),
    "recipient-does-not-trust": "Recipient does not agree with or trust the recommended action",
    "patient-contraindication": "Patient has contraindication to recommended action",
    "patient-refuses": "Patient refuses/declines (no context given)*",
    "service-not-available": "Treatment or service is not practically available",
}

OVERRIDE_REASONS: tuple[dict[str, str], ...] = tuple(
    {"system": OVERRIDE_SYSTEM, "code": code, "display": display} for code, display in _CHOSEN.items()
)
