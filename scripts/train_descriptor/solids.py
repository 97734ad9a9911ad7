"""Drawn solids: bowls, vases, boxes, carved bodies, seen from any side, so that the network meets real turns."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.pixels import Pixels
from scripts.train_descriptor.surfaces import Random, colour, part, square, wall

Floats = npt.NDArray[np.float32]
AROUND, ALONG = 380, 260
"""Points of a surface, around its axis and along its profile: dense enough for a photo of some 200 px, ..."""
DENSE = 0.8
"""... if the body fills no more of it; a closer photo is drawn smaller and enlarged."""


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """What bodies share that are hard to tell apart: material, and the studio that they are photographed in."""

    stone: Floats
    painted: float
    studio: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Solid:
    """The surface of a body, its points from the middle of its foot up the outside and, where it is open, down again.

    points   float32 (n, 3), x to the right, y down, z towards the viewer, about within 1 of the middle
    normals  float32 (n, 3), of unit length, outwards
    albedo   float32 (n, 3), 0 to 1
    """

    points: Floats
    normals: Floats
    albedo: Floats
    family: Family


def family(rng: Random) -> Family:
    """Any material before any plain ground."""
    stone = np.array(colour(rng), np.float32) / np.float32(255)
    studio = np.array([[colour(rng)]], np.float32) + rng.normal(0, 35, (2, 1, 1)).astype(np.float32)
    return Family(stone, float(rng.choice([0.05, 0.15, 0.4, 0.9])), studio.astype(np.float32))


def solid(picture: Pixels, kin: Family, rng: Random) -> Solid:
    """A body of a family that carries a part of the picture, as paint, as carving, or as both."""
    along = _profile(rng)
    angle = np.linspace(0, 2 * np.pi, AROUND, endpoint=False, dtype=np.float32)
    grid = _shaped(along, angle, rng)
    texture = square(part(picture, rng.uniform(0.2, 1), rng), 128).astype(np.float32) / np.float32(255)
    around = np.asarray(
        cv2.resize(np.concatenate([texture, texture[:, ::-1]], 1), (AROUND, ALONG)), np.float32
    )
    grey = cv2.cvtColor(around, cv2.COLOR_RGB2GRAY)
    carving = cv2.GaussianBlur(grey, (0, 0), float(rng.uniform(1.5, 5))) * np.float32(rng.uniform(0, 0.25))
    grid = grid * (1 + carving[:, :, None] * np.array([1, 0, 1], np.float32))
    stone = np.clip(kin.stone + rng.normal(0, 0.04, 3), 0, 1) * (0.85 + 0.3 * grey[:, :, None])
    albedo = stone * (1 - kin.painted) + around * kin.painted
    return Solid(
        grid.reshape(-1, 3).astype(np.float32),
        _normals(grid).reshape(-1, 3),
        albedo.reshape(-1, 3).astype(np.float32),
        kin,
    )


def _profile(rng: Random) -> Floats:
    """Radius and height along the outline of half a section: float32 (ALONG, 2)."""
    knots = int(rng.integers(2, 7))
    tall = float(rng.uniform(0.15, 1))
    wide = rng.uniform(0.25, 1, knots)
    heights = np.linspace(tall, -tall, knots)
    corners = [(0.0, tall), *zip(wide.tolist(), heights.tolist(), strict=True)]
    if rng.random() < 0.55:  # an open vessel: down again inside
        thick = rng.uniform(0.03, 0.12)
        inside = [(max(0.0, r - thick), h) for r, h in corners[:0:-1]]
        corners += [*inside[:-1], (inside[-1][0], tall - thick), (0.0, tall - thick)]
    else:
        corners.append((0.0, -tall))
    line = np.array(corners)
    steps = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(line, axis=0).T) + 1e-6)])
    at = np.linspace(0, steps[-1], ALONG)
    drawn = np.stack([np.interp(at, steps, line[:, each]) for each in range(2)], axis=1).astype(np.float32)
    soft = cv2.GaussianBlur(drawn, (1, 0), 1, sigmaY=float(rng.choice([1, 4, 12]))).reshape(ALONG, 2)
    soft[[0, -1], 0] = 0  # closed in the middle
    return np.asarray(soft, np.float32)


def _shaped(along: Floats, angle: Floats, rng: Random) -> Floats:
    """The profile led around the axis: round, oval, lobed, square, with a handle: float32 (ALONG, AROUND, 3)."""
    power = float(rng.choice([2, 2, 4, 10]))
    section = (np.abs(np.cos(angle)) ** power + np.abs(np.sin(angle)) ** power) ** (-1 / power)
    if rng.random() < 0.4:
        section = section * (1 + rng.uniform(0.03, 0.15) * np.cos(rng.integers(3, 13) * angle))
    radius = along[:, :1] * section[None, :]
    for centre in (rng.uniform(0, 2 * np.pi),) if rng.random() < 0.5 else ():
        for side in (0, np.pi)[: int(rng.integers(1, 3))]:
            away = np.angle(np.exp(1j * (angle - centre - side)))
            height = np.abs(along[:, 1:] - rng.uniform(-0.3, 0.3) * np.ptp(along[:, 1]))
            radius = radius + 0.35 * np.exp(-((away / 0.12) ** 2)) * np.exp(-((height / 0.12) ** 2))
    flat = float(rng.uniform(0.5, 1))
    x, z = radius * np.cos(angle), radius * np.sin(angle) * flat
    return np.stack([x, np.broadcast_to(along[:, 1:], x.shape), z], axis=2).astype(np.float32)


def _normals(grid: Floats) -> Floats:
    down = np.gradient(grid, axis=0)
    around = (np.roll(grid, -1, axis=1) - np.roll(grid, 1, axis=1)) / 2
    normals = np.cross(around, down)
    return np.asarray(normals / (np.linalg.norm(normals, axis=2, keepdims=True) + 1e-9), np.float32)


@dataclass(frozen=True, slots=True)
class Stand:
    """Where the camera stands: radians around the body and above it, and how much of the photo the body fills."""

    turn: float
    above: float
    filled: float

    @property
    def rotation(self) -> Floats:
        """From the body to the camera, float32 (3, 3)."""
        c, s, d, t = np.cos(self.turn), np.sin(self.turn), np.cos(self.above), -np.sin(self.above)
        around = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
        over = np.array([[1, 0, 0], [0, d, -t], [0, t, d]])
        return np.asarray(over @ around, np.float32)


def seen(body: Solid, side: int, stand: Stand, rng: Random) -> Pixels:
    """A photo of the body, (side, side, 3), under some light, before its studio's ground or another."""
    fine = min(side, round(side * DENSE / max(stand.filled, DENSE)))
    photo = cv2.resize(_drawn(body, fine, stand, rng), (side, side), interpolation=cv2.INTER_LINEAR)
    return np.asarray(photo, np.uint8)


