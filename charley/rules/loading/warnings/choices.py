"""Conditions on a choice that say nothing: no answer meets them, or every answer does."""

from __future__ import annotations

from collections.abc import Iterator

from charley.documents.diagnostic import Diagnostic
from charley.facts.vocabulary import Fact
from charley.rules.core import Core, Literal, Threshold, core
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import Not
from charley.rules.language.parse import parse
from charley.rules.loading.contents import Contents, Placed

__all__ = ["choices_that_surprise"]

_Fault = tuple[Literal, str, str]
"""Where it is, what is so, and what to do."""


def choices_that_surprise(base: KnowledgeBase, contents: Contents) -> Iterator[Diagnostic]:
    """R115: conditions on a choice that no answer meets, or that every answer meets."""
    for placed, path, text in _written(contents):
        parsed = parse(text)
        for literal, message, help in _faults(core(parsed.condition, {}), base):
            at = next((place[1:] for place in parsed.places if place[0] == literal.atom), None)
            yield placed.problem(path, "R115", message, help, at=at, severity="warning")


def _written(contents: Contents) -> Iterator[tuple[Placed, list[str | int], str]]:
    """The conditions of rules and scores, each with its place."""
    for placed in contents.rules:
        yield placed, ["when"], placed.model.when
    for placed in contents.instruments:
        if placed.model.applies_when is not None:
            yield placed, ["applies_when"], placed.model.applies_when
        for at, item in enumerate(placed.model.items):
            yield placed, ["items", at, "when"], item.when


def _faults(part: Core, base: KnowledgeBase) -> Iterator[_Fault]:
    if isinstance(part, Literal):
        fact = base.vocabulary.get(part.name)
        if fact is not None and fact.kind == "choice":
            yield from _alone(part, fact)
        return
    joined = list(_joined(part))
    yield from (fault for each in joined for fault in _faults(each, base))
    about: dict[str, list[Literal]] = {}
    for each in joined:
        if isinstance(each, Literal) and each.name in base.vocabulary:
            about.setdefault(each.name, []).append(each)
    for name, literals in about.items():
        fact = base.vocabulary[name]
        if fact.kind == "choice" and len(literals) > 1:
            yield from _together(literals, fact, part)


def _joined(part: Threshold) -> Iterator[Core]:
    """The parts; of `and` in `and`, and of `or` in `or`, those of the inner one."""
    for each in part.parts:
        if isinstance(each, Threshold) and _word(part) and _word(each) == _word(part):
            yield from _joined(each)
        else:
            yield each


def _word(part: Threshold) -> str:
    return {len(part.parts): "and", 1: "or"}.get(part.needed, "")


def _alone(literal: Literal, fact: Fact) -> Iterator[_Fault]:
    met = _met(literal, fact)
    if not met:
        message = f"no answer meets `{_said(literal)}`: these are all choices of `{fact.id}`"
        yield literal, message, "name the choices that are meant"
    elif met == set(fact.choices):
        message = f"every answer meets `{_said(literal)}`: these are all choices of `{fact.id}`"
        yield literal, message, "leave it out, or name the choices that are meant"


def _together(literals: list[Literal], fact: Fact, part: Threshold) -> Iterator[_Fault]:
    """Parts of which each can be met, and which together no answer meets, or every answer."""
    met = [_met(each, fact) for each in literals]
    if not all(0 < len(each) < len(fact.choices) for each in met):
        return  # that is said of the one by itself
    said = f" {_word(part)} ".join(map(_said, literals))
    named = ", ".join(dict.fromkeys(choice for each in literals for choice in _choices(each)))
    if _word(part) == "and" and not set.intersection(*met):
        message = f"no answer meets `{said}`: `{fact.id}` has one answer"
        yield literals[-1], message, f"write `{fact.id} in {{{named}}}` where one of them is meant"
    elif _word(part) == "or" and set.union(*met) == set(fact.choices):
        message = f"every answer meets `{said}`"
        help = "leave it out, or name the choices that are meant"
        if not any(each.wanted for each in literals):
            help = f"write `{fact.id} not in {{{named}}}` for none of them"
        yield literals[-1], message, help


def _met(literal: Literal, fact: Fact) -> set[str]:
    """The answers that meet it."""
    return {choice for choice in fact.choices if (choice in _choices(literal)) is literal.wanted}


def _choices(literal: Literal) -> tuple[str, ...]:
    return literal.value if isinstance(literal.value, tuple) else (str(literal.value),)


def _said(literal: Literal) -> str:
    return str(literal.atom if literal.wanted else Not(literal.atom))
