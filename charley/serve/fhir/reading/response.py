"""A QuestionnaireResponse: the linkId of an item is the id of a fact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from charley.documents.diagnostic import nearest
from charley.facts.vocabulary import Fact, Vocabulary
from charley.serve.fhir.reading.observation import coded, quantity
from charley.serve.fhir.reading.statement import Note, Refused, Statement, moment, reference_of, since

__all__ = ["of_response"]

_DEEPEST = 20


def of_response(resource: Mapping[str, Any], vocabulary: Vocabulary) -> Iterator[Statement | Note]:
    """What a QuestionnaireResponse says. An item without an answer says nothing."""
    source = reference_of(resource)
    if resource.get("status") in ("entered-in-error", "stopped"):
        yield Note("passed over", f"its status is {resource.get('status')}", source)
        return
    when = moment(resource.get("authored"))
    for item in _items(resource, 0):
        link = item.get("linkId")
        if not isinstance(link, str) or ("answer" not in item and "item" in item):
            continue
        facts = [vocabulary[link]] if link in vocabulary else []
        facts += [vocabulary[number] for number in vocabulary.counting.get(link, ())]
        if not facts:
            if "answer" in item:
                help = nearest(link, vocabulary.record_keys)
                yield Note("refused", f"no fact is called `{link[:60]}`{f'; {help}' if help else ''}", source)
            continue
        given = item.get("answer")
        first = given[0] if isinstance(given, list) and given else None
        if not isinstance(first, Mapping):
            continue
        for fact in facts:
            try:
                yield Statement(fact.id, _answer(first, fact), when, source, asked=True)
            except Refused as error:
                yield Statement(fact.id, None, when, source, refusal=str(error))


def _items(holder: Mapping[str, Any], depth: int) -> Iterator[Mapping[str, Any]]:
    """Every item, whether it stands in a group or under an answer."""
    items = holder.get("item")
    for item in items if isinstance(items, list) and depth < _DEEPEST else ():
        if isinstance(item, Mapping):
            yield item
            yield from _items(item, depth + 1)
            answers = item.get("answer")
            for answer in answers if isinstance(answers, list) else ():
                if isinstance(answer, Mapping):
                    yield from _items(answer, depth + 1)


def _answer(answer: Mapping[str, Any], fact: Fact) -> Any:
    if "valueQuantity" in answer:
        return quantity(answer["valueQuantity"], fact)
    if "valueCoding" in answer:
        return coded(answer["valueCoding"], fact)
    for name in ("valueDate", "valueDateTime"):
        if name in answer and fact.since is not None:
            return since(answer[name])
    for name in ("valueBoolean", "valueInteger", "valueDecimal", "valueString"):
        if name in answer:
            return answer[name]
    if not any(name.startswith("value") for name in answer) or "_valueBoolean" in answer:
        return None
    raise Refused("an answer of this type is not read")
