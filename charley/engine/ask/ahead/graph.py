"""The conditions of a base as a graph, with the chance of every answer that a rule waits for.

It is made once for each base; `lookahead.py` searches it for every record. A chance is a number from 0 to 1.
The chances serve only to decide what to ask. They say nothing about a patient.
"""

from __future__ import annotations

from math import sqrt

from charley.engine.ask.ahead.ways import Threshold
from charley.engine.kernel.conditions import Conditions, Counted
from charley.engine.kernel.literals import literal_holds
from charley.engine.kernel.representatives import Representatives
from charley.rules.core import Literal
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import Alert, Flag

__all__ = ["NEW_DANGER", "YES", "Graph"]

YES, NO, OTHER = 0.2, 0.25, 0.4
"""The chance of an answer that a rule waits for: a yes, a no, and a number or choice that every value fits.

They are low, since each rule is about one picture of many. A number or a choice gets more, since most people
can give one, and few have a given sign.
These and the numbers in `policy` and `asking` were tuned coarsely on half of the cases of the bundled base
(`benchmarks/interview.py`); neighbouring values give much the same.
"""

NEW_DANGER, NEW_PICTURE = 1 / 30, 1 / 5
"""The factor for a rule of which no sign is known yet: for one that raises a flag or an alert, and for any
other. So a danger of which a sign is known is pursued first. Who leads can wait for the whole story.
"""

FEW_FIT = 1 / 3
"""A comparison that holds for no larger share of the values is a sign, unless the fact is fixed: everybody
has an age.
"""


class Graph:
    """The conditions of all rules, with the chance of every literal in them. Made once for a base.

    A node is the number of one of the kernel's conditions, parts before wholes. A literal has a number of its
    own, its place in `literals`; `node_of` says which node it is. Rules and facts go by their ids.
    """

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self.values = Representatives(base)
        """The values of a number or a choice among which a literal fits some."""
        conditions = Conditions(base, falsity=False)
        self.literals = tuple(conditions.literals)
        """Every literal once. Numbered alike: `facts_of`, `chance`, `sign` and `node_of`."""
        self.facts_of = tuple(
            base.derived[each.name].of if each.name in base.derived else (each.name,)
            for each in self.literals
        )
        """The facts that decide each literal: its own, or those of a derived value."""
        self.chance = tuple(map(self._chance, self.literals))
        """How likely each literal is to hold where the picture of its rule is the patient's."""
        self.sign = tuple(map(self._is_sign, self.literals))
        """Whether a literal that holds is a sign of the picture that its rules are about."""
        self.literals_of: dict[str, list[int]] = {}
        """The numbers of the literals that each fact decides, or has a part in."""
        for number, facts in enumerate(self.facts_of):
            for fact in facts:
                self.literals_of.setdefault(fact, []).append(number)
        self.node_of = tuple(conditions.literals.values())
        """Which node each literal is."""
        self.thresholds = tuple(
            _threshold(node) if isinstance(node, Counted) else None for node in conditions.nodes
        )
        """What each node waits for; None where it is a literal."""
        facts_at = dict(zip(self.node_of, self.facts_of, strict=True))
        self.facts_at = tuple(facts_at.get(node, ()) for node in range(len(self.thresholds)))
        """The facts that the literal at a node is about; none where there is a threshold."""
        self.wholes = _wholes(self.thresholds)
        """The nodes that each node is a part of."""
        self.roots = {id: root for id, (root, _) in conditions.rules.items()}
        """The node of each rule's condition."""
        self.under = {id: self._thresholds_of(conditions.beneath([root])) for id, root in self.roots.items()}
        """The thresholds that each rule's condition consists of, wholes before parts."""
        self.rules_of: dict[str, list[str]] = {}
        """The rules whose conditions depend on each fact."""
        for id, facts in base.facts_of_rule.items():
            for fact in facts:
                self.rules_of.setdefault(fact, []).append(id)
        self.new = {
            id: NEW_DANGER if any(isinstance(effect, Flag | Alert) for effect in rule.then) else NEW_PICTURE
            for id, rule in base.rules.items()
        }
        """The factor for each rule while no sign of it is there: `NEW_DANGER` or `NEW_PICTURE`."""

    def _thresholds_of(self, nodes: list[int]) -> tuple[int, ...]:
        return tuple(node for node in reversed(nodes) if self.thresholds[node] is not None)

    def _chance(self, literal: Literal) -> float:
        """How likely a literal is to hold where the picture of its rule is the patient's."""
        known = self.base.vocabulary.get(literal.name)
        if known is None:  # a derived value
            return OTHER * sqrt(0.5)
        if known.kind == "boolean":
            return YES if literal.wanted else NO
        # Half way between a value that is as likely as any other and one that belongs to the picture.
        return OTHER * sqrt(self._fitting(literal))

    def _is_sign(self, literal: Literal) -> bool:
        """Whether a literal is something seen that most people have not: a yes, or what few values fit."""
        known = self.base.vocabulary.get(literal.name)
        if known is None:  # a derived value past a threshold
            return True
        if known.kind == "boolean":
            return literal.wanted
        return not known.fixed and self._fitting(literal) <= FEW_FIT

    def _fitting(self, literal: Literal) -> float:
        """Which part of the values that matter a literal holds for."""
        values = self.values.of(literal.name)
        return sum(literal_holds(literal, value) for value in values) / len(values)


def _threshold(node: Counted) -> Threshold:
    # A part that stands there twice is one condition that weighs twice.
    weighs: dict[int, int] = {}
    for part, weight in zip(node.parts, node.weights, strict=True):
        weighs[part] = weighs.get(part, 0) + weight
    weights = tuple(weighs.values())
    takes = "some"
    if all(weight >= node.needed for weight in weights):
        takes = "any"
    elif sum(weights) - min(weights) < node.needed <= sum(weights):
        takes = "all"
    return Threshold(node.needed, tuple(weighs), weights, takes)


def _wholes(nodes: tuple[Threshold | None, ...]) -> tuple[tuple[int, ...], ...]:
    wholes: list[list[int]] = [[] for _ in nodes]
    for at, node in enumerate(nodes):
        if node is not None:
            for part in node.parts:
                wholes[part].append(at)
    return tuple(map(tuple, wholes))
