"""Why a question is asked: what is at stake, what each answer would do, and the numbers that chose it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from charley.engine.ask.asking import EFFORT, Asking
from charley.engine.ask.policy import DANGER, LEAD
from charley.engine.ask.prospect import OpenFact, Prospect
from charley.engine.assessment import Assessment
from charley.engine.explain.words import (
    name_of,
)
from charley.engine.explanation import Explanation, Row
from charley.engine.kernel.sketch import Sketch
from charley.engine.kernel.trial import Trial
from charley.engine.prepared import Prepared
from charley.engine.summary.rule_words import effect_words
from charley.facts.vocabulary import Value, words
from charley.facts.wording import Audience
from charley.rules.rule import Urgency

__all__ = ["Consequence", "Stake", "Why", "consequences", "why"]


@dataclass(frozen=True, slots=True)
class Stake:
    """An open rule that waits for the answer, what it could do, and what else it waits for, in words."""

    rule: str
    does: str
    because: str
    waits_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Consequence:
    """What an answer would do at once. `values` are answers that do the same."""

    values: tuple[Value, ...]
    said: str
    raises: tuple[tuple[str, Urgency], ...]
    leader: str | None
    moved: tuple[tuple[str, int], ...]

    def __str__(self) -> str:
        return f"{self.said}: {self.does}"

    @property
    def does(self) -> str:
        """What it does, in words."""
        parts = [f"raises {name} ({words(urgency)})" for name, urgency in self.raises]
        parts += [] if self.leader is None else [f"puts {self.leader} first"]
        parts += [f"{name} {by:+d} db" for name, by in self.moved[:3]]
        return "; ".join(parts) or "changes nothing by itself"


@dataclass(frozen=True, slots=True, repr=False)
class Why(Explanation):
    """Why this question: level 1 is what hangs on it, level 2 the policy that chose it, in numbers."""

    fact: str
    label: str
    wording: str
    stakes: tuple[Stake, ...]
    answers: tuple[Consequence, ...]
    open: OpenFact | None
    effort: str
    ways: tuple[tuple[str, float, float], ...]
    runners_up: tuple[tuple[str, float], ...]
    contenders: tuple[tuple[str, int, tuple[int, int]], ...]
    dangers: tuple[str, ...]
    spares: tuple[str, ...] = ()
    """Other questions that the answer may excuse from, which is why it is asked before them."""
    items: tuple[str, ...] = ()
    """The open items of scores that wait for the answer."""

    def rows(self, level: int = 1, most: int = 6, plain: bool = False) -> Iterator[Row]:
        """What hangs on the question; `plain` without scores and rules, at level 2 the policy."""
        if level > 1:
            yield from self._policy()
            return
        if plain:
            yield from self._plainly()
            return
        yield Row("", f"{self.wording}  [{self.label}]")
        yield Row("", "What each answer would do at once:")
        for answer in self.answers:
            yield Row("  ", f"{answer}")
        yield from self._spared()
        for item in self.items:
            yield Row("", f"It is an item of {item}")
        if not self.stakes:
            yield Row("", "No open rule waits for it.")
            return
        yield Row("", "Rules that wait for it:")
        for stake in self.stakes[:most]:
            more = f" (also waits for: {'; '.join(stake.waits_for[:5])})" if stake.waits_for else ""
            yield Row("  ", f"{stake.does}: {stake.because}{more} [{stake.rule}]")
        if len(self.stakes) > most:
            yield Row("  ", f"and {len(self.stakes) - most} more")
        yield Row("", "(`why 2` shows the numbers that chose this question)")

    def _plainly(self) -> Iterator[Row]:
        """What depends on the question, without numbers."""
        if self.dangers:
            yield Row("", "The answer could lead to a warning about:")
            yield from (Row("  - ", name) for name in self.dangers[:5])
        moved = dict.fromkeys(name for answer in self.answers for name, _ in answer.moved)
        if moved:
            yield Row("", "By itself it makes more or less likely:")
            yield from (Row("  - ", name) for name in list(moved)[:4])
        yield from self._spared()
        for item in self.items:
            yield Row("", f"It is an item of {item}")
        if not self.dangers and not moved and not self.spares and not self.items:
            yield Row("", "By itself the answer changes nothing; together with other answers it could.")

    def _spared(self) -> Iterator[Row]:
        if self.spares:
            yield Row("", f"The answer may spare you: {', '.join(self.spares)}")

    def _policy(self) -> Iterator[Row]:
        yield from self._spared()
        if self.open is None and self.spares:
            yield Row("", "It cannot change the leader or raise a further flag or alert by itself.")
            return
        if self.open is None:
            yield Row(
                "", "It cannot change the leader or raise a further flag or alert, so it would not be asked."
            )
            return
        o = self.open
        stakes = f"danger {o.danger:.2f} + telling the leading candidates apart {o.separation:.2f}"
        yield Row("", f"At stake {o.stake:.2f} = {stakes}")
        yield Row("  ", "the worth of the rules behind it, by the chance of the likeliest way through it,")
        yield Row("  ", f"{self.effort}")
        worth = ", ".join(f"{words(urgency)} {db}" for urgency, db in DANGER.items() if db)
        yield Row("  ", f"a further flag or alert is worth ({worth}), another candidate in the lead {LEAD},")
        yield Row("  ", "less for one far behind; of several ways to the same only the best counts")
        for does, each, chance in self.ways:
            yield Row("  ", f"{each:.1f} x {chance:.3f}: {does}")
        if self.dangers:
            yield Row("  ", f"it could raise: {'; '.join(self.dangers)}")
        if self.runners_up:
            others = ", ".join(f"{label} {stake:.2f}" for label, stake in self.runners_up)
            yield Row("  ", f"the next best questions: {others}")
        if self.contenders:
            yield Row("  ", "the lead is still open among:")
            for name, score, (low, high) in self.contenders[:5]:
                yield Row("    ", f"{name} {score:+d} db (could be {low:+d} to {high:+d})")
            if len(self.contenders) > 5:
                yield Row("    ", f"and {len(self.contenders) - 5} more")
        else:
            yield Row("  ", "who leads is decided; only dangers are still open")


def why(assessment: Assessment, prospect: Prospect, fact: str, audience: Audience) -> Why:
    """Why this fact would be asked for now."""
    base, trial = assessment.base, assessment.base.trial(assessment.record)
    known, asking = base.vocabulary[fact], base.part(Asking)
    found = next((each for each in prospect.opens if each.fact == fact), None)
    others = [each for each in prospect.opens if each.fact != fact and each.stake > 0][:4]
    rules = found.rules if found else ()
    dangers = found.dangers if found else ()
    factor = (
        f"times {asking.factors[fact] * EFFORT[known.burden]:.2f} for how early it is, "
        f"over the effort of {words(known.burden)} ({EFFORT[known.burden]:g})"
    )
    stakes = tuple(_stake(base, rule, fact, trial, audience) for rule in rules)
    return Why(
        fact=fact,
        label=known.label,
        wording=known.question(audience) or known.wording.to(audience),
        spares=tuple(
            base.vocabulary[id].label
            for id, by in asking.excused_by.items()
            if fact in by and any(each.fact == id and each.stake > 0 for each in prospect.opens)
        ),
        stakes=stakes,
        answers=tuple(consequences(base, trial, fact, audience)),
        open=found,
        effort=factor,
        ways=tuple(
            (stake.does, prospect.utility_of[stake.rule], prospect.ahead.through(stake.rule)[fact])
            for stake in stakes[:3]
        ),
        runners_up=tuple((base.vocabulary[each.fact].label, each.stake) for each in others),
        contenders=tuple(
            (s.candidate.name.to(audience), s.score, s.interval) for s in prospect.contenders.values()
        ),
        dangers=tuple(name_of(base, id, audience) for id in dangers),
        items=tuple(_items(assessment, fact)),
    )


def _items(assessment: Assessment, fact: str) -> Iterator[str]:
    base = assessment.base
    for score in base.instruments.values():
        for item in score.items:
            if fact in base.facts_of(item.condition) and assessment.truth(item.condition) is None:
                yield f"{score.title}: {item.label or item.when}, {item.points:+} points"


def consequences(base: Prepared, trial: Trial, fact: str, audience: Audience) -> Iterator[Consequence]:
    """What each answer would do at once; numbers and choices that do the same stand together."""
    before = trial.sketch()
    outcomes: dict[frozenset[str], tuple[Sketch, list[Value]]] = {}
    for value in base.values.of(fact, trial.record):
        with trial.if_([(fact, value)]):
            outcomes.setdefault(trial.fired, (trial.sketch(), []))[1].append(value)
    for after, values in outcomes.values():
        changes = zip(base.candidates, before.scores, after.scores, strict=True)
        moved = {id: now - was for id, was, now in changes}
        order = sorted((id for id in moved if moved[id]), key=lambda id: -abs(moved[id]))
        yield Consequence(
            values=tuple(values),
            said=_said(base, fact, values),
            raises=tuple(
                (name_of(base, id, audience), urgency) for id, urgency in after.further(before).items()
            ),
            leader=base.candidates[after.leader].name.to(audience) if after.leader != before.leader else None,
            moved=tuple((base.candidates[id].name.to(audience), moved[id]) for id in order),
        )


def _said(base: Prepared, fact: str, values: list[Value]) -> str:
    known = base.vocabulary[fact]
    if known.kind != "number" or len(values) == 1:
        return " or ".join(known.show(value) for value in values)
    # Neighbouring values stand for everything between them.
    all_values = list(base.values.of(fact))
    numbers = [value for value in values if isinstance(value, int | float)]
    places = sorted(all_values.index(value) if value in all_values else -1 for value in numbers)
    if places == list(range(places[0], places[-1] + 1)):
        return f"{min(numbers):,} to {known.show(max(numbers))}"
    return " or ".join(known.show(value) for value in sorted(numbers))


def _stake(base: Prepared, id: str, fact: str, trial: Trial, audience: Audience) -> Stake:
    rule = base.rules[id]
    others = (other for other in base.facts_of_rule[id] if other != fact and other not in trial.record)
    waits = tuple(base.vocabulary[other].label for other in others)
    does = "; ".join(dict.fromkeys(effect_words(effect, base, "short", audience) for effect in rule.then))
    return Stake(id, does, rule.because, waits)
