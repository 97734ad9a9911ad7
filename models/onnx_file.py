"""A descriptor that is an ONNX file beside its card, served by onnxruntime: the bundled model, or any other."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.canonical import canonical_picture
from models.card import ModelCard, ModelUnusable
from models.descriptor import Descriptors
from models.onnx_card import Canonical, OnnxCard, Preprocessing, read_card
from models.onnx_session import ADVICE, Network, give_back, read_model
from models.pixels import Pixels
from models.preparing import nothing_seen, unit

TYPES = {"uint8 NHWC": "tensor(uint8)", "float32 NCHW": "tensor(float)"}


class OnnxDescriptor:
    """Describes photos with `x.onnx`, as `x.json` beside it says.

    Making one reads both files, holds the network to the card and recomputes the card's first canonical vector.
    Photos go through the network one by one, which is no slower on one core (EfficientNet-Lite0 at 224 px: 8.9 ms a
    view alone, 10.6 in a batch of 8) and makes a vector independent of what else is in its batch, whatever the network.
    A picture of one grey, and one for which the network puts out no direction, get a direction of their own.
    Sent to another process it is opened there anew, and refused if the file is another by then.
    """

    def __init__(self, path: Path | str) -> None:
        """Raises ModelUnusable: the card or the weights are missing, torn, or not what each says of the other."""
        self._path = Path(path).expanduser().absolute()
        if self._path.suffix != ".onnx":
            raise ModelUnusable(
                f"{self._path} is not named as an ONNX file is.",
                "Name a file that ends in .onnx, its card beside it.",
            )
        self.said: OnnxCard = read_card(self._path.with_suffix(".json"))
        self._input = Input(self.said.preprocessing)
        self._network = Network(read_model(self._path, self.said.sha256), str(self._path))
        self._network.expect(self.said.input, TYPES[self.said.preprocessing.layout], self._input.shape)
        self._network.promise(self.said.output, self.said.dimension)
        self.recompute(self.said.canonical[0])
        give_back()

    def __reduce__(self) -> tuple[Any, ...]:
        return reopened, (type(self), str(self._path), self.card.id)

    @cached_property
    def card(self) -> ModelCard:
        """The card of this descriptor."""
        return self.said.model_card()

    def describe(self, photos: Sequence[Pixels]) -> Descriptors:
        """Describe n photos: float32 (n, d), unit length. Raises ModelUnusable where the network can't be run."""
        rows = [self._describe(photo) for photo in photos]
        return np.stack(rows) if rows else np.zeros((0, self.said.dimension), np.float32)

    def recompute(self, canonical: Canonical) -> float:
        """How far the vector of a canonical picture is from the card's: 1 - cosine. Raises ModelUnusable if too far.

        It is where the card's preprocessing, the runtime or the processor compute something else.
        """
        made = self._run(self._input.of(canonical_picture(canonical.kind, canonical.seed)))
        if not np.isfinite(made).all():
            raise ModelUnusable(f"{self._path} puts out what is no number.", ADVICE)
        distance = 1 - float(unit(made) @ unit(canonical.vector))
        if distance > self.said.tolerance:
            raise ModelUnusable(
                f"{self._path} gives another vector for the picture {canonical.kind} {canonical.seed} than its card: "
                f"1 - cosine is {distance:.4f}, at most {self.said.tolerance:g} is tolerated.",
                ADVICE,
            )
        return distance

    def _describe(self, photo: Pixels) -> Descriptors:
        batch = self._input.of(photo)
        return nothing_seen(self.said.dimension) if batch is None else unit(self._run(batch))

    def _run(self, batch: npt.NDArray[Any] | None) -> npt.NDArray[np.float32]:
        assert batch is not None, "a canonical picture shows something"
        made = self._network.run(self.said.input, batch, self.said.output)
        if len(made) != self.said.dimension:
            raise ModelUnusable(
                f"{self._path} puts out {len(made)} numbers, its card says {self.said.dimension}.", ADVICE
            )
        return made


class Input:
    """Makes of a photo what a network takes."""

    def __init__(self, how: Preprocessing) -> None:
        self._preparation = how.preparation
        self._scale: tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]] | None = None
        side = how.side
        self.shape = (side, side, 3)
        if how.mean is not None and how.std is not None and how.levels is not None:
            self.shape = (3, side, side)
            whole = np.float32(255 / how.levels)
            self._scale = (np.asarray(how.mean, np.float32) * whole, np.asarray(how.std, np.float32) * whole)

    def of(self, photo: Pixels) -> npt.NDArray[Any] | None:
        """(1, side, side, 3) uint8 or (1, 3, side, side) float32; None if the photo shows one grey."""
        picture = self._preparation.picture(photo)
        if picture is None or self._scale is None:
            return None if picture is None else picture[None]
        mean, std = self._scale
        return np.ascontiguousarray(((picture.astype(np.float32) - mean) / std).transpose(2, 0, 1)[None])


def reopened(kind: type[OnnxDescriptor], path: str, card_id: str) -> OnnxDescriptor:
    """The descriptor again, in another process. Raises ModelUnusable if it is another by now."""
    descriptor = kind(path)
    if descriptor.card.id != card_id:
        raise ModelUnusable(
            f"{path} was replaced while it was used.", "Start the command or the service again."
        )
    return descriptor
