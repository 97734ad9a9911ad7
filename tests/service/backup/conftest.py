"""A small register with an index, and a backup of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from service import commands
from service.settings import Settings
from tests.service.serving import index, register_drawn, settings_in

SEEDS = (401, 402, 403)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Three drawn objects, indexed. Only to be read."""
    settings = settings_in(tmp_path_factory.mktemp("filled") / "home")
    register_drawn(settings, SEEDS)
    index(settings)
    return settings


@pytest.fixture(scope="session")
def archived(filled: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the filled register. Only to be read."""
    file = tmp_path_factory.mktemp("archived") / "backup.tar"
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("ARTRIEVE_DATA_DIR", str(filled.data_dir))
        assert commands.run(["backup", str(file)]) == 0
    return file


@pytest.fixture
def home(filled: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the filled register, which the commands work on."""
    shutil.copytree(filled.data_dir, tmp_path / "home")
    monkeypatch.setenv("ARTRIEVE_DATA_DIR", str(tmp_path / "home"))
    return tmp_path / "home"
