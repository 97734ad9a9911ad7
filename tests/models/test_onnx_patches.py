"""An ONNX file whose card names patches describes photos patch by patch, and is refused where it does not."""

from __future__ import annotations

import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from models.card import ModelUnusable
from models.catalogue import open_descriptor
from models.descriptor import Descriptor, PatchDescriptor
from models.layout import ColourLayout
from models.onnx_file import OnnxDescriptor
from models.onnx_patches import OnnxPatchDescriptor
from models.pixels import Pixels
from tests.models.made import flat, picture
from tests.models.test_onnx_file import describe_anew, put, rewrite
from tests.models.towers import SIDE, small_file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return small_file(tmp_path / "x.onnx", patches=True)[0]


def opened(path: Path) -> OnnxPatchDescriptor:
    found = open_descriptor(f"onnx:{path}")
    assert isinstance(found, OnnxPatchDescriptor)
    return found


def test_each_patch_has_a_vector_of_its_own(path: Path) -> None:
    photo = np.zeros((SIDE, SIDE, 3), np.uint8)
    photo[:, SIDE // 2 :] = (250, 40, 40)
    found = opened(path).describe_patches(photo)
    assert found.shape == (64, 3)
    assert found.dtype == np.float32
    left, right = found.reshape(8, 8, 3)[:, :4], found.reshape(8, 8, 3)[:, 4:]
    np.testing.assert_allclose(np.linalg.norm(left, axis=2), 1, atol=1e-5)
    assert not right.any(), "what shows nothing has no direction"


def test_vectors_of_whole_photos_are_those_of_the_file_without_patches(path: Path, tmp_path: Path) -> None:
    other, _ = small_file(tmp_path / "y.onnx")
    photos = [picture(seed) for seed in range(3)]
    np.testing.assert_array_equal(opened(path).describe(photos), OnnxDescriptor(other).describe(photos))


def test_the_same_photo_has_the_same_patches_in_any_thread_and_process(path: Path) -> None:
    model, photo = opened(path), picture(2)
    expected = model.describe_patches(photo)
    sent: PatchDescriptor = pickle.loads(pickle.dumps(model))
    assert sent.card == model.card
    np.testing.assert_array_equal(sent.describe_patches(photo), expected)
    with ThreadPoolExecutor(4) as threads:
        for found in threads.map(model.describe_patches, [photo] * 8):
            np.testing.assert_array_equal(found, expected)


def test_a_photo_of_one_grey_has_no_patches(path: Path) -> None:
    assert len(opened(path).describe_patches(flat())) == 0


def test_patches_are_part_of_the_id(path: Path) -> None:
    model = opened(path)
    assert model.said.patches == "patches"
    assert model.card.id != OnnxDescriptor(_without_patches(path)).card.id


@pytest.mark.parametrize(
    "model", [ColourLayout(), OnnxDescriptor], ids=["colour layout", "a card without patches"]
)
def test_not_every_descriptor_knows_patches(path: Path, model: Descriptor | type[OnnxDescriptor]) -> None:
    made = open_descriptor(f"onnx:{_without_patches(path)}") if isinstance(model, type) else model
    assert not isinstance(made, PatchDescriptor)


def test_it_is_not_opened_for_patches_that_its_card_does_not_name(path: Path) -> None:
    with pytest.raises(ModelUnusable, match="names no patches"):
        OnnxPatchDescriptor(_without_patches(path))


def test_patches_that_the_file_does_not_put_out_are_refused(path: Path) -> None:
    rewrite(path, patches="parts")
    with pytest.raises(ModelUnusable, match="has no output 'parts'; it puts out 'descriptor', 'patches'"):
        opened(path)


def test_patches_of_another_shape_are_refused(path: Path) -> None:
    rewrite(path, patches="descriptor")
    with pytest.raises(
        ModelUnusable, match=r"puts out tensor\(float\) \(n, 48\), its card says .* \(n, m, c\)"
    ):
        opened(path)


def test_patches_that_are_no_number_are_told_of(path: Path) -> None:
    model = onnx.load(str(path))
    for node in model.graph.node:
        for at, name in enumerate(node.output):
            if name == "patches":
                node.output[at] = "before"
    model.graph.node.append(helper.make_node("Sub", ["before", "before"], ["nought"]))
    model.graph.node.append(helper.make_node("Div", ["nought", "nought"], ["patches"]))
    put(path, model)
    served = opened(path)
    assert np.isfinite(served.describe([picture(1)])).all()
    with pytest.raises(ModelUnusable, match="puts out patches that are no number"):
        served.describe_patches(picture(1))


def test_the_bundled_model_knows_patches() -> None:
    model = open_descriptor("bundled")
    assert isinstance(model, PatchDescriptor)
    photo: Pixels = picture(4)
    found = model.describe_patches(photo)
    assert found.shape == (81, 128)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)


def _without_patches(path: Path) -> Path:
    """The same file, whose card says nothing of patches."""
    card = path.with_suffix(".json")
    said = json.loads(card.read_text(encoding="utf-8"))
    said.pop("patches", None)
    other = path.with_name("without.onnx")
    other.write_bytes(path.read_bytes())
    other.with_suffix(".json").write_text(json.dumps(said), encoding="utf-8")
    describe_anew(other)
    return other


def test_the_type_of_patches_is_held_to(path: Path) -> None:
    model = onnx.load(str(path))
    for value in model.graph.output:
        if value.name == "patches":
            value.name = "rounded"
            value.type.tensor_type.elem_type = TensorProto.INT32
    model.graph.node.append(helper.make_node("Cast", ["patches"], ["rounded"], to=TensorProto.INT32))
    put(path, model)
    rewrite(path, patches="rounded")
    with pytest.raises(ModelUnusable, match=r"puts out tensor\(int32\)"):
        opened(path)
