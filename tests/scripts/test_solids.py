"""The set of solid objects: what is searched is not registered, and what may be the same is left out."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from scripts.fit_probability import solids

ROWS = {
    "head": 9,
    "tall-vase": 2,
    "seal": 1,
    "?head": 3,
    "?lid-of-vase": 3,
    "?bowl": 20,
    "?cup": 5,
    "?dish": 2,
    "?horse": 15,
}


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A photo of one pixel's worth of bytes for each row, and a table of what they show."""
    (tmp_path / "egypt").mkdir()
    (tmp_path / "greece").mkdir()
    rows = [
        (f"egypt/{name.strip('?')}{'-x' * name.startswith('?')}-{at}.jpg", name)
        for name in ROWS
        for at in range(ROWS[name])
    ]
    rows.append(("greece/head-1.jpg", "head"))
    for photo, _ in rows:
        (tmp_path / photo).write_bytes(photo.encode())
    with (tmp_path / "same.csv").open("w", newline="", encoding="utf-8") as lines:
        csv.writer(lines).writerows([("photo", "object"), *rows])
    return tmp_path


def made(photos: Path, below: str = "") -> tuple[list[dict[str, str]], Path]:
    out = photos / "set"
    solids.write(photos / "same.csv", photos, out, below)
    with (out / "truth.csv").open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines)), out


def shown(path: Path) -> str:
    """The object that a copied photo shows."""
    return path.stem.rpartition("-")[0].removeprefix("egypt-")


def test_photos_that_are_searched_are_not_registered(photos: Path) -> None:
    rows, out = made(photos)
    registered = {path.name for path in (out / "register").iterdir()}
    searched = {path.name for path in (out / "queries").iterdir()}
    assert not registered & searched
    assert {row["query"] for row in rows} == {f"queries/{name}" for name in searched}
    assert {row["kind"] for row in rows} == {"solid"}


def test_each_query_shows_what_the_table_says(photos: Path) -> None:
    rows, out = made(photos, "egypt/")
    known = [row for row in rows if row["registry"]]
    assert {(shown(out / row["query"]), shown(out / row["registry"])) for row in known} == {
        ("head", "head"),
        ("tall-vase", "tall-vase"),
    }
    heads = {row["query"] for row in known if "head" in row["query"]}
    assert len(heads) == ROWS["head"] - solids.REGISTERED
    assert len({row["source"] for row in known if row["query"] in heads}) == 1


def test_what_may_be_the_same_as_another_is_left_out(photos: Path) -> None:
    rows, out = made(photos)
    there = {shown(path) for folder in ("register", "queries") for path in (out / folder).iterdir()}
    assert not {"head-x", "lid-of-vase-x"} & there
    unknown = {shown(out / row["query"]) for row in rows if not row["registry"]}
    beside = {shown(path) for path in (out / "register").iterdir()} - {
        "head",
        "tall-vase",
        "greece-head",
    }
    assert unknown == {"cup-x", "horse-x"}
    assert beside == {"bowl-x", "dish-x"}
    assert (
        max(sum(shown(path) == name for path in (out / "register").iterdir()) for name in beside)
        == solids.SEARCHED
    )


def test_the_same_table_gives_the_same_set(photos: Path) -> None:
    first = made(photos)[0]
    (photos / "set").rename(photos / "before")
    assert made(photos)[0] == first


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("photo,object\nx.jpg,?a\n", "names no object of several"),
        ("picture\nx.jpg\n", "photo"),
        (None, "same.csv"),
    ],
)
def test_a_poor_table_is_refused_before_anything_is_written(
    tmp_path: Path, table: str | None, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if table is not None:
        (tmp_path / "same.csv").write_text(table, encoding="utf-8")
    assert solids.main([str(tmp_path / "same.csv"), str(tmp_path), str(tmp_path / "set")]) == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "set").exists()
