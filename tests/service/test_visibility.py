"""Every surface of the service as each role sees it: what is hidden is nowhere, and who may not write does not."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from sqlalchemy import text
from structlog.testing import capture_logs

from data.actor import Why
from data.exchange.csv_import import import_csv
from data.intake import IntakePool
from data.object_id import EXAMPLE
from data.search_log import SearchLog
from data.visibility import LEVELS, Role, hidden_from, may_write, sees
from service import commands
from service.pages import duplicates as duplicate_pages
from service.pages import routes as pages
from service.workshop import opened_register
from tests.data.lists import write_list
from tests.drawing import photograph_again
from tests.service.serving import API, Running, assert_problem, index, register_drawn, serving, settings_in

SEED, TWICE = 61, 62
OLD, BARE = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
# A word of its own for each field that holds words, none so like another as to be taken for a slip of it.
PLANTED = {
    "type_path": "plantedtype",
    "materials": "plantedmaterials",
    "inscriptions": "plantedinscriptions",
    "distinguishing_features": "plantedfeatures",
    "title": "plantedtitle",
    "subject": "plantedsubject",
    "date.text": "plantedperiod",
    "maker": "plantedmaker",
    "description": "planteddescription",
    "inventory_number": "plantedinventory",
    "related_written_material": "plantedwritten",
    "place_of_origin": "plantedorigin",
    "related_objects": "plantedrelated",
    "authority": "plantedauthority",
    "case_reference": "plantedcase",
    "theft.place": "plantedplace",
    "theft.circumstances": "plantedcircumstances",
    "owner.name": "plantedowner",
    "owner.contact": "plantedcontact",
}
FIELDS: dict[str, Any] = {
    **{name: word for name, word in PLANTED.items() if "." not in name},
    "type_path": ["plantedtype"],
    "date": {"text": "plantedperiod"},
    "theft": {"place": "plantedplace", "circumstances": "plantedcircumstances", "earliest": "2024-11-02"},
    "owner": {"name": "plantedowner", "contact": "plantedcontact"},
}  # fmt: skip
HIDING = (Role.public, Role.professional)
Services = Mapping[Role, Running]


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """One register, served to each role."""
    folder = tmp_path_factory.mktemp("roles")
    register_drawn(settings_in(folder), [SEED], **FIELDS)
    tell_a_history(folder)
    register_drawn(settings_in(folder), [TWICE, TWICE], **FIELDS)
    index(settings_in(folder))
    given = [settings_in(folder, role=role) for role in Role]
    with serving(given[0]) as first, serving(given[1]) as second, serving(given[2]) as third:
        yield dict(zip(Role, (first, second, third), strict=True))


def tell_a_history(folder: Path) -> None:
    """An object that was imported, imported again with other values, and changed for a reason."""
    with opened_register(settings_in(folder)) as register, IntakePool(workers=1) as pool:
        for later in ("", " later"):
            row = {name: word + later for name, word in LISTED.items()}
            import_csv(register, write_list(folder / "lists", [{"record_id": "1", **row}]), pool=pool)
        register.amend(2, {"case_reference": "", "owner": None, "theft": None}, why=WHY)


LISTED = {
    "title": "plantedtitle",
    "case_reference": "plantedcase",
    "theft_place": "plantedplace",
    "circumstances": "plantedcircumstances",
    "owner": "plantedowner",
    "owner_contact": "plantedcontact",
}
WHY = Why(reason="plantedreason", source="plantedletter")
WHYS = {"plantedreason", "plantedletter"}


def hidden_words(role: Role) -> set[str]:
    return {word for name, word in PLANTED.items() if not sees(role, name)} | (
        set() if may_write(role) else WHYS
    )


def assert_nothing_hidden_in(told: str, role: Role) -> None:
    assert {word for word in hidden_words(role) if word in told} == set()


def test_every_field_that_is_not_for_everybody_is_planted() -> None:
    assert {name for name, level in LEVELS.items() if level != "public"} < set(PLANTED) <= set(LEVELS)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("path", ["/objects/1", "/objects"])
def test_an_object_shows_the_fields_of_the_role_and_names_the_others(
    services: Services, role: Role, path: str
) -> None:
    answer = services[role].client.get(API + path)
    shown = {name for name, word in PLANTED.items() if word in answer.text}
    assert shown == {name for name in PLANTED if sees(role, name)}
    found = answer.json() if path.endswith("1") else answer.json()["objects"][0]
    assert found["hidden"] == sorted(hidden_from(role))
    assert found["source_register"] == {"key": "own", "name": "This register"}


def test_what_one_role_has_in_its_cache_is_not_anothers(services: Services) -> None:
    tags = {
        role: service.client.get(f"{API}/objects/1").headers["etag"] for role, service in services.items()
    }
    assert tags[Role.registrar] == '"1"'
    for role in HIDING:
        asked = services[role].client.get(f"{API}/objects/1", headers={"If-None-Match": tags[Role.registrar]})
        assert asked.status_code == 200
        asked = services[role].client.get(f"{API}/objects/1", headers={"If-None-Match": tags[role]})
        assert asked.status_code == 304


def operations(service: Running) -> list[tuple[str, str]]:
    """Method and path of everything that can be asked for: the API as it describes itself, and the pages."""
    document = service.client.get(f"{API}/openapi.json").json()
    api = [(method.upper(), path) for path, methods in document["paths"].items() for method in methods]
    shown = [
        (method, route.path)
        for router in (pages.router, duplicate_pages.router)
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in sorted(route.methods or ())
    ]
    return api + shown


GIVEN = {
    "object_id": "1",
    "photograph_id": "1",
    "number": "0",
    "rank": "1",
    "kind": "overlay",
    "key": "own",
    "version": "1",
    "import_id": "2",
    "duplicate_id": "1",
}


@pytest.mark.parametrize("role", Role)
def test_no_address_that_can_be_read_shows_what_is_hidden(services: Services, role: Role) -> None:
    search = services[Role.registrar].found(photograph_again(SEED))["id"]
    client = services[role].client
    asked = {
        path.format(**GIVEN, search_id=search)
        for method, path in operations(services[role])
        if method == "GET"
    }
    assert {"/objects/1", f"{API}/objects/1", f"{API}/searches/{search}", f"{API}/words", "/words"} <= asked
    asked |= {f"{API}/objects/2/history"} | {f"{API}/objects/2/history/{version}" for version in (1, 2, 3)}
    registrars_only = {path for path in asked if path.startswith(f"{API}/imports") or "/duplicates" in path}
    assert len(registrars_only) == 7
    for path in sorted(asked):
        answer = client.get(path, params={"q": "plantedtitle"} if path.endswith(("/words", "/find")) else {})
        refused = path in registrars_only and role in HIDING
        assert answer.status_code == (403 if refused else 200), (path, answer.text)
        if not answer.headers["content-type"].startswith("image/"):
            assert_nothing_hidden_in(answer.text, role)
    assert ("plantedowner" in client.get("/objects/1").text) is (role is Role.registrar)
    assert ("Case reference" in client.get("/objects/1").text) is (role is Role.registrar)


def kept_of(response: httpx.Response) -> dict[str, Any]:
    """The record as it was kept, without what has become of its candidates since."""
    return {name: part for name, part in response.json().items() if name != "since"}


@pytest.mark.parametrize("role", Role)
def test_a_search_record_holds_what_its_searcher_sees(services: Services, role: Role) -> None:
    record = services[role].found(photograph_again(SEED))
    assert (record["verdict"], record["role"]) == ("match", role)
    found = record["candidates"][0]["object"]
    assert (found["case_reference"] == "plantedcase") is sees(role, "case_reference")
    assert (found["theft"]["place"] == "plantedplace") is sees(role, "theft.place")
    assert (found["theft"]["earliest"], found["authority"]) == ("2024-11-02", "plantedauthority")
    assert found["source_register"] == "This register"
    told = str(record)
    assert_nothing_hidden_in(told, role)
    assert "plantedowner" not in told
    assert "plantedcircumstances" not in told
    for other in Role:
        again = services[other].client.get(f"{API}/searches/{record['id']}")
        assert_nothing_hidden_in(again.text, other)
        assert (kept_of(again) == record) is (hidden_from(other) <= hidden_from(role))


@pytest.mark.parametrize("role", HIDING)
def test_who_may_not_write_is_refused_before_anything_is_read(services: Services, role: Role) -> None:
    before = services[Role.registrar].client.get(f"{API}/objects/1").json()
    seen = services[role].client.get(f"{API}/objects/1").json()["record"]
    writing = [(method, path) for method, path in operations(services[role]) if method != "GET"]
    writing.remove(("POST", f"{API}/searches"))
    assert len(writing) >= 14
    for method, path in writing:
        for body in ({"json": seen}, {"content": b"no json"}, {"files": {"photo": ("a.jpg", b"no photo")}}):
            answer = services[role].client.request(method, path.format(**GIVEN), **body)
            assert_problem(answer, 403, "not-allowed")
    after = services[Role.registrar].client.get(f"{API}/objects/1").json()
    assert after == before  # what they could not see is there as it was


def test_a_registrar_gives_back_what_he_was_given_and_loses_nothing(services: Services) -> None:
    client = services[Role.registrar].client
    before = client.get(f"{API}/objects/1").json()
    assert client.patch(f"{API}/objects/1", json=before["record"]).json() == before


def test_owner_case_and_theft_are_found_by_no_word(services: Services) -> None:
    for role in Role:
        for name in ("owner.name", "owner.contact", "case_reference", "theft.place", "theft.circumstances"):
            answer = services[role].client.get(f"{API}/words", params={"q": PLANTED[name]}).json()
            assert answer["total"] == 0, (role, name)


def test_a_record_from_before_there_were_roles_is_seen_likewise(services: Services) -> None:
    registrar = services[Role.registrar]
    record = registrar.found(photograph_again(SEED))
    old = {**record, "id": OLD, "candidates": [*record["candidates"], "told otherwise", {"rank": 9}]}
    del old["role"]
    log = SearchLog(registrar.parts.register.database)
    log.save(OLD, old, datetime.now(UTC))
    assert kept_of(registrar.client.get(f"{API}/searches/{OLD}")) == old
    seen = services[Role.public].client.get(f"{API}/searches/{OLD}")
    assert_nothing_hidden_in(seen.text, Role.public)
    assert seen.json()["candidates"][-2:] == old["candidates"][-2:]
    log.save(BARE, {"id": BARE}, datetime.now(UTC))
    assert kept_of(services[Role.public].client.get(f"{API}/searches/{BARE}")) == {"id": BARE}


def test_nothing_restricted_reaches_the_log_or_the_index(
    services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    service, secret = services[Role.registrar], {**EXAMPLE, **FIELDS}
    restricted = hidden_words(Role.professional)
    with capture_logs() as lines, caplog.at_level(logging.DEBUG):
        made = service.client.post(f"{API}/objects", json=secret)
        assert made.status_code == 201
        address = f"{API}/objects/{made.json()['id']}"
        service.client.patch(address, json={"owner": {"name": "plantedowner II"}})
        service.client.patch(address, json={"owner": {"name": "plantedowner\x00"}})
        service.client.patch(address, json={"owner": {"plantedcontact": "plantedowner"}})
        service.found(photograph_again(SEED))
        with service.parts.register.database.session(writes=True) as session:
            session.execute(text("UPDATE register_state SET last_object_id = last_object_id - 1"))
        assert_problem(service.client.post(f"{API}/objects", json=secret), 500, "internal-error")
        with service.parts.register.database.session(writes=True) as session:
            session.execute(text("UPDATE register_state SET last_object_id = last_object_id + 1"))
    told = "".join(f"{line}{traceback_of(line)}" for line in lines) + caplog.text
    assert "object registered" in told
    assert "IntegrityError" in told
    assert {word for word in restricted if word in told} == set()
    index(service.settings)
    files = [path for path in service.settings.index_dir.rglob("*") if path.is_file()]
    assert len(files) > 5
    for path in files:
        held = path.read_bytes()
        assert not [word for word in restricted if word.encode() in held], path


def traceback_of(line: Mapping[str, Any]) -> str:
    error = line.get("exc_info")
    return "".join(traceback.format_exception(error)) if isinstance(error, BaseException) else ""


@pytest.mark.parametrize("role", Role)
def test_the_commands_show_what_the_role_sees(
    services: Services,
    role: Role,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ARTRIEVE_DATA_DIR", str(services[role].settings.data_dir))
    monkeypatch.setenv("ARTRIEVE_ROLE", role)
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(photograph_again(SEED))
    for command in (
        ["objects", "--json"],
        ["objects"],
        ["search", str(photo), "--json"],
        ["search", str(photo)],
        ["words", "plantedtitle", "--json"],
        ["words", "plantedtitle"],
        ["register", "list", "--json"],
        ["gaps", "--json"],
        ["gaps"],
        ["object", "history", "2"],
        ["object", "history", "2", "--json"],
        ["object", "history", "2", "--version", "1"],
    ):
        assert commands.run(command) == 0, command
        said = capsys.readouterr()
        assert_nothing_hidden_in(said.out + said.err, role)
        if command == ["objects", "--json"]:
            assert ("plantedowner" in said.out) is (role is Role.registrar)
            assert ("plantedplace" in said.out) is (role is not Role.public)


@pytest.mark.parametrize("role", Role)
def test_what_is_for_registrars_is_shown_to_nobody_else(
    services: Services, role: Role, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ARTRIEVE_DATA_DIR", str(services[role].settings.data_dir))
    monkeypatch.setenv("ARTRIEVE_ROLE", role)
    for command in (
        ["imports", "list", "--json"],
        ["imports", "show", "2"],
        ["imports", "show", "2", "--json"],
        ["mapping", "list"],
        ["audit", "list", "--json"],
        ["audit", "show", "1"],
        ["audit", "verify"],
        ["quarantine"],
    ):
        assert commands.run(command) == (0 if may_write(role) else 1), command
        said = capsys.readouterr()
        assert ("ARTRIEVE_ROLE" in said.err) is not may_write(role)
        assert said.out == "" or may_write(role)
        if command == ["imports", "show", "2", "--json"]:
            assert ("plantedowner later" in said.out) is may_write(role)


def test_a_history_shows_registrars_who_and_why_and_others_what(services: Services) -> None:
    for role, service in services.items():
        versions = service.client.get(f"{API}/objects/2/history").json()["versions"]
        assert [each["change"] for each in versions] == ["reported", "amended", "amended"]
        assert (versions[2]["reason"] == WHY.reason) is may_write(role)
        assert versions[2]["fields"] == (
            ["case_reference", "theft", "owner"] if may_write(role) else ["theft"]
        )
        assert bool(versions[0]["actor"]["name"]) is may_write(role)
        former = service.client.get(f"{API}/objects/2/history/1").json()
        assert former["hidden"] == sorted(hidden_from(role))
        assert (former["record"]["owner"] is not None) is may_write(role)
        assert (
            former["completeness"]
            == services[Role.registrar].client.get(f"{API}/objects/2/history/1").json()["completeness"]
        )


@pytest.mark.parametrize("role", HIDING)
def test_no_command_changes_the_register_for_who_may_not(
    role: Role, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ARTRIEVE_DATA_DIR", str(tmp_path / "home"))
    monkeypatch.setenv("ARTRIEVE_ROLE", role)
    (tmp_path / "list.csv").write_text("title\nVase\n")
    for command in (
        ["import", str(tmp_path / "list.csv")],
        ["register", "add", "other", "--name", "Other"],
        ["register", "amend", "own", "--name", "Mine"],
        ["object", "recover", "1", "--reason", "found"],
        ["imports", "undo", "1", "--yes"],
        ["mapping", "remove", "theirs"],
    ):
        assert commands.run(command) == 1
        assert "ARTRIEVE_ROLE" in capsys.readouterr().err
    assert not (tmp_path / "home").exists()
