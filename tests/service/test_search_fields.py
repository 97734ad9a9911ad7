"""A photo and what is known of the object in one search: compared, narrowed, flagged, kept, and told to whom."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from data.audit import AuditTrail
from data.audit_verify import verify
from data.object_id import ObjectRecord
from data.search_log import SearchLog
from data.visibility import Role
from service.in_hand import NARROW, ORIGIN, SCHEMAS, in_hand
from service.records.reading import record_seen_by
from service.workshop import opened_register
from service.yes_or_no import yes_or_no
from tests.conftest import ROOT
from tests.drawing import draw_photo, photograph_again
from tests.service.serving import API, Running, assert_problem, index, register_drawn, serving, settings_in

SMALL = [{"dimension": "height", "value": "9", "unit": "cm"}]
PICTURELESS = 4
OLD = "11111111-1111-4111-8111-111111111111"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Object 1 with every field, 2 by another maker, 3 small and of bronze, 4 like 1 and without a photograph."""
    settings = settings_in(tmp_path_factory.mktemp("fields"))
    register_drawn(settings, [1])
    register_drawn(settings, [2], maker="Ilse Vandermeer")
    register_drawn(settings, [3], type_path=["sculpture"], materials="bronze", measurements=SMALL, maker="")
    with opened_register(settings) as register:
        record = register.get(1).record
        register.report(ObjectRecord.model_validate({**record.model_dump(), "title": "Pendant"}))
    index(settings)
    with serving(settings) as running:
        yield running


def without_words(record: dict[str, Any]) -> list[dict[str, Any]]:
    """The candidates but for what was said of the object."""
    return [{**each, "fields": []} for each in record["candidates"]]


def test_what_is_known_is_held_against_each_candidate_and_changes_no_probability(service: Running) -> None:
    plain = service.found(photograph_again(1))
    said = service.found(
        photograph_again(1),
        type="landscape painting",
        size="height 18.5 in; width 60 cm",
        inscriptions="maarsen 1652",
    )
    assert without_words(said) == plain["candidates"]
    assert (said["verdict"], said["meaning"]) == (plain["verdict"], plain["meaning"])
    assert (plain["asked"], plain["risk_flags"], plain["covered"]["narrowed"]) == (None, [], None)
    assert said["covered"]["narrowed"] is None
    of_object = {each["object_id"]: each["fields"] for each in said["candidates"]}
    assert [(each["field"], each["outcome"]) for each in of_object[1]] == [
        ("type", "agrees"),
        ("measurements", "agrees"),
        ("measurements", "disagrees"),
        ("inscriptions", "agrees"),
    ]
    assert of_object[1][1]["words"] == "height 18.5 in, registered height 46.5 cm: agrees, within 5 %"
    assert [each["outcome"] for each in of_object[3]] == ["disagrees", "disagrees", "unknown", "agrees"]
    assert said["asked"] == {
        "fields": {
            "type": "landscape painting",
            "inscriptions": "maarsen 1652",
            "size": "height 18.5 in; width 60 cm",
        },
        "narrowed": False,
        "corrections": [],
        "meaning": "What was said is held against each record for people to weigh. It changes no probability and no "
        "verdict.",
    }


def test_a_search_is_narrowed_before_anything_is_retrieved(service: Running) -> None:
    answer = service.found(photograph_again(1), maker="Marsen", narrow="true")
    assert answer["verdict"] == "match"
    assert [each["object_id"] for each in answer["candidates"]] == [1]
    narrowed = answer["covered"]["narrowed"]
    assert (narrowed["objects"], narrowed["photographs"], narrowed["without_usable_picture"]) == (2, 1, 1)
    assert [(each["object_id"], each["title"]) for each in narrowed["pictureless"]] == [
        (PICTURELESS, "Pendant")
    ]
    assert answer["asked"]["narrowed"] is True
    assert answer["asked"]["corrections"] == [
        "Searched for maarsen instead of marsen in maker, which no record has."
    ]
    assert (
        "were searched: 2, 1 of them without a usable picture. All others were left out" in answer["meaning"]
    )
    assert answer["covered"]["objects"] == 4, "the register as a whole is told too"
    read = json.loads(service.client.get(f"{API}/searches/{answer['id']}").content)
    del read["since"]
    assert read == answer


