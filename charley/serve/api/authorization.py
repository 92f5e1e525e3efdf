"""Who may ask: where issuers are configured, only those with a token of one of them."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from charley.serve.service import Settings

__all__ = ["Authorization"]


class Authorization:
    """Checks a token as CDS Hooks does, but for two things: it may be shown again until it expires, and it is
    meant for the address under which all operations stand, not for one of them.
    """

    def __init__(self, settings: Settings, path: str) -> None:
        """Raises `Faulty` for a file that holds no keys."""
        self._trust = None
        if settings.issuers:
            from charley.serve.trust import Trust

            self._trust = Trust.of(settings, lambda issuer, id, until: False)
        self._audience = settings.base_url + path

    async def authorize(self, request: Request) -> None:
        """Raises `Problem` (401, or 503 where keys cannot be fetched)."""
        trust = self._trust
        if trust is None:
            return
        shown = request.headers.get("authorization")
        if trust.key_urls:
            await run_in_threadpool(trust.check, shown, self._audience)
        else:
            trust.check(shown, self._audience)
