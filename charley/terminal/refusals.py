"""Why a line is not taken, in the words of whoever typed it: names where the rest of the program has ids."""

from __future__ import annotations

import re
from typing import Final

from charley.documents.diagnostic import Diagnostic
from charley.engine.explain.words import name_of, short_name
from charley.facts.answer import NotUnderstood
from charley.facts.answering.spoken import listed
from charley.facts.units import without_codes
from charley.facts.vocabulary import Fact, Vocabulary
from charley.facts.wording import Audience
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.names import NotNamed

__all__ = ["called", "covered", "not_named", "not_understood", "wanted"]

_QUOTED: Final = re.compile(r"`([a-z][a-z0-9_]*)`")


def not_understood(vocabulary: Vocabulary, error: NotUnderstood | Diagnostic) -> str:
    """An answer that is refused, with the fact by its name and units as people write them."""
    message = error.message if isinstance(error, Diagnostic) else str(error)
    said = without_codes(f"{message}; {error.help}" if error.help else message)
    return _QUOTED.sub(lambda found: vocabulary[found[1]].label if found[1] in vocabulary else found[0], said)


def not_named(base: KnowledgeBase, error: NotNamed, audience: Audience) -> str:
    """A name that is unknown, or could be several things."""
    if error.could_be:
        names = "; ".join(called(base, id, audience) for id in error.could_be)
        return f"`{error.name[:40]}` could be several things: {names}."
    if error.near:
        names = " or ".join(called(base, id, audience) for id in error.near)
        return f"Nothing here is called `{error.name[:40]}`. Did you mean {names}?"
    if error.name:
        return f"Nothing here is called `{error.name[:40]}`."
    return f"{error}.".replace("?.", "?")


def called(base: KnowledgeBase, id: str, audience: Audience) -> str:
    """What a fact, a candidate, an alert or a score is called."""
    if id in base.vocabulary:
        return base.vocabulary[id].label
    return short_name(name_of(base, id, audience)) if id not in base.rules else base.rules[id].title


def covered(base: KnowledgeBase, audience: Audience) -> str:
    """All diagnoses of a base, for somebody who has named another one."""
    names = "; ".join(short_name(each.name.to(audience)) for each in base.candidates.values())
    return f"Covered here: {names}."


def wanted(fact: Fact) -> str:
    """Which answers the fact accepts."""
    if fact.kind == "choice":
        return f"Write a number or its words ({listed(fact)}), 0 for none of these, or `unknown`."
    return f"Answer with {fact.expected()}, or `unknown`; `?` helps."
