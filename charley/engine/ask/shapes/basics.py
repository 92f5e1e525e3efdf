"""The basics of a base: who it is, where and since when. They are asked together, on one form."""

from __future__ import annotations

from charley.engine.ask.asking import Asking
from charley.engine.ask.draft import Cost, Draft
from charley.engine.ask.promise import Promise
from charley.engine.ask.prospect import Prospect
from charley.engine.ask.shapes.screen import BASICS

__all__ = ["basics", "basics_form"]


def basics(prospect: Prospect) -> list[Promise]:
    """The basics that can be asked for and could still matter, in their order. What was put off is not."""
    precedence, promised = prospect.precedence, {each.fact: each for each in prospect.promises}
    return [
        promised.get(id, Promise(id, 0.0, 0.0))
        for id in prospect.base.about.basics
        if id in prospect.facts and id not in prospect.later
        if id in precedence.matter or precedence.spared_by(id)
    ]


def basics_form(prospect: Prospect, last: str | None) -> Draft | None:
    """The form with the open basics, after a screen about `last`; None where none of them is open."""
    lines = basics(prospect)
    if not lines:
        return None
    topics = [prospect.base.part(Asking).topic[each.fact] for each in lines]
    topic = BASICS if len(lines) > 1 else topics[0]
    cost = Cost(len(lines), len(set(topics)), last not in (None, topic))
    return Draft(topic, lines, cost, "it decides what else is asked, and which causes are likely")
