"""The page of a search that was made earlier, or by another version of the service."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect, sync_playwright

from data.search_log import SearchLog
from tests.drawing import photograph_again
from tests.service.serving import API, Running

SEARCH = "11111111-1111-4111-8111-111111111111"
BEFORE = "33333333-3333-4333-8333-333333333333"
WITHOUT = "22222222-2222-4222-8222-222222222222"

pytestmark = pytest.mark.chromium


def test_a_record_of_another_version_is_shown_or_said_where_it_is(running: Running, chromium: str) -> None:
    record = running.found(photograph_again(2))
    log = SearchLog(running.parts.register.database)
    log.save(SEARCH, {**record, "id": SEARCH, "colours": ["red"]}, datetime.now(UTC))
    before = {**record, "id": BEFORE, "candidates": [dict(each) for each in record["candidates"]]}
    del before["alert"]
    before["covered"] = {**record["covered"]}
    del before["covered"]["registers"], before["covered"]["without_usable_picture"], before["role"]
    for candidate in before["candidates"]:
        for name in ("probability", "chance", "log_odds", "also", "clues"):
            del candidate[name]
    log.save(BEFORE, before, datetime.now(UTC))
    del record["covered"]
    log.save(WITHOUT, {**record, "id": WITHOUT}, datetime.now(UTC))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        page = browser.new_page()
        page.goto(f"{running.url}/searches/{SEARCH}")
        expect(page.locator("#verdict-title")).to_have_text("Match")
        expect(page.locator("#record")).to_contain_text("Register: This register")
        score = f"{before['candidates'][0]['score']:.2f}"
        page.goto(f"{running.url}/searches/{BEFORE}")
        expect(page.locator("#verdict-title")).to_have_text("Match")
        expect(page.locator(".score").first).to_contain_text(f"{score}match, score of 0 to 1")
        expect(page.locator("#probability-note")).to_be_hidden()
        expect(page.locator("#record")).not_to_contain_text("Register:")
        page.goto(f"{running.url}/searches/{WITHOUT}")
        expect(page.locator("#failure-title")).to_have_text("This page cannot show the record")
        expect(page.locator("#failure-advice")).to_contain_text(f"/api/v1/searches/{WITHOUT}")
        browser.close()


def test_the_page_of_an_earlier_search_says_what_became_of_its_candidates(
    fresh: Running, chromium: str
) -> None:
    search = fresh.found(photograph_again(101))["id"]
    why = {"reason": "so it is"}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        page = browser.new_page()
        page.goto(f"{fresh.url}/searches/{search}")
        expect(page.locator("#verdict-title")).to_have_text("Match")
        expect(page.locator(".since")).to_have_count(0)
        fresh.client.post(f"{API}/objects/1/merge", json={**why, "into": 2})
        page.reload()
        expect(page.locator("article .since")).to_contain_text("Merged into object 2 since")
        fresh.client.post(f"{API}/objects/1/reinstate", json=why)
        fresh.client.post(f"{API}/objects/1/recover", json=why)
        page.reload()
        expect(page.locator("article .since")).to_contain_text("Recovered since")
        expect(page.locator("#others-list .since")).to_have_count(0)
        fresh.client.post(f"{API}/objects/2/withdraw", json=why)
        page.reload()
        expect(page.locator("#others-list .since")).to_contain_text("Withdrawn since")
        expect(page.locator("#verdict-title")).to_have_text("Match")
        browser.close()
