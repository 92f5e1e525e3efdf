"""CDS Hooks 2.0.1: discovery, one service a base at two hooks, and feedback."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from charley.engine.expert import Expert
from charley.serve.body import read_json
from charley.serve.cds.cards import Card, cards
from charley.serve.cds.discovery import described, service_id
from charley.serve.cds.feedback import FeedbackStore, NotKept, Shown
from charley.serve.cds.feedback_body import read_feedback
from charley.serve.cds.hooks import HOOKS, read_call
from charley.serve.cds.prefetch import read_prefetch, templates
from charley.serve.fhir.names import questionnaire_url
from charley.serve.fhir.outcome import outcome_response
from charley.serve.fhir.reading.patient_record import read_patient
from charley.serve.service import Problem, Service
from charley.serve.status import base_headers
from charley.serve.trust import Trust

__all__ = ["CdsHooks"]

PREFIX = "/cds-services"

_LOG = logging.getLogger("charley.serve")


class CdsHooks:
    """The surface. What it is asked and what it answers is JSON; what it refuses, an OperationOutcome."""

    prefixes: Sequence[str] = (PREFIX,)

    def routes(self, service: Service) -> Iterable[BaseRoute]:
        """Discovery, the services, and feedback."""
        calls = _Calls(service)
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
        self._store = FeedbackStore(settings.feedback) if settings.feedback else None
        self._trust = Trust.of(settings, None if self._store is None else self._store.seen_before)

    async def discover(self, request: Request) -> Response:
        await self._let_in(request)
        version = self._settings.cds_hooks
        found = [
            described(base, hook, self._templates[id], version)
            for id, base in self._bases.items()
            for hook in HOOKS.values()
        ]
        return JSONResponse({"services": found})

    async def call(self, request: Request) -> Response:
        await self._let_in(request)
        id, base = self._base(request)
        call = read_call(await read_json(request))
        fetched = read_prefetch(self._templates[id], call.prefetch, call.patient)
        now = datetime.datetime.now(datetime.UTC)
        record = read_patient(base, fetched.resources, now, call.patient)
        found = cards(base, call, record, fetched, now, self._settings)
        await self._remember(id, base, found)
        return JSONResponse({"cards": [each.body for each in found]}, headers=base_headers(base))

    async def feedback(self, request: Request) -> Response:
        await self._let_in(request)
        self._base(request)
        given = read_feedback(await read_json(request))
        store = self._store
        if store is None:
            raise Problem(404, "feedback is not kept here")

        def take() -> None:
            known = store.known([each.card for each in given])
            if any(each.card not in known for each in given):
                raise Problem(404, "no card was sent with one of these identifiers; nothing is kept")
            store.take(given)

        await self._kept(take)
        return Response()

    async def _let_in(self, request: Request) -> None:
        audience = self._settings.base_url + request.url.path

        def check() -> None:
            self._trust.check(request.headers.get("authorization"), audience)

        await self._kept(check)

    async def _kept(self, work: Callable[[], Any]) -> None:
        """Work that may wait for a database or a network, in a thread. Raises `Problem`."""
        waits = self._store is not None or self._trust.key_urls
        try:
            await run_in_threadpool(work) if waits else work()
        except NotKept:
            raise Problem(503, "the store cannot be reached now") from None

    async def _remember(self, id: str, base: Expert, found: Sequence[Card]) -> None:
        """Remember what is sent. Decision support is given whether or not that succeeds."""
        store = self._store
        if store is None or not found:
            return
        shown = [Shown(each.uuid, each.target, each.rules) for each in found]
        try:
            await run_in_threadpool(store.show, id, base, shown)
        except NotKept:
            _LOG.error("the store of feedback cannot be reached: cards were sent that it does not know")

    def _base(self, request: Request) -> tuple[str, Expert]:
        id = request.path_params["id"]
        if id not in self._bases:
            raise Problem(404, f"no such service here; there are: {', '.join(self._bases)}")
        return id, self._bases[id]
