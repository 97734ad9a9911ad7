"""Objects and photographs over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from data.object_id import EXAMPLE
from tests.drawing import draw_photo
from tests.service.serving import API, Running, assert_problem, serving, settings_in

OBJECTS = f"{API}/objects"


@pytest.fixture(scope="module")
def open_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service without an index: registering needs none."""
    with serving(settings_in(tmp_path_factory.mktemp("objects"))) as service:
        yield service


def made(service: Running, **fields: Any) -> dict[str, Any]:
    """A newly registered object."""
    response = service.client.post(OBJECTS, json={**EXAMPLE, **fields})
    assert response.status_code == 201, response.text
    answer: dict[str, Any] = response.json()
    return answer


def send_photo(service: Running, object_id: int, photo: bytes, **fields: str) -> Any:
    """POST a photograph of an object."""
    return service.client.post(
        f"{OBJECTS}/{object_id}/photographs", files={"photo": ("Überall.jpg", photo)}, data=fields
    )


def test_an_object_is_registered_and_read(open_service: Running) -> None:
    response = open_service.client.post(OBJECTS, json=EXAMPLE)
    assert response.status_code == 201
    found = open_service.client.get(response.headers["location"])
    assert found.json() == response.json()
    assert found.headers["etag"] == response.headers["etag"] == '"1"'
    assert response.json()["record"] == EXAMPLE
    assert response.json()["photographs"] == []


def test_an_object_that_is_read_again_is_not_sent_again(open_service: Running) -> None:
    address = f"{OBJECTS}/{made(open_service)['id']}"
    tag = open_service.client.get(address).headers["etag"]
    again = open_service.client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert open_service.client.get(address, headers={"If-None-Match": '"77"'}).status_code == 200


@pytest.mark.parametrize(
    ("record", "where", "says"),
    [
        ({}, "body", "at least one of"),
        ({"title": "T", "colour": "red"}, "body.colour", "not permitted"),
        ({"title": "T", "status": "gone"}, "body.status", "'stolen'"),
        ({"title": "T", "theft": {"earliest": "yesterday"}}, "body.theft.earliest", "2024-11-02"),
        ({"title": "a\x00b"}, "body.title", "control character"),
        ({"title": "T" * 401}, "body.title", "400"),
        (
            {"title": "T", "measurements": [{"dimension": "height", "value": -1, "unit": "cm"}]},
            "value",
            "greater",
        ),
    ],
)
def test_a_record_that_is_not_valid(
    open_service: Running, record: dict[str, Any], where: str, says: str
) -> None:
    problem = assert_problem(open_service.client.post(OBJECTS, json=record), 422, "invalid-request")
    assert where in problem["errors"][0]["where"]
    assert says in problem["errors"][0]["says"]


def test_objects_are_listed_a_page_at_a_time(tmp_path_factory: pytest.TempPathFactory) -> None:
    with serving(settings_in(tmp_path_factory.mktemp("pages"))) as service:
        ids = [made(service, status="missing" if at % 2 else "stolen")["id"] for at in range(5)]
        first = service.client.get(OBJECTS, params={"limit": 2}).json()
        assert [each["id"] for each in first["objects"]] == ids[:2]
        second = service.client.get(OBJECTS, params={"limit": 3, "after": first["next_after"]}).json()
        assert [each["id"] for each in second["objects"]] == ids[2:]
        assert second["next_after"] is None
        missing = service.client.get(OBJECTS, params={"status": "missing"}).json()
        assert [each["id"] for each in missing["objects"]] == ids[1::2]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "after=-1", "status=gone", "limit=x", f"after={10**30}"]
)
def test_a_page_that_cannot_be_asked_for(open_service: Running, query: str) -> None:
    assert_problem(open_service.client.get(f"{OBJECTS}?{query}"), 422, "invalid-request")


def test_a_merge_patch_changes_what_it_names_and_nothing_else(open_service: Running) -> None:
    before = made(open_service)
    response = open_service.client.patch(
        f"{OBJECTS}/{before['id']}",
        content=b'{"title": "Lemons", "inventory_number": null, "theft": {"place": "Elsewhere"}}',
        headers={"Content-Type": "application/merge-patch+json"},
    )
    assert response.status_code == 200, response.text
    after = response.json()
    expected = {**EXAMPLE, "title": "Lemons", "inventory_number": ""}
    expected["theft"] = {**EXAMPLE["theft"], "place": "Elsewhere"}
    assert after["record"] == expected
    assert after["version"] == before["version"] + 1
    assert response.headers["etag"] == f'"{after["version"]}"'


