"""``artrieve model export`` writes a file that serves, says how to use it, and replaces nothing unasked."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from models.card import ModelUnusable
from models.descriptor import WordDescriptor
from models.onnx_file import OnnxDescriptor
from models.onnx_words import open_onnx
from service.commands.model_export import export
from tests.models.made import picture
from tests.models.towers import TINY, register_tiny, tiny_checkpoint

app = typer.Typer()
app.command("export")(export)


@pytest.fixture(scope="module")
def specification(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("tiny")
    register_tiny(folder)
    return f"open_clip:{TINY}@{tiny_checkpoint(folder / 'tiny.pt')}"


def test_it_writes_a_file_that_serves(specification: str, tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, [specification, str(tmp_path / "x.onnx")])
    assert ran.exit_code == 0, ran.output
    assert f"{tmp_path / 'x.onnx'}: open_clip-{TINY}, 64 numbers a photo." in ran.stdout
    assert f"onnx:{tmp_path / 'x.onnx'}" in ran.stdout
    assert OnnxDescriptor(tmp_path / "x.onnx").describe([picture(1)]).shape == (1, 64)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["x.json", "x.onnx"]


def test_with_words_it_reads_words(specification: str, tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, [specification, str(tmp_path / "x.onnx"), "--words"])
    assert ran.exit_code == 0, ran.output
    assert "64 numbers a photo, reads words." in ran.stdout
    assert isinstance(open_onnx(tmp_path / "x.onnx"), WordDescriptor)


def test_it_replaces_only_with_force(specification: str, tmp_path: Path) -> None:
    out = tmp_path / "x.onnx"
    out.write_bytes(b"somebody's")
    refused = CliRunner().invoke(app, ["open_clip:no-such-model/x", str(out)])
    assert isinstance(refused.exception, ModelUnusable)
    assert "is there already" in str(refused.exception)  # told before anything is loaded
    assert out.read_bytes() == b"somebody's"
    assert CliRunner().invoke(app, [specification, str(out), "--force"]).exit_code == 0
    assert OnnxDescriptor(out).card.dimension == 64


def test_full_precision_is_twice_as_large(specification: str, tmp_path: Path) -> None:
    for name, more in (("half", []), ("full", ["--full"])):
        assert CliRunner().invoke(app, [specification, str(tmp_path / f"{name}.onnx"), *more]).exit_code == 0
    sizes = [(tmp_path / f"{name}.onnx").stat().st_size for name in ("half", "full")]
    assert sizes[0] < 0.6 * sizes[1]


def test_what_fails_leaves_no_file(tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, ["open_clip:ViT-B-32", str(tmp_path / "x.onnx")])
    assert isinstance(ran.exception, ModelUnusable)
    assert list(tmp_path.iterdir()) == []
