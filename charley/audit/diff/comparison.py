"""Two versions of a base, compared for every possible patient: what changes, and for whom.

For each kind of change the smallest patient is found, and every witness is replayed through the definition
in both versions. A value that one version does not accept is unknown to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from charley.audit.cases.typical import typical_values
from charley.audit.diff.edits import Edit, edits
from charley.audit.diff.observed import BACK, observed
from charley.audit.prove.claims import Spurious, by_definition
from charley.audit.symbolic.connectives import Formula, both, either, more, negated, same, same_points
from charley.audit.symbolic.solver import NotDecided, Search
from charley.audit.symbolic.standing import Formulas
from charley.audit.symbolic.variables import Patient, merged
from charley.engine.assessment import Assessment
from charley.engine.prepared import Prepared
from charley.engine.standing import NEAR
from charley.facts.record import Record
from charley.facts.vocabulary import Fact, Value
from charley.rules.candidate import SECTIONS
from charley.rules.rule import URGENCIES, Advise, Rule

__all__ = ["KINDS", "Change", "Comparison"]

KINDS: dict[str, str] = {
    "lost-flag": "a candidate is no longer flagged",
    "new-flag": "a candidate is newly flagged",
    "lost-alert": "an alert is no longer raised",
    "new-alert": "an alert is newly raised",
    "lower-urgency": "the overall urgency is lower",
    "higher-urgency": "the overall urgency is higher",
    "flag-less-urgent": "a flag stays, and is less urgent",
    "flag-more-urgent": "a flag stays, and is more urgent",
    "answer-lost": "a flag or an alert is no longer answered",
    "answer-new": "a flag or an alert is newly answered",
    "advice-lost": "an advice is no longer given",
    "advice-new": "an advice is newly given",
    "leader": "another candidate leads",
    "section": "a candidate stands in another section",
    "score": "a candidate has another score",
}
"""Every kind of change, the most dangerous first, and what it means."""


@dataclass(frozen=True)
class Change:
    """One kind of change, with the smallest patient who sees it. `what` are the candidates, alerts or rules
    it is about, and `edits` the rules whose edit makes the difference. Without a witness it is not decided.
    """

    kind: str
    witness: Record | None
    what: tuple[str, ...] = ()
    edits: tuple[str, ...] = ()
    old: Assessment | None = None
    new: Assessment | None = None


class Comparison:
    """An old and a new version. `seconds` is the limit for one question to the solver."""

    def __init__(self, old: Prepared, new: Prepared, seconds: float = 60.0) -> None:
        self.old, self.new = old, new
        self._patient = Patient(merged([old.vocabulary, new.vocabulary]))
        self._a = Formulas(old, self._patient)
        self._b = Formulas(new, self._patient, like=self._a)
        self._search = Search(self._patient, seconds, lambda: {**typical_values(old), **typical_values(new)})

    @cached_property
    def edited(self) -> tuple[str, ...]:
        """The rules that are new or gone, or whose condition or effects changed. Words do not count."""
        rules = dict.fromkeys([*self.old.rules, *self.new.rules])
        return tuple(
            rule for rule in rules if _acts(self.old.rules.get(rule)) != _acts(self.new.rules.get(rule))
        )

    @cached_property
    def written(self) -> tuple[Edit, ...]:
        """Every field that was edited, whether or not anything else follows from it."""
        return tuple(edits(self.old, self.new))

    def changes(self, kinds: Iterable[str] = tuple(KINDS)) -> Iterator[Change]:
        """Every kind of change that some patient sees. Raises `Spurious`."""
        for kind in kinds:
            try:
                change = self.change(kind)
            except NotDecided:
                yield Change(kind, None)
            else:
                if change is not None:
                    yield change

    def change(self, kind: str) -> Change | None:
        """The change of this kind, or None: proved that there is none. Raises `NotDecided`."""
        ways = [formula for formula in self._ways(kind) if formula is not False]
        if not ways:
            return None
        asked = [either(ways)]
        if kind in ("leader", "section", "lower-urgency", "higher-urgency"):
            # True of all whom this can be about, and they spare the solver nearly all of its work.
            asked += [self._a.someone_leads(), self._b.someone_leads(), self._something_differs()]
            if kind.endswith("urgency"):
                asked.append(either([*self._dangers_differ(), *self._ways("leader"), self._otherwise()]))
            elif kind == "section":
                nearer = chain.from_iterable(map(self._nearer, self._moved))
                asked.append(
                    either([*self._flagged_differs(), *self._ways("leader"), *nearer, self._otherwise()])
                )
        witness = self._search.smallest(*asked)
        if witness is None:
            return None
        old, new = self._assessed(witness)
        what = tuple(dict.fromkeys(observed(kind, old, new)))
        if not what:
            raise Spurious(f"no `{kind}` for {dict(witness)}")
        return Change(kind, witness, what, self._responsible(old, new), old, new)

    def _assessed(self, record: Record) -> tuple[Assessment, Assessment]:
        return (
            by_definition(self.old, _accepted(record, self.old.vocabulary)),
            by_definition(self.new, _accepted(record, self.new.vocabulary)),
        )

    def _responsible(self, old: Assessment, new: Assessment) -> tuple[str, ...]:
        """The edited rules that fire in either version; else those that fire in one and not in the other."""
        fired = {
            rule for rule in chain(old.rules, new.rules) if True in (old.rules.get(rule), new.rules.get(rule))
        }
        edits = [rule for rule in self.edited if rule in fired]
        differing = [rule for rule in fired if (old.rules.get(rule) is True) != (new.rules.get(rule) is True)]
        return tuple(edits or sorted(differing))

    # Each kind as formulas, of which one is true.

    def _ways(self, kind: str) -> Iterator[Formula]:
        a, b = self._a, self._b
        before, after = (b, a) if kind in BACK else (a, b)
        match kind:
            case "lost-flag" | "new-flag":
                yield from _gone(before.base.candidates, _flagged(before), _flagged(after))
            case "lost-alert" | "new-alert":
                yield from _gone(before.base.alerts, _alerted(before), _alerted(after))
            case "answer-lost" | "answer-new":
                dangers = [*before.base.candidates, *before.base.alerts]
                yield from _gone(dangers, _cleared(before), _cleared(after))
            case "advice-lost" | "advice-new":
                advising = [rule.id for rule in before.base.rules.values() if rule.effects(Advise)]
                yield from _gone(advising, before.advised, _advised(after))
            case "lower-urgency" | "higher-urgency":
                for one, other in zip(_alarms(before), _alarms(after), strict=True):
                    yield _lost(one, other)
            case "flag-less-urgent" | "flag-more-urgent":
                for candidate in self._shared:
                    for urgency in URGENCIES[:-2]:
                        lost = _lost(before.flagged(candidate, urgency), after.flagged(candidate, urgency))
                        yield both([lost, after.flagged(candidate)])
            case "leader":
                for candidate in self._led:
                    leads = _leads(a)(candidate), _leads(b)(candidate)
                    yield both([_lost(*leads), self._overtaken(candidate, a, b)])
                    yield both([_lost(*reversed(leads)), self._overtaken(candidate, b, a)])
            case "section":
                for candidate in self._shared:
                    for section in SECTIONS:
                        lost = _lost(a.section(candidate, section), b.section(candidate, section))
                        yield both([a.ranked(), b.ranked(), lost])
            case _:
                for candidate in self._shared:
                    if candidate in self._moved:
                        for differs in self._score_differs(candidate):
                            yield both([a.ranked(), b.ranked(), differs])

    @cached_property
    def _shared(self) -> list[str]:
        return [candidate for candidate in self.old.candidates if candidate in self.new.candidates]

    @cached_property
    def _moved(self) -> list[str]:
        """The candidates whose score formula differs. Only they can change the leader."""
        every = dict.fromkeys([*self.old.candidates, *self.new.candidates])
        return [
            candidate
            for candidate in every
            if candidate not in self._shared
            or not same_points(self._a.score(candidate), self._b.score(candidate))
        ]

    @property
    def _led(self) -> Iterable[str]:
        """The candidates that can lead in one version and not in the other."""
        if same(self._a.ranked(), self._b.ranked()):
            return self._moved
        return dict.fromkeys([*self.old.candidates, *self.new.candidates])

    def _score_differs(self, candidate: str) -> list[Formula]:
        one, other = self._a.score(candidate), self._b.score(candidate)
        return [more(one, other), more(other, one)]

    def _overtaken(self, candidate: str, before: Formulas, after: Formulas) -> Formula:
        """The candidate's score has fallen, or that of another has risen."""
        if self._otherwise():
            return True
        ways = [
            more(after.score(other), before.score(other)) if other != candidate
            else more(before.score(other), after.score(other))
            for other in self._moved
        ]  # fmt: skip
        # What no patient can see by itself is not worth looking for among everything else.
        return either(way for way in ways if self._search.possible(way))

    def _something_differs(self) -> Formula:
        """A necessary condition for a change of the ranking, a section or the urgency."""
        if set(self.old.candidates) != set(self.new.candidates) or self._otherwise():
            return True
        ways = list(chain.from_iterable(self._score_differs(candidate) for candidate in self._moved))
        return either([*ways, *self._dangers_differ()])

    def _nearer(self, candidate: str) -> Iterator[Formula]:
        """The candidate moves into or out of the range of another that counts as near."""
        for other in self._shared if candidate in self._shared else ():
            for pair in ((candidate, other), (other, candidate)) if other != candidate else ():
                one, two = self._a.ahead(*pair, -NEAR), self._b.ahead(*pair, -NEAR)
                yield from (_lost(one, two), _lost(two, one))

    def _flagged_differs(self) -> Iterator[Formula]:
        yield from (*self._ways("lost-flag"), *self._ways("new-flag"))

    def _dangers_differ(self) -> Iterator[Formula]:
        """A flag, an alert or an advice differs, or its urgency, or what speaks for a candidate."""
        for candidate in self._shared:
            for urgency in URGENCIES:
                one, other = (f.flagged(candidate, urgency) for f in (self._a, self._b))
                yield from (_lost(one, other), _lost(other, one))
        yield from (*self._ways("lost-alert"), *self._ways("new-alert"))
        for alert in self.old.alerts:
            for urgency in URGENCIES if alert in self.new.alerts else ():
                one, other = (f.alerted(alert, urgency) for f in (self._a, self._b))
                yield from (_lost(one, other), _lost(other, one))
        for urgency in URGENCIES:
            one, other = (f.advised_as(urgency) for f in (self._a, self._b))
            yield from (_lost(one, other), _lost(other, one))
        for candidate in self._moved:
            if candidate in self._shared:
                one, other = (f.supported(candidate) for f in (self._a, self._b))
                yield from (_lost(one, other), _lost(other, one))

    def _otherwise(self) -> bool:
        """Whether candidates, the scope or the minimum differ, apart from the rules."""
        tied = [(c.id, c.prior, c.tier, c.disposition) for c in self.old.candidates.values()]
        now = [(c.id, c.prior, c.tier, c.disposition) for c in self.new.candidates.values()]
        if sorted(tied) != sorted(now) or not same(self._a.ranked(), self._b.ranked()):
            return True
        return not same(self._a.minimum_met(), self._b.minimum_met())


