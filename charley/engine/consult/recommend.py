"""Whether to go on asking: what is certain already, and a recommendation that rests on it.

A differential is *k-robust* for dangers when no k further answers of this person could raise a further flag
or alert, or a more urgent one. It is 1-robust for the leader when no single one could put another candidate
first. Both are exact. Settled is robust for every k.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Literal

from charley.engine.ask.asking import Asking
from charley.engine.ask.draft import MOST_LINES
from charley.engine.ask.prospect import Prospect
from charley.engine.ask.shapes.basics import basics
from charley.engine.explain.smallest_change import smallest_to_fire
from charley.engine.explanation import Explanation, Row

__all__ = [
    *("MOST_ANSWERS", "PATIENCE", "RANK"),
    *("Recommendation", "Robustness", "State", "recommend", "robustness", "screens_answered"),
]

PATIENCE = 16
"""After so many screens nobody is asked for more of their own accord."""

MOST_ANSWERS = 2
"""The certificate looks at no more answers together than this."""


@dataclass(frozen=True, slots=True)
class Robustness:
    """How many further answers of a person could be given without a change.

    `dangers` is the greatest k, up to the limit that was asked for, for which no k answers could raise a
    further flag or alert; None where no answers at all could. `leader` is 0 or 1, or None likewise. `raising`
    and `leading` are the facts of which one answer alone would do it.
    """

    dangers: int | None
    leader: int | None
    raising: tuple[str, ...]
    leading: tuple[str, ...]


def robustness(prospect: Prospect, most: int = MOST_ANSWERS) -> Robustness:
    """What no few answers to the facts of a prospect could change."""
    vocabulary = prospect.base.vocabulary
    lead, danger = prospect.leading, prospect.raising
    raising = tuple(id for id in vocabulary if id in danger)
    leading = tuple(id for id in vocabulary if id in lead)
    dangers = None if not prospect.dangers else 0 if raising else _dangers(prospect, most)
    leader = None if not prospect.contenders else 0 if leading else 1
    return Robustness(dangers, leader, raising, leading)


def _dangers(prospect: Prospect, most: int) -> int:
    """The greatest k up to `most` for which no k answers raise anything, where no single one does."""
    base, record = prospect.base, prospect.assessment.record
    certain = most
    for rule in dict.fromkeys(rule for _, rule, _ in prospect.dangers):
        if certain == 1:
            break
        smallest = smallest_to_fire(base, record, [rule], prospect.facts, certain)
        if smallest.possible:
            # Where the search broke off, only what it has excluded is certain.
            certain = min(certain, max(smallest.at_least - 1, 1))
    return certain


State = Literal["go_on", "enough", "act", "emergency", "nothing"]

RANK: dict[State, int] = {"go_on": 0, "enough": 1, "act": 2, "emergency": 3, "nothing": 4}
"""Who has declined to stop is asked again only for a higher one."""


@dataclass(frozen=True, slots=True)
class Recommendation(Explanation):
    """Whether to stop, and what that rests on.

    `emergency`: stop now. `enough`: no two answers could raise a further warning and no single one could
    change the leader. `act`: the same where somebody is to be seen today or soon. Who also examines and tests
    is told so as soon as the history and the plain signs are enough. Neither is said while one of the basics
    is open, or while one answer could by itself raise a warning as urgent as what is known
    (`Prospect.decisive`). `nothing`: no answer of theirs would matter any more. `go_on`: not yet.
    `unanswered` are the warning signs of the minimum that are still open; `promised` is what everything open
    still promises. `certificate` says what is certain, in a sentence; where the history and the signs are
    enough, it counts apart what is left to measure and test.
    """

    state: State
    sentence: str
    robust: Robustness
    unanswered: tuple[str, ...]
    promised: float
    certificate: str = ""

    @property
    def stop(self) -> bool:
        """Whether it is recommended to stop."""
        return self.state != "go_on"

    def rows(self) -> Iterator[Row]:
        """The recommendation, and what it rests on."""
        yield Row("", self.sentence)
        if self.state in ("act", "enough"):
            yield Row("  ", self.certificate)


def recommend(prospect: Prospect) -> Recommendation:
    """Whether to go on asking for what a prospect holds open."""
    assessment = prospect.assessment
    found = robustness(prospect)
    unanswered = tuple(id for id in assessment.unanswered if id in prospect.facts)
    promised = sum(each.whole for each in prospect.promises)
    waits = prospect.decisive
    certain = found.dangers in (None, MOST_ANSWERS) and found.leader != 0
    lacking = tuple(each.fact for each in basics(prospect))
    enough = not waits and certain
    told = not unanswered and not enough and not waits and _history_is_enough(prospect)
    spent = screens_answered(prospect) >= PATIENCE
    tired = not enough and not told and not (waits & prospect.raising) and spent
    state: State = "go_on"
    if assessment.urgency == "emergency":
        state = "emergency"
    elif prospect.nothing_matters or not promised:
        state = "nothing"
    elif not unanswered and not lacking and (enough or told or tired):
        state = "act" if assessment.urgency in ("same_day", "soon") else "enough"
    sentence = _sentence(state, found, unanswered, [prospect.base.vocabulary[id].label for id in lacking])
    if state in ("act", "enough"):
        if tired:
            sentence = _TIRED
        elif state == "enough" and assessment.urgency == "not_known_yet":
            sentence = _LEFT_OPEN
        elif told:
            sentence = _EXAMINE[state]
    certificate = _of_history(found, prospect.base.part(Asking).plain) if told else _certificate(found)
    return Recommendation(state, sentence, found, unanswered, promised, certificate)


def screens_answered(prospect: Prospect) -> int:
    """How many screens were answered, as somebody counts who was asked for all that is told: a list has nine
    lines, the basics stand on one form, and any other number or choice stands alone.
    """
    base, answers = prospect.base, prospect.assessment.answers
    ticks, asked = base.part(Asking).ticks, {*answers.record, *answers.unknown}
    form = asked.intersection(base.about.basics)
    listed = sum(id in ticks for id in asked - form)
    return len(asked - form) - listed + ceil(listed / MOST_LINES) + bool(form)


def _history_is_enough(prospect: Prospect) -> bool:
    """Whether what is left of the history promises little, or the person is to be seen today or soon; and
    something is left to be examined or tested.

    A test result may always make it more urgent; but testing is acting on what is known.
    """
    urgency, examined = prospect.assessment.urgency, prospect.base.part(Asking).examined
    if examined.isdisjoint(prospect.facts):
        return False
    return urgency in ("same_day", "soon") or prospect.little_left(examined)


_EXAMINE: dict[State, str] = {
    "act": "Enough is known to act: no single answer about the history, and no sign that is open, would make "
    "it more urgent. Measurements and tests still could.",
    "enough": "Enough is known of the history and the signs: what is left of them would probably change "
    "nothing. Measurements and tests still could.",
}

_SAID: dict[State, str] = {
    "emergency": "Call for help now; the other questions can wait.",
    "act": "Enough is known to act. Further answers help whoever takes over more than they change this.",
    "enough": "Enough is known to stop here: what is left to ask would probably change nothing.",
    "nothing": "Nothing more that you can answer would change anything.",
}


_TIRED = (
    f"You have answered some {PATIENCE} screens of questions: stop here. What is left to ask may still "
    "change this."
)


_LEFT_OPEN = (
    "You were asked all that would help here. The warning signs that you are not sure of are left: have "
    "them checked."
)


def _sentence(state: State, found: Robustness, unanswered: Sequence[str], lacking: Sequence[str]) -> str:
    if state != "go_on":
        return _SAID[state]
    if unanswered:
        signs = "one warning sign is" if len(unanswered) == 1 else f"{len(unanswered)} warning signs are"
        return f"Go on: {signs} not answered yet."
    if lacking:
        return f"Go on: these basics are not told yet: {', '.join(lacking)}."
    if found.raising:
        one = (
            "one open question" if len(found.raising) == 1 else f"any of {len(found.raising)} open questions"
        )
        return f"Go on: an answer to {one} could raise a warning by itself."
    return "Go on: what is left to ask could still change what is most likely."


def _of_history(found: Robustness, plain: Collection[str]) -> str:
    """What is certain of the history and the signs, and what is left to measure and test, in a sentence."""
    results = sum(id not in plain for id in found.raising)
    as_urgent = " as urgent as what is known" if results < len(found.raising) else ""
    certain = f"No single answer about the history, and no sign, could raise a further warning{as_urgent}"
    could = "one measurement or result" if results == 1 else f"any of {results} measurements and results"
    return certain + (f"; {could} could." if results else ".")


def _certificate(found: Robustness) -> str:
    """What is certain, in a sentence."""
    match found.dangers:
        case None:
            dangers = "no answers of yours could raise a further warning"
        case 0:
            one = (
                "one open question"
                if len(found.raising) == 1
                else f"any of {len(found.raising)} open questions"
            )
            dangers = f"an answer to {one} could by itself raise a further warning"
        case 1:
            dangers = "no single answer of yours could raise a further warning"
        case k:
            dangers = f"no {k} further answers of yours could raise a further warning"
    match found.leader:
        case None:
            leader = "none could put another cause first"
        case 0:
            which = "one of them" if len(found.leading) == 1 else f"any of {len(found.leading)}"
            leader = f"an answer to {which} could put another cause first"
        case _:
            leader = "no single one could put another cause first"
    return f"{dangers[0].upper()}{dangers[1:]}, and {leader}."
