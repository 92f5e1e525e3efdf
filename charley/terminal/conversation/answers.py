"""The commands that only show something: help, search, explanations, the current status."""

from __future__ import annotations

import re
from collections.abc import Iterator

from charley.documents.diagnostic import Diagnostic, Faulty
from charley.engine.ask.question import Question
from charley.engine.ask.shapes.screen import Screen, TickList
from charley.engine.assessment import applicable
from charley.engine.consult.consultation import Consultation
from charley.engine.explain.words import lead_words, name_of, others_considered
from charley.engine.explanation import Row
from charley.engine.follow_up import plainly
from charley.engine.follow_up.danger import dangers
from charley.engine.summary.reasons import speaks_for
from charley.engine.summary.summary import summary, urgency_in_short
from charley.facts.vocabulary import words
from charley.facts.wording import AUDIENCES, Audience
from charley.rules.knowledge_base import KnowledgeBase
from charley.terminal.conversation.typed import (
    HELP,
    NotNamed,
    Typed,
    assignments,
    named_fact,
    named_score,
    named_target,
    named_target_or_score,
)
from charley.terminal.explanations import show_distances, show_explanation, show_fragility
from charley.terminal.refusals import wanted
from charley.terminal.result.differential import urgent
from charley.terminal.result.whole import whole
from charley.terminal.text import heading, laid_out, terminal_width, wrapped

__all__ = ["find", "help", "shown", "urgency_line"]

MOST_SIGNS = 9
"""How many answers are listed for each urgency, so that the list fits a screen."""


def help(
    base: KnowledgeBase, question: Question | None, group: bool, screen: Screen | None = None
) -> Iterator[str]:
    """The help text: how to answer the current question, and the list of commands."""
    if group:
        yield "  Write the numbers that apply, `none`, or `1 3 rest no`; Enter leaves the group."
    elif isinstance(screen, TickList):
        yield from wrapped(
            "Write the numbers that apply; the others are a no. `none` is a no to all of them, `?2` says "
            "that you are not sure of 2. `why 2` says why line 2 is asked, `why` why this list.",
            "  ",
        )
    elif question is not None:
        fact = base.vocabulary[question.fact]
        said = wanted(fact).removesuffix(" `?` helps.").replace(";", ".")
        yield from wrapped(f"{said} It is called `{fact.label}`.", "  ")
        if fact.wording.student and fact.wording.student != question.wording:
            yield from wrapped(fact.wording.student, "  ")
        if question.why:
            yield from wrapped(f"It is asked because {question.why}.", "  ")
        if screen is not None:
            several = "Several answers may stand on one line, in the order of the questions"
            yield from wrapped(f"{several}. Enter is `unknown`; `why` says why they are asked.", "  ")
    yield "  You can always type a command instead:"
    for words_, meaning in HELP:
        yield from wrapped(meaning, f"    {words_:<30} ", " " * 35)
    yield "  X is a diagnosis (`dvt`, `deep vein`), FACT a fact (`age`, `active cancer`)."
    yield "  A question in your own words is answered, too: `could it be a clot?`"


def find(base: KnowledgeBase, text: str, audience: Audience = "clinician") -> Iterator[str]:
    """Search: the facts and diagnoses whose names contain the text."""
    plain = text.lower().replace("_", " ").strip()
    stem = plain[:-1] if len(plain) > 4 and plain.endswith("s") else plain
    number = 0
    for fact in base.vocabulary.values():
        said = f"{fact.label} {fact.wording.clinician} {fact.wording.patient or ''}".lower()
        if stem in said:
            number += 1
            if number <= 12:
                choices = ", ".join(map(fact.show, fact.choices)) or fact.expected()
                yield from wrapped(f"{fact.wording.to(audience)} ({choices})", f"  {fact.label}  ", "      ")
    for id in (*base.candidates, *base.alerts):
        said_as = " ".join((base.candidates.get(id) or base.alerts[id]).said_as.get("en", ()))
        names = " ".join(name_of(base, id, each) for each in AUDIENCES)
        if stem in f"{words(id)} {names} {said_as}".lower():
            number += 1
            yield from wrapped(f"{name_of(base, id, audience)} (a diagnosis)", "  ", "      ")
    if number > 12:
        yield f"  {number} in all; a longer word finds fewer"
    if not number:
        yield f"  No name contains `{text[:40]}`."


