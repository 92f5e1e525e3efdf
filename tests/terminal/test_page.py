"""`report` without a file: the page of the consultation, shown in the terminal."""

from __future__ import annotations

import itertools
import re
from html import unescape

import pytest

import charley
from charley.facts.wording import AUDIENCES, Audience
from charley.pages.write import as_markdown, page_of
from charley.rules.loading.cases import read_cases
from charley.terminal.result.page import show_page

PAPER = {"name", "born", "number", "seen", "signature", "date", "time"}
"""Words of the lines that are filled in by hand."""


def words_in(text: str) -> set[str]:
    return set(re.findall(r"\w+", re.sub(r"\x1b\[[0-9;]*m|(?<=\W)_+|\\", "", text).lower()))


@pytest.mark.parametrize("audience", AUDIENCES)
def test_everything_on_the_page_is_shown(audience: Audience) -> None:
    kb = charley.load()
    for at, placed in enumerate(read_cases(kb)[::40]):
        consultation = kb.consult(placed.case.given, engine="kernel", audience=audience)
        warnings = ("Two answers were left out.", "A third one, too.") if at % 2 else ()
        page = page_of(consultation, audience, warnings, "It began *at night*.")
        shown = list(show_page(page))
        assert words_in(unescape(as_markdown(page))) - words_in("\n".join(shown)) <= PAPER
        assert not any(first == second == "" for first, second in itertools.pairwise(shown))


def test_the_page_fits_a_terminal_of_eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    kb = charley.load()
    consultation = kb.consult(
        {"age": 67, "unilateral_leg_swelling": True}, engine="kernel", audience="clinician"
    )
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in show_page(page_of(consultation, "clinician"))]
    assert max(map(len, lines)) <= 80 and any("O" in line and "--" in line for line in lines)
