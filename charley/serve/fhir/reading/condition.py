"""Conditions: confirmed is yes, refuted is no, and everything between them is unknown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from charley.facts.vocabulary import Fact, Vocabulary
from charley.serve.fhir.reading.codes import CodeIndex, codings
from charley.serve.fhir.reading.statement import Note, Refused, Statement, moment, reference_of, since

__all__ = ["of_condition"]

_OVER = {"inactive", "remission", "resolved"}


def of_condition(
    resource: Mapping[str, Any], index: CodeIndex, vocabulary: Vocabulary
) -> Iterator[Statement | Note]:
    """What a Condition says. One that is over says yes only of a fact for which the past counts.

    An illness lasts, and so does a state that has an end (`when_past`). A symptom that was entered long ago
    says nothing of now, though nobody has taken it off the list. Its onset may be a date of the base.
    """
    source = reference_of(resource)
    verified = _code(resource.get("verificationStatus"))
    if verified == "entered-in-error":
        yield Note("passed over", "it was entered in error", source)
        return
    over = _code(resource.get("clinicalStatus")) in _OVER
    when = moment(resource.get("recordedDate")) or moment(resource.get("onsetDateTime"))
    for fact in index.of(resource.get("code")):
        known = vocabulary[fact]
        value = _value(verified, over, known)
        yield Statement(fact, value, when, source, lasting=known.when_past is not None)
    onset = resource.get("onsetDateTime")
    if verified != "confirmed" or over or onset is None:
        return
    for number in index.counting(resource.get("code")):
        try:
            yield Statement(number, since(onset), when, source, lasting=True)
        except Refused as error:
            yield Statement(number, None, when, source, lasting=True, refusal=str(error))


def _value(verified: str | None, over: bool, fact: Fact) -> bool | None:
    if fact.kind != "boolean":
        return None
    if verified == "refuted":
        return False
    if verified != "confirmed" or (over and fact.when_past != "counts"):
        return None
    return True


def _code(concept: Any) -> str | None:
    return next((code for _, code in codings(concept)), None)
