"""`charley serve`: the consultation in a browser, and the interfaces for others' software."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from charley.commands.options import audience_option, base_option
from charley.documents.diagnostic import Diagnostic, Faulty
from charley.engine.explain.words import PURPOSE
from charley.facts.wording import Audience
from charley.terminal.text import echo

__all__ = ["mcp", "serve"]

NEEDED = ("starlette", "uvicorn", "httptools", "cryptography", "python_multipart", "joserfc", "sqlalchemy")
LEAST_SECRET = 32
"""Bytes that a file with a secret holds at least."""


@click.command()
@click.option(
    "--kb",
    "kbs",
    multiple=True,
    metavar="NAME|PATH",
    help="A base to serve; may be repeated. Without it, all that are bundled.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes any that is free."
)
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@click.option(
    "--secret-file",
    type=click.Path(path_type=Path),
    help="Seals records with the secret in this file, so that pages outlive the server; else a new one.",
)
@click.option("--mcp", "with_mcp", is_flag=True, help="Offer the tools of an assistant at /mcp, too.")
@click.option(
    "--issuer",
    "issuers",
    multiple=True,
    metavar="URI=KEYS",
    help="Trust tokens of this issuer. KEYS: a file with its JWK Set, or the one URL it is fetched from.",
)
@click.option("--base-url", default="", metavar="URL", help="The address by which clients know the server.")
@click.option("--cors", multiple=True, metavar="ORIGIN", help="Pages from here may call the interfaces.")
@click.option(
    "--feedback",
    default="",
    metavar="FILE|URL",
    help="Where feedback on CDS Hooks cards is kept: a file of SQLite (by default one in your state folder), "
    "or a URL of SQLAlchemy; `off` keeps none.",
)
@click.option(
    "--cds-hooks",
    type=click.Choice(["2", "3"]),
    default="2",
    show_default=True,
    help="The version of CDS Hooks whose elements are sent.",
)
@click.option(
    "--fetch-from",
    multiple=True,
    metavar="URL",
    help="Read what a CDS Hooks client did not send from its FHIR server, if it is this one. Repeatable.",
)
@click.option("--suggest", is_flag=True, help="Cards suggest to record a flag as a DetectedIssue.")
@click.option(
    "--audit-report",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A report that `charley audit` has written, to be shown beside the rules.",
)
@click.option("--i-know-it-is-open", "open_", is_flag=True, help="Let everybody in who reaches the address.")
def serve(
    kbs: tuple[str, ...],
    host: str,
    port: int,
    workers: int,
    secret_file: Path | None,
    with_mcp: bool,
    issuers: tuple[str, ...],
    base_url: str,
    cors: tuple[str, ...],
    feedback: str,
    cds_hooks: str,
    fetch_from: tuple[str, ...],
    suggest: bool,
    audit_report: Path | None,
    open_: bool,
) -> None:
    """Serve the interview in a browser, and a JSON API. CDS Hooks and FHIR are served beside it, for others'
    software.

    Nothing about a patient is kept or logged. Educational purpose only, pending human review.

    \b
    Examples:
      charley serve
      charley serve --port 8080 --workers 2
      charley serve --kb nocturnal_leg_pain --kb ./my-base
      charley serve --issuer https://ehr.example.org=keys.json --base-url https://cds.example.org

    Exits 0 after SIGTERM or Ctrl-C, when what was in flight is finished.
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        help = "install it with `pip install 'charley[serve]'`"
        raise _refused("charley[serve]", f"the server needs {', '.join(missing)}, not installed here", help)

    if with_mcp and find_spec("mcp") is None:
        help = "install it with `pip install 'charley[mcp]'`"
        raise _refused("charley[mcp]", "`--mcp` needs mcp, not installed here", help)

    from charley.rules.loading.find import bundled
    from charley.serve.client_options import client_settings
    from charley.serve.service import Settings

    given: dict[str, Any] = {} if secret_file is None else {"secret": _secret(secret_file)}
    given |= client_settings(issuers, base_url, cors, feedback, cds_hooks, suggest, fetch_from)
    given["audit_report"] = audit_report
    settings = Settings(kbs or tuple(bundled()), host, port, with_mcp, **given)
    if not (_is_loopback(host) or settings.issuers or open_):
        help = "say whose tokens are trusted, or `--i-know-it-is-open`, behind a proxy that lets only some in"
        raise _refused(host, "this address can be reached from elsewhere, and nobody has to sign in", help)
    if workers > 1 and not hasattr(os, "fork"):
        raise _refused("--workers", "this system cannot fork a process", "start several with `--port`")

    from charley.serve.app import create_app
    from charley.serve.process import bound, run

    with bound(host, port) as at:
        app = create_app(settings)
        app.state.service.warm()
        name = f"[{host}]" if ":" in host else host
        where = f"http://{name}:{at.getsockname()[1]}"

        def ready() -> None:
            echo([f"Charley answers at {where} (Ctrl-C ends it). {PURPOSE}"])
            sys.stdout.flush()

        sys.exit(run(app, at, workers, ready))


@click.command()
@base_option
@audience_option("clinician")
def mcp(kb: str, audience: Audience) -> None:
    """Offer a base to an assistant as tools. The Model Context Protocol is spoken on standard input
    and output.

    This is what the host of an assistant starts. Nothing that is told is kept or logged. Educational purpose
    only, pending human review.

    \b
    Examples:
      charley mcp
      charley mcp --kb ./my-base --audience patient

    Ends with exit status 0 when the host closes standard input.
    """
    if find_spec("mcp") is None:
        raise _refused(
            "charley[mcp]", "mcp is not installed here", "install it with `pip install 'charley[mcp]'`"
        )

    from charley.engine.expert import load

    expert = load(kb)
    from charley.serve.mcp.stdio import serve_stdio

    serve_stdio(expert, audience)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _secret(file: Path) -> bytes:
    """32 bytes made of what is in the file. Raises `Faulty`."""
    help = f"make one with `head -c {LEAST_SECRET} /dev/urandom > {file}`"
    try:
        found = file.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise _refused(str(file), f"the secret cannot be read: {reason}", help) from None
    if len(found) < LEAST_SECRET:
        raise _refused(str(file), f"a secret has at least {LEAST_SECRET} bytes, not {len(found)}", help)
    return hashlib.sha256(found).digest()


def _refused(where: str, message: str, help: str) -> Faulty:
    return Faulty([Diagnostic(where, 0, 0, "F001", message, help)])
