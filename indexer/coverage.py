"""How far each model has come: which serves, which is wanted, how many photographs of the register it has embedded."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from data.registered import PhotographRef
from indexer.generation import pointer, previous
from indexer.stored import Label, Shelf, generation_labels, labels
from indexer.vectors.index import IndexUnusable
from indexer.wanted import ModelRef, model_at, wanted


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of the photographs that can be searched: how many a model has embedded, and how many it could not."""

    embedded: int
    failed: int
    photographs: int

    def __str__(self) -> str:
        rest = f", {self.failed} failed" if self.failed else ""
        return f"{self.embedded} of {self.photographs} photographs embedded{rest}"


@dataclass(frozen=True, slots=True)
class ModelState:
    """One model that has vectors stored, or is wanted.

    generations  of it on disk
    size         of its vectors, bytes
    """

    descriptor: str
    label: Label
    coverage: Coverage
    size: int
    generations: tuple[int, ...]
    served: bool
    wanted: bool
    previous: bool


@dataclass(frozen=True, slots=True)
class Models:
    """All models of an index.

    served    that the pointer leads to, None without
    previous  that an undo goes back to, None without
    problem   why nobody can tell which is wanted; "" if all is well
    """

    served: ModelRef | None
    wanted: ModelRef | None
    previous: ModelRef | None
    states: tuple[ModelState, ...]
    problem: str = ""

    @property
    def switching(self) -> ModelState | None:
        """The model that is to take over and has not yet; None while the wanted one serves."""
        coming = next((one for one in self.states if one.wanted), None)
        return coming if self.served and coming and not coming.served else None


def look_at_models(index_dir: Path, refs: Sequence[PhotographRef], shelf: Shelf) -> Models:
    """All models by what lies on disk; none is opened, and of shards only the cards are read."""
    served, before = model_at(index_dir, pointer), model_at(index_dir, previous)
    said, problem = _said(index_dir)
    known = labels(index_dir)
    if said and not said.vectors:  # nobody has said which: then it is what serves, if that is of this name
        same = served is not None and served.descriptor == said.descriptor
        said = served if same else ModelRef(said.descriptor, _newest(known, said.descriptor))
    if said and said.vectors not in {one.vectors for one in known}:
        known = [*known, Label(said.vectors, (said.descriptor,))]
    numbers = list(generation_labels(index_dir))
    keys = [ref.photo_key for ref in refs]
    states = [
        ModelState(
            descriptor=_name(one, served, said, before),
            label=one,
            coverage=_coverage(keys, shelf, one),
            size=sum(shard.size for shard in shelf.shards(one.vectors)),
            generations=tuple(sorted(at for at, label in numbers if label.vectors == one.vectors)),
            served=_is(one, served),
            wanted=_is(one, said),
            previous=_is(one, before),
        )
        for one in known
    ]
    return Models(served, said, before, tuple(states), problem)


def _said(index_dir: Path) -> tuple[ModelRef | None, str]:
    try:
        return wanted(index_dir), ""
    except IndexUnusable as problem:
        return None, str(problem)


def _newest(known: Sequence[Label], descriptor: str) -> str:
    named = [one.vectors for one in known if descriptor in one.descriptors]
    return named[-1] if len(named) == 1 else ""


def _is(label: Label, model: ModelRef | None) -> bool:
    return model is not None and label.vectors == model.vectors


def _name(label: Label, *roles: ModelRef | None) -> str:
    """What to call a model: as the role that it has calls it, else as it was last opened, else by its vectors."""
    called = [role.descriptor for role in roles if role and role.vectors == label.vectors]
    return (called or [*label.descriptors, label.vectors])[0]


def _coverage(keys: Collection[str], shelf: Shelf, label: Label) -> Coverage:
    shards = shelf.shards(label.vectors) if label.vectors else []
    held = {key for shard in shards for key in shard.keys}
    failed = {key for shard in shards for key in shard.failed} - held
    return Coverage(sum(key in held for key in keys), sum(key in failed for key in keys), len(keys))
