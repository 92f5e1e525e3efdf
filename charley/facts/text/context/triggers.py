"""The words of a text that change what is said around them, each with what it reaches. They are data
(`scopes.yaml`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from charley.facts.text.context.clauses import Clauses
from charley.facts.text.context.forms import ticked_items
from charley.facts.text.context.lists import Term
from charley.facts.text.context.people import People
from charley.facts.text.context.questions import Answer, answered, asks, questions
from charley.facts.text.context.scopes import ALONE, Scopes, Trigger
from charley.facts.text.passage import Passage
from charley.facts.text.phrases import Match, PhraseTree
from charley.facts.text.words import Lexicon

__all__ = ["scope_tree", "scopes_in"]

_BEGUN: Final = {"begin", "start", "onset", "notice", "since", "develop", "come", "ever"}
"""Words that make a time in the past the time when something began that is there now."""

_LEADS: Final = {"-", "–", ":", "(", "="}
"""Marks between something and a remark about it."""

_TAKEN_BACK: Final = 5
"""How far a correction reaches back: `left calf, I mean the right`."""

_SUBJECTS: Final = {"i", "he", "she", "we", "they"}
_WORDS: Final = 3
"""How far what is said of a word itself reaches back: `deep vein thrombosis prevention`."""


def scope_tree(lexicon: Lexicon) -> PhraseTree[Term]:
    """The words that change what is said around them, as a tree of phrases."""
    tree: PhraseTree[Term] = PhraseTree(lexicon)
    for kind, direction, reach, phrase in lexicon.scopes:
        tree.add(phrase, (kind, direction, reach))
    return tree


def scopes_in(passage: Passage, tree: PhraseTree[Term]) -> Scopes:
    """The triggers of a text with what each of them reaches."""
    found = tree.find(passage)
    chosen = list(
        _longest(
            [
                match
                for match in found
                if match.meaning[0] not in ("verb", "idle")
                and (match.meaning[0] != "echo" or passage.closes(match.last + 1))
            ]
        )
    )
    starts = {match.first: match for match in chosen}
    verbs = {match.first for match in found if match.meaning[0] == "verb"}
    clauses = Clauses(passage, starts, verbs)
    people = People(passage, [match for match in chosen if match.meaning[0] == "other"], starts, clauses)
    replies, form = answered(passage), ticked_items(passage)
    marks = {at for reply in replies.values() for at in range(reply.first, reply.after)}
    marks.update(form)
    told = [
        match for match in chosen if match.first not in marks and not _is_replied(match, passage, replies)
    ]
    triggers = [trigger for match in told for trigger in _triggers(match, passage, clauses, people)]
    triggers += _signs(passage)
    asked = {match.first for match in chosen if match.meaning[0] == "question"}
    triggers += questions(passage, asked, replies)
    triggers += [trigger for trigger in form.values() if trigger is not None]
    triggers += [Trigger("other", "I", low, low + 1, low, high) for low, high in people.writer()]
    triggers += [_alone(match) for match in found if match.meaning[0] == "idle" and _unbroken(match)]
    return Scopes(passage, triggers, verbs)


def _is_replied(match: Match[Term], passage: Passage, replies: Mapping[int, Answer]) -> bool:
    """Whether these words only ask what is answered at once: `do you have a fever? Yes`."""
    return match.meaning[0] == "question" and passage.sentence(match.first)[1] - 1 in replies


def _unbroken(match: Match[Term]) -> bool:
    """Whether no other word stands between: `on foot`, and not `on my left foot`."""
    return match.last - match.first < len(match.used)


def _alone(match: Match[Term]) -> Trigger:
    first, after = match.first, match.last + 1
    return Trigger(match.meaning[0], match.phrase, first, after, first, after)


def _triggers(match: Match[Term], passage: Passage, clauses: Clauses, people: People) -> Iterator[Trigger]:
    kind, direction, reach = match.meaning
    first, after = match.first, match.last + 1
    low, high = first, after
    if kind in ALONE:
        yield _alone(match)
        return
    if kind == "question":
        if not asks(passage, first):
            return
        high = passage.sentence(first)[1]
    elif kind == "other":
        reached = people.reach(match)
        if reached is None:
            return
        low, high = reached
    elif match.phrase == "?" and passage.ends(after):
        return  # the end of a question, and no sign before a word
    else:
        answered = direction == "answer" and passage.closes(after)
        if direction == "answer":  # `fever: no`, and yet `fever: no chills`
            direction = "backward" if answered else "forward"
            low = first if answered else match.last
        if direction == "backward" and _is_active(match, passage):  # `we have not found any lump`
            kind, direction = "negation", "forward"
        if kind == "if":
            high = clauses.condition(after)
        elif direction == "forward":
            high = clauses.forward(after, kind, reach)
        elif reach == "before":
            low, high = max(passage.sentence(first)[0], first - _TAKEN_BACK), first
        elif reach == "word":
            low = max(passage.clause(first)[0], first - _WORDS)
        else:
            low = clauses.backward(
                _before_marks(passage, first, answered) if passage.closes(after) else first
            )
            if kind == "past" and any(passage.tokens[at].stem in _BEGUN for at in range(low, first)):
                return  # `it began five years ago`
        if kind == "negation" and reach in ("list", "series"):
            tail = clauses.tail(after, high)
            if tail > high:
                yield Trigger("doubt", match.phrase, first, after, high, tail)
    yield Trigger(kind, match.phrase, first, after, low, high, reach)


def _is_active(match: Match[Term], passage: Passage) -> bool:
    """Whether somebody has not done it, and words that look back are the verb of what follows them."""
    if not match.phrase.startswith("not ") or match.first < 2 or passage.closes(match.last + 1):
        return False
    subject, verb = passage.tokens[match.first - 2 : match.first]
    return subject.low in _SUBJECTS and verb.stem in ("have", "do")


def _before_marks(passage: Passage, place: int, answers: bool) -> int:
    """Where the words end that a remark is about: `fever - not asked`, `rash (not seen)`, `rash, none`."""
    tokens = passage.tokens
    while place > 1 and (tokens[place - 1].low in _LEADS or (answers and tokens[place - 1].low == ",")):
        place -= 1
    return place


def _signs(passage: Passage) -> Iterator[Trigger]:
    """A minus at the beginning of a word denies it: `-erythema`. So does `non`: `non-pregnant`."""
    tokens = passage.tokens
    for place, token in enumerate(tokens[:-1]):
        if token.low == "non":
            yield Trigger("negation", token.low, place, place + 1, place, place + 2)
    for place, token in enumerate(tokens[:-1]):
        after = tokens[place + 1]
        free = place == 0 or tokens[place - 1].end < token.start or tokens[place - 1].low in (",", "/")
        if token.low in ("-", "–") and free and after.start == token.end and after.kind == "word":
            high = place + 1
            while high < len(tokens) and tokens[high].kind == "word" and high < place + 4:
                high += 1
            yield Trigger("negation", token.low, place, place + 1, place, high)


def _longest(found: list[Match[Term]]) -> Iterator[Match[Term]]:
    """The longest at each place, from left to right, none inside another."""
    first = after = 0
    for match in sorted(found, key=lambda match: (match.first, -match.last)):
        if match.first >= after or (match.first, match.last + 1) == (first, after):
            yield match
            first, after = match.first, match.last + 1
