"""Pages from templates. In a template for HTML every value is escaped; in one for Markdown, by `| md`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from charley.engine.explain.words import (
    NOTHING_RAISED,
    PURPOSE,
    SETTLED,
    TIER_TITLES,
    WATCH,
    in_a_row,
)
from charley.engine.summary.rule_words import condition_words, effect_words
from charley.facts.vocabulary import words

__all__ = ["TEMPLATES", "cell", "one_line", "render", "sentence"]

TEMPLATES = Path(__file__).parent / "templates"

_LITERAL = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_<>[]"})


def render(template: str, *, folder: Path | None = None, **values: Any) -> str:
    """The page that the template makes of the values. `folder` has templates beside those of this room."""
    return _environment(folder).get_template(template).render(**values)


@cache
def _environment(folder: Path | None) -> Environment:
    environment = Environment(
        loader=FileSystemLoader([TEMPLATES] if folder is None else [folder, TEMPLATES]),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,  # or each page looks whether its template has changed
    )
    environment.filters |= {
        "cell": cell,
        "md": markdown_text,
        "one_line": one_line,
        "sentence": sentence,
        "signed": lambda number: f"{number:+d}",
        "words": words,
    }
    environment.globals |= {
        "NOTHING_RAISED": NOTHING_RAISED,
        "PURPOSE": PURPOSE,
        "SETTLED": SETTLED,
        "TIER_TITLES": TIER_TITLES,
        "WATCH": WATCH,
        "condition_words": condition_words,
        "effect_words": effect_words,
        "in_a_row": in_a_row,
    }
    return environment


def markdown_text(text: object) -> str:
    """Text in Markdown in which nothing is taken for markup."""
    return one_line(str(text)).translate(_LITERAL)


def cell(text: object) -> str:
    """Text in a cell of a table in Markdown."""
    return one_line(str(text)).replace("|", "\\|")


def one_line(text: str) -> str:
    """The text on one line."""
    return " ".join(text.split())


def sentence(text: str) -> str:
    """The text on one line, beginning with a capital and ending with a stop."""
    flat = one_line(text)
    return flat[:1].upper() + flat[1:] + ("" if flat.endswith((".", "!", "?")) else ".")
