"""What a base says of itself: what it is for, whom it is for, its policy, its limits."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from charley.documents.model import Day, Frozen, ReadOnly, ReadOnlyDict, Text, misplaced
from charley.facts.fields import Identifier
from charley.facts.wording import AUDIENCES, Audience, Wording
from charley.rules.governance.evidence import Review
from charley.rules.rule import Urgency
from charley.rules.time_frame import TIME_FRAMES, TimeFrame

__all__ = ["About", "Contradiction", "Scope"]


class Scope(Frozen):
    """The patients that the base is for. While the condition is known false, nothing is ranked."""

    when: str
    wording: Wording


class Contradiction(Frozen):
    """Answers that cannot all be right: while `when` is known true the wording asks which one is meant."""

    when: Text
    wording: Wording


class About(Frozen):
    """What a reader must know before trusting the base: source, policy, limits, state of review.

    `reassure_when` is the least that must be known before a patient may be called routine: conditions (a fact
    is the simplest one), each of which must be decided, true or false. `basics` are the facts that everybody
    is asked for together, on one form.
    """

    id: Identifier
    title: Text
    version: Text
    language: Text = "en"
    updated: Day
    source: Text
    authors: Annotated[tuple[Text, ...], Field(min_length=1)]
    purpose: Text
    intended_use: Text
    misuse: Text
    scope: Scope | None = None
    editorial_policy: Text
    disclaimer: Text
    always_say: Wording | None = None
    time_frames: ReadOnly[Urgency, TimeFrame] = TIME_FRAMES
    reassure_when: tuple[Text, ...] = ()
    basics: Annotated[tuple[Identifier, ...], Field(max_length=9)] = ()
    cannot_both: tuple[Contradiction, ...] = ()
    funding: Text
    limits: tuple[Text, ...] = ()
    question_for_reader: Text = "Which best describes you?"
    audiences: ReadOnly[Audience, Text] = ReadOnlyDict()
    follow_up: Wording | None = None
    review: Review

    @model_validator(mode="after")
    def _whole(self) -> Self:
        names = [self.called(audience).lower() for audience in AUDIENCES]
        for audience in self.audiences:
            if names.count(self.called(audience).lower()) > 1:
                message = f"two audiences are called `{self.called(audience)}`"
                raise misplaced(message, "audiences", audience, help="give each a name of its own")
        for at, fact in enumerate(self.basics):
            if fact in self.basics[:at]:
                raise misplaced(f"`{fact}` is given twice", "basics", at, help="remove one")
        return self

    def called(self, audience: Audience) -> str:
        """What those are called for whom it is worded: `patient`, or in this base `owner of the car`."""
        return self.audiences.get(audience, audience)

    def a_reader(self, audience: Audience) -> str:
        """One of them, in a sentence: `a patient`, `an owner of the car`."""
        name = self.called(audience)
        return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
