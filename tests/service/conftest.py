"""Running services that tests share. Tests that write into the register use `fresh`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.serving import Running, index, register_drawn, serving, settings_in

REGISTERED = range(1, 9)


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service over an indexed register of eight drawn objects, ids 1 to 8 by their seeds."""
    settings = settings_in(tmp_path_factory.mktemp("running"))
    made = register_drawn(settings, REGISTERED)
    assert [each.id for each in made] == list(REGISTERED)
    index(settings)
    with serving(settings) as service:
        yield service


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Running]:
    """A service of the test's own, over a register of two drawn objects, indexed."""
    settings = settings_in(tmp_path)
    register_drawn(settings, [101, 102])
    index(settings)
    with serving(settings) as service:
        yield service
