"""Knowledge bases, kept compiled between runs as Python keeps its modules.

Reading half a megabyte of YAML and making a kernel of it takes longer than everything else that `charley
diagnose` does. What was made is therefore kept in the user's cache folder, under a key of the bytes of the
base's files and of the code that made it of them, so that it can be out of date in no way. Set
`CHARLEY_CACHE` to another folder, or to `off`.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import os
import pickle
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from charley.documents.atomic import write_whole

__all__ = ["compiled"]

T = TypeVar("T")

LARGEST = 64


def compiled(folder: Path, make: Callable[[Path], T], kind: type[T]) -> T:
    """What `make` makes of the knowledge base in the folder, from the cache where it is there.

    Raises whatever `make` raises; what is wrong with the cache is passed over.
    """
    cached = _cache_file(folder)
    if cached is not None:
        with contextlib.suppress(Exception), _no_collecting():
            found = pickle.loads(cached.read_bytes())
            if isinstance(found, kind):
                return found
    made = make(folder)
    if cached is not None:
        with contextlib.suppress(OSError):
            _keep(made, cached)
    return made


@contextlib.contextmanager
def _no_collecting() -> Iterator[None]:
    """Everything that is unpickled stays: looking through it for rubbish takes as long as reading it."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _keep(made: object, file: Path) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(file, pickle.dumps(made, protocol=pickle.HIGHEST_PROTOCOL), private=True)
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
    package = Path(__file__).parent.parent
    digest = hashlib.blake2b(repr((sys.version_info, str(folder.resolve()))).encode(), digest_size=32)
    files = [
        *(
            file
            for room in ("documents", "facts", "rules", "engine")
            for file in (package / room).rglob("*.py")
        ),
        *folder.glob("*.yaml"),
        *(folder / "rules").rglob("*.yaml"),
    ]
    for file in sorted(files):
        if file.name != "invariants.yaml":
            content = file.read_bytes()
            digest.update(f"{file.name} {len(content)} ".encode() + content)
    return digest.hexdigest()
