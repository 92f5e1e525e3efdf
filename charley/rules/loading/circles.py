"""Circular dependencies of findings, scores, questions and rules, and scores that depend on too much."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from charley.documents.diagnostic import Diagnostic
from charley.rules.knowledge_base import KnowledgeBase, needs
from charley.rules.language.condition import atoms
from charley.rules.language.parse import parse
from charley.rules.loading.contents import Contents
from charley.rules.order import cycle, sorted_by_need

__all__ = ["circles"]

DEEPEST_SCORE = 8
LARGEST_SCORE = 10_000


def circles(base: KnowledgeBase, contents: Contents) -> Iterator[Diagnostic]:
    """Every circle in a base whose names all exist."""
    found = list(_dependencies(base, contents))
    yield from found or [*_supersedes(base, contents), *_premises(base, contents)]


def _dependencies(base: KnowledgeBase, contents: Contents) -> Iterator[Diagnostic]:
    """Findings and scores do not depend on themselves."""
    edges: dict[str, Iterable[str]] = {
        finding: needs([rule.condition for rule in rules], {}) for finding, rules in base.concluded_by.items()
    }
    for id, score in base.instruments.items():
        gate = [] if score.gate is None else [score.gate]
        edges[id] = needs([*(item.condition for item in score.items), *gate], {})
    path = cycle(edges)
    if path is not None:
        named = path[0]
        rule = base.concluded_by[named][0].id if named in base.concluded_by else None
        items = contents.rules if rule else contents.instruments
        placed = next(each for each in items if each.model.id == (rule or named))
        shown = " → ".join(f"`{name}`" for name in path)
        where = ["when"] if rule else ["id"]
        help = "let one of them depend on facts only"
        yield placed.problem(where, "R007", f"circular dependency: {shown}", help)
    else:
        yield from _scores_on_scores(base, contents)


def _scores_on_scores(base: KnowledgeBase, contents: Contents) -> Iterator[Diagnostic]:
    """A score that compares a score stands for all of its items, each time: that must stay small."""
    scores = base.instruments
    on: dict[str, list[str]] = {}
    for id, score in scores.items():
        conditions = [item.condition for item in score.items]
        conditions += [] if score.gate is None else [score.gate]
        on[id] = [atom.name for each in conditions for atom in atoms(each)]
    deep: dict[str, int] = {}
    large: dict[str, int] = {}
    for id in sorted_by_need({id: [name for name in names if name in scores] for id, names in on.items()}):
        deep[id] = 1 + max((deep.get(name, 0) for name in on[id]), default=0)
        large[id] = sum(large.get(name, 1) for name in on[id])
        what = f"{deep[id]} scores on top of each other" if deep[id] > DEEPEST_SCORE else ""
        what = what or (f"{large[id]:,} comparisons" if large[id] > LARGEST_SCORE else "")
        if what:
            placed = next(each for each in contents.instruments if each.model.id == id)
            most = f"{DEEPEST_SCORE} scores may rest on each other, with {LARGEST_SCORE:,} comparisons"
            help = f"at most {most}"
            yield placed.problem(["id"], "R017", f"`{id}` comes to {what}", help)
            return


def _premises(base: KnowledgeBase, contents: Contents) -> Iterator[Diagnostic]:
    """No premise keeps a question from being asked for ever, and none stands before a warning sign."""
    facts = {each.model.id: each for each in contents.facts if each.model.ask_when is not None}
    asked = {id: base.vocabulary[id].ask_when or "" for id in facts}
    gates = {id: base.facts_of(parse(text).condition) for id, text in asked.items()}
    path = cycle(gates)
    if path is not None:
        shown = " → ".join(f"`{name}`" for name in path)
        message = f"these facts are asked only after each other: {shown}"
        yield facts[path[0]].problem(["ask_when"], "R016", message, "remove `ask_when` from one of them")
    signs = {id for condition in base.minimum for id in base.facts_of(condition)}
    for id, placed in facts.items():
        if id in signs:
            message = f"`{id}` is a warning sign of `reassure_when`, and is asked of everybody"
            yield placed.problem(["ask_when"], "R016", message, "remove `ask_when`")
    yield from _gates(contents, signs)
    yield from _basics(base, contents)


def _gates(contents: Contents, signs: Collection[str]) -> Iterator[Diagnostic]:
    """Every fact has one gate at most, and neither a gate nor a warning sign stands behind one."""
    gates = [placed for placed in contents.facts if placed.model.opens]
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


def _basics(base: KnowledgeBase, contents: Contents) -> Iterator[Diagnostic]:
    """Every fact of the form that everybody is asked can be answered by a patient, and waits for no other."""
    about, opened = contents.about, {id for placed in contents.facts for id in placed.model.opens}
    for at, id in enumerate(about.model.basics if about is not None else ()):
        fact, why = base.vocabulary[id], ""
        if fact.question("patient") is None:
            why = "a patient is not asked for it"
        elif fact.ask_when is not None or id in opened:
            why = "it waits for another answer"
        if why and about is not None:
            message = f"`{id}` is one of the `basics`, and {why}"
            yield about.problem(["basics", at], "R016", message, "remove it here")


def _supersedes(base: KnowledgeBase, contents: Contents) -> Iterator[Diagnostic]:
    """No rules supersede each other, for then neither would count; nor withdraw each other's advice."""
    acts = {"supersedes": "supersede each other", "withdraws_advice_of": "withdraw each other's advice"}
    for key, does in acts.items():
        path = cycle({id: getattr(rule, key) for id, rule in base.rules.items()})
        if path is not None:
            placed = next(each for each in contents.rules if each.model.id == path[0])
            shown = " → ".join(f"`{name}`" for name in path)
            help = "let the stronger one act on the other"
            yield placed.problem([key], "R015", f"these rules {does}: {shown}", help)
