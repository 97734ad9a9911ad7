"""Searches over HTTP, with the real engine."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import cv2
import httpx
import numpy as np
import psycopg
import pytest
from PIL import Image

from data.intake import take_in
from data.register import NewPhotograph
from data.search_log import SearchLog
from service import searching
from service.records import comparing
from service.records.meanings import MEANINGS
from tests.drawing import draw_photo, draw_pixels, encode, photograph_again
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

UNKNOWN = 900


def as_given(response: httpx.Response) -> bytes:
    """The bytes of a record that is read again, without what is told behind it."""
    record, found, since = response.content.partition(b',"since":{"looked_at":')
    assert found
    assert since.endswith(b"]}}")
    return record + b"}"


def picture_of(response: httpx.Response) -> Image.Image:
    """The JPEG that a response holds."""
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "image/jpeg"
    return Image.open(BytesIO(response.content))


def test_another_photo_of_a_registered_object_is_a_match(running: Running) -> None:
    photo = photograph_again(3)
    answer = running.found(photo)
    best = answer["candidates"][0]
    assert answer["verdict"] == "match"
    assert answer["meaning"] == MEANINGS[answer["verdict"]]
    assert (best["rank"], best["object_id"], best["verdict"]) == (1, 3, "match")
    assert best["object"]["title"] == "Drawing 3"
    assert best["object"]["case_reference"] == "2024-11-0732"
    assert 0.5 < best["score"] <= 1
    assert len(best["points"]) == best["inliers"] > 24
    assert str(best["inliers"]) in best["explanation"]
    assert answer["photos"][0]["sha256"] == hashlib.sha256(photo).hexdigest()
    assert [each["rank"] for each in answer["candidates"]] == list(range(1, len(answer["candidates"]) + 1))
    scores = [each["score"] for each in answer["candidates"]]
    assert scores == sorted(scores, reverse=True)


def test_an_unregistered_object_is_no_match_and_not_cleared(running: Running) -> None:
    answer = running.found(draw_photo(UNKNOWN))
    assert answer["verdict"] == "none"
    assert "does not clear" in answer["meaning"]
    assert all(each["verdict"] == "none" for each in answer["candidates"])


def test_the_words_of_an_answer_never_clear_an_object() -> None:
    for meaning in MEANINGS.values():
        said = meaning.lower()
        assert not [
            bad for bad in ("clean title", "not stolen", "authentic", "legally", "safe") if bad in said
        ]


def test_a_photo_with_nothing_in_it_is_unsearchable(running: Running) -> None:
    grey = BytesIO()
    Image.new("RGB", (400, 300), (128, 128, 128)).save(grey, "JPEG")
    answer = running.found(grey.getvalue())
    assert answer["verdict"] == "unsearchable"
    assert answer["advice"]


def test_the_record_says_what_was_searched_and_with_what(running: Running) -> None:
    covered = running.found(photograph_again(1))["covered"]
    ready = running.client.get("/readyz").json()
    assert covered["generation"] == ready["generation"]
    assert (covered["objects"], covered["objects_with_photographs"], covered["photographs"]) == (8, 8, 8)
    models = running.found(photograph_again(1))["models"]
    assert list(models) == sorted(models)
    assert {"keypoints", "verifier"} <= set(models)


def test_a_search_is_read_again_byte_for_byte(running: Running) -> None:
    posted = running.search(photograph_again(2))
    read = running.client.get(posted.headers["location"])
    assert as_given(read) == posted.content
    assert posted.headers["location"] == f"{API}/searches/{posted.json()['id']}"
    assert UUID(posted.json()["id"]).version == 4


def test_the_same_photo_on_the_same_generation_gives_the_same_candidates(running: Running) -> None:
    first, second = (running.search(photograph_again(4)).json() for _ in range(2))
    assert first["id"] != second["id"]
    assert first["candidates"] == second["candidates"]
    assert str(first["candidates"]) == str(second["candidates"])


def test_the_limit_cuts_the_same_answer_short(running: Running) -> None:
    whole = running.found(photograph_again(5), limit="100")["candidates"]
    assert running.found(photograph_again(5), limit="1")["candidates"] == whole[:1]
    assert len(whole) > 1


@pytest.mark.parametrize("limit", ["0", "101", "-1", "many", "1e2", "²", "9" * 500])
def test_a_limit_that_is_none_is_refused(running: Running, limit: str) -> None:
    problem = assert_problem(running.search(draw_photo(1), limit=limit), 422, "invalid-request")
    assert problem["errors"][0]["where"] == "body.limit"


def test_a_limit_in_the_address_is_not_silently_left_out(running: Running) -> None:
    response = running.client.post(f"{API}/searches?limit=1", files={"photo": ("a.jpg", draw_photo(1))})
    problem = assert_problem(response, 422, "invalid-request")
    assert problem["errors"][0]["where"] == "query.limit"


def test_several_photos_of_one_object(running: Running) -> None:
    answer = running.found(draw_photo(UNKNOWN), photograph_again(6))
    assert len(answer["photos"]) == 2
    assert answer["verdict"] == "match"
    assert (answer["candidates"][0]["object_id"], answer["candidates"][0]["photo"]) == (6, 1)
    picture_of(running.client.get(f"{API}/searches/{answer['id']}/candidates/1/evidence/overlay"))


def test_more_photos_than_are_taken(running: Running) -> None:
    photos = [draw_photo(seed) for seed in range(9)]
    problem = assert_problem(running.search(*photos), 422, "too-many-photos")
    assert "At most 8 photos" in problem["detail"]


def test_of_several_photos_the_bad_one_is_named(running: Running) -> None:
    for at, photos in ((1, [b"text", draw_photo(1)]), (2, [draw_photo(1), b"text"])):
        problem = assert_problem(running.search(*photos), 415, "photo-not-a-photo")
        assert problem["detail"].startswith(f"Photo {at} (photo{at - 1}.jpg): ")
    assert "photo0" not in assert_problem(running.search(b"text"), 415, "photo-not-a-photo")["detail"]


@pytest.mark.parametrize("kind", ["overlay", "underlay", "regions", "matches"])
def test_evidence_is_a_picture(running: Running, kind: str) -> None:
    answer = running.found(photograph_again(3))
    assert kind in answer["candidates"][0]["evidence"]
    response = running.client.get(f"{API}/searches/{answer['id']}/candidates/1/evidence/{kind}")
    assert picture_of(response).width >= 300


def painted_over(seed: int) -> bytes:
    """The drawn photo of this seed in grey, a part of it painted over."""
    pixels = draw_pixels(seed)
    pixels[120:260, 180:330] = (60, 80, 90)
    return encode(np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8))


def test_what_differs_is_told_and_drawn(running: Running) -> None:
    answer = running.found(painted_over(3))
    best = answer["candidates"][0]
    assert {each["kind"] for each in best["differences"]} == {"monochrome", "altered"}
    assert all(each["words"] for each in best["differences"])
    (altered,) = [each for each in best["differences"] if each["kind"] == "altered"]
    assert 0.05 < altered["share"] < 0.3
    assert len(altered["outline"]) > 3
    assert best["differences_unknown"] == ""
    address = f"{API}/searches/{answer['id']}/candidates/1/evidence/differences"
    assert picture_of(running.client.get(address)).size == (480, 360)


def test_of_what_does_not_differ_there_is_no_picture(running: Running) -> None:
    answer = running.found(draw_photo(3))
    best = answer["candidates"][0]
    assert (best["differences"], best["differences_unknown"]) == ([], "")
    assert "differences" not in best["evidence"]
    address = f"{API}/searches/{answer['id']}/candidates/1/evidence/differences"
    assert_problem(running.client.get(address), 404, "evidence-unavailable")


def test_a_comparison_that_fails_does_not_lose_the_search(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> tuple[()]:
        raise cv2.error("out of memory")

    monkeypatch.setattr(comparing, "differences", fail)
    answer = running.found(photograph_again(3))
    best = answer["candidates"][0]
    assert answer["verdict"] == "match"
    assert best["differences"] == []
    assert "could not be compared" in best["differences_unknown"]


PICTURES = ("photos/0", "candidates/1/evidence/overlay")


@pytest.mark.parametrize("path", PICTURES)
def test_a_picture_is_private_and_not_sent_twice(running: Running, path: str) -> None:
    answer = running.found(photograph_again(3))
    address = f"{API}/searches/{answer['id']}/{path}"
    first = running.client.get(address)
    assert first.headers["cache-control"] == "private, max-age=300, must-revalidate"
    tag = first.headers["etag"]
    again = running.client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert running.client.get(address, headers={"If-None-Match": '"other"'}).content == first.content


def at(running: Running, monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """Let the search desk's clock, not that of the kept photos, show a moment."""
    monkeypatch.setattr(running.parts.desk, "_now", lambda: moment)


