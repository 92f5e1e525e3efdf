"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

__all__ = ["opened_whole", "write_whole"]


def write_whole(file: Path, content: str | bytes, *, private: bool = False) -> None:
    """Write what is there already, as `opened_whole` does."""
    with opened_whole(file, private=private) as out:
        out.write(content.encode() if isinstance(content, str) else content)


@contextlib.contextmanager
def opened_whole(file: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """A file to write, which takes its name at the end: what stood there is never half overwritten.

    Where the system can (Linux), it has no name before, so that a process that is killed leaves nothing
    behind; elsewhere it is a temporary file beside it. A `private` file is for its owner only, as whatever
    tells of a patient is. Others get the permissions that the user's umask leaves, or keep those that they
    have. A link stays a link. Raises `OSError`, also for a pipe or a device, or `ValueError` where no file
    can have such a name.
    """
    if file.is_symlink():
        try:
            file = file.resolve()
        except RuntimeError:  # before Python 3.13
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(file)) from None
    mode = _mode(file)
    if mode is not None and not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "this is not a regular file", str(file))
    temporary = file.parent / f".{file.name[:40]}.{os.urandom(8).hex()}"
    try:
        handle, named = _opened(temporary, 0o600 if private else 0o666)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(file)) from None  # its own name says more
    try:
        with io.BufferedWriter(_Named(handle, file)) as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
            if mode is not None and not private:
                os.fchmod(out.fileno(), stat.S_IMODE(mode))
            if not named:
                # A directory's handle, which nobody looks at, makes Python follow the link to the open file.
                os.link(f"/proc/self/fd/{out.fileno()}", temporary, src_dir_fd=out.fileno())
        temporary.replace(file)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


class _Named(io.FileIO):
    """The open file, whose errors say which file it is to become: a full disk is not told by its name."""

    def __init__(self, handle: int, file: Path) -> None:
        super().__init__(handle, "wb")
        self._file = file

    def write(self, data: Any) -> int:
        try:
            return super().write(data)
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(self._file)) from None


def _opened(temporary: Path, mode: int) -> tuple[int, bool]:
    """A new file to write in the folder, and whether it has the name already."""
    if hasattr(os, "O_TMPFILE") and Path("/proc/self/fd").is_dir():
        with contextlib.suppress(OSError):  # not every file system can
            return os.open(temporary.parent, os.O_TMPFILE | os.O_WRONLY, mode), False
    return os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), True


def _mode(file: Path) -> int | None:
    """What kind of file it is, with its permissions; None where there is none."""
    try:
        return file.stat().st_mode
    except FileNotFoundError:
        return None
