"""An ONNX file whose card names its patches too: it describes a photo patch by patch, by the same network."""

from pathlib import Path

import numpy as np

from models.card import ModelUnusable
from models.descriptor import Descriptors
from models.onnx_file import OnnxDescriptor
from models.onnx_session import ADVICE
from models.pixels import Pixels
from models.preparing import unit_rows


class OnnxPatchDescriptor(OnnxDescriptor):
    """Describes photos, and their patches by what the network sees in each."""

    def __init__(self, path: Path | str) -> None:
        """Raises ModelUnusable."""
        super().__init__(path)
        if self.said.patches is None:
            raise ModelUnusable(f"The card of {self._path} names no patches.", ADVICE)
        self._patches: str = self.said.patches
        self._network.promise_patches(self._patches)

    def describe_patches(self, photo: Pixels) -> Descriptors:
        """Describe the patches of (height, width, 3) RGB: float32 (m, c), see models.descriptor.PatchDescriptor.

        Raises ModelUnusable where the network can't be run, or puts out what is no number.
        """
        batch = self._input.of(photo)
        if batch is None:
            return np.zeros((0, 1), np.float32)
        rows = self._network.run(self.said.input, batch, self._patches)
        if not np.isfinite(rows).all():
            raise ModelUnusable(f"{self._path} puts out patches that are no number.", ADVICE)
        return unit_rows(rows)
