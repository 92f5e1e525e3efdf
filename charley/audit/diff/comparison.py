"""Two versions of a base, compared for every possible patient: what changes, and for whom.

For each kind of change the smallest patient is found, and every witness is replayed through the definition
in both versions. A value that one version does not accept is unknown to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from charley.audit.cases.typical import typical_values
from charley.audit.diff.differences import Differences
from charley.audit.diff.edits import Edit, edits
from charley.audit.diff.observed import observed
from charley.audit.prove.claims import Spurious, by_definition
from charley.audit.symbolic.connectives import disjunction
from charley.audit.symbolic.solver import NotDecided, Search
from charley.audit.symbolic.standing import Formulas
from charley.audit.symbolic.variables import Patient, merged
from charley.engine.assessment import Assessment
from charley.engine.prepared import Prepared
from charley.facts.record import Record
from charley.facts.vocabulary import Fact, Value
from charley.rules.rule import Rule

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
        a = Formulas(old, self._patient)
        b = Formulas(new, self._patient, like=a)
        self._search = Search(self._patient, seconds, lambda: {**typical_values(old), **typical_values(new)})
        self._differences = Differences(a, b, self._search.possible)

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
        ways = [formula for formula in self._differences.ways(kind) if formula is not False]
        if not ways:
            return None
        witness = self._search.smallest(disjunction(ways), *self._differences.necessary(kind))
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
