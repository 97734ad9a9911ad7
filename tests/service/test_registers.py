"""Source registers over HTTP and by commands, and objects that no photo can find."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.registered import OWN_KEY
from data.source_registers import EXAMPLE
from service import commands
from tests.drawing import draw_photo, photograph_again
from tests.service.serving import (
    API,
    Running,
    assert_problem,
    index,
    register_drawn,
    serving,
    settings_in,
    wait_until,
)

REGISTERS, OBJECTS = f"{API}/registers", f"{API}/objects"
OTHER = {**EXAMPLE, "key": "other", "name": "Other", "as_of": "2026-03-01"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service over one drawn object, indexed, and a second register with two objects, one with a photograph."""
    settings = settings_in(tmp_path_factory.mktemp("registers"))
    register_drawn(settings, [71])
    index(settings)
    with serving(settings) as service:
        assert service.client.post(REGISTERS, json=OTHER).status_code == 201
        for title in ("Without", "With"):
            made = service.client.post(OBJECTS, json={"title": title}, params={"register": "other"})
            assert made.json()["source_register"] == {"key": "other", "name": "Other"}
        photo = {"photo": ("a.jpg", draw_photo(72))}
        assert service.client.post(f"{OBJECTS}/3/photographs", files=photo).status_code == 201
        wait_until(lambda: service.parts.keeper.status().live == 1)
        yield service


def test_registers_are_listed_with_what_can_be_searched(service: Running) -> None:
    own, other = service.client.get(REGISTERS).json()["registers"]
    assert (own["key"], own["name"], own["objects"]) == (OWN_KEY, "This register", 1)
    assert {name: other[name] for name in OTHER} == OTHER
    assert (other["objects"], other["objects_with_photographs"], other["photographs"]) == (2, 1, 1)
    assert service.client.get(f"{REGISTERS}/other").json() == other


def test_a_register_is_added_and_changed(service: Running) -> None:
    made = service.client.post(REGISTERS, json={"key": "third", "name": "Third"})
    assert made.status_code == 201
    address = made.headers["location"]
    assert service.client.get(address).json() == made.json()
    changed = service.client.patch(
        address,
        content=b'{"contact": "somebody", "as_of": "2026-05-01"}',
        headers={"Content-Type": "application/merge-patch+json"},
    ).json()
    assert (changed["name"], changed["contact"], changed["as_of"]) == ("Third", "somebody", "2026-05-01")
    assert changed["updated_at"] > made.json()["updated_at"]
    assert service.client.get(address).json() == changed


@pytest.mark.parametrize("key", ["nothing", "Upper", "%00", "..%2Fobjects"])
def test_a_register_that_is_not_there(service: Running, key: str) -> None:
    for method in ("GET", "PATCH"):
        body = {"name": "N"} if method == "PATCH" else None
        answer = service.client.request(method, f"{REGISTERS}/{key}", json=body)
        code = "not-found" if "2F" in key else "source-register-not-found"
        assert_problem(answer, 404, code)
    if "2F" not in key:
        asked = service.client.get(f"{OBJECTS}?register={key}")
        assert_problem(asked, 404, "source-register-not-found")
        made = service.client.post(f"{OBJECTS}?register={key}", json={"title": "T"})
        assert_problem(made, 404, "source-register-not-found")


def test_an_entry_that_is_refused(service: Running) -> None:
    assert_problem(service.client.post(REGISTERS, json=OTHER), 409, "source-register-taken")
    for entry, where in (
        ({"key": "Ab", "name": "N"}, "body.key"),
        ({"key": "ab"}, "body.name"),
        ({"key": "ab", "name": "N", "url": "javascript:alert(1)"}, "body.url"),
        ({"key": "ab", "name": "N", "id": 1}, "body.id"),
    ):
        problem = assert_problem(service.client.post(REGISTERS, json=entry), 422, "invalid-request")
        assert problem["errors"][0]["where"] == where
    for change, where in (
        ({"key": "ab"}, "body.key"),
        ({"name": None}, "body.name"),
        ({"as_of": 3}, "body.as_of"),
    ):
        problem = assert_problem(
            service.client.patch(f"{REGISTERS}/other", json=change), 422, "invalid-request"
        )
        assert problem["errors"][0]["where"] == where
    assert_problem(service.client.get(f"{REGISTERS}/{'x' * 41}"), 422, "invalid-request")
    assert_problem(service.client.post(REGISTERS, content=b"{"), 415, "unsupported-body")


