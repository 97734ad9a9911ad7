"""Where real photos with truth lie, for tests and benchmarks: they may not be shipped with the project."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PHOTOS = "ARTRIEVE_TEST_PHOTOS"
NO_PHOTOS = "none"


def find_photos() -> Path | None:
    """The folder with paintings, objects and pool: `../shared/photos`, or the one PHOTOS names; None without."""
    named = os.environ.get(PHOTOS)
    folder = Path(named) if named else ROOT.parent / "shared" / "photos"
    return folder if named != NO_PHOTOS and (folder / "paintings" / "truth.csv").is_file() else None
