"""What one resource says of one fact, and the notes on what could not be used."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from charley.documents.diagnostic import CharleyError

__all__ = ["Note", "Refused", "Statement", "moment", "reference_of", "since"]


class Refused(CharleyError):
    """A value that cannot be read; `str()` says why."""


@dataclass(frozen=True, slots=True)
class Statement:
    """`value` is what the answer reader takes, None where the fact was asked and is not known.

    `when` is the moment for which it was said; None where that is not told. `source` names the resource.
    `lasting` statements hold now whenever they were made: a diagnosis on the problem list, a prescription.
    `refusal` says why a value cannot be read; the fact then stays unknown. `asked`: a person was asked for
    it, so that one who does not know it is not asked again.
    """

    fact: str
    value: Any
    when: datetime.datetime | None
    source: str
    lasting: bool = False
    refusal: str = ""
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was not used, or not used as it stands: what kind, and a sentence about it."""

    kind: Literal["conflict", "refused", "passed over", "old"]
    text: str
    source: str = ""


_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(T.+)?)?)?")


def moment(text: Any) -> datetime.datetime | None:
    """A date or dateTime of FHIR as the first moment that it can mean, in UTC; None where it is none."""
    if not isinstance(text, str):
        return None
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    try:
        if found[4]:
            told = datetime.datetime.fromisoformat(text)
            return told.astimezone(datetime.UTC) if told.tzinfo else told.replace(tzinfo=datetime.UTC)
        year, month, day = int(found[1]), int(found[2] or 1), int(found[3] or 1)
        return datetime.datetime(year, month, day, tzinfo=datetime.UTC)
    except (ValueError, OverflowError):
        return None


def since(text: Any) -> str:
    """A date or dateTime as what a number that counts since it is told. Raises `Refused` for a month."""
    if moment(text) is None or len(text) < len("2026-01-31"):
        raise Refused("its date is not a day")
    return f"since {text[:10]}"


def reference_of(resource: Mapping[str, Any]) -> str:
    """`Observation/123`, or the type alone where a resource has no id."""
    kind, id = resource.get("resourceType"), resource.get("id")
    return f"{kind}/{id}" if isinstance(id, str) else str(kind)
