"""What a client did not send beforehand, read from its FHIR server.

Only where that is switched on, and only from servers that are listed: the address in a request chooses among
these, and no redirection is followed. What cannot be read stays unknown, as if nobody had looked.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import quote, urlsplit

from charley.documents.diagnostic import Faulty
from charley.documents.json_reader import read_json
from charley.serve.cds.hooks import Call

__all__ = ["MOST_BYTES", "SECONDS", "Fetcher", "address_of"]

SECONDS = 3.0
"""How long all reads for one call may take together."""

AT_ONCE = 6
"""Connections that one call may open."""

MOST_BYTES = 1024 * 1024
"""The longest answer that is read."""


class Fetcher:
    """Reads templates from the servers of a list, each given by its base URL."""

    def __init__(self, servers: Iterable[str], seconds: float = SECONDS) -> None:
        self._servers = frozenset(each.rstrip("/") for each in servers)
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(4 * AT_ONCE, "charley-fetch")

    async def complete(self, call: Call, wanted: Mapping[str, str]) -> Mapping[str, Any] | None:
        """The prefetch of a call, with what could be read of the templates whose keys are not there.

        A key with null or an OperationOutcome is there: the client has looked.
        """
        server = call.fhir_server.rstrip("/")
        sent = call.prefetch or {}
        missing = [key for key in wanted if key not in sent]
        if server not in self._servers or not missing:
            return call.prefetch
        until = time.monotonic() + self._seconds
        loop = asyncio.get_running_loop()
        addresses = [(key, address_of(wanted[key], call.patient)) for key in missing]
        parts = [part for at in range(AT_ONCE) if (part := addresses[at::AT_ONCE])]
        jobs = [loop.run_in_executor(self._threads, _read, server, call.token, part, until) for part in parts]
        done, _ = await asyncio.wait(
            jobs, timeout=self._seconds
        )  # the name of a server may be long looked up
        return {**sent, **{key: value for each in done for key, value in each.result().items()}}


def address_of(template: str, patient: str) -> str:
    """The relative address of a template for this patient."""
    return quote(template.replace("{{context.patientId}}", quote(patient, safe="")), safe="/?=&%:,._-$")


def _read(server: str, token: str, wanted: Iterable[tuple[str, str]], until: float) -> dict[str, Any]:
    """What could be read of these addresses, one after another over one connection."""
    at = urlsplit(server)
    kind = HTTPSConnection if at.scheme == "https" else HTTPConnection
    headers = {"Accept": "application/fhir+json", **({"Authorization": f"Bearer {token}"} if token else {})}
    found: dict[str, Any] = {}
    connection = kind(at.netloc, timeout=SECONDS)
    try:
        for key, address in wanted:
            left = until - time.monotonic()
            if left <= 0:
                break
            connection.timeout = left
            if connection.sock is not None:
                connection.sock.settimeout(left)
            try:
                connection.request("GET", f"{at.path}/{address}", headers=headers)
                answer = connection.getresponse()
                data = _body(answer, until)
            except (OSError, HTTPException, ValueError):
                connection.close()
                continue
            if answer.status == 200 and (resource := _resource(data)) is not None:
                found[key] = resource
    finally:
        connection.close()
    return found


def _body(answer: HTTPResponse, until: float) -> bytes:
    """The whole answer. Raises `OSError` for one that is too long, or not there in time."""
    data = b""
    while part := answer.read1(64 * 1024):
        data += part
        if len(data) > MOST_BYTES or time.monotonic() > until:
            raise OSError
    return data


def _resource(data: bytes) -> Mapping[str, Any] | None:
    """A resource of FHIR in JSON; None for anything else."""
    try:
        value = read_json(data, "answer")
    except Faulty:
        return None
    kind = value.get("resourceType") if isinstance(value, Mapping) else None
    return value if isinstance(kind, str) and kind != "OperationOutcome" else None
