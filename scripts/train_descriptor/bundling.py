"""From a trained network to the file that is served: its generalised mean, whitened, in ONNX."""

from pathlib import Path

import torch
from torch import Tensor, nn

from models.export import Origin, export_tower
from models.onnx_card import OnnxCard
from models.preparing import Preparation
from scripts.train_descriptor.judging import pool
from scripts.train_descriptor.network import ARCHITECTURE, PACKAGE, Network, padded, pooled, whitened
from scripts.train_descriptor.pictures import Pictures
from scripts.train_descriptor.settings import Served, Settings

PATCH = 128
"""Numbers of a patch, by as many principal directions, the first: more find little more, and take longer."""


class Tower(nn.Module):
    """Photos as uint8 (n, side, side, 3) in; descriptors of unit length, float32 (n, d), out, and their patches."""

    mean: Tensor
    projection: Tensor

    def __init__(self, network: Network, mean: Tensor, projection: Tensor) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("mean", mean)
        self.register_buffer("projection", projection)

    def forward(self, photos: Tensor) -> tuple[Tensor, Tensor]:
        """Describe photos, and what each patch of them shows, whitened likewise: float32 (n, m, PATCH)."""
        features = self.network.features(photos.permute(0, 3, 1, 2).float())
        vectors = (pooled(features) - self.mean) @ self.projection
        # (patch / its length - mean) @ directions, in the order that computes least
        directions, patches = self.projection[:, :PATCH], features.flatten(2)
        lengths = patches.norm(dim=1, keepdim=True).clamp(min=1e-12)
        whitened_patches = (directions.T @ patches) / lengths - (self.mean @ directions)[:, None]
        return nn.functional.normalize(vectors, dim=1), whitened_patches.transpose(1, 2)


def tower(network: Network, pictures: Pictures, served: Served) -> Tower:
    """The network with what whitens the pictures that it was trained on.

    Both heads are left behind: held-out pictures are found less often by what they put out (decision 0013).
    """
    photos = [pictures.photos[row] for row in pictures.trained]
    means = torch.from_numpy(pool(network, photos, served.side))
    return Tower(padded(network, served.side), *whitened(means, served.dimension, served.whitening))


def bundle(network: Network, pictures: Pictures, settings: Settings, path: Path, version: str) -> OnnxCard:
    """Write the file that is served, with its card. Raises ModelUnusable where the file isn't what the network is."""
    origin = Origin(
        name="artrieve-lite0",
        version=version,
        summary="the same object in another photo: EfficientNet-Lite0, trained by contrast and held to ImageNet, "
        "generalised mean, whitened",
        architecture=ARCHITECTURE,
        source="scripts/train_descriptor",
        licence="Apache-2.0",
        data=f"ImageNet weights of the package {PACKAGE} (Apache-2.0); {len(pictures.trained)} public photos of "
        "artworks collected from public repositories, most of which state no licence for their images, and drawn "
        "solids; no photo is kept",
        training=settings.as_dict(),
    )
    preparation = Preparation(settings.served.side, "squash", "area")
    made = tower(network.float(), pictures, settings.served).eval()
    return export_tower(made, path, origin, preparation, patches=True, replace=True)
