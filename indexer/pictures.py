"""Which objects have a usable picture: one that the index holds, so that a photo can find it."""

from collections import Counter
from collections.abc import Container, Iterable

from data.registered import PhotographRef, RegisterSnapshot
from data.survey import with_pictureless


def usable_pictures(
    snapshot: RegisterSnapshot, refs: Iterable[PhotographRef], searched: Container[int]
) -> tuple[RegisterSnapshot, frozenset[int]]:
    """The snapshot with the objects counted that no photo can find, and the ids of those that have photographs.

    refs      every photograph that should be searched, of the same moment as the snapshot
    searched  ids of those that are: the others could not be embedded, or were not yet
    """
    of_register: dict[int, int] = {}
    found: set[int] = set()
    for ref in refs:
        if ref.photograph_id in searched:
            found.add(ref.object_id)
        else:
            of_register[ref.object_id] = ref.register_id
    unfound = of_register.keys() - found
    more = Counter(of_register[one] for one in unfound)
    return with_pictureless(snapshot, more), frozenset(unfound)
