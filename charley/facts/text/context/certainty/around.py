"""What stands around the phrases of one text: what is named in it, what is denied, what changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from charley.facts.text.context.scopes import Scopes
from charley.facts.text.meanings import Meaning
from charley.facts.text.passage import Passage
from charley.facts.text.phrases import Match

__all__ = ["FAR", "ITEM", "Around"]

ITEM: Final = 5
"""The most words in an item of a list that nothing was understood of."""

FAR: Final = 60
"""No more tokens around a phrase are looked at."""


class Around:
    """The places of one text that are named, that deny, and that are explained by something named."""

    def __init__(self, matches: list[Match[Meaning]], passage: Passage, scopes: Scopes) -> None:
        """`matches` are in the order of the text."""
        self.passage, self.tokens, self.scopes = passage, passage.tokens, scopes
        self.starting: dict[int, list[Match[Meaning]]] = {}
        for match in matches:
            self.starting.setdefault(match.first, []).append(match)
        self.named = {place for match in matches for place in match.used}
        self.denying = {
            place
            for match in matches
            for trigger in scopes.of(match)
            for place in range(trigger.first, trigger.after)
        }
        self.lists = {
            each.after - 1
            for each in scopes.triggers
            if each.kind == "negation" and each.reach in ("list", "series") and each.after < each.high
        }
        self.explained = self.named | self.denying
        for trigger in scopes.triggers:
            if trigger.kind != "negation":
                self.explained.update(range(trigger.first, trigger.after))

    def denies(self, places: Iterable[int]) -> bool:
        """Whether a denial stands at one of these places."""
        return any(self.passage.is_a("DENIAL", place) for place in places)

    def is_light(self, place: int) -> bool:
        """Whether a word that changes nothing stands here, or a part of the body."""
        return bool(self.passage.filler[place]) or any(
            name in ("LIGHT", "SITE", "KNEE", "BACK", "OTHERPART") for name, _ in self.passage.classes[place]
        )
