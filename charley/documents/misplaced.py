"""A problem of a whole model that one of its parts is to blame for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic_core import PydanticCustomError

__all__ = ["misplaced"]


def misplaced(message: str, *at: str | int, help: str = "") -> PydanticCustomError:
    """To be raised by a model's validator: the reader will point at the part that `at` leads to."""
    from pydantic_core import PydanticCustomError

    return PydanticCustomError("misplaced", "{message}", {"message": message, "at": at, "help": help})
