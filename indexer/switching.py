"""Another model takes over: embedded beside the one that serves, switched in one step, taken back, or forgotten.

    switch: the model is wanted -> its vectors are made beside the others -> a generation of them -> the pointer moves
    undo:   the pointer moves to the last generation of the model before -> that model is wanted

The pointer's move is the switch, and it carries the way back with it, so that a crash at any moment leaves one model
serving and one to go back to.
"""

import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data.register import Register
from indexer import files
from indexer.generation import Place, point, pointer, previous
from indexer.indexing import IndexProgress, IndexReport, embed_and_publish, one_writer
from indexer.opening import Opener
from indexer.runners.processes import ProcessRunner
from indexer.runners.runner import Runner
from indexer.sight import Sight, Sights
from indexer.stored import LABEL, Label, Shelf, generation_labels, labels, vectors_folder
from indexer.vectors.index import IndexUnusable
from indexer.wanted import ModelRef, SwitchRefused, model_at, want, want_sight, wanted
from models.card import ModelUnusable

LENGTH_TOLERANCE = 1e-3
"""How far from 1 the length of a descriptor may lie: that of half-precision models rounds to within 5e-4."""


def switch(
    register: Register,
    index_dir: Path,
    sight: Sight,
    *,
    prepare: bool = False,
    losing: bool = False,
    workers: int = 0,
    progress: Callable[[IndexProgress], None] | None = None,
    runner: Runner | None = None,
) -> IndexReport:
    """Embed the register by another model, then serve it. Until then the model before serves, whatever happens.

    Interrupted, the model stays wanted, and `index_register` with it goes on and switches.

    prepare  embeds, and leaves what is served and wanted as it is
    losing   also if photographs can't be embedded that are searchable now

    Raises ModelUnusable if the model gives no descriptors of the kind it should, IndexBusy, and SwitchRefused if
    photographs would be lost.
    """
    _try_out(sight)
    with one_writer(index_dir):
        before = _standing(index_dir)
        if not prepare:
            want(index_dir, ModelRef.of(sight))
        try:
            return embed_and_publish(
                register,
                index_dir,
                sight,
                runner or ProcessRunner(workers),
                progress,
                rebuild=True,
                publishing=not prepare,
                losing=losing,
            )
        except SwitchRefused:
            want(index_dir, before)
            raise


def _try_out(sight: Sight) -> None:
    """Have one picture described. Raises ModelUnusable: better now than after a night of embedding."""
    card = sight.descriptor.card
    noise = np.random.default_rng(0).integers(0, 256, (96, 64, 3), dtype=np.uint8)
    found = sight.descriptor.describe([noise])
    if found.shape != (1, card.dimension):
        problem = (
            f"It gives {' x '.join(map(str, found.shape))} numbers for one photo, not 1 x {card.dimension}."
        )
    elif not np.isfinite(found).all() or abs(float(np.linalg.norm(found)) - 1) > LENGTH_TOLERANCE:
        problem = "Its vectors are not of length 1."
    else:
        return
    raise ModelUnusable(
        f"The model {sight.specification} is not what its card says. {problem}",
        "Use another, or correct its card.",
    )


def _standing(index_dir: Path) -> ModelRef:
    """What is wanted now; where that can't be read, what is served."""
    try:
        return wanted(index_dir)
    except IndexUnusable:
        return model_at(index_dir, pointer) or ModelRef()


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo did.

    descriptor  that serves now, and is wanted
    generation  that serves now
    left        the model that was given up
    switched    whether another model served before; else a switch was given up that was not complete
    """

    descriptor: str
    generation: int
    left: str
    switched: bool


def undo(index_dir: Path, sights: Sights) -> Undone:
    """Take the last switch back: give it up if it is not complete, else serve what the model before served last.

    What was registered since is caught up with as after any registration. Undone again, it goes forward again.
    Raises IndexBusy, SwitchRefused where there is nothing to go back to, and IndexUnusable where nobody can tell.
    """
    if pointer(index_dir) is None:
        raise SwitchRefused("No index has been published yet.", "There is no switch to undo.")
    with one_writer(index_dir):
        said, place, serving = wanted(index_dir), pointer(index_dir), model_at(index_dir, pointer)
        if place is None:  # lost since
            raise IndexUnusable("Nothing says which generation is served.", "Run `artrieve index`.")
        if serving and said.descriptor != serving.descriptor:
            want(index_dir, serving)
            return Undone(serving.descriptor, place[0], said.descriptor, switched=False)
        before = previous(index_dir)
        if before is None:
            raise SwitchRefused(
                "There is no switch to undo: no other model has served before, or it was forgotten.",
                "`artrieve model list` shows the models there are.",
            )
        sight = _opened(index_dir, sights, before)
        point(index_dir, before, place)
        # afterwards: an undo that dies before this line is ended by the next undo, or by hand, and serves already
        want_sight(index_dir, sight)
        return Undone(sight.specification, before[0], said.descriptor, switched=True)


def _opened(index_dir: Path, sights: Sights, before: Place) -> Sight:
    """The sight of a generation, which was opened as it will be for searching. Raises SwitchRefused."""
    try:
        return Opener(index_dir, sights).open(*before)[0]
    except (IndexUnusable, FileNotFoundError) as problem:
        reason = problem.reason if isinstance(problem, IndexUnusable) else str(problem)
        raise SwitchRefused(
            f"Generation {before[0]}, which served before the switch, can't be used any more: {reason}",
            "Embed anew by its model instead: `artrieve model switch SPEC`.",
        ) from problem


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was stored of a model and is gone: photos that had vectors, and bytes."""

    label: Label
    photos: int
    size: int


def stored_of(index_dir: Path, name: str) -> list[Forgotten]:
    """What `forget` would remove. Raises SwitchRefused where there is nothing, or where it is needed."""
    found = [one for one in labels(index_dir) if name == one.vectors or name in one.descriptors]
    if not found:
        raise SwitchRefused(
            f"No vectors of a model {name!r} are stored.", "`artrieve model list` shows the models there are."
        )
    said, serving = wanted(index_dir), model_at(index_dir, pointer)
    for role, one in (("served", serving), ("wanted", said)):
        if one and (name == one.descriptor or one.vectors in {label.vectors for label in found}):
            raise SwitchRefused(
                f"The model {name} is {role}.",
                "Only models that are neither served nor wanted are forgotten.",
            )
    shelf = Shelf(index_dir)
    counted = [(one, shelf.shards(one.vectors)) for one in found]
    return [
        Forgotten(one, len({key for s in shards for key in s.keys}), sum(s.size for s in shards))
        for one, shards in counted
    ]


def forget(index_dir: Path, name: str) -> list[Forgotten]:
    """Remove what is stored of a model, by its specification or by the id of its vectors, and its generations.

    Killed anywhere it can be done again. Raises IndexBusy and SwitchRefused.
    """
    with one_writer(index_dir):
        gone = stored_of(index_dir, name)
        place, before = pointer(index_dir), _previous(index_dir)
        for one in gone:
            numbers = [
                number for number, label in generation_labels(index_dir) if label.vectors == one.label.vectors
            ]
            if place and before and before[0] in numbers:
                point(index_dir, place, None)
            for number in numbers:
                files.remove(index_dir / "generations" / str(number))
            with suppress(FileNotFoundError):
                shutil.rmtree(vectors_folder(index_dir) / one.label.vectors)
            (vectors_folder(index_dir) / f"{one.label.vectors}{LABEL}").unlink(missing_ok=True)
        return gone


def _previous(index_dir: Path) -> Place | None:
    with suppress(IndexUnusable):
        return previous(index_dir)
    return None
