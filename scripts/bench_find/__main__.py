"""Measure finding by words and fields, on SQLite and on PostgreSQL.

usage: python -m scripts.bench_find [--objects 500000] [--rounds 5] [--out docs/benchmarks] [--postgresql URL]

Without --postgresql a server is started from Debian's package, as the tests do, and is gone at the end; with it, the
database of that URL must be empty. Both are filled at the same time, in a process each.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from data.database import open_database
from data.finding import find
from scripts.bench_find.loading import Loaded, load
from scripts.bench_find.queries import Asked, all_queries
from scripts.bench_find.records import Names
from scripts.bench_find.report import Figures, Measured, write
from tests.postgresql import temporary_postgresql

SHOWN = 20


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--objects", type=int, default=500_000, help="how many records are generated")
    parser.add_argument("--rounds", type=int, default=5, help="how often each query is asked")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, default=Path("docs/benchmarks"))
    parser.add_argument("--postgresql", default="", metavar="URL", help="an empty database")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="artrieve-bench-") as scratch,
        _server(asked.postgresql) as server,
    ):
        urls = {"SQLite": f"sqlite:///{scratch}/register.db", "PostgreSQL": server}
        say(f"Filling both with {asked.objects:,} records ...")
        names = Names.made(asked.seed)
        loaded = load_all(urls, asked.objects, asked.seed, names)
        queries = all_queries(names)
        measured = {name: measure(name, url, queries, asked.rounds) for name, url in urls.items()}
    figures = Figures(asked.objects, asked.rounds, loaded, measured)
    say(f"\n{write(asked.out, figures).read_text(encoding='utf-8')}")


def load_all(urls: Mapping[str, str], count: int, seed: int, names: Names) -> dict[str, Loaded]:
    """Fill all databases at once."""
    with ProcessPoolExecutor(len(urls), get_context("spawn")) as processes:
        loading = {name: processes.submit(load, url, count, seed, names) for name, url in urls.items()}
        return {name: one.result() for name, one in loading.items()}


def measure(name: str, url: str, queries: Sequence[Asked], rounds: int) -> list[Measured]:
    """Ask every query in every round; the first round of all, which warms the caches, does not count."""
    say(f"Asking {name} {len(queries)} queries, {rounds} rounds ...")
    database = open_database(url)
    took: list[list[float]] = [[] for _ in queries]
    found = [0] * len(queries)
    for turn in range(rounds + 1):
        for at, asked in enumerate(queries):
            started = time.perf_counter()
            found[at] = find(database, asked.query, asked.filters, SHOWN).total
            if turn:
                took[at].append((time.perf_counter() - started) * 1000)
    database.close()
    return [
        Measured(asked.kind, _written(asked), total, ms)
        for asked, total, ms in zip(queries, found, took, strict=True)
    ]


def _written(asked: Asked) -> str:
    fields = asked.filters.model_dump(mode="json", exclude_defaults=True)
    return " ".join([asked.text, *(f"{name}={value}" for name, value in fields.items())]).strip()


@contextmanager
def _server(url: str) -> Iterator[str]:
    if url:
        yield url
        return
    with temporary_postgresql() as server:
        yield server


def say(text: str) -> None:
    """Write a line to stdout."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
