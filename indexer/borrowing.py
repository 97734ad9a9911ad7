"""A new model needs its own descriptors only: the keypoints of a photo are taken from what another model's photos have.

Finding and coding keypoints is most of the work of embedding (docs/decisions/0012), and no descriptor changes them.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from indexer.runners.runner import ShardJob
from indexer.sight import Sight
from indexer.stored import Shelf, labels


def lenders(index_dir: Path, sight: Sight) -> dict[str, Path]:
    """By photo key: a shard of another model that holds the keypoints which this sight would find."""
    shelf, found = Shelf(index_dir), dict[str, Path]()
    for one in labels(index_dir):
        if one.vectors != sight.vectors_id and one.shares_keypoints(sight):
            for shard in shelf.shards(one.vectors):
                for key in shard.keys:
                    found.setdefault(key, shard.folder)
    return found


def jobs_for(keys: Sequence[str], lent: Mapping[str, Path], size: int) -> list[ShardJob]:
    """Jobs of up to `size` photos, in their order; those whose keypoints lie in one shard together, to open it once."""
    together: dict[Path | None, list[str]] = {}
    for key in keys:
        together.setdefault(lent.get(key), []).append(key)
    return [
        ShardJob(tuple(some[start : start + size]), lender)
        for lender, some in together.items()
        for start in range(0, len(some), size)
    ]
