"""Versions of a base to compare: a folder, a bundled name, or a revision of the repository it lives in."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from charley.documents.diagnostic import Diagnostic, Faulty
from charley.engine.expert import Expert, load
from charley.rules.loading.find import bundled, find_base
from charley.rules.loading.shared.vocabularies import beside_it

__all__ = ["opened"]


@contextmanager
def opened(version: str, beside: str) -> Iterator[Expert]:
    """The base that `version` names: a folder or bundled name; `REV`, the base `beside` as of that git
    revision; or `REV:FOLDER`. Raises `Faulty`.
    """
    if Path(version).exists() or version in bundled():
        yield load(version)
        return
    revision, _, folder = version.partition(":")
    where = Path(folder) if folder else find_base(beside)
    root = Path(_git(_existing(where), version, "rev-parse", "--show-toplevel").decode().strip())
    inside = where.resolve().relative_to(root.resolve()) if where.resolve().is_relative_to(root) else where
    _git(root, version, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    with TemporaryDirectory(prefix="charley-") as temporary:
        target = Path(temporary).resolve()
        _take_out(root, version, revision, inside, target)
        for name in beside_it(target / inside):
            other = (target / inside / name).resolve()
            if other.is_relative_to(target) and not other.exists():
                _take_out(root, version, revision, other.relative_to(target), target)
        yield load(target / inside)


def _take_out(root: Path, version: str, revision: str, folder: Path, target: Path) -> None:
    """Put a folder as it was at the revision into the target. Raises `Faulty`."""
    archive = _git(root, version, "archive", "--format=tar", revision, "--", folder.as_posix())
    try:
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(target, filter="data")
    except tarfile.TarError as error:  # such as a link to somewhere outside the revision
        message = f"the base cannot be taken out of this revision: {error}"
        help = "a base holds plain files; a link must stay within it"
        raise Faulty([Diagnostic(version[:80], 0, 0, "R000", message, help)]) from None


def _existing(path: Path) -> Path:
    """The nearest folder that is there: a revision may have one that is gone since."""
    path = path.resolve()
    while not path.is_dir():
        path = path.parent
    return path


def _git(folder: Path, version: str, *arguments: str) -> bytes:
    command = ["git", "-C", str(folder), *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        output = getattr(error, "stderr", b"") or b""
        message = f"`{version[:80]}` is no folder, no bundled base, and no git revision with this base in it"
        help = output.decode(errors="replace").strip().splitlines()[-1:] or ["name a folder or a revision"]
        raise Faulty([Diagnostic("command line", 0, 0, "R000", message, help[0])]) from None
