"""Planes come first; neighbourhoods are asked where no plane says enough, and must say clearly more."""

from __future__ import annotations

import numpy as np
import pytest

from models.anything import AnyVerifier
from models.keypoints import Keypoints
from models.matching import Pairs
from models.planes import PlaneVerifier
from models.solids import SolidVerifier
from models.verify import Part, Verification
from tests.models.made import chosen, keypoints
from tests.models.test_solids import turned_column

PLACES = np.stack(np.meshgrid(np.arange(20) * 30 + 15.0, np.arange(5) * 90 + 45.0), axis=-1).reshape(-1, 2)
PHOTO = keypoints(PLACES)


def says(points: int, solid: bool) -> Verification:
    """What a verifier says of which so many points agree."""
    rows = np.arange(points, dtype=np.int32)
    part = Part(np.stack([rows, rows], axis=1), np.eye(3))
    return Verification((part,) if points else (), 100, 0.1 if points else 0.0, solid=solid and points > 0)


class Flat(PlaneVerifier):
    """Planes on which so many points agree, as `minimum` says."""

    def verify_pairs(self, pairs: Pairs, searched: Keypoints, registered: Keypoints) -> Verification:
        return says(self.minimum, solid=False)


class Round(SolidVerifier):
    """Neighbourhoods in which so many points agree, as `minimum` says."""

    def verify_pairs(self, pairs: Pairs, searched: Keypoints, registered: Keypoints) -> Verification:
        return says(self.minimum, solid=True)


class Unasked(SolidVerifier):
    """Neighbourhoods that nobody may ask."""

    def verify_pairs(self, pairs: Pairs, searched: Keypoints, registered: Keypoints) -> Verification:
        raise AssertionError("asked though a plane says enough")


@pytest.mark.parametrize(
    ("flat", "solid", "taken"),
    [
        (20, 25, False),
        (20, 26, True),
        (23, 29, True),
        (24, 99, False),
        (0, 7, True),
        (0, 0, False),
        (12, 0, False),
    ],
)
def test_neighbourhoods_are_taken_where_they_say_clearly_more(flat: int, solid: int, taken: bool) -> None:
    verifier = AnyVerifier(planes=Flat(minimum=flat), solids=Round(minimum=solid), enough=24, more=1.25)
    found = verifier.verify(PHOTO, PHOTO)
    assert found.solid is taken
    assert found.inliers == (solid if taken else flat)


def test_neighbourhoods_are_not_asked_where_a_plane_says_enough() -> None:
    verifier = AnyVerifier(planes=Flat(minimum=24), solids=Unasked(), enough=24)
    assert verifier.verify(PHOTO, PHOTO).inliers == 24
    with pytest.raises(AssertionError, match="asked"):
        AnyVerifier(planes=Flat(minimum=23), solids=Unasked(), enough=24).verify(PHOTO, PHOTO)


def test_a_flat_work_is_verified_as_planes_verify_it() -> None:
    found, flat = AnyVerifier().verify(PHOTO, PHOTO), PlaneVerifier().verify(PHOTO, PHOTO)
    assert not found.solid
    assert found.pairs.tolist() == flat.pairs.tolist()
    assert found.spread == flat.spread


def test_a_column_on_which_no_plane_holds_enough_is_solid() -> None:
    """The upper three rows of a column: no plane along it holds enough, the front as a whole does."""
    whole = turned_column(40)
    heights = whole[0].points[:, 1]
    rows = np.flatnonzero(heights <= np.unique(heights)[2])
    searched, registered = (chosen(photo, rows) for photo in whole)
    verifier = AnyVerifier()
    flat = verifier.planes.verify(searched, registered)
    assert flat.inliers < verifier.enough
    found = verifier.verify(searched, registered)
    assert found.solid
    assert found.inliers > verifier.more * flat.inliers


def test_both_look_at_the_matches_of_the_planes_ratio() -> None:
    strict = AnyVerifier(planes=PlaneVerifier(ratio=0.01), solids=SolidVerifier(ratio=1.0))
    close = keypoints(PLACES, PHOTO.descriptors)
    rng = np.random.default_rng(1)
    close.descriptors[:] += rng.integers(-4, 5, close.descriptors.shape).astype(np.int8)
    assert AnyVerifier().verify(close, PHOTO).matches == len(PHOTO)
    assert strict.verify(close, PHOTO).matches < len(PHOTO)


@pytest.mark.parametrize("count", [0, 1, 6])
def test_few_keypoints_are_no_error(count: int) -> None:
    few = chosen(PHOTO, range(count))
    assert AnyVerifier().verify(few, PHOTO).inliers in (0, count)
    assert not AnyVerifier().verify(few, PHOTO).solid


def test_the_card_holds_the_cards_of_both() -> None:
    settings = AnyVerifier().card.settings
    assert settings["planes"]["name"] == PlaneVerifier().card.name
    assert settings["solids"]["name"] == SolidVerifier().card.name
