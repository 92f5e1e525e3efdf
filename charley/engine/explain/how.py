"""How: from a conclusion down to what was observed. Built from the differential and the base alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from charley.documents.diagnostic import CharleyError
from charley.engine.differential import Differential, Place
from charley.engine.explain.justification import Ground, Grounds, flat, trimmed
from charley.engine.explanation import Explanation, Row
from charley.engine.meaning import valuation
from charley.engine.summary.reasons import Reason, reasons
from charley.engine.summary.rule_words import condition_words
from charley.facts.vocabulary import words
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import Clear, Urgency

__all__ = ["How", "NoSuchStep", "Step", "how"]


class NoSuchStep(CharleyError, LookupError):
    """There is no such step in the explanation; `str()` says how many there are."""


@dataclass(frozen=True, slots=True, repr=False)
class Step(Explanation):
    """One step of an explanation, looked into: a rule in full, or what something rests on."""

    number: str
    title: str
    details: tuple[str, ...]
    grounds: tuple[Ground, ...]

    def rows(self) -> Iterator[Row]:
        """The step; what it rests on is numbered, to be looked into in turn."""
        yield Row("", f"{self.number}  {self.title}")
        for detail in self.details:
            yield Row("    ", detail)
        for at, ground in enumerate(self.grounds, 1):
            yield Row(f"    {at}. ", str(ground))
            for depth, text in flat(ground.parts):
                yield Row("         " + "  " * depth, text)


@dataclass(frozen=True, slots=True, repr=False)
class How(Explanation):
    """How a candidate came to stand where it stands, or how an alert was raised; `str()` explains.

    `place` is None for an alert, and where nothing is ranked. `id` and a number name a step: `step("3.1")`.
    `would_clear` are, of a flag or an alert that is raised and that nothing answers, the rules that would,
    each with its condition in words.
    """

    id: str
    name: str
    place: Place | None
    reasons: tuple[Reason, ...]
    urgency: Urgency | None = None
    open: tuple[str, ...] = ()
    would_clear: tuple[tuple[str, str], ...] = ()

    def trimmed(self) -> How:
        """The same with no more beneath each reason than is shown in words: for writing it out as JSON."""
        reasons = tuple(replace(each, grounds=trimmed(each.grounds)) for each in self.reasons)
        return replace(self, reasons=reasons)

    def rows(self, short: bool = False) -> Iterator[Row]:
        """Where it stands, then every reason with what it rests on; in `short`, only those that count."""
        yield from self._standing()
        if short:
            yield from self._in_short()
            return
        for at, reason in enumerate(self.reasons, 1):
            effect = reason.effect if reason.counted else f"({reason.effect})"
            note = f"  {reason.note}" if reason.note else ""
            yield Row(f"  {f'.{at}':>4}  {effect:>5}  ", f"{reason.because}{note}  [{reason.rule}]")
            for depth, text in flat(reason.grounds):
                yield Row(" " * 17 + "  " * depth, text)
            cited = ", ".join(reason.citations)
            yield Row(" " * 15, f"{reason.evidence}{': ' if cited else ''}{cited}")
        if not self.reasons:
            yield Row("  ", "nothing that was told weighs on it")
        for rule, when in self.would_clear:
            yield Row("  ", f"would be answered by: {when} [{rule}]")
        yield from self._could_be()

    def _standing(self) -> Iterator[Row]:
        place = self.place
        urgency = f", {words(self.urgency)}" if self.urgency else ""
        if place is None:
            yield Row("", f"{self.name}  not ranked{urgency}")
        else:
            yield Row("", f"{self.name}  {place.score:+d} db   {words(place.section)}{urgency}")
            yield Row(f"  {'':>4}  {place.prior:+5d}  ", "before anything was known")

    def _in_short(self) -> Iterator[Row]:
        """A sentence for each reason that counts, and how many do not."""
        counted = [(at, each) for at, each in enumerate(self.reasons, 1) if each.counted]
        for at, reason in counted:
            yield Row(f"  {f'.{at}':>4}  {reason.effect:>5}  ", f"{reason.because}  [{reason.rule}]")
        if not self.reasons:
            yield Row("  ", "nothing that was told weighs on it")
        passed = len(self.reasons) - len(counted)
        if passed:
            yield Row("  ", f"{passed} more measure{'s' if passed == 1 else ''} the same and do not count")
        if self.would_clear:
            rules = ", ".join(rule for rule, _ in self.would_clear)
            yield Row("  ", f"would be answered by: {rules}")
        yield from self._could_be()

    def _could_be(self) -> Iterator[Row]:
        if self.place is not None and self.open:
            low, high = self.place.interval
            waiting = ", ".join(map(words, self.open[:6]))
            yield Row("  ", f"could still be {low:+d} to {high:+d} db; open: {waiting}")

    def step(self, path: str) -> Step:
        """A step by its number (`3`, `3.1`). Raises `NoSuchStep`."""
        numbers = [int(each) if each.isdecimal() and each.isascii() else 0 for each in path.split(".")]
        name = f"{self.id}.{path}"
        if not 1 <= numbers[0] <= len(self.reasons):
            raise NoSuchStep(f"`{self.id}` has {len(self.reasons)} steps, no step `{path[:20]}`")
        reason = self.reasons[numbers[0] - 1]
        note = [reason.note] if reason.note else []
        details = [f"{reason.effect}: {reason.because}", *note, f"when: {reason.when}"]
        details += [f"evidence: {reason.evidence}", *(f"source: {each}" for each in reason.sources)]
        step = Step(name, f"{reason.title} [{reason.rule}]", tuple(details), reason.grounds)
        for number in numbers[1:]:
            if not 1 <= number <= len(step.grounds):
                raise NoSuchStep(f"`{step.number}` rests on {len(step.grounds)}, no step `{path[:20]}`")
            ground = step.grounds[number - 1]
            title = f"{ground.text} [{ground.rule}]" if ground.rule else ground.text
            step = Step(name, title, (), ground.parts)
        return step


def how(base: KnowledgeBase, d: Differential, target: str) -> How:
    """Why the candidate stands where it does, or what raised the alert, down to what was told.

    Nothing but the differential and the base goes into it. Raises `KeyError` for a target that is neither.
    """
    grounds = Grounds(base, d.record, valuation(base, d.record))
    found = tuple(reasons(base, d, target, grounds))
    if target in base.alerts:
        urgency = next((alarm.urgency for alarm in d.alerts if alarm.alert == target), None)
        name = base.alerts[target].name.to(d.audience)
        return How(target, name, None, found, urgency, would_clear=_would_clear(base, found, target))
    name = base.candidates[target].name.to(d.audience)
    place = d.standing(target) if d.standings else None
    urgency = next((flag.urgency for flag in d.flags if flag.candidate == target), None)
    clearing = _would_clear(base, found, target)
    return How(target, name, place, found, urgency, tuple(_open(base, d, target)), clearing)


def _would_clear(base: KnowledgeBase, found: Sequence[Reason], target: str) -> tuple[tuple[str, str], ...]:
    """The rules that would answer what is raised, where nothing does."""
    effects = {reason.effect for reason in found}
    if "clear" in effects or effects.isdisjoint(("flag", "alert")):
        return ()
    return tuple(
        (rule.id, condition_words(rule.condition, base))
        for rule in base.rules.values()
        if any(clear.target == target for clear in rule.effects(Clear))
    )


def _open(base: KnowledgeBase, d: Differential, candidate: str) -> Iterator[str]:
    """The facts that the open rules about a candidate wait for, those in most rules first."""
    fired = {firing.rule for firing in d.firings}
    count: dict[str, int] = {}
    for rule, effect in base.weighing[candidate]:
        if rule.id not in fired:
            for fact in base.facts_of_rule[rule.id]:
                if fact not in d.record:
                    count[fact] = count.get(fact, 0) + abs(effect.weight)
    yield from sorted(count, key=lambda fact: -count[fact])
