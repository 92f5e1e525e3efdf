"""The next screen: a list of yes-or-no questions to tick, or one number or choice.

After the complaint come the warning signs: those of the base's minimum and what else promises as much danger,
most first, until the minimum is answered and no single answer could raise a warning. A number or choice comes
before them where it promises more, and so does what the story's own picture lacks, once no sign on the list
fits the story. From there on the screen comes that promises most for its cost (`draft`). The history is
asked before examinations, and these before tests.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from charley.engine.ask.asking import Asking
from charley.engine.ask.draft import CRITERIA, FURTHER, MIXED, WARNINGS, Cost, Draft
from charley.engine.ask.drafting import Drafting
from charley.engine.ask.promise import BY_NAME
from charley.engine.ask.prospect import Prospect
from charley.engine.ask.question import Question, worded
from charley.engine.explanation import Explanation, Row
from charley.facts.vocabulary import Value
from charley.facts.wording import Audience

__all__ = ["Screen", "next_screen"]

_TITLES = {
    WARNINGS: "Warning signs",
    CRITERIA: "More about the complaint",
    FURTHER: "Further warning signs",
    MIXED: "A few more questions",
}
_TO_FIND = "Signs and results that would fit"
_FILLED = "{} and a few more questions"


@dataclass(frozen=True, slots=True)
class Screen(Explanation):
    """Questions that are put together. `topic` is the group of the facts, `title` its name.

    `promise` is what the answers promise, `danger` and `separation` together; `cost` what they ask of a
    person. With more than one question every one is a yes or no, to be ticked. `others` are the screens that
    were passed over, with what they promise for their cost.
    """

    topic: str
    title: str
    questions: tuple[Question, ...]
    danger: float
    separation: float
    costs: Cost
    first: str = ""
    """Why it comes whatever the others promise; empty where it promises most."""
    others: tuple[tuple[str, float], ...] = ()

    @property
    def is_ticks(self) -> bool:
        """Whether it is a list to tick."""
        return len(self.questions) > 1

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts that are asked for."""
        return tuple(question.fact for question in self.questions)

    @property
    def promise(self) -> float:
        """What the answers promise, in the unit of `OpenFact.stake`, which is only compared."""
        return self.danger + self.separation

    @property
    def cost(self) -> float:
        """What the screen asks of a person, in the unit of a screen without lines."""
        return self.costs.whole

    @property
    def value(self) -> float:
        """What it promises for its cost."""
        return self.promise / self.cost

    def answers(self, ticked: Collection[str], unsure: Collection[str] = ()) -> dict[str, Value | None]:
        """What ticking these lines says: yes for them, unknown for the unsure ones, no for the rest.

        Nothing ticked is the answer "none of these". Raises `ValueError` for a fact that is not on the list.
        """
        strange = [fact for fact in (*ticked, *unsure) if fact not in self.facts]
        if strange or (not self.is_ticks and self.questions[0].kind != "boolean"):
            raise ValueError(f"not on this list: {', '.join(strange)}" if strange else "not a list to tick")
        return {fact: None if fact in unsure else fact in ticked for fact in self.facts}

    def rows(self, plain: bool = False) -> Iterator[Row]:
        """Why this screen, in numbers; `plain`, in words."""
        if plain:
            yield from self._plainly()
            return
        kinds = f"danger {self.danger:.2f} + telling the leading candidates apart {self.separation:.2f}"
        if self.first:
            yield Row("", f"It comes now because {self.first}.")
        yield Row("", f"This screen promises {self.promise:.2f} = {kinds}")
        yield Row("  ", f"and costs {self.cost:.2f} = {self.costs}")
        yield Row("  ", f"so {self.value:.2f} for its cost; each of its lines promises:")
        for at, question in enumerate(self.questions, 1):
            yield Row("    ", f"{at}  {question.stake:.2f}  {question.wording}")
        if self.others:
            listed = ", ".join(f"{title} {value:.2f}" for title, value in self.others)
            yield Row("  ", f"the next best screens: {listed}")

    def _plainly(self) -> Iterator[Row]:
        if self.first:
            yield Row("", f"It is asked now because {self.first}.")
        yield from (Row(f"  {at}  ", question.why) for at, question in enumerate(self.questions, 1))


def next_screen(prospect: Prospect, audience: Audience, last: str | None = None) -> Screen | None:
    """The screen to put after one about `last`; None when nothing matters.

    The complaint begins, and the gates to everything else wait. The warning signs come next; where something
    was told, after what decides about the danger of which it is a sign: a list, or a number or choice. What
    the story points to is asked about once the signs of a danger that fits it are: its missing criteria come
    before the other warning signs. Questions that were put off come when nothing else is left.
    """
    if prospect.nothing_matters:
        return None
    drafting = Drafting(prospect, last)
    found = drafting.by_topic
    if not found:
        return None
    gates = prospect.base.part(Asking).opens
    about = [each for each in found if each.topic != MIXED and each.lines[0].fact not in gates] or found
    if not prospect.assessment.record and last is None:
        return _screen(prospect, audience, about[0], found)
    signs = drafting.minimum()
    if signs is None:
        comes = drafting.further() or drafting.criteria() or found[0]
        return _screen(prospect, audience, comes, found)
    nearest = max(about, key=lambda each: each.danger)
    comes = signs if last is not None or signs.danger >= nearest.danger else nearest
    if prospect.assessment.record:
        comes = drafting.pressing(signs) or comes
    if last not in (None, CRITERIA) and all(each.danger < BY_NAME for each in comes.lines):
        comes = drafting.criteria() or comes
    return _screen(prospect, audience, comes, found)


def _screen(prospect: Prospect, audience: Audience, draft: Draft, found: Sequence[Draft]) -> Screen:
    titles = {**prospect.base.vocabulary.titles, **_TITLES}
    title = titles.get(draft.topic, draft.topic)
    if draft.topic == CRITERIA and draft.lines[0].fact in prospect.base.part(Asking).examined:
        title = _TO_FIND
    if draft.topic in (WARNINGS, FURTHER) and draft.cost.topics > 1:
        title = _FILLED.format(title)
    others = [each for each in found if each is not draft][:3]
    return Screen(
        draft.topic,
        title,
        tuple(worded(prospect, prospect.open_fact(*each), audience) for each in draft.lines),
        draft.danger,
        sum(each.separation for each in draft.lines),
        draft.cost,
        draft.first,
        tuple((titles.get(each.topic, each.topic), each.value) for each in others),
    )
