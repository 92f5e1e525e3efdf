"""FHIR R4, R4B and R5: the base as resources, `$diagnose`, and `$next-question` of adaptive forms."""

from __future__ import annotations

import datetime
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from charley.engine.expert import Expert
from charley.facts.wording import AUDIENCES
from charley.serve.api.authorization import Authorization
from charley.serve.body import read_json
from charley.serve.fhir.capability import capability_statement, diagnose_definition
from charley.serve.fhir.diagnose import diagnosed, read_request
from charley.serve.fhir.names import fhir_id, questionnaire_id, questionnaire_url
from charley.serve.fhir.next_question import advanced, response_in
from charley.serve.fhir.outcome import FHIR_JSON, outcome_response
from charley.serve.fhir.versions import FhirVersion, version_of
from charley.serve.fhir.writing.knowledge import library, plan_definition
from charley.serve.fhir.writing.questionnaire import questionnaire
from charley.serve.service import Problem, Service
from charley.serve.status import base_headers

__all__ = ["Fhir"]

PREFIX = "/fhir"

Resource = dict[str, Any]


class Fhir:
    """The surface. Errors are OperationOutcomes; nothing is kept."""

    prefixes: Sequence[str] = (f"{PREFIX}/", PREFIX)

    def routes(self, service: Service) -> Iterable[BaseRoute]:
        """What is read, and the two operations."""
        calls = _Calls(service)

        def route(path: str, answer: Callable[..., Awaitable[Response]], method: str = "GET") -> Route:
            return Route(PREFIX + path, calls.authorized(answer), methods=[method])

        return [
            route("/metadata", calls.metadata),
            route("/Questionnaire/$next-question", calls.next_question, "POST"),
            route("/$diagnose", calls.diagnose, "POST"),
            route("/Questionnaire", calls.search),
            route("/{kind}/{id}", calls.read),
        ]

    def refuse(self, request: Request, problem: Problem) -> Response:
        """An OperationOutcome."""
        return outcome_response(problem)


class _Calls:
    def __init__(self, service: Service) -> None:
        self._service = service
        self._authorization = Authorization(service.settings, PREFIX)
        self._written: dict[tuple[str, str, FhirVersion], bytes] = {}

    def authorized(
        self, answer: Callable[[Request], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        """The same for those whose token is trusted."""

        async def checked(request: Request) -> Response:
            await self._authorization.authorize(request)
            return await answer(request)

        return checked

    async def metadata(self, request: Request) -> Response:
        version = version_of(request)
        base = self._service.default
        return _answer(base, to_json(capability_statement(base, version)), version)

    async def read(self, request: Request) -> Response:
        version = version_of(request)
        kind, id = request.path_params["kind"], request.path_params["id"]
        makers = self._makers()
        if (kind, id) not in makers:
            there = ", ".join("/".join(each) for each in makers)
            raise Problem(404, f"unknown resource; this server has: {there}")
        base, make = makers[kind, id]
        key = kind, id, version
        if key not in self._written:
            self._written[key] = to_json(make(version))
        return _answer(base, self._written[key], version)

    async def search(self, request: Request) -> Response:
        """The Questionnaires, all or those with a `url`."""
        version = version_of(request)
        url = request.query_params.get("url")
        found = [
            questionnaire(base, audience, version)
            for base in self._service.bases.values()
            for audience in AUDIENCES
            if url in (None, questionnaire_url(base, audience))
        ]
        entries = [{"fullUrl": each["url"], "resource": each, "search": {"mode": "match"}} for each in found]
        bundle = {"resourceType": "Bundle", "type": "searchset", "total": len(found)}
        body = to_json({**bundle, **({"entry": entries} if entries else {})})
        return _answer(self._service.default, body, version)

    async def diagnose(self, request: Request) -> Response:
        version = version_of(request)
        asked = read_request(self._service, await read_json(request))
        now = datetime.datetime.now(datetime.UTC)
        return _answer(asked.base, to_json(diagnosed(asked, now, version)), version)

    async def next_question(self, request: Request) -> Response:
        version = version_of(request)
        body = await read_json(request)
        found = advanced(self._service, response_in(body), version)
        if body.get("resourceType") == "Parameters":
            found = {"resourceType": "Parameters", "parameter": [{"name": "return", "resource": found}]}
        return _answer(self._service.default, to_json(found), version)

    def _makers(self) -> dict[tuple[str, str], tuple[Expert, Callable[[FhirVersion], Resource]]]:
        """How each resource that can be read is made."""
        default = self._service.default
        found: dict[tuple[str, str], tuple[Expert, Callable[[FhirVersion], Resource]]] = {
            ("OperationDefinition", "diagnose"): (default, lambda _: diagnose_definition(default))
        }
        for base in self._service.bases.values():
            id = fhir_id(base.about.id)
            found["PlanDefinition", id] = base, lambda _, base=base: plan_definition(base)  # type: ignore[misc]
            found["Library", id] = base, lambda _, base=base: library(base)  # type: ignore[misc]
            for audience in AUDIENCES:
                found["Questionnaire", questionnaire_id(base, audience)] = (
                    base,
                    lambda version, base=base, audience=audience: questionnaire(base, audience, version),  # type: ignore[misc]
                )
        return found


def _answer(base: Expert, body: bytes, version: FhirVersion) -> Response:
    kind = f"{FHIR_JSON}; fhirVersion={version}"
    return Response(body, headers=base_headers(base), media_type=kind)
