"""What the API answers of models: which there are, and how far each has come."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from indexer.coverage import Models, ModelState

_MODEL_EXAMPLE: dict[str, JsonValue] = {
    "descriptor": "bundled",
    "card_id": "colour-layout-1-5b1d0c2a9e",
    "card": {"name": "colour-layout", "version": "1", "kind": "descriptor", "licence": "Apache-2.0"},
    "vectors": "0c7f1f3a5d9b2e48",
    "embedded": 6123,
    "failed": 0,
    "photographs": 6123,
    "bytes": 434733000,
    "generations": [11, 12],
    "served": True,
    "wanted": True,
    "previous": False,
}


class SwitchView(BaseModel):
    """A model that is being embedded, to take over from the one that serves."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"descriptor": "onnx:/models/larger.onnx", "embedded": 3120, "failed": 0, "photographs": 6123}
            ]
        }
    )

    descriptor: str = Field(description="What it is called.")
    embedded: int = Field(description="Photographs of the register that it has embedded.")
    failed: int = Field(description="Photographs that it could not embed.")
    photographs: int = Field(description="Photographs of the register that can be searched.")

    @classmethod
    def of(cls, state: ModelState) -> SwitchView:
        """The view of a model that is to take over."""
        return cls(
            descriptor=state.descriptor,
            embedded=state.coverage.embedded,
            failed=state.coverage.failed,
            photographs=state.coverage.photographs,
        )


class ModelView(BaseModel):
    """A model that photographs were embedded by, or are to be."""

    model_config = ConfigDict(json_schema_extra={"examples": [_MODEL_EXAMPLE]})

    descriptor: str = Field(description="What it is called, as `artrieve model switch` names it.")
    card_id: str = Field(description="Id of its model card; empty where nobody has opened it yet.")
    card: dict[str, Any] = Field(description="Its model card: what it is, its source and licence.")
    vectors: str = Field(description="Id of its vectors: those of different ids are never compared.")
    embedded: int = Field(description="Photographs of the register that it has embedded.")
    failed: int = Field(description="Photographs that it could not embed.")
    photographs: int = Field(description="Photographs of the register that can be searched.")
    bytes: int = Field(description="What its vectors take on disk.")
    generations: list[int] = Field(description="Published indexes of it on disk.")
    served: bool = Field(description="Whether searches are made with it.")
    wanted: bool = Field(description="Whether `artrieve index` embeds by it.")
    previous: bool = Field(description="Whether `artrieve model undo` goes back to it.")

    @classmethod
    def of(cls, state: ModelState) -> ModelView:
        """The view of a model."""
        return cls(
            descriptor=state.descriptor,
            card_id=state.label.card_id,
            card=dict(state.label.card),
            vectors=state.label.vectors,
            embedded=state.coverage.embedded,
            failed=state.coverage.failed,
            photographs=state.coverage.photographs,
            bytes=state.size,
            generations=list(state.generations),
            served=state.served,
            wanted=state.wanted,
            previous=state.previous,
        )


class ModelsView(BaseModel):
    """The models of the index."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "served": "bundled",
                    "wanted": "bundled",
                    "previous": None,
                    "problem": "",
                    "models": [_MODEL_EXAMPLE],
                }
            ]
        }
    )

    served: str | None = Field(
        description="The model that searches are made with; null: nothing is published."
    )
    wanted: str | None = Field(description="The model that photographs are embedded by; null: see `problem`.")
    previous: str | None = Field(description="The model that an undo goes back to; null: there is none.")
    problem: str = Field(description="Why nobody can tell which model is wanted; empty when all is well.")
    models: list[ModelView]

    @classmethod
    def of(cls, models: Models) -> ModelsView:
        """The view of all models."""
        served, wanted, previous = (
            each.descriptor if each else None for each in (models.served, models.wanted, models.previous)
        )
        return cls(
            served=served,
            wanted=wanted,
            previous=previous,
            problem=models.problem,
            models=[ModelView.of(each) for each in models.states],
        )
