"""The proofs' reading held to the meaning: same base, same record, same outcome of everything."""

import itertools

import z3
from bases import VOCABULARY, bases, records
from hypothesis import HealthCheck, given, settings

from charley.audit.prove.claims import by_definition, claim_truth
from charley.audit.symbolic.claims import claim_formula
from charley.audit.symbolic.connectives import negated
from charley.audit.symbolic.solver import Search
from charley.audit.symbolic.standing import Formulas
from charley.engine.assessment import Assessment
from charley.rules.candidate import SECTIONS
from charley.rules.invariants.claim import CountOf, Denied, Event, RanksAbove, Score, Stands, Urgent
from charley.rules.rule import URGENCIES

drawn = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))


def everything(base, told: Assessment):
    """Each claim that can be made of a small base."""
    for candidate in base.candidates:
        for what in ("flagged", "cleared", "leads"):
            yield Event(what, candidate)
        score = told.standing(candidate).score
        yield from (Score(candidate, least) for least in (score - 10, score, score + 1))
        yield from (Stands(candidate, (section,)) for section in SECTIONS)
        yield Stands(candidate, ("most_likely", "do_not_miss"))
        yield from (RanksAbove(candidate, other) for other in base.candidates)
    yield from (Event(what, "danger") for what in ("alerted", "cleared"))
    yield from (Event(what, rule) for what in ("fired", "advised") for rule in base.rules)
    yield from map(Urgent, URGENCIES)


@drawn
@given(bases(), records())
def test_a_record_fully_given_leaves_the_solver_no_choice_but_the_meaning(base, record):
    told, formulas = by_definition(base, record), Formulas(base)
    wrong = []
    for rule in base.rules:
        wrong += [same(formulas.rule(rule, wanted), told.rules[rule] is wanted) for wanted in (True, False)]
    for finding, value in told.valuation.findings.items():
        wrong += [same(formulas.finding(finding, wanted), value is wanted) for wanted in (True, False)]
    for claim in everything(base, told):
        value = claim_truth(claim, told)
        wrong += [same(claim_formula(formulas, claim, wanted), value is wanted) for wanted in (True, False)]
        wrong.append(same(claim_formula(formulas, Denied(CountOf(1, (claim,)))), value is False))
    solver = z3.SimpleSolver()
    saying = list(formulas.patient.saying(record))
    solver.add(*formulas.patient.possible(), *saying)
    assert solver.check() == z3.sat
    solver.add(z3.Or(wrong))
    assert solver.check() == z3.unsat


def same(formula, expected):
    """That the formula comes out otherwise than expected."""
    return z3.BoolVal(formula is not expected) if isinstance(formula, bool) else formula != expected


@settings(drawn, max_examples=40)
@given(bases())
def test_a_witness_shows_it_and_none_is_smaller(base):
    formulas = Formulas(base)
    search = Search(formulas.patient)
    rules = list(base.rules)[-2:]
    wanted = [formulas.rule(rules[0]), negated(formulas.rule(rules[1]))]
    witness = search.smallest(*wanted)

    def shows(record):
        told = by_definition(base, record)
        return told.rules[rules[0]] is True and told.rules[rules[1]] is not True

    assert witness is None or shows(witness)
    assert witness == search.smallest(*wanted)
    most = 2 if witness is None else min(2, len(witness) - 1)
    assert not any(shows(record) for record in small_records(most))


def small_records(most: int):
    """Every record with at most so many facts, over values at and between what bases compare with."""
    at_and_between = (0, 0.2, 0.5, 0.7, 1, 1.5, 2, 2.2, 2.5, 2.7, 3, 4, 5, 6, 7.5, 7.7, 8, 9, 10)
    values = {"n": at_and_between, "m": tuple(value for value in at_and_between if 0.5 <= value <= 8)}
    for size in range(most + 1):
        for names in itertools.combinations(VOCABULARY, size):
            ways = [values.get(name, VOCABULARY[name].choices or (True, False)) for name in names]
            yield from (dict(zip(names, way, strict=True)) for way in itertools.product(*ways))
