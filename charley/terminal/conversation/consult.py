"""The loop of a consultation in a terminal: show a question, read a line, show what changed."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator

from charley.engine.consult.consultation import Consultation
from charley.engine.differential import Differential
from charley.engine.explain.words import PURPOSE, name_of
from charley.engine.summary.held_back import is_held_back
from charley.facts.answering.declining import leaves_open
from charley.facts.wording import AUDIENCES, Audience
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.names import NotNamed
from charley.terminal.commit import COMMIT_FIRST, NONE_NAMED, committed, named, unknown
from charley.terminal.conversation import answers
from charley.terminal.conversation.editor import Lines, editor, plain
from charley.terminal.conversation.talk import Talk
from charley.terminal.conversation.typed import HELP, typed
from charley.terminal.explanations import show_explanation
from charley.terminal.refusals import covered, not_named
from charley.terminal.result.differential import screen
from charley.terminal.text import echo, paint, terminal_width, wrapped

__all__ = ["choose_audience", "consult", "on_one_line", "reader", "welcome"]

AFTERWARDS = "   ask what you like; `all` shows more; `report FILE` writes a page; Enter ends"
"""The hint below the final differential."""


def consult(talk: Talk, lines: Lines) -> None:
    """Run the consultation to its end. However it ends, all answers are saved or printed."""
    interrupted = False
    shown: Differential | None = None
    try:
        while True:
            _interview(talk, lines)
            if talk.differential is not shown:
                echo(_farewell(talk))
                shown = talk.differential
            if talk.left or not begun(talk.consultation):
                break
            _afterwards(talk, lines)
            if talk.ended and talk.differential is shown:
                break
    except KeyboardInterrupt:
        interrupted = True
        echo(["", "Interrupted; no answer is lost."])
    except EOFError:
        echo([""])
    if talk.differential is not shown:
        echo(_farewell(talk))
    if begun(talk.consultation):
        echo(talk.keeper.shown(talk.ended, interrupted))
    talk.keeper.end(talk.ended)


def _interview(talk: Talk, lines: Lines) -> None:
    """Ask questions until the interview ends."""
    while not talk.ended:
        if talk.put_again:
            echo(talk.ask())
        echo(talk.take_line(lines()))
    if is_held_back(talk.differential, talk.committed):
        _commit_first(talk, lines)


def _afterwards(talk: Talk, lines: Lines) -> None:
    """Read commands after the differential, until an empty line or until the interview goes on."""
    echo(["", paint(AFTERWARDS, dim=True)])
    while talk.ended and not talk.left and ((line := lines().strip()) or talk.confirming):
        echo(talk.take_line(line))
        if talk.again is not None:
            talk.ended = False
    talk.put_again = True


def _commit_first(talk: Talk, lines: Lines) -> None:
    """Ask a student to commit to diagnoses before the differential is shown. Raises `EOFError`."""
    echo(["", *(paint(line, bold=True) for line in wrapped(COMMIT_FIRST))])
    talk.committed = True
    base, audience = talk.base, talk.consultation.audience
    while (line := lines().strip()) and not leaves_open(line):
        word = typed(line)
        if word is not None and word.word in ("quit", "done", "skip"):
            talk.left = word.word == "quit"
            return
        try:
            line = line.removeprefix("commit ")
            chosen = named(base, line)
        except NotNamed as error:
            echo(wrapped(not_named(base, error, audience), "  "))
            if not error.could_be:
                echo([*wrapped(covered(base, audience), "  ", "    "), f"  {NONE_NAMED}"])
            continue
        echo([*unknown(base, line, audience), *committed(talk.consultation, chosen)])
        return


def welcome(base: KnowledgeBase) -> Iterator[str]:
    """The title and the disclaimer, shown before the first question."""
    yield paint(base.about.title, bold=True)
    yield from wrapped(base.about.disclaimer)


def choose_audience(base: KnowledgeBase, lines: Lines) -> Audience:
    """Ask for the audience until the answer is valid. Raises `EOFError`."""
    echo(["", paint(base.about.question_for_reader, bold=True)])
    names = {each: base.about.called(each) for each in AUDIENCES}
    echo(f"   {at}  {name}" for at, name in enumerate(names.values(), 1))
    while True:
        answer = lines().strip().lower()
        for at, each in enumerate(AUDIENCES, 1):
            called = names[each].lower()
            if answer in (str(at), each, called) or (answer and called.startswith(answer)):
                return each
        if answer in ("q", "quit", "exit"):
            raise EOFError
        echo([f"  Write 1, 2 or 3, or one of {', '.join(names.values())}."])


def reader(talk: list[Talk]) -> Lines:
    """The source of input lines: the line editor in a terminal, plain standard input elsewhere."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return _repeated(plain())

    def below(text: str) -> str:
        if not talk:
            return f" {PURPOSE.rstrip('.')} "
        c = talk[0].consultation
        told = f"{len(c.record)} answer{'s' if len(c.record) != 1 else ''}"
        hint = talk[0].problem(text)
        return on_one_line(
            [
                answers.urgency_line(c),
                *([hint] if hint else [told, "? help", "done: the result", "Tab completes"]),
            ]
        )

    return editor(
        lambda text: _completions(talk[0], text) if talk else ((each, "") for each in AUDIENCES),
        below,
    )


