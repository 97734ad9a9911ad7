"""``artrieve serve``: the page and the API."""

from __future__ import annotations

import errno
import socket
from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.console import note, say, warn
from service.commands.failures import CommandFailed

if TYPE_CHECKING:
    from service.settings import Settings


def command(
    host: Annotated[
        str | None,
        typer.Option(help="Address to listen on: 127.0.0.1, ::1 or localhost. Default: 127.0.0.1."),
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port to listen on. Default: 8377.")
    ] = None,
) -> None:
    """Serve the page and the API on this machine, until Ctrl-C."""
    from service.settings import load_settings

    serve(load_settings(host=host, port=port))


def serve(settings: Settings) -> None:
    """Listen until interrupted. Raises CommandFailed when the port is taken or the service cannot start."""
    import uvicorn

    from service.app import create_app
    from service.logs import configure_logs

    listening = bind(settings.host, settings.port)
    configure_logs(settings.log_level)
    look(settings)

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                say(f"Artrieve: {address(settings)}  (Ctrl-C ends it)")

    server = Server(
        uvicorn.Config(
            create_app(settings),
            log_config=None,
            access_log=False,
            lifespan="on",
            timeout_graceful_shutdown=10,
        )
    )
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        note("Stopped.")
    finally:
        listening.close()
    if not server.started:
        raise CommandFailed("The service could not start; the reason stands above.")


def look(settings: Settings) -> None:
    """Open everything once beforehand, so that what is wrong is told here and not in a server's traceback.

    Without an index that can be used the service starts all the same, and takes one up when it is published.
    """
    from indexer.vectors.index import IndexUnusable
    from service.workshop import open_engine, opened_register

    advice = "/readyz answers 503 until then; `artrieve index` can be run beside the service."
    with opened_register(settings) as register:
        try:
            if open_engine(settings, register).status().generation is None:
                warn(f"Nothing is indexed yet. {advice}")
        except IndexUnusable as unusable:
            warn(f"{unusable} {advice}")


def address(settings: Settings) -> str:
    """The URL of the page."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}/"


def bind(host: str, port: int) -> socket.socket:
    """A socket bound to the address. Raises CommandFailed when that cannot be had."""
    try:
        family, kind, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind)
    except OSError as refused:  # no such address on this machine, or no such kind of address
        raise _not_listening(host, port, refused) from refused
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(where)
    except OSError as refused:
        listening.close()
        if refused.errno == errno.EADDRINUSE:
            raise CommandFailed(
                f"Port {port} of {host} is taken by another program, perhaps by Artrieve itself. "
                f"End that one, or choose another port: artrieve serve --port {port % 65535 + 1}"
            ) from refused
        raise _not_listening(host, port, refused) from refused
    return listening


def _not_listening(host: str, port: int, refused: OSError) -> CommandFailed:
    return CommandFailed(
        f"Cannot listen on {host}, port {port}: {refused.strerror}. "
        "Choose another address or port: artrieve serve --host 127.0.0.1 --port 8377"
    )
