"""One error shape on every failing path, and a description of the API that is true."""

from __future__ import annotations

import errno
import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError

from data.database import DatabaseUnavailable
from data.intake_pool import IntakeUnavailable
from data.object_id import ObjectRecord
from data.photos import PhotoCorrupt, PhotoStoreUnavailable
from data.register import Register
from service.api import (
    alert_levels,
    duplicates,
    export,
    find,
    health,
    imports,
    life_cycle,
    models,
    objects,
    photographs,
    registers,
    searches,
    vocabulary,
    words,
)
from service.guards import SECURITY_HEADERS
from service.problems import PROBLEMS, TYPE_PREFIX
from service.records.search_record import SearchRecord
from tests.service.serving import API, Running, assert_problem

ROOT = Path(__file__).parents[2]
WITHOUT_DATABASE = {"/healthz", "/alert-levels", "/red-lists", "/vocabulary/types", "/vocabulary/materials"}
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


def stored_wrongly() -> ValidationError:
    """The error for something that the service itself holds in a wrong form: no sender is at fault."""
    try:
        ObjectRecord.model_validate({"secret": 1})
    except ValidationError as error:
        return error
    raise AssertionError


@pytest.mark.parametrize("path", ["/nothing", f"{API}/nothing", f"{API}/objects/", "/static/nothing.css"])
def test_an_address_with_nothing_at_it(running: Running, path: str) -> None:
    assert_problem(running.client.get(path), 404, "not-found")


@pytest.mark.parametrize("path", [f"{API}/searches", f"{API}/objects", "/healthz", "/"])
def test_a_method_that_an_address_does_not_take(running: Running, path: str) -> None:
    response = running.client.delete(path)
    assert_problem(response, 405, "method-not-allowed")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        (f"{API}/objects", "GET, HEAD, POST"),
        (f"{API}/objects/1", "GET, HEAD, PATCH"),
        (f"{API}/objects/1/photographs", "POST"),
        (f"{API}/objects/1/photographs/1", "DELETE, PATCH"),
        (f"{API}/searches", "POST"),
        (f"{API}/photographs/1/image", "GET, HEAD"),
        (f"{API}/openapi.json", "GET, HEAD"),
        ("/healthz", "GET, HEAD"),
        ("/", "GET, HEAD"),
        ("/static/search.js", "GET, HEAD"),
    ],
)
@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "DELETE", "PURGE"])
def test_what_an_address_takes_is_named_in_full(
    running: Running, path: str, allowed: str, method: str
) -> None:
    if method not in allowed.split(", "):
        response = running.client.request(method, path)
        problem = assert_problem(response, 405, "method-not-allowed")
        assert method in problem["detail"]
        assert response.headers["allow"] == allowed


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (RuntimeError("the secret of the house"), 500, "internal-error"),
        (DatabaseUnavailable("no route to host db.internal"), 503, "database-unavailable"),
        (OperationalError("SELECT secret", {}, Exception("gone")), 503, "database-unavailable"),
        (PhotoStoreUnavailable("bucket secret is gone"), 503, "photo-store-unavailable"),
        (PhotoCorrupt("0" * 64), 500, "photo-store-broken"),
        (IntakeUnavailable("no memory"), 503, "intake-unavailable"),
        (OSError(errno.ENOSPC, "No space left on device", "/secret"), 507, "insufficient-storage"),
        (OSError(errno.EBADF, "Bad secret"), 500, "internal-error"),
        (stored_wrongly(), 500, "internal-error"),
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
    for path, said in (
        ("/nothing", "There is nothing at this address"),
        ("/objects/4711", "There is no such object"),
        ("/searches/00000000-0000-4000-8000-000000000000", "There is no such search"),
        ("/objects/<b>", "not valid"),
    ):
        page = running.client.get(path, headers=BROWSER)
        assert page.status_code >= 400
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert said in page.text
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
        for noun in (
            searches,
            words,
            find,
            alert_levels,
            models,
            objects,
            life_cycle,
            photographs,
            registers,
            duplicates,
            imports,
            export,
            vocabulary,
            health,
        )
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


def test_every_parameter_says_what_it_is_with_an_example(description: dict[str, Any]) -> None:
    for path, method, operation in operations(description):
        for parameter in operation.get("parameters", ()):
            assert parameter.get("description"), (method, path, parameter["name"])
            assert parameter["schema"].get("examples"), (method, path, parameter["name"])
        assert path.count("{") == len(
            [each for each in operation.get("parameters", ()) if each["in"] == "path"]
        )


