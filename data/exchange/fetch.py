"""Fetches a file from the net, where that is allowed: whitelisted hosts, public addresses, bounded in every way.

The host is resolved once, and the address that was checked is the one that is connected to; TLS still proves the
host's name. Redirects are followed here, one by one, each checked as if it had been asked for. Bytes, requests
and time have limits, also against a server that sends one byte at a time.
"""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urljoin

from data.exchange.addresses import FetchRefused, Resolve, Target, look_up, target_of

__all__ = ["FetchLimits", "FetchRefused", "Fetcher"]

_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_CHUNK: Final = 1 << 16
_AGENT: Final = "artrieve (imports of registers of stolen art)"


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """What fetching may cost."""

    requests: int = 2_000
    """In one import, redirects included."""
    bytes_together: int = 2 << 30
    """In one import."""
    seconds: float = 60.0
    """For one file, from the first request to the last byte."""
    redirects: int = 5


class Fetcher:
    """Fetches files within limits that count for all of them together. Not to be shared between threads.

    `hosts` are those that may be asked; none: the net is off. `loopback` lets tests ask a server on this machine.
    """

    def __init__(
        self,
        hosts: Collection[str],
        limits: FetchLimits | None = None,
        *,
        resolve: Resolve = look_up,
        clock: Callable[[], float] = time.monotonic,
        loopback: bool = False,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._hosts = tuple(hosts)
        self._limits = limits or FetchLimits()
        self._resolve = resolve
        self._clock = clock
        self._loopback = loopback
        self._tls = tls
        self._requests = 0
        self._bytes = 0

    @property
    def is_off(self) -> bool:
        """Whether no host may be asked."""
        return not self._hosts

    def fetch(self, url: str, most_bytes: int) -> bytes:
        """The bytes at this address, redirects followed. Raises FetchRefused."""
        if self.is_off:
            raise FetchRefused(
                "nothing is fetched from the net unless ARTRIEVE_IIIF_HOSTS names the host that may be asked"
            )
        deadline = self._clock() + self._limits.seconds
        for _ in range(self._limits.redirects + 1):
            target = target_of(url, self._hosts, self._resolve, loopback=self._loopback)
            answer = self._ask(url, target, deadline, most_bytes)
            if isinstance(answer, bytes):
                return answer
            if url.startswith("https://") and answer.startswith("http://"):
                raise FetchRefused(f"{url} leads to {answer[:200]}, which is not https")
            url = answer
        raise FetchRefused(f"{url[:200]}: more than {self._limits.redirects} redirects")

    def _ask(self, url: str, target: Target, deadline: float, most_bytes: int) -> bytes | str:
        """What the address gives, or the address that it redirects to."""
        if self._requests >= self._limits.requests:
            raise FetchRefused(
                f"more than {self._limits.requests:,} requests in one import; {url} was not asked"
            )
        self._requests += 1
        connection = _Pinned(target, self._tls, lambda: self._left(deadline, url))
        try:
            connection.request(
                "GET", target.path, headers={"User-Agent": _AGENT, "Accept-Encoding": "identity"}
            )
            response = connection.getresponse()
            if response.status in _MOVED and (location := response.headers.get("Location")):
                return urljoin(url, location)
            if response.status != http.HTTPStatus.OK:
                raise FetchRefused(f"{url} answers {response.status} {response.reason}")
            return self._read(url, response, deadline, most_bytes)
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            raise FetchRefused(f"{url} cannot be fetched: {error or type(error).__name__}") from error
        finally:
            connection.close()

    def _read(self, url: str, response: http.client.HTTPResponse, deadline: float, most_bytes: int) -> bytes:
        pieces, length = [], 0
        while piece := response.read1(_CHUNK):
            self._left(deadline, url)
            pieces.append(piece)
            length += len(piece)
            self._bytes += len(piece)
            if length > most_bytes:
                raise FetchRefused(f"{url} gives more than {most_bytes:,} bytes")
            if self._bytes > self._limits.bytes_together:
                raise FetchRefused(f"more than {self._limits.bytes_together:,} bytes in one import")
        if response.length:
            raise FetchRefused(f"{url} broke off after {length:,} bytes")
        return b"".join(pieces)

    def _left(self, deadline: float, url: str) -> float:
        left = deadline - self._clock()
        if left <= 0:
            raise FetchRefused(f"{url} took longer than {self._limits.seconds:g} seconds")
        return left


class _Pinned(http.client.HTTPConnection):
    """A connection to the address that was checked, on which each reading must end before the deadline."""

    def __init__(self, target: Target, tls: ssl.SSLContext | None, left: Callable[[], float]) -> None:
        super().__init__(target.host, target.port)
        self.default_port = 443 if target.secure else 80  # the header Host names no usual port
        self._target = target
        self._context = tls
        self._left = left

    def connect(self) -> None:
        """Connect, and prove the host's name by TLS."""
        plain = socket.create_connection((self._target.address, self._target.port), self._left())
        self.sock = plain
        if self._target.secure:
            context = self._context or ssl.create_default_context()
            plain.settimeout(self._left())
            self.sock = context.wrap_socket(plain, server_hostname=self._target.host)
        self.sock = _Timed(self.sock, self._left)


class _Timed:
    """What http.client uses of a socket, each wait of which gets the time that is left."""

    def __init__(self, inner: socket.socket, left: Callable[[], float]) -> None:
        self._inner = inner
        self._left = left

    def sendall(self, data: Any) -> None:
        """Send it all."""
        self._inner.settimeout(self._left())
        self._inner.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What arrives."""
        return io.BufferedReader(_Arriving(self._inner, self._left))

    def close(self) -> None:
        """End the connection."""
        self._inner.close()


class _Arriving(io.RawIOBase):
    def __init__(self, inner: socket.socket, left: Callable[[], float]) -> None:
        self._inner = inner
        self._left = left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._inner.settimeout(self._left())
        return self._inner.recv_into(buffer)
