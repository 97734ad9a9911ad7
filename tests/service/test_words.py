"""Words as a query: what the API and the page answer."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from data.finding import LONGEST_QUERY, MOST_WORDS
from service.finding import DEFAULT_LIMIT, LARGEST_LIMIT
from service.guards import SECURITY_HEADERS
from service.words import FIRST_PAGE_ONLY, RECORDS_ONLY, WordsAnswer
from tests.colours import MeanColour
from tests.conftest import ROOT
from tests.service.colours import MARKUP, TITLES, serving_colours
from tests.service.serving import API, Running, assert_problem, serving, settings_in

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(scope="module")
def colours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service whose model knows colours; nothing in it is changed."""
    with serving_colours(tmp_path_factory.mktemp("colours")) as service:
        yield service


def answered(service: Running, q: str, **given: Any) -> WordsAnswer:
    response = service.client.get(f"{API}/words", params={"q": q, **given})
    assert response.status_code == 200, response.text
    return WordsAnswer.model_validate(response.json())


def page_of(service: Running, q: str, **given: Any) -> str:
    response = service.client.get("/words", params={"q": q, **given}, headers=BROWSER)
    assert response.status_code == 200, response.text
    return response.text


def test_pictures_by_likeness_and_records_by_words(colours: Running) -> None:
    answer = answered(colours, "Red  bronze")
    assert answer.pictures is not None
    assert sorted(each.object_id for each in answer.pictures) == [1, 2, 3]
    first = answer.pictures[0]
    assert (first.title, first.maker, first.type_path, first.status) == (
        TITLES[0],
        "Krøyer",
        ["paintings", "oil"],
        "stolen",
    )
    assert first.likeness > 0.9 > answer.pictures[1].likeness
    assert colours.client.get(first.thumbnail or "").headers["content-type"] == "image/jpeg"
    assert (answer.query, answer.words, answer.no_pictures) == ("Red bronze", ["red", "bronze"], "")
    assert (answer.model, answer.generation, answer.photographs) == (MeanColour().card.id, 1, 3)
    assert [each.object_id for each in answer.records] == [1]
    assert (answer.records[0].photograph_id, answer.total, answer.next_after) == (1, 1, None)
    # nothing in it claims to have identified anything
    assert not {"verdict", "probability", "chance", "score"} & set(str(answer.model_dump()).split("'"))


def test_words_that_no_record_holds_still_find_what_looks_alike(colours: Running) -> None:
    answer = answered(colours, "green elephant")
    assert answer.pictures is not None
    assert (answer.pictures[0].object_id, answer.records, answer.total) == (MARKUP, [], 0)


def test_records_a_page_at_a_time_and_pictures_with_the_first(colours: Running) -> None:
    first = answered(colours, "kroyer", limit=2)
    assert first.pictures is not None
    assert (len(first.pictures), first.total) == (2, 3)
    assert first.next_after is not None
    second = answered(colours, "kroyer", limit=2, after=first.next_after)
    assert [each.object_id for each in (*first.records, *second.records)] == [1, 2, 3]
    assert (second.pictures, second.no_pictures, second.next_after) == (None, FIRST_PAGE_ONLY, None)


def test_a_withdrawn_object_is_not_found_even_before_the_index_knows(tmp_path: Path) -> None:
    with serving_colours(tmp_path, refresh_seconds=3600) as service:
        assert (answered(service, "red").pictures or [])[0].object_id == 1
        for status, records in (("recovered", [1]), ("withdrawn", [])):
            service.client.patch(f"{API}/objects/1", json={"status": status})
            answer = answered(service, "red")
            assert answer.photographs == 3, "the index has not caught up"
            assert answer.pictures is not None
            assert {each.object_id for each in answer.pictures} == {2, 3}
            assert [each.object_id for each in answer.records] == records
            assert "Red sail" in page_of(service, "sail red bronze") if records else True
        assert "Red sail" not in page_of(service, "red")


def test_without_a_text_tower_words_search_the_records_only(running: Running) -> None:
    answer = answered(running, "drawing 3")
    assert (answer.pictures, answer.no_pictures) == (None, RECORDS_ONLY)
    assert (answer.model, answer.generation, answer.photographs) == (None, None, None)
    assert answer.records[0].title == "Drawing 3"
    for page in (
        running.client.get("/words").text,
        page_of(running, "drawing 3"),
        page_of(running, "nothing at all"),
    ):
        assert RECORDS_ONLY in page
    assert RECORDS_ONLY == "Words search the records only: the installed model knows no words."


def test_without_an_index_the_records_are_searched_all_the_same(tmp_path: Path) -> None:
    with serving(settings_in(tmp_path)) as service:
        service.client.post(f"{API}/objects", json={"title": "Red horse"})
        answer = answered(service, "horse")
        assert answer.pictures is None
        assert "artrieve index" in answer.no_pictures
        assert [(each.title, each.thumbnail) for each in answer.records] == [("Red horse", None)]
        page = page_of(service, "horse")
        assert "no photograph" in page
        assert "artrieve index" in html.unescape(page)


