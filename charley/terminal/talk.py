"""One consultation as a conversation: a line goes in, lines come out. Where they come from is not known here.

`Talk` holds what a conversation needs beyond the consultation: the question that stands, what was done so
far (to take it back and to keep it), and for what is being asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from charley.documents.diagnostic import Faulty
from charley.engine.ask.question import Question
from charley.engine.consult.consultation import Consultation
from charley.engine.consult.transcript import Saved
from charley.engine.differential import Differential
from charley.engine.explain.words import name_of
from charley.facts.answer import NotUnderstood, Unknown, parse_answer
from charley.facts.vocabulary import Fact, Value
from charley.facts.wording import AUDIENCES
from charley.terminal import answers as show_words
from charley.terminal.explanations import show_explanation
from charley.terminal.news import news
from charley.terminal.text import heading, paint, terminal_width, wrapped
from charley.terminal.typed import NotNamed, Typed, named_fact, named_target, told, typed

__all__ = ["Talk"]

Lines = Iterable[str]


class Talk:
    """A consultation that is talked with. `file` is where it is kept after every answer."""

    def __init__(
        self,
        consultation: Consultation,
        file: Path | None,
        *,
        short: bool = False,
        saved: Saved | None = None,
    ) -> None:
        self.consultation = consultation
        self.base = consultation.base
        self.saved = saved or Saved.of(consultation)
        self.file = file
        self.warnings: Sequence[str] = ()
        """What stands first in a report: answers that were left out when the consultation was resumed."""
        self.recovery = False
        """Whether `file` is only there in case the consultation breaks off."""
        self.short = short
        self.target: str | None = None
        self.question: Question | None = None
        self.ended = False
        self.unsaved = ""
        self.put_again = True
        """Whether the question is to be put (again) before the next line is read."""
        self._again: str | None = None
        self._group: list[str] = []
        self._heading = ""
        self._differential: Differential | None = None
        self._number = len(self.saved.events)

    @property
    def differential(self) -> Differential:
        """What is said now."""
        if self._differential is None:
            self._differential = self.consultation.differential
        return self._differential

    # Questions

    def ask(self) -> Lines:
        """Put the next question; when there is none, say why."""
        self._group = []
        if self._again is not None:
            fact = self.base.vocabulary[self._again]
            wording = fact.question(self.consultation.audience) or fact.wording.to(self.consultation.audience)
            self.question = Question(fact.id, wording, "", fact.kind, fact.choices)
        else:
            self.question = self.consultation.next_question(self.target, short=self.short)
        if self.question is None:
            return self._nothing_left()
        return self._put(self.base.vocabulary[self.question.fact], self.question.wording)

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
                yield f"   {at}  {choice.replace('_', ' ')}"
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
        else:
            yield from show_explanation(self.consultation.stop())
        if self.base.about.follow_up is not None:
            yield from wrapped(self.base.about.follow_up.to(self.consultation.audience))
        yield paint("   tell FACT=VALUE, any other word (`?` lists them), or Enter to finish", dim=True)

    def problem(self, line: str) -> str | None:
        """What is wrong with a line, before it is sent; None where nothing is."""
        if not line.strip() or typed(line) is not None or self._group or self.question is None:
            return None
        fact = self.base.vocabulary[self.question.fact]
        try:
            parse_answer(fact, line)
        except NotUnderstood:
            return f"expects {fact.expected()}, or a word"
        return None

    # Answers

    def hear(self, line: str) -> Lines:
        """Take a line: an answer to the question that stands, or a word."""
        line = "".join(c if c.isprintable() or c == "\t" else " " for c in line)[:2000].strip()
        before, group = self._state(), self._group
        shown = list(self._heard(line))
        # A question that stands is put again when much was shown over it.
        left = bool(group) and not self._group
        self.put_again = self._state() != before or left or (len(shown) > 8 and not self._group)
        return shown

    def _state(self) -> tuple[object, ...]:
        return len(self.saved.events), self.consultation.audience, self.short, self.target, self._again

    def _heard(self, line: str) -> Lines:
        word = typed(line)
        try:
            if word is not None and not self._is_choice(line):
                return list(self._word(word))
            if self._group:
                return list(self._take_group(line))
            if not line:
                return self._empty()
            if self.question is None:
                return ["That is no word I know here; `?` lists them."]
            return list(self._answer(self.base.vocabulary[self.question.fact], line))
        except NotUnderstood as error:
            return list(wrapped(_said(str(error), error.help), "  "))
        except NotNamed as error:
            return list(wrapped(f"{error}.".replace("?.", "?"), "  "))
        except Faulty as faulty:
            return [line for d in faulty.diagnostics for line in wrapped(_said(d.message, d.help), "  ")]

    def _is_choice(self, line: str) -> bool:
        """A choice may be called like a word; then it is the answer."""
        if self.question is None or self._group:
            return False
        return re.sub(r"[\s-]+", "_", line.lower()) in self.base.vocabulary[self.question.fact].choices

    def _empty(self) -> Lines:
        if self.question is None:
            self.ended = True
            return []
        expected = self.base.vocabulary[self.question.fact].expected()
        return list(wrapped(f"Answer with {expected}, `unknown`, or a word; `?` helps.", "  "))

    def _answer(self, fact: Fact, text: str) -> Iterator[str]:
        try:
            value = parse_answer(fact, text)
        except NotUnderstood as error:
            if error.code != "F011":
                raise
            said = (
                f"That is no answer to this question: it wants {fact.expected()}, `unknown`, or a word (`?`)."
            )
            yield from wrapped(said, "  ")
            return
        yield from self.take({fact.id: None if isinstance(value, Unknown) else value})

    def take(self, facts: dict[str, Value | None]) -> Iterator[str]:
        """Take answers and say what changed."""
        before = self.differential
        self.consultation.tell(facts)
        self._again = None if self._again in facts else self._again
        self._differential = None
        for fact, value in facts.items():
            self._note("answer", fact, value)
        yield from news(self.base, before, self.differential)
        yield from self.keep()

    def _note(self, kind: str, fact: str, value: Value | None = None) -> None:
        self._number += 1
        self.saved.add(kind, fact, value, self.differential)

    def keep(self) -> Iterator[str]:
        """Write the file; where that fails say so, and keep what is to be written."""
        if self.file is None:
            return
        try:
            self.saved.write(self.file)
        except OSError as error:
            if not self.unsaved:
                reason = error.strerror or error
                yield from wrapped(
                    f"NOT SAVED: {self.file} cannot be written ({reason}). Your answers are still here; "
                    "each further answer tries again, and `save FILE` writes elsewhere.",
                    "  ",
                )
            self.unsaved = error.strerror or str(error)
        else:
            if self.unsaved:
                yield "  Saved again, with everything so far."
            self.unsaved = ""

    def _take_group(self, line: str) -> Iterator[str]:
        """Numbers are yes; with `none` or `rest no` the others are no, else they stay open."""
        group, text = self._group, line.lower()
        if not text:
            self._group = []
            return
        numbers = [int(each) for each in re.findall(r"\d+", text)]
        rest = re.search(r"\b(rest|others?|none)\b", text) is not None
        left = re.sub(r"\d+|rest|others?|none|no|and|yes|[\s,;.:]", "", text)
        if left or (not numbers and not rest) or any(not 1 <= n <= len(group) for n in numbers):
            said = f"the numbers that are so (1 to {len(group)}), `none`, or `1 3 rest no`"
            yield from wrapped(f"Write {said}; Enter leaves the group.", "  ")
            return
        answers: dict[str, Value | None] = {group[n - 1]: True for n in numbers}
        if rest:
            answers |= {fact: False for fact in group if fact not in answers}
        self._group = []
        yield from self.take(answers)

    # Words

    def _word(self, word: Typed) -> Lines:
        does: dict[str, Callable[[Typed], Lines]] = {
            "answers": self._answers,
            "audience": self._audience,
            "about": self._about,
            "back": self._back,
            "change": self._change,
            "full": self._full,
            "group": self._open_group,
            "quit": self._quit,
            "report": self._report,
            "save": self._save,
            "short": self._short,
            "skip": self._skip,
            "tell": self._tell,
            "help": lambda _: show_words.help(self.base, self.question, bool(self._group)),
            "find": lambda w: show_words.find(self.base, w.first),
        }
        if word.word in does:
            return does[word.word](word)
        return show_words.shown(self.consultation, word, self.question.fact if self.question else None)

    def _tell(self, word: Typed) -> Iterator[str]:
        facts: dict[str, Value | None] = {}
        for id, text in told(self.base, word.first).items():
            value = parse_answer(self.base.vocabulary[id], text)
            facts[id] = None if isinstance(value, Unknown) else value
        shown = ", ".join(self._shown(id, value) for id, value in facts.items())
        yield from wrapped(f"Noted: {shown}", "  ")
        yield from self.take(facts)

    def _shown(self, id: str, value: Value | None) -> str:
        fact = self.base.vocabulary[id]
        return f"{fact.label}: {'unknown' if value is None else fact.show(value)}"

    def _skip(self, _: Typed) -> Iterator[str]:
        if self.question is None:
            yield "  There is no question to skip."
            return
        self.consultation.skip(self.question.fact)
        self._again = None
        self._note("skip", self.question.fact)
        yield "  Put off; it comes again when nothing else is left."
        yield from self.keep()

    def _back(self, _: Typed) -> Iterator[str]:
        known = self.consultation.answers
        for event in reversed(self.saved.events):
            if event.kind == "answer" and (event.fact in known.record or event.fact in known.unknown):
                yield from wrapped(f"Taken back: {self._shown(event.fact, event.value)}", "  ")
                yield from self._retract(event.fact)
                return
        yield "  There is no answer to take back."

    def _retract(self, fact: str) -> Iterator[str]:
        before = self.differential
        self.consultation.retract(fact)
        self._differential = None
        self._note("retract", fact)
        self._again = fact
        yield from news(self.base, before, self.differential)
        yield from self.keep()

    def _change(self, word: Typed) -> Iterator[str]:
        name, _, value = word.first.partition("=")
        if value:
            yield from self._tell(Typed("tell", word.first))
            return
        fact = named_fact(self.base, name)
        self._again = fact
        known = self.consultation.record.get(fact)
        if known is not None:
            yield from wrapped(f"So far: {self._shown(fact, known)}. It stays until you answer again.", "  ")

    def _open_group(self, _: Typed) -> Iterator[str]:
        if self.question is None:
            yield "  There is no question, and so no group."
            return
        vocabulary, audience = self.base.vocabulary, self.consultation.audience
        of = vocabulary[self.question.fact].group
        opens = self.consultation.open_questions(self.target, short=self.short)
        found = [q for q in opens if vocabulary[q.fact].group == of and q.kind == "boolean"][:9]
        if len(found) < 2:
            yield "  Nothing else of this group is a yes-or-no question that matters now."
            return
        self._group = [q.fact for q in found]
        yield heading(vocabulary.titles.get(of, of))
        for at, q in enumerate(found, 1):
            yield from wrapped(vocabulary[q.fact].wording.to(audience), f"  {at}  ")
        yield paint(
            "  Which are so? Numbers, `none`, or `1 3 rest no`; what you leave out stays open", dim=True
        )

    def _answers(self, _: Typed) -> Iterator[str]:
        known = self.consultation.answers
        if not known.record and not known.unknown:
            yield "  Nothing was told yet."
        for id, value in known.record.items():
            yield from wrapped(self._shown(id, value), "  ", "    ")
        if known.unknown:
            yield from wrapped(
                f"unknown: {', '.join(sorted(i.replace('_', ' ') for i in known.unknown))}", "  ", "    "
            )

    def _audience(self, word: Typed) -> Iterator[str]:
        self.consultation.audience = next(each for each in AUDIENCES if each == word.first.lower())
        self._differential = None
        self._again = None
        self._note("audience", self.consultation.audience)
        yield f"  Worded for a {self.consultation.audience} from now on."
        yield from self.keep()

    def _short(self, _: Typed) -> Lines:
        self.short, self.target, self._again = True, None, None
        return ["  Only what could raise a warning is asked from now on (`full` asks everything)."]

    def _full(self, _: Typed) -> Lines:
        self.short, self.target, self._again = False, None, None
        return ["  Everything that could matter is asked from now on."]

    def _about(self, word: Typed) -> Lines:
        target = named_target(self.base, word.first)
        self.short, self.target, self._again = False, target, None
        name = name_of(self.base, target, self.consultation.audience)
        return list(
            wrapped(f"Only what bears on {name} is asked from now on (`full` asks everything).", "  ")
        )

    def _save(self, word: Typed) -> Iterator[str]:
        if not word.first and self.file is None:
            yield "  Name the file: `save FILE`"
            return
        file = Path(word.first).expanduser() if word.first else self.file
        assert file is not None
        try:
            if word.first and file.exists() and file != self.file:
                yield from wrapped(f"{file} is there already; choose another name.", "  ")
                return
            self.saved.write(file)
        except (OSError, ValueError) as error:
            yield from wrapped(f"{file} cannot be written: {getattr(error, 'strerror', None) or error}", "  ")
            return
        self.file, self.unsaved, self.recovery = file, "", False
        yield from wrapped(f"Saved: {file}. Every further answer is added to it.", "  ")

    def _report(self, word: Typed) -> Iterator[str]:
        from charley.pages.write import write_report

        if not word.first:
            yield "  Name the file: `report FILE.html` (or .md, .pdf)"
            return
        file = Path(word.first).expanduser()
        write_report(self.consultation, file, warnings=self.warnings)
        yield from wrapped(f"Written: {file}", "  ")

    def _quit(self, _: Typed) -> Lines:
        self.ended = True
        return []


def _said(message: str, help: str) -> str:
    return f"{message}; {help}" if help else message
