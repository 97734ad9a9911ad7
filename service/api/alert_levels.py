"""Alert levels: what can be asked for, and what it means."""

from __future__ import annotations

from fastapi import APIRouter

from models.calibrate import load_calibration
from service.alert_levels import AlertLevels, alert_levels
from service.api.deps import PartsDep
from service.api.describing import failing

router = APIRouter(prefix="/alert-levels", tags=["searches"])


@router.get("", responses=failing())
def list_levels(parts: PartsDep) -> AlertLevels:
    """The alert levels that a search can be made at: from which probability each alerts, and how often wrongly."""
    return alert_levels(load_calibration(), parts.settings.alert_level)
