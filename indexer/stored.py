"""What is stored of each model: a label beside its vectors, and which photos they are of, without opening them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from indexer import files
from indexer.generation import MANIFEST, named_descriptor
from indexer.sight import Sight
from indexer.vectors.store import CARD

LABEL = ".json"
"""vectors/<id>.json says which model vectors/<id>/ is of."""


@dataclass(frozen=True, slots=True)
class Label:
    """Which model stored vectors are of.

    vectors      id of the sight, and name of their folder
    descriptors  specifications that it was opened by, none where nothing tells
    card         of the descriptor, with its "id"; empty where nothing tells
    kind         of the global index
    """

    vectors: str
    descriptors: tuple[str, ...] = ()
    card: Mapping[str, Any] = field(default_factory=dict)
    kind: str = ""

    @classmethod
    def of(cls, sight: Sight) -> Self:
        """The label for what a sight embeds."""
        card = sight.descriptor.card
        described = asdict(card) | {"id": card.id}
        return cls(sight.vectors_id, (sight.specification,), described, sight.global_index.kind)

    @property
    def card_id(self) -> str:
        """Id of the descriptor's card; "" where nothing tells."""
        return str(self.card.get("id", ""))

    def shares_keypoints(self, sight: Sight) -> bool:
        """Whether these vectors differ from those of a sight in the descriptor alone.

        The folder's name is a hash over everything that makes vectors, so a label that says something else than
        what was embedded is found out.
        """
        return self.vectors == sight.vectors_id_with(self.card_id, self.kind)


def vectors_folder(index_dir: Path) -> Path:
    """Where the vectors of all models lie."""
    return index_dir / "vectors"


def label(index_dir: Path, sight: Sight) -> None:
    """Write down which model a sight's vectors are of. For the one writer, under its lock."""
    before = _told(index_dir).get(sight.vectors_id, Label(sight.vectors_id))
    ours = Label.of(sight)
    named = sorted({*before.descriptors, *ours.descriptors})
    path = vectors_folder(index_dir) / f"{ours.vectors}{LABEL}"
    path.parent.mkdir(parents=True, exist_ok=True)
    written = {"descriptors": named, "card": ours.card, "kind": ours.kind}
    if _json(path) != json.loads(json.dumps(written)):
        files.replace_json(path, written)


def labels(index_dir: Path) -> list[Label]:
    """The label of each model that has vectors stored; damaged ones tell nothing."""
    folder, told = vectors_folder(index_dir), _told(index_dir)
    if not folder.is_dir():
        return []
    names = sorted(p.name for p in folder.iterdir() if p.is_dir() and files.TEMPORARY not in p.name)
    return [told.get(name, Label(name)) for name in names]


def _told(index_dir: Path) -> dict[str, Label]:
    """Labels by id: what generations say of themselves (from before there were labels), and the labels."""
    found: dict[str, Label] = {}
    for one in (*(each for _, each in generation_labels(index_dir)), *_written(index_dir)):
        known = found.get(one.vectors, one)
        found[one.vectors] = replace(one, descriptors=tuple(sorted({*known.descriptors, *one.descriptors})))
    return found


def generation_labels(index_dir: Path) -> Iterator[tuple[int, Label]]:
    """Number and label of each generation on disk whose manifest can be read."""
    for path in sorted((index_dir / "generations").glob(f"*/{MANIFEST}")):
        manifest = _json(path)
        with suppress(KeyError, TypeError, ValueError):
            yield (
                int(path.parent.name),
                Label(
                    str(manifest["vectors"]),
                    (named_descriptor(manifest),),
                    dict(manifest["cards"]["descriptor"]),
                    str(manifest["indexes"]["global"]),
                ),
            )


def _written(index_dir: Path) -> Iterator[Label]:
    for path in sorted(vectors_folder(index_dir).glob(f"*{LABEL}")):
        said = _json(path)
        with suppress(KeyError, TypeError, ValueError):
            named = tuple(str(one) for one in said["descriptors"])
            yield Label(path.name.removesuffix(LABEL), named, dict(said["card"]), str(said["kind"]))


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class ShardCard:
    """What the card of a shard says: which photos are in it, which failed, and how large it is."""

    folder: Path
    keys: tuple[str, ...]
    failed: tuple[str, ...]
    size: int
    """Bytes on disk, the card's own left out."""


class Shelf:
    """Reads the cards of stored shards, each once: what has been written is never changed. For one thread."""

    def __init__(self, index_dir: Path) -> None:
        self._folder = vectors_folder(index_dir)
        self._cards: dict[Path, ShardCard] = {}

    def shards(self, vectors: str) -> list[ShardCard]:
        """The shards of a model by their cards; one without a readable card is left out."""
        folder = self._folder / vectors
        there = sorted(p for p in _inside(folder) if p.is_dir() and files.TEMPORARY not in p.name)
        for gone in [p for p in self._cards if p.parent == folder and p not in set(there)]:
            del self._cards[gone]
        for path in there:
            if path not in self._cards and (card := _card(path)):
                self._cards[path] = card
        return [self._cards[path] for path in there if path in self._cards]


def _inside(folder: Path) -> Iterable[Path]:
    try:
        return list(folder.iterdir())
    except OSError:  # nothing was embedded by this model, or it has just been forgotten
        return ()


def _card(path: Path) -> ShardCard | None:
    card = _json(path / CARD)
    try:
        size = sum(int(facts["bytes"]) for facts in card["files"].values())
        return ShardCard(path, tuple(map(str, card["keys"])), tuple(map(str, card["failed"])), size)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
