"""What an author writes of a fact: its kind, its range, its words; and what of that does not go together."""

import math
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from charley.documents.model import Frozen, ReadOnly, ReadOnlyDict, Text, misplaced
from charley.facts.conversion import Conversion
from charley.facts.units import unit_name
from charley.facts.wording import SaidAs, Wording

__all__ = [
    "CALENDAR_UNITS",
    "IDENTIFIER",
    "NONE_OF_THESE",
    "NOT_KNOWN",
    "Burden",
    "CodeSystem",
    "FactFields",
    "Identifier",
]

Burden = Literal["history", "examination", "blood_test", "imaging"]
"""What it takes to answer, in rising order."""

IDENTIFIER = r"^[a-z][a-z0-9_]*$"

CALENDAR_UNITS = ("d", "wk", "mo", "a")
"""The units in which a date can say how long ago something was."""

NONE_OF_THESE = "none_of_these"
"""The key under which `answered_as` has the words of an answer that is none of the choices."""

NOT_KNOWN = {
    *("unknown", "unk", "u", "?", "dk", "na", "n/a", "null", "not known", "not sure", "unsure"),
    *("don't know", "dont know", "do not know", "i don't know", "i dont know", "no idea"),
    *("nan", "<na>", "nat"),
}
"""What people write when they do not know. No choice may have such a name: it would be read as unknown."""


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text))


def _is_within(text: str, limits: tuple[float, float] | None) -> bool:
    """Whether a text is a plain number within the limits."""
    plain = re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) is not None
    return plain and limits is not None and limits[0] <= float(text) <= limits[1]


def _listed(given: Any) -> Any:
    return [given] if isinstance(given, str) else given


def _finite(given: Any) -> Any:
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        raise misplaced(f"a range has two numbers, not `{str(given)[:60]}`", help="write `[0, 100]`")
    return given


_Number = Annotated[float | int, BeforeValidator(_finite)]
Identifier = Annotated[str, Field(pattern=IDENTIFIER)]
Annotation = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{1,30}$")]

CodeSystem = Literal["loinc", "hpo", "icd10cm", "atc", "rxnorm"]
"""The code systems in which a fact can have codes."""
Codes = Annotated[
    tuple[Text, ...],
    Field(min_length=1),
    BeforeValidator(_listed, json_schema_input_type=str | tuple[str, ...]),
]


