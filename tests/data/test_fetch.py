"""What is fetched from the net: only from named hosts, only from public addresses, only so much."""

from __future__ import annotations

import itertools
import socket
import ssl
from typing import Any

import pytest

from data.exchange.addresses import FetchRefused, target_of
from data.exchange.fetch import Fetcher, FetchLimits
from tests.data.servers import Server, local_addresses

PUBLIC = "93.184.216.34"


def resolving(*addresses: str) -> Any:
    return lambda _host, port: [(0, 0, 0, "", (address, port)) for address in addresses]


def fetcher(server: Server, limits: FetchLimits | None = None, **options: Any) -> Fetcher:
    return Fetcher(server.allowed, limits, resolve=local_addresses, loopback=True, **options)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
     "2002:7f00:1::", "64:ff9b::a01:203", "198.18.0.1", "192.0.2.1"],
)  # fmt: skip
def test_addresses_that_are_not_of_the_public_net(address: str) -> None:
    with pytest.raises(FetchRefused, match="not one of the public net"):
        target_of("https://museum.example/", ["museum.example"], resolving(PUBLIC, address), loopback=False)


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:220:1::1", "::ffff:8.8.8.8"])
def test_the_address_that_was_checked_is_the_target(address: str) -> None:
    asked = []

    def resolve(host: str, port: int) -> Any:
        asked.append(host)
        return resolving(address)(host, port)

    target = target_of(
        "https://Museum.example./a b?c".replace(" ", "%20"), ["museum.example"], resolve, loopback=False
    )
    assert (target.address, target.host, target.port, target.path) == (
        address,
        "museum.example",
        443,
        "/a%20b?c",
    )
    assert asked == ["museum.example"], "resolved once"


@pytest.mark.parametrize(
    "url",
    ["https://other.example/", "https://museum.example.evil.example/", "https://evilmuseum.example/",
     "https://museum.example:8443/", "https://museum.example@evil.example/", "https://u:p@museum.example/",
     "ftp://museum.example/", "file:///etc/passwd", "https:///x", "https://museum.example:99999/", "https://[::1",
     "https://museum.example/a\r\nX: y", "https://museum.example/ä", "https://" + "a" * 70 + ".example/", "", "x",
     "https://93.184.216.35/", "gopher://museum.example/", "https://museum.example/a b", "https://\udc80/"],
)  # fmt: skip
def test_what_is_no_allowed_address(url: str) -> None:
    with pytest.raises(FetchRefused):
        target_of(url, ["museum.example", "*.archive.example"], resolving(PUBLIC), loopback=False)


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://iiif.archive.example/", True), ("https://a.b.archive.example/", True),
        ("https://archive.example/", False), ("https://museum.example:8443/", True), ("https://museum.example/", False),
    ],
)  # fmt: skip
def test_hosts_below_another_and_ports(url: str, allowed: bool) -> None:
    try:
        target_of(url, ["*.archive.example", "MUSEUM.example:8443"], resolving(PUBLIC), loopback=False)
    except FetchRefused:
        assert not allowed
    else:
        assert allowed


def test_http_is_asked_of_nobody_else(server: Server) -> None:
    with pytest.raises(FetchRefused, match="only https"):
        target_of("http://museum.example/", ["museum.example:80"], resolving(PUBLIC), loopback=True)
    with pytest.raises(FetchRefused, match="not one of the public net"):
        Fetcher(server.allowed, resolve=local_addresses).fetch(server.url("/a"), 10)
    assert server.asked == []


def test_a_name_without_an_address() -> None:
    def fail(_host: str, _port: int) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    for resolve in (fail, resolving()):
        with pytest.raises(FetchRefused, match="no address"):
            target_of("https://museum.example/", ["museum.example"], resolve, loopback=False)


def test_no_host_is_named_so_the_net_is_off() -> None:
    def never(_host: str, _port: int) -> Any:
        raise AssertionError("nothing is resolved")

    off = Fetcher((), resolve=never)
    assert off.is_off
    with pytest.raises(FetchRefused, match="ARTRIEVE_IIIF_HOSTS"):
        off.fetch("https://museum.example/", 10)


