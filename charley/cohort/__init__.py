"""For many: a base applied to tables of patients, as Arrow columns in and out."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from charley.documents.diagnostic import Diagnostic, Faulty

if TYPE_CHECKING:
    from charley.cohort.evaluation import Cohort
    from charley.engine.expert import Expert

__all__ = ["of"]


def of(kb: Expert) -> Cohort:
    """The base applied to tables; `kb.cohort()` is the same, and makes it once a base.

    Raises `Faulty` where pyarrow or numpy is not installed.
    """
    for needed in ("numpy", "pyarrow"):
        if find_spec(needed) is None:
            message = f"a table of patients needs {needed}, which is not installed"
            help = "install it with `pip install 'charley[cohort]'`"
            raise Faulty([Diagnostic("charley[cohort]", 0, 0, "C000", message, help)])
    from charley.cohort.evaluation import Cohort

    return Cohort(kb)
