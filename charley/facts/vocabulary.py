"""What can be known about a patient: the facts, each with its kind, its range and its words."""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from charley.documents.model import Frozen, ReadOnly, ReadOnlyDict, Text, misplaced
from charley.facts.conversion import Conversion
from charley.facts.units import unit_name, with_unit
from charley.facts.wording import Audience, SaidAs, Wording

__all__ = [
    "AS_OF",
    "IDENTIFIER",
    "NONE_OF_THESE",
    "NOT_KNOWN",
    "TESTS",
    "Burden",
    "CodeSystem",
    "Comparison",
    "Fact",
    "FactGroup",
    "Identifier",
    "Value",
    "Vocabulary",
    "words",
]

Value = bool | int | float | str
"""A known value: truth, a number in the fact's own unit, or one of its choices."""

Burden = Literal["history", "examination", "blood_test", "imaging"]
"""What it takes to answer, in rising order."""

TESTS: tuple[Burden, ...] = ("blood_test", "imaging")
"""What is known only where a test was made."""

IDENTIFIER = r"^[a-z][a-z0-9_]*$"

AS_OF = "as_of"
"""The key of a record under which the day stands from which its dates are seen."""

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

_OF_A_SCORE = re.compile(r" ?\([^()]*\b(?:item|criterion)\b[^()]*\)|; tick also .*")
"""What a wording says beyond the sign: which item of a score it is, and what else to tick it for."""


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

Comparison = tuple[str, float | int]
"""What a rule asks of a number: an operator and a limit."""


class Fact(Frozen):
    """Something that can be known about a patient.

    `unit` is a UCUM unit, and `plausible_range` is given in it. `answered_by` says who can normally answer.
    The question is not asked while the condition `ask_unless` is known true, or while `ask_when` is not known
    true; `ask_when` is the premise of the wording ("does the attack ..."). A gate `opens` the facts that its
    question names together ("any medicines?"). It is asked before them, and after a no they are not asked.
    `fixed` facts (age, sex at birth) cannot be changed by treatment. `molar_mass` (g/mol) and `charge`
    convert between mass, substance and equivalents, and `conversions` from other scales. `annotations` are
    words that laboratories write beside the unit and that do not change it (`FEU`).

    `said_as` holds for each language the phrases that state the fact in free text. A statement about the past
    is ignored, unless it `counts` (an earlier illness) or `denies` the fact (a medicine that was stopped); a
    statement about a time longer ago than `within_days` is ignored. A number that is measured on each side of
    the body has its `side`. `shares_words_with` names facts that are meant to have the same phrases. A phrase
    states the fact only where the text also states one of the facts of `said_beside`, and not where the same
    words state one of the facts of `said_unless`; otherwise the fact is doubtful.

    `answered_as` holds for each language the phrases that mean a choice, or a number, only where the fact is
    asked for (`better`, `the worst ever`): in free text they say nothing of it. Under `none_of_these` stand
    those of an answer that is none of the choices; it stays open.

    Explanations name a fact by what it is `called`; without it, by its id in words. A choice is shown as its
    id in words, or by what stands for it under `shown_as`. A boolean fact may have a `sign`: what a patient
    calls it in a list, where a question does not read well ("chest pain").

    `codes` are the codes of the fact in other systems, by code system. A code of ICD-10-CM or ATC includes
    every code beneath it.

    A fact of the kind `date` is a day. Rules do not see it; they see the number facts that count `since` it.

    `silent_alone` is the author's reason why no rule fires when a yes to this fact is the only thing known.
    """

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
    def label(self) -> str:
        """The fact in a word or two, as explanations name it."""
        return self.called or words(self.id)

    @property
    def noted(self) -> str:
        """The fact as it stands in a clinician's note: the wording without the scores it belongs to."""
        return _OF_A_SCORE.sub("", self.wording.clinician)

    def question(self, audience: Audience) -> str | None:
        """The fact as a question to this audience, or None where they cannot be asked.

        A patient is asked only what a patient can answer; laboratory results and findings of an
        examination may still be volunteered. A student is asked as a clinician is: what their wording
        teaches would give the answer away.
        """
        if audience == "student":
            return self.wording.clinician
        if audience == "patient" and (self.answered_by != "patient" or self.wording.patient is None):
            return None
        return self.wording.to(audience)

    def listed(self, audience: Audience) -> str:
        """The fact as one of a list of signs: to a patient its `sign`, else the wording."""
        return self.sign if self.sign is not None and audience == "patient" else self.wording.to(audience)

    def show(self, value: Value) -> str:
        """A value of this fact as a person reads it: `yes`, `67 years`, `left only`."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, str):
            return self.shown_as.get(value, words(value))
        return with_unit(value, self.unit)

    def written(self, value: Value) -> Value:
        """A value as it is written into a record, so that it is read as the same value again."""
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return f"{value} %" if self.unit == "%" and is_number and 0 < abs(float(value)) < 1 else value

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


class FactGroup(Frozen):
    """Facts that are asked about together, as they stand in the file."""

    group: Identifier
    title: Text
    facts: tuple[Fact, ...]


class Vocabulary(ReadOnlyDict[str, Fact]):
    """All facts that rules can look at, by id and in the order of the file; `titles` names their groups.

    `dates` are the facts that are days. A record may hold them. Rules see the numbers that count since them;
    `counting` names these numbers for each date.

    `compared` holds for each number the comparisons that rules make with it. A number that is missing there
    is used in a calculation, where every digit may matter.
    """

    def __init__(
        self,
        facts: Iterable[Fact],
        titles: Mapping[str, str] | None = None,
        compared: Mapping[str, tuple[Comparison, ...]] | None = None,
    ) -> None:
        every = tuple(facts)
        super().__init__({fact.id: fact for fact in every if fact.kind != "date"})
        self.dates = {fact.id: fact for fact in every if fact.kind == "date"}
        self.counting = {id: tuple(f.id for f in self.values() if f.since == id) for id in self.dates}
        self.titles = dict(titles or {})
        self.compared = dict(compared or {})

    @property
    def record_keys(self) -> tuple[str, ...]:
        """All that a record may tell: the facts, and the dates with the day from which they are seen."""
        return (*self, *self.dates, *([AS_OF] if self.dates else ()))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), ((*self.values(), *self.dates.values()), self.titles, self.compared)

    def written(self, record: Mapping[str, Value]) -> dict[str, Value]:
        """A record as it is written into a file."""
        return {id: self[id].written(value) for id, value in record.items()}


def words(id: str) -> str:
    """An identifier as words: `left_only` is `left only`."""
    return id.replace("_", " ")
