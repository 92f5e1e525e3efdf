"""No test was done: what is open of blood tests, scans and other results is asked of nobody."""

from __future__ import annotations

from collections.abc import Iterator

from charley.facts.vocabulary import TESTS
from charley.terminal.conversation.interview import Interview
from charley.terminal.conversation.typed import Typed
from charley.terminal.text import wrapped

__all__ = ["untested"]


def untested(interview: Interview, _: Typed) -> Iterator[str]:
    """Note every test that is open now as not known, and say how many. A result can still be told."""
    c = interview.consultation
    facts = (c.base.vocabulary[each.fact] for each in c.open_questions())
    tests = [fact.id for fact in facts if fact.burden in TESTS or fact.answered_by == "lab"]
    if not tests:
        yield "  No test is open that would matter."
        return
    number = "one test" if len(tests) == 1 else f"{len(tests)} tests"
    yield from wrapped(f"Noted: {number} not done. `tell FACT=VALUE` tells a result all the same.", "  ")
    yield from interview.take(dict.fromkeys(tests))
