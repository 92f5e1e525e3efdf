"""The message when the solver is not installed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib.util import find_spec
from typing import Any, TypeVar

from charley.documents.diagnostic import Diagnostic, Faulty

__all__ = ["with_solver"]

F = TypeVar("F", bound=Callable[..., Any])


def with_solver(command: F) -> F:
    """Run the command, or say how to install the solver that it needs."""

    @wraps(command)
    def checked(*args: Any, **kwargs: Any) -> Any:
        if find_spec("z3") is None:
            help = "install it with `pip install 'charley[audit]'`"
            message = "proofs need the solver z3, which is not installed"
            raise Faulty([Diagnostic("charley[audit]", 0, 0, "A000", message, help)])
        return command(*args, **kwargs)

    return checked  # type: ignore[return-value]
