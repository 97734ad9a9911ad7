"""The pictures that cards speak of are the same in every version and on every machine."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from models.canonical import CHOSEN, KINDS, Kind, canonical_picture

DIGESTS = {
    "waves": "b77eb36a4845f9a0",
    "blocks": "8b9fa9eff38574e9",
    "grain": "a28de17790689694",
    "ramp": "21c54840569e6931",
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_never_changes(kind: Kind) -> None:
    assert hashlib.sha256(canonical_picture(kind, 4).tobytes()).hexdigest()[:16] == DIGESTS[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_seeds_and_channels_differ_and_odd_seeds_stand(kind: Kind) -> None:
    lying, standing = canonical_picture(kind, 2), canonical_picture(kind, 3)
    assert (lying.shape, standing.shape) == ((300, 400, 3), (400, 300, 3))
    assert lying.dtype == np.uint8
    assert not np.array_equal(lying, canonical_picture(kind, 4))
    assert not np.array_equal(lying[..., 0], lying[..., 1])


@pytest.mark.parametrize("kind", KINDS)
def test_the_largest_seed_makes_a_picture_too(kind: Kind) -> None:
    assert int(np.ptp(canonical_picture(kind, 1_000_000))) > 50


def test_cards_are_written_for_every_kind_and_for_both_formats() -> None:
    assert {kind for kind, _ in CHOSEN} == set(KINDS)
    assert {seed % 2 for _, seed in CHOSEN} == {0, 1}
