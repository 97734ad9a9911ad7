"""Alive, and ready or why not."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from data.database import Database, DatabaseUnavailable
from indexer.engine import Engine
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


def test_alive_and_ready_at_the_root_and_in_the_api(running: Running) -> None:
    for prefix in ("", API):
        assert running.client.get(f"{prefix}/healthz").json() == {"status": "alive"}
        ready = running.client.get(f"{prefix}/readyz").json()
        assert (ready["status"], ready["generation"], ready["photographs"]) == ("ready", 1, 8)
        assert (ready["live"], ready["pending"], ready["trouble"]) == (0, 0, "")
        assert datetime.fromisoformat(ready["published_at"]).tzinfo is not None
        assert ready["age_seconds"] >= 0


def test_without_an_index_the_service_is_alive_and_not_ready(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    with serving(settings) as service:
        assert service.client.get("/healthz").status_code == 200
        problem = assert_problem(service.client.get("/readyz"), 503, "not-ready")
        assert "artrieve index" in problem["advice"]
        assert_problem(service.search(draw_photo(1)), 503, "not-ready")
        # Publishing is enough: nothing has to be started again.
        register_drawn(settings, [1])
        index(settings)
        wait_until(lambda: service.client.get("/readyz").status_code == 200)
        assert service.found(photograph_again(1))["verdict"] == "match"


def test_an_empty_index_gives_no_answer_that_could_read_as_a_clearance(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    index(settings)
    with serving(settings) as service:
        for answer in (service.search(draw_photo(1)), service.client.get("/readyz")):
            problem = assert_problem(answer, 503, "not-ready")
            assert "no photographs" in problem["detail"]


def test_a_register_whose_objects_are_all_withdrawn_is_empty_too(fresh: Running) -> None:
    for object_id in (1, 2):
        fresh.client.patch(f"{API}/objects/{object_id}", json={"status": "withdrawn"})
    wait_until(lambda: fresh.parts.keeper.status().tombstones == 2)
    assert_problem(fresh.search(draw_photo(101)), 503, "not-ready")
    assert_problem(fresh.client.get("/readyz"), 503, "not-ready")


def test_an_index_that_was_torn_is_refused_with_the_reason_until_it_is_whole(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    register_drawn(settings, [1])
    index(settings)
    (torn, *_) = sorted((settings.index_dir / "generations").rglob("*.faiss"))
    whole = torn.read_bytes()
    torn.write_bytes(whole[:-1])
    with serving(settings) as service:
        problem = assert_problem(service.client.get("/readyz"), 503, "not-ready")
        assert torn.name in problem["detail"]
        assert_problem(service.search(draw_photo(1)), 503, "not-ready")
        torn.write_bytes(whole)
        wait_until(lambda: service.client.get("/readyz").status_code == 200)
        assert service.client.get("/readyz").json()["trouble"] == ""


def test_an_index_that_stops_catching_up_says_so(fresh: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(engine: Engine) -> None:
        raise RuntimeError("the lamp went out")

    with monkeypatch.context() as patched:
        patched.setattr(Engine, "refresh", broken)
        wait_until(lambda: fresh.client.get("/readyz").json()["trouble"] == "the lamp went out")
    wait_until(lambda: fresh.client.get("/readyz").json()["trouble"] == "")


def test_without_its_database_the_service_is_not_ready(
    fresh: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise DatabaseUnavailable("no route to host")

    assert fresh.client.get("/readyz").status_code == 200
    with monkeypatch.context() as patched:
        patched.setattr(Database, "session", away)
        assert_problem(fresh.search(photograph_again(101)), 503, "database-unavailable")
        assert_problem(fresh.client.get("/readyz"), 503, "database-unavailable")
        assert fresh.client.get("/healthz").status_code == 200
    assert fresh.client.get("/readyz").status_code == 200
