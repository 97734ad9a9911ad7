"""The bundled weights are what their card says, or nothing is seen with them."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from models.card import ModelUnusable
from models.keypoints import DIMENSION
from models.weights import FOLDER, load_weights

ADVICE = "restore models/weights"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the bundled weights."""
    for name in ("vocabulary.npz", "vocabulary.json"):
        shutil.copyfile(FOLDER / name, tmp_path / name)
    return tmp_path


def describe_anew(folder: Path) -> None:
    """Make the card agree with whatever the weights are now."""
    digest = hashlib.sha256((folder / "vocabulary.npz").read_bytes()).hexdigest()
    (folder / "vocabulary.json").write_text(json.dumps({"sha256": digest}))


def lengthen(folder: Path) -> None:
    with (folder / "vocabulary.npz").open("ab") as file:
        file.write(b"\0")


def flip_a_bit(folder: Path) -> None:
    data = bytearray((folder / "vocabulary.npz").read_bytes())
    data[len(data) // 2] ^= 1
    (folder / "vocabulary.npz").write_bytes(data)


def other_card(folder: Path) -> None:
    (folder / "vocabulary.json").write_text(json.dumps({"sha256": "0" * 64}))


def no_archive(folder: Path) -> None:
    (folder / "vocabulary.npz").write_bytes(b"no archive")
    describe_anew(folder)


def cut_archive(folder: Path) -> None:
    data = (folder / "vocabulary.npz").read_bytes()
    (folder / "vocabulary.npz").write_bytes(data[: len(data) // 2])
    describe_anew(folder)


def one_array_less(folder: Path) -> None:
    weights = load_weights(FOLDER)
    np.savez(folder / "vocabulary.npz", mean=weights.mean, basis=weights.basis, words=weights.words)
    describe_anew(folder)


def arrays_of_objects(folder: Path) -> None:
    np.savez(folder / "vocabulary.npz", mean=np.array([{}], object), allow_pickle=True)
    describe_anew(folder)


def card_says(text: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / "vocabulary.json").write_text(text)

    return write


def without(name: str) -> Callable[[Path], None]:
    def remove(folder: Path) -> None:
        (folder / name).unlink()

    return remove


UNREADABLE = {
    "no weights": without("vocabulary.npz"),
    "no card": without("vocabulary.json"),
    "the card is no JSON": card_says("{"),
    "the card is no record": card_says("[]"),
    "the card is empty": card_says(""),
    "the card has no hash": card_says('{"name": "vocabulary"}'),
}
CHANGED = {"a byte more": lengthen, "a bit flipped": flip_a_bit, "another card": other_card}
NO_WEIGHTS = {
    "no archive": no_archive,
    "half an archive": cut_archive,
    "an array is missing": one_array_less,
    "objects instead of numbers": arrays_of_objects,
}


def test_the_bundled_weights_have_the_shapes_they_should() -> None:
    weights = load_weights()
    shapes = [array.shape for array in (weights.mean, weights.basis, weights.words, weights.codes)]
    assert shapes == [(128,), (128, DIMENSION), (16384, DIMENSION), (16, 256, 4)]
    for array in (weights.mean, weights.basis, weights.words, weights.codes):
        assert array.dtype == np.float32
        assert array.flags.c_contiguous
        assert np.isfinite(array).all()


def test_the_projection_neither_stretches_nor_mixes() -> None:
    basis = load_weights().basis
    assert np.allclose(basis.T @ basis, np.eye(DIMENSION), atol=1e-4)


def test_the_hash_is_that_of_the_file_and_of_the_card() -> None:
    digest = hashlib.sha256((FOLDER / "vocabulary.npz").read_bytes()).hexdigest()
    card = json.loads((FOLDER / "vocabulary.json").read_text(encoding="utf-8"))
    assert load_weights().sha256 == digest == card["sha256"]
    assert card["licence"] == "Apache-2.0"


def test_they_are_read_once() -> None:
    assert load_weights() is load_weights()


def test_a_copy_elsewhere_is_as_good(folder: Path) -> None:
    assert np.array_equal(load_weights(folder).words, load_weights().words)


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_cannot_be_read_is_unusable_and_says_what_to_do(folder: Path, kind: str) -> None:
    UNREADABLE[kind](folder)
    with pytest.raises(ModelUnusable, match=f"can't be read: .*{ADVICE}"):
        load_weights(folder)


@pytest.mark.parametrize("kind", CHANGED)
def test_what_was_changed_is_unusable_and_says_what_to_do(folder: Path, kind: str) -> None:
    CHANGED[kind](folder)
    with pytest.raises(ModelUnusable, match=f"not the file that its card describes.*{ADVICE}"):
        load_weights(folder)


@pytest.mark.parametrize("kind", NO_WEIGHTS)
def test_what_holds_no_weights_is_unusable_though_its_card_agrees(folder: Path, kind: str) -> None:
    NO_WEIGHTS[kind](folder)
    with pytest.raises(ModelUnusable, match=f"holds no such weights: .*{ADVICE}"):
        load_weights(folder)


def test_weights_that_were_restored_are_read(folder: Path) -> None:
    flip_a_bit(folder)
    with pytest.raises(ModelUnusable):
        load_weights(folder)
    flip_a_bit(folder)
    assert load_weights(folder).sha256 == load_weights().sha256
