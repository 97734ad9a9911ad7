"""The steps from ImageNet's features to the descriptor that is served, each as something that describes photos."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from models.catalogue import open_descriptor
from models.pixels import Pixels, decode
from scripts.train_descriptor.judging import as_input
from scripts.train_descriptor.network import Network, whitened
from scripts.train_descriptor.settings import Settings
from scripts.train_descriptor.surfaces import square

Floats = npt.NDArray[np.float32]
Described = dict[str, Floats]
"""By the name of a step: the descriptors of n photos, float32 (n, d)."""
BATCH = 32
POOLED, LEARNED, KEPT = "pooled", "learned", "kept"


def read(paths: Sequence[Path]) -> Iterator[list[Pixels]]:
    """The photos of some files, a batch at a time."""
    for start in range(0, len(paths), BATCH):
        yield [decode(path.read_bytes()) for path in paths[start : start + BATCH]]


def described_by(specification: str, paths: Sequence[Path]) -> Floats:
    """What a descriptor of the catalogue makes of each photo."""
    descriptor = open_descriptor(specification)
    return np.concatenate([descriptor.describe(photos) for photos in read(paths)])


@torch.inference_mode()
def features_of(network: Network, paths: Sequence[Path], side: int) -> Described:
    """What a network makes of each photo: the pooled features and both parts of its descriptor."""
    parts: dict[str, list[Floats]] = {POOLED: [], LEARNED: [], KEPT: []}
    for photos in read(paths):
        pooled = network.pooled(as_input(np.stack([square(photo, side) for photo in photos])))
        parts[POOLED].append(pooled.numpy())
        parts[LEARNED].append(_unit(network.learned(pooled).numpy()))
        parts[KEPT].append(_unit(network.kept(pooled).numpy()))
    return {name: np.concatenate(rows) for name, rows in parts.items()}


def steps(
    before: Mapping[str, Described], after: Mapping[str, Described], whitened_on: str, settings: Settings
) -> dict[str, dict[str, Floats]]:
    """Descriptors by step and by set of photos, from the features of ImageNet's network and of the trained one.

    `whitened_on` names the set of photos that whitening is learned on.
    """
    made: dict[str, Callable[[str], Floats]] = {
        "ImageNet, generalised mean": lambda name: before[name][POOLED],
        "the same, whitened": _whitening(before, whitened_on, settings, lambda one: one[POOLED]),
        "trained, generalised mean": lambda name: after[name][POOLED],
        "trained, learned part": lambda name: after[name][LEARNED],
        "trained, kept part": lambda name: after[name][KEPT],
        "trained, both parts": lambda name: _unit(_both(after[name])),
        "trained, both parts, whitened": _whitening(after, whitened_on, settings, _both),
        "trained, generalised mean, whitened": _whitening(
            after, whitened_on, settings, lambda one: one[POOLED]
        ),
    }
    return {step: {name: make(name) for name in before} for step, make in made.items()}


def _both(described: Described) -> Floats:
    return np.concatenate([described[LEARNED], described[KEPT]], axis=1)


def _whitening(
    features: Mapping[str, Described],
    learned_on: str,
    settings: Settings,
    take: Callable[[Described], Floats],
) -> Callable[[str], Floats]:
    served = settings.served
    mean, projection = whitened(
        torch.from_numpy(take(features[learned_on])), served.dimension, served.whitening
    )
    return lambda name: _unit((take(features[name]) - mean.numpy()) @ projection.numpy())


def _unit(vectors: Any) -> Floats:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), np.float32)
