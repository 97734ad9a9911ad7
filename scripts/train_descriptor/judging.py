"""How well held-out objects are found: the share whose other photo has them as its nearest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from models.pixels import Pixels
from scripts.train_descriptor.network import Network
from scripts.train_descriptor.pictures import Pictures
from scripts.train_descriptor.surfaces import square
from scripts.train_descriptor.views import other

BATCH = 64
DISTRACTORS = 600
SEED = 99

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Judged:
    """Shares of queries whose first answer is right.

    learned, kept  by one part of the descriptor
    both           by both joined
    statues        of real photos of held-out statues from other sides, by both joined
    """

    learned: float
    kept: float
    both: float
    statues: float


@torch.inference_mode()
def describe(network: Network, photos: Sequence[Pixels], side: int) -> tuple[Floats, Floats]:
    """Both parts of the descriptors of n photos of any size."""
    learned, kept = [], []
    for views in _batches(photos, side):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            parts = network(views)
        learned.append(parts.learned.float().numpy())
        kept.append(parts.kept.float().numpy())
    return np.concatenate(learned), np.concatenate(kept)


@torch.inference_mode()
def pool(network: Network, photos: Sequence[Pixels], side: int) -> Floats:
    """Generalised means of n photos of any size, before either part: (n, 1280), of unit length."""
    rows = []
    for views in _batches(photos, side):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            rows.append(network.pooled(views).float().numpy())
    return np.concatenate(rows)


def _batches(photos: Sequence[Pixels], side: int) -> Iterator[torch.Tensor]:
    for start in range(0, len(photos), BATCH):
        yield as_input(np.stack([square(photo, side) for photo in photos[start : start + BATCH]]))


def as_input(views: npt.NDArray[np.uint8]) -> torch.Tensor:
    """uint8 (n, side, side, 3) as the network wants it."""
    return torch.from_numpy(views).permute(0, 3, 1, 2).float().contiguous(memory_format=torch.channels_last)


def judge(network: Network, pictures: Pictures, side: int) -> Judged:
    """Search held-out pictures by simulated other photos, and held-out statues by real ones."""
    rng = np.random.default_rng(SEED)
    statues = [row for rows in pictures.statues(held=True).values() for row in rows]
    flat = sorted({at for at, held in enumerate(pictures.held) if held} - set(statues))
    flat = [row for row in flat if not pictures.objects[row].startswith("?")]
    trained = pictures.trained
    beside = rng.permutation(trained)[:DISTRACTORS].tolist()
    registered = [*flat, *statues, *beside]
    queries = [other(pictures.photos[row], pictures.photos[rng.choice(trained)], side, rng) for row in flat]
    found = describe(network, [pictures.photos[row] for row in registered], side)
    asked = describe(network, queries, side)
    right = np.arange(len(flat))
    joined = _join(*found)
    statue_rows = np.arange(len(flat), len(flat) + len(statues))
    return Judged(
        _first(asked[0], found[0], right),
        _first(asked[1], found[1], right),
        _first(_join(*asked), joined, right),
        _statues(joined, statue_rows, [pictures.objects[row] for row in statues]),
    )


def _join(learned: Floats, kept: Floats) -> Floats:
    return np.concatenate([learned, kept], axis=1)


def _first(asked: Floats, found: Floats, right: npt.NDArray[np.int64]) -> float:
    return float(np.mean(np.argmax(asked @ found.T, axis=1) == right)) if len(asked) else float("nan")


def _statues(found: Floats, rows: npt.NDArray[np.int64], objects: Sequence[str]) -> float:
    """Precision over the nearest ten photos, of those that show the same statue."""
    if not len(rows):
        return float("nan")
    likeness = found[rows] @ found.T
    likeness[np.arange(len(rows)), rows] = -np.inf
    nearest = np.argsort(-likeness, axis=1)[:, :10]
    named = np.full(len(found), "", dtype=object)
    named[rows] = objects
    return float(np.mean(named[nearest] == np.array(objects, dtype=object)[:, None]))
