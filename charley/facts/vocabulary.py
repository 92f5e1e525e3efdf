"""What can be known about a patient: the facts, and what can be said with each of them."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from charley.documents.model import Frozen, ReadOnlyDict, Text
from charley.facts.fields import Burden, FactFields, Identifier
from charley.facts.units import shown
from charley.facts.wording import Audience

__all__ = [
    "AS_OF",
    "TESTS",
    "Comparison",
    "Fact",
    "FactGroup",
    "Value",
    "Vocabulary",
    "words",
]

Value = bool | int | float | str
"""A known value: truth, a number in the fact's own unit, or one of its choices."""

TESTS: tuple[Burden, ...] = ("blood_test", "imaging")
"""What is known only where a test was made."""

AS_OF = "as_of"
"""The key of a record under which the day stands from which its dates are seen."""

Comparison = tuple[str, float | int]
"""What a rule asks of a number: an operator and a limit."""

_OF_A_SCORE = re.compile(r" ?\([^()]*\b(?:item|criterion)\b[^()]*\)|; tick also .*")
"""What a wording says beyond the sign: which item of a score it is, and what else to tick it for."""


class Fact(FactFields):
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

    @property
    def is_result(self) -> bool:
        """Whether it is the result of a test."""
        return self.burden in TESTS or self.answered_by == "lab"

    @property
    def is_examined(self) -> bool:
        """Whether it is a sign or a measurement of an examination."""
        return self.burden == "examination" and not self.is_result

    def listed(self, audience: Audience) -> str:
        """The fact as one of a list of signs: to a patient its `sign`, else the wording."""
        return self.sign if self.sign is not None and audience == "patient" else self.wording.to(audience)

    def scale_named(self, text: str) -> str | None:
        """The unit of another scale of the fact of which a text has the word: `DDU` in `ng/mL (D-DU)`."""
        said = {word.replace("-", "").lower() for word in re.findall(r"[A-Za-z]+(?:-[A-Za-z]+)*", text)}
        for each in self.conversions:
            if said & {word.lower() for word in re.findall(r"\{(\w+)\}", each.unit)}:
                return each.unit
        return None

    def show(self, value: Value) -> str:
        """A value of this fact as a person reads it: `yes`, `67 years`, `left only`."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, str):
            return self.shown_as.get(value, words(value))
        return shown(value, self.unit)

    def written(self, value: Value) -> Value:
        """A value as it is written into a record, so that it is read as the same value again."""
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return f"{value} %" if self.unit == "%" and is_number and 0 < abs(float(value)) < 1 else value


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
