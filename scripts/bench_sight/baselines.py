"""What others would do, on the same photos: perceptual hash, whole-photo descriptor, and the harness that runs them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import numpy as np

from data.machine import cores
from models.descriptor import Descriptor
from models.pixels import Pixels, decode
from scripts.conditions.sources import perceptual_hash
from service.evaluation import CANDIDATES, Result

Ranked = list[tuple[int, float]]
"""Positions of registered photos with their scores, best first."""
HASH_BITS = 64


class Baseline(Protocol):
    """A method: describe each photo, shelve the registered ones, then search for one among them.

    `what` says what it does, for the report.
    `describe` may be called from any thread; what it gives is only ever handed back.
    """

    name: str
    what: str

    def describe(self, photo: Pixels) -> Any:
        """Describe (height, width, 3) RGB."""
        ...

    def shelve(self, registered: Sequence[Any]) -> None:
        """Make these descriptions what is searched, in place of any before."""
        ...

    def search(self, asked: Any) -> Ranked:
        """The best registered photos, at most CANDIDATES."""
        ...


class PerceptualHash:
    """pHash: the registered photos whose hash differs in the fewest bits."""

    name = "pHash"
    what = f"perceptual hash, {HASH_BITS} bits, of the whole photo; score: share of equal bits"

    def describe(self, photo: Pixels) -> Any:
        """The hash, an int."""
        return perceptual_hash(photo)

    def shelve(self, registered: Sequence[Any]) -> None:
        """Keep hashes."""
        self._hashes = np.array(registered, np.uint64)

    def search(self, asked: Any) -> Ranked:
        """By the number of equal bits."""
        apart = np.bitwise_count(self._hashes ^ np.uint64(asked))
        return best(1 - apart / HASH_BITS)


class WholePhoto:
    """A global descriptor: the exact nearest registered photos by inner product."""

    def __init__(self, descriptor: Descriptor) -> None:
        card = descriptor.card
        self._descriptor = descriptor
        self.name = card.name
        self.what = (
            f"the installed descriptor ({card.summary}; {card.dimension} dimensions) of the whole photo, "
            "exact nearest neighbours; score: inner product"
        )

    def describe(self, photo: Pixels) -> Any:
        """One vector of unit length."""
        return self._descriptor.describe([photo])[0]

    def shelve(self, registered: Sequence[Any]) -> None:
        """Keep vectors."""
        self._vectors = np.stack(registered)

    def search(self, asked: Any) -> Ranked:
        """By inner product."""
        return best(self._vectors @ asked)


def best(scores: Any) -> Ranked:
    """The highest scores with their positions; of equal ones the earlier first."""
    order = np.argsort(-scores, kind="stable")[:CANDIDATES]
    return [(int(position), round(float(scores[position]), 6)) for position in order]


class Shelf:
    """Every baseline's descriptions of registered photos, each made once however many sets register it."""

    def __init__(self, baselines: Sequence[Baseline], read: Callable[[int], bytes]) -> None:
        """`read` gives the stored JPEG of a photograph id."""
        self._baselines = baselines
        self._read = read
        self._described: dict[int, list[Any]] = {}
        self._shelved: list[int] = []

    def put(self, photographs: Sequence[int]) -> None:
        """Make these photographs, and no others, what the baselines search."""
        missing = [one for one in photographs if one not in self._described]
        with ThreadPoolExecutor(cores()) as threads:
            self._described.update(zip(missing, threads.map(self._describe, missing), strict=True))
        self._shelved = list(photographs)
        for number, baseline in enumerate(self._baselines):
            baseline.shelve([self._described[one][number] for one in photographs])

    def _describe(self, photograph: int) -> list[Any]:
        photo = decode(self._read(photograph))
        return [baseline.describe(photo) for baseline in self._baselines]

    def search(
        self, queries: Mapping[str, bytes], names: Mapping[int, str]
    ) -> Iterator[tuple[str, list[Result]]]:
        """The answers of each baseline to queries (JPEGs as intake gives them), one after the other.

        Milliseconds are from the JPEG to the ranked photographs, on all cores where a baseline uses them.
        """
        for baseline in self._baselines:
            yield baseline.name, [self._answer(baseline, query, queries[query], names) for query in queries]

    def _answer(self, baseline: Baseline, query: str, jpeg: bytes, names: Mapping[int, str]) -> Result:
        began = time.perf_counter()
        ranked = baseline.search(baseline.describe(decode(jpeg)))
        spent = round((time.perf_counter() - began) * 1000, 1)
        candidates = tuple(
            {"photo": names[self._shelved[position]], "score": score, "verdict": "none"}
            for position, score in ranked
        )
        return Result(query, "none", spent, candidates)
