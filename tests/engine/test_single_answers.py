"""One answer alone: the lanes laid out once for a base say what supposing each answer anew says."""

from __future__ import annotations

from bases import VOCABULARY, bases, records
from hypothesis import given
from hypothesis import strategies as st

import charley
from charley.engine.ask.single_answers import SingleAnswers
from charley.engine.expert import Expert
from charley.engine.kernel.hypotheticals import hypothetical_program
from charley.facts.record import Record
from charley.rules.loading.cases import read_cases


def supposed(base: Expert, record: Record, facts: set[str]) -> tuple[set[str], set[str]]:
    """The facts with an answer that raises something, and with one that changes who leads; the slow way."""
    tried = [(fact, value) for fact in facts for value in base.values.of(fact, record)]
    found = base.part(hypothetical_program).suppose(record, [{fact: value} for fact, value in tried])
    raising = {fact for (fact, _), after in zip(tried, found, strict=True) if after.further(found.now)}
    leading = {
        fact for (fact, _), after in zip(tried, found, strict=True) if after.leader != found.now.leader
    }
    return raising, leading


@given(bases(), records(), st.sets(st.sampled_from(sorted(VOCABULARY))))
def test_every_answer_at_once_is_each_answer_supposed(base: Expert, record: Record, facts: set[str]) -> None:
    facts -= record.keys()
    found = SingleAnswers(base, record, facts)
    assert (found.raising(), found.leading()) == supposed(base, record, facts)


def test_the_same_holds_of_the_cases_of_the_bundled_base() -> None:
    kb = charley.load()
    for case in read_cases(kb)[::29]:
        record = case.answers.record
        facts = set(kb.vocabulary) - record.keys()
        found = SingleAnswers(kb, record, facts)
        assert (found.raising(), found.leading()) == supposed(kb, record, facts), case.case.id
