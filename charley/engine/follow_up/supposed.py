"""What a question supposes: `what if I had a fever?`, `would a normal potassium change your mind?`."""

from __future__ import annotations

import re
from typing import Final

from charley.engine.follow_up.grammar import said_for
from charley.engine.follow_up.mentions import Names
from charley.engine.follow_up.reader import reader_of
from charley.engine.follow_up.results import number_for, result_in
from charley.engine.prepared import Prepared
from charley.facts.vocabulary import Value

__all__ = ["matters", "supposed_in", "supposes"]

_IF: Final = re.compile(
    r"\b(?:if|suppose|supposing|imagine|assuming|assume|let'?s say|say(?= (?:i|my|the|it)\b))\b(?: that\b)?",
    re.IGNORECASE,
)
_NO_IF: Final = re.compile(
    r"\b(?:know|tell|ask(?:ed|ing)?|wonder(?:ing)?|see|check|find out|sure)(?: me| you| us)?\s+$"
    r"|\b(?:you|they|doctors?|did|do|to|would|can|could)\s+$",
    re.IGNORECASE,
)
"""What stands before an `if` or a `say` that supposes nothing: `why did you ask if I smoke?`."""

_SUPPOSES: Final = re.compile(
    r"(?:and |so |but |ok |well )*(?:what if|what about if|if|suppose|supposing|imagine|would|do it matter)\b"
)

_MATTERS: Final = re.compile(r"\b(?:matter|change|differ\w*)\b")
_CONSEQUENCE: Final = re.compile(
    r",?\s*\b(?:(?:change|alter|affect|rule) (?:your|things|anything|any|it|that|the)|matter|would"
    r"|could it|will|is it|what|does that|do you|should|how|then)\b.*",
    re.DOTALL | re.IGNORECASE,
)
_WOULD: Final = re.compile(
    r"^(?:and |so |but )?(?:how )?would (?=(?:an? |the |my )?.+? (?:change|alter|affect|make|matter|rule)\b)",
    re.IGNORECASE,
)
"""`Would a normal potassium change your mind?` supposes, too."""

_PART: Final = said_for("PART")

_AS_NOW: Final = (
    (re.compile(r"\b(i|he|she) (?:was|were)\b", re.IGNORECASE), r"\1 am"),
    (re.compile(rf"\b(it|this|that|there|test|scan|{_PART}) (?:was|were)\b", re.IGNORECASE), r"\1 is"),
    (
        re.compile(
            r"\b(i|he|she)(?: also| suddenly)? (?:had|got|get|develop(?:ed)?|start to have|noticed?)\b",
            re.IGNORECASE,
        ),
        r"\1 have",
    ),
    (re.compile(r"\b(i|he|she) (?:took|started|start|started taking)\b", re.IGNORECASE), r"\1 take"),
    (re.compile(r"\b(?:turn|turns|turned) out (?:to be |that )?", re.IGNORECASE), "is "),
)
"""What is supposed is put in the past, and is meant as now."""


def supposes(text: str) -> bool:
    """Whether a question, as it is compared, begins as one about what is supposed and nothing else."""
    return _SUPPOSES.match(text) is not None


def matters(text: str) -> bool:
    """Whether a question, as it is compared, asks what something would change."""
    return _MATTERS.search(text) is not None


def supposed_in(base: Prepared, question: str) -> tuple[dict[str, Value] | None, tuple[str, ...]]:
    """The facts of what is supposed, None where nothing is; and the tests whose number must be told."""
    found = [each for each in _IF.finditer(question) if not _NO_IF.search(question[: each.start()])]
    found = found or [*_WOULD.finditer(question)]
    if not found:
        return None, ()
    clause = _CONSEQUENCE.sub("", question[found[-1].end() :].strip()).strip(" ?!.,")
    for pattern, now in _AS_NOW:
        clause = pattern.sub(now, clause)
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
        named = any(numbers.values()) and vocabulary[taken.fact].kind == "choice"
        if not implied and not named:
            facts[taken.fact] = taken.value
    facts |= {test: number for test, number in numbers.items() if number is not None}
    return facts, () if facts else tuple(tests)
