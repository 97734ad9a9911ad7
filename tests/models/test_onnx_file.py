"""An ONNX file serves if it is what its card says, and says what is wrong if it isn't."""

from __future__ import annotations

import hashlib
import json
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from models import onnx_session
from models.canonical import CHOSEN, canonical_picture
from models.card import ModelUnusable
from models.export import write_card
from models.onnx_card import LARGEST, OnnxCard, Preprocessing
from models.onnx_file import OnnxDescriptor
from models.preparing import nothing_seen
from tests.models.made import flat, noise, picture
from tests.models.towers import ORIGIN, SIDE, small_file

Card = dict[str, Any]
FLOATS = {"layout": "float32 NCHW", "mean": [0.5, 0.4, 0.3], "std": [0.2, 0.3, 0.4], "levels": 1}


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_file(tmp_path_factory.mktemp("original") / "x.onnx")[0]


@pytest.fixture
def path(original: Path, tmp_path: Path) -> Path:
    """A copy that may be spoilt."""
    for end in (".onnx", ".json"):
        shutil.copyfile(original.with_suffix(end), tmp_path / f"x{end}")
    return tmp_path / "x.onnx"


def card_of(path: Path) -> Card:
    said: Card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return said


def rewrite(path: Path, **changes: Any) -> None:
    path.with_suffix(".json").write_text(json.dumps({**card_of(path), **changes}), encoding="utf-8")


def describe_anew(path: Path) -> None:
    """Make the card agree with whatever bytes the file has now."""
    rewrite(path, sha256=hashlib.sha256(path.read_bytes()).hexdigest())


def put(path: Path, model: onnx.ModelProto | bytes) -> None:
    path.write_bytes(model if isinstance(model, bytes) else model.SerializeToString())
    describe_anew(path)


def network(
    weights: npt.NDArray[np.float32] | None = None,
    *,
    takes: str = "picture",
    gives: str = "descriptor",
    kind: int = TensorProto.FLOAT,
    shape: tuple[Any, ...] = ("n", 3, SIDE, SIDE),
    out: tuple[Any, ...] = ("n", 48),
) -> onnx.ModelProto:
    """A network that takes means over space and mixes them, as another program might have written it."""
    if weights is None:
        weights = np.random.default_rng(0).normal(size=(3, 48)).astype(np.float32)
    axes = [2, 3] if shape[1] == 3 else [1, 2]
    nodes = [
        helper.make_node("Cast", [takes], ["x"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["x"], ["means"], axes=axes, keepdims=0),
        helper.make_node("MatMul", ["means", "w"], [gives]),
    ]
    made = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info(takes, kind, shape)],
        [helper.make_tensor_value_info(gives, TensorProto.FLOAT, out)],
        [numpy_helper.from_array(weights, "w")],
    )
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def floats(**more: Any) -> Preprocessing:
    said = {"side": SIDE, "fit": "squash", "interpolation": "bilinear", **FLOATS, **more}
    return Preprocessing.model_validate_json(json.dumps(said))


# What the card may not say: how to spoil it, and what is told.


def spoilt(**changes: Any) -> Callable[[Card], Card]:
    return lambda card: {**card, **changes}


def prepared(**changes: Any) -> Callable[[Card], Card]:
    return lambda card: {**card, "preprocessing": {**card["preprocessing"], **changes}}


def without(name: str) -> Callable[[Card], Card]:
    return lambda card: {key: value for key, value in card.items() if key != name}


def canonical(**changes: Any) -> Callable[[Card], Card]:
    return lambda card: {**card, "canonical": [{**card["canonical"][0], **changes}]}


