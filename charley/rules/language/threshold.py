"""Thresholds: numbers that conditions compare with by a name, so that each is given and reasoned once.

An author writes `potassium < low_potassium`. When a base is loaded the number is put behind the name,
`potassium < low_potassium (3.5)`: that text can be read alone, shows both, and means the number.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from charley.documents.model import Frozen, Text, misplaced
from charley.facts.fields import Identifier
from charley.rules.language.parse import Numbers

__all__ = ["NamedThreshold", "with_numbers"]


def _number(given: Any) -> Any:
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        help = "write the number here and its unit under `unit`"
        raise misplaced(f"`value` is a plain number, not `{str(given)[:60]}`", help=help)
    return int(given) if given == int(given) else given


class NamedThreshold(Frozen):
    """A number that conditions compare with by its name.

    `unit` is UCUM, and is the unit of everything that is compared with it.
    """

    id: Identifier
    value: Annotated[float | int, BeforeValidator(_number), Field(gt=-1e15, lt=1e15)]
    unit: str = "1"
    because: Text
    citations: tuple[str, ...] = ()


def with_numbers(text: str, places: Iterable[tuple[str, int, int]], numbers: Numbers) -> str:
    """The text that an author wrote, with the number behind every threshold.

    `places` are those of the thresholds in the text: name, offset, length.
    """
    for name, offset, length in sorted(places, key=lambda place: -place[1]):
        end = offset + length
        text = f"{text[:end]} ({numbers[name]}){text[end:]}"
    return text
