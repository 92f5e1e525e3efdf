"""What a firing rests on, all the way down: atom, finding, score and derived value, to the answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from charley.engine.compose.supports import support
from charley.engine.explain.words import (
    answer_words,
    finding_words,
    range_words,
    yes_or_no,
)
from charley.engine.meaning import Valuation, atom_values, truth
from charley.engine.summary.rule_words import comparison_words
from charley.facts.record import Answers, Record
from charley.facts.units import unit_name
from charley.facts.vocabulary import words
from charley.rules.instrument import Instrument
from charley.rules.knowledge_base import KnowledgeBase, needs
from charley.rules.language.condition import Atom, Condition
from charley.rules.order import bottom_up

__all__ = [
    "Ground",
    "Grounds",
    "flat",
    "trimmed",
]


@dataclass(frozen=True, slots=True)
class Ground:
    """A node of a justification, and what it rests on. `rule` names the rule that concludes it, if any."""

    text: str
    parts: tuple[Ground, ...] = ()
    rule: str | None = None

    def __str__(self) -> str:
        return f"{self.text}  [{self.rule}]" if self.rule else self.text


class Grounds:
    """The justifications of conclusions about one record."""

    def __init__(self, base: KnowledgeBase, record: Record, found: Valuation) -> None:
        self._base = base
        self._answers = Answers(record)
        self._found = found
        self._findings: dict[str, Ground] = {}
        self._look = atom_values(base, record, found.findings)

    def of_rule(self, rule: str, holds: bool = True) -> tuple[Ground, ...]:
        """What makes a rule fire, or keeps it from ever firing."""
        return self.of(self._base.rules[rule].condition, holds)

    def of(self, condition: Condition, holds: bool = True) -> tuple[Ground, ...]:
        """What makes a condition known true, or known false."""
        return tuple(self._part(signed.atom) for signed in support(condition, self._look, holds))

    def _part(self, atom: Atom) -> Ground:
        base = self._base
        if atom.name in base.vocabulary:
            return Ground(self._fact(atom))
        if atom.name in base.findings:
            return self._finding(atom.name)
        asked = f"  ({comparison_words(atom)})"
        if atom.name in base.instruments:
            return self._score(base.instruments[atom.name], asked)
        derived = base.derived[atom.name]
        low, high = (float(f"{float(end):.6g}") for end in self._found.derived[atom.name])
        shown = range_words(low, high)
        inputs = tuple(Ground(self._known(id)) for id in derived.of)
        unit = unit_name(derived.unit) if derived.unit != "1" else ""
        title = derived.title.rstrip(".") or words(atom.name)
        return Ground(f"{title}: {shown} {unit}".rstrip() + asked, inputs)

    def _fact(self, atom: Atom) -> str:
        fact = self._base.vocabulary[atom.name]
        asked = f"  ({comparison_words(atom)})" if fact.kind == "number" else ""
        return self._known(atom.name) + asked

    def _known(self, id: str) -> str:
        return answer_words(self._base, id, self._answers.record.get(id))

    def _finding(self, name: str) -> Ground:
        if name not in self._findings:
            # The grounds of what it rests on come first, since chains can be long.
            for finding in bottom_up(name, self._rests_on):
                self._findings[finding] = self._concluded(finding)
        return self._findings[name]

    def _rests_on(self, finding: str) -> Iterator[str]:
        """The findings without grounds that this one rests on."""
        conditions = [rule.condition for rule in self._base.concluded_by[finding]]
        for name in needs(conditions, self._base.instruments):
            if name in self._base.findings and name not in self._findings:
                yield name

    def _concluded(self, name: str) -> Ground:
        holds = self._found.findings[name] is True
        parts = tuple(
            Ground(rule.title, self.of_rule(rule.id, holds), rule.id)
            for rule in self._base.concluded_by[name]
            if self._found.rules[rule.id] is holds
        )
        return Ground(finding_words(self._base, name, holds), parts)

    def _score(self, score: Instrument, asked: str) -> Ground:
        low, high = (score.show(points) for points in self._found.scores[score.id])
        shown = range_words(low, high)
        parts = [] if score.gate is None else list(self.of(score.gate))
        for item in score.items:
            value = truth(item.condition, self._look)
            beneath = () if value is None else self.of(item.condition, value)
            if len(beneath) == 1 and not beneath[0].parts:  # says the same once more
                beneath = ()
            label = item.label or item.when.replace("_", " ")
            parts.append(Ground(f"{item.points:+} {label}: {yes_or_no(value)}", beneath))
        return Ground(f"{score.title}: {shown}{asked}", tuple(parts))


def flat(grounds: tuple[Ground, ...], deepest: int = 12) -> Iterator[tuple[int, str]]:
    """The grounds in words, each with its depth and above what it rests on.

    What several things rest on is shown in full under the first of them. Nothing deeper than `deepest` is
    shown: `How.step` looks further.
    """
    seen: set[int] = set()
    waiting = [(ground, 0) for ground in reversed(grounds)]
    while waiting:
        ground, depth = waiting.pop()
        yield depth, str(ground)
        if ground.parts and id(ground) in seen:
            yield depth + 1, "(see above)"
        elif ground.parts and depth == deepest:
            yield depth + 1, "..."
        else:
            seen.add(id(ground))
            waiting += [(part, depth + 1) for part in reversed(ground.parts)]


def trimmed(grounds: tuple[Ground, ...], deepest: int = 12) -> tuple[Ground, ...]:
    """The grounds as `flat` shows them, still nested: what stands there already or too deep is left out.

    Without it, a chain of thousands of findings would be a text that no reader of JSON can read.
    """
    seen: set[int] = set()
    return tuple(_trimmed(ground, deepest, seen) for ground in grounds)


def _trimmed(ground: Ground, deepest: int, seen: set[int]) -> Ground:
    if ground.parts and id(ground) in seen:
        return replace(ground, parts=(Ground("(see above)"),))
    if ground.parts and not deepest:
        return replace(ground, parts=(Ground("..."),))
    seen.add(id(ground))
    return replace(ground, parts=tuple(_trimmed(part, deepest - 1, seen) for part in ground.parts))
