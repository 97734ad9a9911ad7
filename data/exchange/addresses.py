"""Which hosts may be asked, and which of their addresses: never one of this machine or of the network it stands in."""

import ipaddress
import socket
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

HTTPS: Final = 443
Resolve = Callable[[str, int], Iterable[tuple[Any, ...]]]
"""As `socket.getaddrinfo`."""


class FetchRefused(ValueError):
    """An address on the net is not asked, or did not give what it should; the message says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes: the host that was asked for, and the one address of it that was checked."""

    host: str
    address: str
    port: int
    path: str
    secure: bool


def look_up(host: str, port: int) -> list[tuple[Any, ...]]:
    """The addresses of a host, from the system's resolver."""
    return list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))


def target_of(url: str, hosts: Collection[str], resolve: Resolve, *, loopback: bool) -> Target:
    """Check an address of the net and resolve its host, once. Raises FetchRefused.

    `hosts` are names of hosts, as host or host:port; `*.museum.example` is every host below museum.example.
    `loopback`: this machine's own addresses, and http to these, are allowed too. It is for tests, and is no setting.
    """
    parts, host, port = _split(url)
    if not _is_allowed(host, port, hosts):
        raise FetchRefused(
            f"{host}{'' if port == HTTPS else f':{port}'} is none of the hosts that may be asked; "
            "ARTRIEVE_IIIF_HOSTS names them"
        )
    try:
        found = [str(one[4][0]) for one in resolve(host, port)]
    except (OSError, UnicodeError) as error:
        raise FetchRefused(f"{host} has no address ({error}); check the name, and the network") from error
    for address in found:
        if not _is_public(address, loopback=loopback):
            raise FetchRefused(
                f"{host} has the address {address}, which is not one of the public net; it is not asked"
            )
    if not found:
        raise FetchRefused(f"{host} has no address; check the name")
    secure = parts.scheme == "https"
    if not secure and not (loopback and ipaddress.ip_address(found[0]).is_loopback):
        raise FetchRefused(f"{url[:200]} is not asked: only https addresses are")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(host, found[0], port, path, secure)


def _split(url: str) -> tuple[SplitResult, str, int]:
    try:
        parts = urlsplit(url)
        port = parts.port or (HTTPS if parts.scheme == "https" else 80)
        host = (parts.hostname or "").encode("idna").decode("ascii").lower().rstrip(".")
    except ValueError as error:  # a UnicodeError is one
        raise FetchRefused(f"{url[:200]!r} is no address: {error}") from error
    if parts.scheme not in ("https", "http") or not host or "@" in parts.netloc:
        raise FetchRefused(f"{url[:200]!r} is no address that is asked: it must be https://host/path")
    if not url.isascii() or any(one.isspace() or not one.isprintable() for one in url):
        raise FetchRefused(f"{url[:200]!r} holds letters that must be written as %XX in an address")
    return parts, host, port


def _is_allowed(host: str, port: int, hosts: Collection[str]) -> bool:
    for allowed in hosts:
        name, _, number = allowed.lower().partition(":")
        if port != int(number or HTTPS):
            continue
        if host == name or (name.startswith("*.") and host.endswith(name[1:])):
            return True
    return False


def _is_public(address: str, *, loopback: bool) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:  # with a zone (fe80::1%eth0): an address of a network of this machine
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is not None:
            return _is_public(str(inner), loopback=loopback)
        if found in _TRANSLATED:  # NAT64: the last four bytes are an address of the old kind
            return _is_public(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)), loopback=loopback)
    return (found.is_global and not found.is_multicast) or (loopback and found.is_loopback)


_TRANSLATED: Final = ipaddress.ip_network("64:ff9b::/96")
