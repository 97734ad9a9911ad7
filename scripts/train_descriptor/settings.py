"""What decides how the descriptor comes out, read from one file: settings.toml says what each setting means."""

import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

BUNDLED = Path(__file__).parent / "settings.toml"

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]
Side = Annotated[int, Field(ge=32, le=1024)]
Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class _Section(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Data(_Section):
    """Which pictures are trained on."""

    held_out: Share
    side: Side


class Views(_Section):
    """What the network is shown of them."""

    side: Side
    solids: Share
    statues: Share


class NetworkSettings(_Section):
    """What is learned and what stays."""

    frozen: Annotated[int, Field(ge=0, le=7)]
    kept: Count
    learned: Count


class Served(_Section):
    """What the bundled file puts out."""

    side: Side
    dimension: Count
    whitening: Share


class Loss(_Section):
    """What is asked of the descriptors."""

    temperature: Positive
    kept: Weight
    spread: Weight


class Optimizer(_Section):
    """How the weights move there."""

    objects: Annotated[int, Field(ge=2)]
    steps: Count
    backbone_rate: Positive
    head_rate: Positive
    weight_decay: Weight
    warm_up: Count
    averaging: Share


class Run(_Section):
    """How the run goes."""

    seed: Annotated[int, Field(ge=0)]
    checkpoint: Count
    judge: Count


class Settings(_Section):
    """One section of the file each."""

    data: Data
    views: Views
    network: NetworkSettings
    served: Served
    loss: Loss
    optimizer: Optimizer
    run: Run

    def as_dict(self) -> dict[str, Any]:
        """The sections as plain values."""
        return self.model_dump()

    def trained_by(self) -> dict[str, Any]:
        """The sections that decide how the network is trained, not how it is served."""
        return self.model_dump(exclude={"served"})


def load(path: Path = BUNDLED) -> Settings:
    """Read a settings file. Raises pydantic's ValidationError, a ValueError: what is missing, unknown or wrong."""
    return Settings.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
