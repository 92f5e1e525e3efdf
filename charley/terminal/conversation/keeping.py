"""The file of a consultation. It is written after every answer, so no answer is ever lost."""

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
    """Saves a consultation to a file.

    A `recovery` file exists only in case the program is interrupted, and is deleted at a normal end.
    `unsaved` is the reason why the last answers are not in the file; it is empty after a successful write.
    """

    def __init__(self, saved: Saved, file: Path | None, recovery: bool = False) -> None:
        self.saved, self.file, self.recovery = saved, file, recovery
        self.unsaved = ""

    def begin(self) -> None:
        """Check before the first question that the file can be written. Raises `Faulty`."""
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
        """Write the file. A failure is reported once, and the next call tries again."""
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
        """Save to the file of this name from now on; without a name, to the current file."""
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
        """Delete the recovery file if it is no longer needed."""
        needed = self.unsaved or not (in_good_order or not self.saved.events)
        if self.recovery and self.file is not None and not needed:
            with contextlib.suppress(OSError):
                self.file.unlink()

    def shown(self, in_good_order: bool, interrupted: bool) -> Iterator[str]:
        """The last lines: where the answers are saved, or the answers themselves if that failed."""
        if self.unsaved or (self.file is None and interrupted):
            yield ""
            if self.unsaved:
                yield "The file could not be written. Copy the consultation to keep it:"
            else:
                yield "Copy your answers to keep them:"
            yield ""
            yield from str(self.saved).splitlines()
        elif self.file is not None and not (self.recovery and in_good_order):
            yield ""
            yield f"Saved in {self.file}"
            yield f"Go on with: charley consult --resume {self.file}"


def recovery_file() -> Path | None:
    """The path of the recovery file, in the user's state folder; None if there is no such folder."""
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
    """A typed path with `~` expanded. Raises `NotNamed` for an unknown user."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise NotNamed(f"`{text[:40]}` begins with a home folder that is not known") from None


def _reason(error: OSError | ValueError) -> str:
    return getattr(error, "strerror", None) or str(error)
