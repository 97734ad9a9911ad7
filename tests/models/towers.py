"""Small networks for the tests of what serves networks: one that sees, and one of open_clip."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

import models.torch_here  # noqa: F401  # before open_clip

import open_clip  # isort: skip

from models.export import Origin, export_tower
from models.onnx_card import OnnxCard
from models.preparing import Preparation

SIDE = 64
ORIGIN = Origin(
    name="small-tower",
    version="1",
    summary="coarse layout through a random projection",
    architecture="average pooling and one linear layer",
    source="made by the tests",
    licence="Apache-2.0",
    data="none",
    training={"seed": 1},
)

TINY = "tiny-clip-of-the-tests"
TINY_ELSEWHERE = "tiny-clip-with-words-from-elsewhere"


class SmallTower(nn.Module):
    """Where it is light and which colours lie where, mixed by chance: unit length, 48 numbers."""

    def __init__(self, seed: int = 1, scale: float = 1.0, dimension: int = 48) -> None:
        super().__init__()
        self.scale = scale
        generator = torch.Generator().manual_seed(seed)
        self.mixed = nn.Parameter(torch.randn((3 * 16 * 16, dimension), generator=generator))

    def forward(self, pictures: Tensor) -> Tensor:
        channels = pictures.permute(0, 3, 1, 2).to(torch.float32) / 255
        coarse = nn.functional.avg_pool2d(channels, SIDE // 16).flatten(1)
        centred = coarse - coarse.mean(1, keepdim=True)
        return self.scale * nn.functional.normalize(centred @ self.mixed, dim=1)


class PatchedTower(SmallTower):
    """The same, and before it is mixed: the colours of 8 x 8 patches, where each is darker than the whole."""

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:  # type: ignore[override]
        channels = pictures.permute(0, 3, 1, 2).to(torch.float32) / 255
        coarse = nn.functional.avg_pool2d(channels, SIDE // 8)
        darker = nn.functional.relu(coarse.mean((2, 3), keepdim=True) - coarse)
        return super().forward(pictures), darker.flatten(2).transpose(1, 2)


def small_file(
    path: Path, seed: int = 1, preparation: Preparation | None = None, *, patches: bool = False, **more: Any
) -> tuple[Path, OnnxCard]:
    """A small tower as an ONNX file with its card."""
    tower = PatchedTower(seed) if patches else SmallTower(seed)
    how = preparation or Preparation(SIDE)
    return path, export_tower(tower, path, ORIGIN, how, patches=patches, **more)


def register_tiny(folder: Path) -> None:
    """Teach open_clip two tiny models: one with its own tokenizer, one whose tokenizer lies elsewhere."""
    vision = {"image_size": 64, "layers": 2, "width": 64, "head_width": 32, "patch_size": 16}
    config: dict[str, Any] = {
        "embed_dim": 64,
        "vision_cfg": {
            **vision,
            "pool_type": "avg",
        },  # by chance, a class token looks at no patch in particular
        "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 1},
    }
    elsewhere = {**config, "text_cfg": {**config["text_cfg"], "hf_tokenizer_name": "somewhere/else"}}
    for name, made in ((TINY, config), (TINY_ELSEWHERE, elsewhere)):
        path = folder / f"{name}.json"
        path.write_text(json.dumps(made), encoding="utf-8")
        open_clip.add_model_config(path)


def tiny_model(seed: int = 1, model: str = TINY) -> nn.Module:
    """A tiny model of open_clip whose weights are those of this seed."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        made: nn.Module = open_clip.create_model(model)
        return made.eval()


def tiny_checkpoint(path: Path, seed: int = 1, model: str = TINY) -> Path:
    """Save the weights of a tiny model."""
    torch.save(tiny_model(seed, model).state_dict(), path)
    return path
