"""A whole consultation, as `charley consult` holds it: what stood on the screen, and what was typed.

The loop of the terminal asks the player for every line. The player sees which question is open, and answers
it from the truth of the person, until the result was shown.
"""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from unittest import mock

from people import Person

from charley.engine.ask.asking import Asking
from charley.engine.assessment import Assessment
from charley.engine.expert import Expert
from charley.facts.record import Answers
from charley.facts.vocabulary import TESTS, Value
from charley.terminal.conversation.consult import consult
from charley.terminal.conversation.talk import Talk

COLUMNS = 80
QUESTIONS = ("could it be a clot?", "what should I do tonight?", "what would make you more worried?")
"""What people ask who ask: the first in between, the others after the result."""
ASKING = ("story", "confirm", "ticks", "question", "offer", "commit")
"""The kinds of turns that want an answer."""
MOST_TURNS = 120
"""Nobody types so many lines; what goes on for longer does not end."""


@dataclass
class Turn:
    """What stood on the screen since the line before, what it asked, and what was typed below it.

    `kind` is what was open: `story`, `confirm`, `ticks`, `question`, `offer`, `nothing_left`, `commit`,
    `afterwards`; `end` is what is shown last, below which nothing is typed. `record` and `unknown` are what
    was known before the line was typed.
    """

    kind: str
    shown: str
    asked: tuple[str, ...] = ()
    topic: str = ""
    record: Mapping[str, Value] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()
    read: Mapping[str, Value] = field(default_factory=dict)
    typed: str = ""
    refused: bool = False


@dataclass
class Played:
    """A consultation that was played."""

    base: Expert
    person: Person
    turns: list[Turn]
    ended: bool = True

    @property
    def screens(self) -> list[Turn]:
        """The turns that asked for facts."""
        return [turn for turn in self.turns if turn.kind in ("ticks", "question")]

    @cached_property
    def offer(self) -> Turn | None:
        """Where it was first offered to stop, or where nothing was left to ask."""
        return next((turn for turn in self.turns if turn.kind in ("offer", "nothing_left")), None)

    def at(self, turn: Turn) -> Assessment:
        """What the base made of what was known then."""
        return self.base.assess(Answers(dict(turn.record), turn.unknown))

    @cached_property
    def whole(self) -> Assessment:
        """What the base makes of the whole truth: of what was told and could be asked."""
        base, person = self.base, self.person
        asked = {id: person.knows(base.vocabulary[id]) for id in base.part(Asking).asked[person.audience]}
        known = {id: value for id, value in asked.items() if value is not None}
        return base.assess(Answers({**known, **person.truth, **self.turns[-1].record}))

    @property
    def final(self) -> list[str]:
        """The lines of the result; none where it was not shown."""
        shown = next((t.shown for t in self.turns if t.kind in ("afterwards", "end")), "")
        return [line for line in shown.strip("\n").split("\n") if not line.startswith("   ask what you like")]


