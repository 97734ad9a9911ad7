"""A text tower beside an ONNX file describes words as open_clip does, or says what is wrong with its files."""

from __future__ import annotations

import gzip
import hashlib
import json
import pickle
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.card import ModelUnusable
from models.clip import ClipWordDescriptor, open_clip_descriptor, read_name
from models.descriptor import WordDescriptor
from models.export_clip import CANONICAL_TEXTS, export_clip
from models.onnx_file import OnnxDescriptor
from models.onnx_words import OnnxWordDescriptor, merges_path, open_onnx, words_path
from tests.models.made import picture
from tests.models.towers import TINY, TINY_ELSEWHERE, register_tiny, small_file, tiny_checkpoint

TEXTS = ["bronze horse, green patina", "It's a vase & 漆器", "", "x" * 5000, "\ud800"]


@pytest.fixture(scope="module")
def specification(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("tiny")
    register_tiny(folder)
    return f"open_clip:{TINY}@{tiny_checkpoint(folder / 'tiny.pt')}"


@pytest.fixture(scope="module")
def original(specification: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("original") / "x.onnx"
    export_clip(specification, path, words=True)
    return path


@pytest.fixture
def path(original: Path, tmp_path: Path) -> Path:
    """A copy that may be spoilt."""
    shutil.copytree(original.parent, tmp_path / "copy")
    return tmp_path / "copy" / "x.onnx"


def reword(path: Path, **changes: Any) -> None:
    card = path.with_suffix(".json")
    said = json.loads(card.read_text(encoding="utf-8"))
    said["words"].update(changes)
    card.write_text(json.dumps(said), encoding="utf-8")


def test_words_are_described_as_with_torch(original: Path, specification: str) -> None:
    served, wanted = open_onnx(original), open_clip_descriptor(read_name(specification))
    assert isinstance(served, OnnxWordDescriptor)
    assert isinstance(served, WordDescriptor)
    assert isinstance(wanted, ClipWordDescriptor)
    cosines = (served.describe_words(TEXTS) * wanted.describe_words(TEXTS)).sum(axis=1)
    assert cosines.min() > 0.9999
    assert (served.describe([picture(1)]) * wanted.describe([picture(1)])).sum() > 0.9999


def test_words_are_the_same_alone_in_any_batch_and_in_any_thread(original: Path) -> None:
    served = OnnxWordDescriptor(original)
    with ThreadPoolExecutor(4) as threads:  # the first of them opens the text tower
        found = list(threads.map(served.describe_words, [TEXTS] * 6))
    alone = np.concatenate([served.describe_words([text]) for text in TEXTS])
    assert all(np.array_equal(alone, vectors) for vectors in found)
    assert alone.dtype == np.float32
    assert served.describe_words([]).shape == (0, 64)
    sent = pickle.loads(pickle.dumps(served))
    assert np.array_equal(sent.describe_words(TEXTS), alone)


def test_a_file_without_words_offers_none(tmp_path: Path) -> None:
    path, _ = small_file(tmp_path / "x.onnx")
    served = open_onnx(path)
    assert type(served) is OnnxDescriptor
    assert not isinstance(served, WordDescriptor)
    with pytest.raises(ModelUnusable, match="names no text tower"):
        OnnxWordDescriptor(path)


def test_words_change_no_vector_of_a_photo_and_so_no_id(
    path: Path, specification: str, tmp_path: Path
) -> None:
    export_clip(specification, tmp_path / "bare.onnx")
    assert open_onnx(tmp_path / "bare.onnx").card.id == open_onnx(path).card.id


def test_an_export_without_words_leaves_none_of_before(path: Path, specification: str) -> None:
    export_clip(specification, path, replace=True)
    assert sorted(each.name for each in path.parent.iterdir()) == ["x.json", "x.onnx"]


def test_a_model_without_words_is_not_exported_with_them(specification: str, tmp_path: Path) -> None:
    saved = tiny_checkpoint(tmp_path / "x.pt", model=TINY_ELSEWHERE)
    with pytest.raises(ModelUnusable, match=r"has no text tower that reads words here: .*without --words"):
        export_clip(f"open_clip:{TINY_ELSEWHERE}@{saved}", tmp_path / "x.onnx", words=True)
    assert not (tmp_path / "x.onnx").exists()


def other_vocabulary(path: Path) -> None:
    packed = gzip.compress(b"i n\n")
    merges_path(path).write_bytes(packed)
    reword(path, vocabulary_sha256=hashlib.sha256(packed).hexdigest())


def no_vocabulary(path: Path) -> None:
    merges_path(path).write_bytes(b"none")
    reword(path, vocabulary_sha256=hashlib.sha256(b"none").hexdigest())


def no_tower(path: Path) -> None:
    words_path(path).write_bytes(b"none")
    reword(path, sha256=hashlib.sha256(b"none").hexdigest())


def image_tower(path: Path) -> None:
    shutil.copyfile(path, words_path(path))
    reword(path, sha256=hashlib.sha256(path.read_bytes()).hexdigest())


def other_texts(path: Path) -> None:
    said = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["words"]["canonical"]
    reword(path, canonical=[{"text": "something else altogether", "vector": said[0]["vector"]}])


SHORT = [{"text": "x", "vector": [1.0, 0.0]}]
AT_ONCE: dict[str, tuple[Callable[[Path], object], str]] = {
    "no tower": (lambda path: words_path(path).unlink(), r"The text tower .*x\.words\.onnx can't be read: No such"),
    "no vocabulary": (lambda path: merges_path(path).unlink(), r"words\.txt\.gz can't be read: No such"),
    "another tower": (lambda path: words_path(path).write_bytes(b"x"), "is not the file that its card describes"),
    "another vocabulary": (lambda path: merges_path(path).write_bytes(b"x"), "is not the file that its card describes"),
    "a vocabulary that is none": (no_vocabulary, "The vocabulary .* can't be read: "),
    "vectors of another dimension": (lambda path: reword(path, canonical=SHORT), "has not 64"),
    "no length": (lambda path: reword(path, length=0), r"words\.length"),
}  # fmt: skip
WHEN_USED: dict[str, tuple[Callable[[Path], object], str]] = {
    "no ONNX": (no_tower, "is no ONNX file"),
    "an image tower": (image_tower, "takes 'picture', not one input 'tokens'"),
    "another length": (lambda path: reword(path, length=76), r"takes \(n, 77\), its card says \(n, 76\)"),
    "other merges": (other_vocabulary, f"gives another vector for '{CANONICAL_TEXTS[0]}' than its card"),
    "other texts": (other_texts, "gives another vector for 'something else altogether' than its card"),
}


@pytest.mark.parametrize("kind", AT_ONCE)
def test_files_that_are_not_there_or_not_those_are_told_at_once(path: Path, kind: str) -> None:
    spoil, told = AT_ONCE[kind]
    spoil(path)
    with pytest.raises(ModelUnusable, match=told):
        open_onnx(path)


@pytest.mark.parametrize("kind", WHEN_USED)
def test_a_tower_that_reads_otherwise_is_told_before_it_is_used(path: Path, kind: str) -> None:
    spoil, told = WHEN_USED[kind]
    spoil(path)
    served = OnnxWordDescriptor(path)
    for _ in range(2):
        with pytest.raises(ModelUnusable, match=told):
            served.describe_words(["anything"])