def on_one_line(parts: list[str]) -> str:
    """The parts on one line, as many as fit the terminal; a line that is too long is cut."""
    line, width = f" {parts[0]}", terminal_width() - 1
    for part in parts[1:]:
        if len(line) + len(part) + 4 <= width:
            line += f" | {part}"
    if len(parts) == 2 and not line.endswith(parts[1]):
        line = f" {parts[1]}"
    return f"{line if len(line) < width else line[: width - 2] + '…'} "


def _repeated(lines: Lines) -> Lines:
    """Input that echoes every line, since lines from a pipe are not visible in the output."""

    def read() -> str:
        line = lines()
        echo([f"> {line}"])
        return line

    return read


def _completions(talk: Talk, text: str) -> Iterable[tuple[str, str]]:
    """Tab completions with their meaning: answers and commands; after a command, the names it takes."""
    base, low = talk.base, text.lstrip().lower()
    wants_fact = re.match(r"(tell|change|why|what\s*if)\s|.*,\s*", low)
    wants_target = re.match(r"(how|why not|contrast|compare|about|score)\s", low)
    if wants_target and not re.match(r"why\s+(?!not)", low):
        for id in (*base.candidates, *base.alerts, *base.instruments):
            yield id, name_of(base, id, talk.consultation.audience)
        return
    if wants_fact:
        assigned = re.search(r"([a-z0-9_]+)\s*=\s*[a-z0-9_]*$", low)
        if assigned is not None and assigned[1] in base.vocabulary:
            fact = base.vocabulary[assigned[1]]
            yield from ((each, "") for each in (fact.choices or ("yes", "no", "unknown")))
            return
        yield from ((id, fact.wording.to(talk.consultation.audience)) for id, fact in base.vocabulary.items())
        return
    if talk.question is not None:
        if talk.question.kind == "boolean":
            yield from (("yes", ""), ("no", ""))
        yield from ((choice, "") for choice in talk.question.choices)
        yield "unknown", "I don't know"
    for said, meaning in HELP:
        for word in said.split("   "):
            yield re.sub(r"\s*(FACT.*|X.*|WORD|\[FILE\]|FILE)$", "", word), meaning
    yield from ((id, fact.wording.to(talk.consultation.audience)) for id, fact in base.vocabulary.items())


def _farewell(talk: Talk) -> Iterator[str]:
    c = talk.consultation
    yield ""
    yield from screen(talk.base, talk.differential, c.prospect())
    if not talk.differential.settled and c.audience != "patient":
        yield ""
        yield from show_explanation(c.stop())


def begun(consultation: Consultation) -> bool:
    """Whether the consultation has an answer, known or unknown."""
    return bool(consultation.record or consultation.answers.unknown)
