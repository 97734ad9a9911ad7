"""Models of open_clip: with their weights or not at all, through open_clip's own loading."""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

import models.torch_here  # noqa: F401  # before open_clip

import open_clip  # isort: skip
from open_clip.transform import PreprocessCfg, image_transform_v2  # isort: skip

from models import clip_weights
from models.card import ModelUnusable
from models.clip import ClipDescriptor, ClipName, open_clip_descriptor, read_name
from models.descriptor import WordDescriptor
from models.preparing import unit
from tests.models.made import picture
from tests.models.towers import TINY, TINY_ELSEWHERE, register_tiny, tiny_checkpoint, tiny_model

TAGGED, TAG = "ViT-B-32", "laion2b_s34b_b79k"
TEXTS = [
    "bronze horse, green patina",
    "a portrait of a lady",
    "",
    "Ω ünïcode 漆器 🐎",
    "a" * 5000,
    "\ud800 lone",
]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    register_tiny(folder)
    return tiny_checkpoint(folder / "tiny.pt")


@pytest.fixture(scope="module")
def descriptor(checkpoint: Path) -> ClipDescriptor:
    return opened(f"open_clip:{TINY}@{checkpoint}")


def opened(specification: str) -> ClipDescriptor:
    return open_clip_descriptor(read_name(specification))


NAMES = {
    "open_clip:ViT-B-32/openai": ClipName("ViT-B-32", "openai"),
    "open_clip:ViT-B-32@/a/b@c/d.pt": ClipName("ViT-B-32", "", "/a/b@c/d.pt"),
    "open_clip:ViT-B-32/openai@x.safetensors": ClipName("ViT-B-32", "openai", "x.safetensors"),
    "open_clip:ViT-B-32": ClipName("ViT-B-32"),
}


@pytest.mark.parametrize("specification", NAMES)
def test_a_specification_is_read_and_written_alike(specification: str) -> None:
    assert read_name(specification) == NAMES[specification]
    assert str(NAMES[specification]) == specification


@pytest.mark.parametrize(
    "specification", ["", "open_clip:", "open_clip:@x", "open_clip:/tag", "open_clip:RN50@", "RN50/x"]
)
def test_what_names_no_model_is_refused(specification: str) -> None:
    with pytest.raises(ModelUnusable, match="Write open_clip:NAME/TAG, open_clip:NAME@FILE"):
        read_name(specification)


def test_it_describes_as_open_clip_does(descriptor: ClipDescriptor) -> None:
    model: Any = tiny_model()
    how: Any = image_transform_v2(PreprocessCfg(**model.visual.preprocess_cfg), is_train=False)

    photos = [picture(seed) for seed in range(4)]
    with torch.inference_mode():
        theirs = model.encode_image(torch.stack([how(Image.fromarray(photo)) for photo in photos]))
    cosines = (descriptor.describe(photos) * [unit(row) for row in theirs.numpy()]).sum(axis=1)
    assert cosines.min() > 0.999


def test_words_are_described_as_open_clip_does(descriptor: ClipDescriptor) -> None:
    assert isinstance(descriptor, WordDescriptor)
    model: Any = tiny_model()
    with torch.inference_mode():
        theirs = model.encode_text(open_clip.get_tokenizer(TINY)(TEXTS[:2]), normalize=True)
    assert np.allclose(descriptor.describe_words(TEXTS[:2]), theirs.numpy(), atol=1e-5)


def test_any_words_give_unit_vectors_alone_and_in_any_batch(descriptor: ClipDescriptor) -> None:
    assert isinstance(descriptor, WordDescriptor)
    together = descriptor.describe_words(TEXTS)
    assert together.shape == (len(TEXTS), descriptor.card.dimension)
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert np.array_equal(together, np.concatenate([descriptor.describe_words([text]) for text in TEXTS]))
    assert descriptor.describe_words([]).shape == (0, descriptor.card.dimension)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(descriptor.describe_words, [TEXTS] * 8))
    assert all(np.array_equal(together, vectors) for vectors in found)


def test_other_words_have_another_vector_and_spaces_do_not_matter(descriptor: ClipDescriptor) -> None:
    assert isinstance(descriptor, WordDescriptor)
    one, other, same = descriptor.describe_words(["bronze horse", "silver spoon", "  Bronze \n horse "])
    assert one @ other < 0.99
    assert np.array_equal(one, same)


