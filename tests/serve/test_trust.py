"""Tokens of clients: each check in its order, and a key that is fetched from nowhere but where it may."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the extra `serve` is not installed")
pytest.importorskip("joserfc", reason="the extra `serve` is not installed")
pytest.importorskip("sqlalchemy", reason="the extra `serve` is not installed")
pytest.importorskip("httpx2", reason="starlette's test client needs it")

from hooks import SERVICE, call, client
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from charley.documents.diagnostic import Faulty
from charley.serve.client_options import client_settings
from charley.serve.service import Problem, Settings
from charley.serve.trust import Trust

ISSUER, OTHER = "https://ehr.example.org", "https://other.example.org"
BASE = "https://cds.example.org"
AUDIENCE = BASE + SERVICE
NOW = 1_790_000_000.0
KEY = ECKey.generate_key("P-384", {"kid": "ours"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
STRANGER = ECKey.generate_key("P-384", {"kid": "ours"})
GOOD = {"iss": ISSUER, "aud": AUDIENCE, "exp": NOW + 300, "iat": NOW, "jti": "one"}
HEADER = {"alg": "ES384", "typ": "JWT", "kid": "ours"}


def token(
    claims: dict[str, Any] | None = None, header: dict[str, Any] | None = None, key: Any = KEY, **more: Any
) -> str:
    """A bearer token: the good one, with these changes; None takes a claim away."""
    told = {name: value for name, value in {**GOOD, **(claims or {}), **more}.items() if value is not None}
    alg = (header or HEADER).get("alg", "ES384")
    return "Bearer " + jwt.encode({**HEADER, **(header or {})}, told, key, algorithms=[alg])


def key_set(*keys: Any) -> dict[str, Any]:
    return {"keys": [key.as_dict(private=False) for key in keys]}


@pytest.fixture
def trust(tmp_path: Path) -> Trust:
    file = tmp_path / "keys.json"
    file.write_text(json.dumps(key_set(KEY, RSA)))
    settings = Settings(issuers=(ISSUER,), key_files={ISSUER: file}, base_url=BASE)
    made = Trust.of(settings)
    made.now = lambda: NOW
    return made


def refusal(trust: Trust, given: str | None, audience: str = AUDIENCE) -> str:
    with pytest.raises(Problem) as caught:
        trust.check(given, audience)
    assert caught.value.status == 401
    assert caught.value.headers == {"WWW-Authenticate": "Bearer"}
    return caught.value.title


def test_a_good_token_lets_in_once(trust: Trust) -> None:
    trust.check(token(), AUDIENCE)
    assert "used before" in refusal(trust, token())
    trust.check(token(jti="two", aud=[OTHER, AUDIENCE]), AUDIENCE)
    trust.check(token(jti="three", header={"alg": "RS384", "kid": "rsa"}, key=RSA), AUDIENCE)


UNSIGNED = "Bearer eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJpc3MiOiJ4In0."

REFUSED: list[tuple[str, Callable[[], str | None], str]] = [
    ("none", lambda: None, "a signed token is needed"),
    ("another scheme", lambda: "Basic abc", "a signed token is needed"),
    ("no token at all", lambda: "Bearer a.b", "cannot be read"),
    ("unsigned", lambda: UNSIGNED, "algorithm"),
    (
        "a shared key",
        lambda: token(header={"alg": "HS256"}, key=OctKey.import_key("0123456789abcdef" * 4)),
        "algorithm",
    ),
    ("another issuer", lambda: token(iss=OTHER), "issuer"),
    ("another address", lambda: token(aud=BASE + "/cds-services"), "another address"),
    ("no address", lambda: token(aud=None), "another address"),
    ("expired", lambda: token(exp=NOW - 61), "expired"),
    ("no expiry", lambda: token(exp=None), "does not say"),
    ("an expiry in words", lambda: token(exp="soon"), "does not say"),
    ("from the future", lambda: token(iat=NOW + 3600, exp=NOW + 7200), "future"),
    ("the key of a stranger", lambda: token(key=STRANGER), "signature"),
    ("an unknown key", lambda: token(header={"kid": "nobody's"}), "signature"),
    ("changed on the way", lambda: token()[:-6] + "AAAAAA", "signature"),
    ("no identifier", lambda: token(jti=None), "`jti`"),
    ("an endless identifier", lambda: token(jti="x" * 1000), "`jti`"),
    ("no JWT", lambda: token(header={"typ": "JOSE"}), "not a JWT"),
]


@pytest.mark.parametrize(("make", "said"), [each[1:] for each in REFUSED], ids=[each[0] for each in REFUSED])
def test_every_other_token_is_refused(trust: Trust, make: Callable[[], str | None], said: str) -> None:
    assert said in refusal(trust, make())


def test_the_checks_come_in_the_order_of_the_standard(trust: Trust) -> None:
    wrong: dict[str, Any] = {"iss": OTHER, "aud": OTHER, "exp": NOW - 100, "jti": "order"}
    for name, said in (("iss", "issuer"), ("aud", "address"), ("exp", "expired")):
        assert said in refusal(trust, token(wrong, key=STRANGER))
        wrong[name] = GOOD[name]
    assert "signature" in refusal(trust, token(wrong, key=STRANGER))
    trust.check(token(wrong), AUDIENCE)  # a token that was refused was not used up


def test_keys_are_fetched_from_the_one_address_that_is_allowed() -> None:
    url, called = "https://ehr.example.org/keys", []
    settings = Settings(issuers=(ISSUER,), key_urls={ISSUER: url}, base_url=BASE)
    trust = Trust.of(settings)
    trust.now = lambda: NOW

    def fetch(given: str) -> bytes:
        called.append(given)
        return json.dumps(key_set(KEY)).encode()

    trust.fetch = fetch
    trust.check(token(jti="a", header={"jku": url}), AUDIENCE)
    trust.check(token(jti="b"), AUDIENCE)
    assert "fetched from that address" in refusal(
        trust, token(jti="c", header={"jku": "https://evil.example.org"})
    )
    assert called == [url]


def test_keys_of_a_file_are_never_fetched(trust: Trust) -> None:
    def fetch(url: str) -> bytes:
        raise AssertionError(url)

    trust.fetch = fetch
    trust.check(token(header={"jku": "https://evil.example.org"}), AUDIENCE)


def test_one_issuer_cannot_sign_for_another(tmp_path: Path) -> None:
    files = {}
    for issuer, key in ((ISSUER, KEY), (OTHER, STRANGER)):
        files[issuer] = tmp_path / issuer.split("//")[1]
        files[issuer].write_text(json.dumps(key_set(key)))
    trust = Trust.of(Settings(issuers=tuple(files), key_files=files, base_url=BASE))
    trust.now = lambda: NOW
    assert "signature" in refusal(trust, token(iss=OTHER))


def test_the_surface_asks_for_the_token_everywhere(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_text(json.dumps(key_set(KEY)))
    used = client(issuers=(ISSUER,), key_files={ISSUER: file}, base_url=BASE)
    for got in (
        used.get("/cds-services"),
        used.post(SERVICE, json=call()),
        used.post(f"{SERVICE}/feedback", json={}),
        used.get("/fhir/metadata"),
        used.post("/fhir/$diagnose", json={}),
        used.post("/fhir/Questionnaire/$next-question", json={}),
    ):
        assert got.status_code == 401
        assert got.headers["www-authenticate"] == "Bearer"
        assert got.json()["issue"][0]["code"] == "login"


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ({"issuers": ["https://ehr.example.org"]}, "--issuer"),
        ({"issuers": ["https://ehr.example.org=http://ehr.example.org/keys"]}, "--issuer"),
        ({"issuers": ["https://ehr.example.org=keys.json"]}, "--base-url"),
        ({"base_url": "ftp://x"}, "--base-url"),
        ({"cors": ["https://a.example.org/path"]}, "--cors"),
    ],
)
def test_an_option_that_cannot_be_used_is_refused(options: dict[str, Any], where: str) -> None:
    given = {"issuers": [], "base_url": "", "cors": [], "feedback": "off", "cds_hooks": "2", "suggest": False}
    with pytest.raises(Faulty) as caught:
        client_settings(**{**given, **options})
    assert caught.value.diagnostics[0].file == where


def test_a_file_without_keys_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    for text in ("", "{}", '{"keys": []}', '{"keys": 1}'):
        file.write_text(text)
        with pytest.raises(Faulty):
            Trust.of(Settings(issuers=(ISSUER,), key_files={ISSUER: file}, base_url=BASE))
