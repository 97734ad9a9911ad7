"""The log of what the service did: searches, changes and failures, a line each, and nobody's data in it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from data.object_id import EXAMPLE
from data.register import Register
from service.logs import configure_logs
from tests.drawing import draw_photo, photograph_again
from tests.service.serving import API, Running, assert_problem


def told(events: list[Any], event: str) -> list[dict[str, Any]]:
    """The lines of one kind."""
    return [dict(each) for each in events if each["event"] == event]


def test_each_search_is_a_line_without_names(running: Running) -> None:
    with capture_logs() as events:
        answer = running.found(photograph_again(3), draw_photo(900))
    (line,) = told(events, "searched")
    assert line.pop("ms") > 0
    assert line == {
        "event": "searched",
        "log_level": "info",
        "search": answer["id"],
        "verdict": "match",
        "alert_level": "dealer",
        "photos": 2,
        "candidates": len(answer["candidates"]),
        "generation": 1,
        "fields": [],
        "narrowed": False,
    }
    for secret in ("photo0.jpg", answer["photos"][0]["sha256"], "Drawing 3"):
        assert secret not in str(events)


def test_each_change_is_a_line(fresh: Running) -> None:
    with capture_logs() as events:
        made = fresh.client.post(f"{API}/objects", json=EXAMPLE).json()["id"]
        address = f"{API}/objects/{made}"
        for _ in range(2):  # the second changes nothing
            sent = fresh.client.post(f"{address}/photographs", files={"photo": ("secret.jpg", draw_photo(7))})
        photograph = sent.json()["id"]
        fresh.client.patch(address, json={"title": "Another"})
        fresh.client.patch(f"{address}/photographs/{photograph}", json={"view": "back"})
        fresh.client.delete(f"{address}/photographs/{photograph}")
    assert [(each["event"], each["object"]) for each in events] == [
        ("object registered", made),
        ("photograph added", made),
        ("object changed", made),
        ("photograph changed", made),
        ("photograph removed", made),
    ]
    assert events[-1]["version"] == 5
    assert "secret" not in str(events)


def test_each_request_that_failed_is_a_line(running: Running) -> None:
    with capture_logs() as events:
        running.search(b"no photo")
        running.client.get("/objects/4711?secret=1")
        running.client.get("/healthz", headers={"Host": "evil.example"})
        running.client.get("/" + "x" * 5000, headers={"Accept": "text/html"})
        running.client.get("/healthz")
    lines = told(events, "request failed")
    assert [(each["method"], each["status"], each["code"]) for each in lines] == [
        ("POST", 415, "photo-not-a-photo"),
        ("GET", 404, "object-not-found"),
        ("GET", 400, "unknown-host"),
        ("GET", 404, "not-found"),
    ]
    assert lines[1]["path"] == "/objects/4711"
    assert {each["log_level"] for each in lines} == {"info"}
    assert all(len(each["path"]) <= 120 and each["ms"] >= 0 for each in lines)
    assert events == lines


@pytest.fixture
def log_as_before() -> Iterator[None]:
    """Whatever a test does to the log is taken back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def test_an_error_that_nobody_expected_is_told_once_with_its_traceback(
    running: Running,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    log_as_before: None,
) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("the lamp went out")

    monkeypatch.setattr(Register, "get", breaks)
    configure_logs("info")  # as `artrieve serve` does, without a terminal
    problem = assert_problem(running.client.get(f"{API}/objects/1"), 500, "internal-error")
    lines = capsys.readouterr().err.splitlines()
    (line,) = [each for each in lines if "the lamp went out" in each]
    reference = problem["detail"].split()[-1].rstrip(".")
    assert f"reference={reference}" in line
    assert "Traceback (most recent call last)" in line
    assert "in read_object" in line
    assert any("level=warning" in each and "code=internal-error" in each for each in lines)
