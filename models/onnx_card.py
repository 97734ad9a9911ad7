"""The card of an ONNX file: all that is needed to use it and to trust it, in a JSON file of the same name."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator

from models.canonical import Kind
from models.card import ModelCard, ModelUnusable
from models.preparing import FLAT, Fit, Interpolation, Preparation

Layout = Literal["uint8 NHWC", "float32 NCHW"]
"""What the network takes: levels 0 to 255 as they are, it normalises itself; or channels first, normalised before."""
LARGEST = 8 * 1024 * 1024
"""Of a card, bytes: one of five vectors of 4,096 numbers has a fortieth of it."""
INPUT, OUTPUT, PATCHES = "picture", "descriptor", "patches"
"""What the input and the outputs are called in files that are written here."""
MOST_ERRORS = 3
ADVICE = (
    "docs/models.md says what the card of an ONNX file holds. Restore both files, or export the model again."
)

Text = Annotated[str, Field(min_length=1, max_length=4000)]
Label = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Level = Annotated[int, Field(ge=0, le=255)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Preprocessing(_Part):
    """From a photo to the network's input.

    side, fit, interpolation, fill   see models.preparing.Preparation
    layout                           what the network takes
    mean, std, levels                only for "float32 NCHW", and all of them: (value - mean) / std a channel, red
                                     green blue, of values that reach from 0 to `levels`
    """

    side: Annotated[int, Field(ge=8, le=2048)]
    fit: Fit
    interpolation: Interpolation
    fill: tuple[Level, Level, Level] = (0, 0, 0)
    layout: Layout
    mean: tuple[Number, Number, Number] | None = None
    std: tuple[Positive, Positive, Positive] | None = None
    levels: Literal[1, 255] | None = None

    @model_validator(mode="after")
    def _normalised_once(self) -> Self:
        given = [part is not None for part in (self.mean, self.std, self.levels)]
        if self.layout == "float32 NCHW" and not all(given):
            raise ValueError('with layout "float32 NCHW", mean, std and levels (1 or 255) must be given')
        if self.layout == "uint8 NHWC" and any(given):
            raise ValueError(
                'with layout "uint8 NHWC" the network normalises; leave out mean, std and levels'
            )
        return self

    @property
    def preparation(self) -> Preparation:
        """The part of it that does not depend on the layout."""
        return Preparation(self.side, self.fit, self.interpolation, self.fill)


class Canonical(_Part):
    """What the network puts out for one generated picture (models.canonical), unit length, rounded."""

    kind: Kind
    seed: Annotated[int, Field(ge=0, le=1_000_000)]
    vector: Annotated[list[Number], Field(min_length=2)]


class CanonicalText(_Part):
    """What the text tower puts out for a text, unit length, rounded."""

    text: Text
    vector: Annotated[list[Number], Field(min_length=2)]


class Words(_Part):
    """The text tower in `x.words.onnx`, its vocabulary in `x.words.txt.gz` (models.words), and what to hold it to."""

    sha256: Sha256
    vocabulary_sha256: Sha256
    length: Annotated[int, Field(ge=8, le=4096)]
    canonical: Annotated[list[CanonicalText], Field(min_length=1, max_length=100)]
    tolerance: Annotated[float, Field(gt=0, le=0.1)]


class OnnxCard(_Part):
    """The card.

    tolerance  how far a recomputed canonical vector may be from the card's: 1 - cosine
    patches    only if it has this output too, float32 (n, m, c): what each patch of the square shows
    words      only if it has a text tower; changes no vector of a photo, and so no id
    """

    name: Label
    version: Label
    summary: Text
    architecture: Text
    source: Text
    licence: Text
    dimension: Annotated[int, Field(ge=2, le=65536)]
    preprocessing: Preprocessing
    sha256: Sha256
    input: Text = INPUT
    output: Text = OUTPUT
    patches: Text | None = None
    data: Text
    training: dict[str, JsonValue]
    figures: dict[str, JsonValue]
    canonical: Annotated[list[Canonical], Field(min_length=1, max_length=100)]
    tolerance: Annotated[float, Field(gt=0, le=0.1)]
    words: Words | None = None

    @model_validator(mode="after")
    def _one_dimension(self) -> Self:
        texts = self.words.canonical if self.words else []
        vectors = [each.vector for each in self.canonical] + [each.vector for each in texts]
        if any(len(vector) != self.dimension for vector in vectors):
            raise ValueError(f"a canonical vector has not {self.dimension} numbers, which the dimension says")
        return self

    def model_card(self) -> ModelCard:
        """The card as search records and generations know it; its id changes with whatever changes a vector."""
        how = self.preprocessing
        inside = how.mean is None
        return ModelCard(
            name=self.name,
            version=self.version,
            kind="descriptor",
            summary=self.summary,
            source=self.source,
            licence=self.licence,
            dimension=self.dimension,
            preprocessing=f"{how.fit} to {how.side} x {how.side} px, {how.interpolation}, "
            f"normalised {'by the network' if inside else 'before the network'}",
            weights_sha256=self.sha256,
            settings=self._settings(),
        )

    def _settings(self) -> dict[str, Any]:
        return {
            "architecture": self.architecture,
            "preprocessing": self.preprocessing.model_dump(mode="json"),
            "input": self.input,
            "output": self.output,
            "flat": FLAT,
            **({"patches": self.patches} if self.patches else {}),
        }


def read_card(path: Path) -> OnnxCard:
    """Read and check a card. Raises ModelUnusable."""
    try:
        with path.open("rb") as file:
            text = file.read(LARGEST + 1)
        if len(text) > LARGEST:
            raise ModelUnusable(f"The card {path} is larger than {LARGEST} bytes.", ADVICE)
        return OnnxCard.model_validate_json(text)
    except ValidationError as problem:
        raise ModelUnusable(f"The card {path} can't be used: {_said(problem)}.", ADVICE) from problem
    except OSError as problem:
        raise ModelUnusable(f"The card {path} can't be read: {problem.strerror}.", ADVICE) from problem


def _said(problem: ValidationError) -> str:
    errors = problem.errors(include_input=False, include_url=False)
    said = [
        f"{'.'.join(map(str, each['loc'])) or 'all of it'}: {each['msg']}" for each in errors[:MOST_ERRORS]
    ]
    return "; ".join(
        [*said, *([f"and {len(errors) - MOST_ERRORS} more"] if len(errors) > MOST_ERRORS else [])]
    )
