"""The options of `charley serve` that are about its clients: whose tokens, which origins, what store."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from charley.documents.diagnostic import Diagnostic, Faulty
from charley.serve.cds.feedback import FeedbackStore

__all__ = ["client_settings", "store_url"]

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def client_settings(
    issuers: Iterable[str],
    base_url: str,
    cors: Iterable[str],
    feedback: str,
    cds_hooks: str,
    suggest: bool,
    fetch_from: Iterable[str] = (),
) -> dict[str, Any]:
    """Those fields of `Settings`. Raises `Faulty` with the first option that cannot be used."""
    files: dict[str, Path] = {}
    urls: dict[str, str] = {}
    for given in issuers:
        name, _, keys = given.rpartition("=")
        if not name or not keys:
            help = "for example `--issuer https://ehr.example.org=keys.json`"
            raise _refused("--issuer", "an issuer needs its keys: URI=FILE, or URI=URL", help)
        if keys.startswith(("http://", "https://")):
            urls[name] = _address("--issuer", keys)
        else:
            files[name] = Path(keys)
    if (files or urls) and not base_url:
        help = "for example `--base-url https://charley.example.org`"
        raise _refused(
            "--base-url", "a token is for one address, and the address of this server is missing", help
        )
    return {
        "issuers": tuple(dict.fromkeys([*files, *urls])),
        "key_files": files,
        "key_urls": urls,
        "base_url": _address("--base-url", base_url).rstrip("/") if base_url else "",
        "cors": tuple(_origin(each) for each in cors),
        "feedback": _store(feedback),
        "cds_hooks": int(cds_hooks),
        "suggest": suggest,
        "fetch_from": tuple(_address("--fetch-from", each).rstrip("/") for each in fetch_from),
    }


def _address(option: str, text: str) -> str:
    """An address that is https, or on this machine. Raises `Faulty`."""
    parts = urlsplit(text)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not safe or not parts.hostname or parts.query or parts.fragment:
        raise _refused(option, f"`{text[:80]}` is not an https address", "begin it with `https://`")
    return text


def _origin(text: str) -> str:
    if _address("--cors", text) and urlsplit(text).path:
        raise _refused(
            "--cors", f"`{text[:80]}` is not an origin", "an origin has no path: `https://a.example.org`"
        )
    return text


def _store(feedback: str) -> str:
    """The URL of the store; one that was asked for can be used. Raises `Faulty`."""
    url = store_url(feedback)
    if feedback and url:
        FeedbackStore(url).checked()
    return url


def store_url(text: str) -> str:
    """The URL of the store: a path is a file of SQLite, nothing the default one, `off` none."""
    if text == "off":
        return ""
    if "://" in text:
        return text
    if text:
        return f"sqlite:///{Path(text).absolute()}"
    home = os.environ.get("XDG_STATE_HOME")
    folder = (Path(home) if home else Path.home() / ".local" / "state") / "charley"
    return f"sqlite:///{folder / 'feedback.sqlite'}"


def _refused(where: str, message: str, help: str) -> Faulty:
    return Faulty([Diagnostic(where, 0, 0, "F001", message, help)])
