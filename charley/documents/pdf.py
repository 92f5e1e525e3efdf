"""A page as PDF, by WeasyPrint."""

from __future__ import annotations

from pathlib import Path

from charley.documents.diagnostic import Diagnostic, Faulty

__all__ = ["as_pdf"]


def as_pdf(file: Path, html: str) -> bytes:
    """The page as PDF; `file` is where it will stand. Raises `Faulty` where WeasyPrint is not here."""
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        # OSError: the package is there, and a library of the system that it needs is not.
        missing = "WeasyPrint" if isinstance(error, ImportError) else f"a library of WeasyPrint's ({error})"
        message = f"a PDF needs {missing[:80]}, which is not here"
        help = 'install it with `pip install "charley[pdf]"`, or write .html and print that'
        raise Faulty([Diagnostic(str(file), 0, 0, "F001", message, help)]) from None
    data = weasyprint.HTML(string=html).write_pdf()
    assert isinstance(data, bytes)
    return data
