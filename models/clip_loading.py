"""Loads models of open_clip, with weights or not at all. Imports torch: import this module only when it is needed."""

import difflib
import hashlib
import os
import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

import models.torch_here  # noqa: F401  # before open_clip: it makes torchvision importable

import open_clip  # noqa: E402  # isort: skip
from open_clip.pretrained import download_pretrained  # noqa: E402  # isort: skip
from open_clip.tokenizer import SimpleTokenizer  # noqa: E402  # isort: skip

from models.canonical import CHOSEN, canonical_picture
from models.card import ModelUnusable
from models.clip import FORMS, PREFIX, ClipName
from models.pixels import Pixels
from models.preparing import Fit, Interpolation, Preparation

CHECKPOINTS = (".pt", ".pth", ".bin", ".safetensors")
FITS: dict[str, Fit] = {"shortest": "crop", "longest": "pad", "squash": "squash"}
"""How open_clip names the ways of fitting a photo."""
INTERPOLATIONS: dict[str, Interpolation] = {"bicubic": "bicubic", "random": "bicubic", "bilinear": "bilinear"}
NEAR = 5
HUB_FILES = "open_clip_model.safetensors, or open_clip_pytorch_model.bin where there is none"
TROUBLE = (
    RuntimeError,
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    ImportError,
    EOFError,
    StopIteration,
    pickle.UnpicklingError,
)
"""What reading a file that is no checkpoint of this model, or building it without what it needs, was seen to raise."""

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
    _check_model(name.model)
    tag = _tag(name)
    checkpoint = _checkpoint(name, tag)
    _check_checkpoint(checkpoint)
    model = _built(name, tag, checkpoint)
    preparation, mean, std = _preprocessing(name, model.visual.preprocess_cfg)
    tower = Tower(model, mean, std).eval()
    vector = _look(tower, _first_picture(preparation))
    if not np.isfinite(vector).all():
        raise ModelUnusable(f"{name} puts out what is no number.", "Its weights are broken: fetch them again.")
    return Loaded(
        tower=tower,
        preparation=preparation,
        mean=mean,
        std=std,
        sha256=_hash(model.state_dict()),
        quick_gelu=bool(tag.get("quick_gelu", False)),
        dimension=len(vector),
        tokenize=_tokenizer(name.model),
        source=_source(tag) if tag else f"the checkpoint {checkpoint.name}",
    )


def _check_model(model: str) -> None:
    known = open_clip.list_models()
    if model in known:
        return
    lower = {each.lower(): each for each in known}
    near = [lower[each] for each in difflib.get_close_matches(model.lower(), lower, NEAR, 0.5)]
    advice = f"Near to it are: {', '.join(near)}." if near else f"Write {FORMS}; names are e.g. ViT-B-32, RN50."
    raise ModelUnusable(f"open_clip knows no model {model!r}.", advice)


def _tag(name: ClipName) -> dict[str, Any]:
    """What open_clip knows of the tag; empty where none is named but a checkpoint is."""
    tags = open_clip.list_pretrained_tags_by_model(name.model)
    listed = f"Tags of {name.model} are: {', '.join(tags)}." if tags else f"open_clip has no weights for {name.model}."
    if name.tag:
        found: dict[str, Any] = open_clip.get_pretrained_cfg(name.model, name.tag)
        if found:
            return found
        raise ModelUnusable(f"{name.model} has no pretrained tag {name.tag!r}.", listed)
    if name.checkpoint:
        return {}
    raise ModelUnusable(
        f"{name} names no weights, and without them a model sees nothing.",
        f"{listed} Or name a checkpoint: {PREFIX}{name.model}@FILE.",
    )


def _checkpoint(name: ClipName, tag: dict[str, Any]) -> Path:
    if name.checkpoint:
        return Path(name.checkpoint).expanduser()
    try:
        return Path(download_pretrained(tag))
    except (OSError, RuntimeError, ValueError) as problem:
        raise ModelUnusable(
            f"The weights of {name} can't be downloaded here ({_first_line(problem)}).",
            f"On a machine that can, fetch {_source(tag)}; bring the file here and name it: {name}@/path/of/the/file",
        ) from problem


def _source(tag: dict[str, Any]) -> str:
    hub = str(tag.get("hf_hub") or "")
    if not hub:
        return str(tag.get("url") or tag.get("file") or "unknown")
    repository, file = os.path.split(hub)
    return f"https://huggingface.co/{repository} (file: {file or HUB_FILES})"


def _check_checkpoint(path: Path) -> None:
    """Read it once with nothing but tensors allowed, whatever open_clip falls back to. Raises ModelUnusable."""
    if path.suffix not in CHECKPOINTS:
        raise ModelUnusable(
            f"{path} is no checkpoint that is read here.", f"Name a file that ends in {', '.join(CHECKPOINTS)}."
        )
    if not path.is_file():
        raise ModelUnusable(f"There is no checkpoint {path}.", "Name a file that is there, by its whole path.")
    if path.suffix == ".safetensors":
        return
    try:
        kept = torch.load(path, map_location="cpu", weights_only=True)
    except TROUBLE as problem:
        raise ModelUnusable(
            f"The checkpoint {path} can't be read as weights alone ({_first_line(problem)}).",
            "Save the model's state_dict() with torch.save, or as .safetensors: other content could run code.",
        ) from problem
    kept = kept.get("state_dict", kept) if isinstance(kept, Mapping) else None
    if not kept or not isinstance(kept, Mapping) or not all(isinstance(each, Tensor) for each in kept.values()):
        raise ModelUnusable(f"The checkpoint {path} holds no state_dict.", "Save the model's state_dict() alone.")


def _built(name: ClipName, tag: dict[str, Any], checkpoint: Path) -> Any:
    preprocessing = {part: tag[part] for part in ("mean", "std", "interpolation", "resize_mode") if part in tag}
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
            f"{checkpoint} can't be loaded as {name.model} ({_first_line(problem)}).",
            "Name the model that the checkpoint was made of. Models whose text tower comes from elsewhere need that too.",
        ) from problem
    return model.eval()


def _preprocessing(
    name: ClipName, how: Mapping[str, Any]
) -> tuple[Preparation, tuple[float, ...], tuple[float, ...]]:
    size = how["size"]
    sides = {int(size)} if isinstance(size, int) else {int(side) for side in size}
    fit, interpolation = FITS.get(how["resize_mode"]), INTERPOLATIONS.get(how["interpolation"])
    if len(sides) != 1 or fit is None or interpolation is None:
        raise ModelUnusable(f"{name} wants photos prepared in a way that is not offered: {dict(how)}.", "Use another.")
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
        digest.update(memoryview(tensor.reshape(-1).view(torch.uint8).numpy()))
    return digest.hexdigest()


def _first_line(problem: BaseException) -> str:
    text = " ".join(str(problem).split()) or type(problem).__name__
    return text if len(text) <= 300 else text[:297] + "..."
