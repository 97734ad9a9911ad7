"""Model cards: what a model is, where it comes from and under which licence, and an id that changes when it does."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

ID_DIGITS = 10


class ModelUnusable(Exception):
    """A model can't be used: its weights are missing, changed, or not what its card says."""

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(f"{reason} {advice}")
        self.reason = reason
        self.advice = advice

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        """How it reaches another process."""
        return type(self), (self.reason, self.advice)


@dataclass(frozen=True, slots=True)
class ModelCard:
    """One model, described so that its answers can be told apart from another's.

    `settings` holds every constant that changes what the model puts out, `weights_sha256` the hash of its
    weights ("" where there are none). Two cards with the same id give the same output for the same photo.
    """

    name: str
    version: str
    kind: str
    summary: str
    source: str
    licence: str
    dimension: int
    preprocessing: str
    weights_sha256: str = ""
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Name, version and a hash of all that the card says, e.g. `rootsift-1-3f2a90c41b`."""
        digest = hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()
        return f"{self.name}-{self.version}-{digest[:ID_DIGITS]}"
