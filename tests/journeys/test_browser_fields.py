"""What a person knows of the object, given with its photo, in a real Chromium: on a desktop, on a phone, and again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from data.object_id import EXAMPLE, ObjectRecord
from service.workshop import opened_register
from tests.drawing import photograph_again
from tests.journeys.test_browser import VIEWPORTS, state
from tests.journeys.windows import PATIENCE_MS
from tests.service.serving import Running, index, register_drawn, serving, settings_in

pytestmark = pytest.mark.chromium


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Two drawn objects by two makers, and one like the first without a photograph."""
    settings = settings_in(tmp_path_factory.mktemp("fields"))
    register_drawn(settings, [1])
    register_drawn(settings, [2], maker="Ilse Vandermeer")
    with opened_register(settings) as register:
        register.report(ObjectRecord.model_validate(EXAMPLE | {"title": "Pendant"}))
    index(settings)
    with serving(settings) as running:
        yield running


def fill(page: Page, **fields: str) -> None:
    """Unfold the fields and fill some in."""
    if page.locator("#known").get_attribute("open") != "":
        page.get_by_text("What do you know of the object?").click()
    for name, value in fields.items():
        page.locator(f"#known [name={name}]").fill(value)


@pytest.mark.parametrize("device", VIEWPORTS)
def test_what_is_known_is_shown_beside_what_is_registered(
    browser: Browser, service: Running, device: str, tmp_path: Path
) -> None:
    photo = tmp_path / "known.jpg"
    photo.write_bytes(photograph_again(1))
    context = browser.new_context(**VIEWPORTS[device])
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(service.url)
    expect(page.locator("#known [name=type]")).to_be_hidden()
    fill(
        page,
        type="terracotta sculpture",
        size="height 38 cm; width 47 cm",
        maker="marsen",
        made_from="-500",
        place_of_origin="Nok, Nigeria",
    )
    state(page, "idle")
    page.set_input_files("#choose", photo)
    state(page, "answer")
    best = page.get_by_role("article", name="Drawing 1")
    expect(best.locator(".said li").first).to_contain_text("type terracotta sculpture, registered paintings")
    expect(best.locator(".said [data-outcome=agrees]").first).to_contain_text("once one of the two is turned")
    expect(page.locator("#risks")).to_contain_text("a risk flag, not a match")
    expect(page.locator("#risks")).to_contain_text("Nok terracottas, Red List of African")
    expect(page.locator("#pictureless")).to_be_hidden()
    expect(page.locator("#record")).to_contain_text("It changes no probability")

    page.get_by_role("button", name="Search another object").click()
    state(page, "idle")
    expect(page.locator("#known [name=type]")).to_have_value("")
    fill(page, maker="marsen")
    page.get_by_role("checkbox", name="Search only objects whose record agrees").check()
    page.set_input_files("#choose", photo)
    state(page, "answer")
    expect(page.locator("#verdict-title")).to_have_text("Match")
    expect(page.locator("#pictureless")).to_contain_text("1 object agrees and cannot be found with a photo")
    expect(page.locator("#pictureless-list a")).to_have_text("Pendant")
    expect(page.locator("#record")).to_contain_text("to 2 objects that agree, 1 without a usable picture")
    expect(page.locator("#risks")).to_be_hidden()

    page.get_by_role("button", name="Search another object").click()
    fill(page, maker="nobody at all")
    page.locator("#narrow").check()
    page.set_input_files("#choose", photo)
    state(page, "answer")
    expect(page.locator("#verdict-meaning")).to_contain_text(
        "No registered object agrees with all that you filled in"
    )
    expect(page.locator("#verdict-meaning")).to_contain_text("does not clear the object")
    page.reload()
    state(page, "answer")
    expect(page.locator("#record")).to_contain_text(re.compile("You said.*maker: nobody at all"))
    assert complaints == []
    context.close()


def test_a_field_that_cannot_be_read_is_said_and_what_was_filled_in_stays(
    browser: Browser, service: Running, tmp_path: Path
) -> None:
    photo = tmp_path / "known.jpg"
    photo.write_bytes(photograph_again(1))
    page = browser.new_page()
    page.goto(service.url)
    fill(page, size="tall")
    page.set_input_files("#choose", photo)
    state(page, "error")
    expect(page.locator("#failure-detail")).to_contain_text("write dimension, number and unit")
    page.get_by_role("button", name="Use another photo").click()
    state(page, "idle")
    expect(page.locator("#known [name=size]")).to_have_value("tall")
    page.close()
