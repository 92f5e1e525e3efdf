"""What keeps a condition from being known true: the atoms that are lacking, each with what is so instead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import assert_never

from charley.engine.assessment import Assessment
from charley.engine.meaning import Kleene
from charley.engine.summary.rule_words import comparison_words
from charley.facts.vocabulary import words
from charley.rules.language.condition import And, AtLeast, Atom, Condition, Not, Or

__all__ = ["Lacking", "lacking"]


@dataclass(frozen=True, slots=True)
class Lacking:
    """An atom that keeps a rule from firing, in words; what stands under `one of these:` is a step deeper.

    `state` is False for known false, None for unknown.
    """

    text: str
    state: Kleene
    depth: int = 0


def lacking(assessment: Assessment, condition: Condition, wanted: bool = True) -> Iterator[Lacking]:
    """The atoms that keep a condition from being known true (or, unwanted, known false)."""
    value = assessment.truth(condition)
    if value is wanted:
        return
    match condition:
        case Not(part):
            yield from lacking(assessment, part, not wanted)
        case Atom():
            yield Lacking(_atom(assessment, condition, wanted), None if value is None else False)
        case And(parts):
            yield from _lacking_of(assessment, len(parts), parts, value, wanted)
        case Or(parts):
            yield from _lacking_of(assessment, 1, parts, value, wanted)
        case AtLeast(count, parts):
            yield from _lacking_of(assessment, count, parts, value, wanted)
        case _:
            assert_never(condition)


def _lacking_of(
    assessment: Assessment, count: int, parts: tuple[Condition, ...], value: Kleene, wanted: bool
) -> Iterator[Lacking]:
    """What is lacking where `count` of the parts have to be true (or, unwanted, cannot be)."""
    needed = count if wanted else len(parts) - count + 1
    there = sum(assessment.truth(part) is wanted for part in parts)
    beneath = [tuple(lacking(assessment, part, wanted)) for part in parts]
    missing = needed - there
    if missing < len(parts) - there:
        number = "one" if missing == 1 else str(missing)
        yield _title(f"{number} of these:", value)
        beneath = [_deeper(_together(lacks)) for lacks in beneath]
    yield from chain.from_iterable(beneath)


def _title(text: str, value: Kleene) -> Lacking:
    return Lacking(text, None if value is None else False)


def _deeper(lacks: tuple[Lacking, ...]) -> tuple[Lacking, ...]:
    return tuple(replace(lack, depth=lack.depth + 1) for lack in lacks)


def _together(lacks: tuple[Lacking, ...]) -> tuple[Lacking, ...]:
    """What is lacking of one alternative: where that is several things, under a title of their own."""
    if sum(lack.depth == 0 for lack in lacks) < 2:
        return lacks
    state = False if any(lack.state is False for lack in lacks) else None
    return (_title("all of these:", state), *_deeper(lacks))


def _atom(assessment: Assessment, atom: Atom, wanted: bool) -> str:
    """What is wanted and what is: `needs unilateral leg swelling; it is not known`."""
    base, record, found = assessment.base, assessment.record, assessment.valuation
    name = atom.name
    if name in base.vocabulary:
        fact = base.vocabulary[name]
        now = "not known" if name not in record else fact.show(record[name])
        if fact.kind == "boolean":
            return f"{fact.label}: {'yes' if wanted else 'no'} is needed; it is {now}"
        return f"{fact.label}: {_compared(atom, wanted)} is needed; it is {now}"
    if name in base.findings:
        now = {None: "not known", True: "yes", False: "no"}[found.findings[name]]
        meaning = base.findings[name].meaning.rstrip(".")
        return f"{meaning}: {'yes' if wanted else 'no'} is needed; it is {now}"
    if name in base.instruments:
        score = base.instruments[name]
        low, high = (score.show(points) for points in found.scores[name])
        now = "not applicable so far" if found.gates[name] is not True else f"{low:g} to {high:g}"
        return f"{score.title}: {_compared(atom, wanted)} is needed; it is {now}"
    low, high = (float(f"{float(end):.4g}") for end in found.derived[name])
    title = base.derived[name].title.rstrip(".") or words(name)
    return f"{title}: {_compared(atom, wanted)} is needed; it is {low:g} to {high:g}"


def _compared(atom: Atom, wanted: bool) -> str:
    if isinstance(atom.value, tuple):
        shown = " or ".join(map(words, atom.value))
    else:
        shown = words(str(atom.value)) if atom.op == "==" else comparison_words(atom)
    return shown if wanted else f"anything but {shown}"
