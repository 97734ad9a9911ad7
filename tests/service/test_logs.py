"""Logging: events on stderr, from the level that is set, other libraries from warnings only."""

from __future__ import annotations

import io
import logging
import sys
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


def test_a_library_s_traceback_is_part_of_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("info")
    try:
        int("no number")
    except ValueError:
        logging.getLogger("uvicorn.error").exception("broken")
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "Traceback (most recent call last)" in said
    assert "ValueError: invalid literal" in said


def test_on_a_terminal_a_traceback_shows_no_values(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    configure_logs("info")
    secret = "somebody's name"
    try:
        int("no number")
    except ValueError:
        structlog.get_logger("ours").exception("broken")
        logging.getLogger("library").exception("broken too")
    said = terminal.getvalue()
    assert said.count("Traceback (most recent call last)") == 2
    assert secret not in said
