"""The reference of the format: every key of every file, with what it may be, as Markdown.

It is made from the schemas, which are made from the models; `docs/format.md` holds it between two marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from charley.authoring.format.kinds import KINDS
from charley.authoring.format.schemas import Schema, file_schema
from charley.facts.fields import IDENTIFIER
from charley.rules.rule import RULE_ID

__all__ = ["BEGIN", "END", "with_reference"]

BEGIN = "<!-- The keys, made from the models by `pytest tests/authoring/test_reference.py --update`. -->"
END = "<!-- The end of the keys. -->"


def with_reference(page: str) -> str:
    """The page with the reference as it is now between its marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{_reference()}\n{END}{after}"


def _reference() -> str:
    lines: list[str] = []
    shown: set[str] = set()
    for kind in KINDS.values():
        schema = file_schema(kind)
        lines += [f"### `{kind.files}`", "", f"{_sentence(kind.title)} {_whole(schema)}", ""]
        for name in _reached(schema):
            if name not in shown:
                shown.add(name)
                lines += [*_table(name, schema["$defs"][name]), ""]
    return "\n".join(lines)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _whole(schema: Schema) -> str:
    """What stands in the file as a whole."""
    if "$ref" in schema:
        return "The file is one mapping."
    if "items" in schema:
        return f"The file is a list of {_link(_name(schema['items']))}."
    parts = [
        f"`{key}`, a list of {_link(_name(each['items']))}," for key, each in schema["properties"].items()
    ]
    return f"The file has {' and '.join(parts)[:-1]}."


def _reached(schema: Schema) -> Iterator[str]:
    """The definitions in the order in which a reader meets them."""
    seen: set[str] = set()
    waiting = list(_refs({key: value for key, value in schema.items() if key != "$defs"}))
    while waiting:
        name = waiting.pop(0)
        if name not in seen:
            seen.add(name)
            yield name
            waiting += _refs(schema["$defs"][name])


def _refs(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield _name(schema)
        for value in schema.values():
            yield from _refs(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _refs(value)


def _name(schema: Schema) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


def _called(name: str) -> str:
    """The name of a definition in words: `AlertName` is `alert name`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def _link(name: str) -> str:
    return f"[{_called(name)}](#keys-of-{_called(name).replace(' ', '-')})"


def _table(name: str, schema: Schema) -> Iterator[str]:
    """A heading that can be linked to, what the thing is, and a line for each of its keys."""
    yield f"#### Keys of {_called(name)}"
    yield ""
    yield str(schema["description"])
    yield ""
    keyed = next((each for each in schema.get("anyOf", ()) if "properties" in each), schema)
    yield "| key | | what it may be | what it says |"
    yield "|---|---|---|---|"
    for key, each in keyed["properties"].items():
        needed = "required" if key in keyed.get("required", ()) else ""
        cells = (f"`{key}`", needed, _may_be(each), str(each.get("description", "")))
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _may_be(schema: Schema) -> str:
    """What a value may be, in words."""
    if "anyOf" in schema:
        found = [_may_be(each) for each in schema["anyOf"] if each.get("type") != "null"]
        return " or ".join(dict.fromkeys(found))
    if "$ref" in schema:
        return _link(_name(schema))
    if "enum" in schema:
        return ", ".join(f"`{each}`" for each in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    match schema.get("type"):
        case "array" if "prefixItems" in schema:
            return f"a list of {len(schema['prefixItems'])} numbers"
        case "array":
            return f"a list of {_may_be(schema['items'])}"
        case "object" if isinstance(schema.get("additionalProperties"), dict):
            names = schema.get("propertyNames", {}).get("enum")
            keys = f"{', '.join(f'`{each}`' for each in names)}: each " if names else "names, each with "
            return f"{keys}{_may_be(schema['additionalProperties'])}"
        case "object":
            return "keys with values"
        case "string" if schema.get("format") == "date":
            return "a date, `2026-01-31`"
        case "string" if "pattern" in schema:
            likes = {IDENTIFIER: "`leg_pain`", RULE_ID: "`leg-pain-1`"}
            return f"an id like {likes.get(schema['pattern'], '`' + schema['pattern'] + '`')}"
        case "integer":
            return f"a whole number{_bounds(schema)}"
        case "number":
            return f"a number{_bounds(schema)}"
        case "boolean":
            return "`true` or `false`"
        case "string":
            return "text"
        case _:
            return "any value"


def _bounds(schema: Schema) -> str:
    words = {"minimum": "from", "exclusiveMinimum": "above", "maximum": "to", "exclusiveMaximum": "under"}
    found = [f"{word} {schema[key]:g}" for key, word in words.items() if key in schema]
    return f" {' '.join(found)}" if found else ""
