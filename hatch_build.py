"""Compiles the inner loops when a wheel is built with `CHARLEY_COMPILE=1`; otherwise it does nothing.

    CHARLEY_COMPILE=1 pip wheel --no-deps .

Each of the modules in `charley/engine/loops/` is compiled by mypyc for itself; its `.py` stays beside it as
the definition. A C compiler is needed then. Without the variable a build needs none, and the wheel is pure.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
LOOPS = ROOT / "charley" / "engine" / "loops"
MODULES = ("counters", "ways")
"""Leaves: nobody inherits from what is in them, and no instance of it is kept in a file."""


class CompileLoops(BuildHookInterface):  # type: ignore[type-arg]
    """The hook that hatchling calls."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What the build needs besides hatchling."""
        return ["mypy>=2,<3", "setuptools>=68"] if wanted() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and add what came of it to the wheel. An editable install stays pure."""
        if not wanted() or version == "editable" or self.target_name != "wheel":
            return
        self._folder = tempfile.mkdtemp(prefix="charley-")
        for module in MODULES:
            for built, place in compiled(LOOPS / f"{module}.py", Path(self._folder)):
                build_data["force_include"][str(built)] = place
        build_data["pure_python"] = False
        build_data["infer_tag"] = True

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Take away what was built on the way."""
        if folder := getattr(self, "_folder", None):
            shutil.rmtree(folder, ignore_errors=True)


def wanted() -> bool:
    """Whether machine code was asked for."""
    return os.environ.get("CHARLEY_COMPILE", "0") not in ("", "0")


def compiled(source: Path, folder: Path) -> list[tuple[Path, str]]:
    """The extension modules made of one file, with their places. What the file imports is not looked into."""
    from mypyc.build import mypycify
    from setuptools import Distribution
    from setuptools.command.build_ext import build_ext

    before = Path.cwd()
    os.chdir(ROOT)
    try:
        options = ["--follow-imports=skip", "--ignore-missing-imports", "--no-warn-unused-ignores"]
        extensions = mypycify(
            [*options, str(source.relative_to(ROOT))],
            opt_level="3",
            target_dir=str(folder / f"{source.stem}-c"),
        )
        command = build_ext(Distribution({"ext_modules": extensions}))
        command.build_lib = str(folder / source.stem)
        command.build_temp = str(folder / f"{source.stem}-o")
        command.ensure_finalized()
        command.run()
    finally:
        os.chdir(before)
    made = folder / source.stem
    return [(file, file.relative_to(made).as_posix()) for file in made.rglob("*") if file.is_file()]
