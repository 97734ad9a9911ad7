"""The page about models says what the code does: specifications, every field of a card, and an example that works."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from models.card import ModelUnusable
from models.catalogue import open_descriptor
from models.onnx_card import CanonicalText, OnnxCard, Preprocessing, Words
from models.onnx_file import OnnxDescriptor
from tests.conftest import ROOT
from tests.models.made import picture

PAGE = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def resting_network(path: Path) -> None:
    """Means of the channels, as another program might have written it."""
    nodes = [helper.make_node("ReduceMean", ["image"], ["embedding"], axes=[2, 3], keepdims=0)]
    taken = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 3, 224, 224])
    given = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["n", 3])
    unused = numpy_helper.from_array(np.zeros(1, np.float32), "unused")
    graph = helper.make_graph(nodes, "g", [taken], [given], [unused])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.write_bytes(model.SerializeToString())


@pytest.mark.parametrize("part", [OnnxCard, Preprocessing, Words, CanonicalText])
def test_every_field_of_a_card_is_on_the_page(part: type) -> None:
    fields = set(part.model_fields)  # type: ignore[attr-defined]
    assert fields
    assert {name for name in fields if f"`{name}`" not in PAGE} == set()


def test_the_example_of_a_card_is_one() -> None:
    assert OnnxCard.model_validate_json(block("json")).preprocessing.levels == 1


def test_the_example_writes_the_card_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    resting_network(tmp_path / "x.onnx")
    exec(block("python"), {})
    served = OnnxDescriptor("x.onnx")
    assert served.said.name == OnnxCard.model_validate_json(block("json")).name
    assert served.describe([picture(1)]).shape == (1, 3)


def test_the_page_names_every_specification_that_the_code_does() -> None:
    with pytest.raises(ModelUnusable) as unusable:
        open_descriptor("nonsense")
    named = unusable.value.advice.removeprefix("Name one of these: ").rstrip(".")
    forms = re.split(r", | or ", named)
    assert len(forms) == 6
    assert [form for form in forms if f"| `{form}` |" not in PAGE] == []
