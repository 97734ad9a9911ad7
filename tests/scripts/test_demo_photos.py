"""Other people's photos show their object and no other: checked with SIFT and a homography."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from scripts.demo_register import DemoRegister, changed_badly, draw_object, other_photo, unregistered_object
from scripts.demo_register.register import kind_of
from tests.scripts.conftest import SEED
from tests.scripts.likeness import Features, Pixels, features, inliers

FOUND, STRANGE = 25, 15


def read(path: Path) -> Pixels:
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_COLOR), np.uint8)[:, :, ::-1]


@pytest.fixture(scope="module")
def registered(demo: DemoRegister, demo_folder: Path) -> dict[str, list[tuple[str, Features]]]:
    """Features of every registered photo, by kind of object."""
    known: dict[str, list[tuple[str, Features]]] = {}
    for record in demo.records:
        for photo in record.photos:
            known.setdefault(photo.split("-")[1], []).append(
                (record.record_id, features(read(demo_folder / photo)))
            )
    return known


def best(photo: Pixels, known: list[tuple[str, Features]]) -> list[tuple[int, str]]:
    searched = features(photo)
    return sorted(((inliers(searched, one), name) for name, one in known), reverse=True)


def test_every_photo_has_enough_to_hold_on_to(registered: dict[str, list[tuple[str, Features]]]) -> None:
    for known in registered.values():
        for name, (points, _) in known:
            assert len(points) > 200, name


@pytest.mark.parametrize("index", range(10))
def test_a_photo_by_somebody_else_finds_its_object(
    index: int, registered: dict[str, list[tuple[str, Features]]]
) -> None:
    view = draw_object(SEED, index).views[0]
    photo = other_photo(view.pixels, np.random.default_rng([SEED, index]), 0.4, view.cover)
    order = best(photo, registered[kind_of(index)])
    assert order[0][1] == f"demo-{SEED}-{index + 1:04d}"
    assert order[0][0] >= FOUND
    others = [count for count, name in order if name != order[0][1]]
    assert max(others) <= STRANGE


@pytest.mark.parametrize("kind", ["painting", "icon", "vase", "coin", "carpet"])
def test_an_object_that_was_never_registered_is_like_none(
    kind: str, registered: dict[str, list[tuple[str, Features]]]
) -> None:
    for number in (31, 32):
        view = unregistered_object(SEED, number, kind).views[0]  # type: ignore[arg-type]  # the kinds, spelt out
        photo = other_photo(view.pixels, np.random.default_rng(number), 0.3, view.cover)
        assert best(photo, registered[kind])[0][0] <= STRANGE


def test_the_queries_of_a_demo_register_can_be_answered(
    demo: DemoRegister, registered: dict[str, list[tuple[str, Features]]]
) -> None:
    for query in demo.queries:
        count, name = best(read(query.path), registered["painting"])[0]
        if query.shows is None:
            assert count <= STRANGE
        else:
            assert (name, count >= FOUND) == (query.shows, True)


def test_a_changed_photo_is_dark_and_grey_and_cut() -> None:
    image = draw_object(SEED, 0).views[0].pixels
    changed = changed_badly(image, np.random.default_rng(3))
    assert np.abs(np.diff(changed.astype(np.int16), axis=2)).max() <= 6
    assert changed.mean() < 90


def test_the_same_numbers_give_the_same_photo_and_others_another() -> None:
    image = draw_object(SEED, 2).views[0].pixels
    first, again, other = (other_photo(image, np.random.default_rng(seed), 0.5) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert first.shape != other.shape or not np.array_equal(first, other)
    assert first.dtype == np.uint8
    assert sorted(first.shape[:2]) == [825, 1100]


@pytest.mark.parametrize("hardness", [0.0, 1.0])
def test_the_ends_of_the_scale_work(hardness: float) -> None:
    image = draw_object(SEED, 0).views[0].pixels
    assert other_photo(image, np.random.default_rng(1), hardness).std() > 5


@pytest.mark.parametrize("hardness", [-0.1, 1.1])
def test_a_hardness_beyond_the_scale_is_refused(hardness: float) -> None:
    with pytest.raises(ValueError, match="from 0"):
        other_photo(np.zeros((100, 100, 3), np.uint8), np.random.default_rng(1), hardness)


def test_an_easy_photo_is_more_like_the_object_than_a_hard_one() -> None:
    view = draw_object(SEED, 4).views[0]
    known = features(view.pixels)
    easy, hard = (
        np.mean(
            [
                inliers(features(other_photo(view.pixels, np.random.default_rng(n), h)), known)
                for n in range(3)
            ]
        )
        for h in (0.1, 0.95)
    )
    assert easy > hard
