"""A knowledge base of as many rules as are wanted, as an author would write it, drawn from a seed."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

__all__ = ["write_large"]

RULES_A_FILE = 50


def write_large(folder: Path, rules: int, seed: int = 15) -> None:
    """Write a base with so many rules. It has a fact for every five rules and a candidate for every fifty,
    findings, scores, a case for every twenty rules, and an invariant for every flag.
    """
    among = random.Random(seed)
    facts, candidates = (
        [f"fact_{n}" for n in range(rules // 5)],
        [f"candidate_{n}" for n in range(rules // 50)],
    )
    numbers = set(facts[::5])
    findings = [f"finding_{n}" for n in range(rules // 50)]
    scores = [f"score_{n}" for n in range(rules // 100)]
    (folder / "rules").mkdir(parents=True)
    (folder / "cases").mkdir()
    _write(
        folder / "knowledge_base.yaml", {**ABOUT, "scope": {"when": f"{facts[0]} >= 1", "wording": "Anybody"}}
    )
    _write(
        folder / "facts.yaml",
        [{"group": "all", "title": "All", "facts": [_fact(f, f in numbers) for f in facts]}],
    )
    named = [_candidate(candidate, at, among) for at, candidate in enumerate(candidates)]
    _write(folder / "candidates.yaml", {"candidates": named, "alerts": []})
    _write(
        folder / "findings.yaml", [{"id": finding, "meaning": "What rules conclude."} for finding in findings]
    )

    def atom() -> str:
        fact = among.choice(facts)
        if fact in numbers:
            return f"{fact} {among.choice(['>=', '<'])} {among.randrange(10, 90)}"
        return among.choice(["", "", "not "]) + fact

    items = [[{"when": atom(), "points": among.choice([1, 1, 2])} for _ in range(5)] for _ in scores]
    instruments = [{"id": id, "title": id, "items": each} for id, each in zip(scores, items, strict=True)]
    _write(folder / "instruments.yaml", {"instruments": instruments})
    written: list[dict[str, Any]] = []
    invariants = []
    for n in range(rules):
        when = f"{atom()} and {atom()}" if n % 2 else f"{atom()} and ({atom()} or {atom()})"
        effect: dict[str, Any] = {
            "raise": among.choice(candidates),
            "strength": among.choice(["slight", "moderate", "strong"]),
            "group": f"group_{among.randrange(rules // 10)}",
        }
        if n < len(findings):
            effect = {"conclude": findings[n]}
        elif n % 10 == 3:
            when = f"{among.choice(findings)} and {atom()}"
        elif n % 10 == 5:
            when = f"{among.choice(scores)} >= 2"
        elif n % 20 == 7:
            effect = {"flag": among.choice(candidates), "urgency": "same_day", "action": "Look at it"}
            invariants.append({"id": f"flag-{n}", "if": when, "then": f"flagged({effect['flag']})"})
        written.append(
            {
                "id": f"rule-{n}",
                "title": f"Rule number {n}",
                "when": when,
                "then": [effect],
                "because": "It was drawn at random.",
                "evidence": {"kind": "judgement"},
            }
        )
    for at in range(0, rules, RULES_A_FILE):
        _write(folder / "rules" / f"part_{at:06}.yaml", written[at : at + RULES_A_FILE])
    told = [{f: 50 if f in numbers else True for f in among.sample(facts, 5)} for _ in range(rules // 20)]
    cases = [
        {"id": f"case-{n}", "title": "A case", "given": g, "expect": {"fires": []}}
        for n, g in enumerate(told)
    ]
    _write(folder / "cases" / "drawn.yaml", cases)
    _write(folder / "invariants.yaml", invariants)


def _fact(id: str, number: bool) -> dict[str, Any]:
    fact: dict[str, Any] = {"id": id, "kind": "number" if number else "boolean"}
    fact |= {"answered_by": "patient", "wording": f"What about {id}?"}
    return {**fact, "unit": "1", "plausible_range": [0, 100]} if number else fact


def _candidate(id: str, at: int, among: random.Random) -> dict[str, Any]:
    tier = ("most_likely", "other_likely", "do_not_miss", "rare")[at % 4]
    named = {"id": id, "prefix": id, "name": id, "description": "One of many."}
    return {**named, "tier": tier, "prior": -among.randrange(3, 20), "disposition": "soon"}


def _write(file: Path, value: Any) -> None:
    """YAML in block style, a value a line, as `yaml.safe_dump` would write it and many times faster."""
    if isinstance(value, dict):
        text = "".join(f"{key}: {_inline(each)}" for key, each in value.items())
    else:
        text = "".join(_item(each) for each in value)
    file.write_text(text or "[]\n", encoding="utf-8")


def _item(value: dict[str, Any]) -> str:
    lines = [f"{key}: {_inline(each, 2)}" for key, each in value.items()]
    return "- " + "  ".join(lines)


def _inline(value: Any, indent: int = 0) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        blanks = " " * (indent + 2)
        return "\n" + "".join(f"{blanks}- {json.dumps(each)}\n" for each in value)
    return f"{value if isinstance(value, int | str) and not isinstance(value, bool) else json.dumps(value)}\n"


ABOUT = {
    "id": "large_base",
    "title": "A large base",
    "version": "1.0.0",
    "updated": "2026-01-01",
    "source": "Drawn at random",
    "authors": ["nobody"],
    "purpose": "To measure.",
    "intended_use": "To measure.",
    "misuse": "Anything else.",
    "editorial_policy": "None.",
    "disclaimer": "For educational purpose only, pending human review.",
    "funding": "none",
    "review": {"status": "submitted"},
}
