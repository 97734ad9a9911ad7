"""Health: whether the service runs, and whether it can search."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter

from service.api.deps import PartsDep
from service.api.describing import failing
from service.api.views import Alive, Readiness
from service.problems import DATABASE_UNAVAILABLE, NOT_READY, ServiceProblem

router = APIRouter(tags=["health"])


@router.get("/healthz", responses=failing())
async def alive() -> Alive:
    """The service runs. Says nothing about whether it can search."""
    return Alive()


@router.get("/readyz", responses=failing(NOT_READY, DATABASE_UNAVAILABLE))
def ready(parts: PartsDep) -> Readiness:
    """The service can search, and through what; 503 with the reason when a search would fail."""
    parts.desk.check()
    status = parts.keeper.status()
    if status.generation is None or status.published_at is None:
        raise ServiceProblem(NOT_READY, "No index has been published yet.")
    return Readiness.of(
        status,
        status.published_at,
        status.generation,
        datetime.now(UTC),
        parts.keeper.trouble or parts.models.problem,
        parts.models.switching(),
    )
