"""What a form says: answers, or what is wrong with it, field by field."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.requests import Request

from charley.engine.expert import Expert
from charley.facts.answer import NotUnderstood, as_told
from charley.facts.answering.spoken import understood
from charley.facts.units import without_codes
from charley.facts.vocabulary import Fact, Value, Vocabulary
from charley.serve.service import Problem
from charley.serve.web.state import Pairs

__all__ = ["MOST_LETTERS", "UNSURE", "Form", "FormInput", "field_name", "given", "read_form"]

MOST_FIELDS = 400
MOST_LETTERS = 5_000
"""Of a text that is told, more than this is not read."""

MOST_TYPED = 60
"""Letters of one answer that are kept, to be shown again where it is refused."""

UNSURE = "unsure"
"""The value of a field of which somebody is not sure."""


@dataclass(frozen=True)
class Form:
    """The fields of a form in their order."""

    pairs: Pairs

    def all(self, name: str) -> list[str]:
        """Every value of this name."""
        return [value for key, value in self.pairs if key == name]

    def one(self, name: str) -> str:
        """The value of this name, empty where there is none."""
        return next(iter(self.all(name)), "")


async def read_form(request: Request) -> Form:
    """The form in a request. Raises `Problem` where there is none that can be read."""
    body = await request.body()
    kind = request.headers.get("content-type", "")
    if body and not kind.startswith("application/x-www-form-urlencoded"):
        raise Problem(415, "this form is not from these pages")
    try:
        text = body.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise Problem(400, "this form cannot be read") from None
    return Form(tuple((name, _plain(value)) for name, value in pairs))


def _plain(text: str) -> str:
    """Text without what no person types."""
    text = text.replace("\r\n", "\n")
    return "".join(c if c.isprintable() or c in "\n\t" else " " for c in text)


@dataclass
class FormInput:
    """What a form says. `errors` are by the id of the field that is to be mended."""

    answers: dict[str, Value | None] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def kept(self) -> bool:
        """Whether it can be taken."""
        return not self.errors


def given(expert: Expert, form: Form) -> FormInput:
    """The answers of a form that asks for the facts in its `asked`. Raises `Problem` for one of no page."""
    asked = form.all("asked")
    facts = [expert.vocabulary.get(id) for id in asked]
    if not asked or None in facts:
        raise Problem(400, "this form contains no question of these rules")
    known = [fact for fact in facts if fact is not None]
    if form.one("list"):
        return _list(known, form)
    return _fields(known, form, expert.vocabulary)


def _list(facts: Sequence[Fact], form: Form) -> FormInput:
    """A list to tick: what is ticked is a yes, what is unsure is unknown, the rest is a no."""
    found = FormInput()
    ids = [fact.id for fact in facts]
    yes, unsure = set(form.all("yes")), set(form.all(UNSURE))
    none = bool(form.one("none"))
    if not (yes | unsure) <= set(ids):
        raise Problem(400, "this form ticks a line that it does not contain")
    for at, id in enumerate(ids, 1):
        if id in yes & unsure:
            found.errors[f"yes-{at}"] = "Tick either the line or the box beside it, not both"
    if none and yes:
        found.errors["none"] = "“None of these” and a ticked line cannot both be right: untick one of them"
    if not (none or yes or unsure):
        found.errors["yes-1"] = "Tick every line that is so, or “None of these”"
    if none and len(unsure) == len(ids):
        found.errors["none"] = "“None of these” and every box beside a line cannot both be right"
    found.answers = {id: None if id in unsure else id in yes for id in ids}
    return found


def _fields(facts: Sequence[Fact], form: Form, vocabulary: Vocabulary) -> FormInput:
    """One question or several, each with a field of its own."""
    found = FormInput()
    for at, fact in enumerate(facts, 1):
        name = field_name(at)
        text = form.one(name).strip()[:MOST_TYPED]
        value, wrong = _field(fact, text, fact.id in form.all(UNSURE), vocabulary)
        if wrong:
            found.errors[name] = wrong
        found.answers[fact.id] = value
    return found


def field_name(at: int) -> str:
    """The name of the field of the question with this number, counted from 1, and its id on the page."""
    return f"answer-{at}"


def _field(fact: Fact, text: str, unsure: bool, vocabulary: Vocabulary) -> tuple[Value | None, str]:
    """The answer in a field, yes or no, a choice or a number, and what is wrong with it."""
    if text == UNSURE or unsure:
        both = unsure and text not in ("", UNSURE)
        return None, "Write a number or tick the box below it, not both" if both else ""
    if not text:
        missing = {
            "boolean": "Choose one of the answers",
            "choice": "Choose what fits best, or the last answer",
        }
        return None, missing.get(fact.kind, f"Write {fact.expected()}, or tick the box below it")
    try:
        said = understood(vocabulary, fact, text, datetime.date.today())
    except NotUnderstood as error:
        return None, _refused(fact, error)
    return None if said.value is None else as_told(fact, said.text, said.value), ""


def _refused(fact: Fact, error: NotUnderstood) -> str:
    """Why an answer is refused, in the words of a page: no ids, no codes of units, no backticks."""
    said = without_codes(f"{error}; {error.help}" if error.help else str(error))
    said = said.replace(f"`{fact.id}`: ", "").replace(f"`{fact.id}`", "it")
    said = re.sub(r"`([^`]*)`", r"“\1”", said)
    return said[:1].upper() + said[1:]
