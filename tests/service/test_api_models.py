"""What the service tells of its models: which one sees, and how far one has come that is to take over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import structlog

from indexer import indexing, switching
from indexer.indexing import IndexProgress
from indexer.runners.runner import InlineRunner
from indexer.sight import default_sight
from indexer.wanted import WANTED
from models.catalogue import BUNDLED
from service.model_watch import ModelWatch
from tests.drawing import photograph_again
from tests.indexer.other_model import OTHER, other_sight
from tests.service.other_model import install
from tests.service.serving import API, Running, register_drawn, wait_until


@pytest.fixture
def either(fresh: Running, monkeypatch: pytest.MonkeyPatch) -> Running:
    """A service that can open the other model too, and counts at each request."""
    install(monkeypatch)
    monkeypatch.setattr(indexing, "SHARD_PHOTOS", 1)
    monkeypatch.setattr(fresh.parts.models, "_seconds", 0.0)
    return fresh


def switch(service: Running, progress: Callable[[IndexProgress], None] | None = None) -> None:
    switching.switch(
        service.parts.register,
        service.settings.index_dir,
        other_sight(),
        progress=progress,
        runner=InlineRunner(),
    )


def stop(_: IndexProgress) -> None:
    raise KeyboardInterrupt


def models(service: Running) -> dict[str, Any]:
    response = service.client.get(f"{API}/models")
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def test_the_one_model_there_is(running: Running) -> None:
    found = models(running)
    assert (found["served"], found["wanted"], found["previous"], found["problem"]) == (
        BUNDLED,
        BUNDLED,
        None,
        "",
    )
    (model,) = found["models"]
    sight = default_sight()
    assert model["card_id"] == sight.descriptor.card.id
    assert model["card"]["name"] == sight.descriptor.card.name
    assert model["vectors"] == sight.vectors_id
    assert (model["embedded"], model["failed"], model["photographs"]) == (8, 0, 8)
    assert (model["served"], model["wanted"], model["previous"]) == (True, True, False)
    assert model["generations"] == [1]
    assert model["bytes"] > 8 * 1000
    ready = running.client.get("/readyz").json()
    assert (ready["model"], ready["switch"]) == (BUNDLED, None)


def test_a_switch_is_watched_until_it_is_complete(either: Running) -> None:
    register_drawn(either.settings, [103])
    wait_until(lambda: either.client.get("/readyz").json()["live"] == 1)
    with pytest.raises(KeyboardInterrupt):
        switch(either, progress=stop)
    ready = either.client.get("/readyz").json()
    assert ready["model"] == BUNDLED
    assert ready["switch"] == {"descriptor": OTHER, "embedded": 1, "failed": 0, "photographs": 3}
    found = models(either)
    assert (found["served"], found["wanted"]) == (BUNDLED, OTHER)
    assert {one["descriptor"]: one["embedded"] for one in found["models"]} == {BUNDLED: 3, OTHER: 1}
    before = either.found(photograph_again(101))
    assert before["models"]["descriptor"] == default_sight().descriptor.card.id
    switch(either)
    wait_until(lambda: either.client.get("/readyz").json()["model"] == OTHER)
    assert either.client.get("/readyz").json()["switch"] is None
    after = either.found(photograph_again(101))
    assert after["models"]["descriptor"] == other_sight().descriptor.card.id
    assert (
        after["candidates"][0]["object"]["title"]
        == before["candidates"][0]["object"]["title"]
        == "Drawing 101"
    )
    switching.undo(either.settings.index_dir, default_sight)
    wait_until(lambda: either.client.get("/readyz").json()["model"] == BUNDLED)
    assert models(either)["previous"] == OTHER


def test_a_model_that_takes_over_is_logged(either: Running) -> None:
    with structlog.testing.capture_logs() as lines:
        switch(either)
        wait_until(lambda: either.client.get("/readyz").json()["model"] == OTHER)
    (line,) = [one for one in lines if one["event"] == "another model sees"]
    assert (line["model"], line["generation"]) == (OTHER, 2)


def test_a_torn_choice_is_told_and_the_service_goes_on(either: Running) -> None:
    (either.settings.index_dir / WANTED).write_text("{")
    ready = either.client.get("/readyz")
    assert ready.status_code == 200
    assert WANTED in ready.json()["trouble"]
    found = models(either)
    assert (found["served"], found["wanted"]) == (BUNDLED, None)
    assert WANTED in found["problem"]
    assert either.found(photograph_again(101))["verdict"] == "match"


def test_a_model_that_is_gone_is_told(either: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    switch(either)
    wait_until(lambda: either.client.get("/readyz").json()["model"] == OTHER)
    switching.undo(either.settings.index_dir, default_sight)
    wait_until(lambda: either.client.get("/readyz").json()["model"] == BUNDLED)
    monkeypatch.undo()
    switching.undo(either.settings.index_dir, lambda _: other_sight())
    wait_until(lambda: either.client.get("/readyz").status_code == 503)
    detail = either.client.get("/readyz").json()
    assert OTHER in detail["detail"]
    assert "artrieve model undo" in detail["advice"]
    switching.undo(either.settings.index_dir, default_sight)
    wait_until(lambda: either.client.get("/readyz").status_code == 200)


def test_counting_is_done_now_and_then_only(
    tmp_path: Path, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    register, counted = running.parts.register, list[int]()
    listed = register.searchable_photographs

    def count() -> Any:
        counted.append(1)
        return listed()

    monkeypatch.setattr(register, "searchable_photographs", count)
    watch = ModelWatch(running.settings.index_dir, register, seconds=1000)
    assert watch.switching() is None
    assert counted == []
    assert watch.look() is watch.look()
    assert counted == [1]
    ModelWatch(running.settings.index_dir, register, seconds=0).look()
    assert counted == [1, 1]
