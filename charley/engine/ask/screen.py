"""The next screen: a list of yes-or-no questions of one topic to tick, or one number or choice.

A tick costs less than a question of its own, and people answer a topic better when it is not broken up. So
the open facts are put together by topic, and the screen is chosen that promises most for its cost. What a
fact promises comes from the single question (`question`). The warning signs of the base's minimum are a
topic of their own: they come first, or right after the main complaint.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from charley.engine.ask.policy import Asking
from charley.engine.ask.question import Prospect, Question
from charley.engine.explanation import Explanation, Row
from charley.facts.vocabulary import Value
from charley.facts.wording import Audience

__all__ = ["FURTHER", "MOST_TICKS", "WARNINGS", "Promise", "Screen", "next_screen", "promises"]

MOST_TICKS = 9
"""Lines on one list: each has a number of one digit, and more are no longer read one by one."""

SCREEN, TICK, OTHER_TOPIC = 1.0, 0.12, 0.35
"""What a screen costs, what each of its lines adds, and what a change of topic adds."""

APART = 5
"""How much more telling the leading candidates apart counts on a screen than as a single question: warning
signs have lists of their own, so the other lists need not look for them.
"""

SIGNS_FIRST = 8
"""How much more a list of further warning signs counts: each of its lines could raise a warning by itself.

These numbers were tuned coarsely on half of the cases of the bundled base (`benchmarks/interview.py`).
"""

WARNINGS, FURTHER = "warnings", "further_warnings"
"""The topics of the warning signs, which come from several groups."""

_TITLES = {WARNINGS: "Warning signs", FURTHER: "Further warning signs"}


class Promise(NamedTuple):
    """What asking a fact promises, of either kind (`OpenFact`)."""

    fact: str
    danger: float
    separation: float

    @property
    def whole(self) -> float:
        """Both kinds together."""
        return self.danger + self.separation


@dataclass(frozen=True, slots=True)
class Screen(Explanation):
    """Questions that are put together. `topic` is the group of the facts, `title` its name.

    `promise` is what the answers promise, `danger` and `separation` together; `cost` what they ask of a
    person. With more than one question every one is a yes or no, to be ticked. `others` are the screens that
    were passed over, with what they promise for their cost.
    """

    topic: str
    title: str
    questions: tuple[Question, ...]
    danger: float
    separation: float
    changes_topic: bool
    first: str = ""
    """Why it comes whatever the others promise; empty where it promises most."""
    others: tuple[tuple[str, float], ...] = ()

    @property
    def is_ticks(self) -> bool:
        """Whether it is a list to tick."""
        return len(self.questions) > 1

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts that are asked for."""
        return tuple(question.fact for question in self.questions)

    @property
    def promise(self) -> float:
        """What the answers promise."""
        return self.danger + self.separation

    @property
    def cost(self) -> float:
        """What the screen asks of a person."""
        return SCREEN + TICK * len(self.questions) + (OTHER_TOPIC if self.changes_topic else 0)

    @property
    def value(self) -> float:
        """What it promises for its cost."""
        return self.promise / self.cost

    def answers(self, ticked: Collection[str], unsure: Collection[str] = ()) -> dict[str, Value | None]:
        """What ticking these lines says: yes for them, unknown for the unsure ones, no for the rest.

        Nothing ticked is the answer "none of these". Raises `ValueError` for a fact that is not on the list.
        """
        strange = [fact for fact in (*ticked, *unsure) if fact not in self.facts]
        if strange or (not self.is_ticks and self.questions[0].kind != "boolean"):
            raise ValueError(f"not on this list: {', '.join(strange)}" if strange else "not a list to tick")
        return {fact: None if fact in unsure else fact in ticked for fact in self.facts}

    def rows(self, plain: bool = False) -> Iterator[Row]:
        """Why this screen, in numbers; `plain`, in words."""
        if plain:
            yield from self._plainly()
            return
        count = len(self.questions)
        topic = f" + {OTHER_TOPIC:g} for another topic" if self.changes_topic else ""
        kinds = f"danger {self.danger:.2f} + telling the leading candidates apart {self.separation:.2f}"
        if self.first:
            yield Row("", f"It comes now because {self.first}.")
        yield Row("", f"This screen promises {self.promise:.2f} = {kinds}")
        yield Row("  ", f"and costs {self.cost:.2f} = {SCREEN:g} + {TICK:g} x {count} lines{topic}")
        yield Row("  ", f"so {self.value:.2f} for its cost; each of its lines promises:")
        for at, question in enumerate(self.questions, 1):
            yield Row("    ", f"{at}  {question.stake:.2f}  {question.wording}")
        if self.others:
            listed = ", ".join(f"{title} {value:.2f}" for title, value in self.others)
            yield Row("  ", f"the next best screens: {listed}")

    def _plainly(self) -> Iterator[Row]:
        if self.first:
            yield Row("", f"It is asked now because {self.first}.")
        yield from (Row(f"  {at}  ", question.why) for at, question in enumerate(self.questions, 1))


