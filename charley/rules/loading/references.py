"""References between the parts of a base: names exist once, and what they name is of the right kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from charley.documents.diagnostic import Diagnostic, nearest
from charley.facts.vocabulary import AS_OF
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.parse import Parsed, parse_written
from charley.rules.language.reader import RESERVED, Unreadable
from charley.rules.loading.atoms import Names, place_to_mend
from charley.rules.loading.circles import circles
from charley.rules.loading.contents import Contents, Placed
from charley.rules.loading.shared.thresholds import numbers
from charley.rules.rule import URGENCIES, Advise, Alert, Clear, Conclude, Flag, Rule, Weigh

__all__ = ["problems"]


def problems(base: KnowledgeBase, contents: Contents) -> list[Diagnostic]:
    """Every problem between the parts."""
    checker = _Checker(base, contents)
    found = [*checker.names(), *checker.vocabulary(), *checker.conditions(), *checker.effects()]
    return found if contents.problems or found else list(circles(base, contents))


class _Checker:
    def __init__(self, base: KnowledgeBase, contents: Contents) -> None:
        self.base = base
        self.contents = contents
        self.spoiled, self.unread = contents.spoiled, contents.unread
        self.numbers = numbers(base)
        self._names = Names(base, contents)

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
                    yield placed.problem([key], "R006", f"`{id}` is defined twice", help)
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
        """Derived values are made of number facts and can be computed."""
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
            for at, id in enumerate(c.about.model.basics):
                yield from self._unknown(c.about, ["basics", at], id, "fact", self.base.vocabulary)
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
            found = self._names.problem_of(atom)
            if found is not None:
                code, message, help = found
                at = place_to_mend(message, text, offset, length)
                yield placed.problem(path, code, message, help, at=at)

    def effects(self) -> Iterator[Diagnostic]:
        """The targets of effects exist, and every finding is concluded by a rule."""
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
            yield placed.problem(path, code, f"unknown {what} `{id}`", self._names.instead(id, what, known))


def _as_urgent(rule: Rule, other: Rule) -> bool:
    """Whether the rule says something as urgent as anything that the other advises; for routine, nothing."""
    said = [e.urgency for e in rule.then if isinstance(e, Flag | Alert | Advise)]
    advised = [advise.urgency for advise in other.effects(Advise)]
    return min(map(URGENCIES.index, [*said, "routine"])) <= min(map(URGENCIES.index, advised))
