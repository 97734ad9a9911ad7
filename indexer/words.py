"""Words against photographs: which look like what the words say. Words find likenesses, they identify nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

from data.registered import RegisterSnapshot
from indexer.retrieve import nearest
from indexer.vectors.index import NOTHING
from indexer.vectors.segment import Segment
from models.descriptor import Descriptor, WordDescriptor

PHOTOGRAPHS_AN_OBJECT = 4
"""Nearest photographs asked for at first, for each object that is wanted; more if too few objects are among them."""


class WordsUnknown(Exception):
    """The installed model describes photos only."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """An object by the photograph of it that is most like the words.

    likeness  inner product of two vectors of unit length, -1 to 1. It orders the photographs of one query, and is
              neither a probability nor to be compared with another model's.
    """

    photograph_id: int
    object_id: int
    likeness: float


@dataclass(frozen=True, slots=True)
class WordSearch:
    """What a search by words sees from beginning to end, as the engine's view was when it was asked for.

    hidden   photographs that are not found, whatever the segments say
    covered  what of the register the segments hold
    """

    descriptor: Descriptor
    segments: tuple[Segment, ...]
    hidden: frozenset[int]
    generation: int
    covered: RegisterSnapshot

    @property
    def knows_words(self) -> bool:
        """Whether the model describes words too, in the space of its photos."""
        return isinstance(self.descriptor, WordDescriptor)

    @property
    def model(self) -> str:
        """The id of the model's card."""
        return self.descriptor.card.id

    @property
    def photographs(self) -> int:
        """How many photographs are searched."""
        return sum(map(len, self.segments)) - len(self.hidden)

    def search(self, text: str, limit: int = 100) -> tuple[Likeness, ...]:
        """The objects most like a text, each by its best photograph: at most `limit`, the most like first.

        Raises WordsUnknown, and ValueError with a limit below 1.
        """
        if limit < 1:
            raise ValueError("A search answers with at least one object.")
        if not isinstance(self.descriptor, WordDescriptor):
            raise WordsUnknown(f"The model {self.model} describes photos only, no words.")
        described = self.descriptor.describe_words([text])
        there = sum(map(len, self.segments))
        count = min(there, PHOTOGRAPHS_AN_OBJECT * limit)
        while count:
            ids, squared = nearest([segment.whole for segment in self.segments], described, count)
            found = self._objects(zip(ids[0].tolist(), squared[0].tolist(), strict=True))
            if len(found) >= limit or count == there:
                return found[:limit]
            count = min(there, PHOTOGRAPHS_AN_OBJECT * count)
        return ()

    def _objects(self, found: Iterable[tuple[int, float]]) -> tuple[Likeness, ...]:
        """The best photograph of each object, of photographs by their squared distance, nearest first."""
        best: dict[int, Likeness] = {}
        for photograph, squared in found:
            if photograph == NOTHING or photograph in self.hidden:
                continue
            object_id = next(each.object_of(photograph) for each in self.segments if photograph in each)
            # of vectors of unit length: |a - b|^2 = 2 - 2ab
            best.setdefault(object_id, Likeness(photograph, object_id, 1 - squared / 2))
        return tuple(best.values())
