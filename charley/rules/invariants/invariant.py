"""Invariants: what must hold of a base for every possible patient. They stand in `invariants.yaml`."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated

from pydantic import Field

from charley.documents.model import Frozen, Text
from charley.rules.invariants.claim import Claim
from charley.rules.invariants.parse import read_claim

__all__ = ["Invariant"]


class Invariant(Frozen):
    """Every record that makes `if` true makes `then` true."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    if_: Annotated[str, Field(alias="if")]
    then: str
    why: Text | None = None

    @cached_property
    def premise(self) -> Claim:
        """`if`, parsed."""
        return read_claim(self.if_).claim

    @cached_property
    def conclusion(self) -> Claim:
        """`then`, parsed."""
        return read_claim(self.then).claim

    def __str__(self) -> str:
        return f"if {self.if_} then {self.then}"
