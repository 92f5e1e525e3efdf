"""CDS Hooks 2.0.1: discovery, one service a base at two hooks, and feedback."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager

from pydantic_core import to_json
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from charley.engine.expert import Expert
from charley.serve.body import read_json
from charley.serve.cds.cards import cards
from charley.serve.cds.discovery import described, service_id
from charley.serve.cds.feedback import FeedbackStore, NotKept, Shown
from charley.serve.cds.feedback_body import read_feedback
from charley.serve.cds.fetching import Fetcher
from charley.serve.cds.hooks import HOOKS, read_call
from charley.serve.cds.prefetch import read_prefetch, templates
from charley.serve.cds.store_thread import StoreThread
from charley.serve.fhir.names import questionnaire_url
from charley.serve.fhir.outcome import outcome_response
from charley.serve.fhir.reading.patient_record import read_patient
from charley.serve.service import Problem, Service
from charley.serve.status import base_headers
from charley.serve.trust import Trust

__all__ = ["CdsHooks"]

PREFIX = "/cds-services"

LAG = 0.3
"""Seconds in which another process has written the cards that it has sent."""


class CdsHooks:
    """The surface. What it is asked and what it answers is JSON; what it refuses, an OperationOutcome."""

    prefixes: Sequence[str] = (PREFIX,)

    def __init__(self) -> None:
        self._finish: Callable[[], None] = lambda: None

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """For as long as requests are answered; then the cards that were sent are written."""
        yield
        self._finish()

    def routes(self, service: Service) -> Iterable[BaseRoute]:
        """Discovery, the services, and feedback."""
        calls = _Calls(service)
        self._finish = calls.finish
        return [
            Route(PREFIX, calls.discover, methods=["GET"]),
            Route(f"{PREFIX}/{{id}}", calls.call, methods=["POST"]),
            Route(f"{PREFIX}/{{id}}/feedback", calls.feedback, methods=["POST"]),
        ]

    def refuse(self, request: Request, problem: Problem) -> Response:
        """An OperationOutcome."""
        return outcome_response(problem)


class _Calls:
    def __init__(self, service: Service) -> None:
        settings = self._settings = service.settings
        self._bases = {service_id(base): base for base in service.bases.values()}
        self._templates = {id: templates(base, questionnaire_url(base)) for id, base in self._bases.items()}
        self._fetcher = Fetcher(settings.fetch_from) if settings.fetch_from else None
        store = FeedbackStore(settings.feedback) if settings.feedback else None
        self._store = None if store is None else StoreThread(store)
        self._trust = Trust.of(settings, None if store is None else store.seen_before)

    def finish(self) -> None:
        """Have everything written that is to be remembered."""
        if self._store is not None:
            self._store.finish()

    async def discover(self, request: Request) -> Response:
        await self._authorize(request)
        version = self._settings.cds_hooks
        found = [
            described(base, hook, self._templates[id], version)
            for id, base in self._bases.items()
            for hook in HOOKS.values()
        ]
        return JSONResponse({"services": found})

    async def call(self, request: Request) -> Response:
        await self._authorize(request)
        id, base = self._base(request)
        call = read_call(await read_json(request))
        wanted, sent = self._templates[id], call.prefetch
        if self._fetcher is not None:
            sent = await self._fetcher.complete(call, wanted)
        fetched = read_prefetch(wanted, sent, call.patient)
        now = datetime.datetime.now(datetime.UTC)
        record = read_patient(base, fetched.resources, now, call.patient)
        found = cards(base, call, record, fetched, now, self._settings)
        if self._store is not None:
            self._store.remember(
                [Shown(each.uuid, each.target, each.rules, id, base.about.id, base.digest) for each in found]
            )
        body = to_json({"cards": [each.body for each in found]})
        return Response(body, headers=base_headers(base), media_type="application/json")

    async def feedback(self, request: Request) -> Response:
        await self._authorize(request)
        self._base(request)
        given = read_feedback(await read_json(request))
        if self._store is None:
            raise Problem(404, "this server stores no feedback")
        cards = [each.card for each in given]
        try:
            if not await self._are_known(self._store, cards):
                raise Problem(404, "unknown card identifier: none of this feedback was stored")
            await self._store.run(lambda store: store.take(given))
        except NotKept:
            raise _unreachable() from None
        return Response()

    @staticmethod
    async def _are_known(store: StoreThread, cards: Sequence[str]) -> bool:
        """Whether cards were sent with these identifiers, perhaps by another process a moment ago."""
        for seconds in (0.0, LAG):
            await asyncio.sleep(seconds)
            known = await store.run(lambda store: store.known(cards))
            if known.issuperset(cards):
                return True
        return False

    async def _authorize(self, request: Request) -> None:
        """Raises `Problem`. A check that may wait for a database or a network is made in a thread."""
        trust, shown = self._trust, request.headers.get("authorization")
        audience = self._settings.base_url + request.url.path
        if not trust.issuers or not (self._store or trust.key_urls):
            trust.check(shown, audience)
            return
        try:
            await run_in_threadpool(trust.check, shown, audience)
        except NotKept:
            raise _unreachable() from None

    def _base(self, request: Request) -> tuple[str, Expert]:
        id = request.path_params["id"]
        if id not in self._bases:
            raise Problem(404, f"unknown service; this server has: {', '.join(self._bases)}")
        return id, self._bases[id]


def _unreachable() -> Problem:
    return Problem(503, "the feedback store is not available now")
