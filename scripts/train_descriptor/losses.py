"""What is asked of the descriptors of a batch."""

import torch
from torch import Tensor


def contrast(vectors: Tensor, groups: Tensor, doubts: Tensor, temperature: float) -> Tensor:
    """Views of one object near each other, of others far: supervised contrastive loss.

    Khosla and others, "Supervised contrastive learning", NeurIPS 2020, over unit vectors (n, d). Pairs whose
    `doubts` are equal but not their views count neither way.
    """
    itself = torch.eye(len(vectors), dtype=torch.bool)
    same = (groups[:, None] == groups[None, :]) & ~itself
    neither = (doubts[:, None] == doubts[None, :]) & ~same
    logits = (vectors @ vectors.T / temperature).masked_fill(itself | neither, -torch.inf)
    chances = logits - torch.logsumexp(logits, 1, keepdim=True)
    counted = same.sum(1).clamp(min=1)
    return -(chances.masked_fill(~same, 0).sum(1) / counted).mean()


def near_clean(vectors: Tensor, rows: Tensor, clean: Tensor, maybe: Tensor, temperature: float) -> Tensor:
    """Views near ImageNet's description of the clean picture, far from that of every other picture.

    vectors (n, d) of unit length, rows (n,) which picture each shows, below 0 for none of them; clean (m, d) of
    unit length; maybe (m, m), whether two pictures may show one object.
    """
    known = rows >= 0
    vectors, rows = vectors[known], rows[known]
    logits = vectors @ clean.T / temperature
    unsure = maybe[rows].clone()
    unsure[torch.arange(len(rows)), rows] = False
    return torch.nn.functional.cross_entropy(logits.masked_fill(unsure, -torch.inf), rows)


def spread(vectors: Tensor) -> Tensor:
    """Descriptors evenly on the sphere: the entropy that the distances to nearest neighbours tell.

    Sablayrolles and others, "Spreading vectors for similarity search", ICLR 2019 (KoLeo), over unit vectors (n, d)
    of different objects.
    """
    products = vectors @ vectors.T
    nearest = products.masked_fill(torch.eye(len(vectors), dtype=torch.bool), -1).max(1).values
    return -torch.log((2 - 2 * nearest).clamp(min=1e-6).sqrt()).mean()