class _Player:
    """Reads the open question of a talk and says the line that the person would type."""

    def __init__(self, talk: Talk, person: Person, shown: io.StringIO) -> None:
        self.talk, self.person, self.shown = talk, person, shown
        self.turns: list[Turn] = []
        self._from = 0

    def line(self) -> str:
        if len(self.turns) >= MOST_TURNS:
            raise EOFError
        turn = self.turn()
        before = self.turns[-1] if self.turns else None
        # What was typed in answer to a question, and left it open, was refused.
        same = before is not None and (before.kind, before.asked, before.record, before.unknown) == (
            turn.kind, turn.asked, turn.record, turn.unknown,
        )  # fmt: skip
        if same and before is not None and turn.kind in ASKING:
            before.refused = before.typed not in QUESTIONS
        again = before is not None and before.refused
        self.turns.append(turn)
        turn.typed = self._plainly(turn) if again else self._reply(turn)
        return turn.typed

    def turn(self, kind: str = "") -> Turn:
        """What stands on the screen now."""
        talk, text = self.talk, self.shown.getvalue()
        shown, self._from = text[self._from :], len(text)
        asked, topic = (), ""
        read = {each.fact: each.value for each in talk.confirming}
        if kind:
            pass
        elif talk.confirming:
            kind = "confirm"
        elif talk.ended:
            kind = "commit" if "Commit first" in shown else "afterwards"
        elif talk.story:
            kind = "story"
        elif talk.screen is not None:
            kind, asked, topic = "ticks", talk.screen.facts, talk.screen.topic
        elif talk.question is not None:
            kind, asked = "question", (talk.question.fact,)
        else:
            kind = "offer" if talk.offer.open else "nothing_left"
        known = talk.consultation.answers
        return Turn(kind, shown, asked, topic, dict(known.record), known.unknown, read)

    def _reply(self, turn: Turn) -> str:
        """What the person does at this question out of habit, else the answer."""
        manner, number = self.person.manner, sum(t.kind in ("ticks", "question") for t in self.turns)
        if turn.kind in ("ticks", "question"):
            if number == 2 and "asks" in manner:
                return QUESTIONS[0]
            if number == 4 and "quits" in manner:
                return "quit"
            if number == 5 and "changes_mind" in manner:
                return "none" if turn.kind == "ticks" else "unknown"  # by mistake
            if number == 6 and "changes_mind" in manner:
                return "back"
        if turn.kind == "afterwards" and "asks" in manner:
            asked = {each.typed for each in self.turns}
            return next((each for each in QUESTIONS if each not in asked), "")
        return self._answer(turn, self.person)

    def _answer(self, turn: Turn, person: Person) -> str:
        vocabulary, number = self.talk.base.vocabulary, len(self.turns)
        match turn.kind:
            case "story":
                return person.story
            case "confirm":
                wrong = misread(person, turn, self.talk.base)
                numbers = [str(at) for at, fact in enumerate(turn.read, 1) if fact in wrong]
                return f"not {' '.join(numbers)}" if numbers else "yes"
            case "ticks":
                return person.ticks([vocabulary[fact] for fact in turn.asked], number)
            case "question":
                tested = any(vocabulary[fact].burden in TESTS for fact in person.truth)
                return person.answer(vocabulary[turn.asked[0]], number, tested)
            case "offer":
                return "go on" if "goes_on" in person.manner else ""
            case "commit":
                return "cramps, restless legs, dvt" if "words" in person.manner else ""
            case _:
                return ""

    def _plainly(self, turn: Turn) -> str:
        """The answer in figures; `skip` where that was refused, too."""
        twice = len(self.turns) > 2 and self.turns[-3].refused
        if twice:
            return "skip" if turn.kind in ("ticks", "question") else ""
        plain = replace(self.person, manner=self.person.manner - {"words"})
        return self._answer(turn, plain) if turn.kind in ("ticks", "question") else ""


def misread(person: Person, turn: Turn, base: Expert) -> list[str]:
    """The facts that were read from a text otherwise than they are."""
    wrong = []
    for fact, value in turn.read.items():
        true = person.knows(base.vocabulary[fact])
        if true is None:
            continue
        close = not isinstance(true, str | bool) and abs(float(value) - true) <= 0.1 * abs(true) + 0.5
        if value != true and not close:
            wrong.append(fact)
    return wrong


def play(base: Expert, person: Person) -> Played:
    """The whole consultation of a person, at the width of the terminal."""
    talk = Talk(
        base.consult(engine="kernel", audience=person.audience),
        None,
        screens=True,
        read_text=lambda text, audience: base.read_text(text, audience=audience),
    )
    shown = io.StringIO()
    player = _Player(talk, person, shown)
    with mock.patch.dict(os.environ, COLUMNS=str(COLUMNS)), contextlib.redirect_stdout(shown):
        talk.keeper.begin()
        consult(talk, player.line)
    ended = len(player.turns) < MOST_TURNS
    player.turns.append(player.turn("end"))
    return Played(base, person, player.turns, ended)