def test_a_tokenizer_that_lies_elsewhere_means_no_words(checkpoint: Path, tmp_path: Path) -> None:
    saved = tiny_checkpoint(tmp_path / "x.pt", model=TINY_ELSEWHERE)
    descriptor = opened(f"open_clip:{TINY_ELSEWHERE}@{saved}")
    assert not isinstance(descriptor, WordDescriptor)
    assert descriptor.describe([picture(1)]).shape == (1, 64)


def test_every_form_of_the_same_weights_is_the_same_model(checkpoint: Path, tmp_path: Path) -> None:
    state = tiny_model().state_dict()
    save_file(state, tmp_path / "x.safetensors")
    torch.save(
        {"state_dict": {f"module.{name}": each for name, each in state.items()}, "epoch": 3},
        tmp_path / "x.pt",
    )
    digests = {
        opened(f"open_clip:{TINY}@{path}").card.weights_sha256
        for path in (checkpoint, tmp_path / "x.safetensors", tmp_path / "x.pt")
    }
    assert len(digests) == 1


def test_a_checkpoint_of_another_name_is_the_same_model(checkpoint: Path, tmp_path: Path) -> None:
    other = tiny_checkpoint(tmp_path / "renamed.pt")
    assert opened(f"open_clip:{TINY}@{other}").card == opened(f"open_clip:{TINY}@{checkpoint}").card


def test_the_id_changes_with_one_weight(checkpoint: Path, tmp_path: Path) -> None:
    state = tiny_model().state_dict()
    state["visual.proj"][0, 0] += 1e-3
    torch.save(state, tmp_path / "x.pt")
    assert (
        opened(f"open_clip:{TINY}@{tmp_path / 'x.pt'}").card.id
        != opened(f"open_clip:{TINY}@{checkpoint}").card.id
    )


def test_another_process_refuses_what_was_replaced(tmp_path: Path, checkpoint: Path) -> None:
    path = tiny_checkpoint(tmp_path / "x.pt")
    sent = pickle.dumps(opened(f"open_clip:{TINY}@{path}"))
    tiny_checkpoint(path, seed=2)
    with pytest.raises(ModelUnusable, match="was replaced while it was used"):
        pickle.loads(sent)


# What is refused, and what is told.


def test_without_weights_nothing_is_seen(checkpoint: Path) -> None:
    with pytest.raises(
        ModelUnusable, match=r"names no weights, .*Tags of ViT-B-32 are: openai, .*open_clip:ViT-B-32@FILE"
    ):
        opened("open_clip:ViT-B-32")
    with pytest.raises(ModelUnusable, match=f"open_clip has no weights for {TINY}. Or name a checkpoint"):
        opened(f"open_clip:{TINY}")


@pytest.mark.parametrize(
    ("name", "near"), [("vit-b32", "ViT-B-32"), ("RN-50", "RN50"), ("ViT-B-23", "ViT-B-32")]
)
def test_an_unknown_model_is_told_with_near_ones(name: str, near: str) -> None:
    with pytest.raises(ModelUnusable, match=rf"open_clip knows no model '{name}'\. Near to it are: .*{near}"):
        opened(f"open_clip:{name}/openai")


@pytest.mark.parametrize("name", ["qqqqqqqqqqqqqq", "hf-hub:someone", "local-dir:x", "../../etc"])
def test_a_model_that_nothing_is_near_to_is_told_how_to_name_one(name: str) -> None:
    with pytest.raises(
        ModelUnusable, match=r"open_clip knows no model .* (Write open_clip:NAME/TAG|Near to it)"
    ):
        opened(f"open_clip:{name}/some")


def test_an_unknown_tag_is_told_with_those_there_are() -> None:
    with pytest.raises(
        ModelUnusable, match=r"ViT-B-32 has no pretrained tag 'mine'\. Tags of ViT-B-32 are: openai, laion"
    ):
        opened("open_clip:ViT-B-32/mine")


