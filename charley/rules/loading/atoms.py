"""Names that a base does not have, and atoms that make no sense: what is wrong, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable

from charley.documents.diagnostic import nearest
from charley.rules.interval import range_of
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import Atom
from charley.rules.loading.contents import Contents
from charley.rules.loading.shared.thresholds import numbers, unit_problem

__all__ = ["Names", "place_to_mend"]

CONDITION_NAMES = {"fact", "derived", "instrument", "finding"}
"""What a name in a condition can stand for."""

_FILES = {"fact": "facts", "candidate": "candidates", "alert": "candidates",
          "candidate or alert": "candidates", "finding": "findings", "citation": "citations"}  # fmt: skip


class Names:
    """The names of a base. Of a base with errors, `contents` say which names it may have all the same."""

    def __init__(self, base: KnowledgeBase, contents: Contents | None = None) -> None:
        self._base, self._contents = base, contents or Contents()
        self._numbers = numbers(base)
        self._in_conditions = [*base.vocabulary, *base.derived, *base.instruments, *base.findings]

    def problem_of(self, atom: Atom) -> tuple[str, str, str] | None:
        """What is wrong with an atom: (code, message, help), or None."""
        name, value, base = atom.name, atom.value, self._base
        kind = base.kind_of(name)
        if name in base.vocabulary.dates:
            through = base.vocabulary.counting[name]
            help = f"compare `{through[0]}`" if through else "add a number fact that counts `since` it"
            return "R004", f"conditions do not look at dates, and `{name}` is one", help
        if kind is None:
            if name in self._contents.spoiled or self._contents.unread & CONDITION_NAMES:
                return None
            help = self._as_choice(atom) or self.instead(name, "fact", self._in_conditions)
            return "R003", f"unknown fact `{name}`", help
        fact = base.vocabulary.get(name)
        if kind == "finding" or (fact is not None and fact.kind == "boolean"):
            if value is not True:
                return (
                    "R004",
                    f"`{name}` is true or false and is not compared",
                    f"write `{name}` or `not {name}`",
                )
            return None
        if fact is not None and fact.kind == "choice":
            wanted = value if isinstance(value, tuple) else (value,)
            for choice in wanted:
                if not isinstance(choice, str):
                    return "R004", f"`{name}` is a choice", f"write `{name} == {fact.choices[0]}`"
                if choice not in fact.choices:
                    help = nearest(choice, fact.choices) or f"write {fact.expected()}"
                    return "R008", f"`{name}` has no choice `{choice}`", help
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            close = nearest(value, self._numbers) if isinstance(value, str) else ""
            return "R004", f"`{name}` is a number", close or f"compare it with one: `{name} >= 1`"
        wrong = unit_problem(atom, base)
        if wrong is not None:
            return wrong
        bounds = range_of(name, base.vocabulary, base.derived, base.instruments)
        if bounds is None:
            return None
        low, high = bounds
        never = {
            ">=": value > high,
            ">": value >= high,
            "<=": value < low,
            "<": value <= low,
            "==": not low <= value <= high,
        }[atom.op]
        if never:
            help = f"`{name}` goes from {float(low):g} to {float(high):g}"
            return "R005", f"`{atom}` can never be true", help
        return None

    def _as_choice(self, atom: Atom) -> str:
        """What to write where a choice stands by itself, or before its fact; empty where it is no choice."""
        facts = [id for id, fact in self._base.vocabulary.items() if atom.name in fact.choices]
        if isinstance(atom.value, str) and atom.value in facts:
            return f"write `{atom.value} == {atom.name}`"
        if atom.value is True and facts:
            of = facts[0] if len(facts) == 1 else "fact"
            named = " and ".join(f"`{id}`" for id in facts[:2])
            return f"it is a choice of {named}: write `{of} == {atom.name}`"
        return ""

    def instead(self, id: str, what: str, known: Iterable[str]) -> str:
        """What to do about an id that is not there."""
        base = self._base
        kinds: list[tuple[str, Iterable[str]]] = [
            ("candidate", base.candidates),
            ("alert", base.alerts),
            ("rule", base.rules),
        ]
        kind: str = base.kind_of(id) or next((kind for kind, ids in kinds if id in ids), "")
        if kind:
            kind = {"derived": "derived value", "instrument": "score"}.get(kind, kind)
            is_a, not_a = (f"an {each}" if each == "alert" else f"a {each}" for each in (kind, what))
            return f"`{id}` is {is_a}, not {not_a}"
        define = f"define it in `{_FILES[what]}.yaml`, or correct the name" if what in _FILES else ""
        return nearest(id, [*known, *sorted(self._contents.spoiled)]) or define or "correct the name"


def place_to_mend(message: str, text: str, offset: int, length: int) -> tuple[int, int]:
    """Offset and length of the word that a message ends with, or of the whole atom."""
    word = re.search(r"`(\w+)`$", message)
    at = word and re.search(rf"\b{word[1]}\b", text[offset : offset + length])
    return (offset + at.start(), len(at[0])) if at else (offset, length)
