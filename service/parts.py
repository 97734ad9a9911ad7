"""The parts of a running service, as the routes see them."""

from __future__ import annotations

from dataclasses import dataclass

from data.intake import IntakePool
from data.register import Register
from service.background import BackgroundChecks
from service.importing import ImportDesk, list_limits
from service.in_hand import SCHEMAS
from service.keeper import EngineKeeper, Refresher
from service.model_watch import ModelWatch
from service.queueing import SearchQueue
from service.searching import SearchDesk
from service.settings import Settings
from service.uploads import UploadLimits

SEARCHES = "/searches"
PHOTOGRAPHS = "/photographs"
IMPORTS = "/imports"
SEARCH_FIELDS = frozenset({"limit", "alert_level", *SCHEMAS})
JSON_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that was opened when the service started, and is closed when it ends."""

    settings: Settings
    register: Register
    intake: IntakePool
    keeper: EngineKeeper
    refresher: Refresher
    desk: SearchDesk
    queue: SearchQueue
    imports: ImportDesk
    exports: SearchQueue
    models: ModelWatch
    checks: BackgroundChecks


def search_limits(settings: Settings) -> UploadLimits:
    """What a search may send."""
    return UploadLimits(settings.max_photo_bytes, settings.max_photos_per_search, SEARCH_FIELDS)


def photograph_limits(settings: Settings) -> UploadLimits:
    """What a new photograph of an object may send."""
    return UploadLimits(settings.max_photo_bytes, 1, frozenset({"view"}))


def body_limit(settings: Settings, path: str) -> int:
    """The most bytes that a request to this path may have."""
    if path.endswith(SEARCHES):
        return search_limits(settings).body_bytes
    if path.endswith(PHOTOGRAPHS):
        return photograph_limits(settings).body_bytes
    if path.endswith(IMPORTS):
        return list_limits(settings).body_bytes
    return JSON_BYTES