def hub(monkeypatch: pytest.MonkeyPatch, **replaced: Callable[..., Any]) -> None:
    """A hub that answers so; without more, one that nobody reaches."""

    def unreachable(*asked: Any, **more: Any) -> Any:
        raise OSError(-2, "Name or service not known")

    answers: dict[str, Callable[..., Any]] = {
        "try_to_load_from_cache": lambda *asked: None,
        "download_pretrained": unreachable,
        **replaced,
    }
    for name, answer in answers.items():
        monkeypatch.setattr(clip_weights, name, answer)
    monkeypatch.setattr("socket.getaddrinfo", unreachable)


@pytest.mark.parametrize("proxy", [{}, {"https": "http://proxy.invalid:3128"}])
def test_where_nothing_can_be_downloaded_it_says_what_to_fetch(
    monkeypatch: pytest.MonkeyPatch, proxy: dict[str, str]
) -> None:
    hub(monkeypatch)
    monkeypatch.setattr("urllib.request.getproxies", lambda: proxy)
    told = (
        r"The weights of open_clip:ViT-B-32/laion2b_s34b_b79k can't be downloaded here \(.*not known\)\. On a machine "
        r"that can, fetch https://huggingface\.co/laion/CLIP-ViT-B-32-laion2B-s34B-b79K "
        r"\(file: open_clip_model\.safetensors or open_clip_pytorch_model\.bin\); bring the file here and name it: "
        r"open_clip:ViT-B-32/laion2b_s34b_b79k@/path/of/the/file"
    )
    with pytest.raises(ModelUnusable, match=told):
        opened(f"open_clip:{TAGGED}/{TAG}")


def test_a_tag_that_names_its_file_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    hub(monkeypatch)
    monkeypatch.setitem(
        open_clip.pretrained._PRETRAINED[TAGGED], "ours", {"url": "https://example.invalid/w.pt"}
    )
    with pytest.raises(ModelUnusable, match=r"fetch https://example\.invalid/w\.pt; bring"):
        opened(f"open_clip:{TAGGED}/ours")


@pytest.fixture
def tag(monkeypatch: pytest.MonkeyPatch, checkpoint: Path) -> dict[str, Any]:
    """A tag of the tiny model, with a preprocessing and an activation of its own."""
    made = {
        "hf_hub": "someone/tiny/",
        "mean": (0.5, 0.5, 0.5),
        "std": (0.25, 0.25, 0.25),
        "interpolation": "bilinear",
        "resize_mode": "squash",
        "quick_gelu": True,
    }
    monkeypatch.setitem(open_clip.pretrained._PRETRAINED, TINY, {"ours": made})
    return made


def test_a_tag_brings_its_preprocessing_also_with_a_file(tag: dict[str, Any], checkpoint: Path) -> None:
    bare = opened(f"open_clip:{TINY}@{checkpoint}")
    tagged = opened(f"open_clip:{TINY}/ours@{checkpoint}")
    assert tagged.card.weights_sha256 == bare.card.weights_sha256
    assert tagged.card.id != bare.card.id
    assert tagged.card.preprocessing == "squash to 64 x 64 px, bilinear, normalised"
    assert tagged.card.settings["mean"] == [0.5, 0.5, 0.5]
    assert tagged.card.version == "ours"
    activations = {type(module).__name__ for module in tagged.loaded.tower.modules()}
    assert "QuickGELU" in activations


