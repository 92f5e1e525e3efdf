"""Whether it is plain that a phrase is stated: no denial stands beside it that denies nothing else."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from charley.facts.text.context.certainty.around import FAR, ITEM, Around
from charley.facts.text.meanings import Meaning
from charley.facts.text.phrases import Match

__all__ = ["Statements"]

_BESIDE: Final = 4
"""So near a denial may be of a phrase."""

_AFTER: Final = 10
"""So far after what is normal another side is named that is not."""

_SIDES: Final = {"left": "left", "l": "left", "lt": "left", "right": "right", "r": "right", "rt": "right"}
_ALSO: Final = {"but", "just", "only"}
"""What goes on to something else as often as it takes something out."""


class Statements:
    """What is plainly stated in one text."""

    def __init__(self, around: Around) -> None:
        self._around = around
        self._passage, self._tokens, self._scopes = around.passage, around.tokens, around.scopes

    def is_plain(self, match: Match[Meaning]) -> bool:
        """Whether no denial stands at a match that denies nothing else: `whole leg swollen no`."""
        low, high = self._passage.clause(match.first)
        before = range(max(low, match.first - _BESIDE), match.first)
        if self._scopes.has_exception((*before, *range(match.first, match.last + 1))):
            return True  # `a no to all of them apart from the swelling`
        if self._is_broken(match) or self._is_answered(match) or self._is_gloss(match):
            return False
        if self._ends_denied_list(match) or self._is_normal(match) or self._is_remarked(match):
            return False
        end = high - 1 if self._tokens[high - 1].kind == "mark" else high
        if match.last < end - 1 <= match.last + _BESIDE and self._around.denies([end - 1]):
            return end - 1 in self._around.named or end - 1 in self._around.denying
        return not self._around.denies([at for at in before if at not in self._around.explained])

    def is_full(self, match: Match[Meaning]) -> bool:
        """Whether nothing beside what is normal makes it less than that: `I manage fewer stairs`."""
        if self._is_of_a_part(match):
            return False
        if self._around.denies(match.used):
            return True  # `no retention`
        low, high = self._passage.clause(match.first)
        low, high = max(low, match.first - _BESIDE), min(high, match.last + _BESIDE + 1)
        return not any(self._passage.is_a("LESSENED", at) for at in range(low, high) if at not in match.used)

    def _is_of_a_part(self, match: Match[Meaning]) -> bool:
        """Whether something is taken out of what is normal: another side, a thing excepted, a time.

        `No cramps anywhere else apart from my hands`, `can tiptoe on the right but not the left`.
        """
        low, high = self._passage.sentence(match.first)
        low, high = max(low, match.first - _BESIDE), min(high, match.last + 1 + _AFTER)
        after = range(match.last + 1, high)
        close = [at for at in after if at <= match.last + _BESIDE]
        if any(
            self._passage.is_a(name, at) and self._tokens[at].low not in _ALSO
            for at in close
            for name in ("EXCEPT", "LIMIT")
        ):
            return True
        sides = [at for at in range(low, high) if self._tokens[at].low in _SIDES]
        named = {_SIDES[self._tokens[at].low] for at in sides}
        joined = any(b - a <= 2 for a, b in pairwise(sides))
        return len(named) > 1 and not joined and sides[-1] > match.last

    def _is_normal(self, match: Match[Meaning]) -> bool:
        """Whether all that is said of a part or a deed is that it is normal: `wash my hair fine`."""
        place, end = match.last + 1, self._passage.clause(match.last)[1]
        while place < end and self._passage.is_a("LIGHT", place):
            place += 1
        if place >= end:
            return False
        after = max((last for name, last in self._passage.classes[place] if name == "NORMAL"), default=0)
        return after > 0 and (after >= len(self._tokens) or self._passage.closes(after))

    def _is_remarked(self, match: Match[Meaning]) -> bool:
        """Whether a remark denies it, or may: `cramp has not been there`, `rash - haven't had that`.

        `The cramp has not gone`, `does not let me sleep` say that it is there.
        """
        place, end = match.last + 1, min(self._passage.sentence(match.last)[1], match.last + FAR)
        marked = place < end and (self._tokens[place].low in (":", "(") or self._passage.is_dash(place))
        if marked:
            place, end = place + 1, self._passage.clause(place + 1)[1] if place + 1 < end else end
            if any(at in self._around.named for at in range(place, end)):
                return False
        while place < end and (self._passage.filler[place] or self._passage.is_a("SUBJECT", place)):
            place += 1
        if place >= end or self._tokens[place].low not in ("not", "never") or place in self._around.explained:
            return False
        after = range(place + 1, min(place + _BESIDE, end))
        return not any(self._passage.is_a("PERSISTS", at) for at in after)

    def _is_broken(self, match: Match[Meaning]) -> bool:
        """Whether a denial stands among the words of a match: `the statin has not been stopped`."""
        return any(
            self._passage.is_a("DENIAL", place)
            and not any(each.kind == "none" and each.first < match.first for each in self._scopes.at(place))
            for place in range(match.first, match.last)
            if place not in self._around.named
        )

    def _is_answered(self, match: Match[Meaning]) -> bool:
        """Whether only a denial follows: `cold foot, no, both are warm`, `the rest (collapse, fever) no`."""
        place, size = match.last + 1, min(len(self._tokens) - 1, match.last + FAR)
        if place < size and self._tokens[place].low in (",", ":") and self._is_answer(place):
            return True
        while place < size and self._tokens[place].low not in ("(", ")") and not self._passage.ends(place):
            place += 1
        return place < size and self._tokens[place].low == ")" and self._is_answer(place)

    def _is_answer(self, mark: int) -> bool:
        """Whether a denial that denies nothing else follows a mark."""
        answer = mark + 1
        if not self._around.denies([answer]) or answer in self._around.denying:
            return False
        return self._tokens[mark].low == ":" or self._passage.closes(answer + 1)

    def _is_gloss(self, match: Match[Meaning]) -> bool:
        """Whether brackets name what is denied or over: `no longer on a water tablet (indapamide)`."""
        place = match.first - 1
        if place < 1 or self._tokens[place].low != "(":
            return False
        low = max(self._passage.clause(place)[0], place - FAR)
        return any(
            trigger.kind in ("negation", "ended") and trigger.first >= low and trigger.high >= place
            for trigger in self._scopes.at(place - 1)
        )

    def _ends_denied_list(self, match: Match[Meaning]) -> bool:
        """Whether bare items lead back to a denial that may go on: `denies fever, palps, 3 nights`."""
        begin = max(self._passage.sentence(match.first)[0], match.first - FAR)
        low, high = self._passage.clause(match.first)
        after = range(match.last + 1, min(high, match.last + ITEM))
        high = next((at for at in after if self._passage.is_a("EITHER", at)), high)
        while low > begin and self._tokens[low - 1].low == "," and self._is_bare(low, high):
            high = low - 1
            low = self._passage.clause(high)[0]
            for place in range(low, high):
                if place in self._around.lists:
                    return self._is_bare(place + 1, high)
        return False

    def _is_bare(self, low: int, high: int) -> bool:
        """Whether these are a few words that only name something."""
        if high - low > 2 * ITEM:
            return False
        words = [place for place in range(low, high) if self._tokens[place].kind != "mark"]
        return len(words) <= ITEM and not any(
            self._tokens[place].kind == "number"
            or self._passage.is_a("ASSERTS", place)
            or place in self._scopes.verbs
            for place in words
        )
