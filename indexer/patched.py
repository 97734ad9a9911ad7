"""Likeness patch by patch: a closer look, with the network's eyes, at the photographs that a photo resembles."""

from collections.abc import Callable, Mapping, Sequence

import structlog

from data.photos import PhotoStoreError
from indexer.looks import side_by_side
from models.descriptor import Descriptor, Descriptors, PatchDescriptor
from models.patches import found_again
from models.pixels import NotReadable, Pixels, decode

log = structlog.get_logger(__name__)


def patch_likeness(
    photo: Pixels,
    alike: Sequence[int],
    compared: Mapping[int, float],
    descriptor: Descriptor,
    picture: Callable[[int], bytes],
) -> dict[int, float] | None:
    """Photographs by how far they stand out patch by patch, 0 to 1; None where the descriptor knows no patches.

    alike     the photographs that are looked at, the most alike first
    compared  those that the whole photo was compared with: the last of them tells how much chance finds again
    picture   from a photograph to its JPEG as the photo store keeps it; the log tells of one that can't be had

    One vector of a whole photo mixes the object with its ground and its outline; its patches are found one by one. Of
    99 photos of statues seen from elsewhere 0.98 came first with it, by likeness alone, and 0.96 without.
    """
    if not isinstance(descriptor, PatchDescriptor):
        return None
    last = list(compared)[-1:]
    ones = list(dict.fromkeys([*alike, *last]))

    def described(one: int) -> Descriptors | None:
        try:
            return descriptor.describe_patches(decode(picture(one)))
        except (PhotoStoreError, NotReadable):
            log.exception("a registered photo could not be compared patch by patch", photograph=one)
            return None

    made = side_by_side(described, ones)
    shown = {one: patches for one, patches in zip(ones, made, strict=True) if patches is not None}
    again = dict(
        zip(shown, found_again(descriptor.describe_patches(photo), list(shown.values())), strict=True)
    )
    chance = again.get(last[0] if last else 0, min(again.values(), default=0.0))
    return {one: max(0.0, (again[one] - chance) / max(1e-9, 1 - chance)) for one in alike if one in again}
