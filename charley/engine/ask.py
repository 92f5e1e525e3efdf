"""What to ask next: the open question that could change most, for the least burden."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from charley.engine.meaning import Valuation, truth
from charley.engine.score import NEAR, Scoring
from charley.facts.record import Record
from charley.facts.vocabulary import Burden, Fact
from charley.facts.wording import Audience
from charley.rules.condition import parse
from charley.rules.rule import Alert, Flag, Urgency, Weigh

__all__ = ["Open", "Question", "next_question", "what_matters"]

DANGER: dict[Urgency, int] = {"emergency": 40, "same_day": 25, "soon": 8, "routine": 0}
"""What a further flag or alert is worth, in the unit of weights (decibans): danger before tidiness."""

EFFORT: dict[Burden, int] = {"history": 1, "examination": 2, "blood_test": 4, "imaging": 6}
"""How much more an answer must promise before it is worth this much trouble."""


@dataclass(frozen=True, slots=True)
class Open:
    """An unknown fact that could still matter.

    `stake` adds up what the open rules that look at the fact could do: decibans on candidates near the
    lead, and `DANGER` for further flags and alerts, each shared among the unknown facts the rule waits for.
    `rules` are those rules, the one with most at stake first.
    """

    fact: str
    stake: float
    rules: tuple[str, ...]
    dangers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question to put: `fact` is its id, `wording` the words, `why` what hangs on it."""

    fact: str
    wording: str
    why: str
    kind: str
    choices: tuple[str, ...] = ()


def what_matters(scoring: Scoring, record: Record, found: Valuation) -> list[Open]:
    """The unknown facts that could still change something, most at stake first."""
    base = scoring.base
    standings = scoring.standings(found.rules)
    lead = standings[0].score
    near = {s.candidate.id for s in standings if s.interval[1] >= lead - NEAR}
    further = dict(scoring.open_dangers(found.rules))
    stakes: dict[str, list[tuple[float, str]]] = {}
    for rule in base.rules.values():
        if found.rules[rule.id] is not None:
            continue
        worth = sum(
            min(abs(effect.weight), NEAR) for effect in rule.effects(Weigh) if effect.candidate in near
        )
        worth += DANGER[further[rule.id].urgency] if rule.id in further else 0
        unknown = [id for id in base.facts_of_rule[rule.id] if id not in record]
        if worth and unknown:
            for id in unknown:
                stakes.setdefault(id, []).append((worth / len(unknown), rule.id))
    opens = []
    for id, shares in stakes.items():
        shares.sort(key=lambda share: (-share[0], share[1]))
        dangers = [_target(further[rule]) for _, rule in shares if rule in further]
        opens.append(
            Open(
                id,
                sum(share for share, _ in shares) / EFFORT[base.vocabulary[id].burden],
                tuple(rule for _, rule in shares),
                tuple(dict.fromkeys(dangers)),
            )
        )
    order = {id: at for at, id in enumerate(base.vocabulary)}
    opens.sort(key=lambda each: (-round(each.stake, 6), order[each.fact]))
    return opens


def next_question(
    scoring: Scoring,
    record: Record,
    found: Valuation,
    audience: Audience,
    not_these: Collection[str] = (),
) -> Question | None:
    """The next question for this audience, or None when nothing that they can answer would matter."""
    base = scoring.base
    for each in what_matters(scoring, record, found):
        fact = base.vocabulary[each.fact]
        if each.fact in not_these or fact.question(audience) is None:
            continue
        if fact.ask_unless is not None:
            excused = truth(parse(fact.ask_unless).condition, base, record, found.findings)
            if excused is True:
                continue
        return _question(scoring, fact, each, audience)
    return None


def _question(scoring: Scoring, fact: Fact, each: Open, audience: Audience) -> Question:
    base = scoring.base
    names = [(base.candidates.get(id) or base.alerts[id]).name.to(audience) for id in each.dangers[:3]]
    if names:
        why = "it could raise a warning: " + "; ".join(names)
    else:
        weighed = [e.candidate for rule in each.rules for e in base.rules[rule].effects(Weigh)]
        named = [base.candidates[id].name.to(audience) for id in dict.fromkeys(weighed)][:3]
        why = "it weighs on: " + "; ".join(named)
    wording = fact.question(audience)
    assert wording is not None
    return Question(fact.id, wording, why, fact.kind, fact.choices)


def _target(effect: Flag | Alert) -> str:
    return effect.candidate if isinstance(effect, Flag) else effect.alert
