"""Where the time of a search goes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Steps:
    """Milliseconds by step, of all threads together."""

    ms: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Add the time of a block to a step."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.ms[name] = self.ms.get(name, 0.0) + (time.perf_counter() - began) * 1000

    def add(self, other: "Steps") -> None:
        """Add the times of another thread."""
        for name, spent in other.ms.items():
            self.ms[name] = self.ms.get(name, 0.0) + spent
