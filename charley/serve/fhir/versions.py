"""The versions of FHIR that are spoken, and which one a request asks for."""

from __future__ import annotations

import re
from typing import Literal

from starlette.requests import Request

from charley.serve.service import Problem

__all__ = ["VERSIONS", "FhirVersion", "version_of"]

FhirVersion = Literal["4.0", "4.3", "5.0"]
"""R4, R4B and R5."""

VERSIONS: dict[FhirVersion, str] = {"4.0": "4.0.1", "4.3": "4.3.0", "5.0": "5.0.0"}
"""The published version of each."""

_NAMES: dict[str, FhirVersion] = {
    "4.0": "4.0",
    "4.0.1": "4.0",
    "r4": "4.0",
    "4.3": "4.3",
    "4.3.0": "4.3",
    "r4b": "4.3",
    "5.0": "5.0",
    "5.0.0": "5.0",
    "r5": "5.0",
}
_PARAMETER = re.compile(r";\s*fhirVersion\s*=\s*\"?([\w.]+)", re.IGNORECASE)
_JSON = ("application/fhir+json", "application/json", "text/json", "*/*", "application/*")


def version_of(request: Request) -> FhirVersion:
    """The version in `?fhirVersion=`, in Accept, or of the body; R4 where none is told.

    Raises `Problem` (406) for another version, and where JSON is not accepted.
    """
    accept = request.headers.get("accept", "")
    kinds = [each.split(";")[0].strip().lower() for each in accept.split(",") if each.strip()]
    wanted = request.query_params.get("_format", "json").lower()
    if (kinds and not any(kind in _JSON for kind in kinds)) or "json" not in wanted:
        raise Problem(406, "this server writes JSON only: `Accept: application/fhir+json`")
    given = request.query_params.get("fhirVersion")
    for text in (accept, request.headers.get("content-type", "")):
        found = _PARAMETER.search(text)
        given = given or (found[1] if found else None)
    if given is None:
        return "4.0"
    version = _NAMES.get(given.lower())
    if version is None:
        raise Problem(406, f"this server knows the FHIR versions {', '.join(VERSIONS)}")
    return version
