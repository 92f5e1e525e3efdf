"""The knowledge bases that can be loaded by name: those that are bundled, and those of installed packages."""

from __future__ import annotations

from dataclasses import dataclass

from charley.documents.diagnostic import Faulty
from charley.engine.expert import load
from charley.rules.loading.find import bundled, installed

__all__ = ["Base", "bases"]


@dataclass(frozen=True, slots=True)
class Base:
    """A base by the name under which it is loaded. `comes_from` is a distribution, or "bundled".

    `problem` says why it cannot be loaded; the fields above it are empty then.
    """

    name: str
    comes_from: str
    title: str = ""
    version: str = ""
    review_status: str = ""
    rules: int = 0
    digest: str = ""
    problem: str = ""


def bases() -> list[Base]:
    """All of them. One that cannot be loaded stops no other."""
    shipped = bundled()
    found = [_base(name, "bundled") for name in shipped]
    for each in installed():
        if each.name in shipped:
            where = "a bundled base has this name; name its folder instead"
            found.append(Base(each.name, each.distribution, problem=where))
        else:
            found.append(_base(each.name, each.distribution))
    return found


def _base(name: str, comes_from: str) -> Base:
    try:
        expert = load(name)
    except Faulty as faulty:
        first, more = faulty.diagnostics[0], len(faulty.diagnostics) - 1
        rest = f" (and {more} more; `charley check {name}` shows them)" if more else ""
        return Base(name, comes_from, problem=f"{first.code} {first.message}{rest}")
    return Base(
        name,
        comes_from,
        expert.about.title,
        expert.version,
        expert.about.review.status,
        len(expert.rules),
        expert.digest,
    )
