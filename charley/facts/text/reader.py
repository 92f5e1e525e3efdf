"""Reading a text for facts: every fact stated of this person now, with the words it was taken from."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from charley.facts.text.context.scopes import Scopes, scope_tree, scopes_in
from charley.facts.text.mentions import Meaning, Mention, meanings, mentions_in
from charley.facts.text.passage import Passage
from charley.facts.text.phrases import PhraseTree
from charley.facts.text.spelling import Spelling
from charley.facts.text.words import Lexicon, lexicon_of
from charley.facts.vocabulary import Fact, Value
from charley.facts.wording import Audience

__all__ = ["LANGUAGES", "Reader", "Reading", "Taken"]

LANGUAGES: Final = {"en": "english"}
"""The languages that can be read, with the folder of their words."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A fact taken from a text: its value, where it was said, and why it was read so.

    `question` is the fact as its vocabulary words it, by which a person confirms the value.
    """

    fact: str
    value: Value
    start: int
    end: int
    words: str
    question: str
    phrase: str
    because: tuple[str, ...] = ()

    @property
    def span(self) -> tuple[int, int]:
        return self.start, self.end

    @property
    def why(self) -> str:
        """The words, the phrase that they are, and what changed what they say."""
        changed = ", ".join(f"`{word}`" for word in self.because)
        return f"`{self.words}` is `{self.phrase}`" + (f"; around it stands {changed}" if changed else "")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of a text. Nothing of it is in a record before somebody has confirmed it."""

    text: str
    taken: tuple[Taken, ...]
    doubtful: tuple[Taken, ...]
    not_understood: tuple[tuple[int, int], ...]

    @property
    def facts(self) -> dict[str, Value]:
        """The facts with their values, as a record takes them."""
        return {each.fact: each.value for each in self.taken}

    @property
    def spans(self) -> dict[str, tuple[int, int]]:
        """Where in the text each fact was said."""
        return {each.fact: each.span for each in self.taken}

    def to_json(self) -> dict[str, Any]:
        """The same as plain values, for `json.dumps`."""
        return {
            "facts": self.facts,
            "taken": [{**asdict(each), "because": list(each.because)} for each in self.taken],
            "doubtful": [{**asdict(each), "because": list(each.because)} for each in self.doubtful],
            "not_understood": [
                {"start": start, "end": end, "words": self.text[start:end]}
                for start, end in self.not_understood
            ],
        }


class Reader:
    """Reads texts in one language for the facts of one vocabulary. Making it takes the time, not reading."""

    def __init__(self, facts: Iterable[Fact], language: str = "en", lexicon: Lexicon | None = None) -> None:
        """`lexicon` is one that was kept. Raises `BadPhrase` where a phrase of a fact cannot be read."""
        self._lexicon = lexicon_of(LANGUAGES[language]) if lexicon is None else lexicon
        self._facts = {fact.id: fact for fact in facts}
        self._tree: PhraseTree[Meaning] = PhraseTree(self._lexicon)
        phrases = [phrase for _, _, _, phrase in self._lexicon.scopes]
        for fact in self._facts.values():
            for phrase, meaning in meanings(fact, language):
                self._tree.add(phrase, meaning, number_after=meaning.role == "number")
                phrases.append(phrase)
        self._scopes = scope_tree(self._lexicon)
        self._vocabulary = self._lexicon.vocabulary or self._lexicon.vocabulary_of(phrases)
        self._spelling = Spelling(self._vocabulary)

    @property
    def lexicon(self) -> Lexicon:
        """What the phrases come to, to be kept for the next reader of these facts."""
        return replace(self._lexicon, vocabulary=self._vocabulary)

    def read(self, text: str, audience: Audience = "clinician") -> Reading:
        """The facts that are stated in a text of this person now, to be confirmed by this audience."""
        passage = Passage(text, self._lexicon.words, self._spelling.respelled)
        scopes = scopes_in(passage, self._scopes)
        mentions = mentions_in(self._tree.find(passage), passage, scopes, self._facts)
        by_fact: dict[str, list[Mention]] = {}
        for mention in mentions:
            by_fact.setdefault(mention.fact.id, []).append(mention)
        taken: list[Taken] = []
        doubtful: list[Taken] = []
        corrections = sorted(trigger.first for trigger in scopes.triggers if trigger.kind == "correction")
        near = _told_clauses(mentions, passage)
        chosen = {
            fact: one
            for fact, each in by_fact.items()
            if (one := _chosen(each, corrections, lambda found: _nearest(found, near, passage)))
        }
        stated = {fact: one for fact, one in chosen.items() if one.status == "stated"}
        for fact, one in chosen.items():
            if fact in stated and not _stands(one, stated, by_fact):
                left = [each for each in by_fact[fact] if _stands(each, stated, by_fact)]
                again = _chosen(left, corrections, lambda found: _nearest(found, near, passage))
                if again is not None and again.status == "stated":
                    taken.append(_taken(again, passage, audience))
                else:
                    doubtful.append(_taken(one, passage, audience))
                continue
            (taken if fact in stated else doubtful).append(_taken(one, passage, audience))
        unread = tuple(_not_understood(passage, scopes, mentions))
        return Reading(text, tuple(sorted(taken, key=_order)), tuple(sorted(doubtful, key=_order)), unread)


