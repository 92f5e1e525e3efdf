"""What made rules fire, read off a differential: the answers, and what else was observed, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from charley.engine.differential import Contradicted, Differential, Firing
from charley.engine.explain.words import answer_words, finding_words, range_words
from charley.engine.support import Support
from charley.facts.vocabulary import words
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import Atom

__all__ = ["answers_behind", "contradiction_words", "observations", "observed_words"]


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
