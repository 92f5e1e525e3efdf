"""Talks in a terminal, as the tests of lists and forms hold them."""

from __future__ import annotations

from pathlib import Path

from charley.engine.expert import Expert
from charley.facts.wording import Audience
from charley.terminal.conversation.talk import Talk


def begun(kb: Expert, tmp_path: Path, audience: Audience = "patient") -> Talk:
    """A talk at its first question, by screens, about a record that is empty."""
    talk = Talk(
        kb.consult(engine="kernel", audience=audience),
        tmp_path / "c.yaml",
        screens=True,
        read_text=lambda text, audience: kb.read_text(text, audience=audience),
    )
    list(talk.ask())
    return talk


def say(talk: Talk, *lines: str) -> str:
    """Say the lines; what is shown for the last, with what is asked next."""
    shown: list[str] = []
    for line in lines:
        shown = list(talk.take_line(line))
        if talk.put_again and not talk.ended:
            shown += talk.ask()
    return "\n".join(shown)
