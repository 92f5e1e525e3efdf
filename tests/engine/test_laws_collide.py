"""The random bases and records reach what the laws are about: each feature, in a tenth of the examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from bases import bases, records
from hypothesis import HealthCheck, given, settings

from charley.engine.expert import Expert
from charley.engine.meaning import valuation
from charley.facts.vocabulary import Value

EXAMPLES = 300
FEATURES = (
    "a rule that weighs fires",
    "a flag is raised",
    "a flag is answered",
    "a rule is superseded",
    "advice is withdrawn",
    "a weight is passed over in its group",
    "an alert is raised",
    "an alert is answered",
    "a score is negative, so that an item with negative points is true",
    "a score with an open item decides a rule",
    "a derived number supports a firing",
    "a choice that is known to be another one supports a firing",
    "a finding rests on a finding",
    "a finding is open",
    "the patient is outside the scope",
)


def reached(base: Expert, record: dict[str, Value]) -> Iterator[str]:
    """The features that this base shows on this record."""
    d = base.diagnose(record)
    found = valuation(base, record)
    contributions = [each for standing in d.standings for each in standing.contributions]
    checks = (
        bool(contributions),
        bool(d.flags),
        any(flag.cleared_by for flag in d.flags),
        any(each.superseded for each in contributions),
        bool(d.withdrawn),
        any(not each.counted and not each.superseded for each in contributions),
        bool(d.alerts),
        any(alarm.cleared_by for alarm in d.alerts),
        any(high < 0 for _, high in found.scores.values()),
        any(
            name in d.instruments and d.instruments[name][0] < d.instruments[name][1]
            for firing in d.firings
            for name in ("score", "scale")
            if name in base.rules[firing.rule].when
        ),
        any(name in str(firing.support) for firing in d.firings for name in base.derived),
        any(each.atom.startswith(("k !=", "k not in")) for firing in d.firings for each in firing.support),
        found.findings["g"] is True
        and any(
            found.rules[rule.id] is True and rule.when == "f"
            for rule in base.rules.values()
            if rule.then[0].kind == "conclude" and rule.then[0].finding == "g"
        ),
        None in found.findings.values(),
        d.scope == "outside",
    )
    return (feature for feature, there in zip(FEATURES, checks, strict=True) if there)


@pytest.fixture(scope="module")
def shares() -> dict[str, float]:
    """How many of the drawn examples reach each feature, as a share."""
    counts: Counter[str] = Counter()

    @settings(max_examples=EXAMPLES, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(bases(), records())
    def draw(base: Expert, record: dict[str, Value]) -> None:
        counts["drawn"] += 1
        counts.update(set(reached(base, record)))

    draw()
    return {feature: counts[feature] / counts["drawn"] for feature in FEATURES}


@pytest.mark.parametrize("feature", FEATURES)
def test_a_tenth_of_the_examples_reach(feature: str, shares: dict[str, float]) -> None:
    assert shares[feature] >= 0.1, f"{feature}: {shares[feature]:.1%}"
