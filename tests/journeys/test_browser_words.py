"""The page to search with words, in a real Chromium without JavaScript, on a desktop and on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from service.words import RECORDS_ONLY
from tests.journeys.windows import VIEWPORTS, fits, plain_window
from tests.service.colours import TITLES, serving_colours
from tests.service.serving import Running, index, register_drawn, serving, settings_in

pytestmark = pytest.mark.chromium

ENDLESS = "x" * 200


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service over three pictures, whose model knows colours; one title is as long as a title may be."""
    with serving_colours(tmp_path_factory.mktemp("words")) as running:
        running.client.patch("/api/v1/objects/3", json={"title": "Blue " + "horse" * 79})
        yield running


@pytest.fixture(params=list(VIEWPORTS))
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    with plain_window(browser, request.param, excused="status of 422") as page:
        yield page


def ask(page: Page, words: str) -> None:
    """Type words and press Enter; nothing on the page that answers is wider than the screen."""
    page.get_by_label("Words", exact=True).fill(words)
    page.keyboard.press("Enter")
    expect(page.get_by_role("searchbox")).to_have_value(words)
    fits(page)


def test_from_the_photo_search_to_an_object(page: Page, service: Running) -> None:
    page.goto(service.url)
    page.get_by_role("link", name="search with words").click()
    ask(page, "red sail")
    pictures = page.get_by_role("region", name="Photographs that look like these words").get_by_role(
        "listitem"
    )
    expect(pictures).to_have_count(3)
    expect(pictures.first).to_contain_text(TITLES[0])
    image = pictures.first.get_by_role("img", name=f"Photograph of {TITLES[0]}")
    expect(image).to_be_visible()
    assert image.evaluate("image => image.complete && image.naturalWidth") > 0
    records = page.get_by_role("region", name="Records that hold these words").get_by_role("listitem")
    expect(records).to_have_count(1)
    records.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[0])


@pytest.mark.parametrize("words", ["elephant", ENDLESS, "<b>x</b> \"'"])
def test_with_words_that_no_record_holds(page: Page, service: Running, words: str) -> None:
    page.goto(f"{service.url}/words")
    ask(page, words)
    expect(page.get_by_text("No record holds all of these words")).to_be_visible()


def test_what_cannot_be_searched_for_says_so_at_the_field(page: Page, service: Running) -> None:
    page.goto(f"{service.url}/words")
    ask(page, "%_%")
    expect(page.get_by_role("alert")).to_contain_text("at least one letter or digit")
    expect(page.get_by_role("searchbox")).to_have_accessible_description(
        "There is no word to search for. Give at least one letter or digit."
    )
    ask(page, "red")
    expect(page.get_by_role("listitem").first).to_contain_text(TITLES[0])


def test_without_a_text_tower_the_page_says_what_is_searched(
    page: Page, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings = settings_in(tmp_path_factory.mktemp("plain"))
    register_drawn(settings, [1])
    index(settings)
    with serving(settings) as plain:
        page.goto(f"{plain.url}/words")
        expect(page.get_by_text(RECORDS_ONLY)).to_be_visible()
        ask(page, "drawing")
        expect(page.get_by_text(RECORDS_ONLY)).to_be_visible()
        expect(page.get_by_role("listitem")).to_have_count(1)


def test_fields_are_filled_in_on_any_screen(page: Page, service: Running) -> None:
    page.goto(f"{service.url}/words")
    page.get_by_text("Fields of the record").click()
    page.get_by_label("Maker", exact=True).fill("Kroyr")
    page.get_by_label("Made until", exact=True).fill("soon")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("no year")
    page.get_by_label("Made until", exact=True).fill("")
    ask(page, "horse")
    expect(page.get_by_label("Maker", exact=True)).to_have_value("Kroyr")
    expect(page.get_by_text("Searched for kroyer instead of kroyr")).to_be_visible()
    records = page.get_by_role("region", name="Records that agree").get_by_role("listitem")
    expect(records).to_have_count(1)
