"""Which model an index is made for: said once, kept in one small file, and obeyed by every `artrieve index`."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from indexer import files
from indexer.generation import Place, named_descriptor, read_manifest
from indexer.sight import Sight
from indexer.vectors.index import IndexUnusable
from models.catalogue import BUNDLED

WANTED = "models.json"
ADVICE = "Say again which model is wanted: `artrieve model switch SPEC`."


class SwitchRefused(Exception):
    """A model is not taken, taken back or forgotten; nothing has changed."""

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(f"{reason} {advice}")
        self.reason = reason
        self.advice = advice


@dataclass(frozen=True, slots=True)
class ModelRef:
    """Which model: all that is needed to open it and to find its vectors.

    descriptor  its specification, see models.catalogue
    vectors     id of the sight with it; "" where nobody has opened it yet
    """

    descriptor: str = BUNDLED
    vectors: str = ""

    @classmethod
    def of(cls, sight: Sight) -> Self:
        """The model of a sight."""
        return cls(sight.specification, sight.vectors_id)


def model_at(index_dir: Path, place_of: Callable[[Path], Place | None]) -> ModelRef | None:
    """The model of the generation at the pointer, or before it; None without, or where it can't be read."""
    with suppress(IndexUnusable):
        place = place_of(index_dir)
        if place:
            manifest = read_manifest(index_dir, *place)
            return ModelRef(named_descriptor(manifest), str(manifest.get("vectors")))
    return None


def wanted(index_dir: Path) -> ModelRef:
    """What was said; the bundled model where nothing was. Raises IndexUnusable on a damaged file."""
    try:
        found = json.loads((index_dir / WANTED).read_text(encoding="utf-8"))["wanted"]
        said = ModelRef(found["descriptor"], found["vectors"])
    except FileNotFoundError:
        return ModelRef()
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise IndexUnusable(f"{WANTED} can't be read: {problem}.", ADVICE) from problem
    if not (isinstance(said.descriptor, str) and said.descriptor and isinstance(said.vectors, str)):
        raise IndexUnusable(f"{WANTED} names no model.", ADVICE)
    return said


def want(index_dir: Path, said: ModelRef) -> None:
    """Say which model is wanted, in one step. For the one writer, under its lock."""
    files.replace_json(index_dir / WANTED, {"wanted": asdict(said)})


def want_sight(index_dir: Path, sight: Sight) -> None:
    """Say that the model of a sight is wanted, unless that is said already."""
    said = ModelRef.of(sight)
    if not (index_dir / WANTED).exists() or wanted(index_dir) != said:
        want(index_dir, said)
