"""How far words such as `no`, `might`, `my father` and `used to` reach: what is said around them is then not
said of this person now. The words are data (`scopes.yaml`), in the manner of ConText."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from charley.facts.text.phrases import Match, PhraseTree, Text
from charley.facts.text.words import language_data, words_of

__all__ = ["Scopes", "Trigger", "scopes_in"]

_ENDS: Final = {".", "!", "?"}
_AND: Final = {"and", "&", "+", "plus", "n"}
_OR: Final = {"or", "nor", "/"}
_SUBJECTS: Final = {"i", "he", "she", "it", "they", "we", "there", "you"}
_MINE: Final = {"i", "me", "myself"}
_OBSERVES: Final = {
    *("say", "think", "notice", "tell", "reckon", "push", "rub", "help", "massage", "drive", "bring", "make", "ask"),
    *("worry", "complain", "see", "want", "suggest", "bear", "pull", "hold", "carry", "give", "find", "phone", "call"),
    *("send", "insist", "joke", "watch", "hear", "moan", "born", "move", "stretch", "ring", "write", "read", "be worried"),
    *("force", "look", "point", "mention", "remark", "describe", "sleep", "wake", "report", "accompany", "present"),
}
_ILL: Final = {"have", "be", "get", "suffer", "with", "die", "take", "use", "on", "both", "also", "and", "go", "start"}


@dataclass(frozen=True, slots=True)
class Trigger:
    """A word or words that change what is said from `low` up to, not including, `high`."""

    kind: str
    term: str
    first: int
    after: int
    low: int
    high: int


class Scopes:
    """The triggers of one text, by the places that they reach."""

    def __init__(self, text: Text, triggers: list[Trigger], ends: list[bool], bounds: list[bool]) -> None:
        self.triggers = triggers
        self._ends, self._bounds = ends, bounds
        self._at: list[list[Trigger]] = [[] for _ in text.tokens]
        for trigger in triggers:
            for place in range(trigger.low, min(trigger.high, len(self._at))):
                self._at[place].append(trigger)

    def clause(self, place: int) -> tuple[int, int]:
        """Where the clause around a place begins and ends."""
        low = high = place
        while low > 0 and not self._bounds[low]:
            low -= 1
        high += 1
        while high < len(self._bounds) - 1 and not self._bounds[high]:
            high += 1
        return low, high

    def sentence(self, place: int) -> tuple[int, int]:
        """Where the sentence around a place begins and ends."""
        low = high = place
        while low > 0 and not self._ends[low]:
            low -= 1
        high += 1
        while high < len(self._ends) - 1 and not self._ends[high]:
            high += 1
        return low, high

    def at(self, place: int) -> list[Trigger]:
        """The triggers that reach this place."""
        return self._at[place]


@cache
def _tree(language: str) -> PhraseTree[tuple[str, str, str]]:
    tree: PhraseTree[tuple[str, str, str]] = PhraseTree(words_of(language))
    for entry in language_data(language, "scopes"):
        for term in entry["terms"]:
            tree.add(term, (entry["kind"], entry.get("direction", ""), entry.get("reach", "")))
    return tree


def scope_words(language: str) -> set[str]:
    """Every word that a trigger is made of."""
    return _tree(language).vocabulary


def scopes_in(text: Text, language: str) -> Scopes:
    """The triggers of a text with what each of them reaches, in one pass from left to right."""
    return _Pass(text, language).scopes()


class _Pass:
    def __init__(self, text: Text, language: str) -> None:
        self.text, self.tokens = text, text.tokens
        found = _tree(language).find(text)
        self.verbs = {match.first for match in found if match.meaning[0] == "verb"}
        self.chosen = list(_longest([match for match in found if match.meaning[0] not in ("verb", "idle")]))
        self.idle = [match for match in found if match.meaning[0] == "idle"]
        self.starts = {match.first: match for match in self.chosen}
        self.ends = [self._ends(place) for place in range(len(self.tokens) + 1)]
        self.about = self._about()

    def scopes(self) -> Scopes:
        triggers = [trigger for match in self.chosen for trigger in self._triggers(match)]
        triggers += list(self._marks()) + list(self._questions())
        triggers += [Trigger("idle", match.phrase, match.first, match.last + 1, match.first, match.last + 1) for match in self.idle]
        if self.about is not None:
            triggers += list(self._writer())
        marks = {",", ";", ":", "(", ")", "but", "though", "although"}
        bounds = [
            ends or (place > 0 and self.tokens[place - 1].low in marks) for place, ends in enumerate(self.ends)
        ]
        return Scopes(self.text, triggers, self.ends, bounds)

    # where a sentence ends

    def _ends(self, place: int) -> bool:
        """Whether a sentence ends before this place."""
        if place in (0, len(self.tokens)):
            return True
        before, token = self.tokens[place - 1], self.tokens[place]
        if before.low in _ENDS and not self.text.is_dot_inside(place - 1):
            return not (before.low == "?" and (before.end == token.start or self._ends(place - 1)))
        between = self.text.text[before.end : token.start]
        if "\n" not in between:
            return False
        heading = any(each.low == ":" for each in self.tokens[place : place + 4])
        return between.count("\n") > 1 or heading or token.low in ("-", "*", "•")

    def _sentence(self, place: int) -> tuple[int, int]:
        low = high = place
        while not self.ends[low]:
            low -= 1
        high += 1
        while high < len(self.tokens) and not self.ends[high]:
            high += 1
        return low, high

    # what a trigger reaches

    def _triggers(self, match: Match[tuple[str, str, str]]) -> Iterator[Trigger]:
        kind, direction, reach = match.meaning
        first, after = match.first, match.last + 1
        low, high = first, after
        if kind in ("none", "terminator", "correction"):
            yield Trigger(kind, match.phrase, first, after, first, after)
            return
        if kind == "question":
            if self._asks(first):
                yield Trigger(kind, match.phrase, first, after, first, self._sentence(first)[1])
            return
        if kind == "other":
            found = self._other(match)
            if found is not None:
                yield found
            return
        if match.phrase == "?" and self.ends[match.last + 1]:
            return  # the end of a question, and no sign before a word
        if direction == "answer":  # `fever: no`, and yet `fever: no, nil seen`
            direction = "backward" if self._closes(after) else "forward"
        if direction in ("forward", "both"):
            high = self._forward(after, kind, reach)
        if direction in ("backward", "both"):
            low = self._backward(first, kind)
        yield Trigger(kind, match.phrase, first, after, low, high)

    def _forward(self, place: int, kind: str, reach: str) -> int:
        begin = place
        while place < len(self.tokens):
            token = self.tokens[place]
            if self.ends[place] and place > begin:
                return place
            if self._is_end_mark(place):
                return place
            here = self.starts.get(place)
            if here is not None and place > begin - 1 and here.meaning[0] == "terminator":
                return place
            if here is not None and place > begin and kind == "negation" and reach != "through" and here.meaning[0] == "negation":
                if here.meaning[1] in ("forward", "answer"):
                    return place
            if token.low == "," and not self._list_goes_on(place, reach):
                return place
            if token.low in _AND and place > begin and self._new_clause(place, kind):
                return place
            if token.low in ("-", "–") and place > begin and self._apart(place):
                return place
            place += 1
        return place

    def _closes(self, place: int) -> bool:
        """Whether nothing follows here that a `no` could deny."""
        return place >= len(self.tokens) or self.ends[place] or self.tokens[place].kind == "mark"

    def _is_end_mark(self, place: int) -> bool:
        return self.tokens[place].low in _ENDS and self.ends[place + 1]

    def _apart(self, place: int) -> bool:
        """Whether a dash stands between spaces."""
        token = self.tokens[place]
        after = self.tokens[place + 1].start if place + 1 < len(self.tokens) else token.end + 1
        return after > token.end and self.tokens[place - 1].end < token.start

    def _backward(self, place: int, kind: str) -> int:
        everything = place > 0 and self.tokens[place - 1].low in ("all", "both")
        while place > 0 and not self.ends[place]:
            token = self.tokens[place - 1]
            here = self.starts.get(place - 1)
            if here is not None and here.meaning[0] == "terminator":
                return place
            if token.low == "," and not everything:
                return place
            if token.low in ("and", "but") and self._new_clause(place - 1, kind):
                return place
            place -= 1
        return place

    def _list_goes_on(self, comma: int, reach: str) -> bool:
        """Whether what follows this comma is one more item of a list that was begun before it."""
        place, words, closed = comma + 1, 0, False
        while place < len(self.tokens):
            token = self.tokens[place]
            if self.ends[place] and place > comma + 1:
                break
            if self._is_end_mark(place) or token.low in (";", ":", "(", ")"):
                break
            here = self.starts.get(place)
            if here is not None and here.meaning[0] in ("terminator", "negation", "later", "ended"):
                return closed or (reach == "list" and words == 0 and False)
            if token.low in _SUBJECTS or place in self.verbs:
                return closed
            if token.low == ",":
                words = 0
                place += 1
                continue
            if token.low in ("or", "nor"):
                closed, words = True, 0
                place += 1
                continue
            if token.low in ("and", "&", "+") :
                if self._new_clause(place, "negation"):
                    return closed
                words = 0
            else:
                words += 1
            if words > 4:
                return closed
            place += 1
        return closed or self._denies(comma)

    def _denies(self, comma: int) -> bool:
        low, _ = self._sentence(comma)
        for place in range(comma, low - 1, -1):
            here = self.starts.get(place)
            if here is not None and here.meaning[0] == "negation":
                return self.tokens[here.first].stem == "deny"
        return False

    def _new_clause(self, place: int, kind: str) -> bool:
        """Whether a clause with a verb of its own begins after this `and`."""
        token = self.tokens[place]
        if place + 1 >= len(self.tokens):
            return True
        after = self.tokens[place + 1]
        if token.low == "+":
            return after.start == token.end and self.tokens[place - 1].end < token.start
        if after.low in _SUBJECTS or place + 1 in self.verbs:
            return True
        here = self.starts.get(place + 1)
        if here is not None and here.meaning[0] in ("negation", "other", "terminator", "ended", "past"):
            return True
        for at in range(place + 1, min(place + 6, len(self.tokens))):
            if self.ends[at] and at > place + 1:
                return False
            if self.tokens[at].low in (",", ";", "and", "or", ".", "but"):
                return False
            if at in self.verbs:
                return True
        return False

    # signs before a word, and questions

    def _marks(self) -> Iterator[Trigger]:
        """`-erythema` denies what follows at once, `?DVT` doubts what follows."""
        for place, token in enumerate(self.tokens[:-1]):
            after = self.tokens[place + 1]
            free = place == 0 or self.tokens[place - 1].end < token.start or self.tokens[place - 1].low in (",", "/")
            if token.low in ("-", "–") and free and after.start == token.end and after.kind == "word":
                high = place + 1
                while high < len(self.tokens) and self.tokens[high].kind == "word" and high < place + 4:
                    high += 1
                yield Trigger("negation", token.low, place, place + 1, place, high)

    def _asks(self, place: int) -> bool:
        low, high = self._sentence(place)
        if self.tokens[high - 1].low == "?":
            return True
        begins = place == low or self.tokens[place - 1].low in (",", "and", "or", "but", "so", "-")
        return begins and self.tokens[place].low not in ("which", "who", "what", "how", "why")

    def _questions(self) -> Iterator[Trigger]:
        """A sentence that ends with a question mark and has no word that asks: its last part is the question."""
        asked = {match.first for match in self.chosen if match.meaning[0] == "question"}
        for place, token in enumerate(self.tokens):
            if token.low != "?" or not self.ends[place + 1]:
                continue
            low, _ = self._sentence(place)
            if low == place or any(low <= first < place for first in asked):
                continue
            begin = place
            while begin > low and self.tokens[begin - 1].low not in (",", ";", "but", "so", "-", "–"):
                begin -= 1
            yield Trigger("question", "?", place, place + 1, begin, place)

    # who is spoken of

    def _about(self) -> str | None:
        """The relative whom a text is about, where somebody writes for another."""
        for match in self.chosen:
            if match.meaning[0] != "other" or match.first > 30:
                continue
            word = self.tokens[match.first].stem
            low, high = self._sentence(match.first)
            before = {token.low for token in self.tokens[max(low, match.first - 4) : match.first]}
            if self.tokens[match.first].low == "caller":
                continue
            if match.phrase != "ACQUAINTANCE" and before & {"for", "about", "behalf", "re", "regarding", "caller"} and low == 0 and "caller" not in before:
                return word
            followed = self.tokens[match.last + 1 : match.last + 3]
            aged = bool(followed) and followed[0].kind == "number"
            starts = match.first - low <= 1
            others = sum(token.low in ("he", "she", "his", "her", "him") for token in self.tokens)
            mine = sum(
                token.low == "i" or (token.low in ("my", "me") and at + 1 < len(self.tokens) and at + 1 not in self.starts)
                for at, token in enumerate(self.tokens)
            )
            if aged and starts:
                return word
            if match.phrase == "ACQUAINTANCE":
                continue
            if starts and low == 0 and mine == 0 and (others > 1 or high < len(self.tokens)) and not self._observes(match.last + 1, high):
                return word
            if starts and low == 0 and others >= 2 and others > mine and not self._observes(match.last + 1, high):
                return word
        return None

    def _other(self, match: Match[tuple[str, str, str]]) -> Trigger | None:
        first, after = match.first, match.last + 1
        low, high = self._sentence(first)
        if self.about is not None and self.tokens[first].stem == self.about:
            if not (after < high and self.tokens[after].low in ("herself", "himself")):
                return None
        if self._observes(after, high):
            return None
        family = self.tokens[first].low in ("family", "fh", "fhx", "in", "runs")
        ill = any(token.stem in _ILL for token in self.tokens[after : after + 3])
        words = match.phrase
        if words in ("PARTNER", "ACQUAINTANCE") and not ill:
            return None
        end = after
        while end < high and not self.ends[end] and (
            self.tokens[end].low not in _MINE or (end + 1 < len(self.tokens) and end + 1 in self.starts)
        ):
            here = self.starts.get(end)
            if here is not None and here.meaning[0] == "terminator" and self.tokens[end].low not in ("(", ")", ":"):
                break
            if self.tokens[end].low == "my" and end + 1 not in self.starts:
                break
            end += 1
        begin = first
        back = first - 1
        while back > low and self.tokens[back].low in ("my", "his", "her", "a", "the", "both"):
            back -= 1
        if back >= low and self.tokens[back].low in ("in", "(", "of", "from", "-", "like", "same", "as") and not family:
            begin = self._backward(back, "other")
        return Trigger("other", words, first, after, begin, end)

    def _observes(self, place: int, high: int) -> bool:
        """Whether the person only tells or does something: `my wife says I twitch`."""
        for token in self.tokens[place : min(place + 3, high)]:
            if token.stem in _OBSERVES:
                return True
            if token.low in (",", "and") or token.low in ("have", "has", "had", "got"):
                return False
        return False

    def _writer(self) -> Iterator[Trigger]:
        """What the writer says of themselves, where the text is about somebody else."""
        for place, token in enumerate(self.tokens[:-1]):
            if token.low == "i" and self.tokens[place + 1].low in ("have", "had", "get", "got", "take", "am", "was"):
                low, high = self._sentence(place)
                end = place + 1
                while end < high and not self.ends[end]:
                    here = self.starts.get(end)
                    if here is not None and here.meaning[0] == "terminator":
                        break
                    end += 1
                yield Trigger("other", "I", place, place + 1, place, end)


def _longest(found: list[Match[Any]]) -> Iterator[Match[Any]]:
    """The longest at each place, from left to right, none inside another."""
    first = after = 0
    for match in sorted(found, key=lambda match: (match.first, -match.last)):
        if match.first >= after or (match.first, match.last + 1) == (first, after):
            yield match
            first, after = match.first, match.last + 1
