"""A descriptor is opened by what a person types; without the extra packages, all but open_clip."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from models.card import ModelUnusable
from models.catalogue import open_descriptor
from models.clip import ClipDescriptor
from models.layout import ColourLayout
from models.onnx_file import OnnxDescriptor
from tests.conftest import ROOT
from tests.models.towers import TINY, register_tiny, small_file, tiny_checkpoint

BARE = """
import sys
for name in ("torch", "open_clip", "timm", "onnx", "torchvision"):
    sys.modules[name] = None
from models.canonical import canonical_picture
from models.catalogue import open_descriptor
from models.card import ModelUnusable
open_descriptor("bundled").describe([canonical_picture("waves", 1)])
assert open_descriptor("onnx:" + sys.argv[1]).describe([canonical_picture("waves", 1)]).shape == (1, 48)
try:
    open_descriptor("open_clip:ViT-B-32/openai")
except ModelUnusable as unusable:
    print(unusable.advice)
"""


def test_each_kind_is_opened_by_its_specification(tmp_path: Path) -> None:
    path, card = small_file(tmp_path / "x.onnx")
    assert isinstance(open_descriptor("colour-layout"), ColourLayout)
    found = open_descriptor(f"onnx:{path}")
    assert isinstance(found, OnnxDescriptor)
    assert found.card.weights_sha256 == card.sha256
    register_tiny(tmp_path)
    assert isinstance(
        open_descriptor(f"open_clip:{TINY}@{tiny_checkpoint(tmp_path / 'x.pt')}"), ClipDescriptor
    )


def test_the_bundled_model_is_what_is_opened_unasked() -> None:
    assert open_descriptor().card == open_descriptor("bundled").card


@pytest.mark.parametrize(
    "specification", ["", "onnx:", "onnx", "Bundled", "clip:ViT-B-32", "/x.onnx", "bundled "]
)
def test_what_is_no_specification_is_told_which_there_are(specification: str) -> None:
    with pytest.raises(
        ModelUnusable, match=r"There is no descriptor .* bundled, colour-layout, open_clip:NAME/TAG, .*onnx:"
    ):
        open_descriptor(specification)


def test_an_installation_without_the_extra_has_all_but_open_clip(tmp_path: Path) -> None:
    path, _ = small_file(tmp_path / "x.onnx")
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", BARE, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == "Run: pip install 'artrieve[clip]'\n"
