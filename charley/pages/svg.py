"""The elements of an SVG picture as text. Everything from a knowledge base is escaped here."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from markupsafe import Markup

__all__ = ["DANGER", "DOWN", "INK", "LINE", "UP", "element", "picture", "text"]

INK, LINE = "#1f2933", "#9aa5b1"
UP, DOWN, DANGER = "#2b6cb0", "#b7791f", "#c53030"
"""The colours of pictures that stand in a page of ours, which is light."""


def element(name: str, content: str | None = None, *, css: str = "", **attributes: str | float | None) -> str:
    """One element: `css` is its class, `content` its text, and `_` in an attribute's name stands for `-`."""
    given = [f'class="{css}"'] if css else []
    for attribute, value in attributes.items():
        if value is not None:
            shown = escape(value) if isinstance(value, str) else f"{round(value, 2):g}"
            given.append(f'{attribute.replace("_", "-")}="{shown}"')
    opened = " ".join([name, *given])
    return f"<{opened}/>" if content is None else f"<{opened}>{escape(content)}</{name}>"


def text(
    x: float,
    y: float,
    content: str,
    anchor: str = "start",
    *,
    css: str = "",
    **attributes: str | float | None,
) -> str:
    """Text beside, before or around a point."""
    return element("text", content, css=css, x=x, y=y, text_anchor=anchor, **attributes)


def picture(title: str, width: int, height: int, body: Iterable[str], style: str = "") -> Markup:
    """The whole picture. Its title is its text alternative."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
    lines = [
        f'{head}height="{height}" role="img">',
        f"<title>{escape(title)}</title>",
        *([f"<style>{style}</style>"] if style else []),
        *body,
        "</svg>",
        "",
    ]
    return Markup("\n".join(lines))
