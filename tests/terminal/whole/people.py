"""A person who is asked: a story in their own words, what is true of them, and how they answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import yaml

from benchmarks.screens import implied
from charley.engine.ask.asking import Asking
from charley.engine.expert import Expert
from charley.facts.record import answers
from charley.facts.vocabulary import TESTS, Fact, Value
from charley.facts.wording import AUDIENCES, Audience

HERE = Path(__file__).parent
SAID: dict[str, list[str]] = yaml.safe_load((HERE / "said.yaml").read_text())["answers"]
"""How people say an answer, by what they mean."""


@dataclass(frozen=True)
class Person:
    """Who answers for whom: a patient for themselves, a clinician or a student for a patient.

    `says` is what the story says and `truth` what is so, that included. Of everything else the person says
    no, or with `rest: unknown` that they do not know. `manner` are the habits: `words`, `doubts`,
    `changes_mind`, `asks`, `goes_on`, `quits`.
    """

    id: str
    audience: Audience
    story: str
    says: Mapping[str, Value]
    truth: Mapping[str, Value]
    rest: str = "no"
    manner: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return f"{self.id} as {self.audience}"

    def knows(self, fact: Fact) -> Value | None:
        """What is so of a fact; None where the person does not know."""
        if fact.id in self.truth:
            return self.truth[fact.id]
        known = fact.kind == "boolean" and fact.burden not in TESTS and self.rest == "no"
        doubted = "doubts" in self.manner and crc32(fact.id.encode()) % 4 == 0
        return False if known and not doubted else None

    def answer(self, fact: Fact, number: int, tested: bool) -> str:
        """The line that answers the question number `number` of the interview.

        Who has no test result says so at the first test.
        """
        value = self.knows(fact)
        if value is None and fact.burden in TESTS and not tested:
            return "no tests"
        if value is None:
            return self._say("unknown", number)
        if isinstance(value, bool):
            return self._say("yes" if value else "no", number)
        if fact.kind == "choice":
            words = fact.show(value)
            return words if "words" in self.manner else str(fact.choices.index(str(value)) + 1)
        return self._number(fact, float(value))

    def ticks(self, facts: Sequence[Fact], number: int) -> str:
        """The line that answers a list."""
        known = [self.knows(fact) for fact in facts]
        yes = [str(at) for at, value in enumerate(known, 1) if value is True]
        unsure = [at for at, value in enumerate(known, 1) if value is None]
        if len(unsure) == len(facts):
            return self._say("unsure of all", number)
        if not yes and not unsure:
            return self._say("none", number)
        listed = (" and " if "words" in self.manner else " ").join(yes)
        return " ".join([listed, *(f"?{at}" for at in unsure)]).strip()

    def _say(self, meant: str, number: int) -> str:
        said = SAID[meant]
        return said[number % len(said)] if "words" in self.manner else said[0]

    def _number(self, fact: Fact, value: float) -> str:
        if fact.unit == "d" and "words" in self.manner:
            for days, word in ((365, "year"), (30, "month"), (7, "week"), (1, "day")):
                if value >= days and value % days == 0:
                    many = int(value / days)
                    return f"about {many} {word}{'s' * (many > 1)}"
        plain = f"{value:g}"
        if fact.unit == "a":
            return f"I am {plain}" if "words" in self.manner else plain
        unit = fact.unit if fact.unit is not None and fact.unit.isalpha() and "words" in self.manner else ""
        return f"{plain} {unit}".strip()


def person(base: Expert, given: Mapping[str, Any], audience: Audience) -> Person:
    """A person of the file, as this audience."""
    says = answers(given["says"], base.vocabulary).record
    truth = answers(given.get("truth", {}), base.vocabulary).record
    asked = base.part(Asking).asked[audience]  # a patient knows nothing of what only others find
    truth = {**says, **{fact: value for fact, value in truth.items() if fact in asked}}
    story = given["story"]
    return Person(
        given["id"],
        audience,
        story if isinstance(story, str) else story[audience],
        says,
        implied(base, truth),
        given.get("rest", "no"),
        frozenset(given.get("manner", ())),
    )


def people(base: Expert) -> list[Person]:
    """Everybody in `people.yaml`, as every audience that they come as."""
    found = yaml.safe_load((HERE / "people.yaml").read_text())
    return [person(base, each, audience) for each in found for audience in each.get("as", AUDIENCES)]