REFUSED: dict[str, tuple[Callable[[Card], Card], str]] = {
    "a field more": (spoilt(surprise=1), "surprise: Extra inputs"),
    "a number as text": (spoilt(dimension="48"), "dimension: .*valid integer"),
    "another dimension": (spoilt(dimension=47), "has not 47 numbers"),
    "a name with a path": (spoilt(name="../x"), "name: "),
    "an empty text": (spoilt(licence=""), "licence: "),
    "no hash": (spoilt(sha256="abc"), "sha256: "),
    "no canonical vectors": (spoilt(canonical=[]), "canonical: "),
    "anything tolerated": (spoilt(tolerance=2.0), "tolerance: "),
    "no tolerance": (spoilt(tolerance=0.0), "tolerance: "),
    "a picture that is not known": (canonical(kind="cat"), "canonical.0.kind: "),
    "a seed below nought": (canonical(seed=-1), "canonical.0.seed: "),
    "too large a seed": (canonical(seed=2**70), "canonical.0.seed: "),
    "a vector that is no number": (canonical(vector=[float("nan")] * 48), "canonical.0.vector.0: "),
    "no side": (prepared(side=0), "preprocessing.side: "),
    "a huge side": (prepared(side=100_000), "preprocessing.side: "),
    "another fit": (prepared(fit="stretch"), "preprocessing.fit: "),
    "another interpolation": (prepared(interpolation="nearest"), "preprocessing.interpolation: "),
    "a fill that is no level": (prepared(fill=[0, 0, 256]), "preprocessing.fill.2: "),
    "normalised twice": (prepared(mean=[0.5] * 3, std=[0.5] * 3, levels=1), "leave out mean, std and levels"),
    "normalised by half": (prepared(layout="float32 NCHW", mean=[0.5] * 3), "mean, std and levels"),
    "a deviation of nought": (prepared(**{**FLOATS, "std": [0.0, 1.0, 1.0]}), "preprocessing.std.0: "),
    "other levels": (prepared(**{**FLOATS, "levels": 2}), "preprocessing.levels: "),
    "an infinite mean": (prepared(**{**FLOATS, "mean": [float("inf")] * 3}), "preprocessing.mean.0: "),
    **{f"without {name}": (without(name), f"{name}: Field required") for name in (
        "name", "version", "summary", "architecture", "source", "licence", "dimension", "preprocessing", "sha256",
        "data", "training", "figures", "canonical", "tolerance",
    )},
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_a_card_that_is_not_as_it_should_be_is_refused_and_says_where(path: Path, kind: str) -> None:
    spoil, told = REFUSED[kind]
    path.with_suffix(".json").write_text(json.dumps(spoil(card_of(path))), encoding="utf-8")
    with pytest.raises(ModelUnusable, match=rf"x\.json can't be used: .*{told}.*docs/models\.md"):
        OnnxDescriptor(path)


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 100_000, b"null"])
def test_a_card_that_is_none_is_refused(path: Path, text: bytes) -> None:
    path.with_suffix(".json").write_bytes(text)
    with pytest.raises(ModelUnusable, match=r"x\.json can't be used: "):
        OnnxDescriptor(path)


def test_a_card_without_end_is_not_read(path: Path) -> None:
    path.with_suffix(".json").write_bytes(b" " * (LARGEST + 1))
    with pytest.raises(ModelUnusable, match=f"is larger than {LARGEST} bytes"):
        OnnxDescriptor(path)


def test_many_faults_are_counted_not_listed(path: Path) -> None:
    path.with_suffix(".json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelUnusable, match="and 11 more"):
        OnnxDescriptor(path)


# What the file may not be.


def test_a_missing_file_is_said_to_be_missing(path: Path) -> None:
    path.unlink()
    with pytest.raises(
        ModelUnusable, match=r"The weights .*x\.onnx can't be read: No such file.*export the model"
    ):
        OnnxDescriptor(path)


def test_a_missing_card_is_said_to_be_missing(path: Path) -> None:
    path.with_suffix(".json").unlink()
    with pytest.raises(
        ModelUnusable, match=r"The card .*x\.json can't be read: No such file.*docs/models\.md"
    ):
        OnnxDescriptor(path)


def test_a_file_of_another_name_is_refused(path: Path) -> None:
    with pytest.raises(ModelUnusable, match=r"Name a file that ends in \.onnx"):
        OnnxDescriptor(path.with_suffix(".json"))


def test_one_bit_flipped_is_another_file(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(ModelUnusable, match="is not the file that its card describes"):
        OnnxDescriptor(path)


def other_weights(path: Path) -> None:
    model = onnx.load(str(path))
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.size > 1000:
            tensor.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(values[::-1]), tensor.name))
    put(path, model)


def not_a_number(path: Path) -> None:
    model = onnx.load(str(path))
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.size > 1000:
            tensor.CopyFrom(numpy_helper.from_array(np.full_like(values, np.nan), tensor.name))
    put(path, model)


def weights_elsewhere(path: Path) -> None:
    model = onnx.load(str(path))
    tensor = model.graph.initializer[0]
    (path.parent / "w.bin").write_bytes(numpy_helper.to_array(tensor).tobytes())
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="w.bin")
    put(path, model)


def cut(path: Path) -> None:
    put(path, path.read_bytes()[:-1000])


