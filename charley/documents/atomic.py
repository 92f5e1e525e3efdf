"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

__all__ = ["write_whole"]


def write_whole(file: Path, content: str | bytes, *, private: bool = False) -> None:
    """Write a temporary file beside it, then rename: whatever happens, what stood there is not half-written.

    A `private` file is for its owner only, as whatever tells of a patient is. A link stays a link. Raises
    `OSError`, or `ValueError` where no file can have such a name.
    """
    import tempfile  # most commands write nothing

    file = file.resolve() if file.is_symlink() else file
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name[:40]}.")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content.encode() if isinstance(content, str) else content)
            out.flush()
            os.fsync(out.fileno())
        if not private:
            Path(temporary).chmod(0o644)
        Path(temporary).replace(file)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
