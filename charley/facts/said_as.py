"""How a fact is said in a language: the phrases by which free text is read for it."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import model_validator

from charley.documents.model import Frozen, ReadOnly, ReadOnlyDict

__all__ = ["SaidAs"]

_ROLES = ("states", "enough", "needed", "denies", "sides", "nothing")


class SaidAs(Frozen):
    """Phrases by what they say of a fact; a plain list is `states`.

    `states` says that the fact is so, and denied that it is not; `denies` the other way round. `enough` is
    a part that suffices, so that its denial says nothing (`rigors` of "fever or rigors"); `needed` is a part
    that does not, so that only its denial says something (`redness` of "redness with warmth"). `sides` is
    what is measured left and right, of a number that is how far the two are apart. A phrase under `nothing`
    says nothing of the fact though its words are in it. The phrases of a choice stand under the names of its
    choices, here `values`.
    """

    ROLES: ClassVar[tuple[str, ...]] = _ROLES

    states: tuple[str, ...] = ()
    enough: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    denies: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()
    nothing: tuple[str, ...] = ()
    values: ReadOnly[str, tuple[str, ...]] = ReadOnlyDict()

    @model_validator(mode="before")
    @classmethod
    def _spelled_out(cls, given: Any) -> Any:
        if isinstance(given, list | tuple):
            return {"states": given}
        if isinstance(given, dict):
            values = {key: value for key, value in given.items() if key not in (*_ROLES, "values")}
            if values:
                return {**{key: given[key] for key in given if key not in values}, "values": values}
        return given