def test_a_change_is_refused_if_somebody_was_faster(open_service: Running) -> None:
    address = f"{OBJECTS}/{made(open_service)['id']}"
    tag = open_service.client.get(address).headers["etag"]
    first = open_service.client.patch(address, json={"title": "First"}, headers={"If-Match": tag})
    assert first.status_code == 200
    second = open_service.client.patch(address, json={"title": "Second"}, headers={"If-Match": tag})
    problem = assert_problem(second, 412, "version-conflict")
    assert "version 2" in problem["detail"]
    assert second.headers["etag"] == '"2"'
    assert open_service.client.get(address).json()["record"]["title"] == "First"
    for anyhow in ('W/"2"', "*"):
        response = open_service.client.patch(
            address, json={"title": f"With {anyhow[0]}"}, headers={"If-Match": anyhow}
        )
        assert response.status_code == 200


@pytest.mark.parametrize("tag", ["2", '"two"', '"1", "2"', '""'])
def test_an_if_match_that_is_no_tag(open_service: Running, tag: str) -> None:
    address = f"{OBJECTS}/{made(open_service)['id']}"
    response = open_service.client.patch(address, json={"title": "T"}, headers={"If-Match": tag})
    assert_problem(response, 400, "bad-request")


@pytest.mark.parametrize(
    "patch",
    [
        {"title": "", "type_path": [], "description": "", "inventory_number": ""},
        {"status": None},
        {"colour": "red"},
        {"theft": {"earliest": "2025-01-01", "latest": "2024-01-01"}},
        {"theft": {"latest": {"deep": {"deeper": None}}}},
    ],
)
def test_a_patch_that_would_leave_no_valid_record(open_service: Running, patch: dict[str, Any]) -> None:
    before = made(open_service)
    address = f"{OBJECTS}/{before['id']}"
    assert_problem(open_service.client.patch(address, json=patch), 422, "invalid-request")
    assert open_service.client.get(address).json() == before


def test_an_object_that_is_not_there(open_service: Running) -> None:
    assert_problem(open_service.client.get(f"{OBJECTS}/4711"), 404, "object-not-found")
    assert_problem(open_service.client.patch(f"{OBJECTS}/4711", json={"title": "T"}), 404, "object-not-found")
    assert_problem(send_photo(open_service, 4711, draw_photo(1)), 404, "object-not-found")
    for never in ("0", "-1", "one", str(2**31), str(10**40)):
        assert_problem(open_service.client.get(f"{OBJECTS}/{never}"), 422, "invalid-request")


def test_a_photograph_is_added_once(open_service: Running) -> None:
    object_id = made(open_service)["id"]
    photo = draw_photo(31, suffix=".png")
    first = send_photo(open_service, object_id, photo, view="back")
    assert first.status_code == 201, first.text
    again = send_photo(open_service, object_id, photo, view="back")
    assert (again.status_code, again.json()) == (200, first.json())
    seen = open_service.client.get(f"{OBJECTS}/{object_id}").json()
    now = ("quality", "compared", "duplicates")  # only this answer tells of these
    kept = {name: told for name, told in first.json().items() if name not in now}
    assert seen["photographs"] == [kept]
    assert seen["version"] == 2
    assert (first.json()["view"], first.json()["format"]) == ("back", "PNG")
    assert open_service.client.get(first.headers["location"]).json() == kept