def next_screen(
    prospect: Prospect, audience: Audience, last: str | None = None, later: Collection[str] = ()
) -> Screen | None:
    """The screen that promises most for its cost after one about `last`; None when nothing matters.

    The warning signs of the minimum come first, or second: after the complaint itself, or after a screen
    about a danger of which a sign was told. Questions that were put off until `later` come when nothing
    else is left.
    """
    if prospect.nothing_matters:
        return None
    everything = promises(prospect, later)
    now = [each for each in everything if each.fact not in later] or everything
    found = sorted(_screens(prospect, now, last), key=lambda each: -each.value)
    if not found:
        return None
    signs = _minimum(prospect, now, last)
    begun = bool(prospect.assessment.record) or last is not None
    if signs is not None and begun:
        nearest = max(found, key=lambda each: each.danger)
        if last is not None or signs.danger >= nearest.danger:
            return signs.screen(prospect, audience, found[:3])
        return nearest.screen(prospect, audience, [each for each in found if each is not nearest][:3])
    further = _further(prospect, now, last) if begun and signs is None else None
    if further is not None and further.value * SIGNS_FIRST >= found[0].value:
        return further.screen(prospect, audience, found[:3])
    return found[0].screen(prospect, audience, found[1:4])


def promises(prospect: Prospect, later: Collection[str] = ()) -> list[Promise]:
    """What every fact promises that can be asked now, most first.

    A fact that waits for another one to be answered passes on to it what it promises.
    """
    asking = prospect.base.part(Asking)
    listed, waiting = asking.listed, asking.waiting
    found: dict[str, Promise] = {}
    for id, danger, separation in prospect.stakes:
        if danger + separation > 0:
            factor = listed[id]
            danger, separation = danger * factor, separation * factor * APART
            if id in waiting:
                id = prospect.before(id, later)
            old = found.get(id)
            if old is not None:
                danger, separation = old.danger + danger, old.separation + separation
            found[id] = Promise(id, danger, separation)
    return sorted(found.values(), key=lambda each: -(each.danger + each.separation))


class _Draft:
    """A screen before its questions are worded. `value` is what it promises for its cost."""

    __slots__ = ("changes_topic", "first", "promises", "topic", "value")

    def __init__(self, topic: str, promises: Sequence[Promise], changes_topic: bool, first: str = "") -> None:
        self.topic, self.promises = topic, promises
        self.changes_topic, self.first = changes_topic, first
        whole = sum([danger + separation for _, danger, separation in promises])
        self.value = whole / (SCREEN + TICK * len(promises) + (OTHER_TOPIC if changes_topic else 0))

    @property
    def danger(self) -> float:
        """What it promises of danger."""
        return sum(each.danger for each in self.promises)

    def screen(self, prospect: Prospect, audience: Audience, others: Sequence[_Draft]) -> Screen:
        titles = {**prospect.base.vocabulary.titles, **_TITLES}
        return Screen(
            self.topic,
            titles.get(self.topic, self.topic),
            tuple(prospect.put(prospect.open_fact(*each), audience) for each in self.promises),
            sum(each.danger for each in self.promises),
            sum(each.separation for each in self.promises),
            self.changes_topic,
            self.first,
            tuple((titles.get(each.topic, each.topic), each.value) for each in others),
        )


def _minimum(prospect: Prospect, now: Sequence[Promise], last: str | None) -> _Draft | None:
    """A list of the warning signs of the minimum that are still open, those that promise most."""
    vocabulary = prospect.base.vocabulary
    promised = {each.fact: each for each in now}
    signs = [
        promised.get(id, Promise(id, 0.0, 0.0))
        for id in prospect.assessment.unanswered
        if id in prospect.facts and vocabulary[id].kind == "boolean"
    ]
    if not signs:
        return None
    order = {each.fact: at for at, each in enumerate(signs)}
    most = sorted(signs, key=lambda each: -each.whole)[:MOST_TICKS]
    why = "nobody is told that it can wait before the warning signs are answered"
    shown = sorted(most, key=lambda each: order[each.fact])
    return _Draft(WARNINGS, shown, last not in (None, WARNINGS), why)


def _further(prospect: Prospect, now: Sequence[Promise], last: str | None) -> _Draft | None:
    """A list of facts each of which could raise a warning by itself, those that promise most."""
    vocabulary = prospect.base.vocabulary
    ticks = [each for each in now if vocabulary[each.fact].kind == "boolean"]
    signs = prospect.raise_alone(each.fact for each in ticks)
    most = [each for each in ticks if each.fact in signs][:MOST_TICKS]
    if not most:
        return None
    order = prospect.base.part(Asking).order
    why = "each of its lines could raise a warning by itself"
    shown = sorted(most, key=lambda each: order[each.fact])
    return _Draft(FURTHER, shown, last not in (None, FURTHER), why)


def _screens(prospect: Prospect, promises: Sequence[Promise], last: str | None) -> Iterator[_Draft]:
    """Every screen that could come next, at most one list to tick a topic."""
    vocabulary, order = prospect.base.vocabulary, prospect.base.part(Asking).order
    ticks: dict[str, list[Promise]] = {}
    for each in promises:
        fact = vocabulary[each.fact]
        if fact.kind == "boolean":
            ticks.setdefault(fact.group, []).append(each)
        else:
            yield _Draft(fact.group, [each], last not in (None, fact.group))
    for topic, found in ticks.items():
        # Those that promise most, in the order of the file: its author knows how one asks about a topic.
        shown = sorted(found[:MOST_TICKS], key=lambda each: order[each.fact])
        yield _Draft(topic, shown, last not in (None, topic))
