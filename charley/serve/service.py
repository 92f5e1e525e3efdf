"""What the surfaces share: the knowledge bases that are served, and the settings of the process."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from charley.documents.diagnostic import CharleyError, Diagnostic
from charley.engine.expert import Expert, load

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

__all__ = ["MOST_BYTES", "Living", "Problem", "Service", "Settings", "Surface"]

MOST_BYTES = 256 * 1024
"""The longest body that is read, in bytes."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How the server was asked to run. `secret` (32 bytes) seals the records in the addresses of pages."""

    kbs: tuple[str, ...] = ("nocturnal_leg_pain",)
    host: str = "127.0.0.1"
    port: int = 8000
    mcp: bool = False
    issuers: tuple[str, ...] = ()
    """Whose tokens are trusted. Without any, the server is for this machine alone."""
    key_files: Mapping[str, Path] = field(default_factory=dict)
    """For each issuer the file with its public keys (a JWK Set)."""
    key_urls: Mapping[str, str] = field(default_factory=dict)
    """For each issuer the one address from which its keys may be fetched."""
    base_url: str = ""
    """The address by which clients know the server, without a stroke at its end."""
    cors: tuple[str, ...] = ()
    """The origins whose pages may call the interfaces for software."""
    feedback: str = ""
    """Where feedback is kept: a URL of SQLAlchemy. Without it, none is."""
    cds_hooks: int = 2
    """The version of CDS Hooks whose elements are sent."""
    fetch_from: tuple[str, ...] = ()
    """The FHIR servers of clients, by base URL, from which may be read what was not sent beforehand."""
    suggest: bool = False
    """Whether cards suggest to record what they say as a DetectedIssue."""
    audit_report: Path | None = None
    """A report that `charley audit` has written, shown beside the rules."""
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)


class Problem(CharleyError):
    """A request that is refused: the HTTP status, what is wrong in one line, and every fault found.

    Raised anywhere below a route; the surface of the route words it in its own format.
    """

    def __init__(
        self,
        status: int,
        title: str,
        diagnostics: Sequence[Diagnostic] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.diagnostics = tuple(diagnostics)
        self.headers = dict(headers or {})


@dataclass(frozen=True)
class Service:
    """The bases by the name under which they are served, the first of them the default."""

    settings: Settings
    bases: Mapping[str, Expert]

    @classmethod
    def of(cls, settings: Settings) -> Service:
        """The service with every base loaded. Raises `Faulty` for a base that cannot be used."""
        experts = [load(kb) for kb in settings.kbs]
        return cls(settings, {expert.id: expert for expert in experts})

    @property
    def default(self) -> Expert:
        """The base that answers where none is named."""
        return next(iter(self.bases.values()))

    def base(self, name: str | None) -> Expert:
        """The base of this name. Raises `Problem` (404) with the names there are."""
        if name is None:
            return self.default
        if name not in self.bases:
            raise Problem(404, f"unknown knowledge base; this server has: {', '.join(self.bases)}")
        return self.bases[name]

    def warm(self) -> None:
        """Answer one question of each kind, so that the first person does not wait for models to be built."""
        for expert in self.bases.values():
            expert.diagnose({}).model_dump_json()
            expert.consult(engine="kernel").next_screen()


@runtime_checkable
class Living(Protocol):
    """A surface that runs something beside the requests, for as long as the server answers."""

    def lifespan(self) -> AbstractAsyncContextManager[Any]:
        """What runs."""
        ...


class Surface(Protocol):
    """One way in: its routes, and how it says that a request is refused."""

    prefixes: Sequence[str]
    """Paths that begin so are its own; the surface with the longest one that fits words the errors."""

    def routes(self, service: Service) -> Iterable[BaseRoute]:
        """Its routes, with whole paths."""
        ...

    def refuse(self, request: Request, problem: Problem) -> Response:
        """The answer to a request that is refused, in the format of this surface."""
        ...
