"""The explanations of a consultation: how, why not, what if, how far away and how robust a conclusion is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from charley.documents.diagnostic import nearest
from charley.engine.ask.askable import askable
from charley.engine.assessment import assess
from charley.engine.consult.answered import Answered, faulty
from charley.engine.differential import Differential
from charley.engine.explain.contrast import Contrast, contrast
from charley.engine.explain.distance import Distance, distances
from charley.engine.explain.fragility import Fragility, fragility
from charley.engine.explain.how import How, NoSuchStep, Step, how
from charley.engine.explain.what_if import WhatIf, changed
from charley.engine.explain.why_not import WhyNot, why_not
from charley.engine.scores.table import ScoreTable, score_table, scores_named
from charley.facts.record import Answers, answers
from charley.facts.vocabulary import Value
from charley.rules.names import NotNamed, resolved_target

__all__ = ["Explained"]


class Explained(Answered):
    """One patient's answers, with every explanation of what follows from them."""

    def how(self, target: str) -> How | Step | ScoreTable:
        """How the candidate or alert came to stand where it stands; `how("x.3")` looks into its third step.

        A score is shown item by item. Raises `Faulty` for one that is not there.
        """
        if target in self.base.instruments:
            return self.score(target)
        name, _, path = target.partition(".")
        name = self._target(name)
        found = how(self.base, self.differential, name)
        try:
            return found.step(path) if path else found
        except NoSuchStep as error:
            raise faulty("R003", str(error), f"`how {name}` shows its steps") from None

    def score(self, name: str) -> ScoreTable:
        """A clinical score item by item, by its id or words of its title. Raises `Faulty`."""
        found = scores_named(self.base, name)
        if len(found) != 1:
            known = self.base.instruments
            help = nearest(name, known) or f"the scores are {', '.join(known)}" if known else "there is none"
            message = f"unknown score `{name[:60]}`"
            if found:
                message, help = f"`{name[:60]}` could be several scores", f"write one of {', '.join(found)}"
            raise faulty("R003", message, help)
        return score_table(self.base, self.differential, found[0])

    def why_not(self, target: str, *, fixed: bool = False) -> WhyNot:
        """Why the candidate is not flagged or does not lead, and the smallest change that would do it.

        What nobody can change (age, sex at birth) is offered only with `fixed`. Raises `Faulty`.
        """
        target = self._target(target)
        return why_not(self.assessment, target, self.audience, fixed)

    def what_if(self, facts: Mapping[str, Any] | None = None, /, **more: Any) -> WhatIf:
        """Before and after, if these answers were given; nothing is changed. Raises `Faulty`."""
        supposed = answers({**(facts or {}), **more}, self.base.vocabulary)
        after = self._with(supposed)
        given: dict[str, Value | None] = {**supposed.record, **dict.fromkeys(supposed.unknown)}
        return changed(self.base, self.differential, after, given)

    def supposed(self, facts: Mapping[str, Any]) -> Differential:
        """What would be said if these answers were given; nothing is changed. Raises `Faulty`."""
        return self._with(answers(facts, self.base.vocabulary))

    def _with(self, supposed: Answers) -> Differential:
        record = {id: value for id, value in self._record.items() if id not in supposed.unknown}
        told = Answers({**record, **supposed.record}, frozenset(self._unknown))
        return assess(self.base, told).differential(self.audience)

    def contrast(self, first: str, second: str) -> Contrast:
        """The rules that separate two candidates. Raises `Faulty`."""
        first, second = self._target(first), self._target(second)
        for candidate in (first, second):
            if candidate in self.base.alerts:
                raise faulty("R003", f"`{candidate}` is an alert and is not ranked", "name two candidates")
        if not self.differential.standings:
            raise faulty("R003", "nothing is ranked", "this patient is outside the scope of the rules")
        return contrast(self.base, self.differential, first, second)

    def distances(self, *, answerable: bool = False) -> tuple[Distance, ...]:
        """Every flag and alert that could still be raised, with the fewest open answers that would do it.

        `answerable`: only by answers that this audience can be asked for, and that no gate spares.
        """
        facts = askable(self.assessment, self.audience, self._unknown, gates=True) if answerable else None
        return distances(self.assessment, self.audience, facts)

    def fragility(self) -> Fragility | None:
        """Which likelihood ratio, moved within its doubt, flips the leader; None where nothing is ranked."""
        return fragility(self.base, self.differential)

    def _target(self, target: str) -> str:
        """The candidate or alert of this name. Raises `Faulty` where it names none, or several."""
        try:
            return resolved_target(self.base, target)
        except NotNamed as error:
            help = error.help or "`charley candidates` lists them"
            raise faulty("R003", error.problem, help) from None
