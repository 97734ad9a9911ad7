"""One error shape on every failing path, and a description of the API that is true."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from sqlalchemy.exc import OperationalError

from data.database import DatabaseUnavailable
from data.intake_pool import IntakeUnavailable
from data.photos import PhotoCorrupt, PhotoStoreUnavailable
from data.register import Register
from service.api import health, objects, photographs, searches
from service.guards import SECURITY_HEADERS
from service.problems import PROBLEMS, TYPE_PREFIX
from service.records.search_record import SearchRecord
from tests.service.serving import API, Running, assert_problem

ROOT = Path(__file__).parents[2]
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(scope="session")
def description(running: Running) -> dict[str, Any]:
    """The OpenAPI document."""
    document: dict[str, Any] = running.client.get(f"{API}/openapi.json").json()
    return document


def operations(description: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Path, method and description of every operation."""
    return [
        (path, method, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]


@pytest.mark.parametrize("path", ["/nothing", f"{API}/nothing", f"{API}/objects/", "/static/nothing.css"])
def test_an_address_with_nothing_at_it(running: Running, path: str) -> None:
    assert_problem(running.client.get(path), 404, "not-found")


@pytest.mark.parametrize("path", [f"{API}/searches", f"{API}/objects", "/healthz", "/"])
def test_a_method_that_an_address_does_not_take(running: Running, path: str) -> None:
    response = running.client.delete(path)
    assert_problem(response, 405, "method-not-allowed")
    assert response.headers["allow"]


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (RuntimeError("the secret of the house"), 500, "internal-error"),
        (DatabaseUnavailable("no route to host db.internal"), 503, "database-unavailable"),
        (OperationalError("SELECT secret", {}, Exception("gone")), 503, "database-unavailable"),
        (PhotoStoreUnavailable("bucket secret is gone"), 503, "photo-store-unavailable"),
        (PhotoCorrupt("0" * 64), 500, "photo-store-broken"),
        (IntakeUnavailable("no memory"), 503, "intake-unavailable"),
    ],
)
def test_what_breaks_inside_is_told_without_its_secrets(
    running: Running, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, code: str
) -> None:
    def breaks(*_: object) -> None:
        raise error

    monkeypatch.setattr(Register, "get", breaks)
    response = running.client.get(f"{API}/objects/1")
    assert_problem(response, status, code)
    assert "secret" not in response.text
    assert "internal" not in response.text.replace("internal-error", "")
    assert response.headers["content-security-policy"] == SECURITY_HEADERS["Content-Security-Policy"]


def test_people_get_a_page_where_programs_get_a_problem(running: Running) -> None:
    for path, words in (
        ("/nothing", "There is nothing at this address"),
        ("/objects/4711", "There is no such object"),
        ("/searches/00000000-0000-4000-8000-000000000000", "There is no such search"),
        ("/objects/<b>", "not valid"),
    ):
        page = running.client.get(path, headers=BROWSER)
        assert page.status_code >= 400
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert words in page.text
        assert "<b>" not in page.text
    assert_problem(running.client.get(f"{API}/objects/4711", headers=BROWSER), 404, "object-not-found")


def test_every_problem_says_what_to_do() -> None:
    for code, kind in PROBLEMS.items():
        assert code == kind.code
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code)
        assert 400 <= kind.status < 600
        assert kind.advice.endswith(".")


def test_every_address_of_the_api_is_described_with_its_failures(description: dict[str, Any]) -> None:
    served = {
        (API + route.path, method.lower())
        for noun in (searches, objects, photographs, health)
        for route in noun.router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    assert served == {(path, method) for path, method, _ in operations(description)}
    for path, method, operation in operations(description):
        assert operation["description"], path
        for status, response in operation["responses"].items():
            assert response["description"], (path, method, status)
            if int(status) >= 400:
                (media_type,) = response["content"]
                assert media_type == "application/problem+json"
                for code, example in response["content"][media_type]["examples"].items():
                    assert example["value"]["type"] == TYPE_PREFIX + code


def test_every_body_is_described_with_an_example(description: dict[str, Any]) -> None:
    schemas = description["components"]["schemas"]
    assert not {"HTTPValidationError", "ValidationError"} & set(schemas)
    for path, _, operation in operations(description):
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for media_type, content in [pair for body in bodies for pair in body.get("content", {}).items()]:
            if media_type == "application/json":
                name = content["schema"]["$ref"].rpartition("/")[2]
                assert schemas[name].get("examples") or name == "Alive", (path, name)
            elif media_type.endswith("+json"):
                assert content.get("examples"), (path, media_type)


def test_the_example_of_a_search_has_the_shape_of_one(description: dict[str, Any]) -> None:
    (example,) = description["components"]["schemas"]["SearchRecord"]["examples"]
    assert SearchRecord.model_validate(example).stored() == example


def test_the_page_on_the_api_is_complete(description: dict[str, Any]) -> None:
    page = (ROOT / "docs" / "api.md").read_text()
    for path, method, _ in operations(description):
        assert f"`{method.upper()} {path.removeprefix(API)}`" in page, (method, path)
    told = dict(re.findall(r"^\| `([a-z-]+)` \| (\d{3}) \|", page, re.MULTILINE))
    assert told == {code: str(kind.status) for code, kind in PROBLEMS.items()}