def test_what_it_was_narrowed_from_is_not_found(service: Running) -> None:
    answer = service.found(photograph_again(1), maker="Vandermeer", narrow="true")
    assert answer["verdict"] == "none"
    assert {each["object_id"] for each in answer["candidates"]} <= {2}
    assert "No photograph that was searched agrees with this photo." in answer["meaning"]
    assert "does not clear the object" in answer["meaning"]


@pytest.mark.parametrize("fields", [{"maker": "nobody"}, {"status": "recovered"}])
def test_where_no_object_agrees_nothing_is_searched_and_that_is_said(
    service: Running, fields: dict[str, str]
) -> None:
    answer = service.found(photograph_again(1), narrow="true", **fields)
    assert (answer["verdict"], answer["candidates"]) == ("none", [])
    assert answer["covered"]["narrowed"] == {
        "objects": 0, "photographs": 0, "without_usable_picture": 0, "pictureless": [],
    }  # fmt: skip
    assert answer["meaning"].startswith(
        "No registered object agrees with all fields that were given, so nothing was"
    )
    assert "does not clear the object" in answer["meaning"]


def test_what_falls_in_a_category_at_risk_is_flagged_and_is_no_match(service: Running) -> None:
    said = {
        "type": "terracotta sculpture",
        "place_of_origin": "Nok, Nigeria",
        "made_from": "-500",
        "made_to": "200",
    }
    answer = service.found(draw_photo(900), **said)
    first = answer["risk_flags"][0]
    assert (first["category"], first["year"]) == ("Nok terracottas", 2000)
    assert "not a match" in first["meaning"]
    assert answer["verdict"] == "none"
    assert in_hand({**said, "made_from": ""}).risk_flags()
    assert in_hand({"type": "terracotta sculpture"}).risk_flags() == ()
    assert (
        "What was said of it does not tell"
        in in_hand({"maker": "Nok", "type": "sculpture"}).risk_flags()[0].why
    )


@pytest.mark.parametrize(
    ("given", "where", "says"),
    [
        ({"narrow": "true"}, "body.narrow", "no field to narrow by"),
        ({"narrow": "true", "place_of_origin": "Haarlem"}, "body.narrow", "no field to narrow by"),
        ({"narrow": "perhaps", "maker": "a"}, "body.narrow", "true or false"),
        ({"size": "tall"}, "body.size", "height 32 cm"),
        ({"made_from": "then"}, "body.made_from", "1652"),
        ({"made_from": "1700", "made_to": "1600"}, "body.fields", "swap"),
        ({"maker": "a " * 150}, "body.maker", "200 are taken"),
        ({"maker": " ".join(f"w{at}" for at in range(21))}, "body.maker", "at most 20"),
        ({"place_of_origin": "%"}, "body.place_of_origin", "at least one letter"),
        ({"tolerance": "much", "size": "height 3 cm"}, "body.size", "per cent"),
        ({"colour": "red"}, "body.colour", "no such field"),
        ({"maker": "x" * 2000}, "body.maker", "at most 1024 bytes"),
    ],
)
def test_what_cannot_be_said(service: Running, given: dict[str, str], where: str, says: str) -> None:
    problem = assert_problem(service.search(draw_photo(1), **given), 422, "invalid-request")
    assert [each["where"] for each in problem["errors"]] == [where]
    assert says in problem["errors"][0]["says"]


def test_empty_fields_and_strange_letters_do_no_harm(service: Running) -> None:
    plain = service.found(photograph_again(2))
    empty = service.found(photograph_again(2), **{**dict.fromkeys(SCHEMAS, ""), "tolerance": "5"})
    assert (empty["asked"], without_words(empty)) == (None, plain["candidates"])
    strange = service.found(photograph_again(2), maker="\x00<b>\u202emaarsen")
    assert strange["asked"]["fields"] == {"maker": "<b> maarsen"}


