"""What a firing rests on, all the way down: atom, finding, score and derived value, to the answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from charley.engine.compose.supports import support
from charley.engine.differential import Contradicted, Differential, Firing
from charley.engine.explain.words import (
    answer_words,
    finding_words,
    range_words,
    yes_or_no,
)
from charley.engine.meaning import Valuation, atom_values, truth
from charley.engine.summary.rule_words import comparison_words
from charley.engine.support import Support
from charley.facts.record import Answers, Record
from charley.facts.units import unit_name
from charley.facts.vocabulary import words
from charley.rules.instrument import Instrument
from charley.rules.knowledge_base import KnowledgeBase, needs
from charley.rules.language.condition import Atom, Condition
from charley.rules.order import bottom_up
from charley.rules.rule import Rule

__all__ = [
    "Ground",
    "Grounds",
    "answers_behind",
    "evidence_line",
    "flat",
    "observations",
    "observed_words",
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


def observations(
    base: KnowledgeBase, firings: Mapping[str, Firing], rules: Iterable[str]
) -> Iterator[tuple[int, Support]]:
    """What made the rules fire, each thing with its depth: a finding stands above what it rests on.

    It is read off the firings of a differential. What a rule rests on is given once.
    """
    seen: set[str] = set()
    waiting: list[tuple[int, str | Support]] = [(0, rule) for rule in reversed(list(rules))]
    while waiting:
        depth, part = waiting.pop()
        if isinstance(part, str):
            if part in firings and part not in seen:
                seen.add(part)
                waiting += [(depth, each) for each in reversed(firings[part].support)]
        else:
            yield depth, part
            if part.name in base.findings and part.value is True:
                waiting += [(depth + 1, rule.id) for rule in reversed(base.concluded_by[part.name])]


def observed_words(base: KnowledgeBase, part: Support) -> str:
    """An atom with the value it met: `age: 67 years  (>= 60)`."""
    compared = part.atom.removeprefix("not ").removeprefix(part.name).strip()
    asked = f"  ({compared})" if compared else ""
    value = part.value
    if part.name in base.vocabulary:
        assert not isinstance(value, tuple)
        shown = answer_words(base, part.name, value)
        return shown + (asked if base.vocabulary[part.name].kind == "number" else "")
    if part.name in base.findings:
        return finding_words(base, part.name, bool(value))
    score, derived = base.instruments.get(part.name), base.derived.get(part.name)
    title = (score.title if score else derived.title if derived else "") or words(part.name)
    assert not isinstance(value, str)
    low, high = value if isinstance(value, tuple) else (value, value)
    return f"{title}: {range_words(low, high)}{asked}"


def contradiction_words(base: KnowledgeBase, each: Contradicted) -> str:
    """A contradiction with the answers that cannot all be right."""
    return f"{each.note} (told: {'; '.join(observed_words(base, part) for part in each.support)})"


def answers_behind(base: KnowledgeBase, d: Differential, rules: Iterable[str]) -> list[str]:
    """The answers that made these rules fire, through findings and scores, each once."""
    found: dict[str, None] = {}
    for _, part in observations(base, {firing.rule: firing for firing in d.firings}, rules):
        if part.name in d.record:
            found[part.name] = None
        elif part.name not in base.findings:
            for id in base.facts_of(Atom(part.name, "==", True)):
                # Of a score only the items that add to it; a reader does not look for those that are absent.
                if d.record.get(id, False) is not False:
                    found[id] = None
    return list(found)


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


def evidence_line(rule: Rule) -> str:
    """How well a rule is supported, in a line."""
    evidence = rule.evidence
    parts = [evidence.marks, evidence.figure or "", evidence.note or ""]
    if evidence.interval is not None:
        parts.insert(2, f"interval {evidence.interval[0]:g} to {evidence.interval[1]:g}")
    return "; ".join(part for part in parts if part)
