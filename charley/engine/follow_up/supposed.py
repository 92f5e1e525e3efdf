"""What a question supposes: `what if I had a fever?`, `would a normal potassium change your mind?`."""

from __future__ import annotations

from charley.engine.follow_up.asked_facts import FactWords
from charley.engine.follow_up.grammar import meant, pattern
from charley.engine.follow_up.mentions import Names
from charley.engine.follow_up.reader import reader_of
from charley.engine.follow_up.results import number_for, result_in
from charley.engine.prepared import Prepared
from charley.facts.vocabulary import TESTS, Value

__all__ = ["matters", "supposed_in", "supposes"]


def supposes(text: str) -> bool:
    """Whether a question, as it is compared, begins as one about what is supposed and nothing else."""
    return pattern("supposes").search(text) is not None


def matters(text: str) -> bool:
    """Whether a question, as it is compared, asks what something would change."""
    return pattern("matters").search(text) is not None


def supposed_in(base: Prepared, question: str) -> tuple[dict[str, Value] | None, tuple[str, ...]]:
    """The facts of what is supposed, None where nothing is; and the tests whose number must be told."""
    no_if = pattern("no_if")
    found = [each for each in pattern("if").finditer(question) if not no_if.search(question[: each.start()])]
    found = found or [*pattern("would").finditer(question)]
    stated = None if found else pattern("stated").search(question)
    if stated is not None:
        clause = stated["clause"]
    elif found:
        clause = pattern("consequence").sub("", question[found[-1].end() :].strip()).strip(" ?!.,")
    else:
        return None, ()
    clause = meant(clause, "as_now")
    reading = base.part(reader_of).read(clause)
    vocabulary, result = base.vocabulary, result_in(clause)
    tests = [] if result is None else [t for t in base.part(Names).tests(clause) if t not in reading.facts]
    numbers = {test: number_for(base, test, result) for test in tests} if result else {}
    spans = [taken.span for taken in reading.taken]
    facts: dict[str, Value] = {}
    for taken in reading.taken:
        # `pregnant` supposes no other sex, and a result in words of a test that is named is its number.
        beside = sum(start < taken.end and taken.start < end for start, end in spans)
        implied = vocabulary[taken.fact].fixed and beside > 1
        # The side of `the ABPI on the left` is that of the test.
        implied = implied or any(
            vocabulary[each.fact].side is not None and each.start <= taken.start and taken.end <= each.end
            for each in reading.taken
            if vocabulary[taken.fact].kind == "choice"
        )
        in_words = any(numbers.values()) and vocabulary[taken.fact].kind == "choice"
        if not implied and not in_words:
            facts[taken.fact] = taken.value
    facts |= {test: number for test, number in numbers.items() if number is not None}
    if not facts and not tests and result is not None:
        # `If the ultrasound is clear`: which of its results that is, must be said.
        named = base.part(FactWords).named(clause, ())
        tests = [named] if named is not None and vocabulary[named].burden in TESTS else []
    return facts, () if facts else tuple(tests)