class FactFields(Frozen):
    """A fact as it stands in the file. What its fields mean is said of `charley.Fact`."""

    id: Identifier
    called: Text | None = None
    kind: Literal["boolean", "number", "choice", "date"]
    wording: Wording
    answered_by: Literal["patient", "clinician", "lab"]
    burden: Burden = "history"
    priority: Literal["core", "extended"] = "extended"
    unit: str | None = None
    plausible_range: tuple[_Number, _Number] | None = None
    since: Identifier | None = None
    molar_mass: Annotated[float, Field(gt=0, lt=1e6, strict=True)] | None = None
    charge: Annotated[int, Field(gt=0, lt=100, strict=True)] | None = None
    conversions: tuple[Conversion, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    choices: tuple[Identifier, ...] = ()
    shown_as: ReadOnly[Identifier, Text] = ReadOnlyDict()
    sign: Text | None = None
    fixed: Annotated[bool, Field(strict=True)] = False
    ask_unless: str | None = None
    ask_when: str | None = None
    opens: tuple[Identifier, ...] = ()
    codes: ReadOnly[CodeSystem, Codes] = ReadOnlyDict()
    note: Text | None = None
    silent_alone: Text | None = None
    said_as: ReadOnly[str, SaidAs] = ReadOnlyDict()
    answered_as: ReadOnly[str, ReadOnly[str, tuple[Text, ...]]] = ReadOnlyDict()
    when_past: Literal["counts", "denies"] | None = None
    within_days: Annotated[float, Field(gt=0, strict=True)] | None = None
    side: Literal["left", "right"] | None = None
    shares_words_with: tuple[Identifier, ...] = ()
    said_beside: tuple[Identifier, ...] = ()
    said_unless: tuple[Identifier, ...] = ()
    group: str = ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for name in ("unit", "plausible_range"):
            if self.kind == "number" and getattr(self, name) is None:
                raise misplaced(f"a number fact needs `{name}`", help="add it")
            if self.kind != "number" and getattr(self, name) is not None:
                raise misplaced(f"a {self.kind} fact has no `{name}`", name, help="remove it")
        for name in ("conversions", "annotations", "since"):
            if self.kind != "number" and getattr(self, name):
                raise misplaced(f"a {self.kind} fact has no `{name}`", name, help="remove it")
        if self.plausible_range and not self.plausible_range[0] < self.plausible_range[1]:
            message = "`plausible_range` goes from the lower to the higher number"
            raise misplaced(message, "plausible_range", help="swap them")
        if self.since is not None and self.unit not in CALENDAR_UNITS:
            units = ", ".join(f"`{unit}`" for unit in CALENDAR_UNITS)
            message = f"a date does not say how long ago something was in `{self.unit}`"
            raise misplaced(message, "unit", help=f"write one of {units}, or remove `since`")
        if self.since is not None and self.plausible_range and self.plausible_range[0] < 0:
            message = "a number that counts since a date is never negative"
            raise misplaced(message, "plausible_range", help="let it begin at 0")
        for name in ("said_as", "ask_unless", "ask_when", "molar_mass", "charge", "side"):
            if self.kind == "date" and getattr(self, name):
                help = "put it under the number that counts since the date"
                raise misplaced(f"a date fact has no `{name}`", name, help=help)
        if self.kind == "choice" and len(self.choices) < 2:
            raise misplaced("a choice fact needs two or more `choices`", "choices", help="add them")
        if self.kind != "choice" and self.choices:
            raise misplaced(f"a {self.kind} fact has no `choices`", "choices", help="remove them")
        for name in ("silent_alone", "opens", "sign"):
            if self.kind != "boolean" and getattr(self, name):
                raise misplaced(f"a {self.kind} fact has no `{name}`", name, help="remove it")
        for choice in self.shown_as:
            if choice not in self.choices:
                message = f"`{self.id}` has no choice `{choice}`"
                help = "its choices: " + ", ".join(self.choices) if self.choices else "remove it"
                raise misplaced(message, "shown_as", choice, help=help)
        for at, choice in enumerate(self.choices):
            if choice in self.choices[:at]:
                raise misplaced(f"the choice `{choice}` is given twice", "choices", at, help="remove one")
            if _letters(choice) in set(map(_letters, NOT_KNOWN)):
                help = "remove it: whoever does not know leaves the fact open"
                raise misplaced(f"the choice `{choice}` means that it is not known", "choices", at, help=help)
        for language, said in self.said_as.items():
            said.check(self.id, self.kind, self.choices, language)
        for language, meant in self.answered_as.items():
            self._check_meant(language, meant)
        return self

    def _check_meant(self, language: str, meant: Mapping[str, Any]) -> None:
        """Refuse phrases for what is no answer to this fact. Raises `ValueError`, with a place."""
        for value in meant:
            if self.kind == "choice" and value not in (*self.choices, NONE_OF_THESE):
                message, help = f"`{self.id}` has no choice `{value}`", ", ".join(self.choices)
                raise misplaced(message, "answered_as", language, value, help=f"its choices: {help}")
            if self.kind == "number" and not _is_within(value, self.plausible_range):
                message, help = f"`{value}` is no answer to `{self.id}`", f"write {self.expected()}"
                raise misplaced(message, "answered_as", language, value, help=help)
            if self.kind not in ("choice", "number"):
                help = "remove it: every yes and every no is understood"
                raise misplaced(f"a {self.kind} fact has no `answered_as`", "answered_as", help=help)

    @property
    def counts_back(self) -> bool:
        """Whether the number says how long ago something was."""
        return self.unit in CALENDAR_UNITS and not self.fixed

    def expected(self) -> str:
        """What an answer may be, for a message."""
        match self.kind:
            case "boolean":
                return "yes or no"
            case "choice":
                return "one of " + ", ".join(self.choices)
            case "date":
                return "a date such as 2026-01-31"
            case _:
                dated = "" if self.since is None else ", or the date since when"
                return self.number_expected() + dated

    def number_expected(self) -> str:
        """What a number may be, for a message."""
        assert self.plausible_range is not None
        low, high = self.plausible_range
        return f"a number from {low:,} to {high:,} {unit_name(self.unit)}".rstrip()
