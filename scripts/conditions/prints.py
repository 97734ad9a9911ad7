"""Printed and seen in print: the grey archive print, and the catalogue page of four works."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scripts.conditions.camera import (
    Lens,
    Stand,
    between,
    corners_in_photo,
    fitted,
    light,
    paper,
    photo_size,
    put,
    take,
    whole,
)
from scripts.conditions.text import caption, paragraph, sentence, write
from scripts.demo_register import rooms
from scripts.demo_register.noise import Array, Pixels, as_float, blur, grid, mix, resize, smoothstep

PAGE_WORKS = 4
"""Works on a catalogue page."""
_EYES = ((0.30, 0.59, 0.11), (0.12, 0.48, 0.40), (0.04, 0.36, 0.60))
"""How plates of different ages see red, green and blue: the oldest are blind to red."""


def grey_archive(picture: Pixels, rng: np.random.Generator) -> Pixels:
    """An old reproduction: plate, halftone screen, ink on paper that has aged; scanned, or photographed."""
    side = int(rng.integers(620, 960))
    pitch = float(np.exp(rng.uniform(np.log(2.3), np.log(5.6))))
    plate = tone(rng, fitted(picture, side))
    print_ = screened(rng, plate, pitch)
    leaf = _leaf(rng, print_)
    if rng.random() < 0.55:  # a scan, not quite straight
        stand = Stand(between(rng, 0.97, 1.12), 0.0, float(rng.normal(0, 0.012)), 0.006)
        size = (leaf.shape[1], leaf.shape[0])
        corners = corners_in_photo(rng, leaf.shape, size, stand)
        lid = as_float(np.full(leaf.shape, between(rng, 0.75, 0.95), np.float32))
        scene, _ = put(lid, whole(leaf), corners, 0.15)
        return take(rng, scene, Lens(between(rng, 0.3, 0.7), 0.004, 0.01, int(rng.integers(62, 90))))
    sheet = whole(leaf)
    photo = photo_size(rng, sheet, round(max(leaf.shape[:2]) * 1.08))
    stand = Stand(between(rng, 0.85, 1.12), between(rng, 0.03, 0.2), float(rng.normal(0, 0.04)))
    corners = corners_in_photo(rng, leaf.shape, photo, stand)
    scene, _ = put(rooms.table(rng, *photo), sheet, corners, 0.4)
    scene = light(rng, scene, between(rng, 0.1, 0.5))
    return take(
        rng, scene, Lens(between(rng, 0.4, 0.9), between(rng, 0.004, 0.02), 0.03, int(rng.integers(60, 88)))
    )


def tone(rng: np.random.Generator, picture: Array) -> Array:
    """What an old plate kept of a picture (h, w, 3): grey (h, w) in 0..1, steep, shadows closed, lights burnt."""
    grey = np.clip(picture @ as_float(_EYES[int(rng.integers(0, len(_EYES)))]), 0, 1)
    grey = blur(grey, between(rng, 0.4, 1.5)) ** np.float32(between(rng, 0.7, 1.45))
    low, high = between(rng, 0.0, 0.16), between(rng, 0.82, 1.0)
    steep = smoothstep(low, high, grey)
    linear = np.clip((grey - low) / (high - low), 0, 1)
    share = np.float32(between(rng, 0.2, 0.9))
    return as_float(linear + (steep - linear) * share)


def screened(rng: np.random.Generator, grey: Array, pitch: float) -> Array:
    """A grey plate (h, w) printed through a halftone screen of `pitch` pixels: 1 bare paper, 0 full ink."""
    finer = 2
    height, width = grey.shape
    large = resize(grey, width * finer, height * finer)
    angle = float(rng.choice([np.pi / 4, np.pi / 4, 0.26, 1.31])) + float(rng.normal(0, 0.03))
    y, x = grid((height * finer, width * finer))
    step = np.float32(2 * np.pi / (pitch * finer))
    along = (x * np.float32(np.cos(angle)) + y * np.float32(np.sin(angle))) * step
    across = (y * np.float32(np.cos(angle)) - x * np.float32(np.sin(angle))) * step
    dots = np.cos(along) * np.float32(0.25) + np.cos(across) * np.float32(0.25) + 0.5
    # A third of the old prints keep half-tones within a dot (worn plates, gravure); the others are ink or paper.
    hard = between(rng, 3.0, 14.0)
    bare = 1 / (1 + np.exp(np.clip((dots - large) * np.float32(hard), -30, 30)))
    spread = blur(as_float(bare), between(rng, 0.2, 0.3) * pitch)
    return np.clip(resize(spread, width, height), 0, 1)


def _leaf(rng: np.random.Generator, bare: Array) -> Array:
    """The print on its leaf (h', w', 3), with a margin of paper and sometimes words below."""
    height, width = bare.shape
    long = max(height, width)
    margin = round(long * between(rng, 0.0, 0.09))
    foot = round(long * between(rng, 0.05, 0.1)) if rng.random() < 0.5 else 0
    tint = as_float([0.93, 0.91, 0.86]) * _yellowing(between(rng, 0, 1))
    leaf = paper(
        rng, (height + 2 * margin + foot, width + 2 * margin), tint * np.float32(between(rng, 0.82, 1.02))
    )
    ink = tuple(float(value) for value in np.array([0.11, 0.10, 0.10]) + between(rng, 0.0, 0.12))
    part = leaf[margin : margin + height, margin : margin + width]
    part[:] = mix(part, ink, (1 - bare) * np.float32(between(rng, 0.86, 1.0)))
    if foot:
        size = min(foot * 0.3, width / 26)
        below = margin + height + foot * 0.15
        for line in caption(rng, int(rng.integers(1, 300)))[1:3]:
            write(leaf, (margin + width * 0.02, below), line, size, (ink[0], ink[1], ink[2]))
            below += size * 1.3
    return leaf


def _yellowing(age: float) -> Array:
    """What age, 0 to 1, takes from white paper: most of it blue."""
    return as_float([1 - 0.04 * age, 1 - 0.09 * age, 1 - 0.24 * age])


def page(pictures: Sequence[Pixels], rng: np.random.Generator) -> Pixels:
    """A catalogue page with PAGE_WORKS works and their captions, scanned or photographed lying open."""
    tall = rng.random() < 0.65
    long = int(rng.integers(1180, 1420))
    size = (round(long / 1.38), long) if tall else (long, round(long / 1.38))
    leaf = _catalogue(rng, pictures, size)
    if rng.random() < 0.25:  # printed in black and white
        grey = leaf @ as_float(_EYES[0])
        leaf = as_float(np.repeat(grey[:, :, None], 3, axis=2)) * as_float([1.0, 0.985, 0.95])
    leaf = _gutter(rng, leaf)
    stand = Stand(between(rng, 0.96, 1.03), between(rng, 0, 0.06), float(rng.normal(0, 0.012)), 0.006)
    if rng.random() < 0.4:
        stand = Stand(between(rng, 0.86, 0.98), between(rng, 0.05, 0.22), float(rng.normal(0, 0.04)))
    around = rooms.table(rng, *size)
    scene, _ = put(around, whole(leaf), corners_in_photo(rng, leaf.shape, size, stand), 0.4)
    lens = Lens(between(rng, 0.3, 0.9), between(rng, 0.003, 0.012), 0.02, int(rng.integers(62, 90)))
    return take(rng, light(rng, scene, between(rng, 0.05, 0.4)), lens)


def _catalogue(rng: np.random.Generator, pictures: Sequence[Pixels], size: tuple[int, int]) -> Array:
    """The page (h, w, 3) before anybody takes a picture of it; size is width, height in pixels."""
    wide, tall = size
    leaf = paper(rng, (tall, wide), as_float([0.97, 0.965, 0.95]) * np.float32(between(rng, 0.9, 1.0)))
    ink = (0.1, 0.1, 0.1)
    edge = 0.05 * min(size)
    type_ = between(rng, 0.0105, 0.0135) * max(size)
    write(leaf, (edge, edge * 0.45), sentence(rng, 4)[:-1].title(), type_ * 1.5, ink)
    write(leaf, (wide / 2, tall - edge * 0.75), str(rng.integers(8, 320)), type_, ink)
    first = int(rng.integers(1, 400))
    for number, (picture, cell) in enumerate(zip(pictures, _cells(rng, size, edge), strict=True)):
        x, y, across, down = cell
        room = down - type_ * 6
        factor = min(across / picture.shape[1], room / picture.shape[0])
        box = (max(2, round(picture.shape[1] * factor)), max(2, round(picture.shape[0] * factor)))
        left = round(x + (across - box[0]) * float(rng.choice([0.0, 0.5])))
        top = round(y + (room - box[1]) * between(rng, 0.0, 0.6))
        leaf[top : top + box[1], left : left + box[0]] = np.clip(resize(as_float(picture) / 255, *box), 0, 1)
        below = top + box[1] + type_ * 0.6
        for line in caption(rng, first + number):
            write(leaf, (left, below), line, type_, ink)
            below += type_ * 1.3
        if y + down - below > type_ * 3:
            paragraph(leaf, (left, below), sentence(rng, int(rng.integers(5, 12))), across, type_ * 0.85, ink)
    return leaf


def _cells(
    rng: np.random.Generator, size: tuple[int, int], edge: float
) -> list[tuple[float, float, float, float]]:
    """Where the four works go: x, y, width, height of each, pixels. Two by two, the middle moved about."""
    wide, tall = size
    top, gap = edge * 1.3, edge * 0.7
    x, y = wide * between(rng, 0.42, 0.58), tall * between(rng, 0.42, 0.58)
    columns = [(edge, x - gap / 2 - edge), (x + gap / 2, wide - edge - x - gap / 2)]
    rows = [(top, y - gap / 2 - top), (y + gap / 2, tall - edge - y - gap / 2)]
    return [(left, above, across, down) for above, down in rows for left, across in columns]


def _gutter(rng: np.random.Generator, leaf: Array) -> Array:
    """The shadow where a page goes into the binding, on its left or right."""
    _, x = grid((leaf.shape[0], leaf.shape[1]))
    inward = x if rng.random() < 0.5 else leaf.shape[1] - 1 - x
    dark = np.exp(-inward / np.float32(leaf.shape[1] * between(rng, 0.015, 0.06)))
    return as_float(leaf * (1 - dark * np.float32(between(rng, 0.1, 0.5)))[:, :, None])
