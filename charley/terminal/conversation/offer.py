"""The offer to stop: made when enough is known, made again when it becomes more urgent, never pressed."""

from __future__ import annotations

from collections.abc import Iterator

from charley.engine.consult.consultation import Consultation
from charley.engine.consult.recommend import RANK, State
from charley.terminal.text import laid_out, paint

__all__ = ["Offer"]


class Offer:
    """Whether to stop. `open` while a person has not said whether to go on."""

    def __init__(self, consultation: Consultation) -> None:
        self._consultation = consultation
        self.open = False
        self.gone_on: State | None = None
        """The last recommendation that was declined."""
        self._made: State = "go_on"

    def lines(self, short: bool) -> list[str]:
        """The offer in words; nothing where it is not the time for one."""
        self.open = False
        if short:
            return []
        found = self._consultation.recommendation
        if not found.stop or found.state == "nothing":
            return []
        if self.gone_on is not None and RANK[found.state] <= RANK[self.gone_on]:
            return []
        self.open, self._made = True, found.state
        return list(self._said(found.state))

    def _said(self, state: State) -> Iterator[str]:
        found = self._consultation.recommendation
        yield ""
        for line in laid_out(found.rows()):
            yield paint(line, bold=True) if not line.startswith("  ") else line
        more = "continues for the record" if state == "emergency" else "asks more"
        yield paint(f"   Enter finishes; `go on` {more}", dim=True)

    def go_on(self) -> None:
        """The offer was declined."""
        self.open, self.gone_on = False, self._made
