"""How far a model has come is counted without opening it, or one of its vectors."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import files, indexing
from indexer.coverage import Coverage, Models, look_at_models
from indexer.generation import MANIFEST
from indexer.runners.runner import InlineRunner
from indexer.sight import Sight, default_sight
from indexer.stored import Shelf, labels
from indexer.switching import switch, undo
from indexer.vectors.index import IndexUnusable
from indexer.wanted import WANTED, ModelRef, want, wanted
from models.catalogue import BUNDLED, LAYOUT
from tests.indexer.other_model import OTHER, other_sight
from tests.indexer.test_switching import interrupted, switched
from tests.indexer.workbench import Workbench, manifest_of


@pytest.fixture(scope="session")
def other() -> Sight:
    return other_sight()


@pytest.fixture(autouse=True)
def _small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "SHARD_PHOTOS", 1)


def look(bench: Workbench, shelf: Shelf | None = None) -> Models:
    return look_at_models(
        bench.index_dir, bench.register.searchable_photographs(), shelf or Shelf(bench.index_dir)
    )


def roles(models: Models) -> dict[str, str]:
    """Of each model: s for served, w for wanted, p for previous, and how far it has come."""
    return {
        one.descriptor: "".join(
            letter for letter, has in (("s", one.served), ("w", one.wanted), ("p", one.previous)) if has
        )
        + f" {one.coverage.embedded}/{one.coverage.photographs}"
        for one in models.states
    }


def test_before_anything_is_indexed_the_bundled_model_is_wanted(bench: Workbench) -> None:
    bench.report(1)
    models = look(bench)
    assert (models.served, models.wanted, models.previous) == (None, ModelRef(), None)
    assert roles(models) == {BUNDLED: "w 0/1"}
    assert models.switching is None


def test_a_switch_from_its_beginning_to_its_undo(indexed: Workbench, other: Sight) -> None:
    shelf = Shelf(indexed.index_dir)
    assert roles(look(indexed, shelf)) == {BUNDLED: "sw 3/3"}
    interrupted(indexed, other, after=2)
    models = look(indexed, shelf)
    assert roles(models) == {BUNDLED: "s 3/3", OTHER: "w 2/3"}
    assert models.switching is not None
    assert str(models.switching.coverage) == "2 of 3 photographs embedded"
    assert models.switching.generations == ()
    indexed.report(4)
    assert roles(look(indexed, shelf)) == {BUNDLED: "s 3/4", OTHER: "w 2/4"}
    switched(indexed, other)
    models = look(indexed, shelf)
    assert roles(models) == {BUNDLED: "p 3/4", OTHER: "sw 4/4"}
    assert models.switching is None
    undo(indexed.index_dir, indexed.sights(other))
    assert roles(look(indexed, shelf)) == {BUNDLED: "sw 3/4", OTHER: "p 4/4"}
    assert {one.descriptor: one.generations for one in look(indexed).states} == {BUNDLED: (1,), OTHER: (2,)}


def test_what_is_only_prepared_is_no_switch(indexed: Workbench, other: Sight) -> None:
    switched(indexed, other, prepare=True)
    models = look(indexed)
    assert roles(models) == {BUNDLED: "sw 3/3", OTHER: " 3/3"}
    assert models.switching is None


def test_photographs_are_counted_and_failures_apart(indexed: Workbench, other: Sight) -> None:
    indexed.report(1, 4)  # the photo of object 1 again
    indexed.stored(indexed.report(5)).unlink()
    indexed.withdraw(3)
    switch(indexed.register, indexed.index_dir, other, runner=InlineRunner())
    (state,) = [one for one in look(indexed).states if one.served]
    assert state.coverage == Coverage(embedded=4, failed=1, photographs=5)
    assert str(state.coverage) == "4 of 5 photographs embedded, 1 failed"


def test_no_array_is_opened(indexed: Workbench) -> None:
    size = sum(path.stat().st_size for path in indexed.vectors.rglob("*.npy"))
    for path in indexed.vectors.rglob("*.npy"):
        path.unlink()
    (state,) = look(indexed).states
    assert (state.coverage.embedded, state.size) == (3, size)


def test_a_card_is_read_once(indexed: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf(indexed.index_dir)
    before = look(indexed, shelf)
    cards = list(indexed.vectors.glob("*/shard.json"))
    assert cards
    for path in cards:
        path.write_text("torn")
    assert look(indexed, shelf).states == before.states
    assert look(indexed).states[0].coverage.embedded == 0


@pytest.mark.parametrize("content", ["", "[]", "7", '{"keys": 1}', '{"keys": [], "failed": [], "files": []}'])
def test_a_torn_card_counts_for_nothing(indexed: Workbench, content: str) -> None:
    for path in indexed.vectors.glob("*/shard.json"):
        path.write_text(content)
    assert look(indexed).states[0].coverage.embedded == 0


def test_an_index_from_before_there_was_a_choice_serves_until_the_bundled_model_is_complete(
    bench: Workbench,
) -> None:
    """By the name on its card such an index tells whether it was made when there was no trained model yet."""
    indexed = replace(bench, sight=default_sight(LAYOUT))
    for seed in (1, 2, 3):
        indexed.report(seed)
    indexed.index_dir.mkdir()
    want(indexed.index_dir, ModelRef.of(indexed.sight))
    indexed.index()
    for path in indexed.vectors.parent.glob("*.json"):
        path.unlink()
    (indexed.index_dir / WANTED).unlink()
    manifest = manifest_of(indexed.served())
    manifest.pop("descriptor")
    (indexed.served() / MANIFEST).write_text(json.dumps(manifest))
    digest = files.sha256(indexed.served() / MANIFEST)
    (indexed.index_dir / "CURRENT").write_text(json.dumps({"generation": 1, "manifest": digest}))
    newer = replace(indexed, sight=replace(other_sight(), specification=BUNDLED))
    layout = indexed.sight
    models = look(indexed)
    assert roles(models) == {LAYOUT: "s 3/3", BUNDLED: "w 0/3"}
    assert models.states[0].label.card_id == indexed.sight.descriptor.card.id
    engine = newer.engine(layout)
    assert engine.status().descriptor == LAYOUT
    report = newer.index()
    assert (report.generation, report.embedded) == (2, 3)
    assert engine.refresh().descriptor == BUNDLED
    assert roles(look(indexed)) == {LAYOUT: "p 3/3", BUNDLED: "sw 3/3"}
    assert undo(indexed.index_dir, newer.sights(layout)).descriptor == LAYOUT
    assert engine.refresh().descriptor == LAYOUT


def test_a_torn_choice_is_told(indexed: Workbench) -> None:
    (indexed.index_dir / WANTED).write_text("{")
    models = look(indexed)
    assert models.wanted is None
    assert WANTED in models.problem
    assert "artrieve model switch" in models.problem
    assert roles(models) == {BUNDLED: "s 3/3"}


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"descriptors": 3}', '{"descriptors": [1], "card": 4}'])
def test_torn_labels_tell_nothing(indexed: Workbench, other: Sight, content: str) -> None:
    switched(indexed, other, prepare=True)
    for path in indexed.vectors.parent.glob("*.json"):
        path.write_text(content)
    assert {one.vectors: one.descriptors for one in labels(indexed.index_dir)} == {
        indexed.sight.vectors_id: (BUNDLED,),  # its generation tells
        other.vectors_id: (),
    }


def test_two_names_of_one_model_share_a_label(indexed: Workbench) -> None:
    twin = replace(indexed.sight, specification="test:twin")
    switched(indexed, twin)
    (label,) = labels(indexed.index_dir)
    assert label.descriptors == (BUNDLED, "test:twin")
    assert roles(look(indexed)) == {"test:twin": "swp 3/3"}


def test_no_flipped_byte_makes_another_model_wanted_unnoticed(tmp_path: Path) -> None:
    said = ModelRef("bundled", "0123456789abcdef")
    want(tmp_path, said)
    path = tmp_path / WANTED
    whole = path.read_bytes()

    @given(at=st.integers(0, len(whole) - 1), flip=st.integers(1, 255))
    @settings(max_examples=150)
    def refused_or_a_name(at: int, flip: int) -> None:
        path.write_bytes(whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :])
        try:
            found = wanted(tmp_path)
        except IndexUnusable:
            return
        assert found.descriptor
        assert isinstance(found.vectors, str)

    refused_or_a_name()
