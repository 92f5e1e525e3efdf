"""The next screen: a list of yes-or-no questions to tick, or a form with numbers and choices.

After the complaint come the warning signs: those of the base's minimum and what else promises as much danger,
most first, until the minimum is answered and no single answer could raise a warning. A number or choice comes
before them where it promises more, and so does what the story's own picture lacks, once no sign on the list
fits the story. The basics come right after the complaint, or after the minimum. From there on the screen
comes that promises most for its cost (`draft`). The history is asked before examinations, and these before
tests.
"""

from __future__ import annotations

from collections.abc import Sequence

from charley.engine.ask.asking import Asking
from charley.engine.ask.draft import CRITERIA, FURTHER, MIXED, MIXTURES, WARNINGS, Draft
from charley.engine.ask.drafting import Drafting
from charley.engine.ask.promise import BY_NAME
from charley.engine.ask.prospect import Prospect
from charley.engine.ask.question import worded
from charley.engine.ask.shapes.basics import basics_form
from charley.engine.ask.shapes.screen import BASICS, Form, Screen, TickList, is_ticked
from charley.facts.wording import Audience
from charley.rules.knowledge_base import KnowledgeBase

__all__ = ["next_screen", "title_of"]

_TITLES = {
    BASICS: "The basics",
    WARNINGS: "Warning signs",
    CRITERIA: "More about the complaint",
    FURTHER: "Further warning signs",
    MIXED: "A few more questions",
}
_TO_FIND = "Signs and results that would fit"
_FILLED = "{} and a few more questions"


def next_screen(prospect: Prospect, audience: Audience, last: str | None = None) -> Screen | None:
    """The screen to put after one about `last`; None when nothing matters.

    The basics come together: instead of one of them comes their form.
    """
    if prospect.nothing_matters:
        return None
    drafting = Drafting(prospect, last)
    found = drafting.by_topic
    if not found:
        return None
    comes, basics = _first(prospect, drafting, last), basics_form(prospect, last)
    if basics is not None and _is_one_of(comes, basics):
        basics.first = comes.first or basics.first
        comes = basics
    elif basics is not None and _basics_are_due(prospect, last) and _fits_nothing(prospect, comes):
        comes = basics
    return _screen(prospect, audience, comes, found)


def _basics_are_due(prospect: Prospect, last: str | None) -> bool:
    """Whether the complaint was asked for last, or the minimum is answered: who told a story is first asked
    about the warning signs.
    """
    answered = not any(id in prospect.facts for id in prospect.assessment.unanswered)
    return last is not None and (answered or last not in MIXTURES)


def _fits_nothing(prospect: Prospect, draft: Draft) -> bool:
    """Whether no line of a draft is a sign of a danger that fits what was told, since none promises so much
    or nothing was told that is so.
    """
    told = any(value is not False for value in prospect.assessment.record.values())
    return not told or all(each.danger < BY_NAME for each in draft.lines)


def _is_one_of(draft: Draft, basics: Draft) -> bool:
    """Whether a draft is one question, which stands among the basics."""
    return len(draft.lines) == 1 and draft.lines[0].fact in [each.fact for each in basics.lines]


def _first(prospect: Prospect, drafting: Drafting, last: str | None) -> Draft:
    """What comes after a screen about `last`, the basics apart.

    The complaint begins, and the gates to everything else wait. The warning signs come next; where something
    was told, after what decides about the danger of which it is a sign: a list, or a number or choice. What
    the story points to is asked about once the signs of a danger that fits it are: its missing criteria come
    before the other warning signs. Questions that were put off come when nothing else is left.
    """
    found = drafting.by_topic
    gates = prospect.base.part(Asking).opens
    about = [each for each in found if each.topic != MIXED and each.lines[0].fact not in gates] or found
    if not prospect.assessment.record and last is None:
        return about[0]
    signs = drafting.minimum()
    if signs is None:
        return drafting.further() or drafting.criteria() or found[0]
    nearest = max(about, key=lambda each: each.danger)
    comes = signs if last is not None or signs.danger >= nearest.danger else nearest
    if prospect.assessment.record:
        comes = drafting.pressing(signs) or comes
    if last not in (None, CRITERIA) and _fits_nothing(prospect, comes):
        comes = drafting.criteria() or comes
    return comes


def title_of(base: KnowledgeBase, topic: str, otherwise: str = "") -> str:
    """The title of a screen about a topic; else the words `otherwise`, or the topic itself."""
    return _TITLES.get(topic) or base.vocabulary.titles.get(topic, otherwise or topic)


def _screen(prospect: Prospect, audience: Audience, draft: Draft, found: Sequence[Draft]) -> Screen:
    base = prospect.base
    title = title_of(base, draft.topic)
    if draft.topic == CRITERIA and draft.lines[0].fact in base.part(Asking).examined:
        title = _TO_FIND
    if draft.topic in (WARNINGS, FURTHER) and draft.cost.topics > 1:
        title = _FILLED.format(title)
    others = [each for each in found if not set(each.lines) <= set(draft.lines)][:3]
    kinds = [base.vocabulary[each.fact].kind for each in draft.lines]
    shape = TickList if is_ticked(draft.topic, kinds) else Form
    return shape(
        draft.topic,
        title,
        tuple(worded(prospect, prospect.open_fact(*each), audience) for each in draft.lines),
        draft.danger,
        sum(each.separation for each in draft.lines),
        draft.cost,
        draft.first,
        tuple((title_of(base, each.topic), each.value) for each in others),
    )
