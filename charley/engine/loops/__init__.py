"""The inner loops of one patient, in Python and, where it was asked for when a wheel was built, compiled.

`counters.py` is the definition. `counters.pyx` says the same in flat arrays of integers; compiled
(`hatch_build.py`), it is imported in place of the `.py` of the same name. Nothing here works on bit planes,
whose integers are of any length.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Literal

__all__ = ["made_of"]


def made_of() -> Literal["pure Python", "machine code"]:
    """What the loops run as here."""
    found = find_spec("charley.engine.loops.counters")
    assert found is not None and found.origin is not None
    return "pure Python" if found.origin.endswith(".py") else "machine code"
