"""Items read as models; and what pydantic finds wrong with their shape, in the words of their author."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar, get_args

from pydantic import ValidationError

from charley.documents.diagnostic import Diagnostic, Faulty, nearest
from charley.documents.document import Document
from charley.documents.model import Frozen
from charley.facts.fields import IDENTIFIER
from charley.rules.governance.hazard import Hazard
from charley.rules.invariants.invariant import Invariant
from charley.rules.rule import KEYWORDS, Effect, Rule

__all__ = ["listed", "shape_problems"]

_EFFECTS: dict[str, type[Frozen]] = {
    kind.model_fields["kind"].default: kind for kind in get_args(get_args(Effect)[0])
}
_LIMITS = {"gt": "more than", "ge": "at least", "lt": "less than", "le": "at most"}
_QUOTES = "put it in quotes"
_SHORT = {"Evidence": "kind", "Review": "status"}
"""The key that a single word stands for, where one is given for keys with values."""

Steps = tuple[str | int, ...]
Listed = TypeVar("Listed", Hazard, Invariant)


def listed(
    document: Document, model: type[Listed], problems: list[Diagnostic]
) -> Iterator[tuple[int, Listed]]:
    """The items of a list, each with its number there. What is wrong with the others is added to `problems`.

    Raises `Faulty` where the document is no list.
    """
    if document.value is not None and not isinstance(document.value, list):
        help = f"start each {model.__name__.lower()} with `- id:`"
        raise Faulty([document.problem([], "F004", "a list is expected here", help)])
    seen: set[str] = set()
    for at, item in enumerate(document.value or ()):
        try:
            found = model.model_validate(item)
        except ValidationError as error:
            problems += shape_problems(document, [at], error, model)
            continue
        if found.id in seen:
            problems.append(document.problem([at, "id"], "R006", f"`{found.id}` is defined twice"))
        seen.add(found.id)
        yield at, found


def shape_problems(
    document: Document, path: Sequence[str | int], error: ValidationError, model: type[Frozen]
) -> Iterator[Diagnostic]:
    """Each problem once, at the value, or for an unknown key at the key."""
    item = _value(document.value, path)
    found = error.errors(include_url=False)
    places = [problem["loc"] for problem in found]
    for problem in found:
        loc = problem["loc"]
        if problem["type"] == "too_short" and any(each[: len(loc)] == loc != each for each in places):
            continue  # its items are not missing: they are the ones that are wrong
        message, help = _said(problem, model, item)
        at = [*_in_file(loc, model, item), *problem.get("ctx", {}).get("at", ())]
        if problem["type"] == "missing":
            at = at[:-1]
        key = problem["type"] == "extra_forbidden"
        yield document.problem([*path, *at], "F004", message, help, key=key)


def _in_file(loc: Steps, model: type[Frozen], item: Any) -> Steps:
    """The path as it stands in the file: an effect has a word where the model has a kind and a field."""
    if model is not Rule or len(loc) < 3 or loc[0] != "then":
        return loc
    effect = _value(item, loc[:2])
    words = [word for word in KEYWORDS if isinstance(effect, dict) and word in effect]
    rest = loc[3:]
    if rest and words and rest[0] == KEYWORDS[words[0]][1]:
        rest = (words[0], *rest[1:])
    return (*loc[:2], *rest)


def _said(problem: Any, model: type[Frozen], item: Any) -> tuple[str, str]:
    """A message and a help."""
    loc, kind = problem["loc"], problem["type"]
    steps = _in_file(loc, model, item)
    name = next((f"`{step}`" for step in reversed(steps) if isinstance(step, str)), "this")
    what = f"an item of {name}" if steps and isinstance(steps[-1], int) else name
    given, context = _shown(problem.get("input")), problem.get("ctx", {})
    match kind:
        case "missing" if isinstance(loc[-1], int):
            return f"{name} is too short", "add what is missing"
        case "missing":
            return f"{name} is missing", "add it"
        case "too_short":
            return f"{name} needs {context['min_length']} or more", "write `[a, b]` or a list of `- ` items"
        case "too_long":
            return f"{name} takes no more than {context['max_length']}", "remove the others"
        case "extra_forbidden":
            keys = _keys(model, loc)
            return f"unknown key {name}", nearest(str(loc[-1]), keys) or "keys here: " + ", ".join(keys)
        case "union_tag_not_found" | "union_tag_invalid":
            return _opening(problem.get("input"))
        case "model_type" | "dict_type" | "mapping_type" | "model_attributes_type":
            if context.get("class_name") == "Wording":
                return f"{name} is text, not {given}", "write it in quotes, or once for each kind of reader"
            key = _SHORT.get(context.get("class_name", ""))
            help = (
                f"write `{{{key}: {given.strip('`')}}}`" if key and given[0] == "`" else "write `key: value`"
            )
            return "keys with values are expected here", help
        case "tuple_type" | "list_type":
            return "a list is expected here", _as_list(problem.get("input"))
        case "string_pattern_mismatch":
            small = "A-Z" not in context["pattern"]
            help = f"use {'small ' if small else ''}letters and digits, with `-` between words"
            if context["pattern"] == IDENTIFIER:
                help = "start with a letter; use small letters, digits and `_`"
            return f"{given} is not a well-formed id", help
        case "string_type":
            nothing = problem.get("input") is None
            return f"{what} is text, not {given}", "write a text" if nothing else _QUOTES
        case "literal_error":
            options = [option.strip("'") for option in context["expected"].replace(" or ", ", ").split(", ")]
            help = nearest(given.strip("`"), options) or "write one of " + ", ".join(options)
            what = f"a key of `{loc[-3]}`" if len(loc) > 2 and loc[-1] == "[key]" else what
            return f"{what} cannot be {given}", help
        case "greater_than" | "greater_than_equal" | "less_than" | "less_than_equal":
            limit = next(iter(context))
            return (
                f"{what} must be {_LIMITS[limit]} {float(context[limit]):g}, not {given}",
                "correct the number",
            )
        case _ if kind.startswith("int"):
            return f"{what} is a whole number, not {given}", _whole(steps, problem.get("input"))
        case _ if kind.startswith(("float", "decimal", "finite")):
            return f"{what} is a number, not {given}", "write a plain number, without quotes or a unit"
        case _ if kind.startswith("date"):
            return f"{what} is a date, not {given}", "write it as 2026-01-31"
        case _ if kind.startswith("bool"):
            return f"{what} is true or false, not {given}", "write `true` or `false`"
        case _:
            message = str(problem["msg"]).removeprefix("Value error, ")
            return message[:1].lower() + message[1:].rstrip("."), context.get("help", "")


def _as_list(given: Any) -> str:
    """How to write as a list what was given as text."""
    span = (
        re.fullmatch(r"\s*(-?[\d.]+)\s*(?:-|–|to|\.\.+)\s*(-?[\d.]+)\s*", given)
        if isinstance(given, str)
        else None
    )
    if span is not None:
        return f"write `[{span[1]}, {span[2]}]`"
    short = isinstance(given, str) and given.strip() and len(given) <= 60 and "`" not in given
    return f"write `[{given.strip()}]`" if short else "write `[a, b]` or a list of `- ` items"


def _whole(steps: Steps, given: Any) -> str:
    """How to write a whole number; a chance that was given for a prior is one in decibans."""
    if isinstance(given, str) and (percent := re.fullmatch(r"(\d+(?:\.\d+)?) ?%", given)):
        given = float(percent[1]) / 100
    if steps and steps[-1] == "prior" and isinstance(given, float) and 0 < given < 1:
        return f"in decibans a chance of {given:g} is `{round(10 * math.log10(given / (1 - given)))}`"
    return "write a whole number, such as `-4`" if steps and steps[-1] == "prior" else "write digits only"


def _opening(given: Any) -> tuple[str, str]:
    """An effect that opens with none of the words, or with several."""
    keys = [str(key) for key in given] if isinstance(given, dict) else []
    words = [f"`{key}`" for key in keys if key in KEYWORDS]
    if len(words) > 1:
        return f"{' and '.join(words)} stand in one effect", "write each as an effect of its own"
    help = next(filter(None, (nearest(key, KEYWORDS) for key in keys)), "")
    return "no word says what this effect does", help or "it has one of " + ", ".join(KEYWORDS)


def _keys(model: type[Frozen], loc: Steps) -> list[str]:
    """The keys that may stand at the last step of `loc`, as far as they are known."""
    current: type[Frozen] = model
    words: list[str] = []
    for step in loc[:-1]:
        if step in (known := _fields(current)):
            current = _model_in(known[str(step)]) or current
        elif step in _EFFECTS and model is Rule:
            current = _EFFECTS[str(step)]
            words = [word for word, (kind, _) in KEYWORDS.items() if kind == step]
    hidden = {"kind", "direction", *(KEYWORDS[word][1] for word in words)} if words else set()
    return [*words, *(name for name in _fields(current) if name not in hidden)]


def _fields(model: type[Frozen]) -> dict[str, Any]:
    """The fields of a model with their types, by the keys that stand for them in a file."""
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _model_in(annotation: Any) -> type[Frozen] | None:
    if isinstance(annotation, type) and issubclass(annotation, Frozen):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        inner = _model_in(argument)
        if inner is not None:
            return inner
    return None


def _value(value: Any, path: Sequence[str | int]) -> Any:
    for step in path:
        if isinstance(value, dict | list):
            value = value[step] if isinstance(value, dict) or isinstance(step, int) else None  # type: ignore[index]
    return value


def _shown(given: Any) -> str:
    """What was given, in backticks; or what kind of thing it is."""
    if given is None or isinstance(given, dict | list):
        return "nothing" if given is None else "a list" if isinstance(given, list) else "keys with values"
    text = str(given).lower() if isinstance(given, bool) else str(given)
    text = " ".join(text.split()).replace("`", "'")
    return f"`{text if len(text) <= 60 else text[:57] + '...'}`"
