"""What is said to worry: whether it is serious, can wait, or wants a test; from the urgency and its reasons.

Nothing here reassures beyond what was told. What would make it more urgent is said with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from charley.engine.consult.consultation import Consultation
from charley.engine.explain.distance import Distance
from charley.engine.explain.words import WATCH, answer_words, asked_words, in_a_row, to_watch_for
from charley.engine.explanation import Row
from charley.engine.follow_up import plainly
from charley.engine.follow_up.grammar import Worry, tests_in
from charley.engine.summary.summary import summary, urgency_words
from charley.facts.vocabulary import TESTS, Value
from charley.rules.rule import URGENCIES, URGENCY_RANK, OverallUrgency, Urgency

__all__ = ["dangers", "how_soon", "watched"]

REASONS, FURTHER, WATCHED = 2, 3, 6
"""Reasons, signs of a lesser urgency, and signs to watch for that are named; more would not be read."""

_SERIOUS: Final[Mapping[OverallUrgency, str]] = {
    "emergency": "It is to be treated as serious now.",
    "same_day": "It may be serious, so it should be looked at today.",
    "soon": "Nothing that was told makes it an emergency, but it should not be left.",
    "routine": "Nothing that was told makes it serious.",
    "not_known_yet": "Whether it is serious cannot be said before the open warning signs are answered.",
}
_WAIT: Final[Mapping[OverallUrgency, str]] = {
    "emergency": "No: do not wait.",
    "same_day": "No: it should not wait until another day.",
    "soon": "For some days, but not longer than that, and not if it gets worse.",
    "routine": "By what was told it can wait for an ordinary appointment, unless something changes.",
    "not_known_yet": "Whether it can wait cannot be said before the open warning signs are answered.",
}


def dangers(c: Consultation, found: Sequence[Distance], worry: Worry | None, most: int) -> Iterator[Row]:
    """How urgent it is and why; then the single answers that would make it more urgent, the first `most`."""
    yield from how_soon(c, worry)
    now = c.differential.urgency
    rank = len(URGENCY_RANK) if now is None or now == "not_known_yet" else URGENCY_RANK[now]
    if now == "emergency":
        yield Row("", "Nothing could make it more urgent.")
        return
    told: dict[tuple[str, Value], None] = {}
    for urgency in URGENCIES:
        answers = _alone(c, found, urgency) if URGENCY_RANK[urgency] < rank else []
        answers = [each for each in answers if each not in told]
        named = FURTHER if told else most
        told.update(dict.fromkeys(answers))
        if answers:
            yield Row("", f"If one of these is so, it is {urgency_words(c.base, urgency, c.audience)}.")
        yield from plainly.some([_sign(c, *each) for each in answers], named)
    if not told:
        yield Row("", "No single further answer would make it more urgent.")
    # To a patient a sign is a few words; to others it is a sentence.
    most = WATCHED if c.audience == "patient" else FURTHER
    yield from watched(c, None if worry is None and c.audience == "patient" else most)


def how_soon(c: Consultation, worry: Worry | None) -> Iterator[Row]:
    """The urgency, in answer to a worry; the warning signs that are open, and what made it so urgent."""
    d, found = c.differential, summary(c.base, c.differential)
    said = f"So far: {found.urgency}."
    verdict = _verdict(c, worry) if d.urgency is not None else ""
    yield Row("", f"{said} {verdict}".strip())
    signs = found.open_signs(plainly.SIGNS)
    if signs is not None:
        yield Row("  ", signs)
    if worry is not None and d.urgency not in ("routine", "not_known_yet"):
        for reason in found.reasons[:REASONS]:
            yield Row("  ", f"Why: {reason}")


def _verdict(c: Consultation, worry: Worry | None) -> str:
    urgency = c.differential.urgency
    if worry is None or urgency is None:
        return ""
    if worry == "test":
        actions = [each.action for each in summary(c.base, c.differential).points if not each.done]
        wanted = any(tests_in(action) for action in actions)
        return "Tests are asked for, as below." if wanted else "Nothing that was told asks for a test so far."
    return (_SERIOUS if worry == "serious" else _WAIT)[urgency]


def watched(c: Consultation, most: int | None = None) -> Iterator[Row]:
    """The warning signs that are not there and may begin: all, or the first `most` and how many more."""
    signs = to_watch_for(c.base, c.differential)
    if signs:
        more = f" (and {len(signs) - most} more)" if most is not None and len(signs) > most else ""
        yield Row("", f"{WATCH}:")
        yield Row("  ", in_a_row(signs[:most]) + more)


def _sign(c: Consultation, fact: str, value: Value) -> str:
    """An answer as a sign: a yes is understood."""
    known = c.base.vocabulary[fact]
    if value is not True:
        return answer_words(c.base, fact, value, c.audience)
    return known.label if c.audience != "patient" else known.sign or f"{asked_words(c.base, fact)} yes"


def _alone(c: Consultation, found: Sequence[Distance], urgency: Urgency) -> list[tuple[str, Value]]:
    """The single answers that would raise something of this urgency: what all are asked first, tests last."""
    ways = [way[0] for each in found if each.urgency == urgency and each.answers == 1 for way in each.ways]
    first = {fact for condition in c.base.minimum for fact in c.base.facts_of(condition)}
    answers = {fact: value for fact, value in reversed(ways) if isinstance(value, Value)}
    in_order = [(fact, answers[fact]) for fact in dict.fromkeys(fact for fact, _ in ways) if fact in answers]
    tests = {fact.id for fact in c.base.vocabulary.values() if fact.burden in TESTS}
    return sorted(in_order, key=lambda each: (each[0] not in first, each[0] in tests))
