"""Where a consultation is kept: written after every answer, so that whatever ends it no answer is lost."""

from __future__ import annotations

import contextlib
import datetime
import os
import re
from collections.abc import Iterator
from pathlib import Path

from charley.documents.diagnostic import Diagnostic, Faulty
from charley.engine.consult.transcript import Saved
from charley.engine.kept.cache import user_folder
from charley.terminal.conversation.typed import NotNamed
from charley.terminal.text import wrapped

__all__ = ["Keeper", "recovery_file", "typed_path"]


class Keeper:
    """Keeps a consultation in a file.

    With `recovery` the file is there only in case the consultation breaks off: it is taken away when that
    ends in good order. `unsaved` is why the last answers are not in the file; empty where they are.
    """

    def __init__(self, saved: Saved, file: Path | None, recovery: bool = False) -> None:
        self.saved, self.file, self.recovery = saved, file, recovery
        self.unsaved = ""

    def begin(self) -> None:
        """Find out before the first question whether the file can be written. Raises `Faulty`."""
        if self.file is None:
            return
        try:
            self.saved.write(self.file)
        except (OSError, ValueError) as error:
            if self.recovery:
                self.file = None
                return
            where = re.sub(r"\s+", " ", str(self.file))
            message = f"cannot be written: {_reason(error)}"
            raise Faulty([Diagnostic(where, 0, 0, "F001", message, "choose another place")]) from None

    def keep(self) -> Iterator[str]:
        """Write the file; where that fails say so, and keep what is to be written."""
        if self.file is None:
            return
        try:
            self.saved.write(self.file)
        except OSError as error:
            if not self.unsaved:
                yield from wrapped(
                    f"NOT SAVED: {self.file} cannot be written ({_reason(error)}). Your answers are still "
                    "here; each further answer tries again, and `save FILE` writes elsewhere.",
                    "  ",
                )
            self.unsaved = _reason(error)
        else:
            if self.unsaved:
                yield "  Saved again, with everything so far."
            self.unsaved = ""

    def save_as(self, name: str) -> Iterator[str]:
        """Keep it in the file of this name from now on; without a name, where it is kept already."""
        if not name and self.file is None:
            yield "  Name the file: `save FILE`"
            return
        file = typed_path(name) if name else self.file
        assert file is not None
        try:
            if name and file.exists() and file != self.file:
                yield from wrapped(f"{file} is there already; choose another name.", "  ")
                return
            self.saved.write(file)
        except (OSError, ValueError) as error:
            yield from wrapped(f"{file} cannot be written: {_reason(error)}", "  ")
            return
        self.file, self.unsaved, self.recovery = file, "", False
        yield from wrapped(f"Saved: {file}. Every further answer is added to it.", "  ")

    def end(self, in_good_order: bool) -> None:
        """Take the recovery file away where nobody needs it any more."""
        needed = self.unsaved or not (in_good_order or not self.saved.events)
        if self.recovery and self.file is not None and not needed:
            with contextlib.suppress(OSError):
                self.file.unlink()

    def shown(self, in_good_order: bool, interrupted: bool) -> Iterator[str]:
        """Where the answers are, at the end; where they could not be written, the answers."""
        if self.unsaved or (self.file is None and interrupted):
            yield ""
            if self.unsaved:
                yield "The file could not be written. The consultation, to be kept by copying it:"
            else:
                yield "What was told, to be kept by copying it:"
            yield ""
            yield from str(self.saved).splitlines()
        elif self.file is not None and not (self.recovery and in_good_order):
            yield ""
            yield f"Kept in {self.file}"
            yield f"Go on with: charley consult --resume {self.file}"


def recovery_file() -> Path | None:
    """Where a consultation that nobody asked to save is kept, for its owner alone; None where nowhere."""
    state = user_folder("XDG_STATE_HOME", ".local/state")
    if state is None:
        return None
    room = state / "charley"
    try:
        room.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    stamp = datetime.datetime.now().strftime("%Y%m%d-%H%M%S")
    return room / f"consultation-{stamp}-{os.getpid()}.yaml"


def typed_path(text: str) -> Path:
    """The path that somebody typed, `~` being a home folder. Raises `NotNamed` where it is nobody's."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise NotNamed(f"`{text[:40]}` begins with a home folder that is not known") from None


def _reason(error: OSError | ValueError) -> str:
    return getattr(error, "strerror", None) or str(error)
