"""The benchmark of finding asks what occurs in its records, and both databases find the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.bench_find import records
from scripts.bench_find.__main__ import load_all, measure
from scripts.bench_find.queries import all_queries
from scripts.bench_find.records import Names, objects
from scripts.bench_find.report import Figures, agree, summary, write

OBJECTS, SEED = 1500, 7


@pytest.fixture(scope="module")
def names() -> Names:
    """Fewer words than the benchmark has, so that they are made quickly."""
    return Names.made(SEED, rare=9_200)


def test_the_same_seed_makes_the_same_records(names: Names) -> None:
    first, again, other = (list(objects(20, seed, names)) for seed in (SEED, SEED, SEED + 1))
    assert first == again != other
    assert len({row[records.COLUMNS.index("title")] for row, _ in first}) > 10
    assert {len(row) for row, _ in first} == {len(records.COLUMNS)}
    assert all(len(size) == len(records.SIZES) for _, sizes in first for size in sizes)


def test_both_databases_find_the_same(names: Names, postgresql_url: str, tmp_path: Path) -> None:
    urls = {"SQLite": f"sqlite:///{tmp_path}/register.db", "PostgreSQL": postgresql_url}
    loaded = load_all(urls, OBJECTS, SEED, names)
    queries = all_queries(names)
    measured = {name: measure(name, url, queries, 1) for name, url in urls.items()}
    figures = Figures(OBJECTS, 1, loaded, measured)
    page = write(tmp_path, figures).read_text(encoding="utf-8")
    facts = json.loads((tmp_path / "find.json").read_text(encoding="utf-8"))
    assert facts == summary(figures)
    assert agree(facts)
    assert "Both find the same: yes." in page
    assert "1,500 generated records" in page
    for one in measured.values():
        kinds = {each.kind: each.found for each in one}
        assert all(
            found for kind, found in kinds.items() if kind in {"period", "a part of a word", "maker"}
        ), kinds
        assert kinds["no such word"] == 0
        assert len(one) >= 40


def test_a_difference_between_databases_is_told(names: Names) -> None:
    queries = [{"found": 3}, {"found": 4}]
    assert not agree({"databases": {"one": {"queries": queries}, "two": {"queries": queries[::-1]}}})
