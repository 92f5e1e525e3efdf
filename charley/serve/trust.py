"""Whether a request comes from a client that is trusted: a signed token, checked in the order of CDS Hooks.

First what needs no key (algorithm, issuer, audience, expiry), then the signature, and last whether the token
was seen before. Where no issuer is configured, nobody has to show a token.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import HTTPRedirectHandler, build_opener
from urllib.request import Request as UrlRequest

from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import deserialize_compact, extract_compact

from charley.documents.diagnostic import Diagnostic, Faulty
from charley.serve.service import Problem, Settings

__all__ = ["ALGORITHMS", "Trust"]

ALGORITHMS = (
    *("ES256", "ES384", "ES512"),
    *("RS256", "RS384", "RS512"),
    *("PS256", "PS384", "PS512"),
    "EdDSA",
)
"""Those with a key pair. `none` and those with a shared key are never accepted."""

LEEWAY = 60
"""Seconds by which clocks may differ."""

MOST_ID = 200
"""Characters in the identifier of a token."""

KEEP_KEYS = 600.0
"""Seconds for which keys that were fetched are kept."""

MOST_KEY_BYTES = 64 * 1024
FETCH_SECONDS = 3.0


@dataclass
class Trust:
    """The clients that are trusted. `seen_before(issuer, id, until)` remembers a token that was shown."""

    issuers: tuple[str, ...]
    key_urls: Mapping[str, str]
    keys: dict[str, KeySet]
    seen_before: Callable[[str, str, float], bool]
    now: Callable[[], float] = time.time
    fetch: Callable[[str], bytes] = field(default=lambda url: _fetch(url))
    _fetched: dict[str, tuple[float, KeySet]] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Settings, seen_before: Callable[[str, str, float], bool] | None = None) -> Trust:
        """The trust that the settings ask for. Raises `Faulty` for a file that holds no keys."""
        keys = {issuer: _read_keys(file) for issuer, file in settings.key_files.items()}
        return cls(settings.issuers, dict(settings.key_urls), keys, seen_before or _Memory().seen_before)

    def check(self, authorization: str | None, audience: str) -> None:
        """Whether the header lets in a call of this address. Raises `Problem` (401), which quotes nothing."""
        if not self.issuers:
            return
        kind, _, token = (authorization or "").partition(" ")
        if kind.lower() != "bearer" or not token.strip():
            raise _refused("a signed token is needed: `Authorization: Bearer`")
        given = token.strip().encode("ascii", "replace")
        try:
            signed = extract_compact(given)
            claims = json.loads(signed.payload)
        except (JoseError, ValueError, RecursionError):
            raise _refused("the token cannot be read") from None
        header = signed.headers()
        if not isinstance(claims, dict):
            raise _refused("the token cannot be read")
        if header.get("alg") not in ALGORITHMS:
            raise _refused("the token is signed with an algorithm that is not accepted")
        if header.get("typ", "JWT") != "JWT":
            raise _refused("the token is not a JWT")
        issuer = claims.get("iss")
        if not isinstance(issuer, str) or issuer not in self.issuers:
            raise _refused("the issuer of the token is not trusted")
        audiences = claims.get("aud")
        if audience not in (audiences if isinstance(audiences, list) else [audiences]):
            raise _refused("the token is for another address")
        until = self._until(claims)
        try:
            key = self._keys(issuer, header.get("jku")).get_by_kid(header.get("kid"))
            deserialize_compact(given, key, list(ALGORITHMS))
        except (JoseError, ValueError):
            raise _refused("the signature of the token does not match the keys of its issuer") from None
        id = claims.get("jti")
        if not isinstance(id, str) or not 0 < len(id) <= MOST_ID:
            raise _refused(f"the token has no `jti` of at most {MOST_ID} characters")
        if self.seen_before(issuer, id, until + LEEWAY):
            raise _refused("the token was used before")

    def _until(self, claims: Mapping[str, Any]) -> float:
        """When the token expires. Raises `Problem` where it has, or does not say."""
        until, issued = claims.get("exp"), claims.get("iat")
        for each in (until, issued):
            if isinstance(each, bool) or not isinstance(each, int | float):
                raise _refused("the token does not say when it was issued and when it expires")
        now = self.now()
        if not until > now - LEEWAY:  # type: ignore[operator]
            raise _refused("the token has expired")
        if not issued < now + LEEWAY:  # type: ignore[operator]
            raise _refused("the token was issued in the future")
        return float(until)  # type: ignore[arg-type]

    def _keys(self, issuer: str, url: Any) -> KeySet:
        """The keys of an issuer: from its file, or from the one address that is allowed for it."""
        if issuer in self.keys:
            return self.keys[issuer]
        allowed = self.key_urls.get(issuer)
        if allowed is None or url not in (None, allowed):
            raise _refused("the keys of the issuer must not be fetched from that address")
        kept = self._fetched.get(issuer)
        if kept is None or kept[0] < self.now():
            try:
                found = KeySet.import_key_set(json.loads(self.fetch(allowed)))
            except (OSError, ValueError, KeyError, TypeError, JoseError):
                raise Problem(503, "the keys of the issuer cannot be fetched now") from None
            kept = self._fetched[issuer] = self.now() + KEEP_KEYS, found
        return kept[1]


class _Memory:
    """The tokens that this process was shown, until they expire."""

    def __init__(self) -> None:
        self._until: dict[tuple[str, str], float] = {}
        self._tidy_at = 0.0

    def seen_before(self, issuer: str, id: str, until: float) -> bool:
        """Whether this token was shown; from now on it was."""
        now = time.time()
        if now > self._tidy_at:
            self._until = {each: end for each, end in self._until.items() if end > now}
            self._tidy_at = now + LEEWAY
        if (issuer, id) in self._until:
            return True
        self._until[issuer, id] = until
        return False


def _read_keys(file: Path) -> KeySet:
    try:
        return KeySet.import_key_set(json.loads(file.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError, JoseError) as error:
        reason = getattr(error, "strerror", None) or "not a JWK Set"
        help = 'write JSON: `{"keys": [...]}`, with public keys'
        raise Faulty([Diagnostic(str(file), 0, 0, "F001", f"no keys here: {reason}", help)]) from None


class _NoRedirect(HTTPRedirectHandler):
    """The address that is allowed is called, and no other."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """None: a redirection is an error."""


def _fetch(url: str) -> bytes:
    request = UrlRequest(url, headers={"Accept": "application/json"})
    with build_opener(_NoRedirect).open(request, timeout=FETCH_SECONDS) as answer:
        found = answer.read(MOST_KEY_BYTES + 1)
    if len(found) > MOST_KEY_BYTES:
        raise ValueError("too large")
    return bytes(found)


def _refused(title: str) -> Problem:
    return Problem(401, title, headers={"WWW-Authenticate": "Bearer"})
