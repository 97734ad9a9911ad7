"""A card's id changes with everything that it says and with nothing else."""

from __future__ import annotations

import dataclasses
import pickle
from typing import Any

import pytest

from indexer.vectors.index import IndexUnusable
from models.card import ModelCard, ModelUnusable

CARD = ModelCard(
    name="eye",
    version="2",
    kind="descriptor",
    summary="looks",
    source="a paper",
    licence="Apache-2.0",
    dimension=64,
    preprocessing="none",
    weights_sha256="ab" * 32,
    settings={"side": 640, "clip": 2.0},
)
CHANGES: list[dict[str, Any]] = [
    {"name": "ear"},
    {"version": "3"},
    {"kind": "keypoints"},
    {"summary": "listens"},
    {"source": "a book"},
    {"licence": "MIT"},
    {"dimension": 65},
    {"preprocessing": "grey"},
    {"weights_sha256": ""},
    {"settings": {}},
    {"settings": {"side": 641, "clip": 2.0}},
    {"settings": {"side": 640, "clip": 2.0, "more": 1}},
]


def test_the_id_is_the_same_in_every_version_of_the_code() -> None:
    assert CARD.id == "eye-2-b39360276e"


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: "-".join(map(str, change.items())))
def test_the_id_changes_with_everything_the_card_says(change: dict[str, Any]) -> None:
    assert dataclasses.replace(CARD, **change).id != CARD.id


def test_every_field_is_changed_above() -> None:
    assert {name for change in CHANGES for name in change} == {
        field.name for field in dataclasses.fields(CARD)
    }


def test_the_order_of_settings_does_not_matter() -> None:
    assert dataclasses.replace(CARD, settings={"clip": 2.0, "side": 640}).id == CARD.id


def test_an_unusable_model_says_why_and_what_to_do() -> None:
    problem = ModelUnusable("It is broken.", "Mend it.")
    assert str(problem) == "It is broken. Mend it."
    assert (problem.reason, problem.advice) == ("It is broken.", "Mend it.")


def test_a_refusal_reaches_another_process_whole() -> None:
    for refused in (
        ModelUnusable("It is torn.", "Fetch it again."),
        IndexUnusable("It is old.", "Index again."),
    ):
        sent = pickle.loads(pickle.dumps(refused))
        assert (type(sent), str(sent)) == (type(refused), str(refused))
        assert (sent.reason, sent.advice) == (refused.reason, refused.advice)
