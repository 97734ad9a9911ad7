"""What every Descriptor must do. A test class for an implementation inherits this and gives the descriptor."""

from __future__ import annotations

import pickle
from abc import abstractmethod
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from models.descriptor import Descriptor, Descriptors
from models.pixels import Pixels, decode, encode
from tests.models.made import PHOTOS, black_and_white, flat, noise, picture, resized

ALL = list(PHOTOS.values())
COLOURS = [(220, 220, 60), (20, 40, 200), (200, 30, 20), (30, 160, 60)]
NEAREST_LIKE = 0.95


class DescriptorContract:
    """Photos in, one unit-length vector each out: the same for the same picture, near for its copies."""

    @pytest.fixture
    @abstractmethod
    def descriptor(self) -> Descriptor:
        """The descriptor, made anew."""

    @pytest.fixture
    @abstractmethod
    def others(self) -> list[Descriptor]:
        """The same kind of descriptor with other settings, a different one in each; none if it has no settings."""

    @pytest.mark.parametrize("kind", PHOTOS)
    def test_every_photo_gives_one_vector_of_unit_length(self, descriptor: Descriptor, kind: str) -> None:
        assert_vectors(descriptor.describe([PHOTOS[kind]]), 1, descriptor)

    def test_any_pixels_give_one_vector_of_unit_length(self, descriptor: Descriptor) -> None:
        @settings(max_examples=60)
        @given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40), st.just(3))))
        def described(photo: Pixels) -> None:
            assert_vectors(descriptor.describe([photo]), 1, descriptor)

        described()

    def test_no_photos_give_no_vectors(self, descriptor: Descriptor) -> None:
        assert_vectors(descriptor.describe([]), 0, descriptor)

    def test_a_batch_gives_one_vector_for_each_photo(self, descriptor: Descriptor) -> None:
        assert_vectors(descriptor.describe(ALL), len(ALL), descriptor)

    def test_a_photo_gives_the_same_vector_alone_and_in_any_batch(self, descriptor: Descriptor) -> None:
        alone = np.concatenate([descriptor.describe([photo]) for photo in ALL])
        assert np.array_equal(descriptor.describe(ALL), alone)
        assert np.array_equal(descriptor.describe(ALL[::-1]), alone[::-1])
        assert np.array_equal(descriptor.describe([ALL[0]] * 5), alone[[0] * 5])

    def test_many_threads_at_once_give_the_same_vectors(self, descriptor: Descriptor) -> None:
        expected = descriptor.describe(ALL)
        with ThreadPoolExecutor(4) as threads:
            found = list(threads.map(descriptor.describe, [ALL] * 8))
        assert all(np.array_equal(expected, vectors) for vectors in found)

    def test_another_process_gives_the_same_vectors(self, descriptor: Descriptor) -> None:
        sent: Descriptor = pickle.loads(pickle.dumps(descriptor))
        assert sent.card == descriptor.card
        assert np.array_equal(sent.describe(ALL), descriptor.describe(ALL))

    def test_a_photo_is_not_changed(self, descriptor: Descriptor) -> None:
        photo = picture(6)
        before = photo.copy()
        descriptor.describe([photo])
        assert np.array_equal(photo, before)

    def test_a_photo_may_be_part_of_another_or_read_only(self, descriptor: Descriptor) -> None:
        photo = picture(6)
        photo.flags.writeable = False
        for view in (photo, photo[20:200, 30:300], photo[:, ::-1], photo.transpose(1, 0, 2)):
            assert np.array_equal(descriptor.describe([view]), descriptor.describe([view.copy()]))

    def test_a_copy_is_nearer_than_any_other_picture(self, descriptor: Descriptor) -> None:
        pictures = [picture(seed) for seed in range(12)]
        copies = [decode(encode(resized(photo, 240, 180), quality=60)) for photo in pictures]
        likeness = descriptor.describe(copies) @ descriptor.describe(pictures).T
        own = np.diag(likeness)
        assert own.min() > NEAREST_LIKE
        assert (own > (likeness - 2 * np.eye(len(pictures))).max(axis=1)).all()

    def test_a_photo_without_colours_is_told_from_others(self, descriptor: Descriptor) -> None:
        pictures = [black_and_white(picture(seed)) for seed in range(6)]
        vectors = descriptor.describe(pictures)
        assert (vectors @ vectors.T - np.eye(len(pictures))).max() < NEAREST_LIKE

    def test_flat_greys_resemble_each_other_and_nothing_else(self, descriptor: Descriptor) -> None:
        fading = np.ascontiguousarray(np.broadcast_to(np.arange(200, dtype=np.uint8)[:, None], (200, 200, 3)))
        greys = descriptor.describe([flat((level,) * 3) for level in range(256)])
        assert (greys @ greys.T).min() > NEAREST_LIKE
        pictures = [*(picture(seed) for seed in range(8)), *map(flat, COLOURS)]
        pictures += [fading, fading[:, ::-1], fading.transpose(1, 0, 2)]
        assert (greys @ descriptor.describe(pictures).T).max() < 0.8

    @pytest.mark.parametrize("upright", [False, True])
    def test_a_narrow_photo_resembles_the_same_photo_enlarged(
        self, descriptor: Descriptor, upright: bool
    ) -> None:
        narrow = noise(2400, 20)
        large = np.asarray(cv2.resize(narrow, (2400, 400)), np.uint8)
        pair = [photo.transpose(1, 0, 2) if upright else photo for photo in (narrow, large)]
        one, other = descriptor.describe(pair)
        assert float(one @ other) > NEAREST_LIKE

    def test_the_card_says_what_it_is(self, descriptor: Descriptor) -> None:
        card = descriptor.card
        assert card.kind == "descriptor"
        assert card.id.startswith(f"{card.name}-{card.version}-")
        assert all((card.summary, card.source, card.licence, card.preprocessing))

    def test_the_id_changes_with_every_setting_and_with_nothing_else(
        self, descriptor: Descriptor, others: list[Descriptor]
    ) -> None:
        before = descriptor.card.id
        descriptor.describe(ALL[:2])
        assert descriptor.card.id == before
        assert len({before, *(other.card.id for other in others)}) == 1 + len(others)


def assert_vectors(vectors: Descriptors, count: int, descriptor: Descriptor) -> None:
    assert vectors.shape == (count, descriptor.card.dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
