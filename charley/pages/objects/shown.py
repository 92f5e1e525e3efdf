"""An object of the library as text, as Markdown and as a piece of HTML (`engine.explanation.Shown`)."""

from __future__ import annotations

from charley.engine.explain.words import PURPOSE
from charley.engine.explanation import Shown
from charley.pages.objects.view import view
from charley.pages.templating import render

__all__ = ["html", "markdown", "text"]


def text(shown: Shown) -> str:
    """The object in plain words."""
    found = view(shown)
    lines = [found.title]
    for part in found.parts:
        lines += ["", part.heading.upper()] if part.heading else [""]
        lines += [str(row) for row in part.rows]
    return "\n".join([*lines, "", *filter(None, [found.state]), PURPOSE])


def markdown(shown: Shown) -> str:
    """The object as Markdown, without its picture."""
    return render("shown.md", view=view(shown))


def html(shown: Shown) -> str:
    """The object as a piece of HTML."""
    return render("shown.html", view=view(shown))
