"""The commands that change the interview or write a file: `tell`, `back`, `group`, `save`, `report`."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator

from charley.engine.consult.transcript import Event
from charley.engine.explain.words import name_of
from charley.facts.answer import as_told, number_as_told
from charley.facts.answering.spoken import understood
from charley.facts.vocabulary import Fact, Value
from charley.facts.wording import AUDIENCES
from charley.terminal.commit import committed, named, unknown
from charley.terminal.conversation.answers import find, help, shown
from charley.terminal.conversation.checklist import checklist, show_checklist
from charley.terminal.conversation.interview import Interview, Lines
from charley.terminal.conversation.keeping import typed_path
from charley.terminal.conversation.typed import Typed, assignments, named_fact, named_target_or_score
from charley.terminal.conversation.untested import unexamined, untested
from charley.terminal.result.page import show_page
from charley.terminal.text import laid_out, wrapped

__all__ = ["do", "taken"]


def do(interview: Interview, word: Typed) -> Lines:
    """Run a command. Raises `NotNamed`, `NotUnderstood` and `Faulty`."""
    if word.word in _DOES:
        return _DOES[word.word](interview, word)
    if word.word == "why" and (interview.screen or interview.form) is not None:
        return _why_screen(interview, word)
    question = interview.question
    return shown(interview.consultation, word, question.fact if question else None)


def _why_screen(interview: Interview, word: Typed) -> Lines:
    """Why the current list or form is asked, or one of its lines."""
    screen = interview.screen or interview.form
    assert screen is not None
    if not word.first:
        rows = screen.rows(plain=interview.consultation.audience == "patient")
        return laid_out(rows)
    number = int(word.first) if word.first.isdecimal() else 0
    fact = screen.facts[number - 1] if 1 <= number <= len(screen.facts) else None
    named = Typed("why") if fact is not None else word
    return shown(interview.consultation, named, fact)


def _tell(interview: Interview, word: Typed) -> Iterator[str]:
    facts: dict[str, Value | None] = {}
    noted: list[str] = []
    for id, text in assignments(interview.base, word.first).items():
        facts[id], said, _ = taken(interview, interview.base.vocabulary[id], text)
        noted.append(said)
    yield from wrapped(f"Noted: {', '.join(noted)}", "  ")
    yield from interview.take(facts)


def taken(interview: Interview, fact: Fact, line: str) -> tuple[Value | None, str, bool]:
    """The answer on a line: its value, the value in words, and whether to repeat these to the person.

    Raises `NotUnderstood`.
    """
    said = understood(interview.base.vocabulary, fact, line, datetime.date.today())
    if said.value is None:
        return None, interview.said(fact.id, None), said.play_back
    told = number_as_told(fact, said.text, said.value)
    return as_told(fact, said.text, said.value), interview.said(fact.id, said.value, told), said.play_back


def _skip(interview: Interview, _: Typed) -> Lines:
    if interview.screen is not None:
        return interview.skip(*interview.screen.facts)
    if interview.story:
        interview.story = False
        return []
    if interview.question is None:
        return ["  There is no question to skip."]
    return interview.skip(interview.question.fact)


def _back(interview: Interview, _: Typed) -> Iterator[str]:
    together = _last_answers(interview)
    if not together:
        yield "  There is no answer to take back."
        return
    last = together[-1]
    said = interview.said(last.fact, last.value)
    if len(together) > 1:
        said = f"the last {len(together)} answers, which were given together"
    yield from wrapped(f"Taken back: {said}", "  ")
    yield from interview.retract(*(event.fact for event in together))


def _last_answers(interview: Interview) -> list[Event]:
    """The last answer that was not taken back, with those given in the same step."""
    known, events = interview.consultation.answers, interview.keeper.saved.events
    there = [e.kind == "answer" and (e.fact in known.record or e.fact in known.unknown) for e in events]
    if True not in there:
        return []
    last = len(events) - 1 - there[::-1].index(True)
    first = last
    while first > interview.begun and there[first - 1] and not events[first - 1].digest:
        first -= 1
    return events[first : last + 1]


def _change(interview: Interview, word: Typed) -> Iterator[str]:
    name, _, value = word.first.partition("=")
    if value:
        yield from _tell(interview, word)
        return
    fact = named_fact(interview.base, name)
    interview.again = fact
    known = interview.consultation.record.get(fact)
    if known is not None:
        so_far = interview.said(fact, known)
        yield from wrapped(f"So far: {so_far}. It stays until you answer again.", "  ")


def _group(interview: Interview, _: Typed) -> Iterator[str]:
    if interview.question is None:
        yield "  There is no current question, so there is no group."
        return
    opens = interview.consultation.open_questions(interview.target, short=interview.short)
    facts = checklist(interview.base.vocabulary, interview.question, opens)
    if len(facts) < 2:
        yield "  Nothing else of this group is a yes-or-no question that matters now."
        return
    interview.group = facts
    yield from show_checklist(interview.base.vocabulary, facts, interview.consultation.audience)


def _answers(interview: Interview, _: Typed) -> Iterator[str]:
    known = interview.consultation.answers
    if not known.record and not known.unknown:
        yield "  Nothing was told yet."
    for id, value in known.record.items():
        yield from wrapped(interview.said(id, value), "  ", "    ")
    if known.unknown:
        for id in sorted(known.unknown):
            yield from wrapped(interview.said(id, None), "  ", "    ")


def _audience(interview: Interview, word: Typed) -> Lines:
    return interview.reword(next(each for each in AUDIENCES if each == word.first.lower()))


def _short(interview: Interview, _: Typed) -> Lines:
    interview.aim(short=True)
    return ["  Only what could raise a warning is asked from now on (`full` asks everything)."]


def _full(interview: Interview, _: Typed) -> Lines:
    interview.aim()
    return ["  Everything that could matter is asked from now on."]


def _about(interview: Interview, word: Typed) -> Lines:
    target = named_target_or_score(interview.base, word.first)
    interview.aim(target=target)
    name = name_of(interview.base, target, interview.consultation.audience)
    return wrapped(f"Only what bears on {name} is asked from now on (`full` asks everything).", "  ")


def _commit(interview: Interview, word: Typed) -> Iterator[str]:
    chosen = named(interview.base, word.first)
    yield from unknown(interview.base, word.first, interview.consultation.audience)
    yield from committed(interview.consultation, chosen)
    interview.committed = True


def _save(interview: Interview, word: Typed) -> Lines:
    return interview.keeper.save_as(word.first)


def _report(interview: Interview, word: Typed) -> Iterator[str]:
    from charley.pages.write import page_of, write_report

    c, story = interview.consultation, " ".join(interview.told)
    if not word.first:
        yield from show_page(page_of(c, c.audience, interview.warnings, story))
        yield from wrapped("`report FILE.html` (or .md, .pdf) writes it to print or to hand over.", "  ")
        return
    file = typed_path(word.first)
    write_report(c, file, c.audience, interview.warnings, story)
    yield from wrapped(f"Written: {file}", "  ")


def _go_on(interview: Interview, _: Typed) -> Lines:
    if interview.offer.open:
        interview.offer.go_on()
        interview.ended = False
        return []
    return [
        "  Nothing is left to ask." if interview.ended else "  There is more to ask; the questions continue."
    ]


def _done(interview: Interview, _: Typed) -> Lines:
    interview.left = interview.ended  # said once more, after the end, it leaves
    interview.ended = True
    return []


def _quit(interview: Interview, _: Typed) -> Lines:
    interview.ended = interview.left = True
    return []


def _help(interview: Interview, _: Typed) -> Lines:
    screen = interview.screen or interview.form
    return help(interview.base, interview.question, bool(interview.group), screen)


def _find(interview: Interview, word: Typed) -> Lines:
    return find(interview.base, word.first, interview.consultation.audience)


_DOES: dict[str, Callable[[Interview, Typed], Lines]] = {
    "about": _about,
    "answers": _answers,
    "audience": _audience,
    "back": _back,
    "change": _change,
    "commit": _commit,
    "done": _done,
    "find": _find,
    "full": _full,
    "go_on": _go_on,
    "group": _group,
    "help": _help,
    "quit": _quit,
    "report": _report,
    "save": _save,
    "short": _short,
    "skip": _skip,
    "tell": _tell,
    "unexamined": unexamined,
    "untested": untested,
}
