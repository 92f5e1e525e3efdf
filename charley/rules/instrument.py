"""Numbers that follow from facts: derived values and clinical scores."""

from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from charley.documents.model import Frozen, ReadOnly, ReadOnlyDict, Text, misplaced
from charley.facts.fields import Identifier
from charley.rules.governance.evidence import Evidence
from charley.rules.language.condition import Condition
from charley.rules.language.parse import parse

__all__ = ["Derived", "Finding", "Instrument", "Item"]


class Derived(Frozen):
    """A number computed from number facts: `difference` and `ratio` are first against second."""

    id: Identifier
    title: str = ""
    kind: Literal["difference", "ratio", "minimum", "maximum", "sum"]
    of: Annotated[tuple[str, ...], Field(min_length=2)]
    unit: str = "1"
    note: Text | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.kind in ("difference", "ratio") and len(self.of) != 2:
            raise misplaced(f"a {self.kind} is of exactly two facts", "of", help="name two")
        return self


class Item(Frozen):
    """One line of a clinical score: its condition and its points."""

    when: str
    points: Annotated[Decimal, Field(ge=-1000, le=1000)]
    label: str = ""

    @cached_property
    def condition(self) -> Condition:
        """`when`, parsed."""
        return parse(self.when).condition


class Instrument(Frozen):
    """A clinical score. While items are unknown its value is an interval; while `applies_when` is not
    known true every comparison on it is unknown.
    """

    id: Identifier
    title: Text
    items: Annotated[tuple[Item, ...], Field(min_length=1)]
    decimals: Annotated[int, Field(ge=0, le=4, strict=True)] = 0
    applies_when: str | None = None
    bands: ReadOnly[str, str] = ReadOnlyDict()
    evidence: Evidence | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for at, item in enumerate(self.items):
            if (item.points * 10**self.decimals) % 1:
                message = f"{item.points} points have more than the {self.decimals} places of `decimals`"
                raise misplaced(message, "items", at, "points", help="raise `decimals`, or round the points")
        return self

    @cached_property
    def scaled(self) -> tuple[int, ...]:
        """The points of the items as integers, in units of 10**-decimals."""
        return tuple(int(item.points * 10**self.decimals) for item in self.items)

    @cached_property
    def gate(self) -> Condition | None:
        """`applies_when`, parsed."""
        return None if self.applies_when is None else parse(self.applies_when).condition

    def show(self, scaled: int) -> float | int:
        """A sum in units of 10**-decimals as the score's own number."""
        return scaled if not self.decimals else scaled / 10**self.decimals


class Finding(Frozen):
    """An intermediate conclusion. Rules make it true, and there is no question for it."""

    id: Identifier
    meaning: Text
