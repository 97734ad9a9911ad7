"""The way of a person through the page, in a real Chromium, on a desktop and on a phone."""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from indexer.answer import Answer
from indexer.engine import Engine
from tests.drawing import draw_photo, draw_pixels, encode, photograph_again
from tests.journeys.windows import PATIENCE_MS
from tests.service.levels import around, used
from tests.service.serving import Running, index, register_drawn, serving, settings_in

pytestmark = pytest.mark.chromium

VIEWPORTS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
}
SMALLEST = {"width": 360, "height": 640}
FORBIDDEN = re.compile(r"clean title|not stolen|authentic|legally exported|all clear", re.IGNORECASE)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service over six drawn objects."""
    settings = settings_in(tmp_path_factory.mktemp("journey"))
    register_drawn(settings, range(1, 7))
    index(settings)
    with serving(settings) as running:
        yield running


@pytest.fixture(params=list(VIEWPORTS))
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A browser window, or a phone."""
    context = browser.new_context(**VIEWPORTS[request.param])
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, service: Running) -> Iterator[Page]:
    """The page, opened. At the end nothing may have gone wrong in it unnoticed."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(service.url)
    yield page
    # The browser reports every refused search; anything else is a fault of the page.
    refused = re.compile(r"server responded with a status of (4\d\d|503)")
    assert [each for each in complaints if not refused.search(each)] == []


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Photos on a person's disk."""
    folder = tmp_path_factory.mktemp("photos")
    content = {
        "known.jpg": photograph_again(3),
        "unknown.jpg": draw_photo(900),
        "painted.jpg": painted_over(3),
        "text.jpg": b"This is no photo.",
        "large.jpg": draw_photo(1) + bytes(5 * 1024 * 1024),
    }
    for name, data in content.items():
        (folder / name).write_bytes(data)
    return {Path(name).stem: folder / name for name in content}


def painted_over(seed: int) -> bytes:
    """The drawn photo of this seed in grey, a part of it painted over."""
    pixels = draw_pixels(seed)
    pixels[120:260, 180:330] = (60, 80, 90)
    return encode(np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8))


def state(page: Page, name: str) -> None:
    """Wait until the page is in this state, and check that nothing is wider than the screen."""
    expect(page.locator("#search")).to_have_attribute("data-state", name, timeout=PATIENCE_MS)
    width = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width[0] <= width[1], f"{name} scrolls sideways: {width}"


def shown(page: Page, selector: str) -> None:
    """Wait until a picture is on the page and has been decoded."""
    picture = page.locator(selector)
    expect(picture).to_be_visible()
    picture.evaluate("image => image.decode()")
    assert picture.evaluate("image => image.naturalWidth") > 0


def test_a_photo_is_answered_with_the_object_and_with_why(page: Page, photos: dict[str, Path]) -> None:
    state(page, "idle")
    expect(page.locator("#register-line")).to_have_text("6 photographs searchable")
    page.set_input_files("#choose", photos["known"])
    state(page, "answer")
    expect(page.get_by_role("heading", level=1)).to_have_text("Match")
    expect(page.locator("#verdict-title")).to_be_focused()
    expect(page.get_by_role("status").first).to_have_text("Match. 1 object to compare.")
    shown(page, "#asked-photos img")

    best = page.get_by_role("article", name="Drawing 3")
    expect(best).to_contain_text("points of the photo lie where the registered photo has them")
    expect(best.locator(".score")).to_contain_text(re.compile(r"\d\d\s%match: probability"))
    expect(page.locator("#probability-note")).to_contain_text("does not say whether the object is stolen")
    for fact in (
        "Isaac Maarsen, 1652", "paintings \u203a oil paintings \u203a still lifes", "height 46.5 cm; width 38 cm",
        "2 November 2024 to 4 November 2024", "Veldermond, town hall", "Police of Veldermond", "2024-11-0732",
    ):  # fmt: skip
        expect(best).to_contain_text(fact)
    shown(page, ".pair figure:first-child img")
    shown(page, ".pair figure:last-child img")

    for kind in ("Overlay", "Regions", "Points"):
        best.get_by_role("radio", name=kind).check()
        shown(page, ".picture img >> nth=-1")
    best.get_by_role("radio", name="Overlay").check()
    fade = best.get_by_role("slider", name="Strength of your photo on the registered photograph")
    fade.focus()
    page.keyboard.press("Home")
    assert page.locator(".stack img").nth(1).evaluate("image => getComputedStyle(image).opacity") == "0"
    back = best.get_by_role("slider", name="Strength of the registered photograph on your photo")
    expect(back).to_be_visible()
    assert page.locator(".stack img").nth(3).evaluate("image => getComputedStyle(image).opacity") == "1"

    assert not FORBIDDEN.search(page.inner_text("body"))


