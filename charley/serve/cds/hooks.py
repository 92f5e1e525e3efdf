"""The hooks that are answered, and the call of one, read and checked."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from charley.serve.service import Problem

__all__ = ["HOOKS", "Call", "Hook", "read_call"]


@dataclass(frozen=True, slots=True)
class Hook:
    """`users` are the types of those who can be at work; `needs_encounter`, whether a visit is named."""

    name: str
    version: str
    users: tuple[str, ...]
    needs_encounter: bool
    purpose: str


HOOKS: Mapping[str, Hook] = {
    hook.name: hook
    for hook in (
        Hook(
            "encounter-start",
            "1.0",
            ("Practitioner", "PractitionerRole"),
            True,
            "when an encounter begins",
        ),
        Hook(
            "patient-view",
            "1.0",
            ("Practitioner", "PractitionerRole", "Patient", "RelatedPerson"),
            False,
            "when a chart is opened",
        ),
    )
}
"""What is called most comes last: clients that keep one hook for each id (HL7's sandbox) keep that one."""

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]{1,8000}=*")
"""What may stand in a header as a token (RFC 6750)."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a service. `prefetch` is None where the client sent none. `token` is for `fhir_server`; both
    are empty where there is none that could be used.
    """

    hook: Hook
    instance: str
    user: str
    patient: str
    encounter: str | None
    prefetch: Mapping[str, Any] | None
    fhir_server: str = ""
    token: str = ""


def read_call(body: Any) -> Call:
    """The call in a body that was JSON. Raises `Problem` (400) with the first thing that is wrong.

    Elements that are not known here, those of later versions among them, are passed over.
    """
    if not isinstance(body, Mapping):
        raise _wrong("the body must be a JSON object with `hook`, `hookInstance` and `context`")
    hook = HOOKS.get(_text(body, "hook"))
    if hook is None:
        raise _wrong(f"`hook` must be one of {', '.join(HOOKS)}")
    instance = _text(body, "hookInstance")
    try:
        uuid.UUID(instance)
    except ValueError:
        raise _wrong("`hookInstance` must be a UUID") from None
    if body.get("fhirAuthorization") is not None and not isinstance(body.get("fhirServer"), str):
        raise _wrong("`fhirAuthorization` needs `fhirServer`")
    context = body.get("context")
    if not isinstance(context, Mapping):
        raise _wrong("`context` must be an object")
    user = _text(context, "userId", "context.")
    kind, _, id = user.partition("/")
    if kind not in hook.users or not _ID.fullmatch(id):
        raise _wrong(
            f"`context.userId` must be one of {', '.join(hook.users)}, with its id: `Practitioner/1`"
        )
    patient = _id(context, "patientId")
    encounter = None
    if hook.needs_encounter or context.get("encounterId") is not None:
        encounter = _id(context, "encounterId")
    prefetch = body.get("prefetch")
    if prefetch is not None and not isinstance(prefetch, Mapping):
        raise _wrong("`prefetch` must be an object")
    return Call(hook, instance, user, patient, encounter, prefetch, *_access(body))


def _access(body: Mapping[str, Any]) -> tuple[str, str]:
    """The client's FHIR server and the token for it; both empty where the token is none that may be used."""
    server, given = body.get("fhirServer"), body.get("fhirAuthorization")
    if not isinstance(server, str):
        return "", ""
    if given is None:
        return server, ""
    token = given.get("access_token") if isinstance(given, Mapping) else None
    if not isinstance(token, str) or not _TOKEN.fullmatch(token) or given.get("token_type") != "Bearer":
        return "", ""
    return server, token


def _id(context: Mapping[str, Any], name: str) -> str:
    found = _text(context, name, "context.")
    if not _ID.fullmatch(found):
        raise _wrong(f"`context.{name}` must be the id of a FHIR resource")
    return found


def _text(holder: Mapping[str, Any], name: str, within: str = "") -> str:
    found = holder.get(name)
    if not isinstance(found, str) or not found:
        raise _wrong(f"`{within}{name}` is missing, or is not text")
    return found


def _wrong(message: str) -> Problem:
    return Problem(400, message)
