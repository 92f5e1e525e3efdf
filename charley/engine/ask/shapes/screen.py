"""A screen: questions that are put together, as a list to tick or as a form."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from charley.engine.ask.draft import Cost
from charley.engine.ask.question import Question
from charley.engine.explanation import Explanation, Row
from charley.facts.vocabulary import Value

__all__ = ["BASICS", "Form", "Screen", "TickList", "is_ticked"]

BASICS = "basics"
"""The topic of the form with the basics of a base."""


def is_ticked(topic: str, kinds: Collection[str]) -> bool:
    """Whether questions of these kinds are put as a list to tick: two or more that are answered yes or no."""
    return topic != BASICS and len(kinds) > 1 and set(kinds) == {"boolean"}


@dataclass(frozen=True, slots=True)
class Screen(Explanation):
    """Questions that are put together: a `TickList` or a `Form`. `topic` is the group of the facts, `title`
    its name.

    `promise` is what the answers promise, `danger` and `separation` together; `cost` what they ask of a
    person. `others` are the screens that were passed over, with what they promise for their cost.
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

    def _has_only(self, facts: Iterable[str]) -> None:
        if strange := [fact for fact in facts if fact not in self.facts]:
            raise ValueError(f"not on this screen: {', '.join(strange)}")


class TickList(Screen):
    """Two or more yes-or-no questions, to be ticked. "None of these" is an answer, too."""

    __slots__ = ()

    def answers(self, ticked: Collection[str], unsure: Collection[str] = ()) -> dict[str, Value | None]:
        """What ticking these lines says: yes for them, unknown for the unsure ones, no for the rest.

        Nothing ticked is the answer "none of these". Raises `ValueError` for a fact that is not on the list.
        """
        self._has_only((*ticked, *unsure))
        return {fact: None if fact in unsure else fact in ticked for fact in self.facts}


class Form(Screen):
    """One or more questions, each answered by itself: a number, a choice, or yes or no."""

    __slots__ = ()

    def answers(self, given: Mapping[str, Value]) -> dict[str, Value | None]:
        """What filling in these fields says: a field that is left empty is unknown, and never a no.

        Raises `ValueError` for a fact that is not on the form.
        """
        self._has_only(given)
        return {fact: given.get(fact) for fact in self.facts}
