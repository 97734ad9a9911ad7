"""Imports over HTTP: inspected, and taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from data.exchange.csv_import import import_csv
from data.exchange.import_lock import held
from data.intake import IntakePool
from service.workshop import opened_register
from tests.data.lists import write_list
from tests.service.serving import API, Running, assert_problem, serving, settings_in

IMPORTS = f"{API}/imports"


@pytest.fixture(scope="module")
def open_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service over a register into which two lists were imported."""
    folder = tmp_path_factory.mktemp("imports")
    settings = settings_in(folder)
    with opened_register(settings) as register, IntakePool(workers=1) as pool:
        for maker in ("M", "N"):
            rows = [{"record_id": str(one), "title": f"Vase {one}", "maker": maker} for one in range(3)]
            import_csv(register, write_list(folder / "lists", rows), pool=pool)
    with serving(settings) as service:
        yield service


def test_imports_are_listed_latest_first_in_pages(open_service: Running) -> None:
    page = open_service.client.get(IMPORTS, params={"limit": 1}).json()
    assert [one["id"] for one in page["imports"]] == [2]
    rest = open_service.client.get(IMPORTS, params={"before": page["next_before"]}).json()
    assert [one["id"] for one in rest["imports"]] == [1]
    assert rest["next_before"] is None
    first = open_service.client.get(f"{IMPORTS}/1").json()
    assert first == rest["imports"][0]
    assert (first["state"], first["added"], first["rows"]) == ("finished", 3, 3)
    assert len(first["sha256"]) == 64


def test_changes_are_listed_in_pages(open_service: Running) -> None:
    address = f"{IMPORTS}/2/changes"
    page = open_service.client.get(address, params={"limit": 2}).json()
    assert [one["line"] for one in page["changes"]] == [2, 3]
    assert page["changes"][0]["changes"] == [{"field": "maker", "before": "M", "after": "N"}]
    rest = open_service.client.get(address, params={"after": page["next_after"]}).json()
    assert [one["line"] for one in rest["changes"]] == [4]
    assert rest["next_after"] is None
    assert open_service.client.get(address, params={"kept": True}).json()["changes"] == []


@pytest.mark.parametrize("address", ["/99", "/99/changes"])
def test_what_there_is_not_is_a_problem(open_service: Running, address: str) -> None:
    assert_problem(open_service.client.get(IMPORTS + address), 404, "import-not-found")
    assert_problem(open_service.client.post(f"{IMPORTS}/99/undo"), 404, "import-not-found")


@pytest.mark.parametrize(
    "address", ["/0", "/-1", "/x", f"/{2**31}", "?limit=0", "?before=0", "/1/changes?after=-1"]
)
def test_what_no_number_can_be_is_a_problem(open_service: Running, address: str) -> None:
    assert_problem(open_service.client.get(IMPORTS + address), 422, "invalid-request")


def test_an_import_is_undone_once(open_service: Running) -> None:
    objects = f"{API}/objects"
    open_service.client.patch(f"{objects}/2", json={"maker": "Corrected"})
    with opened_register(open_service.settings) as register, held(register.database, 2):
        assert_problem(open_service.client.post(f"{IMPORTS}/2/undo"), 409, "import-running")
    done = open_service.client.post(f"{IMPORTS}/2/undo").json()
    assert not done["already"]
    assert done["import"]["state"] == "undone"
    undoing = done["import"]["undoing"]
    assert (undoing["returned"], undoing["kept"], undoing["withdrawn"], undoing["by"]) == (
        2,
        1,
        0,
        "api, 127.0.0.1",
    )
    makers = [one["record"]["maker"] for one in open_service.client.get(objects).json()["objects"]]
    assert makers == ["M", "Corrected", "M"]
    (kept,) = open_service.client.get(f"{IMPORTS}/2/changes", params={"kept": True}).json()["changes"]
    assert (kept["object_id"], kept["kept"]) == (2, ["maker"])
    again = open_service.client.post(f"{IMPORTS}/2/undo").json()
    assert again == {"import": done["import"], "already": True}


def test_another_website_undoes_nothing(open_service: Running) -> None:
    answer = open_service.client.post(f"{IMPORTS}/1/undo", headers={"Origin": "https://elsewhere.example"})
    assert_problem(answer, 403, "foreign-origin")
    assert open_service.client.get(f"{IMPORTS}/1").json()["state"] == "finished"