HOSTILE = {
    "nothing": ("", "at least one"),
    "wildcards": ("%_%", "at least one"),
    "a NUL": ("\0", "at least one"),
    "emoji": ("🐎🏺", "at least one"),
    "one letter too many": ("x" * (LONGEST_QUERY + 1), f"at most {LONGEST_QUERY}"),
    "10,000 words": ("a " * 10_000, f"at most {LONGEST_QUERY}"),
    "a word too many": (" ".join(f"w{at}" for at in range(MOST_WORDS + 1)), f"at most {MOST_WORDS}"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_searched_for_is_refused_with_the_reason(colours: Running, name: str) -> None:
    q, reason = HOSTILE[name]
    problem = assert_problem(colours.client.get(f"{API}/words", params={"q": q}), 422, "invalid-request")
    assert problem["errors"][0]["where"] == "query.q"
    assert reason in problem["detail"]
    if q:
        page = colours.client.get("/words", params={"q": q}, headers=BROWSER)
        assert page.status_code == 422
        assert reason in page.text
        assert "\0" not in page.text
        assert page.text.count("a a") < 150


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({}, "query.q"),
        ({"q": "red", "limit": 0}, "query.limit"),
        ({"q": "red", "limit": 101}, "query.limit"),
        ({"q": "red", "limit": "many"}, "query.limit"),
        ({"q": "red", "after": "tomorrow"}, "query.after"),
        ({"q": "red", "after": "0-99999999999"}, "query.after"),
        ({"q": "red", "after": "x" * 41}, "query.after"),
        ({"q": "red", "colour": "red"}, "query.colour"),
    ],
)
def test_parameters_that_cannot_be(colours: Running, given: dict[str, Any], where: str) -> None:
    problem = assert_problem(colours.client.get(f"{API}/words", params=given), 422, "invalid-request")
    assert [each["where"] for each in problem["errors"]] == [where]


class Elements(HTMLParser):
    """Every element of a page with its attributes, as a browser reads it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_queries_and_records_are_shown_as_text(colours: Running) -> None:
    query = "\"'><script>alert(2)</script><img src=x onerror=alert(3)> vase"
    for given in ({"q": query}, {"q": "vase"}, {"q": query * 9}, {"q": "vase", "after": query}):
        response = colours.client.get("/words", params=given, headers=BROWSER)
        assert response.headers["content-security-policy"] == SECURITY_HEADERS["Content-Security-Policy"]
        elements = Elements(response.text).found
        assert "script" not in {tag for tag, _ in elements}
        for tag, attributes in elements:
            assert not [name for name in attributes if name.startswith("on") or name == "style"]
            assert tag != "img" or (attributes["src"] or "").startswith(("/api/v1/photographs/", "/static/"))
        (box,) = [attributes for tag, attributes in elements if attributes.get("name") == "q"]
        assert (box["value"] or "") in given["q"]
    assert "&lt;script&gt;alert(1)" in page_of(colours, "vase")


def test_the_page_shows_both_lists_with_thumbnails_and_what_was_searched(colours: Running) -> None:
    page = page_of(colours, "red")
    shown = re.findall(r'<a href="/objects/(\d)">', page)
    assert (shown[0], sorted(shown[:3]), shown[3:]) == ("1", ["1", "2", "3"], ["1"])
    assert re.findall(r'<img src="(/api/v1/photographs/1/thumbnail)" alt="Photograph of Red sail"', page)
    assert "3 photographs, index 1" in page
    assert MeanColour().card.id in page
    assert "they identify nothing" in page
    assert RECORDS_ONLY not in page
    assert "Krøyer" in page
    assert not re.search(r"\bmatch|probab|verdict", page, re.IGNORECASE)
    assert "No record holds all of these words" in page_of(colours, "elephant")
    assert "does not clear" in page_of(colours, "elephant")


def test_the_form_works_without_javascript_and_is_linked_from_the_photo_search(colours: Running) -> None:
    page = colours.client.get("/words").text
    assert re.search(r'<form [^>]*role="search" action="/words" method="get"', page)
    assert '<label for="q">' in page
    assert "<script" not in page
    assert "Photographs that look" not in page
    assert 'href="/words"' in colours.client.get("/").text
    assert 'value="red sail"' in page_of(colours, " red\tsail ")


def test_the_page_goes_on_with_more_records(fresh: Running) -> None:
    for at in range(20):
        fresh.client.post(f"{API}/objects", json={"title": f"Lantern & lamp {at:02}"})
    first = page_of(fresh, "lantern & lamp")
    assert len(re.findall("Lantern &amp; lamp \\d", first)) == 20
    assert "More\n    records" not in first
    fresh.client.post(f"{API}/objects", json={"title": "Lantern & lamp"})
    first = page_of(fresh, "lantern & lamp")
    (following,) = re.findall(r'href="(/words\?[^"#]*after=[^"#]*)#records"', first)
    second = fresh.client.get(html.unescape(following)).text
    assert len(re.findall(r'<a href="/objects/\d+">Lantern', second)) == 1
    assert "Photographs that look" not in second
    assert FIRST_PAGE_ONLY not in second


def test_the_log_tells_no_words(colours: Running) -> None:
    with capture_logs() as events:
        answered(colours, "red sail")
    (line,) = [dict(each) for each in events if each["event"] == "searched by words"]
    assert line.pop("ms") >= 0
    assert line == {
        "event": "searched by words",
        "log_level": "info",
        "words": 2,
        "pictures": 3,
        "records": 1,
        "generation": 1,
    }


def test_the_limits_stand_in_the_page_on_the_api() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert f"`q` (up to {LONGEST_QUERY} characters and {MOST_WORDS} words)" in page
    assert f"`limit` (1 to {LARGEST_LIMIT}, {DEFAULT_LIMIT} if left out)" in page
    assert set(WordsAnswer.model_fields) - {"query", "words"} <= set(re.findall("`([a-z_]+)`", page))
