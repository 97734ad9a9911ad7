"""A network becomes a file that puts out the same, or no file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto
from torch import Tensor, nn

from models.card import ModelUnusable
from models.clip import open_clip_descriptor, read_name
from models.export import ALIKE, check_alike, export_tower, pictures, pictures_for, write_card
from models.export_clip import export_clip
from models.export_torch import described, write_onnx
from models.onnx_card import Preprocessing
from models.onnx_file import OnnxDescriptor
from models.preparing import Preparation
from tests.models.towers import ORIGIN, SIDE, TINY, SmallTower, register_tiny, small_file, tiny_checkpoint

PREPARATION = Preparation(SIDE)


def left(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


@pytest.mark.parametrize("half", [True, False])
def test_the_file_puts_out_what_the_network_does(tmp_path: Path, half: bool) -> None:
    path, card = small_file(tmp_path / "x.onnx", half=half)
    served = OnnxDescriptor(path)
    wanted = described(SmallTower(), pictures_for(PREPARATION))
    cosines = (served.describe(pictures()) * wanted).sum(axis=1)
    assert cosines.min() > (0.9999 if half else 0.999999)
    assert served.said == card
    assert left(tmp_path) == ["x.json", "x.onnx"]


def test_half_precision_halves_the_file_and_still_computes_in_single(tmp_path: Path) -> None:
    full, _ = small_file(tmp_path / "full.onnx", half=False)
    halved, _ = small_file(tmp_path / "half.onnx")
    assert halved.stat().st_size < 0.55 * full.stat().st_size
    model = onnx.load(str(halved))
    kinds = {tensor.data_type for tensor in model.graph.initializer if np.prod(tensor.dims) > 1000}
    assert kinds == {TensorProto.FLOAT16}
    assert {value.type.tensor_type.elem_type for value in model.graph.output} == {TensorProto.FLOAT}


def test_weights_that_half_precision_can_not_hold_stay_single(tmp_path: Path) -> None:
    tower = SmallTower()
    with torch.no_grad():
        tower.mixed.mul_(1e6)
    export_tower(tower, tmp_path / "x.onnx", ORIGIN, PREPARATION)
    assert TensorProto.FLOAT16 not in {
        tensor.data_type for tensor in onnx.load(str(tmp_path / "x.onnx")).graph.initializer
    }


def test_batches_of_any_size_may_be_run_by_others(tmp_path: Path) -> None:
    path, _ = small_file(tmp_path / "x.onnx")
    value = onnx.load(str(path)).graph.input[0].type.tensor_type
    assert [dim.dim_param or dim.dim_value for dim in value.shape.dim] == ["n", SIDE, SIDE, 3]


class TracedAway(nn.Module):
    """Puts out something else where it is being exported: what tracing would freeze, made plain."""

    def __init__(self) -> None:
        super().__init__()
        self.real, self.traced = SmallTower(), SmallTower(seed=2)

    def forward(self, pictures: Tensor) -> Tensor:
        made: Tensor = (self.traced if torch.onnx.is_in_onnx_export() else self.real)(pictures)
        return made


class NoOperator(nn.Module):
    def forward(self, pictures: Tensor) -> Tensor:
        made: Tensor = torch.linalg.svd(pictures[:, :, :, 0].float())[1]
        return made


class TwoNumbersEach(nn.Module):
    def forward(self, pictures: Tensor) -> Tensor:
        return pictures.float().mean((1, 2))[:, None, :]


FAILING: dict[str, tuple[Callable[[], nn.Module], str]] = {
    "puts out something else": (
        TracedAway,
        r"x\.onnx doesn't put out what the network does: the cosine is -?0\.\d+",
    ),
    "no numbers": (lambda: SmallTower(scale=float("nan")), "puts out what is no number"),
    "an operator that ONNX has not": (NoOperator, r"can't be written as ONNX \("),
    "another shape": (TwoNumbersEach, r"x\.onnx puts out tensor\(float\) \(.*1, 3\)"),
}


@pytest.mark.parametrize("kind", FAILING)
@pytest.mark.parametrize("there", [False, True])
def test_what_fails_leaves_things_as_they_were(
    tmp_path: Path, kind: str, there: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    made, told = FAILING[kind]
    path = tmp_path / "x.onnx"
    if there:
        small_file(path, seed=3)
    before = {each: each.read_bytes() for each in tmp_path.iterdir()}
    with pytest.raises(ModelUnusable, match=told):
        export_tower(made(), path, ORIGIN, PREPARATION, replace=True)
    assert {each: each.read_bytes() for each in tmp_path.iterdir()} == before
    assert capfd.readouterr().out == ""


def test_a_file_that_is_nearly_the_same_is_not_the_same(tmp_path: Path) -> None:
    served = OnnxDescriptor(small_file(tmp_path / "x.onnx")[0])
    wanted = served.describe(pictures()).astype(np.float64)
    away = np.random.default_rng(1).normal(size=wanted.shape)
    away -= (away * wanted).sum(axis=1, keepdims=True) * wanted
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    for cosine, fails in ((ALIKE + 2e-4, False), (ALIKE - 2e-4, True)):
        turned = (cosine * wanted + np.sqrt(1 - cosine**2) * away).astype(np.float32)
        if fails:
            with pytest.raises(ModelUnusable, match=r"the cosine is 0\.9988"):
                check_alike("x.onnx", turned, served)
        else:
            check_alike("x.onnx", turned, served)


@pytest.mark.parametrize("there", ["x.onnx", "x.json"])
def test_what_is_there_is_not_replaced_unasked(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("somebody's")
    with pytest.raises(ModelUnusable, match=rf"{there} is there already\. .*--force"):
        small_file(tmp_path / "x.onnx")
    assert left(tmp_path) == [there]
    assert (tmp_path / there).read_text() == "somebody's"
    small_file(tmp_path / "x.onnx", replace=True)
    assert OnnxDescriptor(tmp_path / "x.onnx").card.name == ORIGIN.name


def test_a_folder_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match=r"There is no folder .*nowhere"):
        small_file(tmp_path / "nowhere" / "x.onnx")


def test_the_name_must_be_that_of_an_onnx_file(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match=r"ends in \.onnx"):
        small_file(tmp_path / "x.bin")


def test_a_card_needs_a_file_that_is_as_said(tmp_path: Path) -> None:
    path = tmp_path / "x.onnx"
    write_onnx(SmallTower(), path, SIDE, half=False, patches=False)
    said: dict[str, Any] = {"side": 32, "fit": "squash", "interpolation": "area", "layout": "uint8 NHWC"}
    with pytest.raises(ModelUnusable, match=r"takes \(n, 64, 64, 3\), its card says \(n, 32, 32, 3\)"):
        write_card(path, ORIGIN, Preprocessing(**said))
    assert left(tmp_path) == ["x.onnx"]


def test_attention_goes_on_as_before_after_an_export(tmp_path: Path) -> None:
    before = torch.backends.mha.get_fastpath_enabled()
    small_file(tmp_path / "x.onnx")
    assert torch.backends.mha.get_fastpath_enabled() == before


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    register_tiny(folder)
    return tiny_checkpoint(folder / "tiny.pt")


def test_a_model_of_open_clip_is_served_without_torch_as_with_it(checkpoint: Path, tmp_path: Path) -> None:
    specification = f"open_clip:{TINY}@{checkpoint}"
    card = export_clip(specification, tmp_path / "x.onnx")
    original = open_clip_descriptor(read_name(specification))
    served = OnnxDescriptor(tmp_path / "x.onnx")
    cosines = (served.describe(pictures()) * original.describe(pictures())).sum(axis=1)
    assert cosines.min() > 0.9999
    assert (card.architecture, card.preprocessing.fit, card.preprocessing.side) == (TINY, "crop", 64)
    assert card.training["weights_sha256"] == original.card.weights_sha256


@pytest.mark.parametrize("specification", ["bundled", "colour-layout", "onnx:/x.onnx", ""])
def test_only_models_of_open_clip_are_exported(specification: str, tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match=r"only those are exported\. .*docs/models\.md"):
        export_clip(specification, tmp_path / "x.onnx")
