"""Logging: one line an event on stderr, through structlog, so that stdout carries answers only."""

from __future__ import annotations

import logging
import sys

import structlog

from service.settings import LogLevel


def configure_logs(level: LogLevel) -> None:
    """Send events of this level and above to stderr: coloured on a terminal, otherwise key=value."""
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, *_rendering()],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering()],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # Other people's libraries have much to say that is no news to an operator.
    root.setLevel(number if level == "debug" else max(number, logging.WARNING))


def _rendering() -> list[structlog.typing.Processor]:
    """The last steps of an event, the same for our loggers and for those of libraries."""
    if sys.stderr.isatty():
        # Plain: the pretty one shows the values of variables, and some of them are people's.
        return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    return [
        structlog.processors.format_exc_info,
        structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
    ]