def test_what_differs_is_said_and_shown(page: Page, photos: dict[str, Path]) -> None:
    page.set_input_files("#choose", photos["painted"])
    state(page, "answer")
    best = page.get_by_role("article", name="Drawing 3")
    expect(best.get_by_role("heading", name="What differs")).to_be_visible()
    expect(best).to_contain_text("Your photo is black and white")
    expect(best).to_contain_text("looks different in your photo")
    best.get_by_role("radio", name="Differences").check()
    shown(page, ".picture img >> nth=-1")
    expect(best.locator("figcaption").last).to_contain_text("hatched in red")
    state(page, "answer")


def test_no_match_says_that_nothing_is_cleared(page: Page, photos: dict[str, Path]) -> None:
    page.set_input_files("#choose", photos["unknown"])
    state(page, "answer")
    expect(page.get_by_role("heading", level=1)).to_have_text("No match found")
    verdict = page.locator("#verdict")
    expect(verdict).to_contain_text("This does not clear the object")
    for reason in ("never reported", "without a usable picture", "too poor", "search missed it"):
        expect(verdict).to_contain_text(reason)
    expect(page.locator("#candidates article")).to_have_count(0)
    page.get_by_text("looked at without an alert").click()
    expect(page.locator("#others-list li").first).to_be_visible()
    state(page, "answer")
    assert not FORBIDDEN.search(page.inner_text("body"))


def test_what_is_no_photo_is_refused_with_what_to_do(page: Page, photos: dict[str, Path]) -> None:
    page.set_input_files("#choose", photos["text"])
    state(page, "error")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The photo was not accepted")
    expect(alert).to_contain_text("Send a photo")
    expect(page.get_by_role("button", name="Try again")).to_be_hidden()
    page.get_by_role("button", name="Use another photo").click()
    state(page, "idle")
    expect(page.locator("#choose")).to_be_focused()


def test_too_large_a_photo_is_not_sent_at_all(page: Page, photos: dict[str, Path]) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.set_input_files("#choose", photos["large"])
    state(page, "error")
    expect(page.get_by_role("alert")).to_contain_text("large.jpg has 6 MB; 4 MB are taken")
    page.get_by_role("button", name="Use another photo").click()
    page.set_input_files("#choose", [photos["known"]] * 9)
    expect(page.get_by_role("alert")).to_contain_text("9 photos were given")
    assert sent == []


def test_a_full_service_is_tried_again(page: Page, photos: dict[str, Path], service: Running) -> None:
    queue = service.parts.queue
    places = queue.inside
    queue.inside = 10_000
    try:
        page.set_input_files("#choose", photos["known"])
        state(page, "busy")
        expect(page.get_by_role("alert")).to_contain_text("Too much work is waiting")
    finally:
        queue.inside = places
    page.get_by_role("button", name="Try again").click()
    state(page, "answer")


