"""Windows without JavaScript, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

VIEWPORTS = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
PATIENCE_MS = 60_000


@contextmanager
def plain_window(browser: Browser, device: str, excused: str | None = None) -> Iterator[Page]:
    """At the end the browser may have found nothing to complain about, but for what holds the excused words."""
    width, height = VIEWPORTS[device].values()
    context = browser.new_context(viewport={"width": width, "height": height}, java_script_enabled=False)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert [each for each in complaints if excused is None or excused not in each] == []


def fits(page: Page) -> None:
    """Nothing that is shown is wider than the screen."""
    wide = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide[0] <= wide[1], f"scrolls sideways: {wide}"
