"""Two bytes tell near enough which way a keypoint turns and how large it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from data.registered import PhotographRef
from indexer.sight import Sight
from indexer.vectors.index import NOTHING
from indexer.vectors.segment import Segment, keypoint_ids, known_of
from indexer.vectors.shapes import OCTAVE_STEP, SMALLEST, TURN_STEP, pack, unpack
from indexer.vectors.store import VectorStore
from tests.indexer.workbench import embedded


@given(st.floats(-720, 720), st.floats(0.25, 8192))
def test_angles_and_sizes_come_back_but_for_rounding(angle: float, size: float) -> None:
    packed = pack(np.array([angle]), np.array([size]))
    assert (packed.dtype.name, packed.shape) == ("uint8", (1, 2))
    angles, octaves = unpack(packed)
    assert abs((float(angles[0]) - angle + 180) % 360 - 180) <= 0.5 / TURN_STEP + 1e-3
    assert abs(float(octaves[0]) - np.log2(size)) <= 0.5 / OCTAVE_STEP + 1e-3


def test_sizes_beyond_reason_are_brought_to_the_edge() -> None:
    _, octaves = unpack(pack(np.zeros(3), np.array([0.0, 1e-9, 1e9])))
    assert octaves.tolist() == [SMALLEST, SMALLEST, SMALLEST + 255 / OCTAVE_STEP]


def test_any_shape_of_arrays_is_unpacked_alike() -> None:
    packed = pack(np.arange(6) * 60.0, np.arange(1, 7) * 2.0)
    angles, octaves = unpack(packed.reshape(2, 3, 2))
    assert angles.shape == octaves.shape == (2, 3)
    np.testing.assert_array_equal(angles.ravel(), unpack(packed)[0])
    np.testing.assert_array_equal(octaves.ravel(), unpack(packed)[1])


def test_each_keypoint_is_found_in_whichever_segment_it_is(tmp_path: Path, sight: Sight) -> None:
    store = VectorStore(tmp_path)
    store.add([embedded(seed) for seed in (1, 2, 3)], {})
    refs = [PhotographRef(one, 10 * one, embedded(seed).key) for seed, one in ((1, 4), (2, 9), (3, 7))]
    segments = [Segment.build(refs[:2], store, sight), Segment.build([], store, sight)]
    segments.append(Segment.build(refs[2:], store, sight))
    for seed, one in ((1, 4), (2, 9), (3, 7)):
        kept = embedded(seed).keypoints()
        objects, angles, octaves = known_of(segments, keypoint_ids(one, len(kept)).reshape(-1, 1))
        assert objects.tolist() == [[10 * one]] * len(kept)
        wanted = unpack(pack(kept.angles, kept.sizes))
        np.testing.assert_array_equal(angles[:, 0], wanted[0])
        np.testing.assert_array_equal(octaves[:, 0], wanted[1])
    mixed = np.array([[keypoint_ids(7, 3)[2], NOTHING, keypoint_ids(9, 1)[0], keypoint_ids(8, 1)[0]]])
    objects, angles, octaves = known_of(segments, mixed)
    assert objects.tolist() == [[70, NOTHING, 90, NOTHING]]
    nothing = unpack(np.zeros((1, 2), np.uint8))
    assert (angles[0, 1], octaves[0, 1]) == (angles[0, 3], octaves[0, 3]) == (nothing[0][0], nothing[1][0])
    assert angles[0, 0] == unpack(pack(embedded(3).keypoints().angles[2:3], np.ones(1)))[0][0]
    assert angles[0, 2] == unpack(pack(embedded(2).keypoints().angles[:1], np.ones(1)))[0][0]
