"""A first knowledge base: small, complete, and with comments that say how it is made into another one."""

from __future__ import annotations

import datetime
import json
import re
import shutil
import tempfile
from pathlib import Path

from charley.documents.diagnostic import Diagnostic, Faulty
from charley.facts.fields import IDENTIFIER
from charley.facts.vocabulary import words

__all__ = ["id_from", "write_base"]

TEMPLATES = Path(__file__).parent / "templates"
_YEAR = datetime.timedelta(days=365)


def id_from(folder: Path) -> str:
    """The name of a folder as an id: `Sore throat` is `sore_throat`."""
    found = re.sub(r"[^a-z0-9]+", "_", folder.resolve().name.lower()).strip("_")
    return found if re.match(IDENTIFIER, found) else f"base_{found}".rstrip("_")


def write_base(folder: Path, id: str, title: str | None = None) -> list[Path]:
    """Write the base into a folder that is empty or not there yet, all of it or nothing; the files.

    Raises `Faulty` where the folder holds something, or where the id or the title is none, and `OSError`.
    """
    problems = []
    if not re.fullmatch(IDENTIFIER, id):
        help = "start with a letter; use small letters, digits and `_`"
        problems.append(
            Diagnostic("command line", 0, 0, "F004", f"`{id[:60]}` is not a well-formed id", help)
        )
    if title is not None and not title.strip():
        problems.append(Diagnostic("command line", 0, 0, "F004", "the title is blank", "write something"))
    if folder.exists() and not folder.is_dir():
        problems.append(Diagnostic(str(folder), 0, 0, "F001", "this is a file", "name a folder"))
    elif folder.exists() and any(folder.iterdir()):
        help = "name a folder that is empty or not there yet"
        problems.append(Diagnostic(str(folder), 0, 0, "F001", "this folder is not empty", help))
    if problems:
        raise Faulty(problems)
    texts = _texts(id, title or words(id).capitalize())
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name[:40]}.", dir=folder.parent) as beside:
        for name, text in texts.items():
            file = Path(beside) / "whole" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        _place(Path(beside) / "whole", folder)
    return [folder / name for name in texts]


def _texts(id: str, title: str) -> dict[str, str]:
    """The files of the base, by their path in it."""
    from charley.authoring.format.modeline import SCHEMAS, modeline, schema_texts
    from charley.pages.templating import render

    today = datetime.date.today()
    values = {
        "id": id,
        "title": json.dumps(title, ensure_ascii=False),
        "today": today.isoformat(),
        "due": (today + _YEAR).isoformat(),
    }
    names = sorted(file.relative_to(TEMPLATES).as_posix() for file in TEMPLATES.rglob("*.yaml"))
    base = Path("/base")
    texts = {f"{SCHEMAS}/{name}": text for name, text in schema_texts().items()}
    for name in names:
        line = modeline(base, base / name, base / SCHEMAS) or ""
        texts[name] = line + render(name, folder=TEMPLATES, **values)
    return dict(sorted(texts.items()))


def _place(whole: Path, folder: Path) -> None:
    """Move what was written to its place. A folder that is there already stays the same folder."""
    if not folder.exists():
        whole.rename(folder)
        return
    placed: list[Path] = []
    try:
        for each in sorted(whole.iterdir()):
            placed.append(each.rename(folder / each.name))
    except OSError:
        for each in placed:
            shutil.rmtree(each) if each.is_dir() else each.unlink()
        raise
