"""How far words such as `no`, `might`, `my father` and `used to` reach: what is said around them is then not
said of this person now. The words are data (`scopes.yaml`), in the manner of ConText."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from charley.facts.text.context.clauses import Clauses, Term
from charley.facts.text.context.people import People
from charley.facts.text.passage import Passage
from charley.facts.text.phrases import Match, PhraseTree
from charley.facts.text.words import Lexicon

__all__ = ["Scopes", "Trigger", "scope_tree", "scopes_in"]

_ALONE: Final = {"none", "terminator", "correction", "echo"}
"""Kinds that reach nothing beyond their own words."""

_DENIALS: Final = {"no", "not", "never", "negative", "neg", "nil", "absent", "none", "without", "0"}
"""Words that deny; a phrase that has one of them of its own is not denied by it."""


_BEGUN: Final = {"begin", "start", "onset", "notice", "since", "develop", "come", "ever"}
"""Words that make a time in the past the time when something began that is there now."""

_LEADS: Final = {"-", "–", ":", "(", "="}
"""Marks between something and a remark about it."""

_TAKEN_BACK: Final = 5
"""How far a correction reaches back: `left calf, I mean the right`."""

_SUBJECTS: Final = {"i", "he", "she", "we", "they"}
_WORDS: Final = 3
"""How far what is said of a word itself reaches back: `deep vein thrombosis prevention`."""

_QUOTES: Final = {"-", "–", '"', "'", "“", "”", ":"}
_ANSWERS: Final = {
    **dict.fromkeys(("no", "nope", "never", "none", "nil", "denies", "denied", "negative", "neg"), False),
    **dict.fromkeys(("yes", "yep", "yeah", "yup"), True),
}
"""What answers a question of one's own, with whether it affirms."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """Words, from `first` up to `after`, that change what is said from `low` up to `high`."""

    kind: str
    term: str
    first: int
    after: int
    low: int
    high: int


class Scopes:
    """The triggers of one text, by the places that they reach."""

    def __init__(self, passage: Passage, triggers: list[Trigger]) -> None:
        self.triggers = triggers
        self._tokens = passage.tokens
        size = len(passage.tokens)
        self._at: list[list[Trigger]] = [[] for _ in range(size)]
        for trigger in triggers:
            for place in range(trigger.low, min(trigger.high, size)):
                self._at[place].append(trigger)

    def at(self, place: int) -> list[Trigger]:
        """The triggers that reach this place."""
        return self._at[place]

    def of(self, match: Match[Any]) -> list[Trigger]:
        """The triggers that change what a phrase says: they reach it and are no words of it."""
        used = set(match.used)

        def inside(trigger: Trigger) -> bool:
            own = used.intersection(range(trigger.first, trigger.after))
            within = match.first <= trigger.first and trigger.after <= match.last + 1
            return bool(own) and (within or any(self._tokens[place].low in _DENIALS for place in own))

        # A phrase that names a relative, as in a family history, is about that relative.
        first = self.at(match.first)
        relative = any(
            each.kind == "other"
            and not used.isdisjoint(range(each.first, each.after))
            and not used.issubset(range(each.first, each.after))
            for each in first
        )
        found = dict.fromkeys(self.at(match.last))
        found.update((each, None) for each in self._cut_short(match))
        found.update(dict.fromkeys(each for each in first if each.kind == "other"))
        for each in [each for each in found if each.kind == "if" and match.first < each.low]:
            del found[each]  # `my calf hurts if I walk uphill` is of more than the condition
        for ended in [each for each in found if each.kind == "ended"]:
            for denied in [each for each in found if self._denies(each, ended)]:
                found.pop(ended, None)  # `warfarin was not stopped`
                del found[denied]
        once = {(each.kind, each.first, each.low, each.high): each for each in reversed(found)}
        return [
            each
            for each in reversed(once.values())
            if not inside(each)
            and not (relative and each.kind == "other")
            and each.kind not in (*_ALONE, "idle")
        ]

    def names_another(self, match: Match[Any]) -> bool:
        """Whether a phrase names a person whom the text is not about: `my mum is 81`."""
        used = set(match.used)
        return any(
            each.kind == "other" and not used.isdisjoint(range(each.first, each.after))
            for each in self.at(match.first)
        )

    def _denies(self, denial: Trigger, ended: Trigger) -> bool:
        """Whether a denial is of these words that tell of an end, and of nothing else."""
        begun = ended.first - denial.after
        return denial.kind == "negation" and -1 <= begun <= 1 and denial.first <= ended.first

    def _cut_short(self, match: Match[Any]) -> Iterator[Trigger]:
        """What is no denial alone and denies a phrase that it begins: `no worse` of `no worse at night`."""
        for each in self.at(match.first):
            begun = each.kind == "none" and each.first == match.first - 1 and each.after <= match.last
            if begun and self._tokens[each.first].low in _DENIALS:
                yield Trigger("negation", each.term, each.first, match.first, match.first, match.last + 1)

    def half_denied(self, match: Match[Any], triggers: list[Trigger]) -> bool:
        """Whether a denial before a phrase ends within it, so that it denies something else or nothing."""
        denied = {each.first for each in triggers if each.kind == "negation"}
        if any(each.kind == "terminator" for place in match.used for each in self.at(place)):
            return False  # `no pain except in the thigh`
        return any(
            each.kind == "negation" and each.after <= match.first and each.first not in denied
            for each in self.at(match.first)
        )

    def idle(self, match: Match[Any]) -> bool:
        """Whether a phrase takes a word out of words that state nothing: `knee jerk`, `night shift`."""
        used = set(match.used)
        return any(
            each.kind == "idle" and not used.issuperset(range(each.low, each.high))
            for place in match.used
            for each in self.at(place)
        )


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
                and (match.meaning[0] != "echo" or _closes(passage, match.last + 1))
            ]
        )
    )
    starts = {match.first: match for match in chosen}
    clauses = Clauses(passage, starts, {match.first for match in found if match.meaning[0] == "verb"})
    people = People(passage, [match for match in chosen if match.meaning[0] == "other"], starts, clauses)
    triggers = [trigger for match in chosen for trigger in _triggers(match, passage, clauses, people)]
    triggers += _signs(passage)
    triggers += _questions(passage, {match.first for match in chosen if match.meaning[0] == "question"})
    triggers += [Trigger("other", "I", low, low + 1, low, high) for low, high in people.writer()]
    triggers += [_alone(match) for match in found if match.meaning[0] == "idle" and _unbroken(match)]
    return Scopes(passage, triggers)


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
    if kind in _ALONE:
        yield _alone(match)
        return
    if kind == "question":
        if not _asks(passage, first):
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
        answers = direction == "answer" and _closes(passage, after)
        if direction == "answer":  # `fever: no`, and yet `fever: no chills`
            direction = "backward" if answers else "forward"
        if direction == "backward" and _is_active(match, passage):  # `we have not found any lump`
            kind, direction = "negation", "forward"
        if kind == "if":
            high = clauses.condition(after)
        elif direction == "forward":
            high = clauses.forward(after, kind, reach)
        elif reach == "before":
            low = max(passage.sentence(first)[0], first - _TAKEN_BACK)
        elif reach == "word":
            low = max(passage.clause(first)[0], first - _WORDS)
        else:
            low = clauses.backward(
                _before_marks(passage, first, answers) if _closes(passage, after) else first
            )
            if kind == "past" and any(passage.tokens[at].stem in _BEGUN for at in range(low, first)):
                return  # `it began five years ago`
        if (kind, reach) == ("negation", "list"):
            tail = clauses.tail(after, high)
            if tail > high:
                yield Trigger("doubt", match.phrase, first, after, high, tail)
    yield Trigger(kind, match.phrase, first, after, low, high)


