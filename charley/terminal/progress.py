"""A line that says how far a long piece of work is, at a terminal only."""

from __future__ import annotations

import sys
import time

__all__ = ["ProgressLine"]

_EVERY = 0.2
"""Seconds between two lines."""


class ProgressLine:
    """Written over and over on standard error: rows, rows a second, the share done, the time left."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._started = self._said = time.monotonic()
        self._shown = sys.stderr.isatty()

    def __call__(self, rows: int, share: float | None) -> None:
        """So many rows are done, and this share of all of them."""
        now = time.monotonic()
        if self._shown and now - self._said >= _EVERY:
            self._said = now
            print(
                f"\r{self.line(rows, share, now - self._started)}\x1b[K", end="", file=sys.stderr, flush=True
            )

    def line(self, rows: int, share: float | None, seconds: float) -> str:
        """What is said."""
        said = f"{rows:,} {self._what}, {rows / max(seconds, 1e-9):,.0f} a second"
        if share:
            left = round(seconds * (1 - share) / share)
            said += f", {share:.0%}, {left // 60}:{left % 60:02} left"
        return said

    def finish(self) -> float:
        """Wipe the line; the seconds that the work took."""
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
        return time.monotonic() - self._started
