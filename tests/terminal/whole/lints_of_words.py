"""What is wrong with the words on a screen: what no person should have to read.

A lint is a function from a consultation to its stumbles. Every one has a planted example in `planted.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

import yaml
from people import HERE
from playing import COLUMNS, Played, Turn, misread

from charley.rules.rule import URGENCIES

DATA = yaml.safe_load((HERE / "said.yaml").read_text())


MACHINE_WORDS = re.compile(
    r"[{}]|\b(?:None(?! of)|True|False|nan)\b|<\w+ |\w+\(\w*=|\[\]|\['|\b0\.0\d+ (?:day|week|year)"
)


class Stumble(NamedTuple):
    """What is wrong, where: the screen, and what was typed below it."""

    what: str
    turn: Turn


Lint = Callable[[Played], Iterator[Stumble]]


def too_wide(played: Played) -> Iterator[Stumble]:
    """A line is wider than the terminal."""
    for turn in played.turns:
        for line in turn.shown.split("\n"):
            if len(line) > COLUMNS:
                yield Stumble(f"{len(line)} columns: {line}", turn)


def shows_ids(played: Played) -> Iterator[Stumble]:
    """The id of a fact, a candidate, an alert or a rule is shown. Only patients see no rules in brackets."""
    rules = played.base.rules.keys()
    for turn in played.turns:
        text = " ".join(turn.shown.split())
        if played.person.audience != "patient":
            text = re.sub(r"\[[^]]*\]", "", text)
        for word in re.findall(r"[a-z0-9]+(?:[_-][a-z0-9]+)+", text):
            if "_" in word or word in rules:
                yield Stumble(word, turn)


def shows_machine_words(played: Played) -> Iterator[Stumble]:
    """A brace of a template, a value as Python writes it, or a time in thousandths of a day is shown."""
    for turn in played.turns:
        ours = re.sub(r"“[^”]*”", "", turn.shown)
        for found in MACHINE_WORDS.finditer(ours):
            yield Stumble(_around(ours, found), turn)


def cuts_short(played: Played) -> Iterator[Stumble]:
    """A name or sentence is cut off."""
    for turn in played.turns:
        for found in re.finditer(r"…|\.\.\.$", turn.shown, re.MULTILINE):
            yield Stumble(_around(turn.shown, found), turn)


def contradicts_itself(played: Played) -> Iterator[Stumble]:
    """Two statements on one screen cannot both be right."""
    for turn in played.turns:
        text = " ".join(turn.shown.split())
        for patterns in DATA["contradictory"]:
            found = [re.search(pattern, text) for pattern in patterns]
            if all(found):
                yield Stumble(" / ".join(each[0] for each in found if each), turn)


def two_urgencies(played: Played) -> Iterator[Stumble]:
    """The overall urgency is stated twice on one screen, and differently; or not as it was at the end."""
    levels = "|".join(each.upper().replace("_", " ") for each in URGENCIES)
    for turn in played.turns:
        overall = set(re.findall(rf"(?:How urgent\?|[Uu]rgency(?: now)?:) *({levels})", turn.shown))
        if len(overall) > 1:
            yield Stumble(" and ".join(sorted(overall)), turn)


def says_a_line_twice(played: Played) -> Iterator[Stumble]:
    """The same sentence stands twice on one screen."""
    for turn in played.turns:
        seen: set[str] = set()
        for line in turn.shown.split("\n"):
            plain = line.strip(" !?")
            if len(plain) > 30 and plain in seen:
                yield Stumble(plain, turn)
            seen.add(plain)


def refuses(played: Played) -> Iterator[Stumble]:
    """An answer is not taken that a person expects to be taken."""
    for turn in played.turns:
        if turn.refused:
            yield Stumble(f"`{turn.typed}` to {turn.asked[0] if turn.asked else turn.kind}", turn)


def reads_otherwise(played: Played) -> Iterator[Stumble]:
    """A part of the story is understood otherwise than it was meant."""
    for turn in played.turns:
        for fact in misread(played.person, turn, played.base):
            yield Stumble(f"{fact}: {turn.read[fact]}", turn)


def drops_in_silence(played: Played) -> Iterator[Stumble]:
    """A sign or a time that the story tells is neither understood nor said to be not understood."""
    tells = re.compile(DATA["tells"], re.IGNORECASE)
    for turn in played.turns[:2]:
        if turn.kind == "confirm":
            story = " ".join(played.person.story.split())
            quoted = re.findall(r"“([^”]*)”", " ".join(turn.shown.split()))
            spans = (found.span() for words in quoted for found in re.finditer(re.escape(words), story))
            heard = {at for span in spans for at in range(*span)}
            for found in tells.finditer(story):
                if heard.isdisjoint(range(*found.span())):
                    yield Stumble(f"{found[0]} in: {story}", turn)


def ends_too_long(played: Played) -> Iterator[Stumble]:
    """What a patient reads at the end is longer than a glance."""
    if played.person.audience == "patient" and len(played.final) > DATA["most_lines_at_the_end"]:
        yield Stumble(f"{len(played.final)} lines", played.turns[-1])


def answers_at_length(played: Played) -> Iterator[Stumble]:
    """The answer to a question of theirs is longer than a screen, so that its beginning has scrolled away."""
    for before, turn in pairwise(played.turns):
        answer = turn.shown.split("\n-- ")[0].strip("\n").split("\n")
        if before.typed.endswith("?") and len(answer) > DATA["most_lines_of_an_answer"]:
            yield Stumble(f"{len(answer)} lines", turn)


def answers_nothing(played: Played) -> Iterator[Stumble]:
    """A usual question of theirs is not answered."""
    for before, turn in pairwise(played.turns):
        if before.typed.endswith("?"):
            for found in re.finditer(DATA["no_answer"], turn.shown):
                yield Stumble(f"{before.typed} {_around(turn.shown, found)}", turn)


def advises_about_what_was_denied(played: Played) -> Iterator[Stumble]:
    """The result gives advice about something that was denied."""
    text = " ".join(" ".join(played.final).split())
    for words, fact in DATA["is_of"].items():
        if played.turns[-1].record.get(fact) is False and words in text:
            yield Stumble(f"`{words}` after a no to {fact}", played.turns[-1])


def _around(text: str, found: re.Match[str]) -> str:
    line = text.rfind("\n", 0, found.start()) + 1
    return text[line : text.find("\n", found.end())].strip()


LINTS: tuple[Lint, ...] = (
    too_wide,
    shows_ids,
    shows_machine_words,
    cuts_short,
    contradicts_itself,
    two_urgencies,
    says_a_line_twice,
    refuses,
    reads_otherwise,
    drops_in_silence,
    ends_too_long,
    answers_at_length,
    answers_nothing,
    advises_about_what_was_denied,
)