@pytest.mark.parametrize("path", PICTURES)
def test_a_browser_keeps_no_picture_longer_than_the_service(
    running: Running, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    answer = running.found(photograph_again(3))
    address = f"{API}/searches/{answer['id']}/{path}"
    until = datetime.fromisoformat(answer["evidence_until"])
    tag = running.client.get(address).headers["etag"]
    at(running, monkeypatch, until - timedelta(seconds=90.5))
    assert "max-age=90," in running.client.get(address).headers["cache-control"]
    at(running, monkeypatch, until - timedelta(seconds=0.5))
    assert "max-age=0," in running.client.get(address).headers["cache-control"]
    at(running, monkeypatch, until)
    assert_problem(running.client.get(address), 410, "evidence-gone")
    told = running.client.get(address, headers={"If-None-Match": tag})
    assert_problem(told, 410, "evidence-gone")


def test_a_picture_is_drawn_once(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = running.found(photograph_again(3))
    address = f"{API}/searches/{answer['id']}/candidates/1/evidence/regions"
    first = running.client.get(address)

    def draw(*_: object) -> bytes:
        raise AssertionError("drawn again")

    monkeypatch.setattr(searching, "evidence_image", draw)
    assert running.client.get(address).content == first.content


def test_a_photograph_that_was_removed_is_in_no_picture(fresh: Running) -> None:
    answer = fresh.found(photograph_again(101))
    best = answer["candidates"][0]
    address = f"{API}/searches/{answer['id']}/candidates/1/evidence/overlay"
    picture_of(fresh.client.get(address))
    photograph = f"{API}/objects/{best['object_id']}/photographs/{best['photograph_id']}"
    assert fresh.client.delete(photograph).status_code == 200
    assert_problem(fresh.client.get(address), 404, "photograph-not-found")


def test_the_searched_photo_is_shown_without_what_was_hidden_in_it(running: Running) -> None:
    photo = BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAMERA"
    Image.open(BytesIO(draw_photo(7))).save(photo, "JPEG", exif=exif)
    answer = running.found(photo.getvalue())
    shown = running.client.get(f"{API}/searches/{answer['id']}/photos/0")
    assert picture_of(shown).getexif() == {}
    assert b"SECRETCAMERA" in photo.getvalue()
    assert b"SECRETCAMERA" not in shown.content
    assert_problem(running.client.get(f"{API}/searches/{answer['id']}/photos/1"), 404, "search-not-found")


def test_evidence_that_there_is_none_of(running: Running) -> None:
    answer = running.found(draw_photo(UNKNOWN))
    address = f"{API}/searches/{answer['id']}/candidates"
    without = next(each["rank"] for each in answer["candidates"] if not each["evidence"])
    assert_problem(running.client.get(f"{address}/{without}/evidence/overlay"), 404, "evidence-unavailable")
    assert_problem(running.client.get(f"{address}/100/evidence/overlay"), 404, "candidate-not-found")
    assert_problem(running.client.get(f"{address}/0/evidence/overlay"), 422, "invalid-request")
    assert_problem(running.client.get(f"{address}/1/evidence/horoscope"), 422, "invalid-request")


def test_a_search_that_nobody_made(running: Running) -> None:
    address = f"{API}/searches/00000000-0000-4000-8000-000000000000"
    for path in (address, f"{address}/photos/0", f"{address}/candidates/1/evidence/overlay"):
        assert_problem(running.client.get(path), 404, "search-not-found")
    assert_problem(running.client.get(f"{API}/searches/latest"), 422, "invalid-request")


def test_evidence_is_gone_once_the_searched_photo_is(fresh: Running) -> None:
    answer = fresh.found(photograph_again(101))
    for kept in (fresh.settings.data_dir / "searched").iterdir():
        kept.unlink()
    for path in ("candidates/1/evidence/overlay", "photos/0"):
        problem = assert_problem(
            fresh.client.get(f"{API}/searches/{answer['id']}/{path}"), 410, "evidence-gone"
        )
        assert "60 minutes" in problem["detail"]
    assert json.loads(as_given(fresh.client.get(f"{API}/searches/{answer['id']}"))) == answer


def keep(service: Running, record: dict[str, Any]) -> str:
    """Keep a record as another version of the service may have written it; its address."""
    search_id = str(uuid4())
    SearchLog(service.parts.register.database).save(search_id, {**record, "id": search_id}, datetime.now(UTC))
    return f"{API}/searches/{search_id}"


def test_a_record_of_another_version_is_answered_as_it_was_written(running: Running) -> None:
    record = running.found(photograph_again(2))
    del record["advice"]
    record["colours"] = {"new": ["in", 2031, 1.50]}
    record["candidates"][0]["verdict"] = "certain"
    address = keep(running, record)
    read = running.client.get(address)
    assert read.status_code == 200
    given = json.loads(as_given(read))
    assert given == {**record, "id": address.rpartition("/")[2]}
    assert list(given) == list(record), "in the order in which it was written"
    assert running.client.get(address.removeprefix(API)).status_code == 200


def test_evidence_of_a_record_of_another_version(running: Running) -> None:
    record = running.found(photograph_again(3))
    kept_photo = running.settings.data_dir / "searched" / f"{record['id']}-0.jpg"
    best = record["candidates"][0]
    drawn = running.client.get(f"{API}/searches/{record['id']}/candidates/1/evidence/overlay")
    needed = {name: best[name] for name in ("rank", "photograph_id", "mapping", "points")}
    for changed, status in (
        ({**best, "new": 1, "score": "high"}, 200),
        (needed, 200),
        ({**best, "evidence": "all"}, 200),
        ({**best, "evidence": ["matches"]}, 404),
        ({**needed, "mapping": None}, 404),
        ({**needed, "points": "many"}, 404),
        ({"rank": 1}, 404),
    ):
        address = keep(running, {"photos": [{}], "candidates": [7, changed]})
        copy = kept_photo.with_name(f"{address.rpartition('/')[2]}-0.jpg")
        copy.write_bytes(kept_photo.read_bytes())
        response = running.client.get(f"{address}/candidates/1/evidence/overlay")
        assert response.status_code == status, changed
        if status == 200:
            assert response.content == drawn.content
        else:
            assert_problem(response, 404, "evidence-unavailable")
    bare = keep(running, {})
    assert_problem(running.client.get(f"{bare}/candidates/1/evidence/overlay"), 404, "candidate-not-found")
    assert_problem(running.client.get(f"{bare}/photos/0"), 404, "search-not-found")


def test_a_recovered_object_is_no_candidate_from_the_next_search_on(fresh: Running) -> None:
    assert fresh.found(photograph_again(101))["candidates"][0]["object_id"] == 1
    changed = fresh.client.patch(f"{API}/objects/1", json={"status": "recovered"})
    assert changed.status_code == 200
    # At once, not once the index has caught up: the database decides again.
    answer = fresh.found(photograph_again(101))
    assert answer["verdict"] == "none"
    assert 1 not in [each["object_id"] for each in answer["candidates"]]


def test_a_new_object_is_found_once_its_photograph_is_in(fresh: Running) -> None:
    made = fresh.client.post(f"{API}/objects", json={"title": "Newcomer"}).json()
    assert fresh.found(photograph_again(555))["verdict"] == "none"
    sent = fresh.client.post(
        f"{API}/objects/{made['id']}/photographs", files={"photo": ("new.jpg", draw_photo(555))}
    )
    assert sent.status_code == 201
    wait_until(lambda: fresh.client.get("/readyz").json()["live"] == 1)
    answer = fresh.found(photograph_again(555))
    assert (answer["verdict"], answer["candidates"][0]["object_id"]) == ("match", made["id"])
    assert answer["covered"]["live"] == 1


def test_an_object_registered_beside_the_service_is_found_too(fresh: Running) -> None:
    safe = take_in(draw_photo(556), fresh.settings.limits)
    record = fresh.parts.register.get(1).record.model_copy(update={"title": "Beside"})
    made = fresh.parts.register.report(record, [NewPhotograph(safe)])
    wait_until(lambda: fresh.client.get("/readyz").json()["live"] == 1)
    assert fresh.found(photograph_again(556))["candidates"][0]["object_id"] == made.id


def test_the_register_may_be_on_postgresql(postgresql_url: str, tmp_path: Path) -> None:
    with psycopg.connect(postgresql_url, autocommit=True) as server:
        server.execute("CREATE DATABASE searches_over_http")
    settings = settings_in(tmp_path, database_url=f"{postgresql_url.rpartition('/')[0]}/searches_over_http")
    known = register_drawn(settings, [1])[0].id
    index(settings)
    with serving(settings) as service:
        posted = service.search(photograph_again(1))
        assert posted.json()["candidates"][0]["object_id"] == known
        assert as_given(service.client.get(posted.headers["location"])) == posted.content
        assert service.client.get(f"{API}/objects/{2**31 - 1}").status_code == 404
