"""Records by words and fields: what the API, the page and the command answer."""

from __future__ import annotations

import dataclasses
import html
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from data.audit import AuditTrail
from data.filters import TOLERANCE, Filters
from data.finding import FieldHidden
from data.object_id import EXAMPLE
from data.reader import Reader
from data.visibility import Role
from service.asked import FieldsAsked, FieldsRefused
from service.finding import FoundRecords, find_records
from tests.conftest import ROOT
from tests.service.serving import API, Running, assert_problem, serving, settings_in

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
FULL = 1
AGREES: dict[str, str] = {
    "title": "pewter",
    "maker": "maarsen",
    "type": "oil",
    "materials": "oak",
    "subject": "napkin",
    "inscriptions": "wax seal",
    "made_from": "1650",
    "made_to": "1652",
    "theft_place": "veldermond",
    "theft_from": "2024-11",
    "theft_to": "2024",
    "status": "stolen, vermisst",
    "size": "height 18.5 in; width 38 cm",
    "tolerance": "4,5 %",
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service with two objects, of which the second says little; nothing in it is changed."""
    with serving(settings_in(tmp_path_factory.mktemp("find"))) as running:
        for record in (EXAMPLE, {"title": "Lemon <b>tree</b>", "status": "missing"}):
            assert running.client.post(f"{API}/objects", json=record).status_code == 201
        yield running


def found(service: Running, **given: Any) -> FoundRecords:
    response = service.client.get(f"{API}/find", params=given)
    assert response.status_code == 200, response.text
    return FoundRecords.model_validate(response.json())


def ids(answer: FoundRecords) -> list[int]:
    assert answer.total == len(answer.records)
    return [each.object_id for each in answer.records]


def test_each_field_alone_and_all_together(service: Running) -> None:
    assert set(AGREES) == {each.name for each in dataclasses.fields(FieldsAsked)}
    for name, value in AGREES.items():
        if name not in ("status", "tolerance"):
            assert ids(found(service, **{name: value})) == [FULL], name
    assert ids(found(service, **AGREES)) == [FULL]
    assert ids(found(service, **AGREES, q="oysters")) == [FULL]
    assert ids(found(service, status="missing")) == [2]
    assert ids(found(service, size=AGREES["size"], tolerance="0")) == []
    nobody_filled_in = dict.fromkeys(AGREES, "")
    assert ids(found(service, **nobody_filled_in, q="lemon")) == [FULL, 2]


def test_words_that_were_put_right_are_told(service: Running) -> None:
    answer = found(service, maker="marsen", q="lemmon")
    assert ids(answer) == [FULL]
    assert [each.told for each in answer.corrections] == [
        "Searched for lemon instead of lemmon, which no record has.",
        "Searched for maarsen instead of marsen in maker, which no record has.",
    ]
    words = service.client.get(f"{API}/words", params={"q": "lemmon"}).json()
    assert words["corrections"] == [{"word": "lemmon", "field": "", "instead": ["lemon"], "occurs": False}]
    page = service.client.get("/words", params={"q": "lemmon"}, headers=BROWSER).text
    assert "Searched for lemon instead of lemmon" in page
    assert found(service, q="lemon").corrections == []


def test_a_page_at_a_time(service: Running) -> None:
    first = found(service, q="lemon", limit=1)
    assert ([each.object_id for each in first.records], first.total) == ([FULL], 2)
    second = found(service, q="lemon", limit=1, after=first.next_after)
    assert ([each.object_id for each in second.records], second.next_after) == ([2], None)


@pytest.mark.parametrize(
    ("given", "where", "says"),
    [
        ({}, "query.q", "or a field"),
        ({"tolerance": "7"}, "query.q", "or a field"),
        ({"q": "%"}, "query.q", "at least one"),
        ({"q": "x" * 201}, "query.q", "200"),
        ({"maker": "%"}, "query.maker", "no word"),
        ({"maker": "x" * 201}, "query.maker", "200"),
        ({"made_from": "then"}, "query.made_from", "1652"),
        ({"made_from": "1" * 40}, "query.made_from", "9999"),
        ({"made_from": "1700", "made_to": "1600"}, "query.fields", "swap"),
        ({"theft_from": "11/02/2024"}, "query.theft_from", "2024-11-02"),
        ({"theft_to": "2024-02-30"}, "query.theft_to", "calendar"),
        ({"status": "gone"}, "query.status", "withdrawn"),
        ({"size": "tall"}, "query.size", "height 32 cm"),
        ({"size": "height 5 kg"}, "query.size", "height cannot"),
        ({"size": "; ".join(["height 5 cm"] * 11)}, "query.size", "at most 10"),
        ({"size": "height 5 cm", "tolerance": "much"}, "query.size", "per cent"),
        ({"size": "height 5 cm", "tolerance": "NaN"}, "query.size", "finite"),
        ({"size": "height 5 cm", "tolerance": "-1"}, "query.size", "greater"),
        ({"q": "lemon", "after": "tomorrow"}, "query.after", "No page"),
        ({"q": "lemon", "colour": "red"}, "query.colour", "no such parameter"),
    ],
)
def test_what_cannot_be_asked(service: Running, given: dict[str, str], where: str, says: str) -> None:
    problem = assert_problem(service.client.get(f"{API}/find", params=given), 422, "invalid-request")
    assert [each["where"] for each in problem["errors"]] == [where]
    assert says in problem["detail"]


def test_a_hidden_field_cannot_be_asked_for(service: Running) -> None:
    with pytest.raises(FieldHidden, match="theft_place"):
        find_records(Reader(service.parts.register, Role.public), "", Filters(theft_place="Veldermond"))


def test_the_page_searches_by_fields_and_keeps_what_was_filled_in(service: Running) -> None:
    given = {**dict.fromkeys(AGREES, ""), "maker": "Marsen", "size": "height 46 cm", "q": '"><script>'}
    page = service.client.get("/words", params=given | {"q": ""}, headers=BROWSER).text
    assert re.search(r'name="maker" value="Marsen"', page)
    assert '<details class="fields" open>' in page
    assert "1 record agrees" in page
    assert "Searched for maarsen instead of Marsen".lower() in page.lower()
    assert "Lemon, pewter jug and oysters" in page
    nothing = service.client.get("/words", params=given, headers=BROWSER).text
    assert "No record agrees with all of this" in nothing
    assert "does not clear" in nothing
    assert "<script>" not in nothing
    plain = service.client.get("/words", params=dict.fromkeys(AGREES, ""), headers=BROWSER).text
    assert '<details class="fields">' in plain
    wrong = service.client.get("/words", params={"made_from": '"<b>'}, headers=BROWSER)
    assert wrong.status_code == 422
    assert "Made from: year:" in wrong.text
    assert "<b>" not in wrong.text


def test_the_page_goes_on_with_the_same_fields(tmp_path: Path) -> None:
    with serving(settings_in(tmp_path)) as running:
        for at in range(21):
            running.client.post(f"{API}/objects", json={"title": f"Lamp {at}", "maker": "A & B"})
        page = running.client.get("/words", params={"maker": "a & b"}, headers=BROWSER).text
        (following,) = re.findall(r'href="(/words\?[^"#]*after=[^"#]*)#records"', page)
        second = running.client.get(html.unescape(following), headers=BROWSER).text
        assert "21 records agree" in second
        assert len(re.findall(r'<a href="/objects/\d+">Lamp', second)) == 1


def test_the_log_tells_the_fields_and_not_what_was_asked(service: Running) -> None:
    with capture_logs() as events:
        found(service, maker="maarsen", theft_place="veldermond", q="lemon")
    (line,) = [dict(each) for each in events if each["event"] == "searched by fields"]
    assert line.pop("ms") >= 0
    assert line == {
        "event": "searched by fields",
        "log_level": "info",
        "words": 1,
        "fields": ["maker", "theft_place"],
        "records": 1,
    }
    event = AuditTrail(service.parts.register.database).events(limit=1000, kind="search.words")[-1]
    told = {"words": 1, "pictures": 0, "records": 1, "fields": ["maker", "theft_place"]}
    assert event.values()["details"] == told, "the names of fields, and nothing that stood in them"


def test_fields_are_read_as_people_write_them() -> None:
    read = FieldsAsked(**AGREES).filters()
    assert (str(read.theft_from), str(read.theft_to)) == ("2024-11-01", "2024-12-31")
    assert [(str(each), each.tolerance) for each in read.measurements] == [
        ("height 18.5 in", Decimal("4.5")),
        ("width 38 cm", Decimal("4.5")),
    ]
    (one,) = FieldsAsked(size="Höhe 3,5 cm").filters().measurements
    assert (str(one), one.tolerance) == ("height 3.5 cm", TOLERANCE)
    with pytest.raises(FieldsRefused, match=r"Made from: .* Theft to: ") as refused:
        FieldsAsked(made_from="x", theft_to="y").filters()
    assert [name for name, _ in refused.value.errors] == ["made_from", "theft_to"]


def test_the_fields_stand_in_the_page_on_the_api() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    section = page[page.index("## Records without a picture") :]
    named = [name for row in re.findall(r"^\| (`.+`) \|", section, re.MULTILINE) for name in row.split()]
    assert {f"`{name}`" for name in ("q", *AGREES)} <= set(named)
