"""The thresholds of a base: conditions get the numbers behind the names, and what is wrong with the names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from charley.documents.diagnostic import Diagnostic
from charley.documents.model import Frozen, ReadOnlyDict
from charley.facts.units import NotConvertible, convert, unit_name, with_unit
from charley.facts.vocabulary import Fact
from charley.rules.governance.about import About, Contradiction, Scope
from charley.rules.instrument import Instrument, Item
from charley.rules.invariants.invariant import Invariant
from charley.rules.invariants.parse import read_claim, read_written_claim
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import Atom
from charley.rules.language.parse import Numbers, parse, parse_written
from charley.rules.language.reader import Unreadable
from charley.rules.language.threshold import with_numbers
from charley.rules.loading.contents import Contents, Placed
from charley.rules.rule import Rule

__all__ = ["numbers", "resolved", "resolved_invariant", "unit_problem", "unused"]

M = TypeVar("M", bound=Frozen)

_CONDITIONS: Mapping[type[Frozen], tuple[str, ...]] = {
    About: ("reassure_when",),
    Scope: ("when",),
    Contradiction: ("when",),
    Fact: ("ask_unless", "ask_when"),
    Instrument: ("applies_when", "bands"),
    Item: ("when",),
    Rule: ("when",),
}
"""The fields that hold conditions: a text, a list of them, or texts by name."""

_INSIDE: Mapping[type[Frozen], tuple[str, ...]] = {About: ("scope", "cannot_both"), Instrument: ("items",)}
"""The fields that hold models with conditions."""


def numbers(base: KnowledgeBase) -> Numbers:
    """The numbers of the thresholds by their names; a name that is something else as well stays that."""
    choices = {choice for fact in base.vocabulary.values() for choice in fact.choices}
    return {
        id: threshold.value
        for id, threshold in base.thresholds.items()
        if base.kind_of(id) is None and id not in choices
    }


def resolved(contents: Contents) -> Contents:
    """The same, with the number behind every name of a threshold. What cannot be read stays as it is."""
    known = {placed.model.id: placed.model.value for placed in contents.thresholds}
    if not known:
        return contents
    resolve = _Resolver(known)
    return replace(
        contents,
        about=None if contents.about is None else resolve.placed(contents.about),
        facts=list(map(resolve.placed, contents.facts)),
        instruments=list(map(resolve.placed, contents.instruments)),
        rules=list(map(resolve.placed, contents.rules)),
    )


def resolved_invariant(invariant: Invariant, known: Numbers) -> Invariant:
    """The invariant, with the number behind every name of a threshold. What cannot be read stays as it is."""
    texts = {"if_": invariant.if_, "then": invariant.then}
    try:
        found = {
            key: with_numbers(text, read_written_claim(text, known).thresholds, known)
            for key, text in texts.items()
        }
    except Unreadable:
        return invariant
    return invariant if found == texts else invariant.model_copy(update=found)


class _Resolver:
    def __init__(self, known: Numbers) -> None:
        self._known = known
        self._names = re.compile(rf"\b(?:{'|'.join(map(re.escape, known))})\b")

    def placed(self, placed: Placed) -> Placed:
        return replace(placed, model=self._model(placed.model))

    def _model(self, model: M) -> M:
        found = {}
        for fields, change in ((_CONDITIONS, self._text), (_INSIDE, self._model)):
            for field in fields.get(type(model), ()):
                old = getattr(model, field)
                new = _each(old, change)
                if new != old:
                    found[field] = new
        return model.model_copy(update=found) if found else model

    def _text(self, text: str) -> str:
        if self._names.search(text) is None:
            return text
        try:
            return with_numbers(text, parse_written(text, self._known).thresholds, self._known)
        except Unreadable:
            return text


def _each(value: Any, change: Any) -> Any:
    """The value, or each thing in it, changed."""
    if value is None:
        return None
    if isinstance(value, tuple):
        return tuple(map(change, value))
    if isinstance(value, Mapping):
        return ReadOnlyDict({key: change(inner) for key, inner in value.items()})
    return change(value)


def unit_problem(atom: Atom, base: KnowledgeBase) -> tuple[str, str, str] | None:
    """R013: the threshold is in another unit than what is compared with it."""
    threshold = base.thresholds.get(atom.named or "")
    if threshold is None:
        return None
    fact, derived = base.vocabulary.get(atom.name), base.derived.get(atom.name)
    unit = (fact.unit if fact else derived.unit if derived else None) or "1"
    if unit == threshold.unit or not (unit_name(unit) or unit_name(threshold.unit)):
        return None
    given, own = (unit_name(each) or "a plain number" for each in (threshold.unit, unit))
    help = f"give `{threshold.id}` in {own}, or name a threshold of its own for this"
    try:
        mass, charge = (fact.molar_mass, fact.charge) if fact else (None, None)
        value = convert(threshold.value, threshold.unit, unit, molar_mass=mass, charge=charge)
        help = f"{with_unit(threshold.value, threshold.unit)} are {with_unit(value, unit)}: {help}"
    except NotConvertible:
        pass
    return "R013", f"`{atom.name}` is in {own} and the threshold in {given}: `{threshold.id}`", help


def unused(contents: Contents, invariants: Iterable[Invariant]) -> Iterator[Diagnostic]:
    """R102: nothing compares with the threshold."""
    if not contents.thresholds:
        return
    kept = resolved(contents)
    placed = [each for each in (kept.about, *kept.facts, *kept.instruments, *kept.rules) if each is not None]
    used = {atom.named for each in placed for atom in _atoms(each.model)}
    texts = [text for each in invariants for text in (each.if_, each.then)]
    used |= {atom.named for text in texts for atom, _, _ in read_claim(text).atoms}
    for threshold in contents.thresholds:
        if threshold.model.id not in used:
            message = f"no condition compares with the threshold `{threshold.model.id}`"
            yield threshold.problem(["id"], "R102", message, "use it, or remove it", severity="warning")


def _atoms(model: Frozen) -> Iterator[Atom]:
    for field in _CONDITIONS.get(type(model), ()):
        for text in _all(getattr(model, field)):
            yield from (atom for atom, _, _ in parse(text).places)
    for field in _INSIDE.get(type(model), ()):
        for inner in _all(getattr(model, field)):
            yield from _atoms(inner)


def _all(value: Any) -> Iterable[Any]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else value.values() if isinstance(value, Mapping) else (value,)