FLOAT_CARD = prepared(**FLOATS)
WRONG: dict[str, tuple[Callable[[Path], None], str]] = {
    "no ONNX": (
        lambda path: put(path, b"\x0bno model"),
        "is no ONNX file: it holds a field of an unknown kind",
    ),
    "nothing": (lambda path: put(path, b""), "can't be opened"),
    "half of it": (cut, "is no ONNX file: it is cut off"),
    "an operator that no runtime has": (
        lambda path: put(
            path,
            helper.make_model(helper.make_graph([helper.make_node("Nope", [], ["descriptor"])], "g", [], [])),
        ),
        "can't be opened",
    ),
    "weights in another file": (
        weights_elsewhere,
        "keeps weights in other files.*Save the model as one file",
    ),
    "other weights": (
        other_weights,
        "gives another vector for the picture waves 1 than its card: 1 - cosine is",
    ),
    "no numbers": (not_a_number, "puts out what is no number"),
    "another type": (
        lambda path: put(path, network()),
        r"takes tensor\(float\), its card says tensor\(uint8\)",
    ),
    "another input": (
        lambda path: put(path, network(takes="image")),
        "takes 'image', not one input 'picture'",
    ),
    "channels first": (
        lambda path: put(path, network(kind=TensorProto.UINT8)),
        r"takes \(n, 3, 64, 64\), its card says \(n, 64, 64, 3\)",
    ),
    "a batch of four": (
        lambda path: put(path, network(kind=TensorProto.UINT8, shape=(4, SIDE, SIDE, 3))),
        r"takes \(4, 64, 64, 3\), its card says \(n, 64, 64, 3\)",
    ),
    "another output": (
        lambda path: put(
            path, network(gives="embedding", kind=TensorProto.UINT8, shape=("n", SIDE, SIDE, 3))
        ),
        "has no output 'descriptor'; it puts out 'embedding'",
    ),
    "another dimension": (
        lambda path: put(
            path,
            network(
                np.zeros((3, 47), np.float32),
                kind=TensorProto.UINT8,
                shape=("n", SIDE, SIDE, 3),
                out=("n", 47),
            ),
        ),
        r"puts out tensor\(float\) \(n, 47\), its card says tensor\(float\) \(n, 48\)",
    ),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_file_that_is_not_what_its_card_says_is_refused_and_says_why(path: Path, kind: str) -> None:
    spoil, told = WRONG[kind]
    spoil(path)
    with pytest.raises(ModelUnusable, match=rf"x\.onnx.* {told}"):
        OnnxDescriptor(path)


def test_a_dimension_that_the_file_leaves_open_is_found_out(path: Path) -> None:
    made = network(np.ones((3, 48), np.float32), gives="all", out=("n", "d"))
    chosen = numpy_helper.from_array(np.arange(48) > 0, "chosen")
    made.graph.initializer.append(chosen)
    made.graph.node.append(helper.make_node("Compress", ["all", "chosen"], ["descriptor"], axis=1))
    made.graph.output[0].name = "descriptor"
    put(path, made)
    path.with_suffix(".json").write_text(json.dumps(FLOAT_CARD(card_of(path))), encoding="utf-8")
    with pytest.raises(ModelUnusable, match=r"puts out 47 numbers, its card says 48"):
        OnnxDescriptor(path)


def spoilt_at_the_end(path: Path, node: onnx.NodeProto, initializer: npt.NDArray[Any]) -> None:
    """A network of the right shapes, as far as its file says, whose last step does something else."""
    made = network(gives="all", out=("n", "d"))
    made.graph.initializer.append(numpy_helper.from_array(initializer, "more"))
    made.graph.node.append(node)
    made.graph.output[0].name = "descriptor"
    put(path, made)
    path.with_suffix(".json").write_text(json.dumps(FLOAT_CARD(card_of(path))), encoding="utf-8")


def test_a_network_that_fails_when_it_is_run_is_told(path: Path) -> None:
    node = helper.make_node("Gather", ["all", "more"], ["descriptor"], axis=1)
    spoilt_at_the_end(path, node, np.full(48, 1000, np.int64))  # beyond what there is
    with pytest.raises(ModelUnusable, match=r"x\.onnx can't be run: "):
        OnnxDescriptor(path)


def test_a_network_that_puts_out_two_vectors_for_one_picture_is_told(path: Path) -> None:
    node = helper.make_node("Tile", ["all", "more"], ["descriptor"])
    spoilt_at_the_end(path, node, np.array([2, 1], np.int64))
    with pytest.raises(ModelUnusable, match=r"puts out \(2, 48\) for one picture"):
        OnnxDescriptor(path)


def test_a_file_larger_than_the_format_allows_is_not_read(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnx_session, "LARGEST", path.stat().st_size - 1)
    with pytest.raises(ModelUnusable, match=r"x\.onnx is larger than \d+ bytes"):
        OnnxDescriptor(path)


def test_where_memory_can_not_be_given_back_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda name: object())
    onnx_session.give_back()


# A file that another program has written.


