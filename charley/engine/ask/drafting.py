"""The screens that could come next: the open facts, put together into lists.

A tick costs less than a question of its own, and people answer a topic better when it is not broken up. So
the open facts are put together by topic. Those that promise most also make a list across topics, which costs
more. Two further lists hold warning signs: those of the base's minimum, and what else could raise a warning.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from itertools import chain

from charley.engine.ask.asking import Asking
from charley.engine.ask.draft import CRITERIA, FURTHER, MIXED, MOST_LINES, MOST_TOPICS, WARNINGS, Cost, Draft
from charley.engine.ask.promise import Promise
from charley.engine.ask.prospect import Prospect

__all__ = ["AMONG", "Drafting"]

AMONG = 7
"""So many other facts may stand on a list in place of signs of the minimum that promise less danger: not
more, or whoever stops early leaves the minimum open.
"""

PRESSING = 4
"""A number or a choice that promises so much danger may come before the warning signs. That much is promised
where what was told begins a picture of danger.
"""

CRITERION = 2
"""So much is promised by a fact that moves the candidate that the story points to, where it completes a
picture that was told in part.

These were tuned coarsely on half of the cases of the bundled base (`benchmarks/screens.py`).
"""


class Drafting:
    """What can be put on the screen after one about the topic `last`.

    What was put off comes when nothing else is left.
    """

    def __init__(self, prospect: Prospect, last: str | None) -> None:
        self._prospect, self._last, self._asking = prospect, last, prospect.base.part(Asking)
        later, everything = prospect.later, prospect.promises
        # No list has a sign and the question that names it among others: the sign comes first.
        gates = self._asking.gates
        named = {gates[each.fact] for each in everything if each.fact in gates}
        now = (each for each in everything if each.fact not in later and each.fact not in named)
        self._now = self._stage(list(now) or everything)

    def _stage(self, now: list[Promise]) -> list[Promise]:
        """What is to be asked before anything else: first what a person can tell, then what one can find by
        examining them, and results last. What is left of a stage, once it promises little, comes at the end.
        """
        asking, prospect = self._asking, self._prospect
        for later in (asking.examined, asking.measured):
            stage = [each for each in now if each.fact not in later]
            if len(stage) == len(now) or (stage and not prospect.little_left(later)):
                return stage
        return now

    @cached_property
    def by_topic(self) -> list[Draft]:
        """The screens that could come whatever they raise, those that promise most for their cost first.

        Each is one question, a list of one topic, or a list across topics.
        """
        return sorted([*self._questions, *self._lists()], key=lambda each: -each.value)

    @cached_property
    def _questions(self) -> list[Draft]:
        topic_of, last = self._asking.topic, self._last
        same, other = Cost(1, 1, False), Cost(1, 1, last is not None)
        return [
            Draft(topic_of[each.fact], [each], same if topic_of[each.fact] == last else other)
            for each in self._now
            if each.fact not in self._asking.ticks
        ]

    def _lists(self) -> Iterator[Draft]:
        topic_of, order = self._asking.topic, self._asking.order
        for ticks in self._ticks:
            topics: dict[str, list[Promise]] = {}
            for each in ticks:
                topics.setdefault(topic_of[each.fact], []).append(each)
            for topic, found in topics.items():
                # In the order of the file: its author knows how one asks about a topic.
                shown = sorted(found[:MOST_LINES], key=lambda each: order[each.fact])
                yield Draft(topic, shown, self._cost(shown, topic, 1))
            shown = sorted(self._of_few_topics(ticks), key=lambda each: order[each.fact])
            groups = len({topic_of[each.fact] for each in shown})
            if groups > 1:
                yield Draft(MIXED, shown, self._cost(shown, MIXED, groups))

    def minimum(self) -> Draft | None:
        """A list of warning signs while some of the base's minimum are open: those that promise most danger.

        What else promises as much danger, by itself or with further answers, stands among them. Where there
        is room, what promises most fills the list.
        """
        asking, prospect = self._asking, self._prospect
        promised = {each.fact: each for each in self._now}
        signs = [
            promised.get(id, Promise(id, 0.0, 0.0))
            for id in prospect.assessment.unanswered
            if id in prospect.facts and id in asking.ticks
        ]
        if not signs:
            return None
        examined = all(each.fact in asking.examined for each in signs)  # history first
        signs = [each for each in signs if (each.fact in asking.examined) is examined]
        others = [each for each in self._ticks[examined] if each.danger > 0 and each not in signs]
        others = sorted(others, key=_most_danger)[: max(AMONG, MOST_LINES - len(signs))]
        signs = [*signs, *others]
        most = sorted(signs, key=_most_danger)[:MOST_LINES]
        shown, topics = self._filled([each for each in signs if each in most], examined, WARNINGS)
        why = "the warning signs are answered before anybody is told that it can wait"
        return Draft(WARNINGS, shown, self._cost(shown, WARNINGS, topics), why)

    def pressing(self, signs: Draft) -> Draft | None:
        """The number or choice that promises much danger, and more for its cost than these signs; or None.

        Which leg it is, and how it began, decide about many a danger of which a sign was told.
        """
        found = max(self._questions, key=lambda each: each.danger, default=None)
        if found is None or found.danger < PRESSING or found.urgency < signs.urgency:
            return None
        found.first = "a danger that fits what was told hangs on the answer"
        return found

    def criteria(self) -> Draft | None:
        """What would bear out the candidate that the story points to, or tell it from the one that is near.

        It is a list to tick, or a number or choice that promises more than the list; None where nothing that
        matters is missing.
        """
        asking, promised = self._asking, {each.fact: each for each in self._now}
        lacking = [each for each in self._prospect.criteria if each.separation >= CRITERION]
        lacking = [each for each in lacking if each.fact in promised]
        ticks = [each for each in lacking if each.fact in asking.ticks]
        examined = bool(ticks) and ticks[0].fact in asking.examined
        ticks = self._of_few_topics([each for each in ticks if (each.fact in asking.examined) is examined])
        question = next((each for each in lacking if each.fact not in asking.ticks), None)
        if question is not None and question.separation > sum(each.separation for each in ticks):
            shown, topics = [promised[question.fact]], 1
        elif ticks:
            asked = [promised[each.fact] for each in ticks]
            shown, topics = self._filled(asked, examined, CRITERIA)
        else:
            return None
        why = "it bears out what the story points to, or tells it from what is near"
        return Draft(CRITERIA, shown, self._cost(shown, CRITERIA, topics), why)

    def further(self) -> Draft | None:
        """What the stop waits for (`Prospect.decisive`), or could raise a warning by itself, most danger for
        its cost: a list to tick, or one question.

        A gate stands on the list when something that it opens could. Where there is room, what else promises
        most fills the list: nine lines take hardly longer than three.
        """
        asking, waits = self._asking, self._waits
        drafts = [each for each in self._questions if each.lines[0].fact in waits]
        ticks = sorted((each for each in chain(*self._ticks) if each.fact in waits), key=_most_danger)
        if ticks:
            examined = ticks[0].fact in asking.examined
            most = [each for each in ticks if (each.fact in asking.examined) is examined]
            topic = FURTHER if most[0].danger else CRITERIA
            most = most[:MOST_LINES] if topic == FURTHER else self._of_few_topics(most)
            shown, topics = self._filled(most, examined, topic)
            drafts.append(Draft(topic, shown, self._cost(shown, topic, topics)))
        found = max(drafts, key=lambda each: (each.urgency, each.value), default=None)
        if found is not None:
            could = "raise a warning" if found.danger else "put another cause first"
            found.first = f"an answer to it could {could}, by itself or by what it opens"
        return found

    @cached_property
    def _ticks(self) -> tuple[list[Promise], list[Promise]]:
        """What can be ticked, most first: history, and examinations and tests, which share no list with it.

        "None of these" denies what somebody was asked; of a test that nobody made it would say it was normal.
        """
        asking = self._asking
        found: tuple[list[Promise], list[Promise]] = [], []
        for each in self._now:
            if each.fact in asking.ticks:
                found[each.fact in asking.examined].append(each)
        return found

    @cached_property
    def _waits(self) -> frozenset[str]:
        """What the stop waits for, else the facts of which one answer could raise a warning; what is asked
        for before these, and the gates that open one.
        """
        prospect = self._prospect
        waits = prospect.decisive or prospect.raising
        gates = (gate for gate, opened in self._asking.opens.items() if not waits.isdisjoint(opened))
        return waits.union(gates, map(prospect.precedence.before, waits))

    def _filled(self, lines: Sequence[Promise], examined: bool, topic: str) -> tuple[list[Promise], int]:
        """The lines of a list about this mixture, in the order in which one asks for them, and how many
        topics that is. Where there is room, what else promises most fills it.

        Warning signs are one topic, wherever they come from.
        """
        asking, warns = self._asking, topic != CRITERIA
        rest = [each for each in self._ticks[examined] if each not in lines]
        others = rest if warns else self._of_few_topics(rest, [asking.topic[each.fact] for each in lines])
        others = others[: MOST_LINES - len(lines)]
        topics = {asking.topic[each.fact] for each in (others if warns else [*lines, *others])}
        place = asking.sequence if warns else asking.order
        return sorted([*lines, *others], key=lambda each: place[each.fact]), len(topics) + warns

    def _of_few_topics(self, ticks: Sequence[Promise], beside: Collection[str] = ()) -> list[Promise]:
        """The lines of a list that is not of warning signs, most first, beside lines of some topics.

        Nobody follows a list through many topics.
        """
        topic_of = self._asking.topic
        topics = dict.fromkeys([*beside, *(topic_of[each.fact] for each in ticks)])
        few = list(topics)[:MOST_TOPICS]
        return [each for each in ticks if topic_of[each.fact] in few][:MOST_LINES]

    def _cost(self, lines: Sequence[Promise], topic: str, topics: int) -> Cost:
        return Cost(len(lines), topics, self._last not in (None, topic))


def _most_danger(each: Promise) -> float:
    return -each.danger
