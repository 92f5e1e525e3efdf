"""The inner loops, each in a module of its own that can be compiled (`hatch_build.py`).

The Python is the definition, and machine code is never needed: a compiled module shadows the `.py` of the
same name beside it. Nothing here works on bit planes, whose integers are of any length.
"""

from __future__ import annotations

from importlib import import_module
from typing import Literal

__all__ = ["LEAVES", "made_of"]

LEAVES = ("counters", "ways")
"""The modules that can be compiled."""


def made_of() -> Literal["pure Python", "machine code"]:
    """What the loops run as here."""
    files = [import_module(f"{__name__}.{leaf}").__file__ or "" for leaf in LEAVES]
    return "pure Python" if any(file.endswith(".py") for file in files) else "machine code"
