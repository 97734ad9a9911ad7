"""The page of likely duplicates, in a real Chromium without JavaScript, on a desktop and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.windows import VIEWPORTS, fits, plain_window
from tests.service.serving import Running, register_drawn, serving, settings_in

pytestmark = pytest.mark.chromium

LONG = "Museum-of-" + "x" * 380


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Running]:
    """A service over three objects with the same photo, one of them reported by somebody with a long name."""
    settings = settings_in(tmp_path)
    register_drawn(settings, [1, 1])
    register_drawn(settings, [1], authority=LONG)
    with serving(settings) as running:
        yield running


@pytest.fixture(params=list(VIEWPORTS))
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    with plain_window(browser, request.param, excused="status of 409") as page:
        yield page


def test_from_an_object_to_a_decision(page: Page, service: Running) -> None:
    page.goto(f"{service.url}/objects/1")
    expect(page.get_by_text("Likely the same as")).to_be_visible()
    fits(page)
    page.get_by_role("link", name="Compare and decide").click()
    pairs = page.locator("section.pair")
    expect(pairs).to_have_count(2)
    fits(page)
    image = pairs.first.get_by_role("img", name="Photograph of object 2")
    assert image.evaluate("image => image.complete && image.naturalWidth") > 0
    expect(pairs.first).to_contain_text("The same photo, byte for byte")
    pairs.first.get_by_label("Reason", exact=True).fill("The same scratch")
    pairs.first.get_by_role("button", name="link, keep both").click()
    expect(page.get_by_role("status")).to_have_text("Objects 1 and 2: linked as the same.")
    expect(pairs).to_have_count(1)
    pairs.get_by_role("button", name="Not the same").click()  # the browser asks for a reason first
    expect(pairs).to_have_count(1)
    pairs.get_by_label("Reason", exact=True).fill("Another frame")
    pairs.get_by_role("button", name="Not the same").click()
    expect(page.get_by_text("No likely duplicates wait")).to_be_visible()
    page.goto(f"{service.url}/objects/1")
    expect(page.get_by_text("Said to be the same")).to_be_visible()
    expect(page.get_by_text("Likely the same as")).to_have_count(0)


def test_what_somebody_else_has_decided_meanwhile_is_told(page: Page, service: Running) -> None:
    page.goto(f"{service.url}/duplicates")
    expect(page.locator("section.pair")).to_have_count(3)
    fits(page)
    service.client.post("/api/v1/duplicates/3/dismiss", json={"reason": "no"})
    last = page.locator("section.pair").last
    last.get_by_label("Reason", exact=True).fill("Yes")
    last.get_by_role("button", name="merge into 3").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Somebody has decided otherwise")
    page.goto(f"{service.url}/duplicates")
    first = page.locator("section.pair").first
    first.get_by_label("Reason", exact=True).fill("Yes")
    first.get_by_role("button", name="merge into 2").click()
    expect(page.get_by_role("status")).to_have_text("Objects 1 and 2: merged.")
    assert service.client.get("/api/v1/objects/1").json()["merged_into"] == 2
