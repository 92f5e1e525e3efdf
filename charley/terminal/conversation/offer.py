"""The offer to stop, and the end of the questions.

The offer is made once enough is known, and again only when the urgency has risen.
"""

from __future__ import annotations

from collections.abc import Iterator

from charley.engine.consult.consultation import Consultation
from charley.engine.consult.recommend import RANK, State
from charley.engine.explain.words import name_of
from charley.engine.explanation import Row
from charley.terminal.explanations import show_explanation
from charley.terminal.text import paint, wrapped

__all__ = ["Offer", "nothing_left"]


class Offer:
    """The offer to stop. It is `open` until the person accepts or declines it."""

    def __init__(self, consultation: Consultation) -> None:
        self._consultation = consultation
        self.open = False
        self.gone_on: State | None = None
        """The last recommendation that was declined."""
        self._made: State = "go_on"
        self._rows: tuple[Row, ...] = ()

    def lines(self, short: bool) -> list[str]:
        """The text of the offer; empty if none is due."""
        self.open = False
        if short:
            return []
        found = self._consultation.recommendation
        if not found.stop or found.state == "nothing":
            return []
        if self.gone_on is not None and RANK[found.state] <= RANK[self.gone_on]:
            return []
        said = tuple(found.rows())
        again, self._rows = said == self._rows, said
        self.open, self._made = True, found.state
        return list(self._said(found.state, again))

    def _said(self, state: State, again: bool) -> Iterator[str]:
        """The offer with its reasons; if they were shown before, only how to answer it."""
        yield ""
        for margin, text in self._rows if not again else ():
            for line in wrapped(text, margin):
                yield line if margin else paint(line, bold=True)
        more = "continues for the record" if state == "emergency" else "asks more"
        yield paint(f"   Enter finishes; `go on` {more}", dim=True)

    def go_on(self) -> None:
        """Decline the offer."""
        self.open, self.gone_on = False, self._made


def nothing_left(c: Consultation, short: bool, target: str | None) -> Iterator[str]:
    """The text where there is no question: none could raise a warning, bears on the target, or matters."""
    yield ""
    if short:
        yield from wrapped(
            "No further warning can be raised by anything that you can answer. `full` goes on asking."
        )
    elif target is not None:
        name = name_of(c.base, target, c.audience)
        yield from wrapped(f"Nothing more that you can answer bears on {name}. `full` goes on asking.")
    elif c.audience == "patient" and not c.differential.settled:
        yield from wrapped(
            "Nothing more that you can answer would change this. An examination or a test still could."
        )
    else:
        yield from show_explanation(c.stop())
    if c.base.about.follow_up is not None:
        yield from wrapped(c.base.about.follow_up.to(c.audience))
    tell = "tell FACT=VALUE, any other word (`?` lists them)"
    if c.audience == "patient":
        tell = "tell it in your own words, ask what you like"
    yield paint(f"   {tell}, or Enter to finish", dim=True)
