"""CLIPS as an outsider: the rule author's language translated once more, on its own, for clipspy.

Nothing of the core is used. Every condition is an element of working memory that is either true or false
(or not there), with logical support, so that CLIPS's own truth maintenance does the retracting. Intervals of
scores and derived values are passed along as facts. `not` is used, and only on what is settled below.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, count
from typing import assert_never

import clips

from charley.engine.meaning import Kleene, Valuation
from charley.facts.vocabulary import Value
from charley.rules.instrument import Derived, Instrument
from charley.rules.interval import Interval, exact
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import And, AtLeast, Atom, Condition, Not, Or
from charley.rules.rule import Weigh

__all__ = ["ClipsPatient"]

TEMPLATES = (
    "(deftemplate known (slot fact) (slot value))",
    "(deftemplate is (slot what) (slot so))",
    "(deftemplate range (slot of) (slot low) (slot high))",
    "(deftemplate points (slot of) (slot upto) (slot low) (slot high))",
    "(deftemplate weight (slot candidate) (slot group) (slot side) (slot size))",
    "(deftemplate counts (slot candidate) (slot group) (slot side) (slot size))",
)

TRUE_WHEN = {
    ">=": ("(>= ?low {k})", "(< ?high {k})"),
    ">": ("(> ?low {k})", "(<= ?high {k})"),
    "<=": ("(<= ?high {k})", "(> ?low {k})"),
    "<": ("(< ?high {k})", "(>= ?low {k})"),
    "==": ("(and (= ?low {k}) (= ?high {k}))", "(or (> ?low {k}) (< ?high {k}))"),
}
"""When a comparison with an interval is true, and when it is false."""

ARITHMETIC = {
    "difference": ("(- ?low0 ?high1)", "(- ?high0 ?low1)"),
    "ratio": (
        "(min (/ ?low0 ?low1) (/ ?low0 ?high1) (/ ?high0 ?low1) (/ ?high0 ?high1))",
        "(max (/ ?low0 ?low1) (/ ?low0 ?high1) (/ ?high0 ?low1) (/ ?high0 ?high1))",
    ),
    "minimum": ("(min {lows})", "(min {highs})"),
    "maximum": ("(max {lows})", "(max {highs})"),
    "sum": ("(+ {lows})", "(+ {highs})"),
}


class ClipsPatient:
    """One patient in CLIPS's working memory."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self._environment = clips.Environment()
        self._known: dict[str, clips.TemplateFact] = {}
        self._names: dict[tuple[Condition, str], str] = {}
        self._number = count()
        for construct in (*TEMPLATES, *self._constructs()):
            self._environment.build(construct)
        self._environment.reset()
        self._environment.run()

    def tell(self, fact: str, value: Value) -> None:
        """Make a fact known, or change it."""
        if fact in self._known:
            self.retract(fact)
        self._known[fact] = self._environment.assert_string(f"(known (fact {fact}) (value {_text(value)}))")
        self._environment.run()

    def retract(self, fact: str) -> None:
        """Make a fact unknown again."""
        self._known.pop(fact).retract()
        self._environment.run()

    def valuation(self) -> Valuation:
        """What CLIPS believes of every rule and finding, derived value and score."""
        so = {f["what"]: f["so"] == "yes" for f in self._facts("is")}
        ends = {(f["of"], f["upto"]): (f["low"], f["high"]) for f in self._facts("points")}

        def state(name: str) -> Kleene:
            return so.get(name)

        # The ends of derived values are floating point in CLIPS; what it decided from them is compared.
        return Valuation(
            rules={id: state(f"rule-{id}") for id in self.base.rules},
            findings={id: state(f"finding-{id}") for id in self.base.findings},
            derived={f["of"]: _Near(f["low"], f["high"]) for f in self._facts("range")
                     if f["of"] in self.base.derived},
            scores={id: ends[id, len(score.items)] for id, score in self.base.instruments.items()},
            gates={id: True if score.gate is None else state(f"gate-{id}")
                   for id, score in self.base.instruments.items()},
        )  # fmt: skip

    def scores(self) -> dict[str, int]:
        """Every candidate's score, groups and supersedes by CLIPS."""
        found = {id: candidate.prior for id, candidate in self.base.candidates.items()}
        for fact in self._facts("counts"):
            found[fact["candidate"]] += fact["size"] if fact["side"] == "up" else -fact["size"]
        return found

    def _facts(self, template: str) -> Iterator[clips.TemplateFact]:
        return iter(self._environment.find_template(template).facts())

    def _constructs(self) -> Iterator[str]:
        base = self.base
        for fact in base.vocabulary.values():
            if fact.plausible_range is not None:
                low, high = fact.plausible_range
                yield self._rule(
                    f"(known (fact {fact.id}) (value ?v))", f"(range (of {fact.id}) (low ?v) (high ?v))"
                )
                yield self._rule(
                    f"(not (known (fact {fact.id})))", f"(range (of {fact.id}) (low {low}) (high {high}))"
                )
        for derived in base.derived.values():
            yield self._derived(derived)
        for score in base.instruments.values():
            yield from self._score(score)
        for id, rule in base.rules.items():
            yield from self._named(f"rule-{id}", rule.condition)
        for finding, rules in base.concluded_by.items():
            names = [f"rule-{rule.id}" for rule in rules]
            if names:
                yield from self._ways(f"finding-{finding}", 1, names)
        yield from self._effects()
        yield (
            "(defrule strongest (logical (weight (candidate ?c) (group ?g) (side ?s) (size ?w))"
            " (not (weight (candidate ?c) (group ?g) (side ?s) (size ?v&:(> ?v ?w)))))"
            " => (assert (counts (candidate ?c) (group ?g) (side ?s) (size ?w))))"
        )

    def _rule(self, when: str, then: str) -> str:
        return f"(defrule r{next(self._number)} (logical {when}) => (assert {then}))"

    def _derived(self, derived: Derived) -> str:
        inputs = [f"(range (of {fact}) (low ?low{n}) (high ?high{n}))" for n, fact in enumerate(derived.of)]
        lows = " ".join(f"?low{n}" for n in range(len(derived.of)))
        highs = " ".join(f"?high{n}" for n in range(len(derived.of)))
        low, high = (end.format(lows=lows, highs=highs) for end in ARITHMETIC[derived.kind])
        return self._rule(" ".join(inputs), f"(range (of {derived.id}) (low {low}) (high {high}))")

    def _score(self, score: Instrument) -> Iterator[str]:
        """The interval of a score, item by item."""
        yield f"(deffacts start-{score.id} (points (of {score.id}) (upto 0) (low 0) (high 0)))"
        for at, (item, points) in enumerate(zip(score.items, score.scaled, strict=True)):
            yield from self._named(f"item-{score.id}-{at}", item.condition)
            so_far = f"(points (of {score.id}) (upto {at}) (low ?low) (high ?high))"
            about = f"(is (what item-{score.id}-{at})"
            for what, low, high in (
                (f"{about} (so yes))", points, points),
                (f"{about} (so no))", 0, 0),
                (f"(not {about}))", min(0, points), max(0, points)),
            ):
                yield self._rule(
                    f"{so_far} {what}",
                    f"(points (of {score.id}) (upto {at + 1}) (low (+ ?low {low})) (high (+ ?high {high})))",
                )
        if score.gate is not None:
            yield from self._named(f"gate-{score.id}", score.gate)

    def _effects(self) -> Iterator[str]:
        for rule in self.base.rules.values():
            by = [other.id for other in self.base.rules.values() if rule.id in other.supersedes]
            counts = f"(is (what rule-{rule.id}) (so yes))" + "".join(
                f" (not (is (what rule-{other}) (so yes)))" for other in by
            )
            for at, effect in enumerate(rule.then):
                if isinstance(effect, Weigh):
                    group = f"alone-{rule.id}-{at}" if effect.group is None else f"group-{effect.group}"
                    side = "up" if effect.weight > 0 else "down"
                    size = abs(effect.weight)
                    yield self._rule(
                        counts,
                        f"(weight (candidate {effect.candidate}) (group {group}) (side {side})"
                        f" (size {size}))",
                    )

    def _named(self, name: str, condition: Condition) -> Iterator[str]:
        """Rules that make `name` so, or not so, as the condition is."""
        match condition:
            case Atom():
                yield from self._atom(name, condition)
            case Not(part):
                inner = f"{name}.0"
                yield from self._named(inner, part)
                yield self._rule(f"(is (what {inner}) (so yes))", f"(is (what {name}) (so no))")
                yield self._rule(f"(is (what {inner}) (so no))", f"(is (what {name}) (so yes))")
            case And(parts) | Or(parts) | AtLeast(_, parts):
                inners = [f"{name}.{at}" for at in range(len(parts))]
                for inner, part in zip(inners, parts, strict=True):
                    yield from self._named(inner, part)
                needed = {And: len(parts), Or: 1}.get(type(condition)) or condition.count  # type: ignore[union-attr]
                yield from self._ways(name, needed, inners)
            case _:
                assert_never(condition)

    def _ways(self, name: str, needed: int, parts: list[str]) -> Iterator[str]:
        """Every way in which enough are so, and every way in which too many are not."""
        for so, size in (("yes", needed), ("no", len(parts) - needed + 1)):
            for way in combinations(parts, size):
                when = " ".join(f"(is (what {part}) (so {so}))" for part in way)
                yield self._rule(when, f"(is (what {name}) (so {so}))")

    def _atom(self, name: str, atom: Atom) -> Iterator[str]:
        base, about = self.base, atom.name
        if about in base.findings:
            for so in ("yes", "no"):
                yield self._rule(f"(is (what finding-{about}) (so {so}))", f"(is (what {name}) (so {so}))")
            return
        if about in base.derived or about in base.instruments:
            value = exact(atom.value)  # type: ignore[arg-type]
            ends = f"(range (of {about}) (low ?low) (high ?high))"
            if about in base.instruments:
                score = base.instruments[about]
                value *= 10**score.decimals
                ends = f"(points (of {about}) (upto {len(score.items)}) (low ?low) (high ?high))"
                if score.gate is not None:
                    ends = f"(is (what gate-{about}) (so yes)) {ends}"
            for so, test in zip(("yes", "no"), TRUE_WHEN[atom.op], strict=True):
                yield self._rule(
                    f"{ends} (test {test.format(k=float(value))})", f"(is (what {name}) (so {so}))"
                )
            return
        match atom.value:
            case tuple(choices):
                test = f"(or {' '.join(f'(eq ?v {choice})' for choice in choices)} FALSE)"
            case bool() | str():
                test = f"(eq ?v {_text(atom.value)})"
            case number:
                test = f"({'=' if atom.op == '==' else atom.op} ?v {number})"
        for so, wanted in (("yes", test), ("no", f"(not {test})")):
            yield self._rule(f"(known (fact {about}) (value ?v&:{wanted}))", f"(is (what {name}) (so {so}))")


class _Near(Interval):
    """An interval whose ends went through floating point."""

    def __eq__(self, other: object) -> bool:
        assert isinstance(other, tuple)
        return all(abs(Fraction(a) - b) <= Fraction(1, 10**9) for a, b in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]


def _text(value: Value) -> str:
    return str(value).upper() if isinstance(value, bool) else str(value)
