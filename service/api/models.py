"""Models: which one sees, which one is to take over, and how far each has come."""

from __future__ import annotations

from fastapi import APIRouter

from service.api.deps import PartsDep
from service.api.describing import failing
from service.api.model_views import ModelsView
from service.problems import DATABASE_UNAVAILABLE

router = APIRouter(prefix="/models", tags=["models"])


@router.get("", responses=failing(DATABASE_UNAVAILABLE))
def list_models(parts: PartsDep) -> ModelsView:
    """The models that photographs were embedded by, and of how many photographs of the register."""
    return ModelsView.of(parts.models.look())
