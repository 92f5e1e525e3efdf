"""What a firing rests on, all the way down: atom, finding, score and derived value, to the answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from charley.engine.meaning import Valuation, atom_values, truth
from charley.engine.support import support
from charley.facts.record import Answers, Record
from charley.facts.units import unit_name
from charley.facts.vocabulary import words
from charley.rules.instrument import Instrument
from charley.rules.knowledge_base import KnowledgeBase, needs
from charley.rules.language.condition import Atom, Condition
from charley.rules.order import bottom_up
from charley.rules.rule import Rule

__all__ = ["Ground", "Grounds", "figure", "flat"]


@dataclass(frozen=True, slots=True)
class Ground:
    """One thing that is so, and what it rests on in turn. `rule` names the rule that says it, if one does."""

    text: str
    parts: tuple[Ground, ...] = ()
    rule: str | None = None

    def __str__(self) -> str:
        return f"{self.text}  [{self.rule}]" if self.rule else self.text


class Grounds:
    """The grounds of whatever is so for one record."""

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
        asked = f"  ({atom.op} {atom.value})"
        if atom.name in base.instruments:
            return self._score(base.instruments[atom.name], asked)
        derived = base.derived[atom.name]
        low, high = (float(f"{float(end):.6g}") for end in self._found.derived[atom.name])
        shown = f"{low:g}" if low == high else f"{low:g} to {high:g}"
        inputs = tuple(Ground(self._known(id)) for id in derived.of)
        unit = unit_name(derived.unit) if derived.unit != "1" else ""
        title = derived.title.rstrip(".") or words(atom.name)
        return Ground(f"{title}: {shown} {unit}".rstrip() + asked, inputs)

    def _fact(self, atom: Atom) -> str:
        fact = self._base.vocabulary[atom.name]
        asked = f"  ({atom.op} {atom.value})" if fact.kind == "number" else ""
        return self._known(atom.name) + asked

    def _known(self, id: str) -> str:
        fact = self._base.vocabulary[id]
        value = self._answers.record.get(id)
        return f"{fact.label}: {'not known' if value is None else fact.show(value)}"

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
        meaning = self._base.findings[name].meaning.rstrip(".")
        holds = self._found.findings[name] is True
        parts = tuple(
            Ground(rule.title, self.of_rule(rule.id, holds), rule.id)
            for rule in self._base.concluded_by[name]
            if self._found.rules[rule.id] is holds
        )
        return Ground(f"{meaning}: {'yes' if holds else 'no'}", parts)

    def _score(self, score: Instrument, asked: str) -> Ground:
        low, high = (score.show(points) for points in self._found.scores[score.id])
        shown = f"{low:g}" if low == high else f"{low:g} to {high:g}"
        parts = [] if score.gate is None else list(self.of(score.gate))
        for item in score.items:
            value = truth(item.condition, self._look)
            said = "not known" if value is None else "yes" if value else "no"
            beneath = () if value is None else self.of(item.condition, value)
            if len(beneath) == 1 and not beneath[0].parts:  # says the same once more
                beneath = ()
            label = item.label or item.when.replace("_", " ")
            parts.append(Ground(f"{item.points:+} {label}: {said}", beneath))
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


def figure(rule: Rule) -> str:
    """How well a rule is supported, in a line."""
    evidence = rule.evidence
    parts = [evidence.kind, evidence.figure or "", evidence.note or ""]
    if evidence.interval is not None:
        parts.insert(2, f"interval {evidence.interval[0]:g} to {evidence.interval[1]:g}")
    return "; ".join(part for part in parts if part)
