"""Loads models of open_clip, with weights or not at all. Imports torch: import this module only when it is needed."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

import models.torch_here  # noqa: F401  # before open_clip: it makes torchvision importable

import open_clip  # isort: skip
from open_clip.tokenizer import SimpleTokenizer  # isort: skip

from models.canonical import CHOSEN, canonical_picture
from models.card import ModelUnusable
from models.clip import ClipName
from models.clip_weights import (
    TROUBLE,
    check_checkpoint,
    check_model,
    checkpoint_of,
    first_line,
    source_of,
    tag_of,
)
from models.pixels import Pixels
from models.preparing import Fit, Interpolation, Preparation

FITS: dict[str, Fit] = {"shortest": "crop", "longest": "pad", "squash": "squash"}
"""How open_clip names the ways of fitting a photo."""
INTERPOLATIONS: dict[str, Interpolation] = {"bicubic": "bicubic", "random": "bicubic", "bilinear": "bilinear"}
Numbers = npt.NDArray[np.float32]


class Tower(nn.Module):
    """The image tower with its normalisation: (n, side, side, 3) uint8 in, (n, d) float32 of unit length out."""

    mean: Tensor
    std: Tensor

    def __init__(self, model: nn.Module, mean: tuple[float, ...], std: tuple[float, ...]) -> None:
        super().__init__()
        self.model: Any = model
        for name, values in (("mean", mean), ("std", std)):
            self.register_buffer(name, 255 * torch.tensor(values).reshape(1, 3, 1, 1), persistent=False)

    def forward(self, pictures: Tensor) -> Tensor:
        """Describe pictures."""
        channels = pictures.permute(0, 3, 1, 2).to(torch.float32)
        features: Tensor = self.model.encode_image((channels - self.mean) / self.std)
        return nn.functional.normalize(features.float(), dim=-1)


class Reader(nn.Module):
    """The text tower: (n, length) tokens in, (n, d) float32 of unit length out."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model: Any = model

    def forward(self, tokens: Tensor) -> Tensor:
        """Describe texts."""
        features: Tensor = self.model.encode_text(tokens)
        return nn.functional.normalize(features.float(), dim=-1)


@dataclass(frozen=True, eq=False)
class Loaded:
    """A model of open_clip with its weights, in evaluation mode.

    sha256      of all its weights as they were loaded, whichever file they came from
    mean, std   of levels from 0 to 1
    tokenize    texts to (n, length) tokens; None where its tokenizer needs files that this project can't have
    source      where the weights come from
    """

    tower: Tower
    preparation: Preparation
    mean: tuple[float, ...]
    std: tuple[float, ...]
    sha256: str
    quick_gelu: bool
    dimension: int
    tokenize: Callable[[list[str]], Tensor] | None
    source: str

    @property
    def reads_words(self) -> bool:
        """Whether it can describe texts."""
        return self.tokenize is not None

    def look(self, picture: Pixels) -> Numbers:
        """Describe one prepared picture: (side, side, 3) to float32 (d,)."""
        return _look(self.tower, picture)

    def read(self, text: str) -> Numbers:
        """Describe one text: float32 (d,)."""
        assert self.tokenize is not None
        with torch.inference_mode():
            return np.asarray(Reader(self.tower.model)(self.tokenize([text]))[0].numpy(), np.float32)


def load(name: ClipName) -> Loaded:
    """Load a model and its weights. Raises ModelUnusable; never goes on with weights that are made up."""
    torch.set_num_threads(1)
    check_model(name.model)
    tag = tag_of(name)
    checkpoint = checkpoint_of(name, tag)
    check_checkpoint(checkpoint)
    model = _built(name, tag, checkpoint)
    preparation, mean, std = _preprocessing(name, model.visual.preprocess_cfg)
    tower = Tower(model, mean, std).eval()
    vector = _look(tower, _first_picture(preparation))
    if not np.isfinite(vector).all():
        raise ModelUnusable(
            f"{name} puts out what is no number.", "Its weights are broken: fetch them again."
        )
    return Loaded(
        tower=tower,
        preparation=preparation,
        mean=mean,
        std=std,
        sha256=_hash(model.state_dict()),
        quick_gelu=bool(tag.get("quick_gelu", False)),
        dimension=len(vector),
        tokenize=_tokenizer(name.model),
        source=source_of(tag) if tag else "a checkpoint of the installation's own",
    )


def _built(name: ClipName, tag: dict[str, Any], checkpoint: Path) -> Any:
    preprocessing = {
        part: tag[part] for part in ("mean", "std", "interpolation", "resize_mode") if part in tag
    }
    try:
        model = open_clip.create_model(
            name.model,
            pretrained=str(checkpoint),
            precision="fp32",
            force_quick_gelu=bool(tag.get("quick_gelu", False)),
            force_preprocess_cfg=preprocessing,
            require_pretrained=True,
            weights_only=True,
        )
    except TROUBLE as problem:
        raise ModelUnusable(
            f"{checkpoint} can't be loaded as {name.model} ({first_line(problem)}).",
            "Name the model that it was made of. A model whose text tower comes from elsewhere needs that one too.",
        ) from problem
    return model.eval()


def _preprocessing(
    name: ClipName, how: Mapping[str, Any]
) -> tuple[Preparation, tuple[float, ...], tuple[float, ...]]:
    size = how["size"]
    sides = {int(size)} if isinstance(size, int) else {int(side) for side in size}
    fit, interpolation = FITS.get(how["resize_mode"]), INTERPOLATIONS.get(how["interpolation"])
    if len(sides) != 1 or fit is None or interpolation is None:
        raise ModelUnusable(
            f"{name} wants photos prepared in a way that is not offered: {dict(how)}.", "Use another."
        )
    level = int(how.get("fill_color", 0))
    preparation = Preparation(sides.pop(), fit, interpolation, (level, level, level))
    return preparation, tuple(map(float, how["mean"])), tuple(map(float, how["std"]))


def _tokenizer(model: str) -> Callable[[list[str]], Tensor] | None:
    """open_clip's own tokenizer, whose vocabulary comes with it; others would have to be downloaded."""
    text = (open_clip.get_model_config(model) or {}).get("text_cfg", {})
    if text.get("hf_tokenizer_name") or text.get("hf_model_name") or "siglip" in model.lower():
        return None
    made = open_clip.get_tokenizer(model)
    return made if isinstance(made, SimpleTokenizer) else None


def _look(tower: Tower, picture: Pixels) -> Numbers:
    with torch.inference_mode():
        return np.asarray(tower(torch.from_numpy(np.array(picture[None])))[0].numpy(), np.float32)


def _first_picture(preparation: Preparation) -> Pixels:
    picture = preparation.picture(canonical_picture(*CHOSEN[0]))
    assert picture is not None
    return picture


def _hash(state: Mapping[str, Tensor]) -> str:
    digest = hashlib.sha256()
    for name in sorted(state):
        tensor = state[name].detach().cpu().contiguous()
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        digest.update(tensor.reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()
