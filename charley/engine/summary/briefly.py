"""Answers to students and clinicians that fit on a screen: the verdict, then the reasons that weigh most.

What is left out stands in the rows of the explanation itself, which a face shows to whoever asks for all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from charley.engine.explain.what_if import WhatIf
from charley.engine.explain.why import Why
from charley.engine.explain.why_not import WhyNot
from charley.engine.explanation import Row

__all__ = ["REASONS", "what_if", "why", "why_not"]

REASONS: Final = 3
"""Reasons that are named."""


def why_not(found: WhyNot) -> Iterator[Row]:
    """What it would take, and of the rules that do not fire those that weigh most."""
    yield from found.rows(rules=False)
    if found.missed:
        yield Row("", f"Rules that speak for it and do not fire{_of(found.missed)}:")
    for each in found.missed[:REASONS]:
        verdict = "cannot fire any more" if each.state is False else "is open"
        yield Row(f"  {each.effect:>5}  ", f"{each.because}  [{each.rule}] {verdict}")


def why(found: Why) -> Iterator[Row]:
    """What hangs on a question: what its answers would do at once, and the rules that wait for it."""
    yield Row("", f"{found.wording}  [{found.label}]")
    for answer in found.answers[:REASONS]:
        yield Row("  ", str(answer))
    for item in found.items[:1]:
        yield Row("", f"It is an item of {item}")
    if found.stakes:
        yield Row("", f"Rules that wait for it{_of(found.stakes)}:")
    for stake in found.stakes[:REASONS]:
        yield Row("  ", f"{stake.does}: {stake.because} [{stake.rule}]")


def what_if(found: WhatIf) -> Iterator[Row]:
    """What would change, and of the rules that would begin or cease to fire the first."""
    yield from found.rows(numbers=False)
    rules = [("now fires", *each) for each in found.fired]
    rules += [("no longer fires", *each) for each in found.unfired]
    if rules:
        yield Row("", f"Rules behind it{_of(rules)}:")
    for said, id, because in islice(rules, REASONS):
        yield Row("  ", f"{said}: {because} [{id}]")


def _of(all_: Sequence[object]) -> str:
    """How many there are, where not all are named."""
    return f", the first {REASONS} of {len(all_)}" if len(all_) > REASONS else ""