def test_a_search_that_takes_its_time_says_so_and_can_be_stopped(
    page: Page, photos: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    released = threading.Event()
    answered = Engine.search

    def held(*given: Any, **options: Any) -> Answer:
        released.wait(PATIENCE_MS / 1000)
        return answered(*given, **options)

    monkeypatch.setattr(Engine, "search", held)
    page.set_input_files("#choose", photos["known"])
    state(page, "searching")
    expect(page.get_by_role("heading", name="Comparing with the register")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.locator("#announcer")).to_have_text("Comparing with the register")
    shown(page, "#working-photos img")
    page.get_by_role("button", name="Stop").click()
    state(page, "idle")
    released.set()
    page.set_input_files("#choose", photos["known"])
    state(page, "answer")


def put(page: Page, photo: Path, event: str) -> None:
    """Drop a photo on the page, or paste one."""
    page.evaluate(
        """([data, event]) => {
            const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
            const carried = new DataTransfer();
            carried.items.add(new File([bytes], "photo.jpg", {type: "image/jpeg"}));
            const given = {bubbles: true, cancelable: true, dataTransfer: carried, clipboardData: carried};
            document.body.dispatchEvent(
                event === "paste" ? new ClipboardEvent(event, given) : new DragEvent(event, given));
        }""",
        [base64.b64encode(photo.read_bytes()).decode(), event],
    )


def test_a_photo_can_be_dropped_and_pasted(page: Page, photos: dict[str, Path]) -> None:
    put(page, photos["known"], "dragenter")
    expect(page.locator("#drop-veil")).to_be_visible()
    put(page, photos["known"], "drop")
    state(page, "answer")
    expect(page.locator("#drop-veil")).to_be_hidden()
    page.get_by_role("button", name="Search another object").click()
    state(page, "idle")
    put(page, photos["known"], "paste")
    state(page, "answer")
    expect(page.locator("#verdict-title")).to_have_text("Match")


def test_another_photo_of_the_same_object_is_searched_together_with_the_first(
    page: Page, photos: dict[str, Path]
) -> None:
    page.set_input_files("#choose", photos["unknown"])
    state(page, "answer")
    expect(page.locator("#verdict-title")).to_have_text("No match found")
    page.set_input_files("#add", photos["known"])
    expect(page.locator("#verdict-title")).to_have_text("Match")
    expect(page.locator("#asked-photos figure")).to_have_count(2)
    best = page.get_by_role("article", name="Drawing 3")
    expect(best).to_contain_text("Your photo 2 agrees most. No other would have found it alone.")
    expect(best.locator("figcaption").first).to_have_text("Your photo 2")
    page.set_input_files("#add", photos["painted"])
    expect(best).to_contain_text(re.compile("It would also have been found with photo [23] alone"))


def test_a_level_is_chosen_and_a_less_strict_one_offered(
    page: Page, photos: dict[str, Path], service: Running
) -> None:
    best = service.found(photos["unknown"].read_bytes())["candidates"][0]
    with used(service, around(best["log_odds"])):
        dealer, auction = (page.get_by_role("radio", name=each) for each in ("Dealer", "Auction"))
        expect(dealer).to_be_checked()
        dealer.focus()
        page.keyboard.press("Enter")  # would send a form that has nothing in it yet
        page.keyboard.press("ArrowRight")
        expect(auction).to_be_checked()
        state(page, "idle")
        page.set_input_files("#choose", photos["unknown"])
        state(page, "answer")
        expect(page.locator("#verdict-title")).to_have_text("No match found")
        expect(page.locator("#verdict-meaning")).to_contain_text(
            "at the level Dealer it would have been a possible match"
        )
        expect(page.locator("#verdict-meaning")).to_contain_text("This does not clear the object")
        expect(page.locator("#record")).to_contain_text("Auction. Possible from")
        page.get_by_role("button", name="Search again at the level Dealer").click()
        expect(page.locator("#verdict-title")).to_have_text("Possible match")
        expect(page.locator("#verdict-meaning")).to_contain_text("At the alert level dealer about")
        expect(page.locator("#record")).to_contain_text("Dealer. Possible from")
        state(page, "answer")
        page.get_by_role("button", name="Search another object").click()
        expect(dealer).to_be_checked()


def test_an_answer_has_an_address_of_its_own(page: Page, photos: dict[str, Path], service: Running) -> None:
    page.set_input_files("#choose", photos["known"])
    state(page, "answer")
    number = page.locator("#record dd").first.inner_text()
    assert page.url == f"{service.url}/searches/{number}"
    page.reload()
    state(page, "answer")
    expect(page.locator("#verdict-title")).to_have_text("Match")
    expect(page.locator("#add-pick")).to_be_hidden()  # the photo itself is not there any more to search with
    page.get_by_role("link", name="Drawing 3").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Drawing 3")
    expect(page.locator("dl").first).to_contain_text("Distinguishing features")
    assert "taken from the council chamber" in page.inner_text(
        "body"
    )  # whoever serves it for himself is registrar
    page.go_back()
    state(page, "answer")
    page.get_by_role("button", name="Search another object").click()
    state(page, "idle")
    page.go_back()
    state(page, "answer")


def test_everything_is_reached_by_keyboard(page: Page, photos: dict[str, Path]) -> None:
    page.set_input_files("#choose", photos["known"])
    state(page, "answer")
    reached = set()
    for _ in range(20):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "document.activeElement.id || document.activeElement.value || document.activeElement.textContent"
            )
        )
    assert {"add", "again", "pair", "Drawing 3"} <= reached
    page.locator("input[value=pair]").focus()
    page.keyboard.press("ArrowRight")
    shown(page, ".stack img >> nth=1")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_smallest_phone_shows_every_state_whole(
    browser: Browser, service: Running, photos: dict[str, Path], scheme: str
) -> None:
    context = browser.new_context(
        viewport=SMALLEST,  # type: ignore[arg-type]  # a dict with just these keys
        color_scheme=scheme,  # type: ignore[arg-type]  # one of its literals
        is_mobile=True,
        has_touch=True,
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(service.url)
    state(page, "idle")
    expect(page.get_by_text("Take a photo")).to_be_visible()
    page.set_input_files("#camera", photos["known"])
    state(page, "answer")
    for kind in ("Overlay", "Regions", "Points"):
        page.get_by_role("radio", name=kind).check()
        shown(page, ".picture img >> nth=-1")
        state(page, "answer")
    page.set_input_files("#add", photos["text"])
    state(page, "error")
    page.goto(f"{service.url}/objects/3")
    assert page.evaluate("document.documentElement.scrollWidth") <= SMALLEST["width"]
    context.close()


def test_without_an_index_the_page_says_why(context: BrowserContext, tmp_path: Path) -> None:
    with serving(settings_in(tmp_path)) as empty:
        page = context.new_page()
        page.goto(empty.url)
        expect(page.locator("#not-ready")).to_contain_text("artrieve index")
        state(page, "idle")