def _is_active(match: Match[Term], passage: Passage) -> bool:
    """Whether somebody has not done it, and words that look back are the verb of what follows them."""
    if not match.phrase.startswith("not ") or match.first < 2 or _closes(passage, match.last + 1):
        return False
    subject, verb = passage.tokens[match.first - 2 : match.first]
    return subject.low in _SUBJECTS and verb.stem in ("have", "do")


def _before_marks(passage: Passage, place: int, answers: bool) -> int:
    """Where the words end that a remark is about: `fever - not asked`, `rash (not seen)`, `rash, none`."""
    tokens = passage.tokens
    while place > 1 and (tokens[place - 1].low in _LEADS or (answers and tokens[place - 1].low == ",")):
        place -= 1
    return place


def _closes(passage: Passage, place: int) -> bool:
    """Whether nothing of the clause follows at this place."""
    return passage.ends(place) or passage.tokens[place].kind == "mark"


def _signs(passage: Passage) -> Iterator[Trigger]:
    """A minus at the beginning of a word denies it: `-erythema`."""
    tokens = passage.tokens
    for place, token in enumerate(tokens[:-1]):
        after = tokens[place + 1]
        free = place == 0 or tokens[place - 1].end < token.start or tokens[place - 1].low in (",", "/")
        if token.low in ("-", "–") and free and after.start == token.end and after.kind == "word":
            high = place + 1
            while high < len(tokens) and tokens[high].kind == "word" and high < place + 4:
                high += 1
            yield Trigger("negation", token.low, place, place + 1, place, high)


def _asks(passage: Passage, place: int) -> bool:
    """Whether words such as `is it` ask, and are not part of a statement."""
    low, high = passage.sentence(place)
    if passage.tokens[high - 1].low == "?":
        return True
    begins = place == low or passage.tokens[place - 1].low in (",", "and", "or", "but", "so", "-")
    return begins and passage.tokens[place].low not in ("which", "who", "what", "how", "why")


def _questions(passage: Passage, asked: set[int]) -> Iterator[Trigger]:
    """A sentence that ends with a question mark and has no word that asks: its last part is the question."""
    tokens = passage.tokens
    for place, token in enumerate(tokens):
        if token.low != "?" or not passage.ends(place + 1):
            continue
        at = place + 1
        while at < len(tokens) and tokens[at].low in _QUOTES:  # `"Any flights?" "No"`, `lost? - no`
            at += 1
        answer = tokens[at].low if at < len(tokens) else ""
        if answer in _ANSWERS and _closes(passage, at + 1):  # `Any fever? No.`, and not `no fever`
            if not _ANSWERS[answer]:
                yield Trigger("negation", answer, place, at + 1, passage.sentence(place)[0], place)
            continue
        low = max(passage.sentence(place)[0], place - 60)
        if low == place or any(at in asked for at in range(low, place)):
            continue
        begin = place
        while begin > low and tokens[begin - 1].low not in (",", ";", "but", "so", "-", "–"):
            begin -= 1
        yield Trigger("question", "?", place, place + 1, begin, place)


def _longest(found: list[Match[Term]]) -> Iterator[Match[Term]]:
    """The longest at each place, from left to right, none inside another."""
    first = after = 0
    for match in sorted(found, key=lambda match: (match.first, -match.last)):
        if match.first >= after or (match.first, match.last + 1) == (first, after):
            yield match
            first, after = match.first, match.last + 1