@pytest.mark.parametrize("how", [{"resize_mode": "sideways"}, {"interpolation": "nearest"}])
def test_a_preprocessing_that_is_not_offered_is_told(
    tag: dict[str, Any], checkpoint: Path, how: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in how.items():
        monkeypatch.setitem(tag, name, value)
    with pytest.raises(ModelUnusable, match="wants photos prepared in a way that is not offered"):
        opened(f"open_clip:{TINY}/ours@{checkpoint}")


def test_what_was_downloaded_before_is_used_without_asking_again(
    tag: dict[str, Any], checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cached(repository: str, file: str) -> str | None:
        assert repository == "someone/tiny"
        return None if file.endswith(".safetensors") else str(checkpoint)

    hub(monkeypatch, try_to_load_from_cache=cached)
    found = opened(f"open_clip:{TINY}/ours")
    assert found.card.source.startswith("https://huggingface.co/someone/tiny")
    monkeypatch.setitem(tag, "hf_hub", "someone/tiny/weights.bin")
    assert opened(f"open_clip:{TINY}/ours").card.weights_sha256 == found.card.weights_sha256


def test_what_can_be_downloaded_is(
    tag: dict[str, Any], checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub(monkeypatch, download_pretrained=lambda cfg: str(checkpoint))
    monkeypatch.setattr("socket.getaddrinfo", lambda *asked: [])
    assert opened(f"open_clip:{TINY}/ours").card.version == "ours"


class Evil:
    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("touch evil-was-here; exit 1",)


class EvilThenTorn:
    """Makes a reader that falls back to something less strict fall back."""

    def __reduce__(self) -> tuple[Any, ...]:
        return TypeError, ("x",)


def other_model(path: Path) -> None:
    torch.save(torch.nn.Linear(3, 3).state_dict(), path)


def one_missing(path: Path) -> None:
    state = tiny_model().state_dict()
    del state["visual.proj"]
    torch.save(state, path)


def no_numbers(path: Path) -> None:
    state = tiny_model().state_dict()
    state["visual.proj"] *= float("nan")
    torch.save(state, path)


def script(path: Path) -> None:
    with pytest.warns(DeprecationWarning, match="torch.jit"):
        torch.jit.save(torch.jit.script(torch.nn.Linear(2, 2)), path)


CHECKPOINTS: dict[str, tuple[str, Callable[[Path], Any], str]] = {
    "nothing": ("x.pt", lambda path: None, r"There is no checkpoint .*x\.pt\. Name a file that is there"),
    "a folder": ("x.pt", lambda path: path.mkdir(), "There is no checkpoint"),
    "empty": ("x.pt", lambda path: path.write_bytes(b""), "can't be read as weights alone"),
    "text": ("x.pt", lambda path: path.write_text("weights"), "can't be read as weights alone"),
    "code": (
        "x.pt",
        lambda path: torch.save({"a": Evil()}, path),
        "can't be read as weights alone.*could run code",
    ),
    "code for a fallback": (
        "x.pt",
        lambda path: torch.save([EvilThenTorn(), Evil()], path),
        "as weights alone",
    ),
    "a bare pickle": (
        "x.pt",
        lambda path: path.write_bytes(pickle.dumps(Evil())),
        "can't be read as weights alone",
    ),
    "a whole program": ("x.pt", script, "can't be read as weights alone.*state_dict"),
    "a list": ("x.pt", lambda path: torch.save([1], path), "holds no state_dict"),
    "a number": ("x.pt", lambda path: torch.save({"state_dict": {"a": 1}}, path), "holds no state_dict"),
    "an empty one": ("x.pt", lambda path: torch.save({}, path), "holds no state_dict"),
    "another model": ("x.pt", other_model, f"can't be loaded as {TINY} .*Name the model that it was made of"),
    "one weight missing": ("x.pt", one_missing, f"can't be loaded as {TINY} .*visual.proj"),
    "no numbers": ("x.pt", no_numbers, "puts out what is no number.*fetch them again"),
    "torn safetensors": (
        "x.safetensors",
        lambda path: path.write_bytes(b"\xff" * 99),
        f"can't be loaded as {TINY}",
    ),
    "numpy": (
        "x.npz",
        lambda path: np.savez(path, a=np.zeros(3)),
        r"ends in \.pt, \.pth, \.bin, \.safetensors",
    ),
}


@pytest.mark.parametrize("kind", CHECKPOINTS)
def test_a_checkpoint_that_is_none_is_refused_and_says_why(
    kind: str, checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name, make, told = CHECKPOINTS[kind]
    make(tmp_path / name)
    with pytest.raises(ModelUnusable, match=told):
        opened(f"open_clip:{TINY}@{tmp_path / name}")
    assert not (tmp_path / "evil-was-here").exists()


@pytest.mark.parametrize("missing", ["torch", "open_clip", "huggingface_hub"])
def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    for name in ("models.torch_here", "models.clip_loading", "models.clip_weights"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    with pytest.raises(
        ModelUnusable, match=r"needs packages that are not installed \(.*pip install 'artrieve\[clip\]'"
    ):
        opened("open_clip:ViT-B-32/openai")
