"""Parts of conditions, and whole facts, that make no difference to anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import count
from typing import assert_never

import z3

from charley.audit.problem import Problem
from charley.audit.subject import Subject
from charley.audit.symbolic.connectives import Formula, negated
from charley.rules.core import ALWAYS, NEVER, Core, Threshold, core
from charley.rules.instrument import Instrument
from charley.rules.language.condition import And, AtLeast, Atom, Condition, Not, Or, atoms
from charley.rules.language.parse import parse
from charley.rules.rule import Conclude, Rule

__all__ = ["atoms_that_do_not_matter", "facts_that_do_not_matter"]


def atoms_that_do_not_matter(subject: Subject) -> Iterator[Problem]:
    """A003: an atom without which the rule would fire for exactly the same patients."""
    for rule in subject.base.rules.values():
        written = list(atoms(rule.condition))
        if len(written) == 1 or subject.never(subject.formulas.rule(rule.id)):
            continue
        signs = (True, False) if rule.effects(Conclude) else (True,)
        for at, atom in enumerate(written):
            how = next((how for how in (ALWAYS, NEVER) if _same(subject, rule, at, how, signs)), None)
            if how is not None:
                message = f"`{atom}` makes no difference in the rule `{rule.id}`"
                because = [_why(subject, written, at, how)]
                yield subject.problem(
                    "A003", rule.id, message, "leave it out", because=because, path=("when",)
                )


def _why(subject: Subject, written: list[Atom], at: int, how: Core) -> str:
    """The other atom that makes this one redundant, if it is a single one."""
    formulas, atom = subject.formulas, written[at]
    for other in written[:at] + written[at + 1 :]:
        narrow, wide = (other, atom) if how == ALWAYS else (atom, other)
        if subject.never(formulas.condition(narrow), negated(formulas.condition(wide))):
            return f"`{wide}` is true whenever `{narrow}` is"
    return "the rest of the condition implies it" if how == ALWAYS else "the rest covers every such patient"


def _same(subject: Subject, rule: Rule, at: int, how: Core, signs: tuple[bool, ...]) -> bool:
    """Whether fixing the atom's value leaves the rule's truth (and, where it matters, falsity) unchanged."""
    for wanted in signs:
        # A value that decides a part for truth decides it the other way for falsity.
        forced = how if wanted else NEVER if how == ALWAYS else ALWAYS
        changed = subject.formulas.core(
            forced_core(rule.condition, subject.base.instruments, at, forced, wanted)
        )
        now = subject.formulas.rule(rule.id, wanted)
        wide, narrow = (changed, now) if forced == ALWAYS else (now, changed)
        if not subject.never(wide, negated(narrow)):
            return False
    return True


def forced_core(
    condition: Condition, instruments: Mapping[str, Instrument], at: int, forced: Core, wanted: bool = True
) -> Core:
    """The core of the condition, with the atom number `at` (from the left, from 0) replaced."""
    number = count()

    def reduced(part: Condition, wanted: bool) -> Core:
        match part:
            case Atom():
                return forced if next(number) == at else core(part, instruments, wanted)
            case Not(inner):
                return reduced(inner, not wanted)
            case And(parts):
                return several(len(parts), parts, wanted)
            case Or(parts):
                return several(1, parts, wanted)
            case AtLeast(least, parts):
                return several(least, parts, wanted)
            case _:
                assert_never(part)

    def several(least: int, parts: tuple[Condition, ...], wanted: bool) -> Core:
        needed = least if wanted else len(parts) - least + 1
        return Threshold(needed, tuple(reduced(part, wanted) for part in parts), (1,) * len(parts))

    return reduced(condition, wanted)


def facts_that_do_not_matter(subject: Subject) -> Iterator[Problem]:
    """A004 and A013: a fact that changes nothing, or only where its question is not asked."""
    looking: dict[str, list[str]] = defaultdict(list)
    for rule in subject.base.rules.values():
        for fact in subject.base.facts_of(rule.condition):
            looking[fact].append(rule.id)
    for asked in subject.base.vocabulary.values():
        if not looking[asked.id]:
            continue  # an unused fact is reported when the base is read
        never_asked: Formula = False
        if asked.ask_unless is not None:
            never_asked = subject.formulas.condition(parse(asked.ask_unless).condition)
        if _matters(subject, asked.id, looking[asked.id], negated(never_asked)):
            continue
        if never_asked is not False and _matters(subject, asked.id, looking[asked.id], True):
            message = f"the question for `{asked.id}` is asked only where its answer changes nothing"
            yield subject.problem("A013", asked.id, message, "correct `ask_unless`", path=("ask_unless",))
        else:
            message = f"no answer for `{asked.id}` ever makes a rule fire that would not fire without it"
            yield subject.problem("A004", asked.id, message, "use it, or remove it")


def _matters(subject: Subject, fact: str, rules: list[str], where: Formula) -> bool:
    """Whether some rule fires that would not if the fact were unknown."""
    patient = subject.formulas.patient
    for rule in rules:
        fires = subject.formulas.rule(rule)
        if isinstance(fires, bool):
            continue
        unknown = z3.substitute(fires, *((v, z3.BoolVal(False)) for v in patient.knowing(fact)))
        if not subject.never(fires, z3.Not(unknown), where):
            return True
    return False
