"""Where results go: never to where something is read, nor two of them to one place."""

from __future__ import annotations

from pathlib import Path

from charley.cohort.files.manifest import NAME
from charley.cohort.files.source import Source
from charley.documents.diagnostic import Diagnostic, Faulty

__all__ = ["apart", "is_one_file"]


def is_one_file(out: Path) -> bool:
    """Whether the result is one file; else it is a folder, with a file for each that is read."""
    return bool(out.suffix) and not out.is_dir()


def apart(files: list[Source], given: Path | None, out: Path, rejects: Path | None = None) -> None:
    """Raises `Faulty` where a result would take the place of an input, or be found as one the next time.

    `given` is what was named as the input (None: nothing was), `rejects` the file of refused values.
    """
    read = {each.path.resolve() for each in files}
    there = out.resolve()
    written = {there} if is_one_file(out) else {(out / each.below).resolve() for each in files}
    folder = given.resolve() if given is not None and given.is_dir() else None
    if written & read or folder in (there, *there.parents):
        raise _taken(out, "the result would stand where the input is")
    if rejects is None:
        return
    if rejects.resolve() in read:
        raise _taken(rejects, "the refused values would stand where the input is")
    if rejects.resolve() in (*written, there / NAME):
        raise _taken(rejects, "the refused values would stand where the result is")


def _taken(path: Path, message: str) -> Faulty:
    return Faulty([Diagnostic(str(path), 0, 0, "F001", message, "name another file or folder")])
