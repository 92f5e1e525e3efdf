"""What of asking is the same for every patient: the cost and the order of facts, and what rules could move.

The numbers without a reason were tuned like those in `ahead/graph.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from charley.facts.fields import Burden
from charley.facts.wording import AUDIENCES, Audience
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import Atom, Condition, Not, atoms
from charley.rules.language.parse import parse
from charley.rules.rule import Advise, Clear, Urgency, Weigh

__all__ = ["EFFORT", "Asking", "Move"]

EFFORT: dict[Burden, float] = {"history": 1, "examination": 1.5, "blood_test": 2.5, "imaging": 4}
"""The effort of an answer, by which its promise is divided."""

CORE = 1.3
"""How much more a fact counts that the knowledge base marks as one to ask early (`priority: core`)."""

FIRST = 25
"""How much more the first fact of the vocabulary counts; the factor halves with every tenth of the
vocabulary. An interview begins with the complaint. So does the file, so the complaint comes before risks,
signs and tests.
"""

AT_ONCE: tuple[Urgency, ...] = ("emergency", "same_day")
"""The urgency of advice that is asked for although no flag and no alert has it."""


class Move(NamedTuple):
    """An effect on a candidate's score, with the group that it is counted in and the goal that it serves."""

    candidate: str
    up: bool
    strength: int
    counts: str
    goal: str

    @classmethod
    def of(cls, effect: Weigh) -> Move:
        """The move that an effect makes."""
        id, up = effect.candidate, effect.weight > 0
        # Texts, which are hashed once, and tuples each time that they are looked up.
        return cls(id, up, abs(effect.weight), f"{id} {up} {effect.group}", f"{id} {up}")


