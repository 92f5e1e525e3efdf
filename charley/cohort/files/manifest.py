"""What has been done of many files, so that a run that was broken off goes on where it was.

It lies beside the results. A file counts as done while the base, the options, and the contents of the input
and of the result are the same.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from charley.cohort.files.tally import Tally
from charley.documents.atomic import write_whole

__all__ = ["NAME", "Manifest", "digest_of"]

NAME = "charley-cohort.json"
"""The file in a folder of results that says what has been done."""
FORMAT = "charley.cohort.v1"


def digest_of(path: Path) -> str:
    """The SHA-256 of a file's contents. Raises `OSError`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass
class Manifest:
    """The files of a folder of results that are done, with what was counted in each.

    `by` says what results depend on beside their input: the base and the options.
    """

    folder: Path
    by: dict[str, Any]
    _done: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path, by: dict[str, Any]) -> Manifest:
        """What the folder says was done; nothing, where it was done by something else or cannot be read."""
        manifest = cls(folder, json.loads(json.dumps(by)))
        try:
            said = json.loads((folder / NAME).read_text(encoding="utf-8"))
            if said["format"] == FORMAT and said["by"] == manifest.by:
                manifest._done = dict(said["files"])
        except (OSError, ValueError, KeyError, TypeError):
            pass
        return manifest

    def done(self, name: Path, digest: str) -> Tally | None:
        """What was counted when this input was done; None where it has to be done, or done anew."""
        said = self._done.get(name.as_posix())
        try:
            if said is None or said["input"] != digest or digest_of(self.folder / name) != said["result"]:
                return None
            return Tally.from_json(said["tally"])
        except (OSError, KeyError, TypeError, AttributeError):
            return None

    def note(self, name: Path, digest: str, tally: Tally) -> None:
        """The input has been done. Raises `OSError`."""
        result = digest_of(self.folder / name)
        self._done[name.as_posix()] = {"input": digest, "result": result, "tally": tally.as_json()}
        content = {"format": FORMAT, "by": self.by, "files": dict(sorted(self._done.items()))}
        write_whole(self.folder / NAME, json.dumps(content, indent=1) + "\n", private=True)
