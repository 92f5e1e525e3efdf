"""What the screen says would matter most is what a consultation would ask for."""

from __future__ import annotations

import charley
from charley.engine.ask.prospect import prospect
from charley.rules.loading.cases import vignettes
from charley.terminal.result.differential import NAMES, screen

BASE = charley.load()
MARK = "Would matter most: "


def test_the_screen_names_what_a_consultation_asks_for() -> None:
    seen = first = 0
    for placed in vignettes(BASE)[::10]:
        assessment = BASE.assess(placed.answers)
        if assessment.settled:
            continue
        ahead = prospect(assessment, "clinician", alone=True)
        text = " ".join(" ".join(screen(BASE, assessment.differential(), ahead)).split())
        c = BASE.consult(dict(placed.answers.record), engine="kernel", audience="clinician")
        matter = [each.fact for each in c.what_matters()[:NAMES]]
        assert MARK + "; ".join(BASE.vocabulary[id].noted for id in matter) in text, placed.case.id
        question = c.next_question()
        assert question is not None
        assert question.fact in (matter[0], ahead.precedence.before(matter[0])), placed.case.id
        seen += 1
        first += question.fact == matter[0]
    assert seen > 9
    assert first > 0.7 * seen
