"""Who is spoken of: the person the text is about, a relative, a friend, or the writer for somebody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from charley.facts.text.context.clauses import Clauses
from charley.facts.text.context.lists import Term
from charley.facts.text.passage import Passage
from charley.facts.text.phrases import Match

__all__ = ["People"]

_MINE: Final = {"i", "me", "myself"}
_TELL: Final = {"have", "had", "get", "got", "take", "am", "was"}
"""What a writer tells of themselves."""

_CARES: Final = {"care", "caring", "carer", "nursed", "nurse", "looked", "lost"}
"""Before a relative of the person whom the text is about: `I care for my husband`."""

_FOR: Final = {"for", "about", "behalf", "re", "regarding"}


class People:
    """The people named in a text; `about` is the relative whom it is about, if it is about one."""

    def __init__(
        self, passage: Passage, named: list[Match[Term]], starts: Mapping[int, Match[Term]], clauses: Clauses
    ) -> None:
        self.passage, self.tokens = passage, passage.tokens
        self._named, self._starts, self._clauses = named, starts, clauses
        self.about = self._about()

    def _about(self) -> str | None:
        others = sum(token.low in ("he", "she", "his", "her", "him") for token in self.tokens)
        mine = sum(
            token.low == "i" or (token.low in ("my", "me") and place + 1 not in self._starts)
            for place, token in enumerate(self.tokens)
        )
        for match in self._named:
            if match.first > 30 or match.phrase == "ACQUAINTANCE" or self.tokens[match.first].low == "caller":
                continue
            word = self.tokens[match.first].stem
            low, high = self.passage.sentence(match.first)
            before = {token.low for token in self.tokens[max(low, match.first - 4) : match.first]}
            if before & _CARES or self._is_label(match.last + 1):
                continue
            if low == 0 and before & _FOR and "caller" not in before:
                return word
            if match.first - low > (6 if low == 0 and others > mine else 1):
                continue
            if self._is_of_age(match.last + 1, spoken=mine == 0 and not self._told_before(low)):
                return word
            if self._told_before(low) or self._observes(match.last + 1, high):
                continue
            if (mine == 0 and (others > 1 or high < len(self.tokens))) or (others > 1 and others > mine):
                return word
        return None

    def _is_label(self, place: int) -> bool:
        """Whether what a relative has follows, as in the history of a family: `Mother: diabetes.`"""
        tokens = self.tokens[place : place + 2]
        return len(tokens) > 1 and tokens[0].low == ":" and tokens[1].kind == "word"

    def _is_of_age(self, place: int, spoken: bool) -> bool:
        """Whether an age follows: `Mum 76`, `My son (9)` and, where that is `spoken` of, `Mum is 76`."""
        before = self.tokens[place].low if place < len(self.tokens) else ""
        if before == "(" or (spoken and before in ("is", "'s", "aged")):
            place += 1
        return place < len(self.tokens) and self.tokens[place].kind == "number"

    def _told_before(self, low: int) -> bool:
        """Whether something was told before this place, and not only `Please help.`."""
        return low > 5 or any(token.low in _MINE or token.low == "my" for token in self.tokens[:low])

    def reach(self, match: Match[Term]) -> tuple[int, int] | None:
        """What is said of another person who is named here, or None where they only tell something."""
        first, after = match.first, match.last + 1
        low, high = self.passage.sentence(first)
        high = min(high, after + 60)
        if self._with_writer(first, after):
            return None
        themselves = after < high and self.tokens[after].low in ("herself", "himself")
        spoken_for = self.tokens[first].stem == self.about and not themselves
        if spoken_for or self._observes(after, high):
            return None
        ill = any(self.passage.is_a("ILLVERB", at) for at in range(after, min(after + 3, len(self.tokens))))
        if match.phrase in ("PARTNER", "ACQUAINTANCE") and not ill:
            return None
        end = after
        compared = self._is_compared(first, low)
        while end < high and not self._back_to_self(end) and not (compared and self.tokens[end].low == ","):
            end += 1
        return self._from(first, low), end

    def _with_writer(self, first: int, after: int) -> bool:
        """Whether the writer is one of them: `me and my mates have been ..`, `my wife and I ..`."""
        before = [token.low for token in self.tokens[max(first - 3, 0) : first]]
        behind = [token.low for token in self.tokens[after : after + 2]]
        return before[-3:-1] in (["me", "and"], ["i", "and"]) or behind in (["and", "i"], ["and", "me"])

    def _is_compared(self, first: int, low: int) -> bool:
        """Whether the person only serves to compare: `varicose veins, same as my mother had, and ..`."""
        before = [token.low for token in self.tokens[max(first - 2, low) : first]]
        return before[:1] in (["as"], ["like"], ["than"]) or before[-1:] in (["as"], ["like"], ["than"])

    def _back_to_self(self, place: int) -> bool:
        """Whether the writer speaks of themselves again, or something else begins."""
        low, here = self.tokens[place].low, self._starts.get(place)
        ends = here is not None and here.meaning[0] == "terminator" and "MEDICINE" not in here.phrase
        if ends and low not in ("(", ")", ":"):  # `is diabetic and on insulin` is all of her
            return True
        if low in _MINE:
            return True
        return low == "my" and place + 1 not in self._starts

    def _from(self, first: int, low: int) -> int:
        """Where `restless legs in my mother` begins."""
        back = first - 1
        while back > low and self.tokens[back].low in ("my", "his", "her", "a", "the", "both"):
            back -= 1
        family = self.tokens[first].low in ("family", "fh", "fhx", "in", "runs")
        if back >= low and not family and self.tokens[back].low in ("in", "(", "of", "from", "-"):
            return self._clauses.backward(back)
        return first

    def writer(self) -> Iterator[tuple[int, int]]:
        """What the writer says of themselves, where the text is about somebody else."""
        if self.about is None:
            return
        for place, token in enumerate(self.tokens[:-1]):
            after = [each.low for each in self.tokens[place + 1 : place + 3]]
            if token.low == "i" and (after[0] in _TELL or after == ["be", "the"]):
                end = place + 1
                high = min(self.passage.sentence(place)[1], place + 60)
                while end < high and not self._is_terminator(end):
                    end += 1
                yield place, end

    def _is_terminator(self, place: int) -> bool:
        here = self._starts.get(place)
        return here is not None and here.meaning[0] == "terminator"

    def _observes(self, place: int, high: int) -> bool:
        """Whether the person only tells or does something: `my wife says I twitch`."""
        for at in range(place, min(place + 3, high)):
            token = self.tokens[at]
            if self.passage.is_a("OBSERVES", at):
                return True
            if token.low in (",", "and") or token.stem == "have":
                return False
        return False
