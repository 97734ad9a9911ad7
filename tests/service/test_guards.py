"""Whom the service answers, and what browsers may do with its answers."""

from __future__ import annotations

import re

import pytest
from starlette.datastructures import Headers

from service.app import create_app
from service.guards import SECURITY_HEADERS, host_name, refusal_of
from service.settings import Settings, SettingsUnusable
from tests.service.serving import API, Running, assert_problem

FOREIGN = (
    "evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1", "0.0.0.0", "me@127.0.0.1",
    "", "[::1", "a b", "localhost:18400, evil.com", "localhost, evil.com", "localhost:", "localhost:80:80",
    "[localhost]", "localhost:1/x",
)  # fmt: skip


@pytest.mark.parametrize("host", FOREIGN)
def test_a_request_under_a_foreign_name_is_refused(running: Running, host: str) -> None:
    assert_problem(running.client.get("/healthz", headers={"Host": host}), 400, "unknown-host")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:80", "127.0.0.1:8377", "[::1]:8377", "127.0.0.2"])
def test_this_machines_own_names_are_answered(running: Running, host: str) -> None:
    assert running.client.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_another_websites_page_may_not_write(running: Running, headers: dict[str, str]) -> None:
    for method, path in (("POST", "searches"), ("POST", "objects"), ("PATCH", "objects/1")):
        response = running.client.request(method, f"{API}/{path}", json={"title": "T"}, headers=headers)
        assert_problem(response, 403, "foreign-origin")
    assert running.client.get(f"{API}/objects/1", headers=headers).status_code == 200


def test_the_own_page_and_programs_may_write() -> None:
    own = {"host": "localhost:8377"}
    for more in ({}, {"origin": "http://localhost:8377"}, {"sec-fetch-site": "same-origin"}):
        assert refusal_of("POST", Headers({**own, **more})) is None


@pytest.mark.parametrize(
    "path", ["/", "/static/search.js", f"{API}/objects", "/nothing", f"{API}/objects/4711"]
)
def test_every_answer_carries_the_security_headers(running: Running, path: str) -> None:
    headers = running.client.get(path).headers
    for name, value in SECURITY_HEADERS.items():
        assert headers[name] == value


def test_refusals_carry_them_too(running: Running) -> None:
    headers = running.client.get("/", headers={"Host": "evil.example"}).headers
    assert headers["content-security-policy"] == SECURITY_HEADERS["Content-Security-Policy"]


def test_the_policy_lets_no_foreign_or_inline_code_in() -> None:
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"https?:|\*", policy)


@pytest.mark.parametrize("path", ["/", "/objects/1", "/words", "/words?q=drawing"])
def test_pages_hold_nothing_that_the_policy_forbids(running: Running, path: str) -> None:
    page = running.client.get(path).text
    assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=|javascript:", page)
    assert not re.search(r'(?:src|href|action)="(?!/|#)', page)


def test_an_app_for_other_machines_is_refused_with_the_reason() -> None:
    open_to_all = Settings.model_construct(host="0.0.0.0")
    with pytest.raises(SettingsUnusable, match="no accounts yet"):
        create_app(open_to_all)


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("a:80", "a"),
        ("[::1]:80", "::1"),
        ("a@b", ""),
        ("a/b", ""),
        ("[::1", ""),
        ("", ""),
        ("a:80, b", ""),
        ("A.b:1", "a.b"),
    ],
)
def test_names_of_hosts(host: str, name: str) -> None:
    assert host_name(host) == name


def test_two_hosts_are_none() -> None:
    headers = Headers(raw=[(b"host", b"localhost"), (b"host", b"evil.example")])
    assert refusal_of("GET", headers) is not None


@pytest.mark.parametrize(
    "path", ["/", "/words?q=drawing", "/healthz", "/readyz", f"{API}/objects/1", "/static/search.js"]
)
def test_head_is_answered_as_get_without_the_body(running: Running, path: str) -> None:
    got, head = running.client.get(path), running.client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "content-length", "etag", "content-security-policy"):
        if (
            name != "content-length" or path != "/readyz"
        ):  # the age of the index has now more digits, now fewer
            assert head.headers.get(name) == got.headers.get(name)


def test_head_of_a_picture_and_of_nothing(running: Running) -> None:
    picture = running.client.head(f"{API}/photographs/1/image")
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/jpeg")
    assert int(picture.headers["content-length"]) > 1000
    assert running.client.head("/nothing").status_code == 404
    assert running.client.head(f"{API}/searches").status_code == 405
