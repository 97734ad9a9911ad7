"""What of a photo is found again in another, patch by patch."""

from __future__ import annotations

import numpy as np
import pytest

from models.descriptor import Descriptors
from models.patches import found_again


def patches(seed: int, count: int = 12, width: int = 32) -> Descriptors:
    rows = np.random.default_rng(seed).normal(size=(count, width)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def test_the_same_patches_are_found_again_wherever_they_lie() -> None:
    mine = patches(1)
    moved, other = found_again(mine, [mine[::-1], patches(2)])
    assert moved == pytest.approx(1, abs=1e-5)
    assert other < 0.6


def test_a_part_is_found_again_as_far_as_it_is_shown() -> None:
    mine = patches(1)
    half = np.concatenate([mine[:6], patches(3, 6)])
    whole, part, none = found_again(mine, [mine, half, patches(4)])
    assert none < part < whole


def test_what_every_patch_has_in_common_tells_nothing() -> None:
    common = 3 * patches(9, 1)
    mine, same, other = ((each + common) for each in (patches(1, 20), patches(1, 20)[::-1], patches(2, 20)))
    same, other = (each / np.linalg.norm(each, axis=1, keepdims=True) for each in (same, other))
    mine = mine / np.linalg.norm(mine, axis=1, keepdims=True)
    plain = float((mine @ other.T).max(axis=1).mean())
    again, by_chance = found_again(mine, [same, other])
    assert plain > 0.9
    assert again == pytest.approx(1, abs=1e-5)
    assert by_chance < 0.6


def test_where_nothing_is_shown_nothing_is_found_again() -> None:
    nothing = np.zeros((0, 1), np.float32)
    assert found_again(nothing, [patches(1), nothing]) == [0.0, 0.0]
    assert found_again(patches(1), [nothing, patches(1)])[0] == 0.0
    assert found_again(patches(1), [nothing]) == [0.0]
    assert found_again(patches(1), []) == []


def test_patches_without_length_are_like_nothing() -> None:
    (found,) = found_again(np.zeros((5, 32), np.float32), [patches(2)])
    assert np.isfinite(found)
