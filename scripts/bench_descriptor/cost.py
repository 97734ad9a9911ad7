"""What describing a photo costs: time and memory of the served file, beside a ViT-B-32 of open_clip."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

import models.torch_here  # noqa: F401  it makes torchvision importable, and with it open_clip
from models.catalogue import open_descriptor
from models.pixels import Pixels

ROUNDS = 40
RIVAL = "ViT-B-32"
_MEMORY = """
import sys, numpy
from models.layout import ColourLayout
import onnxruntime
from models.catalogue import open_descriptor
photo = numpy.random.default_rng(0).integers(0, 256, (480, 640, 3), dtype=numpy.uint8)
ColourLayout().describe([photo])
def held():
    with open("/proc/self/status", encoding="ascii") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
before = held()
model = open_descriptor(sys.argv[1])
for _ in range(20):
    model.describe([photo])
print((held() - before) / 1024)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds a view of the served model and of ViT-B-32, medians, and MiB that the first adds to a process."""

    ours: float
    rival: float
    memory: float


def cost(specification: str) -> Cost:
    """Measure a model of the catalogue, one thread each, turn by turn."""
    ours, rival = open_descriptor(specification), _rival()
    photo = np.random.default_rng(0).integers(0, 256, (480, 640, 3), dtype=np.uint8)
    spent = [(_timed(lambda: ours.describe([photo])), _timed(lambda: rival(photo))) for _ in range(ROUNDS)]
    return Cost(
        statistics.median(one for one, _ in spent[3:]),
        statistics.median(two for _, two in spent[3:]),
        _memory(specification),
    )


def _rival() -> Callable[[Pixels], object]:
    """The image tower with random weights: they take as long as any."""
    import open_clip  # noqa: PLC0415  # after the module that makes it importable
    import torch  # noqa: PLC0415

    torch.set_num_threads(1)
    model, _, prepare = open_clip.create_model_and_transforms(RIVAL)
    model.eval()

    @torch.inference_mode()
    def describe(photo: Pixels) -> object:
        from PIL import Image  # noqa: PLC0415

        return model.encode_image(prepare(Image.fromarray(photo))[None])

    return describe


def _timed(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return (time.perf_counter() - began) * 1000


def _memory(specification: str) -> float:
    command = [sys.executable, "-c", _MEMORY, specification]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    return float(done.stdout)
