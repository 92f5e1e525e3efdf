"""The base class of all models: pydantic models that cannot be changed, down to their mappings."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Annotated, Any, NoReturn, Self, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError, PydanticKnownError

__all__ = ["Day", "Frozen", "ReadOnly", "ReadOnlyDict", "Text", "misplaced"]

K = TypeVar("K")
V = TypeVar("V")


class ReadOnlyDict(dict[K, V]):
    """A dictionary that cannot be changed after it was made.

    It is a `dict`, so everything that reads or writes dictionaries takes it as it is.
    """

    __slots__ = ()

    def _refuse(self, *args: object, **kwargs: object) -> NoReturn:
        raise TypeError("this mapping cannot be changed; make a new one of it")

    __setitem__ = __delitem__ = _refuse
    clear = pop = popitem = setdefault = update = __ior__ = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __copy__(self) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self),)


ReadOnly = Annotated[Mapping[K, V], AfterValidator(ReadOnlyDict)]
"""The type of a model's field that is a mapping."""


class Frozen(BaseModel):
    """A pydantic model that cannot be changed and knows all its fields.

    pydantic prepares a model when one is first checked or written as JSON (`defer_build`). A command that
    only prints words does not wait for that.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    @classmethod
    def made(cls, **values: Any) -> Self:
        """A model of values that need no checking. Give every field, in its order.

        It does what `model_construct` does with complete values, in half the time.
        """
        made = cls.__new__(cls)
        _set(made, "__dict__", values)
        fields = _FIELDS.get(cls)
        if fields is None:
            fields = _FIELDS[cls] = set(cls.model_fields)
        _set(made, "__pydantic_fields_set__", fields if len(values) == len(fields) else set(values))
        _set(made, "__pydantic_extra__", None)
        _set(made, "__pydantic_private__", None)
        return made

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """The same with other values, which are not checked.

        What a cached property has worked out from the old values is not taken over.
        """
        copied = super().model_copy(update=update, deep=deep)
        for name in set(vars(copied)) - set(type(self).model_fields):
            del vars(copied)[name]
        return copied


_set = object.__setattr__
_FIELDS: dict[type[Frozen], set[str]] = {}
"""The fields of each model, which all that were `made` with every field have together."""


def misplaced(message: str, *at: str | int, help: str = "") -> PydanticCustomError:
    """A problem of a whole model that one of its parts is to blame for, to be raised by a validator.

    The reader points at the part that `at` leads to.
    """
    return PydanticCustomError("misplaced", "{message}", {"message": message, "at": at, "help": help})


def _not_blank(text: str) -> str:
    if not text.strip():
        raise misplaced("this text is blank", help="write something")
    return text


Text = Annotated[str, AfterValidator(_not_blank)]
"""Words for a reader: of whatever has to be said, something is said."""


def _day(given: Any) -> Any:
    """A number is no day, though it could be counted from 1970; neither is a time."""
    text = isinstance(given, str) and len(given) == len("2026-01-31")
    if not text and (not isinstance(given, datetime.date) or isinstance(given, datetime.datetime)):
        raise PydanticKnownError("date_type")
    return given


Day = Annotated[datetime.date, BeforeValidator(_day)]
"""A date, written as 2026-01-31."""
