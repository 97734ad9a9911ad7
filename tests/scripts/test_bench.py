"""The benchmark measures what it says, and its pages carry the figures."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexer.sight import default_sight
from models.calibrate import load_calibration
from models.keypoints import as_floats
from models.pixels import decode
from scripts.bench import report
from scripts.bench.__main__ import measure_material
from scripts.bench.growth import disturbed
from scripts.bench.material import SIDE, at_timed_size, drawn_material, real_material
from scripts.bench.searching import Searched


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> report.Figures:
    scratch = tmp_path_factory.mktemp("bench")
    material = drawn_material(scratch / "drawn", count=9)
    return measure_material(material, scratch, default_sight(), runs=2, growth=(60, 40), keypoints=5000)


def test_every_step_has_taken_time(figures: report.Figures) -> None:
    assert figures.register == figures.indexing.photos == 9
    assert len(figures.indexing.rates) == 2
    assert set(figures.indexing.bare_ms) == {"decode", "keypoints", "code", "descriptor"}
    assert min(figures.indexing.bare_ms.values()) > 0
    for each in figures.searched:
        assert set(each.bare_ms) == {"decode", "keypoints", "votes", "regions", "descriptor", "verification"}
        assert each.bare_ms["keypoints"] > 0
    assert figures.crowd > 0
    assert figures.indexing.disk_bytes > 1000


def test_known_and_unknown_photos_are_told_apart(figures: report.Figures) -> None:
    known = [each for each in figures.searched if each.true is not None]
    unknown = [each for each in figures.searched if each.true is None]
    assert len(known) == 2
    assert len(unknown) == 5
    assert all(each.found_first and (each.true or 0) > each.wrong for each in known)
    assert not any(each.found_first for each in unknown)


def test_the_page_and_the_data_say_the_same(figures: report.Figures, tmp_path: Path) -> None:
    page = report.write(tmp_path, figures).read_text(encoding="utf-8")
    facts = json.loads((tmp_path / report.DATA).read_text(encoding="utf-8"))
    assert facts["search"]["register"] == 9
    assert facts["found"]["recall_at_1"] == 1.0
    installed = load_calibration()
    assert facts["found"]["match_from"] == round(installed.match, 4)
    assert facts["found"]["possible_from"] == round(installed.thresholds[report.LEVEL].alert, 4)
    assert f"`match` from {facts['found']['match_from']:.1%}" in page
    for figure in ("ms_median", "bare_ms_median", "times_bare"):
        assert f"| {facts['search'][figure]} |" in page
    assert f"| {facts['indexing']['photos_per_second']} |" in page


def test_figures_are_computed_as_they_are_called(figures: report.Figures) -> None:
    searched = [
        Searched(100.0, {"decode": 20.0, "votes": 30.0}, True, 40, 3, "match"),
        Searched(300.0, {"decode": 40.0, "votes": 60.0}, False, 5, 13, "possible"),
        Searched(200.0, {"decode": 10.0, "votes": 40.0}, False, None, 2, "none"),
    ]
    facts = report.summary(
        report.Figures("drawn", "make bench", 9, figures.indexing, searched, 2.0, 2, loaded_mb=9.0)
    )
    assert facts["search"]["ms_median"] == 200.0
    assert facts["search"]["bare_ms"] == {"decode": 20.0, "votes": 40.0}
    assert facts["search"]["bare_ms_median"] == 50.0
    assert facts["search"]["times_bare"] == 3.0
    assert facts["search"]["memory_kb_per_photo"] == 1024.0
    assert facts["found"]["recall_at_1"] == 0.5
    assert facts["found"]["points_wrong"]["most"] == 13.0
    assert (facts["found"]["alarmed_known"], facts["found"]["alarmed_unknown"]) == (2, 0)


def test_a_register_grows_by_synthetic_photos_and_finds_the_real_ones(figures: report.Figures) -> None:
    assert [each.photos for each in figures.growth] == [40, 60]
    for each in figures.growth:
        assert (each.real, each.found_first, len(each.ms)) == (9, 1.0, 7)
        assert min(each.ms) > 0
        assert {"keypoints", "votes", "verification"} <= set(each.steps_ms)
        assert each.disk_kb > 32  # 500 descriptors of 64 bytes
        assert 0 < each.noise < 1
        assert each.publish_seconds > 0
        assert each.open_seconds > 0


def test_what_grew_stands_on_the_page(figures: report.Figures, tmp_path: Path) -> None:
    page = report.write(tmp_path, figures).read_text(encoding="utf-8")
    facts = json.loads((tmp_path / report.DATA).read_text(encoding="utf-8"))
    for each in facts["growth"]:
        row = f"| {each['photos']} | {each['ms_median']} | {each['ms_p95']} | {each['recall_at_1']:.1%} |"
        assert row in page
    without = report.write(tmp_path, replace(figures, growth=())).read_text(encoding="utf-8")
    assert "Growth" not in without


def test_noise_is_added_and_the_length_kept() -> None:
    rng = np.random.default_rng(1)
    base = rng.normal(size=(50, 64)).astype(np.float32)
    local = disturbed(np.zeros((50, 64), np.int8), base)
    np.testing.assert_allclose(np.linalg.norm(as_floats(local), axis=1), 1, atol=0.02)
    np.testing.assert_array_equal(disturbed(local, np.zeros_like(base)), local)
    moved = np.linalg.norm(as_floats(disturbed(local, 0.03 * base[::-1])) - as_floats(local), axis=1)
    assert 0.1 < float(np.median(moved)) < 0.4


def test_timed_photos_have_the_size_that_the_page_tells(tmp_path: Path) -> None:
    material = drawn_material(tmp_path / "drawn", count=2)
    for path in at_timed_size(material, tmp_path / "timed"):
        assert max(decode(path.read_bytes()).shape[:2]) == SIDE


def test_queries_are_other_photos_than_the_registered(tmp_path: Path) -> None:
    material = drawn_material(tmp_path, count=1)
    query = material.queries[0]
    (name,) = query.shows
    one, other = (decode(p.read_bytes()) for p in (query.path, material.registered[name]))
    assert one.shape != other.shape or float(np.abs(one.astype(int) - other.astype(int)).mean()) > 5


def test_no_real_query_is_registered(real_photos: Path) -> None:
    material = real_material(real_photos)
    registered = {path.resolve() for path in material.registered.values()}
    assert len(registered) > 4000
    assert not registered & {query.path.resolve() for query in material.queries}
    assert {name for query in material.queries for name in query.shows} <= set(material.registered)
