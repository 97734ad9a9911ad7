"""Drawn solids: a carved, painted or plain body seen from several sides, so that the network meets real turns."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.pixels import Pixels
from scripts.train_descriptor.surfaces import Random, colour, part, square, wall

Floats = npt.NDArray[np.float32]
TEXTURE = 256


@dataclass(frozen=True, slots=True)
class Solid:
    """A body around an upright axis.

    albedo   float32 (TEXTURE, TEXTURE, 3), 0 to 1: around the body from left to right, down it from top to bottom
    relief   float32 (TEXTURE, TEXTURE, 2): slopes of its carving, along both directions
    profile  float32 (TEXTURE,): half its width at each height, 0 to 1
    depth    how thick it is for its width: 1 is round
    """

    albedo: Floats
    relief: Floats
    profile: Floats
    depth: float


def solid(picture: Pixels, rng: Random) -> Solid:
    """A body that carries a part of the picture, as paint, as carving, or as both."""
    patch = square(part(picture, rng.uniform(0.2, 1), rng), TEXTURE // 2).astype(np.float32) / np.float32(255)
    around = (
        np.concatenate([patch, patch[:, ::-1]], axis=1)
        if rng.random() < 0.3
        else _pieced(patch, picture, rng)
    )
    around = cv2.resize(around, (TEXTURE, TEXTURE))
    light = cv2.GaussianBlur(cv2.cvtColor(around, cv2.COLOR_RGB2GRAY), (0, 0), float(rng.uniform(1, 4)))
    relief = np.stack([cv2.Sobel(light, cv2.CV_32F, 1, 0), cv2.Sobel(light, cv2.CV_32F, 0, 1)], axis=2)
    painted = rng.choice([0.1, 0.35, 0.9])
    stone = np.array(colour(rng), np.float32) / 255
    albedo = stone * (1 - painted) + around * painted
    return Solid(
        albedo.astype(np.float32),
        relief * np.float32(rng.uniform(0.3, 4)),
        _profile(rng),
        float(rng.uniform(0.4, 1.2)),
    )


def _pieced(patch: Floats, picture: Pixels, rng: Random) -> Floats:
    other = square(part(picture, rng.uniform(0.2, 1), rng), TEXTURE // 2).astype(np.float32) / 255
    return np.concatenate([patch, other], axis=1)


def _profile(rng: Random) -> Floats:
    knots = rng.uniform(0.2, 0.95, int(rng.integers(3, 8))).astype(np.float32)
    smooth = cv2.resize(knots[None], (TEXTURE, 1), interpolation=cv2.INTER_CUBIC)[0]
    if rng.random() < 0.5:  # rounded at its ends
        ends = np.sqrt(np.clip(1 - np.linspace(-1, 1, TEXTURE) ** 6, 0, 1))
        smooth = smooth * ends
    return np.asarray(np.clip(smooth, 0.02, 1), np.float32)


def seen(body: Solid, side: int, turn: float, rng: Random) -> Pixels:
    """A photo of the body, (side, side, 3), turned by `turn` radians, before a plain ground, under a light."""
    tall, middle = rng.uniform(0.6, 0.95), rng.uniform(-0.06, 0.06, 2)
    across = np.linspace(-1, 1, side, dtype=np.float32)
    x = np.broadcast_to((across - middle[0]) / tall, (side, side))
    y = np.broadcast_to(((across - middle[1]) / tall)[:, None], (side, side))
    down = np.clip((y + 1) / 2 * (TEXTURE - 1), 0, TEXTURE - 1).astype(np.float32)
    broad = float(np.hypot(np.cos(turn), body.depth * np.sin(turn)))
    half = body.profile[down.astype(np.int32)] * np.float32(broad * 0.8)
    inside = (np.abs(x) < half) & (np.abs(y) < 1)
    angle = np.arcsin(np.clip(x / half, -1, 1))
    round_ = (((angle + turn) / (2 * np.pi)) % 1 * (TEXTURE - 1)).astype(np.float32)
    albedo = cv2.remap(body.albedo, round_, down, cv2.INTER_LINEAR)
    slopes = cv2.remap(body.relief, round_, down, cv2.INTER_LINEAR)
    normal = np.stack([np.sin(angle) - slopes[:, :, 0], -slopes[:, :, 1], np.cos(angle)], axis=2)
    normal /= np.linalg.norm(normal, axis=2, keepdims=True)
    towards = rng.normal(0, 1, 3) * (1, 1, 0.3) + (0, 0, 1.2)
    towards /= np.linalg.norm(towards)
    lit = np.clip(normal @ towards, 0, 1)[:, :, None].astype(np.float32)
    shine = rng.choice([0, 0.3, 0.8]) * lit ** rng.integers(10, 50)
    body_seen = np.clip((albedo * (rng.uniform(0.15, 0.4) + lit) + shine) * 255, 0, 255)
    photo = wall(side, rng).astype(np.float32)
    return np.asarray(np.where(inside[:, :, None], body_seen, photo), np.uint8)
