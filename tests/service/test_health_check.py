"""The container's health check asks where the service listens, at every address that it may listen at."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from service.guards import host_name
from service.settings import is_loopback, load_settings
from tests.conftest import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
ASKED: list[str] = json.loads(re.search(r"HEALTHCHECK.*?CMD (\[.*?\])\n[A-Z]", DOCKERFILE, re.DOTALL)[1])  # type: ignore[index]


class Healthy(BaseHTTPRequestHandler):
    """Answers as the service does."""

    def do_GET(self) -> None:
        """Alive at /healthz, under this machine's own names."""
        own = is_loopback(host_name(self.headers["Host"]))
        self.send_response(200 if own and self.path == "/healthz" else 400)
        self.end_headers()

    log_message = staticmethod(lambda *_: None)  # type: ignore[assignment]  # says nothing


@contextmanager
def listening(host: str) -> Iterator[int]:
    """A server at this address, found as the service finds it; its port."""

    class Server(HTTPServer):
        address_family = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)[0][0]

    with Server((host, 0), Healthy) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def has_ipv6() -> bool:
    """Whether this machine has an address of its own of that kind."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


def check(**environment: str) -> int:
    """Run the health check; its exit code."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("ARTRIEVE_")}
    return subprocess.run(
        ASKED,
        env=bare | {"http_proxy": "http://127.0.0.1:9"} | environment,
        check=False,
        stderr=subprocess.DEVNULL,
    ).returncode


HOSTS = [None, "127.0.0.1", "127.0.0.2", "localhost", *(["::1", "[::1]"] if has_ipv6() else [])]


@pytest.mark.parametrize("host", HOSTS)
def test_the_service_is_found_healthy(host: str | None) -> None:
    settings = load_settings(host=host)  # the address it listens at
    named = {} if host is None else {"ARTRIEVE_HOST": host}
    with listening(settings.host) as port:
        assert check(**named, ARTRIEVE_PORT=str(port)) == 0


def test_nobody_there_is_not_healthy() -> None:
    with listening("127.0.0.1") as port:
        pass
    assert check(ARTRIEVE_PORT=str(port)) == 1
