"""Signatures of approvals by ed25519, with keys that stay with their owners. Needs `charley[signatures]`."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from charley.documents.atomic import write_whole
from charley.documents.diagnostic import Diagnostic, Faulty
from charley.rules.signoff.approval import Approval
from charley.rules.signoff.parts import said

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = ["can_verify", "new_key", "private_key", "public_text", "signed", "verified"]

_CONTEXT = b"charley approval, version 1\n"
"""What is signed begins so, that a signature of ours is good for nothing else."""


def can_verify() -> bool:
    """Whether the library is installed."""
    return find_spec("cryptography") is not None


def new_key(file: Path) -> str:
    """Make a private key, write it for its owner only, and return the public one. Raises `Faulty`."""
    _needed()
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if file.exists():
        message, help = f"`{file.name[:60]}` is there already", "name a file that is not there"
        raise Faulty([Diagnostic("command line", 0, 0, "A021", message, help)])
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_whole(file, pem, private=True)
    return public_text(key)


def private_key(file: Path) -> Ed25519PrivateKey:
    """The private key in a file. Raises `Faulty`."""
    _needed()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        reason = getattr(error, "strerror", None) or "it holds no private key without a password"
        help = "`charley review key FILE` makes one"
        raise Faulty([Diagnostic(str(file)[:200], 0, 0, "A031", f"cannot be used: {reason}", help)]) from None
    if not isinstance(key, Ed25519PrivateKey):
        help = "`charley review key FILE` makes one"
        raise Faulty([Diagnostic(str(file)[:200], 0, 0, "A031", "this is not an ed25519 key", help)])
    return key


def public_text(key: Ed25519PrivateKey) -> str:
    """The public key as `keys.yaml` holds it."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def signed(approval: Approval, key: Ed25519PrivateKey) -> Approval:
    """The approval with a signature."""
    signature = base64.b64encode(key.sign(_message(approval))).decode()
    return approval.model_copy(update={"signature": signature})


def verified(approval: Approval, keys: Mapping[str, str]) -> bool:
    """Whether the approval is signed with its person's key. `keys` are public keys by person."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    key = keys.get(approval.person)
    if key is None or approval.signature is None:
        return False
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key))
        public.verify(base64.b64decode(approval.signature), _message(approval))
    except (InvalidSignature, ValueError):
        return False
    return True


def _message(approval: Approval) -> bytes:
    fields = approval.model_dump(mode="json", exclude={"signature"}, exclude_none=True)
    return _CONTEXT + said(fields).encode()


def _needed() -> None:
    if not can_verify():
        help = "`pip install 'charley[signatures]'`"
        message = "signatures need a library that is not installed"
        raise Faulty([Diagnostic("command line", 0, 0, "A031", message, help)])