def test_pictures_never_change_and_are_kept_by_browsers(open_service: Running) -> None:
    photograph = send_photo(open_service, made(open_service)["id"], draw_photo(32)).json()
    for address, side in ((photograph["image"], 480), (photograph["thumbnail"], 320)):
        response = open_service.client.get(address)
        assert Image.open(BytesIO(response.content)).width == side
        assert response.headers["content-type"] == "image/jpeg"
        assert response.headers["cache-control"] == "private, max-age=31536000, immutable"
        assert response.headers["x-content-type-options"] == "nosniff"
        again = open_service.client.get(address, headers={"If-None-Match": response.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_a_photograph_that_is_not_there(open_service: Running) -> None:
    for path in ("", "/image", "/thumbnail"):
        assert_problem(open_service.client.get(f"{API}/photographs/4711{path}"), 404, "photograph-not-found")


def test_a_stored_photo_that_was_lost_is_said_so(open_service: Running) -> None:
    photograph = send_photo(open_service, made(open_service)["id"], draw_photo(33)).json()
    key = open_service.parts.register.photograph(photograph["id"]).photo_key
    (stored,) = (open_service.settings.data_dir / "photos").rglob(f"*{key}*")
    stored.unlink()
    assert_problem(open_service.client.get(photograph["image"]), 500, "photo-store-broken")


@pytest.mark.parametrize("view", ["front", "", "overall,back"])
def test_a_view_that_is_none(open_service: Running, view: str) -> None:
    object_id = made(open_service)["id"]
    problem = assert_problem(
        send_photo(open_service, object_id, draw_photo(34), view=view), 422, "invalid-request"
    )
    assert problem["errors"][0]["where"] == "body.view"
    assert open_service.client.get(f"{OBJECTS}/{object_id}").json()["photographs"] == []


def test_a_parameter_that_no_address_has_is_refused(open_service: Running) -> None:
    problem = assert_problem(
        open_service.client.get(OBJECTS, params={"limit": 2, "page": 2}), 422, "invalid-request"
    )
    assert problem["errors"] == [
        {
            "where": "query.page",
            "says": "This address has no such parameter; it takes after, limit, pictures, register, status",
        }
    ]
    address = f"{OBJECTS}/{made(open_service)['id']}"
    for method, where in (("GET", address), ("PATCH", address), ("POST", f"{address}/photographs?view=back")):
        response = open_service.client.request(method, where, params={"x": "1"})
        says = "it takes none" if method == "GET" else "it takes reason, source"
        assert says in assert_problem(response, 422, "invalid-request")["errors"][0]["says"]


def with_photograph(service: Running, seed: int) -> tuple[int, int, str]:
    """A new object with one photograph: their numbers, and the address of the photograph in the object."""
    object_id = made(service)["id"]
    photograph_id = send_photo(service, object_id, draw_photo(seed)).json()["id"]
    return object_id, photograph_id, f"{OBJECTS}/{object_id}/photographs/{photograph_id}"


def test_what_a_photograph_shows_can_be_corrected(open_service: Running) -> None:
    object_id, photograph_id, address = with_photograph(open_service, 41)
    changed = open_service.client.patch(address, json={"view": "back"}, headers={"If-Match": '"2"'})
    assert changed.status_code == 200, changed.text
    assert changed.headers["etag"] == '"3"'
    assert changed.json() == open_service.client.get(f"{OBJECTS}/{object_id}").json()
    assert [(each["id"], each["view"]) for each in changed.json()["photographs"]] == [(photograph_id, "back")]
    late = open_service.client.patch(address, json={"view": "detail"}, headers={"If-Match": '"2"'})
    assert_problem(late, 412, "version-conflict")
    same = open_service.client.patch(address, json={"view": "back"})
    assert same.headers["etag"] == '"3"', "what is so already changes nothing"


@pytest.mark.parametrize("change", [{}, {"view": "front"}, {"view": None}, {"view": "back", "id": 7}, []])
def test_a_change_of_a_photograph_that_is_none(open_service: Running, change: Any) -> None:
    _, _, address = with_photograph(open_service, 42)
    assert_problem(open_service.client.patch(address, json=change), 422, "invalid-request")


def test_a_photograph_can_be_removed(open_service: Running) -> None:
    object_id, photograph_id, address = with_photograph(open_service, 43)
    late = open_service.client.delete(address, headers={"If-Match": '"1"'})
    assert_problem(late, 412, "version-conflict")
    removed = open_service.client.delete(address, headers={"If-Match": '"2"'})
    assert (removed.status_code, removed.headers["etag"]) == (200, '"3"')
    assert removed.json()["photographs"] == []
    assert removed.json() == open_service.client.get(f"{OBJECTS}/{object_id}").json()
    for gone in (address, f"{API}/photographs/{photograph_id}/image"):
        response = open_service.client.request("DELETE" if gone == address else "GET", gone)
        assert_problem(response, 404, "photograph-not-found")
    again = send_photo(open_service, object_id, draw_photo(43))
    assert again.status_code == 201
    assert again.json()["id"] > photograph_id


def test_a_photograph_of_another_object_is_left_alone(open_service: Running) -> None:
    _, photograph_id, _ = with_photograph(open_service, 44)
    other = f"{OBJECTS}/{made(open_service)['id']}/photographs/{photograph_id}"
    assert_problem(open_service.client.delete(other), 404, "photograph-not-found")
    assert_problem(open_service.client.patch(other, json={"view": "back"}), 404, "photograph-not-found")
    nowhere = f"{OBJECTS}/4711/photographs/{photograph_id}"
    assert_problem(open_service.client.delete(nowhere), 404, "object-not-found")
