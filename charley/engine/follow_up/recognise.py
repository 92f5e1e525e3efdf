"""A question after a differential as a kind with arguments, by its grammar and the vocabulary's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, assert_never

from charley.engine.differential import Differential
from charley.engine.follow_up.asked_facts import FactWords
from charley.engine.follow_up.grammar import (
    Form,
    forms_of,
    meant,
    names_no_score,
    pattern,
    says_nothing,
)
from charley.engine.follow_up.mentions import Named, Names, Said
from charley.engine.follow_up.reader import reader_of
from charley.engine.follow_up.supposed import matters, supposed_in, supposes
from charley.engine.prepared import Prepared
from charley.engine.scores.table import scores_named
from charley.facts.text.tokens import stem, tokenize
from charley.facts.vocabulary import TESTS

__all__ = ["Kind", "Recognised", "Recogniser"]

Kind = Literal[
    "how",
    "why_not",
    "what_if",
    "contrast",
    "distance_to_danger",
    "what_to_do",
    "about_candidate",
    "next_question",
    "why_asked",
    "about_fact",
    "considered",
    "score",
    "cannot_answer",
]


@dataclass(frozen=True, slots=True)
class Recognised:
    """What is asked: the kind, and its arguments by name."""

    kind: Kind
    arguments: Mapping[str, Any] = field(default_factory=dict)


class Recogniser:
    """Recognises questions to one base. Making it takes the time, not asking."""

    def __init__(self, base: Prepared) -> None:
        self._base = base
        self._names = base.part(Names)
        self._steps = dict(_words_of_steps(base))

    def recognise(self, question: str, d: Differential) -> Recognised:
        """What the question asks of this differential."""
        said = self._names.read(question)
        if pattern("score").search(said.text) and (score := self._score(said)) is not None:
            return Recognised("score", {"score": score})
        if (bears := self._about_fact(question, d)) is not None:
            return bears
        forms = forms_of(said.text)
        targets = [self._highest(each, d) for each in said.named]
        supposed, tests = supposed_in(self._base, question)
        asks_what_to_do = _only(forms, "what_to_do") and not matters(said.text)
        asks_what_to_do = asks_what_to_do or pattern("worse").search(said.text) is not None
        if supposed and not asks_what_to_do and not _only(forms, "cannot_answer"):
            return Recognised("what_if", {"facts": supposed})
        if tests and not asks_what_to_do:
            return Recognised("what_if", {"facts": {}, "number_of": tests})
        if supposed is not None and not supposed and not asks_what_to_do:
            # A supposition of which nothing is known: only of a diagnosis can something be said.
            if targets and pattern("supposes_a_diagnosis").search(said.text):
                return Recognised("what_to_do", {"target": targets[0]})
            if supposes(said.text):
                return Recognised("cannot_answer")
        for form in forms:
            found = self._as(form, said, targets, d)
            if found is not None:
                return found
        if targets:
            return self._could_be(targets[0], d) if len(said.text.split()) < 3 else _about(targets[0])
        score = self._score(said)
        return Recognised("cannot_answer") if score is None else Recognised("score", {"score": score})

    def _as(self, form: Form, said: Said, targets: list[str], d: Differential) -> Recognised | None:
        """The question taken in this form; None where it does not fit after all."""
        match form:
            case "cannot_answer":
                return Recognised("cannot_answer")
            case "next_question":
                return Recognised("next_question", {"target": targets[0]} if targets else {})
            case "distance_to_danger":
                return Recognised("distance_to_danger")
            case "considered":
                return Recognised("considered")
            case "why_asked":
                return self._why_asked(said.passage.text, d)
            case "contrast":
                return self._contrast(targets, d)
            case "why_not":
                return self._why_not(said, targets, d)
            case "how":
                return self._how(said, targets, d)
            case "what_to_do":
                return Recognised("what_to_do", {"target": targets[0]} if targets else {})
            case "could_be":
                return self._could_be(_cause(said, targets), d) if targets else None
            case "remedy":
                # `is an iron tablet any good?`: a tablet is then no cause that is named.
                tests = self._names.tests(said.passage.text)
                if any(self._base.vocabulary[test].burden in TESTS for test in tests):
                    return Recognised("what_to_do")
                remedy = self._remedy(said, d)
                return Recognised("what_to_do", {"target": remedy}) if remedy else None
            case "about_candidate":
                return _about(targets[0]) if targets else None
            case _:
                assert_never(form)

    def _score(self, said: Said) -> str | None:
        """The one score that is asked for by name: `what is the Wells score?`."""
        asked = [token.low for token in said.passage.tokens if token.low.isalnum()]
        found = scores_named(self._base, " ".join(word for word in asked if not names_no_score(word)))
        return found[0] if len(found) == 1 else None

    def _why_asked(self, question: str, d: Differential) -> Recognised | None:
        """Why a fact is asked for that is named by a word of its question; None where none is."""
        about = pattern("asked").search(question)
        named = question if about is None else question[about.end() :]
        read = self._facts(named)
        fact = read[0] if len(read) == 1 else self._base.part(FactWords).named(named, d.record)
        return Recognised("why_asked", {"fact": fact}) if fact is not None else None

    def _about_fact(self, question: str, d: Differential) -> Recognised | None:
        """What an answer or a test weighs: `why does a statin count against cramps?`; None if not asked."""
        asked = pattern("bears").search(question)
        if asked is None:
            return None
        about = meant(next(part for part in asked.group("a", "b", "c", "d", "e", "f", "g") if part), "as_now")
        of = next((part for part in asked.group("of", "of2", "of3") if part), "")
        read = self._facts(about) or self._names.tests(about)
        if not read:
            fact = self._base.part(FactWords).named(about, d.record, told_first=True)
            read = () if fact is None else (fact,)
        if not read:
            return None
        named = self._names.read(of).named
        if asked.group("of3") and not named:
            return None  # what would explain it is no diagnosis here
        target = {"target": self._highest(named[0], d)} if named else {}
        told = [fact for fact in read if fact in d.record]
        return Recognised("about_fact", {"fact": (told or read)[0], **target})

    def _facts(self, text: str) -> tuple[str, ...]:
        reading = self._base.part(reader_of).read(text)
        return tuple(each.fact for each in (*reading.taken, *reading.doubtful))

    def _why_not(self, said: Said, targets: list[str], d: Differential) -> Recognised | None:
        if not targets:
            return None
        if pattern("rules_out").search(said.text):
            return self._could_be(targets[0], d)
        return Recognised("why_not", {"target": targets[0]})

    def _how(self, said: Said, targets: list[str], d: Differential) -> Recognised | None:
        if targets:
            return Recognised("how", {"target": targets[0]})
        if pattern("about_no_diagnosis").search(said.text):
            return None  # of something that is no diagnosis here
        if d.leader is not None and (pattern("refers").search(said.text) or len(said.text.split()) < 3):
            return Recognised("how", {"target": d.leader})
        return None

    def _could_be(self, target: str, d: Differential) -> Recognised:
        """Why, where it is warned of or stands first; else why not."""
        there = target == d.leader or any(flag.candidate == target for flag in d.flags)
        there = there or any(alarm.alert == target for alarm in d.alerts)
        return Recognised("how" if there else "why_not", {"target": target})

    def _contrast(self, targets: list[str], d: Differential) -> Recognised | None:
        """Two candidates, the second of which may be the one that stands first."""
        ranked = [each.candidate for each in d.standings]
        two = [each for each in dict.fromkeys(targets) if each in self._base.candidates][:2]
        two += [each for each in ranked[:2] if each not in two][: 2 - len(two)] if len(two) == 1 else []
        return Recognised("contrast", {"first": two[0], "second": two[1]}) if len(two) == 2 else None

    def _highest(self, named: Named, d: Differential) -> str:
        """Of those that the words may mean, the one that is warned of or stands highest."""
        raised = {alarm.alert for alarm in d.alerts}
        order = {each.candidate: at for at, each in enumerate(d.standings)}
        return min(named.targets, key=lambda id: -1 if id in raised else order.get(id, len(order)))

    def _remedy(self, said: Said, d: Differential) -> str | None:
        """The candidate that stands highest of those whose next steps speak of what is asked about."""
        order = {each.candidate: at for at, each in enumerate(d.standings)}
        asked = [t.stem for t in said.passage.tokens if len(t.low) > 3 and not says_nothing(t.low)]
        found = [id for id, words in self._steps.items() if any(each in words for each in asked)]
        return min(found, key=lambda id: order.get(id, len(order)), default=None)


def _about(target: str) -> Recognised:
    return Recognised("about_candidate", {"target": target})


def _only(forms: list[Form], form: Form) -> bool:
    return bool(forms) and forms[0] == form


def _cause(said: Said, targets: list[str]) -> str:
    """Of two that are named, the one that is asked about as the cause of the other."""
    if len(targets) > 1 and pattern("one_from_another").search(said.text):
        return targets[1]
    return targets[0]


def _words_of_steps(base: Prepared) -> Iterator[tuple[str, frozenset[str]]]:
    for candidate in base.candidates.values():
        steps = candidate.next_steps
        texts = [*steps.clinician, *steps.student, *steps.patient]
        words = {token.low for text in texts for token in tokenize(text) if len(token.low) > 3}
        yield candidate.id, frozenset(stem(word) for word in words if not says_nothing(word))
