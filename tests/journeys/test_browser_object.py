"""An object's page and the list that leads to it, in a real Chromium: what is at risk, and what its record lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from data.object_id import EXAMPLE
from data.vocabulary.red_lists import SOURCE
from data.vocabulary.risk import NO_MATCH
from tests.journeys.windows import VIEWPORTS, fits, plain_window
from tests.service.serving import API, Running, serving, settings_in

pytestmark = pytest.mark.chromium

NOK = {
    "title": "Nok head",
    "type_path": ["sculpture", "terracottas"],
    "subject": "a head " + "withoutend" * 20,
}
CATEGORY = "Nok terracottas (Red List of African archaeological objects, 2000)"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service over a head that is at risk and lacks much, and a painting that is neither."""
    with serving(settings_in(tmp_path_factory.mktemp("object"))) as running:
        for record in (NOK, EXAMPLE):
            running.client.post(f"{API}/objects", json=record).raise_for_status()
        yield running


@pytest.fixture(params=list(VIEWPORTS))
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Nothing that was shown in it may be wider than the screen."""
    with plain_window(browser, request.param) as page:
        yield page
        fits(page)


def test_an_object_at_risk_says_so_in_the_list_and_on_its_page(page: Page, service: Running) -> None:
    page.goto(f"{service.url}/words?q=nok")
    records = page.get_by_role("region", name="Records that hold these words")
    expect(records.get_by_role("listitem")).to_contain_text(f"Category at risk: {CATEGORY}, and 1 more")
    expect(records).to_contain_text(NO_MATCH)
    records.get_by_role("link", name="Nok head").click()
    risk = page.get_by_role("region", name=re.compile("at risk"))
    expect(risk).to_contain_text(CATEGORY)
    expect(risk).to_contain_text("the origin by the word “Nok”")
    expect(risk).to_contain_text(f"{NO_MATCH} It accuses nobody.")
    expect(risk.get_by_role("link", name="Red Lists")).to_have_attribute("href", SOURCE)


def test_an_object_that_is_not_at_risk_says_nothing_of_it(page: Page, service: Running) -> None:
    page.goto(f"{service.url}/words?q=pewter")
    expect(page.get_by_role("listitem")).to_have_count(1)
    expect(page.get_by_text("at risk")).to_have_count(0)
    page.goto(f"{service.url}/objects/2")
    expect(page.get_by_text("at risk")).to_have_count(0)


def test_the_registrar_sees_what_lacks_and_what_to_add_first(page: Page, service: Running) -> None:
    page.goto(f"{service.url}/objects/1")
    lacks = page.get_by_role("region", name="Completeness")
    expect(lacks).to_contain_text("3 of the nine questions of Object ID answered")
    expect(lacks).to_contain_text("Add first: A photograph of the whole object from its main side.")
    expect(lacks.get_by_role("heading", level=3)).to_have_text(["Questions to answer", "Photographs to add"])
    names = lacks.get_by_role("term").all_inner_texts()
    questions = {
        "Distinguishing features",
        "Measurements",
        "Materials and techniques",
        "Date or period",
        "Maker",
    }
    assert {*questions, "Inscriptions and markings", "Description"} < set(names)
    assert {"Overall", "Back", "Detail"} < set(names)
    assert "Title" not in names
