"""What was understood of a free text, with the words that each fact was taken from."""

from __future__ import annotations

from collections.abc import Iterator

from charley.engine.expert import Expert
from charley.facts.text.results import Reading, Taken
from charley.terminal.text import heading, wrapped

__all__ = ["show_reading"]


def show_reading(expert: Expert, reading: Reading) -> Iterator[str]:
    """The facts taken, what was spoken of in doubt, and what was not understood."""
    yield heading("Understood")
    if not reading.taken:
        yield "  nothing that this base knows of"
    for taken in reading.taken:
        fact = expert.vocabulary[taken.fact]
        said = f"{fact.label}: {fact.show(taken.value)}"
        yield from _item(f"{said}, from {_quoted(taken.words)}{_beside(taken)}")
    if reading.doubtful:
        yield from ("", heading("Spoken of, but not stated, so not taken"))
    for taken in reading.doubtful:
        fact = expert.vocabulary[taken.fact]
        yield from _item(f"{fact.label}, in {_quoted(taken.words)}{_beside(taken)}")
    if reading.not_understood:
        yield from ("", heading("Not understood"))
    for start, end in reading.not_understood:
        yield from _item(_quoted(reading.text[start:end]))
    yield ""


def _item(text: str) -> Iterator[str]:
    yield from wrapped(text, "  ", "    ")


def _beside(taken: Taken) -> str:
    return f" beside {', '.join(map(_quoted, taken.because))}" if taken.because else ""


def _quoted(text: str) -> str:
    return f"“{' '.join(text.split())}”"