def test_every_body_and_answer_is_described_with_an_example(description: dict[str, Any]) -> None:
    schemas = description["components"]["schemas"]
    assert not {"HTTPValidationError", "ValidationError"} & set(schemas)
    elsewhere = list(description["components"]["responses"].values())
    for path, method, operation in operations(description):
        bodies = [operation["requestBody"]] if "requestBody" in operation else []
        answers = [each for status, each in operation["responses"].items() if status != "304"]
        for media_type, content in [
            pair for body in (*bodies, *answers, *elsewhere) for pair in body["content"].items()
        ]:
            schema = content["schema"]
            if "$ref" in schema:
                assert schema["$ref"].rpartition("/")[2] in schemas, (method, path)
            named = schemas.get(schema.get("$ref", "").rpartition("/")[2], {})
            assert content.get("examples") or named.get("examples"), (method, path, media_type)
        for body in bodies:
            (example, *_) = next(iter(body["content"].values()))["examples"].values()
            assert example["summary"]
            assert example["value"]


def test_every_reference_leads_somewhere(description: dict[str, Any]) -> None:
    for reference in set(re.findall(r"'\$ref': '#/([^']+)'", str(description))):
        part: Any = description
        for name in reference.split("/"):
            part = part[name]
        assert part


def problems_of(operation: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The examples of problems by code."""
    return {
        code: example["value"]
        for response in operation["responses"].values()
        for code, example in response.get("content", {})
        .get("application/problem+json", {})
        .get("examples", {})
        .items()
    }


def test_every_problem_is_described_where_it_can_come_from(description: dict[str, Any]) -> None:
    by_operation = {
        (method, path.removeprefix(API)): problems_of(operation)
        for path, method, operation in operations(description)
    }
    for (method, path), problems in by_operation.items():
        assert {"unknown-host", "internal-error"} <= set(problems)
        assert ("foreign-origin" in problems) is (method != "get"), path
        assert ("database-unavailable" in problems) is (path not in WITHOUT_DATABASE), path
        uploads = path in ("/searches", "/imports") or path.endswith("/photographs")
        assert ({"intake-unavailable", "insufficient-storage", "busy"} <= set(problems)) is (
            uploads and method == "post"
        )
    for path in (
        "/photographs/{photograph_id}/image",
        "/searches/{search_id}/candidates/{rank}/evidence/{kind}",
    ):
        assert {"photo-store-broken", "photo-store-unavailable"} <= set(by_operation["get", path])
    elsewhere = problems_of({"responses": description["components"]["responses"]})
    assert {"not-found", "method-not-allowed"} <= set(elsewhere)
    assert set().union(elsewhere, *by_operation.values()) == set(PROBLEMS)


def test_the_examples_of_an_operation_belong_together(description: dict[str, Any]) -> None:
    paths = description["paths"]
    found = problems_of(paths[f"{API}/objects/{{object_id}}/photographs/{{photograph_id}}"]["patch"])
    assert {each["instance"] for each in found.values()} == {f"{API}/objects/17/photographs/23"}
    kind = paths[f"{API}/searches/{{search_id}}/candidates/{{rank}}/evidence/{{kind}}"]["get"]
    (picture,) = kind["responses"]["200"]["content"]["image/jpeg"]["examples"].values()
    assert picture["externalValue"].endswith("/candidates/1/evidence/overlay")
    thumbnail = paths[f"{API}/photographs/{{photograph_id}}/thumbnail"]["get"]["responses"]["200"]
    assert "/23/thumbnail" in str(thumbnail)


def test_the_example_of_a_search_has_the_shape_of_one(description: dict[str, Any]) -> None:
    (example,) = description["components"]["schemas"]["SearchRecord"]["examples"]
    assert SearchRecord.model_validate(example).stored() == example


def test_the_page_on_the_api_is_complete(description: dict[str, Any]) -> None:
    page = (ROOT / "docs" / "api.md").read_text()
    for path, method, _ in operations(description):
        assert f"`{method.upper()} {path.removeprefix(API)}`" in page, (method, path)
    told = dict(re.findall(r"^\| `([a-z-]+)` \| (\d{3}) \|", page, re.MULTILINE))
    assert told == {code: str(kind.status) for code, kind in PROBLEMS.items()}
