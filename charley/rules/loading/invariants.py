"""The invariants of a knowledge base, read and checked: what they name exists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from charley.documents.diagnostic import Diagnostic, Faulty, nearest
from charley.documents.document import Document, read_document
from charley.rules.invariants.claim import (
    Claim,
    CountOf,
    Denied,
    Event,
    Known,
    RanksAbove,
    Score,
    Stands,
    Urgent,
)
from charley.rules.invariants.invariant import Invariant
from charley.rules.invariants.parse import read_written_claim
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.reader import Unreadable
from charley.rules.loading.atoms import Names, place_to_mend
from charley.rules.loading.contents import Contents
from charley.rules.loading.find import INVARIANTS
from charley.rules.loading.model_errors import listed
from charley.rules.loading.shared.thresholds import numbers, resolved_invariant
from charley.rules.rule import Advise

__all__ = ["read_invariants"]


def read_invariants(base: KnowledgeBase, contents: Contents | None = None) -> tuple[Invariant, ...]:
    """The invariants that stand beside the base; none where there is no such file. Raises `Faulty`.

    Of a base with errors, `contents` say which names it may have all the same.
    """
    contents = contents or Contents()
    file = base.path / INVARIANTS
    if not file.exists():
        return ()
    document = read_document(file)
    found: list[Invariant] = []
    problems: list[Diagnostic] = []
    for at, invariant in listed(document, Invariant, problems):
        for key, text in (("if", invariant.if_), ("then", invariant.then)):
            problems += _problems(base, contents, document, [at, key], text)
        found.append(invariant)
    if problems:
        raise Faulty(sorted(problems, key=lambda problem: (problem.line, problem.column)))
    known = numbers(base)
    return tuple(resolved_invariant(invariant, known) for invariant in found)


def _problems(
    base: KnowledgeBase, contents: Contents, document: Document, path: list[str | int], text: str
) -> Iterator[Diagnostic]:
    """What does not read, or names what is not there."""
    try:
        read = read_written_claim(text, numbers(base))
    except Unreadable as error:
        if error.missing and contents.excuses(error.missing, "threshold"):
            return
        at = (error.offset, error.length)
        yield document.problem(path, "R001", str(error), error.help, at=at)
        return
    names = Names(base, contents)
    for atom, offset, length in read.atoms:
        problem = names.problem_of(atom)
        if problem is not None:
            code, message, help = problem
            at = place_to_mend(message, text, offset, length)
            yield document.problem(path, code, message, help, at=at)
    known = {
        "candidate": base.candidates,
        "alert": base.alerts,
        "candidate or alert": [*base.candidates, *base.alerts],
        "rule": base.rules,
    }
    for name in read.names:
        if name.name not in known[name.kind] and not contents.excuses(name.name, *name.kind.split(" or ")):
            help = nearest(name.name, known[name.kind])
            span = (name.offset, name.length)
            yield document.problem(path, "R003", f"unknown {name.kind} `{name.name}`", help, at=span)
    for rule in _advised(read.claim):
        if rule in base.rules and not base.rules[rule].effects(Advise):
            help = f'write `fired("{rule}")`'
            yield document.problem(path, "R004", f"the rule `{rule}` advises nothing", help)


def _advised(claim: Claim) -> Iterator[str]:
    match claim:
        case Event("advised", rule):
            yield rule
        case Denied(part):
            yield from _advised(part)
        case CountOf(_, parts):
            for each in parts:
                yield from _advised(each)
        case Known() | Event() | Stands() | Score() | RanksAbove() | Urgent():
            pass
        case _:
            assert_never(claim)
