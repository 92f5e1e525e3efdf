"""The body of a request as JSON, strictly: no NaN, no key twice, or one clear refusal."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from charley.documents.diagnostic import Faulty
from charley.documents.json_reader import read_json as json_value
from charley.serve.service import Problem

__all__ = ["read_json"]


async def read_json(request: Request) -> Any:
    """What the body holds. Raises `Problem`: 415 where it is not sent as JSON, 400 where it is not JSON.

    The message quotes nothing of the body.
    """
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise Problem(415, "send JSON: `Content-Type: application/json`")
    try:
        return json_value(await request.body(), "request body")
    except Faulty:
        raise Problem(400, "the body is not JSON") from None
