"""A service over three coloured pictures, whose model knows the words red, green and blue."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from data.object_id import ObjectRecord
from data.register import NewPhotograph
from indexer.indexing import index_register
from indexer.runners.runner import InlineRunner
from service import workshop
from service.settings import Settings
from service.workshop import open_register
from tests.colours import colour_sight, coloured
from tests.service.serving import Running, serving, settings_in

TITLES = ("Red sail", "Vase, <script>alert(1)</script>", "Blue horse")
MARKUP = 2
"""The object whose title would like to be a script."""


def make_colours(settings: Settings) -> None:
    """Register a red, a green and a blue picture as objects 1 to 3, and publish them."""
    register = open_register(settings)
    try:
        for at, title in enumerate(TITLES):
            photo = coloured(*(220 if at == channel else 20 for channel in range(3)))
            record = {
                "title": title,
                "maker": "Kr\u00f8yer",
                "type_path": ["paintings", "oil"],
                "materials": "bronze",
            }
            register.report(ObjectRecord.model_validate(record), [NewPhotograph(photo)])
        index_register(register, settings.index_dir, colour_sight(), runner=InlineRunner())
    finally:
        register.database.close()


@contextmanager
def seeing_colours() -> Iterator[None]:
    """Open every engine with the descriptor that knows colours."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(workshop, "default_sight", lambda *_, **__: colour_sight())
        yield


@contextmanager
def serving_colours(folder: Path, **given: object) -> Iterator[Running]:
    """Serve the three pictures."""
    settings = settings_in(folder, **given)
    make_colours(settings)
    with ExitStack() as opened:
        with seeing_colours():  # the engine is opened when the service starts
            service = opened.enter_context(serving(settings))
        yield service
