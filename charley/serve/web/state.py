"""What a page knows: the answers by the screens on which they were given, and where the interview is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from charley.facts.vocabulary import Value
from charley.facts.wording import AUDIENCES, Audience

__all__ = ["CUT", "MOST_STORY", "Batch", "Stage", "State", "read_state"]

Stage = Literal["story", "confirm", "ask"]
STAGES: tuple[Stage, ...] = ("story", "confirm", "ask")

MOST_STORY = 4_000
"""Letters of what was told in a person's own words that are carried to the hand-over. So much prose makes
about 2,500 letters of an address, and addresses of up to 8,000 pass everywhere.
"""

CUT = " […] (longer than can be handed over)"

Told = Mapping[str, Value | None]
"""Answers by fact; None is "not sure". A number is the text that was typed, with its unit."""

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Answers that were given together. `topic` is that of their screen, empty for those of a text."""

    topic: str
    answers: Told


@dataclass(frozen=True, slots=True)
class State:
    """Everything that a page is made of, apart from the rules.

    `later` are the facts that were put off, `declined` the last recommendation to stop that was not followed.
    `text` is the story that waits to be confirmed, or the question that was asked. `form` is what was typed
    and could not be taken. `supposed` are the answers of a what-if. `chosen` are
    the diagnoses that a student has named; None while nobody was asked. `told_as` is what was told in the
    person's own words and confirmed, for the hand-over alone.
    """

    base: str
    audience: Audience
    stage: Stage = "story"
    batches: tuple[Batch, ...] = ()
    later: tuple[str, ...] = ()
    declined: str = ""
    text: str = ""
    form: Pairs = ()
    supposed: Pairs = ()
    chosen: tuple[str, ...] | None = None
    told_as: str = ""

    @property
    def told(self) -> dict[str, Value | None]:
        """All answers in the order in which they were given."""
        return {fact: value for batch in self.batches for fact, value in batch.answers.items()}

    @property
    def topic(self) -> str | None:
        """What the last screen was about."""
        return next((batch.topic for batch in reversed(self.batches) if batch.topic), None)

    def tell(self, topic: str, answers: Told) -> State:
        """With these answers: a known fact changes where it stands, the others are a new batch."""
        known = self.told
        batches = [
            replace(b, answers={f: answers.get(f, v) if f in answers else v for f, v in b.answers.items()})
            for b in self.batches
        ]
        new = {fact: value for fact, value in answers.items() if fact not in known}
        if new:
            batches.append(Batch(topic, new))
        later = tuple(fact for fact in self.later if fact not in answers)
        return replace(self, batches=tuple(batches), later=later, stage="ask", text="", form=(), supposed=())

    def in_own_words(self, text: str) -> State:
        """With a text that was told and confirmed, as far as there is room for it in an address."""
        whole = " ".join(f"{self.told_as} {text}".split())
        if len(whole) > MOST_STORY:
            whole = f"{whole[: MOST_STORY - len(CUT)].rsplit(' ', 1)[0]}{CUT}"
        return replace(self, told_as=whole)

    def forget(self, facts: Iterable[str]) -> State:
        """Without these answers."""
        gone = set(facts)
        kept = [
            replace(b, answers={f: v for f, v in b.answers.items() if f not in gone}) for b in self.batches
        ]
        return replace(self, batches=tuple(batch for batch in kept if batch.answers), form=())

    def __str__(self) -> str:
        """All of it as a short text, which `read_state` reads."""
        batches = [[batch.topic, list(batch.answers.items())] for batch in self.batches]
        whole = [
            self.base,
            AUDIENCES.index(self.audience),
            STAGES.index(self.stage),
            batches,
            self.later,
            self.declined,
            self.text,
            self.form,
            self.supposed,
            self.chosen,
            self.told_as,
        ]
        return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def read_state(text: str) -> State:
    """The state that was written so."""
    base, audience, stage, batches, later, declined, words, form, supposed, chosen, told_as = json.loads(text)
    return State(
        base,
        AUDIENCES[audience],
        STAGES[stage],
        tuple(Batch(topic, dict(answers)) for topic, answers in batches),
        tuple(later),
        declined,
        words,
        tuple((name, value) for name, value in form),
        tuple((name, value) for name, value in supposed),
        None if chosen is None else tuple(chosen),
        told_as,
    )
