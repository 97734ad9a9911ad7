"""Which weights of open_clip a name means: known to open_clip, here or to be had, and nothing but tensors.

Imports torch: import this module only when it is needed.
"""

import difflib
import os
import pickle
import socket
import urllib.parse
import urllib.request
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from huggingface_hub import try_to_load_from_cache
from huggingface_hub.constants import ENDPOINT as HUB
from safetensors import SafetensorError
from torch import Tensor

import models.torch_here  # noqa: F401  # before open_clip: it makes torchvision importable

import open_clip  # isort: skip
from open_clip.pretrained import download_pretrained  # isort: skip

from models.card import ModelUnusable
from models.clip import FORMS, PREFIX, ClipName

CHECKPOINTS = (".pt", ".pth", ".bin", ".safetensors")
NEAR = 5
HUB_FILES = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")
"""What a repository of the hub calls the weights, the first that it has, where the tag names no file."""
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
    SafetensorError,
)
"""What reading a file that is no checkpoint of this model, or building it without what it needs, was seen to raise."""


def check_model(model: str) -> None:
    """Hold a name to those that open_clip knows. Raises ModelUnusable, which lists near ones."""
    known = open_clip.list_models()
    if model in known:
        return
    lower = {each.lower(): each for each in known}
    near = [lower[each] for each in difflib.get_close_matches(model.lower(), lower, NEAR, 0.5)]
    advice = (
        f"Near to it are: {', '.join(near)}." if near else f"Write {FORMS}; names are e.g. ViT-B-32, RN50."
    )
    raise ModelUnusable(f"open_clip knows no model {model!r}.", advice)


def tag_of(name: ClipName) -> dict[str, Any]:
    """What open_clip knows of the tag; empty where none is named but a checkpoint is."""
    tags = open_clip.list_pretrained_tags_by_model(name.model)
    listed = (
        f"Tags of {name.model} are: {', '.join(tags)}."
        if tags
        else f"open_clip has no weights for {name.model}."
    )
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


def checkpoint_of(name: ClipName, tag: dict[str, Any]) -> Path:
    """The file with the weights: the one named, one downloaded before, or a fresh download. Raises ModelUnusable."""
    if name.checkpoint:
        return Path(name.checkpoint).expanduser()
    cached = _cached(tag)
    if cached is not None:
        return cached
    try:
        _resolve(tag)
        return Path(download_pretrained(tag))
    except (OSError, RuntimeError, ValueError) as problem:
        raise ModelUnusable(
            f"The weights of {name} can't be downloaded here ({first_line(problem)}).",
            f"On a machine that can, fetch {source_of(tag)}; bring the file here and name it: {name}@/path/of/the/file",
        ) from problem


def _cached(tag: dict[str, Any]) -> Path | None:
    """The file of a tag that was downloaded before: open_clip would ask the hub again, and wait where there is none."""
    repository, file = os.path.split(str(tag.get("hf_hub") or ""))
    for name in (Path(file).with_suffix(".safetensors").name, file) if file else HUB_FILES:
        found = try_to_load_from_cache(repository, name) if repository else None
        if isinstance(found, str):
            return Path(found)
    return None


def _resolve(tag: dict[str, Any]) -> None:
    """Look the hub's name up, so that a machine without network says so at once. Raises OSError."""
    host = urllib.parse.urlsplit(HUB if tag.get("hf_hub") else str(tag.get("url") or "")).hostname
    if host and not urllib.request.getproxies():
        socket.getaddrinfo(host, 443)


def source_of(tag: dict[str, Any]) -> str:
    """Where the weights of a tag are to be had."""
    hub = str(tag.get("hf_hub") or "")
    if not hub:
        return str(tag.get("url") or tag.get("file") or "unknown")
    repository, file = os.path.split(hub)
    return f"{HUB}/{repository} (file: {file or ' or '.join(HUB_FILES)})"


def check_checkpoint(path: Path) -> None:
    """Read it once with nothing but tensors allowed, whatever open_clip falls back to. Raises ModelUnusable."""
    if path.suffix not in CHECKPOINTS:
        raise ModelUnusable(
            f"{path} is no checkpoint that is read here.",
            f"Name a file that ends in {', '.join(CHECKPOINTS)}.",
        )
    if not path.is_file():
        raise ModelUnusable(
            f"There is no checkpoint {path}.", "Name a file that is there, by its whole path."
        )
    if path.suffix == ".safetensors":
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of formats that it then refuses, or reads
            kept = torch.load(path, map_location="cpu", weights_only=True)
    except TROUBLE as problem:
        raise ModelUnusable(
            f"The checkpoint {path} can't be read as weights alone ({first_line(problem)}).",
            "Save the model's state_dict() with torch.save, or as .safetensors: other content could run code.",
        ) from problem
    kept = kept.get("state_dict", kept) if isinstance(kept, Mapping) else None
    if (
        not kept
        or not isinstance(kept, Mapping)
        or not all(isinstance(each, Tensor) for each in kept.values())
    ):
        raise ModelUnusable(
            f"The checkpoint {path} holds no state_dict.", "Save the model's state_dict() alone."
        )


def first_line(problem: BaseException) -> str:
    """An error of another package on one line that is not too long."""
    text = " ".join(str(problem).split()) or type(problem).__name__
    return text if len(text) <= 300 else text[:297] + "..."
