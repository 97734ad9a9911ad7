"""Likeness patch by patch: a closer look, with the network's eyes, at the photographs that a photo resembles."""

from collections.abc import Callable, Collection, Mapping, Sequence

import structlog

from data.photos import PhotoStoreError
from indexer.clues import likeness_of
from indexer.looks import begun, side_by_side
from indexer.retrieve import most_alike
from models.descriptor import Descriptor, Descriptors, PatchDescriptor
from models.patches import found_again
from models.pixels import NotReadable, Pixels, decode

PATCHED = 8
"""Photographs that are compared patch by patch, see docs/decisions/0026."""

log = structlog.get_logger(__name__)


def patch_likeness(
    photo: Pixels,
    by_view: Sequence[Mapping[int, float]],
    descriptor: Descriptor,
    picture: Callable[[int], bytes],
    without: Collection[int] = (),
) -> dict[int, float] | None:
    """The most alike photographs by how far they stand out patch by patch, 0 to 1; None if the descriptor knows none.

    by_view  for each view that was described, photographs by how alike they are; the whole photo's first. The last of
             those that it was compared with tells how much of a photo chance finds again
    picture  from a photograph to its JPEG as the photo store keeps it; the log tells of one that can't be had
    without  photographs that are not looked at

    One vector of a whole photo mixes the object with its ground and its outline; its patches are found one by one, see
    docs/decisions/0026.
    """
    if not isinstance(descriptor, PatchDescriptor):
        return None
    whole, nearest = by_view[0], most_alike(by_view)
    last = list(whole)[-1:]
    ranked = sorted(nearest, key=lambda one: (-likeness_of(whole.get(one, 0.0), nearest[one], None), one))
    alike = [one for one in ranked if one not in without][:PATCHED]
    ones = list(dict.fromkeys([*alike, *last]))

    def described(one: int) -> Descriptors | None:
        try:
            return descriptor.describe_patches(decode(picture(one)))
        except (PhotoStoreError, NotReadable):
            log.exception("a registered photo could not be compared patch by patch", photograph=one)
            return None

    describing = begun(descriptor.describe_patches, [photo])
    made = side_by_side(described, ones)
    shown = {one: patches for one, patches in zip(ones, made, strict=True) if patches is not None}
    again = dict(zip(shown, found_again(next(describing), list(shown.values())), strict=True))
    chance = next((again[one] for one in last if one in again), min(again.values(), default=0.0))
    return {one: max(0.0, (again[one] - chance) / max(1e-9, 1 - chance)) for one in alike if one in again}