def _stands(mention: Mention, stated: dict[str, Mention], said: dict[str, list[Mention]]) -> bool:
    """Whether what else is stated lets the words state this fact (`said_beside`, `said_unless`)."""
    fact, used = mention.fact, set(mention.match.used)
    for other in fact.said_unless:
        if other in stated and any(
            not used.isdisjoint(range(each.match.first, each.match.last + 1)) for each in said[other]
        ):
            return False
    if not fact.said_beside or mention.value is False:
        return True
    return any(other in stated and stated[other].value is not False for other in fact.said_beside)


def _told_clauses(mentions: list[Mention], passage: Passage) -> set[tuple[str, int]]:
    """The clauses in which a yes-or-no fact of a group is stated, by the group and where they begin."""
    return {
        (mention.fact.group, passage.clause(mention.match.first)[0])
        for mention in mentions
        if mention.status == "stated" and mention.value is True
    }


def _nearest(stated: list[Mention], told: set[tuple[str, int]], passage: Passage) -> list[Mention]:
    """Of a choice said twice, where it stands beside its subject: the side of the pain, not of a scar."""
    group, tokens = stated[0].fact.group, passage.tokens
    for each in reversed(stated):  # `it was the left, and now it is the right`
        if any(token.low == "now" for token in tokens[max(each.match.first - 4, 0) : each.match.first]):
            return [each]
    return [each for each in stated if (group, passage.clause(each.match.first)[0]) in told] or stated


def _order(taken: Taken) -> tuple[int, str]:
    return taken.start, taken.fact


def _taken(mention: Mention, passage: Passage, audience: Audience) -> Taken:
    fact = mention.fact
    start, end = passage.tokens[mention.match.first].start, passage.tokens[mention.match.last].end
    assert mention.value is not None
    words, question = passage.text[start:end], fact.wording.to(audience)
    return Taken(fact.id, mention.value, start, end, words, question, mention.match.phrase, mention.because)


def _chosen(
    mentions: list[Mention], corrections: list[int], nearest: Callable[[list[Mention]], list[Mention]]
) -> Mention | None:
    """One of several mentions of a fact: what it is taken from, or doubtful, or None."""
    if not mentions:
        return None
    fact = mentions[0].fact
    stated = sorted((each for each in mentions if each.status == "stated"), key=lambda each: each.match.first)
    if not stated:
        return next((each for each in mentions if each.status == "doubtful" and each.value is not None), None)
    stated = _corrected(stated, corrections)
    if len({each.value for each in stated}) == 1:
        return stated[0]
    if fact.kind == "boolean":
        return _weighed(fact, stated)
    if fact.kind == "number" and fact.answered_by == "lab":
        return stated[-1]  # of two results of one test the later counts
    if fact.kind == "choice" and fact.answered_by != "patient":  # `reflexes normal, ankle jerks absent`
        return max(stated, key=lambda each: len(each.match.used))
    return nearest(stated)[0] if fact.kind == "choice" else stated[0]


def _weighed(fact: Fact, stated: list[Mention]) -> Mention | None:
    """Of a fact both stated and denied: the longer phrase; a finding that was found somewhere was found."""
    if fact.answered_by == "clinician":
        return next(each for each in stated if each.value is True)
    longest = {
        value: max((e for e in stated if e.value is value), key=lambda e: len(e.match.used))
        for value in (True, False)
    }
    yes, no = longest[True], longest[False]
    over = fact.when_past == "denies"  # `a bottle a day until I got sober`
    if over or len(yes.match.used) == len(no.match.used):
        return Mention(fact, yes.value, yes.match, "doubtful", yes.because)
    return yes if len(yes.match.used) > len(no.match.used) else no


def _corrected(stated: list[Mention], corrections: list[int]) -> list[Mention]:
    """Without what was taken back at once: `left, no, the right one`."""
    kept: list[Mention] = []
    for mention in stated:
        if kept:
            at = bisect_left(corrections, kept[-1].match.last)
            place = corrections[at] if at < len(corrections) else mention.match.first
            if (
                place < mention.match.first
                and mention.match.first - place < 8
                and place - kept[-1].match.last < 6
            ):
                kept.pop()
        kept.append(mention)
    return kept


def _not_understood(passage: Passage, scopes: Scopes, mentions: list[Mention]) -> Iterator[tuple[int, int]]:
    """The clauses of which nothing was understood and that say something, and names that were left over."""
    read = {place for mention in mentions for place in (mention.match.first, mention.match.last)}
    near = {place for mention in mentions for place in range(mention.match.first - 1, mention.match.last + 2)}
    for low, high in passage.clauses():
        if any(place in read for place in range(low, high)):
            yield from _left_over(passage, low, high, near)
            continue
        telling = [
            token
            for place, token in enumerate(passage.tokens[low:high], low)
            if token.kind == "word"
            and len(token.low) > 3
            and not passage.is_a("SMALLTALK", place)
            and not passage.filler[place]
        ]
        words = [token for token in passage.tokens[low:high] if token.kind != "mark"]
        if len(telling) > 1:
            yield words[0].start, words[-1].end
        else:
            yield from _left_over(passage, low, high, near)


def _left_over(passage: Passage, low: int, high: int, near: set[int]) -> Iterator[tuple[int, int]]:
    """The names of illnesses and medicines in a clause that no fact was taken from."""
    place = low
    while place < high:
        end = max((end for name, end in passage.classes[place] if name == "NAMED"), default=0)
        if end and end <= high and near.isdisjoint(range(place, end)):
            yield passage.tokens[place].start, passage.tokens[end - 1].end
        place = max(end, place + 1)
