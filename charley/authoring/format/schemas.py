"""JSON Schemas of the files of a base, made from the models that read them.

What a schema refuses the reader refuses. The reader also looks at what no schema can say: that names exist,
that conditions can be read, that a range goes from the lower to the higher number.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal, get_args

from pydantic.json_schema import GenerateJsonSchema

import charley
from charley.authoring.format.kinds import FileKind, key_words
from charley.documents.model import Frozen
from charley.facts.wording import SaidAs
from charley.rules.rule import KEYWORDS, Effect, Rule

__all__ = ["DRAFTS", "Draft", "Schema", "effect_models", "file_schema"]

Schema = dict[str, Any]
Draft = Literal["2020-12", "07"]
DRAFTS: Final[dict[Draft, str]] = {
    "2020-12": "https://json-schema.org/draft/2020-12/schema",
    "07": "http://json-schema.org/draft-07/schema#",
}
"""For programs, and for editors, which read the older one best."""

_NUMBER: Final = r"^\s*[+-]?(\d[\d_]*\.?[\d_]*|\.\d[\d_]*)([eE][+-]?\d+)?\s*$"

FORMAT = 1
"""The version of the format. It changes when what was a good file no longer is."""


def file_schema(kind: FileKind, draft: Draft = "2020-12") -> Schema:
    """The schema of a kind of file."""
    definitions: Schema = {}
    for model in kind.models:
        definitions |= _definitions(model)
    content = _content(kind)
    schema = {
        "$schema": DRAFTS[draft],
        "$id": f"urn:charley:schema:{FORMAT}:{kind.name}",
        "$comment": f"Made by Charley {charley.__version__} from the models that read the files.",
        "title": f"{kind.files} of a Charley knowledge base",
        "description": f"{kind.files}: {kind.title}.",
        **content,
        "$defs": {name: definitions[name] for name in sorted(definitions)},
    }
    return schema if draft == "2020-12" else _older(schema)


def _content(kind: FileKind) -> Schema:
    """What the file is as a whole: one thing, a list, or named lists. An optional file may be empty."""
    if not kind.listed:
        return {"$ref": f"#/$defs/{kind.models[0].__name__}"}
    lists: dict[str, Schema] = {
        key: {"type": "array", "items": {"$ref": f"#/$defs/{model.__name__}"}}
        for key, model in kind.parts.items()
    }
    if "" in lists:
        return {**lists[""], "type": "array" if kind.name == "facts" else ["array", "null"]}
    properties = {key: {**each, "type": ["array", "null"]} for key, each in lists.items()}
    required: Schema = {}
    if kind.required:
        first = next(iter(lists))
        properties[first] = {**lists[first], "minItems": 1}
        required = {"required": [first]}
    return {"type": "object", "additionalProperties": False, "properties": properties, **required}


class _Quiet(GenerateJsonSchema):
    """Defaults that JSON cannot hold are left out, without a warning."""

    ignored_warning_kinds = {"skipped-choice", "non-serializable-default"}  # noqa: RUF012

    def decimal_schema(self, schema: Any) -> Schema:
        """A number, or a text that is one."""
        made = super().decimal_schema(schema)
        for each in made.get("anyOf", ()):
            if each.get("type") == "string":
                each["pattern"] = _NUMBER
        return made


def _definitions(model: type[Frozen]) -> Schema:
    """The schema of the model and of all that is in it, by the names of the models."""
    made = model.model_json_schema(schema_generator=_Quiet)
    definitions: Schema = {**made.pop("$defs", {}), model.__name__: made}
    described = {name: _described(name, each) for name, each in definitions.items()}
    if "Wording" in described:
        described["Wording"] = _or({"type": "string"}, described["Wording"])
    if "SaidAs" in described:
        described["SaidAs"] = _said(described["SaidAs"])
    if model is Rule:
        words = dict(_effects(described))
        described |= words
        effects = {"anyOf": [{"$ref": f"#/$defs/{word}"} for word in words]}
        described["Rule"]["properties"]["then"]["items"] = effects
        for each in effect_models().values():
            described.pop(each.__name__, None)
    return described


def _described(name: str, schema: Schema) -> Schema:
    """The schema with an author's words in place of pydantic's titles and docstrings."""
    words = key_words()[name]
    schema = _untitled(schema)
    schema["description"] = words["this"]
    for key, each in schema.get("properties", {}).items():
        if key in words:
            schema["properties"][key] = {**each, "description": words[key]}
    return schema


def _untitled(schema: Any, *, names: bool = False) -> Any:
    """Without the titles that pydantic makes of names; under `properties` a title is a key like others."""
    if isinstance(schema, list):
        return [_untitled(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    empty: tuple[Schema, ...] = ({"default": None}, {"default": []})
    return {
        key: _untitled(value, names=key == "properties" and not names)
        for key, value in schema.items()
        if names or (key not in ("title", "discriminator") and {key: value} not in empty)
    }


def _or(short: Schema, schema: Schema) -> Schema:
    description = schema.pop("description")
    return {"description": description, "anyOf": [short, schema]}


def _said(schema: Schema) -> Schema:
    """Phrases: a plain list, or lists by what they say, or by the choice they stand for."""
    phrases = {"type": "array", "items": {"type": "string"}}
    schema["properties"] = {role: schema["properties"][role] for role in SaidAs.ROLES}
    return _or(phrases, {**schema, "additionalProperties": phrases})


def effect_models() -> dict[str, type[Frozen]]:
    """The models of effects by their kind."""
    return {kind.model_fields["kind"].default: kind for kind in get_args(get_args(Effect)[0])}


def _effects(definitions: Schema) -> Iterator[tuple[str, Schema]]:
    """Each effect as it stands in a file: the word that opens it takes the place of a kind and a field."""
    for word, (kind, field) in KEYWORDS.items():
        model = effect_models()[kind]
        schema = definitions[model.__name__]
        inner = {key: each for key, each in schema["properties"].items() if key not in ("kind", "direction")}
        opening = {**inner.pop(field), "description": key_words()[model.__name__][word]}
        required = [key for key in schema.get("required", ()) if key in inner]
        yield word, {**schema, "properties": {word: opening, **inner}, "required": [word, *required]}


def _older(schema: Any) -> Any:
    """The schema of draft 2020-12 as draft-07 says it, where nothing may stand beside a `$ref`."""
    if isinstance(schema, list):
        return [_older(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    names = {"$defs": "definitions", "prefixItems": "items"}
    found = {names.get(key, key): _older(value) for key, value in schema.items()}
    if isinstance(found.get("$ref"), str):
        ref = found.pop("$ref").replace("#/$defs/", "#/definitions/")
        found = {**found, "allOf": [{"$ref": ref}]} if found else {"$ref": ref}
    return found
