"""The hand-over, or the page for a patient, in a file: HTML that stands by itself, Markdown or PDF."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from charley.documents.atomic import write_whole
from charley.documents.diagnostic import Diagnostic, Faulty
from charley.documents.pdf import as_pdf
from charley.engine.consult.consultation import Consultation
from charley.engine.explain.words import short_name
from charley.facts.wording import Audience
from charley.pages.handover import Handover, handover
from charley.pages.standings_chart import bars, text_bars
from charley.pages.take_home import TakeHome, take_home
from charley.pages.templating import render

__all__ = ["as_html", "as_markdown", "page_of", "write_report"]


def as_html(page: Handover | TakeHome) -> str:
    """The page as HTML: no script, nothing fetched."""
    if isinstance(page, TakeHome):
        return render("take_home.html", page=page)
    picture = bars([row.place for row in page.rows])
    return render("handover.html", page=page, picture=picture, short_name=short_name)


def as_markdown(page: Handover | TakeHome) -> str:
    """The page as Markdown, which is readable as it stands."""
    if isinstance(page, TakeHome):
        return render("take_home.md", page=page)
    return render("handover.md", page=page, picture=text_bars([row.place for row in page.rows]))


def page_of(
    consultation: Consultation, audience: Audience, warnings: Sequence[str] = (), story: str = ""
) -> Handover | TakeHome:
    """The hand-over of a consultation; for a patient, the page to take home.

    The `warnings` stand first on the page, and the `story` under what was told.
    """
    d = consultation.assessment.differential(audience)
    if audience == "patient":
        return take_home(consultation.base, d, warnings, story=story)
    return handover(consultation.base, d, warnings=warnings, story=story)


def write_report(
    consultation: Consultation,
    file: Path,
    audience: Audience = "clinician",
    warnings: Sequence[str] = (),
    story: str = "",
) -> None:
    """Write the hand-over of a consultation; for a patient, the page to take home. Raises `Faulty`.

    The ending of the file says how.
    """
    page = page_of(consultation, audience, warnings, story)
    match file.suffix.lower():
        case ".html" | ".htm":
            data = as_html(page).encode()
        case ".md":
            data = as_markdown(page).encode()
        case ".pdf":
            data = as_pdf(file, as_html(page))
        case ending:
            what = f"no report ends in `{ending}`" if ending else "the file has no ending"
            raise _refused(file, what, "write to .html, .md or .pdf")
    _write(file, data)


def _write(file: Path, data: bytes) -> None:
    try:
        write_whole(file, data, private=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise _refused(file, f"cannot be written: {reason}", "choose another place") from None


def _refused(file: Path, message: str, help: str) -> Faulty:
    return Faulty([Diagnostic(str(file), 0, 0, "F001", message, help)])
