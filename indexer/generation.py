"""Generations: immutable published indexes with a manifest, and the one pointer that says which is served.

index/
  lock                      held by the one writer
  CURRENT                   {"generation": 7, "manifest": sha256}: moved in one atomic step; after a switch of models
                            with "previous", the generation that `artrieve model undo` goes back to
  models.json               which model is wanted: see indexer.wanted
  generations/7/            manifest.json, photographs.npy, global.faiss
  vectors/<sight>/<shard>/  keypoints and codes, which the local index is filled with: see indexer.vectors.store
  vectors/<sight>.json      which model they are of: see indexer.stored
"""

import datetime as dt
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from data.registered import RegisterSnapshot
from data.survey import snapshot_of, snapshot_values
from indexer import files
from indexer.sight import Sight
from indexer.vectors.index import IndexUnusable
from indexer.vectors.segment import TABLE, Roll, Segment
from indexer.vectors.store import VectorStore
from models.catalogue import BUNDLED, LAYOUT

FORMAT = 3
"""Up to 2 a generation kept a copy of the codes; what its photographs' vectors are has not changed since."""
Place = tuple[int, str]
"""Number of a generation and hash of its manifest."""
POINTER = "CURRENT"
MANIFEST = "manifest.json"
KEPT = 2
"""Generations kept on disk: the one served and the one before it; and the last one of the model before."""
ADVICE = "Run `artrieve index`: it publishes a new generation from the stored vectors."


@dataclass(frozen=True, slots=True)
class Generation:
    """One published generation, open for searching."""

    number: int
    published_at: dt.datetime
    segment: Segment
    snapshot: RegisterSnapshot
    failed: Mapping[int, str]
    manifest_sha256: str


def store_folder(index_dir: Path, sight: Sight) -> Path:
    """Where the vectors of a sight are kept."""
    return index_dir / "vectors" / sight.vectors_id


def pointer(index_dir: Path) -> Place | None:
    """Number and manifest hash of the generation to serve; None if none was ever published. Raises IndexUnusable."""
    return _pointed(index_dir)[0]


def previous(index_dir: Path) -> Place | None:
    """The last generation of the model that served before; None without. Raises IndexUnusable."""
    return _pointed(index_dir)[1]


def _pointed(index_dir: Path) -> tuple[Place | None, Place | None]:
    try:
        found = json.loads((index_dir / POINTER).read_text(encoding="utf-8"))
        before = found.get("previous")
        return _place(found), None if before is None else _place(before)
    except FileNotFoundError:
        return None, None
    except (OSError, ValueError, KeyError, TypeError, OverflowError, AttributeError) as problem:
        raise IndexUnusable(f"{POINTER} can't be read: {problem}.", ADVICE) from problem


def _place(found: Any) -> Place:
    return int(found["generation"]), str(found["manifest"])


def point(index_dir: Path, place: Place, before: Place | None) -> None:
    """Serve a generation from now on, and say which is to be gone back to; both in one step. For the one writer."""
    written: dict[str, Any] = {"generation": place[0], "manifest": place[1]}
    if before is not None:
        written["previous"] = {"generation": before[0], "manifest": before[1]}
    files.replace_json(index_dir / POINTER, written)


def publish(
    index_dir: Path, roll: Roll, sight: Sight, snapshot: RegisterSnapshot, failed: Mapping[int, str]
) -> int:
    """Write a new generation beside the others and point to it. For the one writer, under its lock."""
    folder = index_dir / "generations"
    folder.mkdir(parents=True, exist_ok=True)
    files.sweep(folder)
    files.sweep(index_dir)
    number = _next_number(index_dir)
    filled = files.beside(folder / str(number))
    manifest = {
        "format": FORMAT,
        "generation": number,
        "published_at": dt.datetime.now(dt.UTC).isoformat(),
        "vectors": sight.vectors_id,
        "descriptor": sight.specification,
        "cards": {role: asdict(card) | {"id": card.id} for role, card in sight.cards.items()},
        "indexes": {"local": sight.local_index.kind, "global": roll.whole.kind},
        "photographs": len(roll),
        "keypoints": int(roll.table["keypoints"].sum()),
        "failed": {str(key): why for key, why in sorted(failed.items())},
        "register": snapshot_values(snapshot),
        "files": files.seal(roll.publish(filled)),
    }
    files.write_json(filled / MANIFEST, manifest)
    files.put_in_place(filled, folder / str(number))
    digest = files.sha256(folder / str(number) / MANIFEST)
    served, before = _standing(index_dir, sight.specification)
    point(index_dir, (number, digest), before)
    _retire(folder, number, {place[0] for place in (served, before) if place})
    return number


