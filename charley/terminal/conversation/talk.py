"""The dialogue: how each typed line is understood, whatever reads the lines and shows the replies."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from charley.documents.diagnostic import Faulty
from charley.engine.ask.shapes.screen import TickList
from charley.engine.explain.words import answer_words
from charley.engine.explanation import Row
from charley.engine.follow_up.answer import Answer, ask
from charley.facts.answer import NotUnderstood
from charley.facts.answering.declining import declines
from charley.facts.answering.fields import by_fact, fields_of, is_answer
from charley.facts.answering.meant import Refused
from charley.facts.answering.mixed import answer_and_question, none_and_words
from charley.facts.answering.spoken import beyond
from charley.facts.answering.ticks import answers_of, is_plain, remark_on, ticks_of
from charley.facts.vocabulary import Fact, Value
from charley.rules.names import NotNamed
from charley.terminal.conversation.interview import Lines
from charley.terminal.conversation.story import Told, confirmed, is_short
from charley.terminal.conversation.typed import Typed, is_question, typed
from charley.terminal.conversation.words import do, taken
from charley.terminal.refusals import not_named, not_understood, wanted
from charley.terminal.text import laid_out, paint, wrapped

__all__ = ["Talk"]

MOST_LETTERS = 5_000
"""The rest of a longer line is ignored."""


class Talk(Told):
    """An interview that takes typed lines: answers to the current question, commands, or free text."""

    put_again = True
    """Whether to show the question (again) before the next line is read."""
    _rest: tuple[Row, ...] = ()
    """All of the answer that was just given in short, for `all`."""

    def problem(self, line: str) -> str | None:
        """Why a line would be refused; None if it would be accepted."""
        if self.screen is not None and line.strip() and typed(line) is None:
            return None if ticks_of(self.screen.facts, line) else "numbers, `none`, or your own words"
        if not line.strip() or typed(line) is not None or self.group or self.question is None:
            return None
        fact = self.base.vocabulary[self.question.fact]
        if self._is_answer(line) or is_question(line):
            return None
        return "a number, its words, or `unknown`" if fact.kind == "choice" else f"expects {fact.expected()}"

    def take_line(self, line: str) -> Lines:
        """Process one line and return the reply."""
        line = "".join(c if c.isprintable() or c == "\t" else " " for c in line)[:MOST_LETTERS].strip()
        before, group = self._state(), self.group
        shown = list(self._heard(line))
        # After a long reply the question has scrolled away, so it is shown again.
        left = bool(group) and not self.group
        changed = self._state() != before or left or (len(shown) > 8 and not self.group)
        self.put_again = changed and not self.confirming
        return shown

    def _state(self) -> tuple[object, ...]:
        kept = len(self.keeper.saved.events), self.consultation.audience
        return *kept, self.short, self.target, self.again, self.story, self.offer.gone_on, self.confirming

    def _heard(self, line: str) -> Lines:
        word = typed(line)
        rest, self._rest = self._rest, ()
        if rest and word is not None and word.word == "all":
            return laid_out(rest)
        try:
            if word is None and (both := self._answer_and_question(line)) is not None:
                return [*self._heard(both[0]), *self._heard(both[1])]
            if self.confirming and word is None and is_question(line):
                return [*self._replied(ask(self.consultation, line)), *self._ask_confirmation()]
            if self.confirming and (word is None or word.word in ("all", "back")):
                return list(self._confirm(line))
            about = word is not None and word.word == "about" and self._is_answer(line)
            if word is not None and not about and not self._is_choice(line):
                return self._done(word, line)
            if is_question(line) and not self._is_answer(line) and not self.story:
                return self._asked(line)
            if self.group:
                return list(self._take_group(line))
            if self.story:
                return list(self._take_story(line))
            if self.screen is not None:
                return list(self._take_screen(line))
            if self.offer.open:
                return list(self._take_offer(line))
            if not line:
                return self._empty()
            if self.question is None:
                if declines(line):
                    self.ended = True
                    return []
                return list(self._beyond(line, "That is not a command; `?` lists the commands."))
            return list(self._answer(self.base.vocabulary[self.question.fact], line))
        except NotUnderstood as error:
            return list(wrapped(not_understood(self.base.vocabulary, error), "  "))
        except NotNamed as error:
            return list(wrapped(not_named(self.base, error, self.consultation.audience), "  "))
        except Faulty as faulty:
            said = (not_understood(self.base.vocabulary, each) for each in faulty.diagnostics)
            return [line for each in said for line in wrapped(each, "  ")]

    def _done(self, word: Typed, line: str) -> Lines:
        """Run a command. A natural-language question may begin like one, so it is tried next."""
        try:
            return list(do(self, word))
        except NotNamed as error:
            if is_question(line) and not (error.could_be and len(line.split()) < 4):
                return self._asked(line)
            raise

    def _replied(self, answer: Answer) -> Iterator[str]:
        """An answer in short, and how to see all of it."""
        yield from laid_out(answer.rows())
        self._rest = answer.whole
        if answer.whole:
            yield paint("   `all` shows all of this answer", dim=True)

    def _asked(self, line: str) -> Lines:
        """Answer a question. Facts that it states can be confirmed, or come with how to note them."""
        answer = ask(self.consultation, line)
        shown = list(self._replied(answer))
        if answer.told and self._understood(line):
            return [*shown, *self._ask_confirmation()]
        for fact, value in answer.told.items():
            said = answer_words(self.base, fact, value, self.consultation.audience)
            known = self.base.vocabulary[fact]
            noted = f"{known.label.replace(',', '')}={known.show(value)}"
            shown += wrapped(f"Not noted yet: {said}. `tell {noted}` notes it.", "  ", "    ")
        return shown

    def _answer_and_question(self, line: str) -> tuple[str, str] | None:
        """The two parts of a line that answers what is asked and asks something in turn."""
        both = answer_and_question(line)
        if both is None:
            return None
        if self.confirming:
            answers = confirmed(self.confirming, both[0]) is not None
        elif self.screen is not None:
            answers = ticks_of(self.screen.facts, both[0]) is not None
        else:
            answers = self._is_answer(both[0])
        return both if answers else None

    def _is_answer(self, line: str) -> bool:
        """Whether the line is a valid answer to the current question, or to several of the form."""
        if self.question is None or self.group:
            return False
        vocabulary, today = self.base.vocabulary, datetime.date.today()
        several = fields_of(vocabulary, self.fields, line, today)
        return bool(several) or is_answer(vocabulary, vocabulary[self.question.fact], line, today)

    def _is_choice(self, line: str) -> bool:
        """Whether the line is a choice of the current question, be it also a command."""
        asked = None if self.question is None or self.group else self.base.vocabulary[self.question.fact]
        return asked is not None and re.sub(r"[\s-]+", "_", line.lower()) in asked.choices

    def _empty(self) -> Lines:
        if self.question is None:
            self.ended = True
            return []
        if self.form is not None:
            return list(self.leave_open())
        return list(wrapped(wanted(self.base.vocabulary[self.question.fact]), "  "))

    def _answer(self, fact: Fact, text: str) -> Iterator[str]:
        vocabulary = self.base.vocabulary
        both = by_fact(vocabulary, fact, self.fields, text, datetime.date.today())
        told: dict[str, Value | None] = {}
        for id, part in both.items():
            try:
                told[id], said, play_back = taken(self, vocabulary[id], part)
            except NotUnderstood as error:
                if error.code not in ("F011", "F013") or (isinstance(error, Refused) and is_short(text)):
                    raise
                why = f"{not_understood(vocabulary, error)}." if isinstance(error, Refused) else ""
                yield from self._beyond(text, why or f"That does not answer the question. {wanted(fact)}")
                return
            if play_back or len(both) > 1:
                yield from wrapped(f"Understood: {said}", "  ")
        yield from self.take(told)
        if len(both) == 1 and (rest := beyond(fact, text)):
            yield from self._beyond(rest, f"Not noted: “{rest}”")

    def _take_story(self, line: str) -> Iterator[str]:
        if not line:
            self.story = False
            return
        if is_question(line) and not self._understood(line):
            yield from self._asked(line)
            return
        self.story = False
        yield from self._beyond(line, "I found nothing certain in that, so I will ask.")

    def _take_screen(self, line: str) -> Iterator[str]:
        screen = self.screen
        assert screen is not None
        ticks = ticks_of(screen.facts, line)
        if ticks is not None:
            if not is_plain(line):
                yield from wrapped(f"Understood: {ticks.words(screen.facts)}", "  ", "    ")
            if remark := remark_on(line):
                yield from wrapped(f"Not noted: “{remark}”", "  ")
            self.answered = screen
            yield from self.take(screen.answers(*ticks))
        elif (rest := none_and_words(line)) is not None and self._understood(rest):
            denied = [fact for fact in screen.facts if fact not in self._told_of(screen)]
            others = "all of them" if len(denied) == len(screen.facts) else "the others"
            yield from wrapped(f"Understood: no to {others}", "  ")
            self.answered = screen
            yield from self.take(dict.fromkeys(denied, False))
            yield from self._ask_confirmation()
        else:
            if (numbers := re.match(r"[\d\s,?]*\d(?=\W)", line)) is not None:
                yield from wrapped(
                    f"Not taken with words beside it: `{numbers[0]}`. Answer the list again.", "  "
                )
            said = f"the numbers that apply (1 to {len(screen.facts)}), `none`, or `?2` if not sure of 2"
            yield from self._beyond(line, f"Write {said}; `?` helps.")

    def _told_of(self, screen: TickList) -> set[str]:
        """The lines of a list that wait for confirmation, be it of a fact that they open."""
        told = {each.fact for each in self.confirming}
        vocabulary = self.base.vocabulary
        return {fact for fact in screen.facts if fact in told or not told.isdisjoint(vocabulary[fact].opens)}

    def _take_offer(self, line: str) -> Iterator[str]:
        if not line or declines(line):
            self.ended = True
        elif line.lower() in ("yes", "y"):
            self.offer.go_on()
        else:
            yield from self._beyond(line, "`go on` asks more; Enter finishes.")

    def _take_group(self, line: str) -> Iterator[str]:
        group = self.group
        if not line:
            self.group = []
            return
        answers = answers_of(group, line)
        if answers is None:
            said = f"the numbers that apply (1 to {len(group)}), `none`, or `1 3 rest no`"
            yield from wrapped(f"Write {said}; Enter leaves the group.", "  ")
            return
        self.group = []
        yield from self.take(answers)
