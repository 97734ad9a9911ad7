"""What all tests share: what a test may need and where it is found, and photos to test with.

A test says by a marker (or by using the fixture) that it needs PostgreSQL, Chromium or the real photos. Where
that is missing the test is skipped with the reason; with ARTRIEVE_TEST_REQUIRE_ALL=1 a skip is a failure.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import hypothesis
import pytest

from scripts.real_photos import NO_PHOTOS, PHOTOS, find_photos
from tests.drawing import draw_photo
from tests.postgresql import postgresql_missing, temporary_postgresql

ROOT = Path(__file__).resolve().parent.parent
REQUIRE_ALL = "ARTRIEVE_TEST_REQUIRE_ALL"

hypothesis.settings.register_profile("artrieve", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("artrieve")


def find_chromium() -> str | None:
    """The Chromium to drive, or None."""
    return next(filter(None, (shutil.which(name) for name in ("chromium", "chromium-browser"))), None)


def photos_missing() -> str:
    """Why no test with real photos can run; empty when they can."""
    return "" if find_photos() else f"no real photos in ../shared/photos (or the folder in {PHOTOS})"


def chromium_missing() -> str:
    """Why no test with a browser can run; empty when they can."""
    return "" if find_chromium() else "no Chromium (Debian: apt-get install chromium)"


# Marker -> the fixtures that imply it, and why it cannot be had.
NEEDS: dict[str, tuple[frozenset[str], Callable[[], str]]] = {
    "postgresql": (frozenset({"postgresql_url"}), postgresql_missing),
    "chromium": (frozenset({"chromium"}), chromium_missing),
    "photos": (frozenset({"real_photos"}), photos_missing),
}


def pytest_configure(config: pytest.Config) -> None:
    """Keep the settings of whoever runs the tests out of them."""
    for name in list(os.environ):
        if name.startswith("ARTRIEVE_") and not name.startswith("ARTRIEVE_TEST_"):
            del os.environ[name]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with what it needs, by the fixtures it uses; skip it where that is missing."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        for marker, (implied_by, missing) in NEEDS.items():
            if fixtures & implied_by:
                item.add_marker(marker)
            if item.get_closest_marker(marker) and (reason := missing()):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn every skip into a failure where everything must be there."""
    report = yield
    excused = os.environ.get(PHOTOS) == NO_PHOTOS and item.get_closest_marker("photos")
    if (
        os.environ.get(REQUIRE_ALL) == "1"
        and report.skipped
        and not hasattr(report, "wasxfail")
        and not excused
    ):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{REQUIRE_ALL}=1 lets nothing be skipped, but: {reason}"
    return report


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """URL of an empty PostgreSQL server that lives as long as the tests run."""
    with temporary_postgresql() as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium browser."""
    found = find_chromium()
    assert found is not None
    return found


@pytest.fixture(scope="session")
def real_photos() -> Path:
    """The folder of real photos, with its folders paintings, objects and pool. Read only; never copied."""
    found = find_photos()
    assert found is not None
    return found


@pytest.fixture
def photo_factory() -> Callable[..., bytes]:
    """Draws photos to test with; see `tests.drawing.draw_photo`."""
    return draw_photo
