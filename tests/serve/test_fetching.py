"""What a client did not send is read from its FHIR server: if that is on the list, and with its token."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the extra `serve` is not installed")
pytest.importorskip("joserfc", reason="the extra `serve` is not installed")
pytest.importorskip("httpx2", reason="a client for tests is not installed")

from hooks import INSTANCE, SERVICE, client, condition, patient

from charley.engine.expert import Expert
from charley.serve.cds.fetching import MOST_BYTES, Fetcher, address_of
from charley.serve.cds.hooks import read_call
from charley.serve.cds.prefetch import templates
from charley.serve.client_options import client_settings

TOKEN = {
    "access_token": "a-token.of~theirs",
    "token_type": "Bearer",
    "expires_in": 300,
    "scope": "",
    "subject": "c",
}
CLOT = condition("I82.40")


class Chart:
    """A FHIR server: what it answers at each address, and what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.seconds = 0.0
        chart = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                chart.asked.append((self.path, dict(self.headers)))
                time.sleep(chart.seconds)
                status, headers, body = chart.answers.get(self.path, (404, {}, b"{}"))
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who asked has gone
        self.url = f"http://127.0.0.1:{self._server.server_port}/fhir"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def hold(self, address: str, resource: Any, status: int = 200, **headers: str) -> None:
        body = resource if isinstance(resource, bytes) else json.dumps(resource).encode()
        self.answers[f"/fhir/{address}"] = status, headers, body

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def chart() -> Iterator[Chart]:
    found = Chart()
    found.hold("Patient/1", patient())
    found.hold(
        "Condition?patient=1",
        {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": CLOT}]},
    )
    yield found
    found.close()


def body(chart: Chart, **more: Any) -> dict[str, Any]:
    return {
        "hook": "patient-view",
        "hookInstance": INSTANCE,
        "context": {"userId": "Practitioner/7", "patientId": "1"},
        "fhirServer": chart.url,
        "fhirAuthorization": TOKEN,
        **more,
    }


def test_what_is_read_is_as_if_it_had_been_sent(chart: Chart) -> None:
    read = client(fetch_from=(chart.url,)).post(SERVICE, json=body(chart))
    sent = client().post(SERVICE, json=body(chart, prefetch={"patient": patient(), "conditions": CLOT}))
    assert read.status_code == sent.status_code == 200
    cards = [[{**each, "uuid": ""} for each in got.json()["cards"]] for got in (read, sent)]
    assert cards[0] == cards[1]


def test_every_read_shows_the_token_and_asks_for_one_patient(chart: Chart, bundled: Expert) -> None:
    wanted = templates(bundled, "x")
    # Time enough for all of them, also where other tests keep the processor busy.
    asyncio.run(Fetcher([chart.url + "/"], seconds=60).complete(read_call(body(chart)), wanted))
    assert len(chart.asked) == len(wanted)
    for address, headers in chart.asked:
        assert headers["Authorization"] == f"Bearer {TOKEN['access_token']}"
        assert "Patient/1" in address or "patient=1" in address


@pytest.mark.parametrize(
    "more",
    [
        {"fhirServer": "http://127.0.0.1:1/fhir"},
        {"fhirAuthorization": {**TOKEN, "token_type": "Basic"}},
        {"fhirAuthorization": {**TOKEN, "access_token": "two\r\nlines"}},
        {"fhirAuthorization": {}},
    ],
    ids=["another server", "another kind", "no token", "nothing"],
)
def test_nothing_is_read_elsewhere_or_with_an_unsound_token(chart: Chart, more: dict[str, Any]) -> None:
    got = client(fetch_from=(chart.url,)).post(SERVICE, json=body(chart, **more))
    assert got.status_code == 412
    assert chart.asked == []


def test_no_server_is_read_that_is_not_on_the_list(chart: Chart) -> None:
    for listed in ((), (chart.url + "/r5",), (chart.url.removesuffix("/fhir"),)):
        assert client(fetch_from=listed).post(SERVICE, json=body(chart)).status_code == 412
    assert chart.asked == []


def test_an_open_server_is_read_without_a_token(chart: Chart) -> None:
    got = client(fetch_from=(chart.url,)).post(SERVICE, json=body(chart, fhirAuthorization=None))
    assert got.status_code == 200
    assert chart.asked and all("Authorization" not in headers for _, headers in chart.asked)


def test_where_the_client_has_looked_nobody_looks_again(chart: Chart) -> None:
    failed = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]}
    prefetch = {"patient": patient(), "conditions": None, "medication-requests": failed}
    got = client(fetch_from=(chart.url,)).post(SERVICE, json=body(chart, prefetch=prefetch))
    assert got.status_code == 200
    asked = [address for address, _ in chart.asked]
    assert asked and not any(part in each for each in asked for part in ("Patient/", "Condition", "Request"))


BROKEN: dict[str, tuple[Any, int, dict[str, str]]] = {
    "elsewhere": (b"", 302, {"Location": "http://127.0.0.1:1/Patient/1"}),
    "no JSON": (b"<Patient/>", 200, {}),
    "no resource": ([1], 200, {}),
    "refused": (patient(), 403, {}),
    "an outcome": ({"resourceType": "OperationOutcome"}, 200, {}),
    "too long": (b" " * (MOST_BYTES + 1) + json.dumps(patient()).encode(), 200, {}),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_what_cannot_be_read_was_not_sent(chart: Chart, kind: str) -> None:
    resource, status, headers = BROKEN[kind]
    chart.hold("Patient/1", resource, status, **headers)
    got = client(fetch_from=(chart.url,)).post(SERVICE, json=body(chart))
    assert got.status_code == 412
    assert "was not sent" in got.text


def test_a_slow_server_is_not_waited_for(chart: Chart, bundled: Expert) -> None:
    chart.seconds = 2.0
    wanted = templates(bundled, "x")
    start = time.monotonic()
    found = asyncio.run(Fetcher([chart.url], seconds=0.2).complete(read_call(body(chart)), wanted))
    assert found == {}
    assert time.monotonic() - start < 1.5


def test_addresses_hold_what_addresses_may_hold(bundled: Expert) -> None:
    for template in templates(bundled, "https://a.example.org/q|1.0").values():
        address = address_of(template, "a-1.b")
        assert address.isascii() and not set(address) & set(' {}|<>"\\^`#')
        assert "a-1.b" in address


def test_servers_are_listed_by_addresses_with_https() -> None:
    given: dict[str, Any] = {
        "issuers": [], "base_url": "", "cors": [], "feedback": "off", "cds_hooks": "2", "suggest": False,
    }  # fmt: skip
    listed = client_settings(**given, fetch_from=["https://ehr.example.org/fhir/"])["fetch_from"]
    assert listed == ("https://ehr.example.org/fhir",)
    with pytest.raises(Exception, match="not an https address"):
        client_settings(**given, fetch_from=["http://ehr.example.org/fhir"])
