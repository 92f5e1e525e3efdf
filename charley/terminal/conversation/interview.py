"""The state of a conversation: the consultation, the question that stands, and what is being asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from charley.engine.ask.draft import MIXTURES
from charley.engine.ask.question import Question
from charley.engine.ask.screen import Screen
from charley.engine.consult.consultation import Consultation
from charley.engine.consult.transcript import Kind, Saved
from charley.engine.differential import Differential
from charley.engine.explain.words import answer_words, list_title, name_of
from charley.facts.text.results import Taken
from charley.facts.vocabulary import Fact, Value
from charley.facts.wording import Audience
from charley.terminal.conversation.checklist import show_screen
from charley.terminal.conversation.keeping import Keeper
from charley.terminal.conversation.offer import Offer
from charley.terminal.conversation.story import OPENING, ReadText
from charley.terminal.explanations import show_explanation
from charley.terminal.news import news
from charley.terminal.text import paint, terminal_width, wrapped

__all__ = ["Interview", "Lines"]

Lines = Iterable[str]


class Interview:
    """A consultation that is held, and kept in `file` after every step.

    With `screens` several questions of one topic are put together, and the end is offered when enough is
    known. With `read_text` the story can be told in one's own words, and is asked for first. Every step
    returns the lines that say what came of it.
    """

    def __init__(
        self,
        consultation: Consultation,
        file: Path | None,
        *,
        short: bool = False,
        screens: bool = False,
        read_text: ReadText | None = None,
        saved: Saved | None = None,
        recovery: bool = False,
        warnings: Sequence[str] = (),
    ) -> None:
        self.consultation = consultation
        consultation.gates = True  # a person is asked in short
        self.base = consultation.base
        self.keeper = Keeper(saved or Saved.of(consultation), file, recovery)
        self.short = short
        self.target: str | None = None
        self.question: Question | None = None
        self.again: str | None = None
        """The fact that is asked next, whatever would matter more: its answer was taken back."""
        self.group: list[str] = []
        """The facts of the checklist that is open."""
        self.screens = screens
        self.screen: Screen | None = None
        """The list to tick that is open."""
        self.answered: Screen | None = None
        """The list that was ticked last."""
        self.put_back: Screen | None = None
        """The list that is put next, since its answers were taken back."""
        self.read_text = read_text
        self.story = screens and read_text is not None and not consultation.record
        """Whether the story is asked for next."""
        self.told: list[str] = []
        """The texts of which something was taken, in the person's own words; kept for the hand-over only."""
        self.confirming: tuple[Taken, ...] = ()
        """What was understood of the story, to be confirmed."""
        self.offer = Offer(consultation)
        self.begun = len(self.keeper.saved.events)
        """The events that were there before the first question."""
        self.warnings = warnings
        """What stands first in a report: answers that were left out when the consultation was resumed."""
        self.ended = False
        self.left = False
        """Whether it was ended by `quit`, which asks for nothing more."""
        self.committed = False
        """Whether a student has named their own diagnoses."""
        self._heading = ""
        self._differential: Differential | None = None

    @property
    def differential(self) -> Differential:
        """The differential of what is known now."""
        if self._differential is None:
            self._differential = self.consultation.differential
        return self._differential

    # Questions

    def ask(self) -> Lines:
        """Put the next screen or question; when there is none, say why."""
        self.group, self.screen = [], None
        if self.story:
            self.question = None
            return self._ask_story()
        if self.put_back is not None:
            self.question, self.screen, self.put_back = None, self.put_back, None
            return self._put_screen(self.screen)
        if self.screens and self.again is None and self.target is None:
            offered = self.offer.lines(self.short)
            if offered:
                self.question = None
                return offered
            self.screen = self.consultation.next_screen(short=self.short)
            if self.screen is not None and self.screen.is_ticks:
                self.question = None
                return self._put_screen(self.screen)
            self.question = None if self.screen is None else self.screen.questions[0]
            self.screen = None
        elif self.again is not None:
            fact = self.base.vocabulary[self.again]
            wording = fact.question(self.consultation.audience) or fact.wording.to(self.consultation.audience)
            self.question = Question(fact.id, wording, "", fact.kind, fact.choices)
        else:
            self.question = self.consultation.next_question(self.target, short=self.short)
        if self.question is None:
            return self._nothing_left()
        return self._put(self.base.vocabulary[self.question.fact], self.question.wording)

    def _ask_story(self) -> Iterator[str]:
        yield ""
        yield paint(OPENING[self.consultation.audience], bold=True)
        yield paint("   a few sentences on one line; Enter skips this", dim=True)

    def _put_screen(self, screen: Screen) -> Iterator[str]:
        yield ""
        self._heading = screen.title
        title = (
            list_title(self.base, screen.title, screen.facts) if screen.topic in MIXTURES else screen.title
        )
        yield paint(f"-- {title} ".ljust(min(terminal_width(), 78), "-"), bold=True)
        yield from show_screen(screen, self.consultation.audience)

    def _put(self, fact: Fact, wording: str) -> Iterator[str]:
        title = self.base.vocabulary.titles.get(fact.group, fact.group)
        yield ""
        if title != self._heading:
            self._heading = title
            yield paint(f"-- {title} ".ljust(min(terminal_width(), 78), "-"), dim=True)
        for line in wrapped(wording):
            yield paint(line, bold=True)
        if fact.kind == "choice":
            for at, choice in enumerate(fact.choices, 1):
                yield f"   {at}  {fact.show(choice)}"
            yield paint("   0  none of these, more than one, or not known", dim=True)
        else:
            yield paint(f"   {fact.expected()}, or `unknown`", dim=True)

    def _nothing_left(self) -> Iterator[str]:
        yield ""
        if self.short:
            yield from wrapped(
                "No further warning can be raised by anything that you can answer. `full` goes on asking."
            )
        elif self.target is not None:
            name = name_of(self.base, self.target, self.consultation.audience)
            yield from wrapped(f"Nothing more that you can answer bears on {name}. `full` goes on asking.")
        elif self.consultation.audience == "patient" and not self.differential.settled:
            yield from wrapped(
                "Nothing more that you can answer would change this. An examination or a test still could."
            )
        else:
            yield from show_explanation(self.consultation.stop())
        if self.base.about.follow_up is not None:
            yield from wrapped(self.base.about.follow_up.to(self.consultation.audience))
        tell = "tell FACT=VALUE, any other word (`?` lists them)"
        if self.consultation.audience == "patient":
            tell = "tell it in your own words, ask what you like"
        yield paint(f"   {tell}, or Enter to finish", dim=True)

    def take(self, facts: Mapping[str, Value | None], warned: Differential | None = None) -> Iterator[str]:
        """Take answers and say what changed; the warnings of `warned` were shown already."""
        before = self.differential
        self.consultation.tell(facts)
        self.story = False
        self.again = None if self.again in facts else self.again
        self._differential = None
        last = next(reversed(list(facts)), None)
        known = self.consultation.answers
        for fact in facts:
            # What is told together is answered together, after the last of it.
            said = self.differential if fact == last else None
            self.keeper.saved.add("answer", fact, known.record.get(fact), said, known.told.get(fact, ""))
        yield from news(self.base, before, self.differential, warned, self.committed)
        yield from self.keeper.keep()

    def said(self, id: str, value: Value | None, told: str | None = None) -> str:
        """An answer in the words of this audience, a number as it was told."""
        shown = answer_words(self.base, id, value, self.consultation.audience)
        told = self.consultation.answers.told.get(id) if told is None else told
        if not told or value is None:
            return shown
        return shown.removesuffix(self.base.vocabulary[id].show(value)) + told

    def _note(self, kind: Kind, fact: str, value: Value | None = None) -> None:
        self.keeper.saved.add(kind, fact, value, self.differential)

    def retract(self, *facts: str) -> Iterator[str]:
        """Take answers back. One is asked for again by itself, those of a list with what matters now."""
        before = self.differential
        self.consultation.retract(*facts)
        self._differential = None
        self.again = facts[0] if len(facts) == 1 else None
        if self.answered is not None and set(facts) == set(self.answered.facts):
            self.put_back = self.answered
        for fact in facts:
            self.keeper.saved.add("retract", fact, None, self.differential if fact == facts[-1] else None)
        yield from news(self.base, before, self.differential, committed=self.committed)
        yield from self.keeper.keep()

    def skip(self, *facts: str) -> Iterator[str]:
        """Put questions off."""
        self.consultation.skip(*facts)
        self.again = None
        for fact in facts:
            self._note("skip", fact)
        comes = "it comes" if len(facts) == 1 else "they come"
        yield f"  Put off; {comes} again when nothing else is left."
        yield from self.keeper.keep()

    def reword(self, audience: Audience) -> Iterator[str]:
        """Go on in the words of another audience."""
        self.consultation.audience = audience
        self._differential = None
        self.again = None
        self._note("audience", audience)
        yield f"  Worded for {self.base.about.a_reader(audience)} from now on."
        yield from self.keeper.keep()

    def aim(self, *, short: bool = False, target: str | None = None) -> None:
        """Ask only for dangers, only for what bears on a target, or for everything."""
        self.short, self.target, self.again = short, target, None
