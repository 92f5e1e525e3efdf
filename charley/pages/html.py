"""The few pieces of HTML that the report is made of; everything that comes from a base is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

__all__ = ["STYLE", "listed", "page", "section", "table", "text"]

STYLE = """
:root { --ink: #1f2933; --soft: #52606d; --line: #cbd2d9; --mark: #2b6cb0; }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); margin: 0; }
main, header, nav { max-width: 62rem; margin: 0 auto; padding: 0 1.25rem; }
header { border-bottom: 3px solid var(--ink); padding-top: 2.5rem; padding-bottom: 1rem; }
h1 { font-size: 1.9rem; margin: 0 0 .25rem; } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
h3 { margin-bottom: .25rem; }
nav ol { columns: 2; padding-left: 1.25rem; } a { color: var(--mark); }
a:focus-visible, [tabindex]:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 1rem; top: 1rem; background: #fff; padding: .5rem; }
.banner { background: #fffaeb; border: 1px solid #f0b429; padding: .75rem 1rem; margin: 1rem 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: .75rem 0; font-size: .9rem; }
caption { text-align: left; color: var(--soft); padding-bottom: .25rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; }
th, td { border-bottom: 1px solid var(--line); }
td.n, th.n { text-align: right; } .n + :not(.n) { padding-left: 1rem; } .w { min-width: 8rem; }
table:has(.w) td:first-child { min-width: 11rem; }
code { font: .85em ui-monospace, monospace; overflow-wrap: anywhere; } td code { overflow-wrap: break-word; }
figcaption { color: var(--soft); font-size: .9rem; }
.rule { break-inside: avoid; border-left: 3px solid var(--line); padding-left: .9rem; margin: 1.1rem 0; }
.rule p, .rule ul { margin: .2rem 0; } .soft { color: var(--soft); }
.error { color: #9b1c1c; font-weight: 600; }
svg { max-width: 100%; height: auto; } figure { margin: .5rem 0 1rem; }
@media print {
  @page { margin: 16mm; } body { font-size: 10pt; } nav, .skip { display: none; } a { color: inherit; }
  h2 { break-before: page; } #summary h2, #signoff h2 { break-before: auto; } .w { min-width: 7rem; }
  h2, h3, caption { break-after: avoid; } tr, figure { break-inside: avoid; }
  .wide { overflow: visible; }
}
"""


def text(value: object) -> str:
    """Plain text."""
    return escape(str(value))


def table(
    caption: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    numbers: Sequence[int] = (),
    spaced: Sequence[int] = (),
) -> str:
    """A table of cells that are already HTML.

    The columns in `numbers` are set to the right; those that are `spaced` have room to write in.
    """

    def kind(column: int) -> str:
        return ' class="n"' if column in numbers else ' class="w"' if column in spaced else ""

    head = "".join(f'<th scope="col"{kind(n)}>{text(name)}</th>' for n, name in enumerate(heads))
    body = "".join(
        "<tr>" + "".join(f"<td{kind(n)}>{cell}</td>" for n, cell in enumerate(row)) + "</tr>\n"
        for row in rows
    )
    told = f"<caption>{text(caption)}</caption>" if caption else ""
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{text(caption or heads[0])}">'
        f"<table>{told}<thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table></div>\n"
    )


def listed(items: Iterable[str]) -> str:
    """A list of items that are already HTML."""
    return "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>\n"


def section(id: str, title: str, body: str) -> str:
    """A part of the report that the contents lead to."""
    return (
        f'<section id="{id}" aria-labelledby="{id}-h"><h2 id="{id}-h">{text(title)}</h2>\n{body}</section>\n'
    )


def page(title: str, head: str, parts: Sequence[tuple[str, str, str]]) -> str:
    """The whole page: id, title and body of each part."""
    contents = "".join(f'<li><a href="#{id}">{text(name)}</a></li>' for id, name, _ in parts)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{text(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head><body>\n"
        '<a class="skip" href="#main">Skip to the report</a>\n'
        f"<header>{head}</header>\n"
        f'<nav aria-label="Contents"><ol>{contents}</ol></nav>\n'
        '<main id="main">' + "".join(section(*part) for part in parts) + "</main></body></html>\n"
    )
