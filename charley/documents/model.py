"""The models of the house: frozen, with nothing in them beyond their fields, and pydantic at the door.

A model is a dataclass. pydantic is imported, and told of a model, when something is first checked against it
or written by it: whoever only reads a compiled base and prints words never waits for that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self, dataclass_transform

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import GetCoreSchemaHandler, TypeAdapter
    from pydantic_core import CoreSchema

__all__ = ["Constraint", "Frozen", "field"]


class Constraint:
    """What a value must be beyond its type: `Annotated[str, Constraint(pattern="^[a-z]+$")]`.

    It takes what pydantic's `Field` takes for that, and `before`, which sees the value first.
    """

    def __init__(self, *, before: Callable[[Any], Any] | None = None, **such: Any) -> None:
        self._before, self._such = before, such

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic import BeforeValidator, Field

        such: list[Any] = [Field(**self._such)] if self._such else []
        such += [BeforeValidator(self._before)] if self._before else []
        return handler.generate_schema(Annotated[source, *such])


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
class Frozen:
    """A model that cannot be changed. Two are equal when they are of one class and have equal fields.

    Making one checks its values as pydantic does, and raises `pydantic.ValidationError`; so do
    `model_validate` and `model_validate_json`. As with pydantic's own models, `model_dump` and
    `model_dump_json` write it; and it can be a field of a pydantic model.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        dataclass(init=False, repr=False, eq=False, kw_only=True)(cls)

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(self.model_validate(values).__dict__)

    @classmethod
    def made(cls, **values: Any) -> Self:
        """One of values that need no checking: they are our own. Give every field, in its order."""
        made = object.__new__(cls)
        _set(made, "__dict__", values)
        return made

    @classmethod
    def spelled_out(cls, given: Any) -> Any:
        """What was given as a mapping of fields, where it may be given in a shorter way."""
        return given

    def whole(self) -> None:
        """Raise a `misplaced` problem where fields that are good by themselves do not go together."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema as schemas

        fields: Any = {**handler(source)}
        name = fields.pop("ref")
        schema: Any = schemas.no_info_after_validator_function(_whole, fields)
        if cls.spelled_out.__func__ is not Frozen.spelled_out.__func__:  # type: ignore[attr-defined]
            schema = schemas.no_info_before_validator_function(cls.spelled_out, schema)
        # What pydantic finds again under this name, at a second use, must be all of it.
        return {**schema, "ref": name}

    @classmethod
    def model_validate(cls, given: Any, *, strict: bool | None = None) -> Self:
        """One of a mapping of fields. Raises `pydantic.ValidationError`."""
        made: Self = _door(cls).validate_python(given, strict=strict)
        return made

    @classmethod
    def model_validate_json(cls, text: str | bytes, *, strict: bool | None = None) -> Self:
        """One of what `model_dump_json` wrote. Raises `pydantic.ValidationError`."""
        made: Self = _door(cls).validate_json(text, strict=strict)
        return made

    @classmethod
    def model_json_schema(cls) -> dict[str, Any]:
        """The JSON schema of what `model_dump_json` writes."""
        return _door(cls).json_schema(mode="serialization")

    def model_dump(self, **how: Any) -> dict[str, Any]:
        """Its fields as a dictionary, and theirs; `how` is of pydantic's `TypeAdapter.dump_python`."""
        dumped: dict[str, Any] = _door(type(self)).dump_python(self, **how)
        return dumped

    def model_dump_json(self, **how: Any) -> str:
        """Its fields as JSON; `how` is of pydantic's `TypeAdapter.dump_json`."""
        return _door(type(self)).dump_json(self, **how).decode()

    def model_copy(self, *, update: dict[str, Any]) -> Self:
        """The same with other values, which are not checked."""
        return self.made(**{**self._fields(), **update})

    def _fields(self) -> dict[str, Any]:
        """Its fields, without what was worked out from them and kept beside them."""
        values, names = self.__dict__, type(self).__dataclass_fields__  # type: ignore[attr-defined]
        return values if len(values) == len(names) else {name: values[name] for name in names}

    def __getstate__(self) -> dict[str, Any]:
        return self._fields()

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._fields() == other._fields()

    def __hash__(self) -> int:
        return hash((type(self), *self._fields().values()))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self._fields().items())
        return f"{type(self).__name__}({fields})"

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a {type(self).__name__} cannot be changed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a {type(self).__name__} cannot be changed")


_set = object.__setattr__


def _whole(made: Frozen) -> Frozen:
    made.whole()
    return made


_doors: dict[type[Frozen], TypeAdapter[Any]] = {}


def _door(model: type[Frozen]) -> TypeAdapter[Any]:
    """pydantic's view of a model, made once."""
    if model not in _doors:
        from pydantic import TypeAdapter

        _doors[model] = TypeAdapter(model)
    return _doors[model]
