"""The resources in what was sent: bundles opened, whoever else they are about left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["about_another", "find", "resources"]

Resource = Mapping[str, Any]


def resources(value: Any) -> Iterator[Resource]:
    """Every resource in a resource, a Bundle, Parameters or a list of them, in their order."""
    if isinstance(value, list):
        for each in value:
            yield from resources(each)
    elif isinstance(value, Mapping):
        parts = {"Bundle": "entry", "Parameters": "parameter"}.get(str(value.get("resourceType")))
        if parts is None:
            yield value
            return
        entries = value.get(parts)
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, Mapping):
                yield from resources(entry.get("resource"))


def find(reference: Any, holder: Resource, sent: Mapping[str, Resource]) -> Resource | None:
    """The resource that a Reference of `holder` leads to: one it contains, or one that was sent.

    `sent` are the resources that were sent, by `Type/id`.
    """
    named = reference.get("reference") if isinstance(reference, Mapping) else None
    if not isinstance(named, str):
        return None
    if named.startswith("#"):
        contained = holder.get("contained")
        for each in contained if isinstance(contained, list) else ():
            if isinstance(each, Mapping) and each.get("id") == named[1:]:
                return each
        return None
    return sent.get("/".join(named.split("/_history/")[0].split("/")[-2:]))


def about_another(resource: Resource, patient: str | None) -> bool:
    """Whether a resource says that it is about another patient than the one of this id."""
    for name in ("subject", "patient"):
        subject = resource.get(name)
        named = subject.get("reference") if isinstance(subject, Mapping) else None
        if patient is not None and isinstance(named, str):
            kind, _, id = named.split("/_history/")[0].rpartition("/")
            if kind.rpartition("/")[2] != "Patient" or id != patient:
                return True
    return False
