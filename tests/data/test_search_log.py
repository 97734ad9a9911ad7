"""Search records are kept as they were and never changed."""

from __future__ import annotations

import datetime as dt

import pytest

from data.database import Database
from data.search_log import SearchAlreadyKept, SearchLog


def test_a_record_comes_back_as_it_was(database: Database) -> None:
    log = SearchLog(database)
    answer = {
        "verdict": "none",
        "candidates": [],
        "score": 0.125,
        "words": "café",
        "nothing": None,
        "deep": {"a": [1]},
    }
    log.save("s-1", answer, dt.datetime.now(dt.UTC))
    assert log.get("s-1") == answer
    assert log.get("s-2") is None
    assert log.get("\x00") is None


def test_a_record_is_never_written_over(database: Database) -> None:
    log = SearchLog(database)
    log.save("s-1", {"verdict": "none"}, dt.datetime.now(dt.UTC))
    with pytest.raises(SearchAlreadyKept, match="never changed"):
        log.save("s-1", {"verdict": "match"}, dt.datetime.now(dt.UTC))
    assert log.get("s-1") == {"verdict": "none"}


def test_a_moment_needs_a_time_zone(database: Database) -> None:
    with pytest.raises(Exception, match="time zone"):
        SearchLog(database).save("s-1", {}, dt.datetime(2024, 1, 1))
