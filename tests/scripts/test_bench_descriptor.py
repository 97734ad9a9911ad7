"""The benchmark of descriptors: what is ranked, what is whitened, and what the page says."""

from pathlib import Path

import numpy as np
import pytest

from models.onnx_file import OnnxDescriptor
from scripts.bench_descriptor.cost import Cost
from scripts.bench_descriptor.ranking import Photos
from scripts.bench_descriptor.report import COMMAND, Row, note, written
from scripts.bench_descriptor.steps import KEPT, LEARNED, POOLED, Floats, described_by, steps
from scripts.bench_sight.material import QuerySet
from scripts.train_descriptor.settings import load
from service.scoring import Truth
from tests.drawing import draw_photo
from tests.models.towers import small_file

TESTED = QuerySet(
    name="works",
    base=Path(),
    truth={
        "a": Truth("photo", frozenset({"x"})),
        "b": Truth("noisy", frozenset({"y"})),
        "c": Truth("photo", frozenset({"z"})),
        "d": Truth("photo", frozenset()),
    },
    sources={},
    registered={name: Path(name) for name in ("x", "y", "z")},
)


def unit(*rows: list[float]) -> Floats:
    vectors = np.array(rows, np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def test_only_the_kinds_that_count_are_scored() -> None:
    photos = Photos(TESTED, frozenset({"photo"}))
    assert photos.queries == ["a", "c", "d"]
    registered = unit([1, 0, 0], [0, 1, 0], [0, 0, 1])
    score = photos.scored(unit([1, 0.2, 0], [0, 1, 0.5], [1, 1, 1]), registered)
    assert (score.known, score.unknown) == (2, 1)
    assert score.recall == pytest.approx(0.5)
    assert score.pair_recall == pytest.approx(1.0)


def test_every_step_is_of_unit_length_and_whitening_is_learned_on_what_was_named() -> None:
    rng = np.random.default_rng(1)
    settings = load().model_copy(update={"served": load().served.model_copy(update={"dimension": 8})})

    def features(count: int) -> dict[str, Floats]:
        return {name: unit(*rng.normal(1, 1, (count, 16)).tolist()) for name in (POOLED, LEARNED, KEPT)}

    sets = {"registered": features(60), "asked": features(5)}
    made = steps(sets, sets, "registered", settings)
    assert len(made) == 8
    for step, found in made.items():
        assert {name: len(vectors) for name, vectors in found.items()} == {"registered": 60, "asked": 5}, step
        assert np.allclose(np.linalg.norm(found["asked"], axis=1), 1, atol=1e-5), step
    before = made["ImageNet, generalised mean"]["registered"]
    after = made["the same, whitened"]["registered"]
    assert np.abs(after.mean(axis=0)).max() < 0.2 < np.abs(before.mean(axis=0)).max() + 0.2
    assert after.shape == (60, 8)


def test_a_model_of_the_catalogue_describes_files(tmp_path: Path) -> None:
    paths = [tmp_path / f"{seed}.jpg" for seed in range(3)]
    for seed, path in enumerate(paths):
        path.write_bytes(draw_photo(seed))
    vectors = described_by("colour-layout", [*paths, paths[0]])
    assert vectors.shape[0] == 4
    assert np.array_equal(vectors[0], vectors[3])
    assert not np.allclose(vectors[0], vectors[1])


def test_figures_go_into_the_card_and_change_no_id(tmp_path: Path) -> None:
    path, before = small_file(tmp_path / "x.onnx")
    photos = Photos(TESTED, frozenset({"photo"}))
    same = unit([1, 0, 0], [0, 1, 0], [0, 0, 1])
    row = Row("ours", {"works": photos.scored(unit([1, 0, 0], [0, 1, 0], [1, 0, 0]), same)})
    note(path, row, Cost(ours=8, rival=120, memory=54.4))
    after = OnnxDescriptor(path)
    assert after.card.id == before.model_card().id
    assert after.said.figures == {
        "measured by": COMMAND,
        "works": {"recall@1": 0.5, "pair recall@10": 1.0},
        "milliseconds a view, one core": 8.0,
        "times faster than ViT-B-32": 15.0,
        "memory, MiB": 54,
    }


def test_the_page_says_what_was_found_and_what_it_costs() -> None:
    photos = Photos(TESTED, frozenset({"photo"}))
    same = unit([1, 0, 0], [0, 1, 0], [0, 0, 1])
    row = Row("ours", {"works": photos.scored(unit([1, 0, 0], [0, 1, 0], [1, 0, 0]), same)})
    page = written([row], [photos], Cost(ours=8, rival=120, memory=54.4))
    assert "| ours | 0.500 / 1.000 |" in page
    assert "8.0 ms a view" in page
    assert "15.0 times as long" in page
    assert "54 MiB" in page
    assert "works: 3 queries, 3 registered photos" in page