def _alarms(formulas: Formulas) -> Iterator[Formula]:
    """How much the patient is alarmed, a step at a time: the last two are not known yet, and routine."""
    yield from map(formulas.urgent, URGENCIES[:-1])
    soon, ranked = formulas.urgent("soon"), formulas.ranked()
    yield either([soon, both([ranked, negated(formulas.minimum_met())])])
    yield either([soon, ranked])


def _acts(rule: Rule | None) -> object:
    """The part of a rule that can change a result: everything but its words."""
    if rule is None:
        return None
    effects = [(*_plain(effect.model_dump()),) for effect in rule.then]
    return rule.condition, effects, rule.supersedes, rule.withdraws_advice_of


def _plain(effect: dict[str, object]) -> Iterator[tuple[str, object]]:
    for key, value in effect.items():
        if key not in ("action", "note", "text", "gives"):
            yield key, value


def _lost(before: Formula, after: Formula) -> Formula:
    return False if same(before, after) else both([before, negated(after)])


def _gone(
    ids: Iterable[str], before: Callable[[str], Formula], after: Callable[[str], Formula]
) -> Iterator[Formula]:
    for id in ids:
        yield _lost(before(id), after(id))


def _flagged(formulas: Formulas) -> Callable[[str], Formula]:
    return lambda id: formulas.flagged(id) if id in formulas.base.candidates else False


def _cleared(formulas: Formulas) -> Callable[[str], Formula]:
    return lambda id: formulas.cleared(id) if id in formulas.clears else False


def _alerted(formulas: Formulas) -> Callable[[str], Formula]:
    return lambda id: formulas.alerted(id) if id in formulas.base.alerts else False


def _advised(formulas: Formulas) -> Callable[[str], Formula]:
    return lambda id: formulas.advised(id) if id in formulas.base.rules else False


def _leads(formulas: Formulas) -> Callable[[str], Formula]:
    def leads(id: str) -> Formula:
        return both([formulas.ranked(), formulas.leads(id)]) if id in formulas.base.candidates else False

    return leads


def _accepted(record: Record, vocabulary: Mapping[str, Fact]) -> dict[str, Value]:
    """The part of the record that this version accepts."""
    accepted: dict[str, Value] = {}
    for id, value in record.items():
        fact = vocabulary.get(id)
        if fact is not None and _fits(fact, value):
            accepted[id] = value
    return accepted


def _fits(fact: Fact, value: Value) -> bool:
    if fact.kind == "boolean":
        return isinstance(value, bool)
    if fact.kind == "choice":
        return value in fact.choices
    low, high = fact.plausible_range or (0, 0)
    return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
