"""Compiles the inner loops when a wheel is built with `CHARLEY_COMPILE=1`; else it does nothing.

    CHARLEY_COMPILE=1 pip wheel --no-deps .

Cython compiles `charley/engine/loops/counters.pyx`, whose definition is the `.py` of the same name, and
`charley/engine/ask/ahead/ways.py` as it stands. A C compiler is needed then. Without the variable a build
needs none, and the wheel is pure.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
ENGINE = ROOT / "charley" / "engine"
SOURCES = ENGINE / "loops" / "counters.pyx", ENGINE / "ask" / "ahead" / "ways.py"


class CompileLoops(BuildHookInterface):  # type: ignore[type-arg]
    """The hook that hatchling calls."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What the build needs besides hatchling."""
        return ["cython>=3.1,<4", "setuptools>=68"] if wanted() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and add what came of it to the wheel. An editable install stays pure."""
        if not wanted() or version == "editable" or self.target_name != "wheel":
            return
        self._folder = tempfile.mkdtemp(prefix="charley-")
        for source in SOURCES:
            for built, place in compiled(source, Path(self._folder) / source.stem):
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
    """The extension module made of one file, built in the folder, with its place in the wheel."""
    from Cython.Build import cythonize
    from setuptools import Distribution, Extension
    from setuptools.command.build_ext import build_ext

    name = ".".join(source.relative_to(ROOT).with_suffix("").parts)
    extension = Extension(name, [str(source)], extra_compile_args=["-g0"])
    # The annotations are not taken for C types: an integer of Python's has any length, and None is no float.
    kinds = {"language_level": 3, "annotation_typing": False}
    extensions = cythonize([extension], build_dir=str(folder / "c"), quiet=True, compiler_directives=kinds)
    command = build_ext(Distribution({"ext_modules": extensions}))
    command.build_lib, command.build_temp = str(folder / "built"), str(folder / "objects")
    command.ensure_finalized()
    command.run()
    built = folder / "built"
    return [(file, file.relative_to(built).as_posix()) for file in built.rglob("*") if file.is_file()]
