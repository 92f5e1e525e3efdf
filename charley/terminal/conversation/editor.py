"""The sources of input lines: a line editor for a terminal, plain standard input otherwise."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from prompt_toolkit.completion import CompleteEvent, Completion
    from prompt_toolkit.document import Document

__all__ = ["Lines", "editor", "plain"]


class Lines(Protocol):
    """Read one line. Raises `EOFError` at the end of input and `KeyboardInterrupt` on Ctrl-C."""

    def __call__(self) -> str: ...


def plain() -> Lines:
    """Lines from standard input."""

    def read() -> str:
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return line.rstrip("\n")

    return read


def editor(
    complete: Callable[[str], Iterable[tuple[str, str]]],
    below: Callable[[str], str],
) -> Lines:
    """A line editor with history and completion.

    `complete` returns the completions of a text, each with its meaning. `below` returns the status line for
    the text typed so far. The library is imported here because only interactive use needs it.
    """
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import Completer, Completion
    from prompt_toolkit.formatted_text import ANSI
    from prompt_toolkit.output.color_depth import ColorDepth

    class Completions(Completer):
        def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
            text = document.text_before_cursor
            for word, meaning in complete(text):
                start = _overlap(text, word)
                if start:
                    yield Completion(word, start_position=-start, display_meta=meaning)

    session: PromptSession[str] = PromptSession(
        completer=Completions(),
        complete_while_typing=False,
        bottom_toolbar=lambda: ANSI(below(session.default_buffer.text)),
        reserve_space_for_menu=6,
        color_depth=ColorDepth.DEPTH_1_BIT if os.environ.get("NO_COLOR") else None,
    )
    return lambda: session.prompt("> ")


def _overlap(text: str, word: str) -> int:
    """The number of characters at the end of the text that the completion replaces."""
    low = word.lower()
    for length in range(min(len(text), len(word)), 0, -1):
        at_word = len(text) == length or not text[-length - 1].isalnum()
        if at_word and low.startswith(text[-length:].lower()):
            return length
    return 0
