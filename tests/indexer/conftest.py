"""What the tests of the indexer share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.sight import Sight, default_sight
from tests.indexer.workbench import Workbench, workbench


@pytest.fixture(scope="session")
def sight() -> Sight:
    """The models that come with the project."""
    return default_sight()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """An empty register and no index."""
    with workbench(tmp_path) as opened:
        yield opened


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a register and its index, to be copied."""
    folder = tmp_path_factory.mktemp("prepared")
    with workbench(folder) as opened:
        for seed in (1, 2, 3):
            opened.report(seed)
        opened.index()
    return folder


@pytest.fixture
def indexed(prepared: Path, tmp_path: Path) -> Iterator[Workbench]:
    """Objects 1, 2 and 3 with the pictures 1, 2 and 3, and the first generation of them."""
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    with workbench(tmp_path) as opened:
        yield opened
