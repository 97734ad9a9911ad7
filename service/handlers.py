"""Turns every error that a route lets through into problem details."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from http import HTTPStatus

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from data.database import DatabaseUnavailable
from data.intake_pool import IntakeUnavailable
from data.photos import PhotoCorrupt, PhotoMissing, PhotoStoreUnavailable
from data.register import ObjectNotFound, PhotographNotFound, VersionConflict
from data.safe_photo import PhotoRejected
from indexer.explain import EvidenceUnavailable
from indexer.vectors.index import IndexUnusable
from service.guards import SECURITY_HEADERS
from service.pages.errors import page_or_problem
from service.problems import (
    BAD_REQUEST,
    CANDIDATE_NOT_FOUND,
    DATABASE_UNAVAILABLE,
    EVIDENCE_GONE,
    EVIDENCE_UNAVAILABLE,
    INTAKE_UNAVAILABLE,
    INTERNAL_ERROR,
    INVALID_REQUEST,
    MALFORMED_JSON,
    METHOD_NOT_ALLOWED,
    NOT_FOUND,
    NOT_READY,
    OBJECT_NOT_FOUND,
    PHOTO_STORE_BROKEN,
    PHOTO_STORE_UNAVAILABLE,
    PHOTOGRAPH_NOT_FOUND,
    SEARCH_NOT_FOUND,
    UNSUPPORTED_BODY,
    VERSION_CONFLICT,
    FieldError,
    ProblemKind,
    ServiceProblem,
    busy,
    photo_rejected,
)
from service.queueing import QueueFull
from service.records.kept_photos import PhotoNoLongerKept
from service.searching import CandidateNotFound, NothingToSearch, SearchNotFound

log = structlog.get_logger(__name__)

_PLAIN: dict[type[Exception], ProblemKind] = {
    SearchNotFound: SEARCH_NOT_FOUND,
    CandidateNotFound: CANDIDATE_NOT_FOUND,
    EvidenceUnavailable: EVIDENCE_UNAVAILABLE,
    PhotoNoLongerKept: EVIDENCE_GONE,
    NothingToSearch: NOT_READY,
    IntakeUnavailable: INTAKE_UNAVAILABLE,
}
_BY_STATUS = {404: NOT_FOUND, 405: METHOD_NOT_ALLOWED, 415: UNSUPPORTED_BODY, 400: BAD_REQUEST}


def add_handlers(app: FastAPI) -> None:
    """Make the app answer every error as a problem."""
    for error, kind in _PLAIN.items():
        app.add_exception_handler(error, _answering(_plainly(kind)))
    app.add_exception_handler(ServiceProblem, _answering(_itself))
    app.add_exception_handler(ObjectNotFound, _answering(_no_object))
    app.add_exception_handler(PhotographNotFound, _answering(_no_photograph))
    app.add_exception_handler(VersionConflict, _answering(_conflict))
    app.add_exception_handler(PhotoRejected, _answering(_rejected))
    app.add_exception_handler(IndexUnusable, _answering(_unusable))
    app.add_exception_handler(QueueFull, _answering(lambda error: busy(str(error))))
    app.add_exception_handler(ValidationError, _answering(_invalid_record))
    app.add_exception_handler(ClientDisconnect, _answering(_gone_away))
    for error in (DatabaseUnavailable, OperationalError):
        app.add_exception_handler(error, _answering(_database_away))
    for error in (PhotoMissing, PhotoCorrupt):
        app.add_exception_handler(error, _answering(_photo_store_broken))
    app.add_exception_handler(PhotoStoreUnavailable, _answering(_photo_store_away))
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def _answering(
    problem_of: Callable[[Exception], ServiceProblem],
) -> Callable[[Request, Exception], Response]:
    def answer(request: Request, error: Exception) -> Response:
        return page_or_problem(request, problem_of(error))

    return answer


def _plainly(kind: ProblemKind) -> Callable[[Exception], ServiceProblem]:
    return lambda error: ServiceProblem(kind, str(error))


def _itself(error: Exception) -> ServiceProblem:
    assert isinstance(error, ServiceProblem)
    return error


def _no_object(error: Exception) -> ServiceProblem:
    assert isinstance(error, ObjectNotFound)
    return ServiceProblem(OBJECT_NOT_FOUND, f"The register has no object {error.object_id}.")


def _no_photograph(error: Exception) -> ServiceProblem:
    assert isinstance(error, PhotographNotFound)
    return ServiceProblem(PHOTOGRAPH_NOT_FOUND, f"The register has no photograph {error.photograph_id}.")


def _conflict(error: Exception) -> ServiceProblem:
    assert isinstance(error, VersionConflict)
    return ServiceProblem(
        VERSION_CONFLICT,
        f"Object {error.object_id} is at version {error.actual} now, not {error.expected}.",
        headers={"ETag": f'"{error.actual}"'},
    )


def _rejected(error: Exception) -> ServiceProblem:
    assert isinstance(error, PhotoRejected)
    return photo_rejected(error.code, error.reason, error.advice)


def _unusable(error: Exception) -> ServiceProblem:
    assert isinstance(error, IndexUnusable)
    return ServiceProblem(NOT_READY, error.reason, advice=error.advice)


def _invalid_record(error: Exception) -> ServiceProblem:
    assert isinstance(error, ValidationError)
    return _invalid([(("body", *each["loc"]), each["msg"]) for each in error.errors(include_input=False)])


def _gone_away(_: Exception) -> ServiceProblem:
    return ServiceProblem(
        BAD_REQUEST, "The connection closed before the request ended.", advice="Send it again."
    )


def _database_away(error: Exception) -> ServiceProblem:
    log.error("database away", trouble=str(error))
    return ServiceProblem(
        DATABASE_UNAVAILABLE, "The register's database did not answer.", headers={"Retry-After": "5"}
    )


def _photo_store_broken(error: Exception) -> ServiceProblem:
    log.error("stored photo missing or damaged", trouble=str(error))
    return ServiceProblem(PHOTO_STORE_BROKEN, "The photo is registered, but its file is missing or damaged.")


def _photo_store_away(error: Exception) -> ServiceProblem:
    log.error("photo store away", trouble=str(error))
    return ServiceProblem(
        PHOTO_STORE_UNAVAILABLE, "The photo store did not answer.", headers={"Retry-After": "5"}
    )


def _invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(each["type"] == "json_invalid" for each in found):
        problem = ServiceProblem(MALFORMED_JSON, "The body cannot be read as JSON.")
    elif found and found[0]["loc"] == ("body",) and "json" not in request.headers.get("content-type", ""):
        problem = ServiceProblem(
            UNSUPPORTED_BODY,
            "The body is not sent as JSON.",
            advice="Send it with Content-Type: application/json.",
        )
    else:
        problem = _invalid([(each["loc"], each["msg"]) for each in found])
    return page_or_problem(request, problem)


def _invalid(found: list[tuple[tuple[int | str, ...], str]]) -> ServiceProblem:
    errors = [
        FieldError(where=".".join(str(part) for part in where), says=says.removeprefix("Value error, "))
        for where, says in found
    ]
    told = "; ".join(f"{each.where}: {each.says}" for each in errors[:3])
    return ServiceProblem(INVALID_REQUEST, f"{told}." if told else "The request is not valid.", errors=errors)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    is_json = "json" in request.headers.get("content-type", "")
    kind = MALFORMED_JSON if error.status_code == 400 and is_json else _BY_STATUS.get(error.status_code)
    if kind is None:
        phrase = HTTPStatus(error.status_code).phrase
        kind = ProblemKind(f"http-{error.status_code}", error.status_code, phrase, BAD_REQUEST.advice)
    detail = f"There is nothing at {request.url.path}." if kind is NOT_FOUND else f"{error.detail}."
    if kind is METHOD_NOT_ALLOWED:
        detail = f"{request.url.path} does not take {request.method}."
    return page_or_problem(request, ServiceProblem(kind, detail, headers=error.headers))


def _unexpected(request: Request, error: Exception) -> Response:
    reference = secrets.token_hex(4)
    log.error("unexpected error", reference=reference, path=request.url.path, error=type(error).__name__)
    problem = ServiceProblem(INTERNAL_ERROR, f"An error that nobody expected. Its reference is {reference}.")
    response = page_or_problem(request, problem)
    # This answer is made outside of all other middleware, which would have added them.
    response.headers.update(SECURITY_HEADERS)
    return response