def _drawn(body: Solid, side: int, stand: Stand, rng: Random) -> Pixels:
    points, normals = body.points @ stand.rotation.T, body.normals @ stand.rotation.T
    facing = normals[:, 2] > 0
    points, normals, albedo = points[facing], normals[facing], body.albedo[facing]
    towards = rng.normal(0, 0.8, 3) + np.array([0, -0.6, 1.2])
    towards /= np.linalg.norm(towards)
    lit = np.clip(normals @ towards.astype(np.float32), 0, 1)[:, None]
    shine = rng.choice([0, 0.15, 0.5]) * lit ** rng.integers(10, 60)
    coloured = np.clip(
        (albedo * (rng.uniform(0.25, 0.5) + lit * rng.uniform(0.6, 0.9)) + shine) * 255, 0, 255
    )
    scale = stand.filled * side / 2 / max(1e-6, float(np.abs(points[:, :2]).max()))
    middle = side / 2 + rng.uniform(-0.08, 0.08, 2) * side
    at = np.rint(points[:, :2] * scale + middle).astype(np.int64)
    within = ((at >= 0) & (at < side)).all(axis=1)
    nearest = np.argsort(points[within, 2], kind="stable")  # what is drawn last is in front
    at, coloured = at[within][nearest], coloured[within][nearest]
    photo = _studio(body.family, side, rng)
    drawn = np.zeros((side, side), np.uint8)
    shown = np.zeros((side, side, 3), np.uint8)
    shown[at[:, 1], at[:, 0]] = coloured.astype(np.uint8)
    drawn[at[:, 1], at[:, 0]] = 255
    whole = cv2.morphologyEx(drawn, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    filled = np.asarray(cv2.dilate(shown, np.ones((5, 5), np.uint8)), np.uint8)
    shown = np.where(drawn[:, :, None] > 0, shown, filled)
    return np.asarray(np.where(whole[:, :, None] > 0, shown, photo), np.uint8)


def _studio(kin: Family, side: int, rng: Random) -> Pixels:
    if rng.random() < 0.3:
        return wall(side, rng)
    ground = cv2.resize(kin.studio + rng.normal(0, 6), (side, side), interpolation=cv2.INTER_LINEAR)
    return np.clip(ground, 0, 255).astype(np.uint8)
