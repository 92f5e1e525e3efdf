"""The command language: how a typed line is parsed into a command, and names into ids.

A name can be an id, its words, the short prefix of a candidate, or an unambiguous part of a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

import yaml

from charley.engine.scores.table import scores_named
from charley.facts.answering.wording import means
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.names import NotNamed, resolve

__all__ = [
    "HELP",
    "NotNamed",
    "Typed",
    "assignments",
    "is_question",
    "named_fact",
    "named_score",
    "named_target",
    "named_target_or_score",
    "typed",
]

_LANGUAGE: Final[dict[str, Any]] = yaml.load(
    (files("charley.terminal.conversation") / "commands.yaml").read_text(encoding="utf-8"),
    getattr(yaml, "CBaseLoader", yaml.BaseLoader),
)

HELP: Final[tuple[tuple[str, str], ...]] = tuple((typed, does) for typed, does in _LANGUAGE["help"])
"""The commands as they are typed, each with what it does."""

_COMMANDS: Final = tuple(
    (word, re.compile(pattern, re.IGNORECASE)) for word, pattern in _LANGUAGE["commands"]
)
_QUESTION: Final = re.compile(_LANGUAGE["question"], re.IGNORECASE | re.DOTALL)
_ASSIGNED = re.compile(r"\s*([A-Za-z][A-Za-z0-9_ -]*?)\s*[=:]\s*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Typed:
    """A command with its arguments, empty where it has none: `contrast X with Y` has `first` and `second`."""

    word: str
    first: str = ""
    second: str = ""


def typed(line: str) -> Typed | None:
    """The command on the line; None if the line is not a command."""
    text = " ".join(line.split())
    for word, pattern in _COMMANDS:
        found = pattern.fullmatch(text)
        if found is not None:
            parts = found.groupdict()
            return Typed(word, (parts.get("a") or "").strip(), (parts.get("b") or "").strip())
    if _ASSIGNED.fullmatch(text) and "=" in text:
        return Typed("tell", text)
    return None


def is_question(line: str) -> bool:
    """Whether a line is a question in natural language: two words or more that end or begin like one.

    Who is at a loss puts a question mark behind that, too: `dont know ?`.
    """
    text = line.strip()
    if means(text.rstrip("?!. ").lower().replace("’", "'"), "tick_unsure_of_all"):
        return False
    return len(text.split()) > 1 and (text.endswith("?") or _QUESTION.fullmatch(text) is not None)


def assignments(base: KnowledgeBase, text: str) -> dict[str, str]:
    """Parse `age=67, statin=yes`: the value of each fact, as text.

    A yes-or-no fact alone is `yes`, a fact without a value is `unknown`, and a date is told for every number
    that counts since it. Raises `NotNamed`.
    """
    found: dict[str, str] = {}
    for part in re.split(
        r",\s*(?=[A-Za-z][A-Za-z0-9_ -]*[=:])|\s+and\s+(?=[A-Za-z][A-Za-z0-9_ -]*[=:])|;", text
    ):
        assigned = _ASSIGNED.fullmatch(part)
        if assigned is None:
            name = part.strip()
            if not name:
                continue
            fact = named_fact(base, name)
            if base.vocabulary[fact].kind != "boolean":
                raise NotNamed(f"write `{fact}=...`: {base.vocabulary[fact].expected()}")
            found[fact] = "yes"
        else:
            value, dated = assigned[2].strip() or "unknown", base.vocabulary.counting.get(assigned[1].strip())
            found.update(dict.fromkeys(dated or [named_fact(base, assigned[1])], value))
    if not found:
        raise NotNamed("write `tell FACT=VALUE`, such as `tell age=67`")
    return found


def named_fact(base: KnowledgeBase, name: str) -> str:
    """The fact with this name. Raises `NotNamed`."""
    return resolve(base, name, "fact")


def named_target(base: KnowledgeBase, name: str) -> str:
    """The candidate or alert with this name. Raises `NotNamed`."""
    return resolve(base, name, "candidate", "alert")


def named_score(base: KnowledgeBase, name: str) -> str:
    """The score with this name. Raises `NotNamed`."""
    found = scores_named(base, name)
    if len(found) > 1:
        raise NotNamed(f"`{name[:40]}` could be {', '.join(found)}")
    if not found:
        raise NotNamed(f"there is no score `{name[:40]}`; `scores` lists them")
    return found[0]


def named_target_or_score(base: KnowledgeBase, name: str) -> str:
    """The candidate or alert with this name, or else the score. Raises `NotNamed`."""
    try:
        return named_target(base, name)
    except NotNamed:
        if scores_named(base, name):
            return named_score(base, name)
        raise
