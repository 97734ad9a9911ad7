"""An object reported twice: told when it is registered, listed, decided on; by API, page and commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from data.checks import Checks
from data.duplicates import Duplicates
from data.object_id import EXAMPLE
from indexer.engine import Engine
from indexer.vectors.index import IndexUnusable
from service import background, commands
from service.checking import Checking
from service.settings import Settings
from service.workshop import open_engine, opened_register
from tests import databases
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

ON_BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
WHY = {"reason": "The same scratch.", "source": "Letter"}


@pytest.fixture
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a register that is not there yet: on SQLite, or where the test says so on PostgreSQL."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield settings_in(tmp_path, duplicate_seconds=0.01)
        return
    server: str = request.getfixturevalue("postgresql_url")
    url = databases.fresh_database(tmp_path, server)
    yield settings_in(tmp_path, duplicate_seconds=0.01, database_url=url)
    databases.drop(server, url.rpartition("/")[2])


def register_with(service: Running, photo: bytes, **fields: Any) -> tuple[int, dict[str, Any]]:
    """Register an object over the API with a photo; its number, and the answer about the photo."""
    made = service.client.post(f"{API}/objects", json={**EXAMPLE, **fields})
    number = made.json()["id"]
    answer = service.client.post(f"{API}/objects/{number}/photographs", files={"photo": ("a.jpg", photo)})
    assert answer.status_code == 201, answer.text
    return number, answer.json()


def listed(service: Running, **asked: Any) -> list[list[int]]:
    found = service.client.get(f"{API}/duplicates", params=asked).json()["duplicates"]
    return [[one["id"] for one in each["objects"]] for each in found]


def decide(service: Running, duplicate: int, how: str, **more: Any) -> Any:
    return service.client.post(f"{API}/duplicates/{duplicate}/{how}", json={**WHY, **more})


def settle_all(settings: Settings) -> None:
    """Compare what waits, as `artrieve duplicates check` does."""
    with opened_register(settings) as register:
        engine = open_engine(settings, register)
        checking = Checking(register, lambda: engine, settings.duplicate_level)
        while checking.step() is not None:
            pass
        assert checking.checks.waiting() == 0


def test_another_photo_of_a_registered_object_is_told_when_it_is_registered(fresh: Running) -> None:
    settle_all(fresh.settings)
    number, answer = register_with(fresh, photograph_again(101), authority="Museum of Ostbrück")
    assert number == 3
    (found,) = answer["duplicates"]
    assert (found["state"], found["decision"]) == ("open", None)
    assert [(one["id"], one["authority"]) for one in found["objects"]] == [
        (1, EXAMPLE["authority"]),
        (3, "Museum of Ostbrück"),
    ]
    (finding,) = found["findings"]
    assert finding["photographs"] == [1, 3]
    assert finding["probability"] > 0.9
    assert not finding["identical"]
    assert (finding["level"], finding["generation"]) == ("dealer", 1)
    assert set(finding["models"]) >= {"descriptor", "search"}
    assert answer["compared"] is True
    assert listed(fresh) == listed(fresh, object=1) == listed(fresh, object=3) == [[1, 3]]
    assert listed(fresh, object=2) == []
    page = fresh.client.get("/objects/1", headers={"Accept": "text/html"}).text
    assert "Likely the same as" in page
    assert "Museum of Ostbrück" in page
    # something else, and the photo that the object has already
    _, other = register_with(fresh, draw_photo(555))
    assert other["duplicates"] == []
    again = fresh.client.post(
        f"{API}/objects/3/photographs", files={"photo": ("a.jpg", photograph_again(101))}
    )
    assert again.status_code == 200
    assert again.json()["duplicates"] == [found]


def test_two_that_come_at_the_same_time_meet_each_other(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    register_drawn(settings, [101])
    index(settings)
    register_drawn(settings, [102])
    again = encode(draw_pixels(102)[4:, 4:])
    with serving(settings) as service:
        register_with(service, again)
        wait_until(lambda: service.client.get("/readyz").json()["live"] == 2)
    settle_all(settings)
    with opened_register(settings) as register:
        assert [one.first.id for one in Duplicates(register.database).page(object_id=3)] == [2]


def test_photographs_of_the_object_itself_do_not_stand_in_the_way(tmp_path: Path) -> None:
    """An object with many photographs alike: what another one shows is found all the same, as if there were none."""
    settings = settings_in(tmp_path)
    register_drawn(settings, [101, 102])
    index(settings)
    with opened_register(settings) as register:
        engine = open_engine(settings, register)
        jpeg = register.photo_bytes(1)
        alone = engine.search([jpeg], without=frozenset({1}))
        assert 1 not in {one.photograph_id for one in alone.candidates}
        with_own = engine.search([jpeg])
        assert with_own.candidates[0].photograph_id == 1
        others = {one.photograph_id: one.outdone for one in with_own.candidates}
        assert set(others) >= {one.photograph_id for one in alone.candidates}
        assert engine.search([jpeg], without=frozenset({1, 2})).candidates == ()


@pytest.mark.parametrize("home", ON_BOTH, indirect=True)
def test_without_an_index_it_is_registered_all_the_same_and_compared_later(home: Settings) -> None:
    with serving(home) as service:
        _, first = register_with(service, draw_photo(101))
        assert (first["compared"], first["duplicates"]) == (False, [])
        _, identical = register_with(service, draw_photo(101))
        assert identical["compared"] is False
        assert [one["findings"][0]["identical"] for one in identical["duplicates"]] == [True]
        assert service.client.get(f"{API}/duplicates").json()["waiting"] == 2
        index(home)
        wait_until(lambda: service.client.get(f"{API}/duplicates").json()["waiting"] == 0)
        (found,) = service.client.get(f"{API}/duplicates").json()["duplicates"]
        assert found["findings"][0]["identical"]
        assert found["findings"][0]["probability"] > 0.9


def test_registration_does_not_wait_for_a_search_that_takes_long(
    fresh: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "LOOK_SECONDS", 0.0)
    _, answer = register_with(fresh, photograph_again(101))
    assert answer["compared"] is False
    wait_until(lambda: listed(fresh) == [[1, 3]])  # it went on


@pytest.mark.parametrize("failure", [IndexUnusable("It is torn.", "Run it."), ValueError("anything")])
def test_whatever_goes_wrong_with_comparing_is_not_the_registrar_s(
    fresh: Running, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise failure

    monkeypatch.setattr(Engine, "search", fails)
    _, answer = register_with(fresh, photograph_again(101))
    assert (answer["compared"], answer["duplicates"]) == (False, [])


@pytest.fixture
def twice(home: Settings) -> Iterator[Running]:
    """A service over three objects with the same photo: the likely duplicates 1 to 3."""
    settings = home.model_copy(update={"duplicate_seconds": 0})
    register_drawn(settings, [101, 101, 101])
    with serving(settings) as service:
        yield service


@pytest.mark.parametrize("home", ON_BOTH, indirect=True)
def test_decisions_over_the_api(twice: Running) -> None:
    assert listed(twice) == [[1, 2], [1, 3], [2, 3]]
    assert listed(twice, after=1, limit=1) == [[1, 3]]
    assert twice.client.get("/duplicates").text.count("Drawing 101") >= 6
    linked = decide(twice, 1, "link")
    assert linked.status_code == 200
    assert (linked.json()["state"], linked.json()["decision"]["reason"]) == ("linked", WHY["reason"])
    assert decide(twice, 1, "link").json() == linked.json()
    problem = assert_problem(decide(twice, 1, "dismiss"), 409, "duplicate-decided")
    assert "linked" in problem["detail"]
    assert twice.client.get(f"{API}/objects/1").json()["same_as"] == [2]
    assert "reported by" in twice.client.get("/objects/1", headers={"Accept": "text/html"}).text
    assert decide(twice, 2, "dismiss").json()["state"] == "dismissed"
    history = twice.client.get(f"{API}/objects/3/history").json()["versions"]
    assert [(one["change"], one["other"]) for one in history][-1] == ("distinguished", 1)
    merged = decide(twice, 3, "merge", keep=3)
    assert (merged.json()["state"], merged.json()["objects"][0]["status"]) == ("merged", "merged")
    assert listed(twice) == []
    assert [listed(twice, state=state) for state in ("linked", "dismissed", "merged")] == [
        [[1, 2]],
        [[1, 3]],
        [[2, 3]],
    ]
    assert twice.client.get(f"{API}/duplicates/3").json() == merged.json()


def test_what_cannot_be_decided(twice: Running) -> None:
    assert_problem(decide(twice, 9, "link"), 404, "duplicate-not-found")
    assert_problem(twice.client.get(f"{API}/duplicates/9"), 404, "duplicate-not-found")
    assert_problem(decide(twice, 1, "merge", keep=3), 409, "status-conflict")
    assert_problem(decide(twice, 1, "merge"), 422, "invalid-request")
    assert_problem(decide(twice, 1, "merge", keep="1"), 422, "invalid-request")
    assert_problem(decide(twice, 1, "link", reason=" "), 422, "invalid-request")
    assert_problem(twice.client.get(f"{API}/duplicates?object=99"), 404, "object-not-found")
    assert_problem(twice.client.get(f"{API}/duplicates?state=shut"), 422, "invalid-request")
    twice.client.post(f"{API}/objects/2/withdraw", json=WHY)
    assert_problem(decide(twice, 1, "dismiss"), 409, "status-conflict")
    assert listed(twice) == [[1, 3]]


@pytest.mark.parametrize("home", ON_BOTH, indirect=True)
def test_only_registrars_see_and_decide(twice: Running) -> None:
    settings = twice.settings.model_copy(update={"role": "professional"})
    with serving(settings) as professional:
        for path in (f"{API}/duplicates", f"{API}/duplicates/1", "/duplicates"):
            assert professional.client.get(path).status_code == 403
        assert decide(professional, 1, "link").status_code == 403
        assert professional.client.post("/duplicates/1", data={"act": "link", **WHY}).status_code == 403
        assert "Likely the same" not in professional.client.get("/objects/1").text
    assert listed(twice, object=1) == [[1, 2], [1, 3]]


@pytest.mark.parametrize(
    "form", [{}, {"act": "keep", **WHY}, {"act": "keep ²", **WHY}, {"act": "keep 99999999999", **WHY},
             {"act": "link"}, {"act": "link", "reason": "\x00"}, {str(n): "x" for n in range(20)}],
)  # fmt: skip
def test_a_form_that_says_nothing_decides_nothing(twice: Running, form: dict[str, str]) -> None:
    answer = twice.client.post("/duplicates/1", data=form)
    assert answer.status_code == 422
    assert listed(twice, object=1) == [[1, 2], [1, 3]]


def test_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ARTRIEVE_DATA_DIR", str(tmp_path / "home"))
    folder = tmp_path / "photos"
    folder.mkdir()
    for name, photo in {"a": draw_photo(101), "b": photograph_again(101), "c": draw_photo(102)}.items():
        (folder / f"{name}.jpg").write_bytes(photo)
    assert commands.run(["import", str(folder)]) == 0
    assert "3 photographs have not been compared" in capsys.readouterr().err
    assert commands.run(["duplicates", "check"]) == 1
    assert "3 photographs wait, for the index is behind. Run `artrieve index`" in capsys.readouterr().err
    assert commands.run(["index"]) == 0
    assert commands.run(["duplicates", "check"]) == 0
    assert "3 photographs compared, 1 likely duplicates found." in capsys.readouterr().out
    assert commands.run(["duplicates", "check"]) == 0
    assert "0 photographs compared" in capsys.readouterr().out
    assert commands.run(["duplicates", "list", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["duplicates"]
    assert [one["id"] for one in found["objects"]] == [1, 2]
    assert commands.run(["duplicates", "list"]) == 0
    assert "probability" in capsys.readouterr().out
    assert commands.run(["duplicates", "merge", "1", "--keep", "3", "--reason", "x"]) == 1
    assert "only one of these two" in capsys.readouterr().err
    assert commands.run(["duplicates", "dismiss", "1", "--reason", " "]) == 2
    assert commands.run(["duplicates", "dismiss", "1", "--reason", "other frame"]) == 0
    assert commands.run(["duplicates", "link", "1", "--reason", "x"]) == 1
    assert "was dismissed on" in capsys.readouterr().err
    assert commands.run(["duplicates", "check", "--all"]) == 0
    assert "3 photographs compared, 0 likely" in capsys.readouterr().out
    assert commands.run(["duplicates", "list", "--state", "dismissed", "--object", "2"]) == 0
    assert "dismissed: other frame" in capsys.readouterr().out
    assert commands.run(["duplicates", "list", "--state", "shut"]) == 2
    lost_and_restored(tmp_path, capsys)


def lost_and_restored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A photo whose file is lost waits until it is back, and holds nobody up."""
    settings = settings_in(tmp_path / "home")
    with opened_register(settings) as register:
        Checks(register).ask_all()
        key = register.photograph(1).photo_key
    (stored,) = [one for one in (tmp_path / "home" / "photos").rglob(f"*{key}*") if one.is_file()]
    kept = stored.read_bytes()
    stored.unlink()
    capsys.readouterr()
    assert commands.run(["duplicates", "check"]) == 3
    said = capsys.readouterr()
    assert "2 photographs compared" in said.out
    assert "Photograph 1 could not be compared" in said.err
    stored.write_bytes(kept)
    assert commands.run(["duplicates", "check"]) == 0
    assert "1 photographs compared" in capsys.readouterr().out