def test_a_file_is_fetched_under_the_name_of_its_host(server: Server) -> None:
    server.gives("/a?b=1", b"hello")
    assert fetcher(server).fetch(server.url("/a?b=1", "museum.example"), 5) == b"hello"
    assert server.hosts == [f"museum.example:{server.port}"]


def test_redirects_are_followed_and_checked_again(server: Server) -> None:
    server.gives("/a", b"", 302, Location="/b")
    server.gives("/b", b"", 307, Location=server.url("/c", "museum.example"))
    server.gives("/c", b"found")
    assert fetcher(server).fetch(server.url("/a"), 10) == b"found"
    for away in (
        "http://elsewhere.example/",
        "file:///etc/passwd",
        "//10.0.0.1/",
        f"http://127.0.0.1:{server.port}/c",
    ):
        server.gives("/b", b"", 301, Location=away)
        server.asked.clear()
        with pytest.raises(FetchRefused):
            fetcher(server).fetch(server.url("/a"), 10)
        assert server.asked == ["/a", "/b"]


def test_redirects_in_a_circle_end(server: Server) -> None:
    server.gives("/a", b"", 302, Location="/a")
    with pytest.raises(FetchRefused, match="more than 5 redirects"):
        fetcher(server).fetch(server.url("/a"), 10)
    assert len(server.asked) == 6


def test_bytes_have_limits(server: Server) -> None:
    server.gives("/a", b"x" * 1000)
    with pytest.raises(FetchRefused, match="more than 999 bytes"):
        fetcher(server).fetch(server.url("/a"), 999)
    one = fetcher(server, FetchLimits(bytes_together=2500))
    one.fetch(server.url("/a"), 1000)
    one.fetch(server.url("/a"), 1000)
    with pytest.raises(FetchRefused, match="2,500 bytes in one import"):
        one.fetch(server.url("/a"), 1000)


def test_requests_have_a_limit(server: Server) -> None:
    server.gives("/a", b"x")
    one = fetcher(server, FetchLimits(requests=2))
    one.fetch(server.url("/a"), 1)
    one.fetch(server.url("/a"), 1)
    with pytest.raises(FetchRefused, match="more than 2 requests"):
        one.fetch(server.url("/a"), 1)
    assert len(server.asked) == 2


def test_time_has_a_limit_however_the_bytes_arrive(server: Server) -> None:
    server.gives("/a", b"x" * 100)
    clock = itertools.count(0.0, 20.0)  # each look at it, twenty seconds have passed
    with pytest.raises(FetchRefused, match="took longer than 60 seconds"):
        fetcher(server, clock=lambda: next(clock)).fetch(server.url("/a"), 100)


@pytest.mark.parametrize("status", [404, 500, 204, 304])
def test_other_answers_are_refused(server: Server, status: int) -> None:
    server.gives("/a", b"", status)
    with pytest.raises(FetchRefused, match=f"answers {status}"):
        fetcher(server).fetch(server.url("/a"), 10)


def test_an_answer_that_breaks_off(server: Server) -> None:
    server.answers["/a"] = (200, {"Content-Length": "100", "Connection": "close"}, b"short")
    with pytest.raises(FetchRefused, match=r"broke off|cannot be fetched"):
        fetcher(server).fetch(server.url("/a"), 1000)


def test_a_server_that_is_none() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
    with pytest.raises(FetchRefused, match="cannot be fetched"):
        Fetcher([f"localhost:{port}"], resolve=local_addresses, loopback=True).fetch(
            f"http://localhost:{port}/", 1
        )


def test_tls_must_prove_the_name_of_the_host(server: Server) -> None:
    """A server that speaks no TLS at all proves nothing."""
    context = ssl.create_default_context()
    assert (context.check_hostname, context.verify_mode) == (True, ssl.CERT_REQUIRED)
    with pytest.raises(FetchRefused, match="cannot be fetched"):
        fetcher(server, tls=context).fetch(f"https://localhost:{server.port}/", 10)
    assert server.asked == []
