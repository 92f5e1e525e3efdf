"""The state of an interview: the consultation, the current question, and the mode of asking."""

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
from charley.facts.vocabulary import TESTS, Fact, Value
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
        self.screen: Screen | None = None
        """The open screen."""
        self.answered: Screen | None = None
        """The screen that was answered last."""
        self.put_back: Screen | None = None
        """The screen to show next, because its answers were taken back."""
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
        yield from show_screen(screen, self.consultation.audience, self.base.vocabulary)

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
            tested = ", or `no tests`" if fact.burden in TESTS else ""
            yield paint(f"   {fact.expected()}, or `unknown`{tested}", dim=True)

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
            self.put_back = self.answered
        for fact in facts:
            self.keeper.saved.add("retract", fact, None, self.differential if fact == facts[-1] else None)
        yield from news(self.base, before, self.differential, committed=self.committed)
        yield from self.keeper.keep()

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
        self.short, self.target, self.again = short, target, None
