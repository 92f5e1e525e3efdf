"""A conversion between two scales of one quantity, which no ratio of units expresses."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from charley.documents.model import Frozen, Text

__all__ = ["Conversion"]


class Conversion(Frozen):
    """By `source`, `x` in `unit` is `slope * x + offset` in the fact's own unit, to `decimals` places."""

    unit: Text
    slope: Annotated[float, Field(gt=0, lt=1e9, strict=True)]
    offset: Annotated[float, Field(gt=-1e9, lt=1e9, strict=True)] = 0.0
    decimals: Annotated[int, Field(ge=0, le=9, strict=True)] | None = None
    source: Text

    def applied(self, value: float) -> float:
        """The value on the fact's own scale."""
        converted = self.slope * value + self.offset
        return converted if self.decimals is None else round(converted, self.decimals)