class Asking:
    """The part of asking that is the same for every patient: how facts count, and which scores rules move.

    It is made once for a base.
    """

    def __init__(self, base: KnowledgeBase) -> None:
        self.early = {
            id: 1 + FIRST * 2 ** (-10 * at / len(base.vocabulary)) for at, id in enumerate(base.vocabulary)
        }
        """How much more every fact counts for its place in the file."""
        self.listed = {id: early**-0.5 for id, early in self.early.items()}
        """The factor of every fact on a list. It takes the root of its place in the file away again: an early
        fact needs less of a head start on a list than as a single question.
        """
        self.factors = dict(_factors(base, self.early))
        """The factor of every fact as a question, whatever is known."""
        self.asked: dict[Audience, tuple[str, ...]] = {
            audience: tuple(id for id, fact in base.vocabulary.items() if fact.question(audience) is not None)
            for audience in AUDIENCES
        }
        """The facts that an audience is asked for."""
        self.order = {id: at for at, id in enumerate(base.vocabulary)}
        """The place of every fact in the file."""
        self.sequence = dict(_sequence(base))
        """The place of every fact on a list of warning signs."""
        self.moves: dict[str, tuple[Move, ...]] = {}
        """The effects of every rule on scores."""
        self.undoes: dict[str, tuple[tuple[str, Weigh], ...]] = {}
        """The effects on scores, with their rules, that every rule would supersede."""
        self.clears: dict[str, tuple[str, ...]] = {}
        """The candidates and alerts that every rule would answer."""
        self.excused_by: dict[str, tuple[str, ...]] = {
            id: tuple(atom.name for atom in atoms(condition)) for id, condition in base.excused.items()
        }
        """The facts that may excuse from the question for another one."""
        self.contradicted: dict[str, list[tuple[Condition, frozenset[str]]]] = {}
        """For every fact that can be ticked, the answers that cannot all be right with it, and their facts. A
        sign of the minimum is asked for all the same, or nobody could be called routine.
        """
        minimum = {id for condition in base.minimum for id in base.facts_of(condition)}
        for condition, _ in base.contradictions:
            facts = frozenset(base.facts_of(condition))
            for id in facts:
                if base.vocabulary[id].kind == "boolean" and id not in minimum:
                    self.contradicted.setdefault(id, []).append((condition, facts))
        self.wants = {id: fact.ask_when for id, fact in base.vocabulary.items() if fact.ask_when is not None}
        """What has to be true before a fact is asked for, as it is written (`ask_when`)."""
        parsed = {text: parse(text).condition for text in self.wants.values()}
        self.premises: dict[str, Condition] = {id: parsed[text] for id, text in self.wants.items()}
        """The same as conditions."""
        self.premise_facts: dict[str, tuple[str, ...]] = {
            id: tuple(dict.fromkeys(base.facts_of(condition))) for id, condition in self.premises.items()
        }
        """The facts that decide each premise, in the order of the condition."""
        self.opens = {id: fact.opens for id, fact in base.vocabulary.items() if fact.opens}
        """The facts that the question of each gate names together (`opens`)."""
        self.gates = {id: gate for gate, opened in self.opens.items() for id in opened}
        """The gate of every fact that has one."""
        self.waiting = frozenset((*self.premises, *self.excused_by, *self.gates))
        """The facts before which another one may have to be asked for."""
        self.topic = {id: fact.group for id, fact in base.vocabulary.items()}
        """The group of every fact."""
        self.ticks = frozenset(id for id, fact in base.vocabulary.items() if fact.kind == "boolean")
        """The facts that can be ticked on a list."""
        self.examined = frozenset(id for id, fact in base.vocabulary.items() if fact.answered_by != "patient")
        """The facts that an examination or a test tells."""
        self.measured = frozenset(id for id, fact in base.vocabulary.items() if fact.answered_by == "lab")
        """The facts that a test tells."""
        self.plain = frozenset(
            id for id in base.vocabulary if id not in self.examined or id in self.ticks - self.measured
        )
        """What a person can tell, and the signs that are seen and felt: what needs neither a test nor an
        instrument.
        """
        self.kind_of: dict[str, str] = {
            id: condition.part.name
            for id, condition in base.excused.items()
            if isinstance(condition, Not) and isinstance(condition.part, Atom) and id in self.examined
        }
        """The sign of which each sign is a kind: nobody finds pulses absent who did not feel for them."""
        self.advises: dict[str, Urgency] = {
            id: urgency
            for id, rule in base.rules.items()
            for urgency in (advice.urgency for advice in rule.effects(Advise))
            if urgency in AT_ONCE and self.examined.isdisjoint(base.facts_of_rule[id])
        }
        """The urgency of every rule on the history alone whose advice is for the same day or sooner."""
        for id, rule in base.rules.items():
            if moves := tuple(map(Move.of, rule.effects(Weigh))):
                self.moves[id] = moves
            undoes = tuple((by, e) for by in rule.supersedes for e in base.rules[by].effects(Weigh))
            if undoes:
                self.undoes[id] = undoes
            if clears := tuple(clear.target for clear in rule.effects(Clear)):
                self.clears[id] = clears
        self.goals = frozenset(move.goal for moves in self.moves.values() for move in moves)
        """What the moves are for: to raise or to lower a candidate."""


def _sequence(base: KnowledgeBase) -> Iterator[tuple[str, tuple[int, int]]]:
    """By topic, as one goes through the body: in the order of the minimum, then of the file."""
    vocabulary = base.vocabulary
    minimum = (vocabulary[id].group for condition in base.minimum for id in base.facts_of(condition))
    groups = [*minimum, *(fact.group for fact in vocabulary.values())]
    topics = {topic: at for at, topic in enumerate(dict.fromkeys(groups))}
    for at, (id, fact) in enumerate(vocabulary.items()):
        yield id, (topics[fact.group], at)


def _factors(base: KnowledgeBase, early: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    for id, fact in base.vocabulary.items():
        core = CORE if fact.priority == "core" else 1.0
        yield id, early[id] * core / EFFORT[fact.burden]
