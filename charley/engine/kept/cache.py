"""Prepared knowledge bases, kept between runs as data.

Reading half a megabyte of YAML and making a kernel of it takes longer than everything else that `charley
diagnose` does. The result is kept in the user's cache folder, as JSON below its checksum (`pack.py`,
`unpack.py`). The file's name is a digest of the base's files and of the code that prepared it, so it is never
stale. Where its content is not what was written, it is passed over, and the base is prepared anew.

Set `CHARLEY_CACHE` to another folder, or to `off`.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import sys
from collections.abc import Callable, Iterable
from hashlib import blake2b
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import TypeVar

from charley.documents.atomic import write_whole
from charley.engine.kept.unpack import unpack
from charley.rules.loading.find import HAZARDS, INVARIANTS, REVIEWS, VOCABULARY, yaml_files

__all__ = ["digest_of", "digest_of_base", "kept", "user_folder"]

T = TypeVar("T")

MOST = 64
"""Files that are kept."""


def kept(digest: Callable[[], str], make: Callable[[], T], kind: type[T]) -> T:
    """What `make` makes, from the cache where it is there; else it is made, and kept in the cache.

    `digest` says what it depends on. It is asked for only where something may be kept. Raises whatever `make`
    raises. A cache that cannot be read or written is passed over.
    """
    file = _cache_file(digest)
    if file is not None:
        with contextlib.suppress(Exception):  # there is none, or it is somebody else's with a right checksum
            checksum, _, text = file.read_bytes().partition(b"\n")
            if checksum == blake2b(text).hexdigest().encode():
                held = unpack(text)
                if isinstance(held, kind):
                    return held
    made = make()
    if file is not None:
        _keep(made, file)
    return made


def digest_of(name: str, parts: Iterable[bytes]) -> str:
    """A digest of what something is made of; `name` tells apart what is made of the same parts."""
    found = blake2b(repr((sys.version_info, name)).encode(), digest_size=32)
    for each in parts:
        found.update(f"{len(each)} ".encode() + each)
    return found.hexdigest()


def digest_of_base(folder: Path) -> str:
    """A digest of everything that the prepared base depends on."""
    package = Path(__file__).parent.parent.parent
    digest = blake2b(repr((sys.version_info, str(folder.resolve()))).encode(), digest_size=32)
    rooms = [os.walk(package / room) for room in ("documents", "facts", "rules", "engine")]
    # Names and not paths, here and below: paths take longer to make and to sort than their files to read.
    code = [f"{room}/{name}" for room, _, names in chain(*rooms) for name in names if name.endswith(".py")]
    files = [*yaml_files(folder), *yaml_files(folder / "rules")]
    if (folder / VOCABULARY).exists():  # facts that are taken from elsewhere are part of the base
        from charley.rules.loading.shared.vocabularies import sources

        files += [file for _, file in sources(folder)]
    reviewed = (folder / REVIEWS).exists()
    if reviewed:  # approvals of the base as a whole cover these, too, and a date may be still to come
        files += yaml_files(folder / "cases")
        state = datetime.date.today(), find_spec("cryptography") is not None
        digest.update(repr(state).encode())
    kept = [str(file) for file in sorted(files) if reviewed or file.name not in (INVARIANTS, HAZARDS)]
    for file in (*sorted(code), *kept):
        with open(file, "rb", buffering=0) as opened:  # noqa: PTH123
            content = opened.read()
        digest.update(f"{os.path.basename(file)} {len(content)} ".encode())  # noqa: PTH119
        digest.update(content)
    return digest.hexdigest()


def _keep(made: object, file: Path) -> None:
    """Write it to the cache, if it is data and there is room."""
    from charley.engine.kept.pack import Unpackable, pack  # what the cache has is not packed again

    with contextlib.suppress(OSError, Unpackable):
        text = pack(made).encode()
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(file, blake2b(text).hexdigest().encode() + b"\n" + text, private=True)
        kept = sorted(file.parent.glob("*.compiled"), key=lambda each: each.stat().st_mtime)
        for old in kept[:-MOST]:
            old.unlink(missing_ok=True)


def _cache_file(digest: Callable[[], str]) -> Path | None:
    """Where what has this digest is kept, or None where nothing may be kept."""
    where = os.environ.get("CHARLEY_CACHE")
    if where == "off":
        return None
    room = Path(where) if where else user_folder("XDG_CACHE_HOME", ".cache")
    if room is None:
        return None
    room /= "charley"
    try:
        # The answers depend on it: nothing is taken from a folder that somebody else can write to.
        if room.exists() and hasattr(os, "getuid"):
            state = room.stat()
            if state.st_uid != os.getuid() or state.st_mode & 0o022:
                return None
        file = room / f"{digest()}.compiled"
        return file if file.is_file() or not os.path.lexists(file) else None
    except OSError:
        return None


def user_folder(variable: str, default: str) -> Path | None:
    """The user's folder of this kind: from the XDG variable, or `default` in the home folder.

    A relative path in the variable is ignored, as the XDG specification asks for. None where no home folder
    is known: then nothing is to be kept.
    """
    named = os.environ.get(variable, "")
    if os.path.isabs(named):  # noqa: PTH117
        return Path(named)
    home = os.path.expanduser("~")  # noqa: PTH111  # Path.home() raises RuntimeError where none is known
    return Path(home) / default if os.path.isabs(home) else None  # noqa: PTH117
