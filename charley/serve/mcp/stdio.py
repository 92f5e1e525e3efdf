"""The assistant's tools on standard input and output, which is how desktop hosts start them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from pydantic_core import to_json

from charley.engine.expert import Expert
from charley.facts.wording import Audience
from charley.serve.api.outcome import outcome
from charley.serve.mcp.server import assistant

__all__ = ["serve_stdio"]


def serve_stdio(expert: Expert, audience: Audience) -> None:
    """Answer a host until it closes standard input. Standard error stays empty, whatever was told."""
    logging.disable(logging.CRITICAL)
    to_json(outcome(expert, expert.assess({}), audience, "short"))  # pydantic builds its models

    async def here(work: Callable[[Expert], Any]) -> Any:
        return work(expert)

    assistant(expert, audience, here).run("stdio")
