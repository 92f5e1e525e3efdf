"""Questions about a patient. Each is a function of a base and of what was told; nothing is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, assert_never

from charley.documents.diagnostic import Diagnostic, Faulty
from charley.engine.ask.next_screen import next_screen
from charley.engine.ask.prospect import prospect
from charley.engine.ask.question import Question
from charley.engine.ask.shapes.screen import Screen, TickList
from charley.engine.assessment import Assessment
from charley.engine.consult.consultation import Consultation
from charley.engine.consult.recommend import Recommendation, recommend
from charley.engine.expert import Expert
from charley.engine.explain.how import How
from charley.engine.explanation import Explanation
from charley.engine.follow_up.answer import ask
from charley.engine.scores.table import ScoreTable, score_table
from charley.engine.summary.summary import urgency_words
from charley.facts.record import Answers
from charley.facts.text.results import Taken
from charley.facts.wording import Audience
from charley.serve.api.catalogue import identity_of
from charley.serve.api.models import answers as said
from charley.serve.api.models import requests as asked
from charley.serve.api.outcome import clinical

__all__ = ["explanation", "followed_up", "read_text", "scores", "screen", "supposed"]


def _begin(expert: Expert, assessment: Assessment, audience: Audience) -> dict[str, Any]:
    return clinical(assessment, audience, identity_of(expert))


def _lines(explanation: Explanation) -> tuple[str, ...]:
    return tuple(str(explanation).split("\n"))


def read_text(expert: Expert, text: str, audience: Audience) -> said.TextRead:
    """What a text says of a person, for them to confirm."""
    found = expert.read_text(text, audience=audience)
    facts = expert.vocabulary.written(found.facts)
    return said.TextRead.made(
        **_begin(expert, expert.assess(facts), audience),
        facts=facts,
        taken=tuple(map(_taken, found.taken)),
        doubtful=tuple(map(_taken, found.doubtful)),
        not_understood=tuple(
            said.Unread.made(start=start, end=end, words=text[start:end])
            for start, end in found.not_understood
        ),
    )


def _taken(each: Taken) -> said.TakenFact:
    return said.TakenFact.made(
        fact=each.fact,
        value=each.value,
        start=each.start,
        end=each.end,
        words=each.words,
        question=each.question,
        why=each.why,
    )


def screen(expert: Expert, told: Answers, audience: Audience, asked: asked.NextScreen) -> said.ScreenAnswer:
    """What to ask next. Raises `Faulty`."""
    assessment = expert.assess(told)
    ahead = prospect(assessment, audience, told.unknown, later=asked.later)
    found = next_screen(ahead, audience, asked.last_topic)
    return said.ScreenAnswer.made(
        **_begin(expert, assessment, audience),
        screen=None if found is None else _screen(expert, found),
        unanswered=assessment.unanswered,
        recommendation=_recommended(recommend(ahead)) if asked.recommend else None,
    )


def _screen(expert: Expert, found: Screen) -> said.ScreenShown:
    return said.ScreenShown.made(
        topic=found.topic,
        title=found.title,
        ticks=isinstance(found, TickList),
        first=found.first,
        questions=tuple(_question(expert, each) for each in found.questions),
    )


def _question(expert: Expert, each: Question) -> said.Asked:
    return said.Asked.made(
        fact=each.fact,
        wording=each.wording,
        why=each.why,
        kind=each.kind,
        choices=each.choices,
        unit=expert.vocabulary[each.fact].unit,
        stake=each.stake,
    )


def _recommended(found: Recommendation) -> said.Recommended:
    return said.Recommended.made(state=found.state, stop=found.stop, words=_lines(found))


def explanation(
    expert: Expert, told: Answers, audience: Audience, asked: asked.Explain
) -> said.ExplainAnswer:
    """Why it is so, would be asked, or is not so. Raises `Faulty`."""
    c = expert.consult(told, engine="kernel", audience=audience)
    found = _explained(c, asked)
    if isinstance(found, How):
        found = found.trimmed()
    parts: Sequence[Explanation] = found if isinstance(found, tuple) else [] if found is None else [found]
    return said.ExplainAnswer.made(
        **_begin(expert, c.assessment, audience),
        kind=asked.kind,
        words=tuple(line for part in parts for line in _lines(part)),
        data=found,
    )


def _explained(c: Consultation, asked: asked.Explain) -> Any:
    match asked.kind:
        case "how":
            return c.how(asked.candidate or c.differential.leader or _needed("candidate"))
        case "why":
            return c.why(asked.fact)
        case "why_not":
            return c.why_not(asked.candidate or _needed("candidate"), fixed=asked.fixed)
        case "contrast":
            return c.contrast(asked.candidate or _needed("candidate"), asked.other or _needed("other"))
        case "distance":
            return c.distances()
        case "fragility":
            return c.fragility()
        case _:
            assert_never(asked.kind)


def _needed(name: str) -> str:
    message, help = f"`{name}` is missing", "give the id or the name of a candidate"
    raise Faulty([Diagnostic("request", 0, 0, "F004", message, help)])


def supposed(expert: Expert, told: Answers, audience: Audience, changes: Answers) -> said.WhatIfAnswer:
    """Before and after. Raises `Faulty`."""
    c = expert.consult(told, engine="kernel", audience=audience)
    found = c.what_if({**expert.vocabulary.written(changes.record), **dict.fromkeys(changes.unknown)})
    return said.WhatIfAnswer.made(
        **_begin(expert, c.assessment, audience),
        urgency_then=found.after.urgency,
        urgency_words_then=urgency_words(expert, found.after.urgency, audience),
        leader=found.before.leader,
        leader_then=found.after.leader,
        supposed=dict(found.supposed),
        raised=found.raised,
        gone=found.gone,
        moved=found.moved,
        fired=tuple(id for id, _ in found.fired),
        unfired=tuple(id for id, _ in found.unfired),
        words=tuple(str(row) for row in found.rows(numbers=audience != "patient")),
    )


def followed_up(expert: Expert, told: Answers, audience: Audience, question: str) -> said.FollowUpAnswer:
    """The answer to a question in words. Raises `Faulty`."""
    _ = expert.reader  # says which phrase cannot be read, if one cannot
    c = expert.consult(told, engine="kernel", audience=audience)
    found = ask(c, question)
    return said.FollowUpAnswer.made(
        **_begin(expert, c.assessment, audience),
        kind=found.kind,
        arguments=found.arguments,
        told=expert.vocabulary.written(found.told),
        warnings=tuple(str(row) for row in found.first if row.text),
        words=tuple(map(str, found.said)),
    )


def scores(expert: Expert, told: Answers, audience: Audience, score: str | None) -> said.ScoresAnswer:
    """The scores of a patient, or one of them. Raises `Faulty`."""
    c = expert.consult(told, engine="kernel", audience=audience)
    d = c.differential
    found = [c.score(score)] if score else [score_table(expert, d, id) for id in expert.instruments]
    return said.ScoresAnswer.made(**_begin(expert, c.assessment, audience), scores=tuple(map(_score, found)))


def _score(table: ScoreTable) -> said.ScoreShown:
    return said.ScoreShown.made(score=table.score, words=_lines(table))
