"""Logging: events on stderr, from the level that is set, other libraries from warnings only."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog

from service.logs import configure_logs
from service.settings import LogLevel


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("debug", ["debug ours", "info ours", "warning ours", "info theirs", "warning theirs"]),
        ("info", ["info ours", "warning ours", "warning theirs"]),
        ("error", []),
    ],
)
def test_what_is_logged(level: LogLevel, expected: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(level)
    ours = structlog.get_logger("ours")
    ours.debug("ours", number=1)
    ours.info("ours", number=1)
    ours.warning("ours", number=1)
    logging.getLogger("library").info("theirs")
    logging.getLogger("library").warning("theirs")
    said = capsys.readouterr()
    assert said.out == ""
    words = [dict(part.split("=", 1) for part in line.split()) for line in said.err.splitlines()]
    assert [f"{line['level']} {line['event']}" for line in words] == expected
    assert all(line["timestamp"].endswith("Z") for line in words)


def test_an_error_s_traceback_is_part_of_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("info")
    try:
        int("no number")
    except ValueError:
        structlog.get_logger("ours").exception("broken")
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "ValueError" in said
