"""Turns every error that a route lets through into problem details."""

from __future__ import annotations

import errno
from collections.abc import Callable
from http import HTTPStatus

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match, Mount
from starlette.types import Scope

from data.database import DatabaseUnavailable
from data.duplicates import DuplicateDecided, DuplicateNotFound
from data.exchange.import_lock import ImportRunning
from data.exchange.imports import ImportNotFound
from data.intake_pool import IntakeUnavailable
from data.photos import PhotoCorrupt, PhotoMissing, PhotoStoreUnavailable
from data.register import (
    ObjectNotFound,
    PhotographNotFound,
    StatusConflict,
    VersionConflict,
    VersionNotFound,
)
from data.safe_photo import PhotoRejected
from data.source_registers import LONGEST_KEY, SourceRegisterNotFound, SourceRegisterTaken
from data.visibility import RoleForbids
from indexer.explain import EvidenceUnavailable
from indexer.vectors.index import IndexUnusable
from service.invalid import invalid, places, shortened
from service.pages.errors import page_or_problem
from service.problems import (
    BAD_REQUEST,
    CANDIDATE_NOT_FOUND,
    DATABASE_UNAVAILABLE,
    DUPLICATE_DECIDED,
    DUPLICATE_NOT_FOUND,
    EVIDENCE_GONE,
    EVIDENCE_UNAVAILABLE,
    IMPORT_NOT_FOUND,
    IMPORT_RUNNING,
    INSUFFICIENT_STORAGE,
    INTAKE_UNAVAILABLE,
    METHOD_NOT_ALLOWED,
    NOT_ALLOWED,
    NOT_FOUND,
    NOT_READY,
    OBJECT_NOT_FOUND,
    PHOTO_STORE_BROKEN,
    PHOTO_STORE_UNAVAILABLE,
    PHOTOGRAPH_NOT_FOUND,
    SEARCH_NOT_FOUND,
    SOURCE_REGISTER_NOT_FOUND,
    SOURCE_REGISTER_TAKEN,
    STATUS_CONFLICT,
    UNSUPPORTED_BODY,
    VERSION_CONFLICT,
    VERSION_NOT_FOUND,
    ProblemKind,
    ServiceProblem,
    busy,
    photo_rejected,
)
from service.queueing import QueueFull
from service.records.kept_photos import PhotoNoLongerKept
from service.searching import CandidateNotFound, NothingToSearch, SearchNotFound

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
LONGEST_PATH = 200
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

log = structlog.get_logger(__name__)

_PLAIN: dict[type[Exception], ProblemKind] = {
    SearchNotFound: SEARCH_NOT_FOUND,
    CandidateNotFound: CANDIDATE_NOT_FOUND,
    EvidenceUnavailable: EVIDENCE_UNAVAILABLE,
    PhotoNoLongerKept: EVIDENCE_GONE,
    NothingToSearch: NOT_READY,
    IntakeUnavailable: INTAKE_UNAVAILABLE,
    StatusConflict: STATUS_CONFLICT,
    ImportNotFound: IMPORT_NOT_FOUND,
    DuplicateNotFound: DUPLICATE_NOT_FOUND,
    DuplicateDecided: DUPLICATE_DECIDED,
    ImportRunning: IMPORT_RUNNING,
    RoleForbids: NOT_ALLOWED,
    SourceRegisterTaken: SOURCE_REGISTER_TAKEN,
}
# What starlette's own routing and static files answer with.
_BY_STATUS = {404: NOT_FOUND, 405: METHOD_NOT_ALLOWED, 415: UNSUPPORTED_BODY, 400: BAD_REQUEST}


def add_handlers(app: FastAPI) -> None:
    """Make the app answer every error as a problem."""
    for error, kind in _PLAIN.items():
        app.add_exception_handler(error, _answering(_plainly(kind)))
    app.add_exception_handler(ServiceProblem, _answering(_itself))
    app.add_exception_handler(ObjectNotFound, _answering(_no_object))
    app.add_exception_handler(SourceRegisterNotFound, _answering(_no_register))
    app.add_exception_handler(PhotographNotFound, _answering(_no_photograph))
    app.add_exception_handler(VersionConflict, _answering(_conflict))
    app.add_exception_handler(VersionNotFound, _answering(_no_version))
    app.add_exception_handler(PhotoRejected, _answering(_rejected))
    app.add_exception_handler(IndexUnusable, _answering(_unusable))
    app.add_exception_handler(QueueFull, _answering(lambda error: busy(str(error))))
    app.add_exception_handler(ClientDisconnect, _answering(_gone_away))
    for error in (DatabaseUnavailable, OperationalError):
        app.add_exception_handler(error, _answering(_database_away))
    for error in (PhotoMissing, PhotoCorrupt):
        app.add_exception_handler(error, _answering(_photo_store_broken))
    app.add_exception_handler(PhotoStoreUnavailable, _answering(_photo_store_away))
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(OSError, _machine)


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


def _no_register(error: Exception) -> ServiceProblem:
    assert isinstance(error, SourceRegisterNotFound)
    key = shortened(error.key, LONGEST_KEY)
    return ServiceProblem(SOURCE_REGISTER_NOT_FOUND, f"There is no source register {key!r}.")


def _no_photograph(error: Exception) -> ServiceProblem:
    assert isinstance(error, PhotographNotFound)
    return ServiceProblem(PHOTOGRAPH_NOT_FOUND, f"The register has no photograph {error.photograph_id}.")


def _no_version(error: Exception) -> ServiceProblem:
    assert isinstance(error, VersionNotFound)
    return ServiceProblem(
        VERSION_NOT_FOUND, f"The history of object {error.object_id} has no version {error.version}."
    )


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
    return page_or_problem(request, invalid(places(error.errors())))


def _machine(request: Request, error: Exception) -> Response:
    """Answer a full disk. Any other error of files is a fault of ours."""
    assert isinstance(error, OSError)
    if error.errno not in _FULL:
        raise error
    log.error("no space left", trouble=str(error))
    return page_or_problem(request, ServiceProblem(INSUFFICIENT_STORAGE, f"{error.strerror}."))


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    path, headers = shortened(request.url.path, LONGEST_PATH), dict(error.headers or {})
    kind = _BY_STATUS.get(error.status_code)
    if kind is None:
        phrase = HTTPStatus(error.status_code).phrase
        kind = ProblemKind(f"http-{error.status_code}", error.status_code, phrase, BAD_REQUEST.advice)
    detail = f"There is nothing at {path}." if kind is NOT_FOUND else f"{error.detail}."
    if kind is METHOD_NOT_ALLOWED:
        detail = f"{path} does not take {request.method}."
        headers["Allow"] = ", ".join(allowed_methods(request.app, request.scope))
    return page_or_problem(request, ServiceProblem(kind, detail, headers=headers))


def allowed_methods(app: FastAPI, scope: Scope) -> list[str]:
    """The methods that some route takes at this path. Routing itself only names those of the first route."""
    # What is mounted has taken its part of the path away by now.
    asked = {**scope, "root_path": scope.get("app_root_path", "")}
    found = {method for method in METHODS if _takes(app, {**asked, "method": method})}
    return sorted(found | {"HEAD"} if "GET" in found else found)


def _takes(app: FastAPI, scope: Scope) -> bool:
    for route in app.routes:
        if route.matches(dict(scope))[0] is Match.FULL:
            # What is mounted sorts out methods by itself; here that is static files.
            return not isinstance(route, Mount) or scope["method"] in {"GET", "HEAD"}
    return False