def shown(consultation: Consultation, word: Typed, fact: str | None) -> Iterator[str]:
    """The output of an explanation command. Raises `NotNamed` and `Faulty`."""
    base, c, patient = consultation.base, consultation, consultation.audience == "patient"
    match word.word:
        case "why":
            yield from _why(c, word.first, fact)
        case "how":
            name, _, path = word.first.partition(".")
            if not name.strip():
                if c.differential.leader is None:
                    raise NotNamed("name a diagnosis: `how X`")
                name = c.differential.leader
            target = named_target_or_score(base, name)
            if patient and not path and target not in base.instruments:
                yield from laid_out(plainly.how(c, target))
            else:
                yield from show_explanation(c.how(f"{target}.{path.strip()}" if path else target))
        case "score":
            yield from _scores(c, word.first)
        case "why_not":
            found = c.why_not(named_target(base, word.first))
            yield from laid_out(plainly.why_not(c, found) if patient else found.rows())
        case "what_if":
            supposed = c.what_if(assignments(base, word.first))
            yield from laid_out(plainly.what_if(c, supposed) if patient else supposed.rows())
        case "contrast":
            first, second = named_target(base, word.first), named_target(base, word.second)
            contrast = c.contrast(first, second)
            yield from laid_out(plainly.contrasted(c, first, second) if patient else contrast.rows())
        case "status":
            yield from _status(c)
        case "all":
            yield from whole(base, c.differential, c.prospect())
        case "dangers":
            yield from _dangers(c)
        case "robust":
            fragility = c.fragility()
            if fragility is None:
                yield "Nothing is ranked."
            elif patient:
                yield from wrapped(
                    "No single figure behind this, moved within its doubt, would put another cause first."
                    if fragility.robust
                    else "One of the figures behind this, moved within its doubt, would put another first."
                )
            else:
                yield from show_fragility(fragility, terminal_width())
        case _:
            raise Faulty([Diagnostic("consultation", 0, 0, "F010", "no such command", "`?` lists them")])


def _why(c: Consultation, named: str, fact: str | None) -> Iterator[str]:
    level = 1
    found = re.fullmatch(r"(?:(.*)\s+)?([12])", named)
    if found is not None:
        named, level = found[1] or "", int(found[2])
    asked = named_fact(c.base, named) if named else fact
    yield from laid_out(c.why(asked).rows(level, plain=c.audience == "patient"))
    if c.audience == "student" and asked is not None and c.base.vocabulary[asked].wording.student:
        yield from wrapped(f"Taught: {c.base.vocabulary[asked].wording.student}", "", "  ")


def _scores(c: Consultation, named: str) -> Iterator[str]:
    """One score with its items, or all scores with their sums."""
    if named:
        yield from show_explanation(c.score(named_score(c.base, named)))
        return
    for score in c.differential.scores:
        table = c.score(score.id)
        yield from laid_out([Row("  ", f"{table.score.title}: {table.total}")])
    if not c.base.instruments:
        yield "  This base has no scores."


def _status(c: Consultation) -> Iterator[str]:
    d = c.differential
    yield from urgent(c.base, d, summary(c.base, d), brief=True)
    if d.scope == "outside":
        yield from wrapped(f"Outside the scope, so nothing is ranked. {d.scope_note}", "", "  ")
    if d.audience == "patient":
        found = speaks_for(d)
        yield heading("What you told speaks for" if found else lead_words(d))
        yield from laid_out(Row("  ", place.name) for place in found)
        yield from laid_out(Row("  ", text) for text in [others_considered(d)] if text)
    else:
        places = applicable(c.base, d)
        for place in places[:5]:
            low, high = place.interval
            mark = "  flagged" if place.flagged else ""
            text = f"{place.name} (could be {low:+d} to {high:+d}){mark}"
            yield from laid_out([Row(f"  {place.score:+4d} db  ", text)])
        if len(places) > 5:
            yield f"  and {len(places) - 5} more (`all` shows them)"
    if d.audience == "patient":
        yield from _still_open(c)
    else:
        yield from show_explanation(c.stop())


def _still_open(c: Consultation) -> Iterator[str]:
    """For a patient: how many open questions could still change the result, and the first three."""
    opens = c.open_questions()
    if not opens:
        yield from wrapped("Nothing more that you can answer would change this.")
        return
    robust = c.recommendation.robust
    alone = robust.dangers == 0 or robust.leader == 0
    if len(opens) == 1:
        said = "One more answer of yours could still change this:"
    elif alone:
        said = f"{len(opens)} more answers of yours could still change this. The first are:"
    else:
        said = (
            f"{len(opens)} questions are left. No single answer would change this, several could. "
            "The first are:"
        )
    yield from wrapped(said)
    for question in opens[:3]:
        yield from wrapped(question.wording, "  * ", "    ")


def _dangers(c: Consultation) -> Iterator[str]:
    found = c.distances(answerable=c.audience == "patient")
    if c.audience == "patient":
        yield from laid_out(dangers(c, found, None, MOST_SIGNS))
        return
    yield heading("Not raised, and how far away")
    yield from show_distances(found, "  ")
    if not found:
        yield "  No further warning can be raised."


def urgency_line(c: Consultation) -> str:
    """The overall urgency on one line."""
    return urgency_in_short(c.differential)
