"""No test was done, or nobody examined: what is open of the results, or of the signs, is asked of nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from charley.facts.vocabulary import Fact
from charley.terminal.conversation.interview import Interview
from charley.terminal.conversation.typed import Typed
from charley.terminal.text import wrapped

__all__ = ["unexamined", "untested"]


def untested(interview: Interview, _: Typed) -> Iterator[str]:
    """Every test that is open now is not known; a result can still be told."""
    yield from _not_known(interview, lambda fact: fact.is_result, "test", "done", "a result")


def unexamined(interview: Interview, _: Typed) -> Iterator[str]:
    """Every sign and measurement that is open now is not known; one can still be told."""
    yield from _not_known(interview, lambda fact: fact.is_examined, "sign", "looked for", "a sign")


def _not_known(
    interview: Interview, of: Callable[[Fact], bool], kind: str, done: str, one: str
) -> Iterator[str]:
    c = interview.consultation
    facts = [fact.id for fact in (c.base.vocabulary[each.fact] for each in c.open_questions()) if of(fact)]
    if not facts:
        yield f"  No {kind} is open that would matter."
        return
    number = f"one {kind}" if len(facts) == 1 else f"{len(facts)} {kind}s"
    yield from wrapped(f"Noted: {number} not {done}. `tell FACT=VALUE` tells {one} all the same.", "  ")
    yield from interview.take(dict.fromkeys(facts))