def _standing(index_dir: Path, specification: str) -> tuple[Place | None, Place | None]:
    """The generation served until now, and the one to go back to once this descriptor serves."""
    with suppress(IndexUnusable):
        served = pointer(index_dir)
        if served is None:
            return None, None
        with suppress(IndexUnusable):
            if named_descriptor(read_manifest(index_dir, *served)) != specification:
                return served, served
        return served, previous(index_dir)
    return None, None


def _next_number(index_dir: Path) -> int:
    """A number that no generation has had, also if the folder of the one that is served is lost."""
    numbers = [int(p.name) for p in (index_dir / "generations").iterdir() if p.name.isdigit()]
    with suppress(IndexUnusable):
        numbers.append((pointer(index_dir) or (0, ""))[0])
    return 1 + max(numbers, default=0)


def _retire(folder: Path, served: int, kept: set[int]) -> None:
    numbers = sorted(int(p.name) for p in folder.iterdir() if p.name.isdigit() and int(p.name) < served)
    for number in numbers[: 1 - KEPT]:
        if number not in kept:
            files.remove(folder / str(number))


def read_manifest(index_dir: Path, number: int, digest: str) -> dict[str, Any]:
    """The manifest of a generation, held against the pointer's hash. Raises IndexUnusable."""
    path = index_dir / "generations" / str(number) / MANIFEST
    try:
        if files.sha256(path) != digest:
            raise IndexUnusable(f"The manifest of generation {number} has changed.", ADVICE)
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise IndexUnusable(
            f"The manifest of generation {number} can't be read: {problem}.", ADVICE
        ) from problem
    return manifest


def named_descriptor(manifest: Mapping[str, Any]) -> str:
    """Specification of the descriptor that a generation was made by.

    Before there was a choice none was written, and the bundled one was what is the colour layout today: named so, such
    a generation serves on after an upgrade, until another model has embedded everything.
    """
    if "descriptor" in manifest:
        return str(manifest["descriptor"])
    card = manifest.get("cards", {}).get("descriptor", {})
    return LAYOUT if card.get("name") == LAYOUT else BUNDLED


def open_generation(
    index_dir: Path, number: int, digest: str, store: VectorStore, sight: Sight
) -> Generation:
    """Open a generation, having held every file against its hash and every model against its card.

    Raises IndexUnusable: what is torn or was made by other models is never served. Raises FileNotFoundError where
    another process has moved vectors since the store was refreshed.
    """
    manifest, roll = open_roll(index_dir, number, digest, sight)
    return Generation(
        number=number,
        published_at=dt.datetime.fromisoformat(manifest["published_at"]),
        segment=Segment.fill(roll, store, sight),
        snapshot=snapshot_of(manifest["register"]),
        failed={int(key): why for key, why in manifest["failed"].items()},
        manifest_sha256=digest,
    )


def open_roll(index_dir: Path, number: int, digest: str, sight: Sight) -> tuple[dict[str, Any], Roll]:
    """The manifest of a generation and which photographs it holds, checked likewise. Raises IndexUnusable."""
    manifest = read_manifest(index_dir, number, digest)
    folder = index_dir / "generations" / str(number)
    if manifest["format"] != FORMAT:
        raise IndexUnusable(f"Generation {number} has format {manifest['format']}, not {FORMAT}.", ADVICE)
    if manifest["vectors"] != sight.vectors_id:
        raise IndexUnusable(
            f"Generation {number} was made by other models ({_names(manifest)}) than are installed.",
            "Run `artrieve index` to embed the photographs with the installed models.",
        )
    broken = files.broken_seal(folder, manifest["files"])
    if broken:
        raise IndexUnusable(f"Generation {number} is damaged: {broken}.", ADVICE)
    return manifest, Roll.open(folder, sight)


def photographs_in(index_dir: Path, number: int, digest: str) -> set[int]:
    """The ids of the photographs in a generation, whichever models made it. Raises IndexUnusable."""
    manifest = read_manifest(index_dir, number, digest)
    folder = index_dir / "generations" / str(number)
    broken = files.broken_seal(
        folder, {name: facts for name, facts in manifest["files"].items() if name == TABLE}
    )
    if broken:
        raise IndexUnusable(f"Generation {number} is damaged: {broken}.", ADVICE)
    return set(np.load(folder / TABLE, allow_pickle=False)["photograph"].tolist())


def _names(manifest: Mapping[str, Any]) -> str:
    return ", ".join(card["id"] for card in manifest["cards"].values())
