"""What could be put on the next screen: the open facts with what they promise, put together into lists.

A tick costs less than a question of its own, and people answer a topic better when it is not broken up. So
the open facts are put together by topic; those that promise most also make a list across topics, which costs
more. What a fact promises comes from the single question (`question`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from charley.engine.ask.policy import Asking
from charley.engine.ask.question import Prospect

__all__ = [
    *("FURTHER", "MIXED", "MOST_TICKS", "WARNINGS"),
    *("Cost", "Draft", "Promise", "by_topic", "further", "minimum", "promises"),
]

MOST_TICKS = 9
"""Lines on one list: each has a number of one digit, and more are no longer read one by one."""

SCREEN, TICK, OTHER_TOPIC, TOPIC = 1.0, 0.12, 0.35, 0.1
"""What a screen costs, what each of its lines adds, what a change of topic adds, and what every topic of a
list adds beyond the first.
"""

AMONG = 5
"""So many other warning signs may stand on a list in place of signs of the minimum that promise less danger:
not more, or whoever stops early leaves the minimum open.
"""

SPARING = 0.5
"""What counts of what a fact promises for the one that is asked first because it may spare the question."""

OPENED = 6
"""How much more a fact promises of which somebody said that it, or another of its gate, is so.

These numbers were tuned coarsely on half of the cases of the bundled base (`benchmarks/screens.py`).
"""

WARNINGS, FURTHER, MIXED = "warnings", "further_warnings", "several_topics"
"""The topics of lists whose lines come from several groups."""


class Promise(NamedTuple):
    """What asking a fact promises, of either kind (`OpenFact`)."""

    fact: str
    danger: float
    separation: float

    @property
    def whole(self) -> float:
        """Both kinds together."""
        return self.danger + self.separation


class Cost(NamedTuple):
    """What a screen asks of a person: lines, the topics they come from, and a change of topic."""

    lines: int
    topics: int
    changes_topic: bool

    @property
    def whole(self) -> float:
        """The cost in the unit of a screen without lines."""
        turn = OTHER_TOPIC if self.changes_topic else 0
        return SCREEN + TICK * self.lines + TOPIC * (self.topics - 1) + turn

    def __str__(self) -> str:
        topics = f" + {TOPIC:g} x {self.topics - 1} more topics" if self.topics > 1 else ""
        turn = f" + {OTHER_TOPIC:g} for another topic" if self.changes_topic else ""
        return f"{SCREEN:g} + {TICK:g} x {self.lines} lines{topics}{turn}"


class Draft:
    """A screen before its questions are worded.

    `danger` is what it promises of danger, `value` what it promises for its cost, and `urgency` what it
    promises of danger for its cost. `first` is why it comes whatever others promise.
    """

    __slots__ = ("cost", "danger", "first", "promises", "topic", "urgency", "value")

    def __init__(self, topic: str, promises: Sequence[Promise], cost: Cost, first: str = "") -> None:
        self.topic, self.promises, self.cost, self.first = topic, promises, cost, first
        danger = separation = 0.0
        for each in promises:
            danger += each.danger
            separation += each.separation
        whole = cost.whole
        self.danger, self.value, self.urgency = danger, (danger + separation) / whole, danger / whole


_NONE = (0.0, 0.0)


def promises(prospect: Prospect, later: Collection[str] = ()) -> list[Promise]:
    """What every fact promises that can be asked now, most first.

    A fact that waits for another one to be answered passes on to it what it promises.
    """
    asking, record = prospect.base.part(Asking), prospect.assessment.record
    listed, waiting, gates = asking.listed, asking.waiting, asking.gates
    found: dict[str, tuple[float, float]] = {}
    for id, danger, separation in prospect.stakes:
        if danger + separation <= 0:
            continue
        factor, before = listed[id], id
        if id in waiting:
            before = prospect.before(id, later)
            if id in gates and record.get(gates[id]) is True:
                factor *= OPENED
            if before != id and before in asking.excused_by.get(id, ()):
                factor *= SPARING
        so_far, apart = found.get(before, _NONE)
        found[before] = so_far + danger * factor, apart + separation * factor
    each = [Promise(id, danger, apart) for id, (danger, apart) in found.items()]
    return sorted(each, key=lambda promise: -(promise.danger + promise.separation))


def minimum(prospect: Prospect, now: Sequence[Promise], last: str | None) -> Draft | None:
    """A list of warning signs while some of the base's minimum are open: those that promise most danger.

    What could raise a warning by itself, or opens what could, is a warning sign as well, and a few stand
    among them. Where there is room, what else promises most fills the list.
    """
    asking = prospect.base.part(Asking)
    promised = {each.fact: each for each in now}
    open_signs = [
        promised.get(id, Promise(id, 0.0, 0.0))
        for id in prospect.assessment.unanswered
        if id in prospect.facts and id in asking.ticks
    ]
    if not open_signs:
        return None
    told = [each for each in open_signs if each.fact not in asking.examined]
    open_signs = told or open_signs  # history first
    ticks = _alike(asking, open_signs[0], _raising(prospect, now))
    others = [each for each in ticks if each not in open_signs]
    others = sorted(others, key=_most_danger)[: max(AMONG, MOST_TICKS - len(open_signs))]
    most = sorted([*open_signs, *others], key=_most_danger)[:MOST_TICKS]
    shown, topics = _filled(prospect, now, [each for each in (*open_signs, *others) if each in most])
    why = "the warning signs are answered before anybody is told that it can wait"
    return Draft(WARNINGS, shown, Cost(len(shown), topics, last not in (None, WARNINGS)), why)


def further(prospect: Prospect, now: Sequence[Promise], last: str | None) -> Draft | None:
    """What could raise a warning by itself, most danger for its cost: a list to tick, or one other question.

    A gate stands on the list when something that it opens could. Where there is room, what else promises most
    fills the list: nine lines take hardly longer than three.
    """
    asking = prospect.base.part(Asking)
    signs = _raising(prospect, now)
    ticks = [each for each in signs if each.fact in asking.ticks]
    drafts = [_single(prospect, each, last) for each in signs if each.fact not in asking.ticks]
    if ticks:
        ticks.sort(key=_most_danger)
        most = _alike(asking, ticks[0], ticks)[:MOST_TICKS]
        shown, topics = _filled(prospect, now, most)
        shown.sort(key=lambda each: asking.order[each.fact])
        drafts.append(Draft(FURTHER, shown, Cost(len(shown), topics, last not in (None, FURTHER))))
    found = max(drafts, key=lambda each: each.urgency, default=None)
    if found is not None:
        found.first = "an answer to it could raise a warning, by itself or by what it opens"
    return found


def _most_danger(each: Promise) -> float:
    return -each.danger


def _filled(
    prospect: Prospect, now: Sequence[Promise], signs: Sequence[Promise]
) -> tuple[list[Promise], int]:
    """These warning signs, with what else promises most where there is room, and how many topics that is.

    Warning signs are one topic, wherever they come from.
    """
    asking = prospect.base.part(Asking)
    rest = (each for each in _alike(asking, signs[0], now) if each not in signs)
    others = list(islice(rest, MOST_TICKS - len(signs)))
    return [*signs, *others], 1 + len({asking.topic[each.fact] for each in others})


def _alike(asking: Asking, one: Promise, promises: Sequence[Promise]) -> list[Promise]:
    """What can stand on a list with this fact: history beside history, examinations and tests beside these.

    "None of these" denies what somebody was asked; of a test that nobody made it would say it was normal.
    """
    examined = one.fact in asking.examined
    return [
        each for each in promises if each.fact in asking.ticks and (each.fact in asking.examined) is examined
    ]


def _raising(prospect: Prospect, now: Sequence[Promise]) -> list[Promise]:
    """What could raise a warning by one answer, or opens what could."""
    opens, raising = prospect.base.part(Asking).opens, prospect.raising
    return [each for each in now if not raising.isdisjoint((each.fact, *opens.get(each.fact, ())))]


def by_topic(prospect: Prospect, promises: Sequence[Promise], last: str | None) -> Iterator[Draft]:
    """Every screen that could come next: at most one list to tick a topic, and one across topics."""
    asking = prospect.base.part(Asking)
    topic_of, order = asking.topic, asking.order
    topics: dict[tuple[str, bool], list[Promise]] = {}
    for each in promises:
        if each.fact in asking.ticks:
            examined = each.fact in asking.examined
            topics.setdefault((topic_of[each.fact], examined), []).append(each)
        else:
            yield _single(prospect, each, last)
    for examined in (False, True):
        across = [found for (_, kind), found in topics.items() if kind is examined]
        if len(across) > 1:
            topics[MIXED, examined] = _alike(asking, across[0][0], promises)
    for (topic, _), found in topics.items():
        # Those that promise most, in the order of the file: its author knows how one asks about a topic.
        shown = sorted(found[:MOST_TICKS], key=lambda each: order[each.fact])
        groups = len({topic_of[each.fact] for each in shown}) if topic == MIXED else 1
        if topic != MIXED or groups > 1:
            yield Draft(topic, shown, Cost(len(shown), groups, last not in (None, topic)))


def _single(prospect: Prospect, each: Promise, last: str | None) -> Draft:
    topic = prospect.base.part(Asking).topic[each.fact]
    return Draft(topic, [each], Cost(1, 1, last not in (None, topic)))
