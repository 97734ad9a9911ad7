"""What decides how the descriptor comes out, read from one file."""

import tomllib
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

BUNDLED = Path(__file__).parent / "settings.toml"


@dataclass(frozen=True, slots=True)
class Data:
    """Which pictures are trained on."""

    held_out: float
    side: int


@dataclass(frozen=True, slots=True)
class Views:
    """What the network is shown of them."""

    side: int
    solids: float
    statues: float


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """What is learned and what stays."""

    frozen: int
    kept: int
    learned: int


@dataclass(frozen=True, slots=True)
class Served:
    """What the bundled file puts out."""

    side: int
    dimension: int
    whitening: float


@dataclass(frozen=True, slots=True)
class Loss:
    """What is asked of the descriptors."""

    temperature: float
    kept: float
    spread: float


@dataclass(frozen=True, slots=True)
class Optimizer:
    """How the weights move there."""

    objects: int
    steps: int
    backbone_rate: float
    head_rate: float
    weight_decay: float
    warm_up: int
    averaging: float


@dataclass(frozen=True, slots=True)
class Run:
    """How the run goes."""

    seed: int
    checkpoint: int
    judge: int


@dataclass(frozen=True, slots=True)
class Settings:
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
        return asdict(self)

    def trained_by(self) -> dict[str, Any]:
        """The sections that decide how the network is trained, not how it is served."""
        return {name: part for name, part in self.as_dict().items() if name != "served"}


def load(path: Path = BUNDLED) -> Settings:
    """Read a settings file. Raises ValueError that names what is missing, unknown or of another type."""
    sections = tomllib.loads(path.read_text(encoding="utf-8"))
    kinds = {
        "data": Data,
        "views": Views,
        "network": NetworkSettings,
        "served": Served,
        "loss": Loss,
        "optimizer": Optimizer,
        "run": Run,
    }
    if set(sections) != set(kinds):
        raise ValueError(f"{path}: the sections must be {', '.join(kinds)}, not {', '.join(sections)}.")
    return Settings(**{name: _section(path, name, kind, sections[name]) for name, kind in kinds.items()})


def _section(path: Path, name: str, kind: type[Any], values: dict[str, Any]) -> Any:
    wanted = {field.name: field.type for field in fields(kind)}
    if set(values) != set(wanted):
        different = sorted(set(values) ^ set(wanted))
        raise ValueError(f"{path}: [{name}] lacks or doesn't know {', '.join(different)}.")
    for key, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int if wanted[key] is int else (int, float)):
            raise ValueError(  # noqa: TRY004  a value in a file, not a type in the code
                f"{path}: {key} in [{name}] must be a number, not {value!r}."
            )
    return kind(**values)