def test_a_hidden_field_is_no_oracle(service: Running) -> None:
    folder = service.settings.data_dir
    with serving(settings_in(folder, role=Role.public)) as public:
        for narrow in ("true", "false"):
            asked = public.search(photograph_again(1), theft_place="Veldermond", narrow=narrow)
            problem = assert_problem(asked, 422, "invalid-request")
            assert problem["errors"][0]["where"] == "body.theft_place"
        made = service.found(photograph_again(1), theft_place="Veldermond", maker="marsen", narrow="true")
        assert {each["field"] for each in made["candidates"][0]["fields"]} == {"maker", "theft_place"}
        assert made["asked"]["corrections"]
        read = public.client.get(f"{API}/searches/{made['id']}").json()
        assert "eldermond" not in json.dumps(
            {**read, "candidates": [each["fields"] for each in read["candidates"]]}
        )
        assert read["asked"]["fields"] == {"maker": "marsen", "theft_place": ""}
        assert read["asked"]["corrections"] == []
        assert {each["field"] for each in read["candidates"][0]["fields"]} == {"maker"}
        assert read["covered"] == made["covered"]


def test_fields_that_this_version_does_not_know_are_shown_to_nobody_who_sees_less() -> None:
    kept = {
        "asked": {"fields": {"colour": "red", "maker": "x"}},
        "candidates": [{"object": {}, "fields": [{"field": "colour"}, {"field": "maker"}, "words"]}],
        "covered": {"narrowed": {"pictureless": ["x", {"theft": {"place": "x"}}]}},
    }
    seen = record_seen_by(kept, Role.public)
    assert seen["asked"]["fields"] == {"colour": "", "maker": "x"}
    assert seen["candidates"][0]["fields"] == [{"field": "maker"}]
    assert seen["covered"]["narrowed"]["pictureless"] == ["x", {"theft": {"place": ""}}]
    assert record_seen_by(kept, Role.registrar) == kept


def test_trail_and_log_name_the_fields_and_not_what_was_said(service: Running) -> None:
    with capture_logs() as lines:
        answer = service.found(photograph_again(1), maker="maarsen", size="height 46 cm", narrow="true")
    (line,) = [each for each in lines if each["event"] == "searched"]
    assert (line["fields"], line["narrowed"]) == (["maker", "size"], True)
    database = service.parts.register.database
    (event,) = [
        each for each in AuditTrail(database).events(kind="search.photo") if answer["id"] in each.subject
    ]
    details = json.loads(event.details)
    assert (details["fields"], details["narrowed"]) == (["maker", "size"], True)
    assert "maarsen" not in f"{line}{event.details}"


def test_records_from_before_are_read_and_proven_as_ever(service: Running) -> None:
    record = service.found(photograph_again(2))
    for name in ("asked", "risk_flags"):
        del record[name]
    del record["covered"]["narrowed"]
    for each in record["candidates"]:
        del each["fields"]
    database = service.parts.register.database
    SearchLog(database).save(OLD, {**record, "id": OLD}, datetime.now(UTC))
    read = service.client.get(f"{API}/searches/{OLD}").json()
    del read["since"]
    assert read == {**record, "id": OLD}
    assert list(verify(database).faults) == []


def test_the_fields_stand_in_the_page_on_the_api() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    section = page[page.index("### What is known of the object") : page.index("### Alert levels")]
    named = {name for row in re.findall(r"^\| (`.+?`) \|", section, re.MULTILINE) for name in row.split()}
    assert {f"`{name}`" for name in (ORIGIN, NARROW)} <= named
    assert "(#records-without-a-picture)" in section


def test_the_description_of_the_api_has_every_field(service: Running) -> None:
    document = service.client.get(f"{API}/openapi.json").json()
    body = document["paths"][f"{API}/searches"]["post"]["requestBody"]["content"]["multipart/form-data"]
    assert set(SCHEMAS) <= set(body["schema"]["properties"])
    assert in_hand({name: str(body["examples"]["files"]["value"][name]) for name in SCHEMAS}).said


def test_the_form_of_the_page_has_fields_for_what_is_known(service: Running) -> None:
    page = service.client.get("/", headers={"Accept": "text/html"}).text
    asked = set(re.findall(r'<input type="text" id="(\w+)" name="\1"', page))
    assert asked == set(SCHEMAS) - {NARROW, "theft_place", "theft_from", "theft_to", "status"}
    assert page.count('form="drop"') >= len(asked) + 1


@pytest.mark.parametrize(("said", "meant"), [("true", True), (" TRUE", True), ("False", False), ("", False)])
def test_a_ticked_box_is_read_in_any_case_and_for_every_form_alike(said: str, meant: bool) -> None:
    assert in_hand({"narrow": said, "maker": "Nok"}).narrow is meant
    assert yes_or_no(said) is meant
    assert yes_or_no("yes") is None
