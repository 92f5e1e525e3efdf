"""`charley serve`: the consultation in a browser, and the interfaces for others' software."""

from __future__ import annotations

import click

from charley.commands.options import BUNDLED

__all__ = ["serve"]


@click.command()
@click.option("--kb", "kbs", multiple=True, metavar="NAME|PATH", help="A base to serve; may be repeated.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="The port.")
def serve(kbs: tuple[str, ...], host: str, port: int) -> None:
    """Serve the consultation in a browser, and a JSON API, CDS Hooks and FHIR for others' software.

    Nothing about a patient is kept or logged. Educational purpose only, pending human review.

    \b
    Examples:
      charley serve
      charley serve --port 8080
    """
    import uvicorn

    from charley.serve.app import create_app
    from charley.serve.service import Settings

    app = create_app(Settings(kbs or (BUNDLED,), host, port))
    app.state.service.warm()
    uvicorn.run(app, host=host, port=port, access_log=False, log_level="warning")
