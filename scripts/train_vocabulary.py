"""Train the bundled weights: the projection of RootSIFT to 64 dimensions, and the vocabulary that codes it.

usage: python -m scripts.train_vocabulary PHOTOS... [--words 16384] [--photos 6000] [--seed 1]

Reads every photo below the folders, takes keypoints as the register's are taken, and writes
models/weights/vocabulary.npz with its card vocabulary.json. No label and no pair of photos is used:
only how local descriptors are spread. Takes about ten minutes on two cores for 4,000 photos.
"""

import argparse
import hashlib
import io
import json
import os
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import cv2
import faiss
import numpy as np
import numpy.typing as npt

from models.keypoints import DIMENSION, RawSift, RootSift, as_floats, project, raw_sift, root
from models.pixels import decode, shrink
from models.weights import FOLDER, NAME, Weights

KEYPOINTS = 500
PROJECTION_SAMPLE = 400_000
POINTS_PER_WORD = 48
SUFFIXES = {".jpg", ".jpeg"}

Floats = npt.NDArray[np.float32]


def blank_weights() -> Weights:
    """Weights that nothing reads yet: raw keypoints don't depend on them."""
    empty = np.zeros((0, 0), np.float32)
    return Weights(empty, empty, empty, empty, "")


def keypoints_of(path: Path) -> npt.NDArray[np.uint8]:
    """RootSIFT of one photo, uint8 (n, 128), times 512 (they are at most 0.5 but for rounding)."""
    cv2.setNumThreads(1)
    settings = RootSift(blank_weights())
    found: RawSift = raw_sift(shrink(decode(path.read_bytes()), settings.side).picture, KEYPOINTS, settings)
    return np.clip(np.rint(root(found.histograms) * 512), 0, 255).astype(np.uint8)


def photos_below(folders: list[Path], limit: int, seed: int) -> list[Path]:
    """A seeded sample of the photos below the folders."""
    found = sorted(p for folder in folders for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES)
    chosen = np.random.default_rng(seed).permutation(len(found))[:limit]
    return [found[i] for i in sorted(chosen)]


def gather(paths: list[Path]) -> Iterator[Floats]:
    """RootSIFT of every photo, float32 (n, 128)."""
    with ProcessPoolExecutor() as workers:
        for rows in workers.map(keypoints_of, paths, chunksize=16):
            yield np.asarray(rows, np.float32) / np.float32(512)


def principal(sample: Floats) -> tuple[Floats, Floats]:
    """Mean (128,) and the first principal components (128, 64)."""
    mean = sample.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov((sample - mean).T))
    sys.stdout.write(f"kept {values[::-1][:DIMENSION].sum() / values.sum():.3f} of the variance\n")
    return mean.astype(np.float32), vectors[:, ::-1][:, :DIMENSION].astype(np.float32)


def train_codes(vectors: Floats, words: int, seed: int) -> tuple[Floats, Floats]:
    """Coarse centroids (words, 64) and product quantiser (16, 256, 4) of the residuals."""
    flat = faiss.IndexFlatL2(DIMENSION)
    index = faiss.IndexIVFPQ(flat, DIMENSION, words, DIMENSION // 4, 8)
    index.cp.niter, index.cp.seed, index.cp.max_points_per_centroid = 12, seed, POINTS_PER_WORD
    index.cp.verbose = index.verbose = True
    index.train(vectors)
    centroids = flat.reconstruct_n(0, words)
    codes = faiss.vector_to_array(index.pq.centroids).reshape(DIMENSION // 4, 256, 4)
    return centroids.astype(np.float32), codes.astype(np.float32)


def write(arrays: Mapping[str, Floats], facts: Mapping[str, object]) -> None:
    """Write the weights and their card; the words as float16, which costs nothing in recall."""
    buffer = io.BytesIO()
    narrow = {name: a.astype(np.float16) if name == "words" else a for name, a in arrays.items()}
    np.savez(buffer, allow_pickle=False, **narrow)
    data = buffer.getvalue()
    card = {**facts, "sha256": hashlib.sha256(data).hexdigest()}
    (FOLDER / f"{NAME}.npz").write_bytes(data)
    (FOLDER / f"{NAME}.json").write_text(json.dumps(card, indent=2) + os.linesep, encoding="utf-8")


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--words", type=int, default=16384)
    parser.add_argument("--photos", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    rng = np.random.default_rng(asked.seed)
    paths = photos_below(asked.folders, asked.photos, asked.seed)
    rooted = np.concatenate(list(gather(paths)))
    sys.stdout.write(f"{len(rooted)} descriptors of {len(paths)} photos\n")
    mean, basis = principal(rooted[rng.permutation(len(rooted))[:PROJECTION_SAMPLE]])
    weights = Weights(mean, basis, np.zeros(0, np.float32), np.zeros(0, np.float32), "")
    rows = rng.permutation(len(rooted))[: asked.words * POINTS_PER_WORD]
    words, codes = train_codes(as_floats(project(rooted[np.sort(rows)], weights)), asked.words, asked.seed)
    card = {
        "name": NAME,
        "version": "1",
        "what": "projection of RootSIFT (128 to 64) and vocabulary with product quantiser for its search",
        "trained_by": "scripts/train_vocabulary.py",
        "settings": {"words": asked.words, "keypoints": KEYPOINTS, "seed": asked.seed},
        "data": f"{len(rooted)} local descriptors of {len(paths)} public photos of artworks; "
        "no photo, label or pair is kept",
        "licence": "Apache-2.0",
    }
    write({"mean": mean, "basis": basis, "words": words, "codes": codes}, card)


if __name__ == "__main__":
    main()