def test_a_file_from_elsewhere_gets_a_card_and_serves(tmp_path: Path) -> None:
    path = tmp_path / "theirs.onnx"
    weights = np.random.default_rng(1).normal(size=(3, 5)).astype(np.float32)
    path.write_bytes(network(weights, takes="image", gives="out", out=("n", "d")).SerializeToString())
    card = write_card(path, ORIGIN, floats(), input_name="image", output_name="out")
    served = OnnxDescriptor(path)
    assert card == served.said
    assert card.dimension == 5
    photo = picture(1, 2 * SIDE, 2 * SIDE)
    means = photo.astype(np.float64).mean(axis=(0, 1)) / 255
    expected = (means - [0.5, 0.4, 0.3]) / [0.2, 0.3, 0.4] @ weights
    assert float(served.describe([photo])[0] @ expected) / np.linalg.norm(expected) > 0.999


@pytest.mark.parametrize("levels", [1, 255])
def test_the_range_of_the_levels_is_what_the_card_says(tmp_path: Path, levels: int) -> None:
    path = tmp_path / "x.onnx"
    path.write_bytes(network().SerializeToString())
    whole = [0.5 * levels, 0.4 * levels, 0.3 * levels], [0.2 * levels, 0.3 * levels, 0.4 * levels]
    write_card(path, ORIGIN, floats(mean=whole[0], std=whole[1], levels=levels))
    vector = OnnxDescriptor(path).describe([picture(1)])[0]
    write_card(path, ORIGIN, floats())
    assert np.allclose(OnnxDescriptor(path).describe([picture(1)])[0], vector, atol=1e-5)


def test_a_network_that_sees_nothing_in_a_photo_gives_no_nonsense(tmp_path: Path) -> None:
    """A difference of two channels is nought on any photo without colours, though its levels differ."""
    path = tmp_path / "x.onnx"
    path.write_bytes(
        network(np.array([[1, 2], [-1, -2], [0, 0]], np.float32), out=("n", 2)).SerializeToString()
    )
    write_card(path, ORIGIN, floats(mean=[0.5] * 3, std=[0.5] * 3))
    grey = np.repeat(noise(90, 80)[..., :1], 3, axis=2)
    assert np.array_equal(OnnxDescriptor(path).describe([grey]), [nothing_seen(2)])


def test_a_photo_for_which_the_network_finds_no_number_is_as_if_nothing_was_seen(tmp_path: Path) -> None:
    """Weights near the end of float32: fine on most photos, endless on a yellow one."""
    weights = np.array([[8e35, 1], [8e35, 1], [-8e35, 1]], np.float32)
    path = tmp_path / "x.onnx"
    path.write_bytes(network(weights, out=("n", 2)).SerializeToString())
    write_card(path, ORIGIN, floats(mean=[0.0] * 3, std=[1.0] * 3, levels=255))
    yellow = flat((255, 255, 0))
    assert np.array_equal(OnnxDescriptor(path).describe([yellow]), [nothing_seen(2)])


# In use.


def test_the_canonical_vectors_are_recomputed(path: Path) -> None:
    descriptor = OnnxDescriptor(path)
    assert len(descriptor.said.canonical) == len(CHOSEN)
    assert max(map(descriptor.recompute, descriptor.said.canonical)) < 1e-6
    described = descriptor.describe([canonical_picture("blocks", 5)])[0]
    assert np.allclose(described, descriptor.said.canonical[-1].vector, atol=1e-4)


def test_a_later_canonical_vector_that_differs_is_told(path: Path) -> None:
    said = card_of(path)["canonical"]
    rewrite(path, canonical=[*said[:-1], {**said[-1], "vector": said[0]["vector"]}])
    descriptor = OnnxDescriptor(path)
    with pytest.raises(ModelUnusable, match=r"another vector for the picture blocks 5 than its card"):
        descriptor.recompute(descriptor.said.canonical[-1])


def test_another_process_refuses_what_was_replaced(path: Path) -> None:
    sent = pickle.dumps(OnnxDescriptor(path))
    small_file(path, seed=2, replace=True)
    with pytest.raises(ModelUnusable, match="was replaced while it was used"):
        pickle.loads(sent)


def test_another_process_in_another_folder_finds_the_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(path.parent)
    sent = pickle.dumps(OnnxDescriptor("x.onnx"))
    monkeypatch.chdir("/")
    assert pickle.loads(sent).card == OnnxDescriptor(path).card


@pytest.mark.parametrize("name", ["figures", "training", "data"])
def test_what_changes_no_vector_changes_no_id(path: Path, name: str) -> None:
    before = OnnxDescriptor(path).card.id
    rewrite(path, **{name: "other" if name == "data" else {"recall@1": 0.99}})
    assert OnnxDescriptor(path).card.id == before


def test_a_card_is_read_as_it_was_written(path: Path) -> None:
    said = OnnxDescriptor(path).said
    assert OnnxCard.model_validate_json(said.model_dump_json()) == said
