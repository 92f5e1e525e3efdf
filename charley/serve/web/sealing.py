"""Records sealed in the addresses of pages: only this server can read one, and only for a while.

A sealed record is a version, a nonce and what AES-GCM makes of the packed record with its expiry, in the
letters of an address. Nothing is kept: who has the address has the record, and nobody else has.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import time
import zlib
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from charley.documents.diagnostic import CharleyError

__all__ = ["HOURS", "Sealer", "Unsealed"]

HOURS = 24
"""How long a page can be opened again."""

VERSION = b"\x01"
_NONCE, _EXPIRY = 12, 4


class Unsealed(CharleyError):
    """A token that cannot be opened: it is too old, or not a token of this server."""

    def __init__(self, expired: bool) -> None:
        super().__init__("it is too old" if expired else "not a token of this server")
        self.expired = expired


class Sealer:
    """Seals and opens. `clock` gives the seconds since 1970."""

    def __init__(self, secret: bytes, clock: Callable[[], float] = time.time) -> None:
        self._cipher = AESGCM(hashlib.blake2b(key=secret, person=b"charley record", digest_size=32).digest())
        self._clock = clock

    def seal(self, text: str) -> str:
        """The text as a token."""
        expiry = int(self._clock() // 60) + 60 * HOURS
        packed = expiry.to_bytes(_EXPIRY, "big") + zlib.compress(text.encode(), 9)
        nonce = os.urandom(_NONCE)
        sealed = VERSION + nonce + self._cipher.encrypt(nonce, packed, VERSION)
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def open(self, token: str) -> str:
        """The text in a token. Raises `Unsealed`."""
        try:
            sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
            head = len(VERSION) + _NONCE
            packed = self._cipher.decrypt(sealed[len(VERSION) : head], sealed[head:], sealed[: len(VERSION)])
        except (binascii.Error, ValueError, InvalidTag):
            raise Unsealed(expired=False) from None
        if int.from_bytes(packed[:_EXPIRY], "big") * 60 < self._clock():
            raise Unsealed(expired=True)
        return zlib.decompress(packed[_EXPIRY:]).decode()
