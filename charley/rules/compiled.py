"""Knowledge bases, kept compiled between runs as Python keeps its modules.

Reading half a megabyte of YAML takes longer than everything else `charley diagnose` does. The base is
therefore kept in the user's cache folder, under a key made of the bytes of its files and of the code that
read them, so that it can be out of date in no way. Set `CHARLEY_CACHE` to another folder, or to `off`.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import sys
import tempfile
from pathlib import Path

from charley.rules.knowledge_base import KnowledgeBase

__all__ = ["load_base"]

LARGEST = 64


def load_base(folder: Path) -> KnowledgeBase:
    """The knowledge base in the folder, from the cache where it is there. Raises `Faulty`."""
    cached = _cache_file(folder)
    if cached is not None:
        with contextlib.suppress(Exception):  # whatever is wrong with a cached file: read the real ones
            base = pickle.loads(cached.read_bytes())
            if isinstance(base, KnowledgeBase):
                object.__setattr__(base, "path", folder)
                return base
    from charley.rules.read import read
    from charley.rules.signoff import signed_off

    base = signed_off(read(folder))
    if cached is not None:
        _warm(base)
        with contextlib.suppress(OSError):
            _keep(base, cached)
    return base


def _warm(base: KnowledgeBase) -> None:
    """Parse every condition now, so that the parsed ones are kept."""
    for rule in base.rules.values():
        _ = rule.condition
    for score in base.instruments.values():
        _ = score.gate, score.scaled, [item.condition for item in score.items]
    _ = base.definitions, base.superseded_by, base.scope


def _keep(base: KnowledgeBase, file: Path) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            pickle.dump(base, out, protocol=pickle.HIGHEST_PROTOCOL)
        Path(temporary).replace(file)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
    kept = sorted(file.parent.glob("*.compiled"), key=lambda each: each.stat().st_mtime)
    for old in kept[:-LARGEST]:
        old.unlink(missing_ok=True)


def _cache_file(folder: Path) -> Path | None:
    """Where the compiled base is kept, or None where nothing may be kept."""
    where = os.environ.get("CHARLEY_CACHE")
    if where == "off":
        return None
    home = where or os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111
    room = Path(home) / "charley"
    try:
        # A pickle is code: nothing is taken from a folder that somebody else can write to.
        if room.exists() and hasattr(os, "getuid"):
            state = room.stat()
            if state.st_uid != os.getuid() or state.st_mode & 0o022:
                return None
        return room / f"{_key(folder)}.compiled"
    except OSError:
        return None


def _key(folder: Path) -> str:
    code = Path(__file__).parent
    files = sorted(
        file
        for where, pattern in ((code, "*.py"), (code.parent / "facts", "*.py"), (folder, "*.yaml"))
        for file in where.glob(pattern)
    )
    digest = hashlib.sha256(repr((sys.version_info, str(folder.resolve()))).encode())
    for file in [*files, *sorted((folder / "rules").glob("*.yaml"))]:
        if file.name in ("invariants.yaml",):
            continue
        content = file.read_bytes()
        digest.update(f"{file.name} {len(content)} ".encode() + content)
    return digest.hexdigest()
