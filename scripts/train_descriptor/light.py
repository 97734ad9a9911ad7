"""What light, lens, print and file do to a simulated photo."""

import cv2
import numpy as np
import numpy.typing as npt

from models.pixels import Pixels
from scripts.train_descriptor.surfaces import Random

Floats = npt.NDArray[np.float32]


def photographed(photo: Pixels, rng: Random, strength: float = 1.0) -> Pixels:
    """The photo under other light, through another lens, from another file. `strength` 0 changes hardly anything."""
    if rng.random() < 0.12 * strength:
        photo = halftone(photo, rng)
    lit = tinted(exposed(photo.astype(np.float32) / np.float32(255), rng, strength), rng, strength)
    if rng.random() < 0.3 * strength:
        lit = glare(lit, rng)
    if rng.random() < 0.3 * strength:
        lit = lit * shadow(len(lit), rng)
    seen = (np.clip(lit, 0, 1) * 255).astype(np.uint8)
    if rng.random() < 0.08 * strength:
        seen = screen(seen, rng)
    return filed(blurred(seen, rng, strength), rng, strength)


def exposed(photo: Floats, rng: Random, strength: float) -> Floats:
    """Other gamma, contrast and exposure; one in seven is very dark."""
    gamma = float(np.exp(rng.normal(0, 0.35 * strength)))
    lit = np.power(photo, np.float32(gamma))
    lit = (lit - 0.5) * np.float32(np.exp(rng.normal(0, 0.25 * strength))) + 0.5
    dark = rng.random() < 0.14 * strength
    gain = rng.uniform(0.12, 0.45) if dark else float(np.exp(rng.normal(0, 0.2 * strength)))
    return np.asarray(np.clip(lit, 0, 1) * np.float32(gain), np.float32)


def tinted(photo: Floats, rng: Random, strength: float) -> Floats:
    """A colour cast and another saturation; one in four is grey, some of these toned."""
    if rng.random() < 0.25 * strength:
        grey = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)[:, :, None]
        tone = np.array([1, 1, 1] if rng.random() < 0.6 else [1.05, 0.95, 0.78], np.float32)
        return np.asarray(grey * tone, np.float32)
    cast = np.exp(rng.normal(0, 0.12 * strength, 3)).astype(np.float32)
    grey = photo.mean(axis=2, keepdims=True)
    return np.asarray(
        (grey + (photo - grey) * np.float32(np.exp(rng.normal(0, 0.3 * strength)))) * cast, np.float32
    )


def glare(photo: Floats, rng: Random) -> Floats:
    """One to three bright reflections."""
    side = len(photo)
    spots = np.zeros((side, side), np.float32)
    for _ in range(int(rng.integers(1, 4))):
        centre = tuple(rng.integers(0, side, 2).tolist())
        axes = tuple(rng.integers(side // 20 + 1, side // 4, 2).tolist())
        cv2.ellipse(spots, centre, axes, float(rng.uniform(0, 180)), 0, 360, float(rng.uniform(0.4, 1)), -1)
    soft = cv2.GaussianBlur(spots, (0, 0), side * float(rng.uniform(0.01, 0.06)))
    return np.asarray(photo + soft[:, :, None] * np.float32(rng.uniform(0.4, 1.1)), np.float32)


def shadow(side: int, rng: Random) -> Floats:
    """Light that falls off over the photo, (side, side, 1): smooth, or with an edge."""
    across = np.linspace(-1, 1, side, dtype=np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    slope = np.cos(angle) * across[None, :] + np.sin(angle) * across[:, None] + rng.uniform(-0.5, 0.5)
    steep = rng.choice([1.5, 1.5, 20])
    fall = 1 / (1 + np.exp(-steep * slope))
    return np.asarray((1 - rng.uniform(0.2, 0.7) * fall)[:, :, None], np.float32)


def halftone(photo: Pixels, rng: Random) -> Pixels:
    """A print in dots: an ordered screen at an angle, thresholded softly."""
    side = len(photo)
    pitch, angle = rng.uniform(2.2, 6), rng.uniform(0, np.pi)
    y, x = np.mgrid[:side, :side].astype(np.float32)
    u = (np.cos(angle) * x + np.sin(angle) * y) * (2 * np.pi / pitch)
    v = (np.cos(angle) * y - np.sin(angle) * x) * (2 * np.pi / pitch)
    dots = ((np.cos(u) * np.cos(v) + 1) / 2)[:, :, None]
    inks = photo
    if rng.random() < 0.7:
        inks = np.asarray(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)[:, :, None].repeat(3, axis=2), np.uint8)
    light = inks.astype(np.float32) / 255
    printed = 1 / (1 + np.exp(-rng.uniform(3, 14) * (light - 0.15 - 0.7 * dots)))
    return np.asarray(printed * 255, np.uint8)


def screen(photo: Pixels, rng: Random) -> Pixels:
    """Moire of a photographed screen."""
    side = len(photo)
    y, x = np.mgrid[:side, :side].astype(np.float32)
    bends = np.sin(
        rng.uniform(0.02, 0.2) * x + rng.uniform(0.02, 0.2) * y + rng.uniform(0, 3) * np.sin(y / side * 6)
    )
    lines = np.sin(rng.uniform(0.8, 3) * (x if rng.random() < 0.5 else y) + 2 * bends)
    waves = 1 + rng.uniform(0.05, 0.2) * bends + rng.uniform(0.02, 0.12) * lines
    return np.asarray(np.clip(photo * waves[:, :, None], 0, 255), np.uint8)


def blurred(photo: Pixels, rng: Random, strength: float) -> Pixels:
    """Out of focus, moved, or from few pixels."""
    side = len(photo)
    kind = rng.random()
    if kind < 0.2 * strength:
        photo = np.asarray(cv2.GaussianBlur(photo, (0, 0), float(rng.uniform(0.5, 3))), np.uint8)
    elif kind < 0.3 * strength:
        length = int(rng.integers(3, 10))
        kernel = np.zeros((length, length), np.float32)
        cv2.line(kernel, tuple(rng.integers(0, length, 2).tolist()), (length // 2, length // 2), 1.0)
        photo = np.asarray(cv2.filter2D(photo, -1, kernel / kernel.sum()), np.uint8)
    elif kind < 0.5 * strength:
        small = int(rng.integers(side // 5, side))
        fine = cv2.resize(photo, (small, small), interpolation=cv2.INTER_AREA)
        photo = np.asarray(cv2.resize(fine, (side, side), interpolation=cv2.INTER_LINEAR), np.uint8)
    return photo


def filed(photo: Pixels, rng: Random, strength: float) -> Pixels:
    """Noise and the losses of a JPEG file."""
    if rng.random() < 0.35 * strength:
        noise = rng.normal(0, rng.uniform(2, 22), photo.shape).astype(np.float32)
        photo = np.clip(photo + noise, 0, 255).astype(np.uint8)
    if rng.random() < 0.5:
        quality = int(rng.integers(20 if strength > 0.5 else 60, 95))
        _, coded = cv2.imencode(".jpg", photo, [cv2.IMWRITE_JPEG_QUALITY, quality])
        photo = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
    return photo