def test_objects_are_listed_by_register_and_without_pictures(service: Running) -> None:
    def listed(**asked: str) -> list[int]:
        return [one["id"] for one in service.client.get(OBJECTS, params=asked).json()["objects"]]

    assert listed(register="other") == [2, 3]
    assert listed(register="own") == [1]
    assert listed(pictures="none") == [2]
    assert listed(pictures="none", register="own") == []
    assert_problem(service.client.get(OBJECTS, params={"pictures": "some"}), 422, "invalid-request")


def test_a_search_says_what_it_covered(service: Running) -> None:
    covered = service.found(photograph_again(71))["covered"]
    assert (covered["objects"], covered["objects_with_photographs"], covered["photographs"]) == (3, 2, 2)
    assert covered["without_usable_picture"] == 1
    own, other = covered["registers"][:2]
    assert (own["key"], own["objects"], own["without_usable_picture"], own["as_of"]) == ("own", 1, 0, None)
    assert (other["name"], other["objects"], other["objects_with_photographs"]) == ("Other", 2, 1)
    assert (other["photographs"], other["without_usable_picture"]) == (1, 1)
    assert other["as_of"] == "2026-03-01"
    assert other["updated_at"] < covered["taken_at"]


def test_the_commands_say_the_same(
    service: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ARTRIEVE_DATA_DIR", str(service.settings.data_dir))

    def said(*command: str) -> str:
        assert commands.run(command) == 0, capsys.readouterr().err
        return capsys.readouterr().out

    lines = [line.split("\t") for line in said("objects", "--without-pictures").splitlines()]
    assert [line[:2] for line in lines[1:]] == [["2", "Without"]]
    listed = json.loads(said("objects", "--register", "other", "--limit", "1", "--json"))
    assert (listed["objects"][0]["id"], listed["next_after"]) == (2, 2)
    assert said("objects", "--status", "withdrawn").splitlines()[1:] == []
    assert "other\tOther\tPolice of Veldermond\t2\t1\t1\t2026-03-01" in said("register", "list")
    assert json.loads(said("register", "list", "--json")) == service.client.get(REGISTERS).json()
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(photograph_again(71))
    told = said("search", str(photo))
    assert "Register Other: 1 photographs of 1 of its 2 objects, as of 2026-03-01, updated " in told
    assert "1 of 3 objects have no usable picture: no photo can find them." in told


def test_registers_are_added_amended_and_imported_into_by_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ARTRIEVE_DATA_DIR", str(tmp_path / "home"))
    path = tmp_path / "list.csv"
    path.write_text("record_id,title\n7,Vase\n")
    added = [
        "register",
        "add",
        "other",
        "--name",
        "Other",
        "--as-of",
        "2026-03-01",
        "--url",
        "https://o.example",
    ]
    for command, code, words in (
        (added, 0, "Added the source register other: Other."),
        (added, 1, "already"),
        (["register", "add", "Big", "--name", "B"], 2, "key is no key"),
        (["register", "amend", "other", "--name", "The other", "--contact", "c"], 0, "other is: The other."),
        (["register", "amend", "other", "--name", ""], 2, "name is empty"),
        (["register", "amend", "other"], 2, "Nothing was given"),
        (["register", "amend", "nowhere", "--name", "N"], 1, "no source register 'nowhere'"),
        (["import", str(path), "--register", "nowhere"], 1, "no source register 'nowhere'"),
        (["import", str(path), "--register", "other"], 0, "1 added"),
        (["objects", "--register", "other"], 0, "1\tVase\t\tstolen\tother\t0"),
        (["objects", "--register", "nowhere"], 1, "no source register 'nowhere'"),
        (["objects", "--status", "gone"], 2, "is no status"),
        (["objects", "--without-pictures", "--limit", "1"], 0, "1\tVase"),
        (["register", "list"], 0, "other\tThe other\t\t1\t0\t0\t2026-03-01"),
    ):  # fmt: skip
        assert commands.run(command) == code, command
        said = capsys.readouterr()
        assert words in " ".join(said.out.split(" ")) + said.err.replace("\n", " "), (command, said)
