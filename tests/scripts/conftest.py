from pathlib import Path

import pytest

from scripts.demo_register import DemoRegister, make_register

COUNT, SEED = 25, 11


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "register"


@pytest.fixture(scope="session")
def demo(demo_folder: Path) -> DemoRegister:
    """One of every turn of the kinds."""
    return make_register(demo_folder, count=COUNT, seed=SEED)
