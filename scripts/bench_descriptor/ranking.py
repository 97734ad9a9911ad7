"""What a descriptor alone finds: the nearest registered photos of each query, scored as every search is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scripts.bench_sight.baselines import best
from scripts.bench_sight.material import QuerySet
from service.evaluation import Result
from service.scoring import Score, score

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Photos:
    """The photos of a set: its queries first, then what is registered.

    kinds  of the queries that count; all of them where none is named
    """

    tested: QuerySet
    kinds: frozenset[str] = frozenset()

    @property
    def queries(self) -> list[str]:
        """The queries that count."""
        truth = self.tested.truth
        return [query for query, true in truth.items() if not self.kinds or true.kind in self.kinds]

    def scored(self, asked: Floats, registered: Floats) -> Score:
        """Score descriptors: (queries, d) and (registered, d), in their order."""
        names = list(self.tested.registered)
        results = [
            Result(
                query,
                "none",
                0.0,
                tuple(
                    {"photo": names[at], "score": value, "verdict": "none"}
                    for at, value in best(registered @ vector)
                ),
            )
            for query, vector in zip(self.queries, asked, strict=True)
        ]
        return score(self.tested.truth, results)
