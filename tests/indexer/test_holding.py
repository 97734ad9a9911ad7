"""An index is held as it was at one moment, whatever is done to it meanwhile."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from indexer import files, holding
from indexer.generation import pointer, store_folder
from indexer.holding import check_index, held_index
from indexer.vectors.index import IndexUnusable
from indexer.vectors.store import VectorStore
from tests.indexer.workbench import Workbench, workbench


def contents(folder: Path, names: tuple[str, ...]) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in names}


def test_what_is_held_stays_while_others_index(indexed: Workbench, tmp_path: Path) -> None:
    with held_index(indexed.index_dir, tmp_path / "held") as held:
        before = contents(held.folder, held.names)
        assert held.generation == 1
        assert held.size == sum(map(len, before.values()))
        assert {"CURRENT", "models.json", "generations/1/manifest.json"} <= set(held.names)
        indexed.report(4)
        indexed.index()
        shutil.rmtree(indexed.index_dir / "generations" / "1")
        for shard in store_folder(indexed.index_dir, indexed.sight).iterdir():
            shutil.rmtree(shard)
        assert contents(held.folder, held.names) == before
        check_index(held.folder)
    assert not (tmp_path / "held").exists()


def test_an_index_that_is_replaced_while_it_is_held_is_held_anew(
    indexed: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link, done = os.link, list[Any]()

    def joined_meanwhile(source: Any, target: Any) -> None:
        if not done and Path(source).name == "codes.npy":
            done.append(source)
            indexed.report(4)
            indexed.index()
            store = VectorStore(store_folder(indexed.index_dir, indexed.sight))
            store.refresh()
            store.compact()
        link(source, target)

    monkeypatch.setattr(os, "link", joined_meanwhile)
    with held_index(indexed.index_dir, tmp_path / "held") as held:
        assert done
        assert held.generation == 2
        assert pointer(held.folder) == pointer(indexed.index_dir)
        there = {str(p.relative_to(indexed.index_dir)) for p in indexed.index_dir.rglob("*.npy")}
        assert {name for name in held.names if name.endswith(".npy")} == {
            name for name in there if not name.startswith("generations/1/")
        }


def test_an_index_that_never_stands_still_is_given_up(
    indexed: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(holding, "_link", gone)
    with (
        pytest.raises(IndexUnusable, match="changes faster"),
        held_index(indexed.index_dir, tmp_path / "held"),
    ):
        pass
    assert not (tmp_path / "held").exists()


def test_where_there_are_no_hard_links_files_are_copied(
    indexed: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EXDEV, "another disk")

    monkeypatch.setattr(os, "link", refused)
    with held_index(indexed.index_dir, tmp_path / "held") as held:
        assert contents(held.folder, held.names) == contents(indexed.index_dir, held.names)


def test_without_an_index_nothing_is_held(tmp_path: Path) -> None:
    with workbench(tmp_path) as bench, held_index(bench.index_dir, tmp_path / "held") as held:
        assert (held.names, held.generation) == ((), None)


@pytest.mark.parametrize("damage", ["global.faiss", "manifest.json", "shard", "CURRENT", "no files"])
def test_a_damaged_index_is_not_held(indexed: Workbench, tmp_path: Path, damage: str) -> None:
    generation = indexed.index_dir / "generations" / "1"
    if damage == "shard":
        next(indexed.index_dir.glob("vectors/*/*/whole.npy")).write_bytes(b"torn")
    elif damage == "CURRENT":
        (indexed.index_dir / "CURRENT").write_text("{")
    elif damage == "no files":
        (generation / "manifest.json").write_text("{}")
        said = {"generation": 1, "manifest": files.sha256(generation / "manifest.json")}
        (indexed.index_dir / "CURRENT").write_text(json.dumps(said))
    else:
        (generation / damage).write_bytes(b"torn")
    with pytest.raises(IndexUnusable), held_index(indexed.index_dir, tmp_path / "held"):
        pass
    assert not (tmp_path / "held").exists()
