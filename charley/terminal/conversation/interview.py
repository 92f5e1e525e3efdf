"""The state of an interview: the consultation, the current question, and the mode of asking."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from charley.engine.ask.draft import MIXTURES
from charley.engine.ask.question import Question
from charley.engine.ask.shapes.screen import Form, TickList
from charley.engine.consult.consultation import Consultation
from charley.engine.consult.transcript import Kind, Saved
from charley.engine.differential import Differential
from charley.engine.explain.words import answer_words, list_title
from charley.facts.text.results import Reading, Taken
from charley.facts.vocabulary import Fact, Value
from charley.facts.wording import Audience
from charley.terminal.conversation.checklist import OPENING, show_form, show_question, show_screen
from charley.terminal.conversation.keeping import Keeper
from charley.terminal.conversation.offer import Offer, nothing_left
from charley.terminal.news import news
from charley.terminal.text import paint, terminal_width, wrapped

__all__ = ["Interview", "Lines"]

Lines = Iterable[str]
ReadText = Callable[[str, Audience], Reading]
"""A function that reads a text for an audience."""


class Interview:
    """An interview with a person, saved to `file` after every step.

    With `screens`, questions of one topic are asked together, and the interview offers to stop when enough
    is known. With `read_text`, it asks for the story first and accepts free text. Every step returns the
    lines to show.
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
        """The fact to ask next, before all others, because its answer was taken back."""
        self.group: list[str] = []
        """The facts of the open group checklist."""
        self.screens = screens
        self.screen: TickList | None = None
        """The open list."""
        self.answered: TickList | None = None
        """The list that was answered last."""
        self.put_back: TickList | None = None
        """The list to show next, because its answers were taken back."""
        self.form: Form | None = None
        """The open form. Its fields are asked one after another."""
        self.read_text = read_text
        self.story = screens and read_text is not None and not consultation.record
        """Whether to ask for the story next."""
        self.told: list[str] = []
        """The texts from which answers were taken; only the hand-over shows them."""
        self.confirming: tuple[Taken, ...] = ()
        """The facts read from a text that wait for confirmation."""
        self.offer = Offer(consultation)
        self.begun = len(self.keeper.saved.events)
        """The number of events before the first question."""
        self.warnings = warnings
        """Warnings for the top of a report: answers that could not be resumed."""
        self.ended = False
        self.left = False
        """Whether `quit` ended it, after which nothing more is read."""
        self.committed = False
        """Whether a student has committed to diagnoses."""
        self._heading = ""
        self._differential: Differential | None = None

    @property
    def differential(self) -> Differential:
        """The differential of the current answers."""
        if self._differential is None:
            self._differential = self.consultation.differential
        return self._differential

    # Questions

    def ask(self) -> Lines:
        """Show the next screen or question; if there is none, the reason."""
        self.group, self.screen = [], None
        if self.story:
            self.question = None
            return self._ask_story()
        if self.put_back is not None:
            self.question, self.screen, self.put_back = None, self.put_back, None
            return self._put_screen(self.screen)
        if self.again is not None:
            self.question = self._asked_for(self.again)
        elif self.fields:
            self.question = self._asked_for(self.fields[0])
        elif self.screens and self.target is None:
            return self._ask_screen()
        else:
            self.question = self.consultation.next_question(self.target, short=self.short)
        return self._put_question()

    def _ask_screen(self) -> Lines:
        self.question, self.form = None, None
        if offered := self.offer.lines(self.short):
            return offered
        screen = self.consultation.next_screen(short=self.short)
        if isinstance(screen, TickList):
            self.screen = screen
            return self._put_screen(screen)
        if isinstance(screen, Form):
            self.question = screen.questions[0]
            if len(screen.questions) > 1:
                self.form, self._heading = screen, screen.title
                how = show_form(screen, self.consultation.audience, self.base.vocabulary)
                return ["", self._rule(screen.title), *how, *self._put_question()]
        return self._put_question()

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of the open form that are not answered yet, and still apply."""
        if self.form is None:
            return ()
        there = self.consultation.prospect(short=self.short)
        return tuple(id for id in self.form.facts if id in there.facts and id not in there.later)

    def _asked_for(self, id: str) -> Question:
        fact, audience = self.base.vocabulary[id], self.consultation.audience
        return Question(id, fact.question(audience) or fact.wording.to(audience), "", fact.kind, fact.choices)

    def _put_question(self) -> Lines:
        if self.question is None:
            return nothing_left(self.consultation, self.short, self.target)
        return self._put(self.base.vocabulary[self.question.fact], self.question.wording)

    def _ask_story(self) -> Iterator[str]:
        yield ""
        yield paint(OPENING[self.consultation.audience], bold=True)
        yield paint("   a few sentences on one line; Enter skips this", dim=True)

    def _put_screen(self, screen: TickList) -> Iterator[str]:
        yield ""
        self._heading = screen.title
        title = (
            list_title(self.base, screen.title, screen.facts) if screen.topic in MIXTURES else screen.title
        )
        yield self._rule(title)
        yield from show_screen(screen, self.consultation.audience, self.base.vocabulary)

    @staticmethod
    def _rule(title: str, bold: bool = True) -> str:
        return paint(f"-- {title} ".ljust(min(terminal_width(), 78), "-"), bold=bold, dim=not bold)

    def _put(self, fact: Fact, wording: str) -> Iterator[str]:
        title = self.base.vocabulary.titles.get(fact.group, fact.group)
        title = title if self.form is None else self.form.title
        yield ""
        if title != self._heading:
            self._heading = title
            yield self._rule(title, bold=False)
        yield from show_question(fact, wording)

    def take(self, facts: Mapping[str, Value | None], warned: Differential | None = None) -> Iterator[str]:
        """Add answers and show what changed. The warnings in `warned` are not repeated."""
        before = self.differential
        self.consultation.tell(facts)
        self.story = False
        self.again = None if self.again in facts else self.again
        self._differential = None
        last = next(reversed(list(facts)), None)
        known = self.consultation.answers
        for fact in facts:
            # Answers given together are one step: only the last of them has the differential.
            said = self.differential if fact == last else None
            self.keeper.saved.add("answer", fact, known.record.get(fact), said, known.told.get(fact, ""))
        yield from news(self.base, before, self.differential, warned, self.committed)
        yield from self.keeper.keep()

    def said(self, id: str, value: Value | None, told: str | None = None) -> str:
        """An answer in words for the audience, with a number as the person gave it."""
        shown = answer_words(self.base, id, value, self.consultation.audience)
        told = self.consultation.answers.told.get(id) if told is None else told
        if not told or value is None:
            return shown
        return shown.removesuffix(self.base.vocabulary[id].show(value)) + told

    def _note(self, kind: Kind, fact: str, value: Value | None = None) -> None:
        self.keeper.saved.add(kind, fact, value, self.differential)

    def retract(self, *facts: str) -> Iterator[str]:
        """Take answers back. A single fact is asked again next; the facts of a screen, with their screen."""
        before = self.differential
        self.consultation.retract(*facts)
        self._differential = None
        self.again = facts[0] if len(facts) == 1 else None
        if self.answered is not None and set(facts) == set(self.answered.facts):
            self.put_back, self.form = self.answered, None
        for fact in facts:
            self.keeper.saved.add("retract", fact, None, self.differential if fact == facts[-1] else None)
        yield from news(self.base, before, self.differential, committed=self.committed)
        yield from self.keeper.keep()

    def leave_open(self) -> Iterator[str]:
        """Note the open question as not known."""
        assert self.question is not None
        yield from wrapped(f"Noted: {self.said(self.question.fact, None)}", "  ")
        yield from self.take({self.question.fact: None})

    def skip(self, *facts: str) -> Iterator[str]:
        """Postpone questions. What is postponed again is not known, or it would be asked for ever."""
        if {each.fact for each in self.keeper.saved.events if each.kind == "skip"}.issuperset(facts):
            yield "  Postponed twice, so it is noted as not known."
            yield from self.take(dict.fromkeys(facts))
            return
        self.consultation.skip(*facts)
        self.again = None
        for fact in facts:
            self._note("skip", fact)
        asked = "it is" if len(facts) == 1 else "they are"
        yield f"  Postponed; {asked} asked again when nothing else is left."
        yield from self.keeper.keep()

    def reword(self, audience: Audience) -> Iterator[str]:
        """Change the audience."""
        self.consultation.audience = audience
        self._differential = None
        self.again = None
        self._note("audience", audience)
        yield f"  Worded for {self.base.about.a_reader(audience)} from now on."
        yield from self.keeper.keep()

    def aim(self, *, short: bool = False, target: str | None = None) -> None:
        """Limit the questions to dangers or to one target; without arguments, ask everything."""
        self.short, self.target, self.again, self.form = short, target, None, None
