"""References between the parts of a base: names exist, kinds fit, nothing is circular."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import assert_never

from charley.documents.diagnostic import Diagnostic, nearest
from charley.facts.vocabulary import AS_OF
from charley.rules.interval import range_of
from charley.rules.knowledge_base import KnowledgeBase, needs
from charley.rules.language.condition import Atom, atoms
from charley.rules.language.parse import RESERVED, Parsed, Unreadable, parse, parse_written
from charley.rules.loading.contents import Contents, Placed
from charley.rules.loading.shared.thresholds import numbers, unit_problem
from charley.rules.order import cycle, sorted_by_need
from charley.rules.rule import URGENCIES, Advise, Alert, Clear, Conclude, Flag, Rule, Weigh

__all__ = ["blamed", "problem_of", "problems"]

CONDITION_NAMES = {"fact", "derived", "instrument", "finding"}
"""What a name in a condition can stand for."""

_FILES = {"fact": "facts", "candidate": "candidates", "alert": "candidates",
          "candidate or alert": "candidates", "finding": "findings", "citation": "citations"}  # fmt: skip


DEEPEST_SCORE = 8
LARGEST_SCORE = 10_000


def problems(base: KnowledgeBase, contents: Contents) -> list[Diagnostic]:
    """Every problem between the parts."""
    checker = _Checker(base, contents)
    found = [*checker.names(), *checker.vocabulary(), *checker.conditions(), *checker.effects()]
    if not contents.problems and not found:
        found += checker.cycles()
        if not found:
            found += [*checker.supersedes(), *checker.premises()]
    return found


def problem_of(
    atom: Atom, base: KnowledgeBase, contents: Contents | None = None
) -> tuple[str, str, str] | None:
    """What is wrong with an atom over a base: (code, message, help), or None.

    Of a base with errors, `contents` say which names it may have all the same.
    """
    return _Checker(base, contents or Contents()).problem_of(atom)


def blamed(message: str, text: str, offset: int, length: int) -> tuple[int, int]:
    """Offset and length of the word that a message ends with, or of the whole atom."""
    word = re.search(r"`(\w+)`$", message)
    at = word and re.search(rf"\b{word[1]}\b", text[offset : offset + length])
    return (offset + at.start(), len(at[0])) if at else (offset, length)


class _Checker:
    def __init__(self, base: KnowledgeBase, contents: Contents) -> None:
        self.base = base
        self.contents = contents
        self.spoiled, self.unread = contents.spoiled, contents.unread
        self.numbers = numbers(base)
        self.in_conditions = [*base.vocabulary, *base.derived, *base.instruments, *base.findings]

    def names(self) -> Iterator[Diagnostic]:
        """No id is given twice, and none is a word of the language; conditions share one namespace."""
        c = self.contents
        named = [*c.facts, *c.dates, *c.derived, *c.instruments, *c.findings, *c.thresholds]
        spaces: list[tuple[str, list[Placed]]] = [
            ("group", c.groups),
            ("id", named),
            ("id", [*c.candidates, *c.alerts]),
            ("id", c.rules),
            ("key", c.citations),
        ]
        for key, space in spaces:
            first: dict[str, Placed] = {}
            for placed in space:
                id = getattr(placed.model, key)
                if id in first:
                    where = first[id].problem([key], "R006", "")
                    help = f"the first is at {where.file}:{where.line}"
                    yield placed.problem([key], "R006", f"`{id}` stands here a second time", help)
                first.setdefault(id, placed)
        for placed in named:
            words: list[tuple[list[str | int], str]] = [(["id"], placed.model.id)]
            words += [(["choices", at], id) for at, id in enumerate(getattr(placed.model, "choices", ()))]
            for path, word in words:
                if word in RESERVED or (c.dates and word == AS_OF):
                    of = "a record" if word == AS_OF else "the condition language"
                    message = f"`{word}` is a word of {of}"
                    yield placed.problem(path, "R011", message, "choose another name")

        for placed in c.facts:
            for at, choice in enumerate(placed.model.choices):
                if choice in self.base.thresholds:
                    message = f"`{choice}` is a threshold, and cannot be a choice as well"
                    yield placed.problem(["choices", at], "R011", message, "choose another name")

    def vocabulary(self) -> Iterator[Diagnostic]:
        """Derived values stand on number facts and can be computed."""
        for placed in self.contents.derived:
            derived = placed.model
            ranges = []
            for at, id in enumerate(derived.of):
                fact = self.base.vocabulary.get(id)
                if fact is None:
                    yield from self._unknown(placed, ["of", at], id, "fact", self.base.vocabulary)
                elif fact.kind != "number":
                    message = f"`{id}` is a {fact.kind}, not a number"
                    yield placed.problem(["of", at], "R004", message, "name a number fact")
                else:
                    ranges.append(fact.plausible_range)
            if derived.kind == "ratio" and len(ranges) == 2 and ranges[1] and ranges[1][0] <= 0:
                message = f"`{derived.of[1]}` can be zero or less, so the ratio is not defined"
                yield placed.problem(["of", 1], "R012", message, "divide by a fact that is always positive")

    def conditions(self) -> Iterator[Diagnostic]:
        """Every condition reads, and every atom in it makes sense."""
        c = self.contents
        for placed in c.facts:
            for key in ("ask_unless", "ask_when"):
                condition = getattr(placed.model, key)
                if condition is not None:
                    yield from self._condition(placed, [key], condition)
            since = placed.model.since
            if since is not None and since not in self.base.vocabulary.dates:
                known = self.base.vocabulary.dates
                help = "" if since in self.base.vocabulary else nearest(since, known)
                help = help or "name a fact of the kind `date`"
                if since not in self.spoiled:
                    yield placed.problem(["since"], "R003", f"unknown date `{since}`", help)
            for name in ("shares_words_with", "said_beside", "said_unless", "opens"):
                for at, id in enumerate(getattr(placed.model, name)):
                    if id not in self.base.vocabulary:
                        yield from self._unknown(placed, [name, at], id, "fact", self.base.vocabulary)
        if c.about is not None and c.about.model.scope is not None:
            yield from self._condition(c.about, ["scope", "when"], c.about.model.scope.when)
        if c.about is not None:
            for at, text in enumerate(c.about.model.reassure_when):
                yield from self._condition(c.about, ["reassure_when", at], text)
            for at, each in enumerate(c.about.model.cannot_both):
                yield from self._condition(c.about, ["cannot_both", at, "when"], each.when)
        for placed in c.instruments:
            score = placed.model
            if score.applies_when is not None:
                yield from self._condition(placed, ["applies_when"], score.applies_when)
            for at, item in enumerate(score.items):
                yield from self._condition(placed, ["items", at, "when"], item.when)
            for band, when in score.bands.items():
                yield from self._condition(placed, ["bands", band], when)
        for placed in c.rules:
            yield from self._condition(placed, ["when"], placed.model.when)

    def _condition(self, placed: Placed, path: list[str | int], text: str) -> Iterator[Diagnostic]:
        try:
            parsed = parse_written(text, self.numbers)
        except Unreadable as error:
            named = error.missing in self.base.thresholds  # it is something else as well, which is said
            if named or (error.missing and self.contents.excuses(error.missing, "threshold")):
                return
            at = (error.offset, error.length)
            yield placed.problem(path, "R001", str(error), error.help, at=at)
            return
        yield from self._atoms(placed, path, text, parsed)

    def _atoms(
        self, placed: Placed, path: list[str | int], text: str, parsed: Parsed
    ) -> Iterator[Diagnostic]:
        for atom, offset, length in parsed.places:
            found = self.problem_of(atom)
            if found is not None:
                code, message, help = found
                at = blamed(message, text, offset, length)
                yield placed.problem(path, code, message, help, at=at)

    def problem_of(self, atom: Atom) -> tuple[str, str, str] | None:
        """What is wrong with an atom: (code, message, help), or None."""
        name, value, base = atom.name, atom.value, self.base
        kind = base.kind_of(name)
        if name in base.vocabulary.dates:
            through = base.vocabulary.counting[name]
            help = f"compare `{through[0]}`" if through else "add a number fact that counts `since` it"
            return "R004", f"conditions do not look at dates, and `{name}` is one", help
        if kind is None:
            if name in self.spoiled or self.unread & CONDITION_NAMES:
                return None
            help = self._as_choice(atom) or self._instead(name, "fact", self.in_conditions)
            return "R003", f"unknown fact `{name}`", help
        fact = base.vocabulary.get(name)
        if kind == "finding" or (fact is not None and fact.kind == "boolean"):
            if value is not True:
                return (
                    "R004",
                    f"`{name}` is true or false and is not compared",
                    f"write `{name}` or `not {name}`",
                )
            return None
        if fact is not None and fact.kind == "choice":
            wanted = value if isinstance(value, tuple) else (value,)
            for choice in wanted:
                if not isinstance(choice, str):
                    return "R004", f"`{name}` is a choice", f"write `{name} == {fact.choices[0]}`"
                if choice not in fact.choices:
                    help = nearest(choice, fact.choices) or f"write {fact.expected()}"
                    return "R008", f"`{name}` has no choice `{choice}`", help
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            close = nearest(value, self.numbers) if isinstance(value, str) else ""
            return "R004", f"`{name}` is a number", close or f"compare it with one: `{name} >= 1`"
        wrong = unit_problem(atom, base)
        if wrong is not None:
            return wrong
        bounds = range_of(name, base.vocabulary, base.derived, base.instruments)
        if bounds is None:
            return None
        low, high = bounds
        never = {
            ">=": value > high,
            ">": value >= high,
            "<=": value < low,
            "<": value <= low,
            "==": not low <= value <= high,
        }[atom.op]
        if never:
            help = f"`{name}` goes from {float(low):g} to {float(high):g}"
            return "R005", f"`{atom}` can never be true", help
        return None

    def _as_choice(self, atom: Atom) -> str:
        """What to write where a choice stands by itself, or before its fact; empty where it is no choice."""
        facts = [id for id, fact in self.base.vocabulary.items() if atom.name in fact.choices]
        if isinstance(atom.value, str) and atom.value in facts:
            return f"write `{atom.value} == {atom.name}`"
        if atom.value is True and facts:
            of = facts[0] if len(facts) == 1 else "fact"
            named = " and ".join(f"`{id}`" for id in facts[:2])
            return f"it is a choice of {named}: write `{of} == {atom.name}`"
        return ""

    def effects(self) -> Iterator[Diagnostic]:
        """What rules act on exists, and every finding is concluded by somebody."""
        base = self.base
        concluded: set[str] = set()
        candidates, alerts = base.candidates, base.alerts
        for placed in self.contents.rules:
            for at, effect in enumerate(placed.model.then):
                path: list[str | int] = ["then", at]
                match effect:
                    case Weigh(direction=word, candidate=id):
                        yield from self._unknown(placed, [*path, word], id, "candidate", candidates)
                    case Flag(candidate=id):
                        yield from self._unknown(placed, [*path, "flag"], id, "candidate", candidates)
                    case Clear(target=id):
                        dangers = [*candidates, *alerts]
                        yield from self._unknown(placed, [*path, "clear"], id, "candidate or alert", dangers)
                    case Alert(alert=id):
                        yield from self._unknown(placed, [*path, "alert"], id, "alert", alerts)
                    case Conclude(finding=id):
                        concluded.add(id)
                        yield from self._unknown(placed, [*path, "conclude"], id, "finding", base.findings)
                    case Advise(gives=gives):
                        for n, id in enumerate(gives):
                            yield from self._unknown(placed, [*path, "gives", n], id, "fact", base.vocabulary)
                    case _:
                        assert_never(effect)
            for at, id in enumerate(placed.model.supersedes):
                yield from self._unknown(placed, ["supersedes", at], id, "rule", base.rules)
                if id == placed.model.id:
                    message = "a rule cannot supersede itself"
                    yield placed.problem(["supersedes", at], "R015", message, "remove it")
            yield from self._withdrawals(placed)
            yield from self._cited(placed, ["evidence", "citations"], placed.model.evidence.citations)
        for placed in self.contents.instruments:
            if placed.model.evidence is not None:
                yield from self._cited(placed, ["evidence", "citations"], placed.model.evidence.citations)
        for placed in self.contents.thresholds:
            yield from self._cited(placed, ["citations"], placed.model.citations)
        for placed in self.contents.findings:
            if placed.model.id not in concluded and not self.spoiled and not self.unread:
                help = "add a rule with `conclude`, or remove the finding"
                message = f"no rule concludes the finding `{placed.model.id}`"
                yield placed.problem(["id"], "R010", message, help)

    def _withdrawals(self, placed: Placed) -> Iterator[Diagnostic]:
        """Advice is withdrawn of another rule that advises, and by one that is at least as urgent."""
        rule, rules = placed.model, self.base.rules
        for at, id in enumerate(rule.withdraws_advice_of):
            path: list[str | int] = ["withdraws_advice_of", at]
            yield from self._unknown(placed, path, id, "rule", rules)
            if id == rule.id:
                message = "a rule cannot withdraw its own advice"
                yield placed.problem(path, "R015", message, "remove it")
            elif id in rules and not rules[id].effects(Advise):
                message = f"the rule `{id}` advises nothing"
                yield placed.problem(path, "R019", message, "remove it, or name the rule that advises")
            elif id in rules and not _as_urgent(rule, rules[id]):
                message = f"`{id}` advises something more urgent than anything that `{rule.id}` says"
                help = (
                    f"say something as urgent here, or say in `when` of `{id}` for whom its advice is meant"
                )
                yield placed.problem(path, "R019", message, help)

    def _cited(self, placed: Placed, path: Sequence[str | int], keys: Iterable[str]) -> Iterator[Diagnostic]:
        for at, key in enumerate(keys):
            yield from self._unknown(placed, [*path, at], key, "citation", self.base.citations, "R009")

    def _unknown(
        self,
        placed: Placed,
        path: Sequence[str | int],
        id: str,
        what: str,
        known: Iterable[str],
        code: str = "R003",
    ) -> Iterator[Diagnostic]:
        if id not in known and not self.contents.excuses(id, *what.split(" or ")):
            yield placed.problem(path, code, f"unknown {what} `{id}`", self._instead(id, what, known))

    def _instead(self, id: str, what: str, known: Iterable[str]) -> str:
        """What to do about an id that is not there."""
        base = self.base
        kinds: list[tuple[str, Iterable[str]]] = [
            ("candidate", base.candidates),
            ("alert", base.alerts),
            ("rule", base.rules),
        ]
        kind: str = base.kind_of(id) or next((kind for kind, ids in kinds if id in ids), "")
        if kind:
            kind = {"derived": "derived value", "instrument": "score"}.get(kind, kind)
            is_a, not_a = (f"an {each}" if each == "alert" else f"a {each}" for each in (kind, what))
            return f"`{id}` is {is_a}, not {not_a}"
        define = f"define it in `{_FILES[what]}.yaml`, or correct the name" if what in _FILES else ""
        return nearest(id, [*known, *sorted(self.spoiled)]) or define or "correct the name"

    def cycles(self) -> Iterator[Diagnostic]:
        """Findings and scores do not depend on themselves."""
        base = self.base
        edges: dict[str, Iterable[str]] = {
            finding: needs([rule.condition for rule in rules], {})
            for finding, rules in base.concluded_by.items()
        }
        for id, score in base.instruments.items():
            gate = [] if score.gate is None else [score.gate]
            edges[id] = needs([*(item.condition for item in score.items), *gate], {})
        path = cycle(edges)
        if path is not None:
            named = path[0]
            rule = base.concluded_by[named][0].id if named in base.concluded_by else None
            items = self.contents.rules if rule else self.contents.instruments
            placed = next(each for each in items if each.model.id == (rule or named))
            shown = " → ".join(f"`{name}`" for name in path)
            where = ["when"] if rule else ["id"]
            help = "let one of them stand on facts alone"
            yield placed.problem(where, "R007", f"this goes round in a circle: {shown}", help)
        else:
            yield from self._scores_on_scores()

    def _scores_on_scores(self) -> Iterator[Diagnostic]:
        """A score that compares a score stands for all of its items, each time: that must stay small."""
        scores = self.base.instruments
        on: dict[str, list[str]] = {}
        for id, score in scores.items():
            conditions = [item.condition for item in score.items]
            conditions += [] if score.gate is None else [score.gate]
            on[id] = [atom.name for each in conditions for atom in atoms(each)]
        deep: dict[str, int] = {}
        large: dict[str, int] = {}
        for id in sorted_by_need(
            {id: [name for name in names if name in scores] for id, names in on.items()}
        ):
            deep[id] = 1 + max((deep.get(name, 0) for name in on[id]), default=0)
            large[id] = sum(large.get(name, 1) for name in on[id])
            what = f"{deep[id]} scores on top of each other" if deep[id] > DEEPEST_SCORE else ""
            what = what or (f"{large[id]:,} comparisons" if large[id] > LARGEST_SCORE else "")
            if what:
                placed = next(each for each in self.contents.instruments if each.model.id == id)
                most = f"{DEEPEST_SCORE} scores may rest on each other, with {LARGEST_SCORE:,} comparisons"
                help = f"at most {most}"
                yield placed.problem(["id"], "R017", f"`{id}` comes to {what}", help)
                return

    def premises(self) -> Iterator[Diagnostic]:
        """No premise keeps a question from being asked for ever, and none stands before a warning sign."""
        facts = {each.model.id: each for each in self.contents.facts if each.model.ask_when is not None}
        asked = {id: self.base.vocabulary[id].ask_when or "" for id in facts}
        gates = {id: self.base.facts_of(parse(text).condition) for id, text in asked.items()}
        path = cycle(gates)
        if path is not None:
            shown = " → ".join(f"`{name}`" for name in path)
            message = f"these facts are asked only after each other: {shown}"
            yield facts[path[0]].problem(["ask_when"], "R016", message, "let one of them be asked for itself")
        signs = {id for condition in self.base.minimum for id in self.base.facts_of(condition)}
        for id, placed in facts.items():
            if id in signs:
                message = f"`{id}` is a warning sign of `reassure_when`, and is asked of everybody"
                yield placed.problem(["ask_when"], "R016", message, "remove `ask_when`")
        yield from self._gates(signs)

    def _gates(self, signs: Collection[str]) -> Iterator[Diagnostic]:
        """Every fact has one gate at most, and neither a gate nor a warning sign stands behind one."""
        gates = [placed for placed in self.contents.facts if placed.model.opens]
        opened_by: dict[str, str] = {}
        for placed in gates:
            for at, id in enumerate(placed.model.opens):
                message = ""
                if id in signs:
                    message = f"`{id}` is a warning sign of `reassure_when`, and is asked of everybody"
                elif any(id == gate.model.id for gate in gates):
                    message = f"`{id}` opens other facts, and is asked for itself"
                elif id in opened_by:
                    message = f"`{opened_by[id]}` opens `{id}` already"
                opened_by.setdefault(id, placed.model.id)
                if message:
                    yield placed.problem(["opens", at], "R016", message, "remove it here")

    def supersedes(self) -> Iterator[Diagnostic]:
        """No rules supersede each other, for then neither would count; nor withdraw each other's advice."""
        acts = {"supersedes": "supersede each other", "withdraws_advice_of": "withdraw each other's advice"}
        for key, does in acts.items():
            path = cycle({id: getattr(rule, key) for id, rule in self.base.rules.items()})
            if path is not None:
                placed = next(each for each in self.contents.rules if each.model.id == path[0])
                shown = " → ".join(f"`{name}`" for name in path)
                help = "let the stronger one act on the other"
                yield placed.problem([key], "R015", f"these rules {does}: {shown}", help)


def _as_urgent(rule: Rule, other: Rule) -> bool:
    """Whether the rule says something as urgent as anything that the other advises; for routine, nothing."""
    said = [e.urgency for e in rule.then if isinstance(e, Flag | Alert | Advise)]
    advised = [advise.urgency for advise in other.effects(Advise)]
    return min(map(URGENCIES.index, [*said, "routine"])) <= min(map(URGENCIES.index, advised))
