"""Decoys: something that isn't registered, in the frame, beside the label or on the wall of something that is.

A frame, a label or a wall that matches alone is no match of the work: nothing here shows the registered work so that
a person would call it the same. Each takes the other work first and the registered photo second.
"""

from __future__ import annotations

import numpy as np

from scripts.conditions.camera import (
    Stand,
    between,
    corners_in_photo,
    fitted,
    light,
    paper,
    photo_size,
    put,
    take,
    usual_lens,
    whole,
)
from scripts.conditions.cuts import cut_out
from scripts.conditions.frames import under_the_lip
from scripts.conditions.surroundings import Rim, Window, detail, ground_of, rim_of
from scripts.conditions.text import paragraph, sentence
from scripts.demo_register import rooms
from scripts.demo_register.noise import Array, Pixels, as_float, mix, resize
from scripts.demo_register.rooms import Sheet

THIN_RIM = 0.08
"""Share of each side that is kept of a photo without a frame: little, for it belongs to the work itself."""
LABEL_SHARE = (0.03, 0.06)
"""Share of the registered photo's area that is printed as a label."""
LABEL_GROWTH = (1.0, 1.5)
"""How much larger a label is printed than it stands in the registered photo, both photos being brought to one size."""
LABEL_DETAIL = 20.0
"""Mean `detail` of a part that will do as a label: with less next to nothing is printed."""
_SIDE = 800
"""Longest side, pixels, of what is photographed."""


def has_frame(registered: Pixels) -> bool:
    """Whether a photo (h, w, 3) shows a frame all around."""
    return rim_of(registered) is not None


def has_label(registered: Pixels) -> bool:
    """Whether something of a photo (h, w, 3) can be printed as a label."""
    return float(detail(_label_of(registered)).mean()) >= LABEL_DETAIL


def has_wall(registered: Pixels) -> bool:
    """Whether a photo (h, w, 3) shows a plain ground that isn't blank."""
    return _wall_of(registered) is not None


def _label_of(registered: Pixels) -> Pixels:
    """The same for one photo at all times, for what was found fit must be what is shown."""
    return cut_out(registered, np.random.default_rng(0), LABEL_SHARE)


def _wall_of(registered: Pixels) -> Window | None:
    return ground_of(registered, np.random.default_rng(0))


def same_frame(other: Pixels, registered: Pixels, rng: np.random.Generator) -> Pixels:
    """The other work in the registered one's frame, on a wall."""
    return _seen(rng, whole(in_the_frame(other, registered)), between(rng, 0.86, 0.98))


def in_the_frame(other: Pixels, registered: Pixels) -> Array:
    """The registered photo (h, w, 3), 0..1, its longest side _SIDE px, all within its frame filled by the other."""
    rim = rim_of(registered) or Rim(*[THIN_RIM] * 4)
    sheet = fitted(registered, _SIDE)
    height, width = sheet.shape[:2]
    rows = slice(round(rim.top * height), round((1 - rim.bottom) * height))
    columns = slice(round(rim.left * width), round((1 - rim.right) * width))
    inner = _filling(other, columns.stop - columns.start, rows.stop - rows.start)
    sheet[rows, columns] = under_the_lip(inner, round(0.1 * _SIDE))
    return sheet


def _filling(picture: Pixels, width: int, height: int) -> Array:
    """The middle of a picture, as much of it as has this shape, at this size, 0..1."""
    tall, wide = picture.shape[:2]
    factor = max(width / wide, height / tall)
    w, h = min(wide, max(1, round(width / factor))), min(tall, max(1, round(height / factor)))
    x, y = (wide - w) // 2, (tall - h) // 2
    return np.clip(resize(as_float(picture[y : y + h, x : x + w]) / 255, width, height), 0, 1)


def same_label(other: Pixels, registered: Pixels, rng: np.random.Generator) -> Pixels:
    """The other work with a part of the registered one as a stamp or watermark in a corner, or on a card beside it."""
    sheet = fitted(other, _SIDE)
    label = label_for(registered, rng)
    kind = int(rng.integers(0, 3))
    if kind == 0:
        sheet = _in_a_corner(rng, sheet, label, between(rng, 0.6, 0.85))
    elif kind == 1:
        sheet = _in_a_corner(rng, sheet, _on_paper(rng, label), 1.0)
    else:
        return _beside(rng, sheet, _card(rng, label))
    return _seen(rng, whole(sheet), between(rng, 0.86, 0.98))


def label_for(registered: Pixels, rng: np.random.Generator) -> Array:
    """What is printed as the label, (h, w, 3), 0..1, beside another work whose longest side is _SIDE pixels."""
    part = _label_of(registered)
    growth = _SIDE / max(registered.shape[:2]) * between(rng, *LABEL_GROWTH)
    return fitted(part, max(8, round(max(part.shape[:2]) * growth)))


def _on_paper(rng: np.random.Generator, label: Array) -> Array:
    """A stamp: the label with a narrow margin of paper."""
    margin = max(2, round(between(rng, 0.04, 0.09) * max(label.shape[:2])))
    shape = (label.shape[0] + 2 * margin, label.shape[1] + 2 * margin)
    sheet = paper(rng, shape, as_float(rng.uniform((0.86, 0.82, 0.7), (0.97, 0.95, 0.92))))
    sheet[margin:-margin, margin:-margin] = label
    return sheet


def _card(rng: np.random.Generator, label: Array) -> Array:
    """A card: the label on paper with a few words below."""
    stamp = _on_paper(rng, label)
    words = paper(rng, (max(24, stamp.shape[0] // 3), stamp.shape[1]), as_float((0.93, 0.91, 0.86)))
    height = min(words.shape[0] * 0.24, words.shape[1] * 0.09)
    width = words.shape[1] - 2 * height
    paragraph(words, (height, height * 0.5), sentence(rng, 5), width, height, (0.15, 0.14, 0.13))
    return as_float(np.concatenate([stamp, words]))


def _in_a_corner(rng: np.random.Generator, sheet: Array, label: Array, strength: float) -> Array:
    """The sheet with the label in one of its corners, as strong as printed over: 0 unseen to 1 covering."""
    height, width = sheet.shape[:2]
    factor = min(1.0, 0.8 * height / label.shape[0], 0.8 * width / label.shape[1])
    tall, wide = max(1, round(label.shape[0] * factor)), max(1, round(label.shape[1] * factor))
    room_x, room_y = width - wide, height - tall
    gap_x, gap_y = (round(between(rng, 0.01, 0.04) * side) for side in (width, height))
    x = min(gap_x, room_x) if rng.random() < 0.5 else max(0, room_x - gap_x)
    y = min(gap_y, room_y) if rng.random() < 0.5 else max(0, room_y - gap_y)
    done = sheet.copy()
    under = sheet[y : y + tall, x : x + wide]
    done[y : y + tall, x : x + wide] = mix(under, resize(label, wide, tall), strength)
    return np.clip(done, 0, 1)


def _beside(rng: np.random.Generator, sheet: Array, card: Array) -> Pixels:
    """A photo of the sheet on a wall with the card beside it: to its right, or below where the sheet is broad."""
    height, width = sheet.shape[:2]
    gap = round(between(rng, 0.03, 0.08) * max(height, width))
    across = height >= width
    tall = max(height, card.shape[0]) if across else height + gap + card.shape[0]
    wide = width + gap + card.shape[1] if across else max(width, card.shape[1])
    colour, cover = np.zeros((tall, wide, 3), np.float32), np.zeros((tall, wide), np.float32)
    spot = (tall - card.shape[0], width + gap) if across else (height + gap, wide - card.shape[1])
    for each, (y, x) in ((sheet, (0, 0)), (card, spot)):
        colour[y : y + each.shape[0], x : x + each.shape[1]] = each
        cover[y : y + each.shape[0], x : x + each.shape[1]] = 1
    return _seen(rng, Sheet(colour, cover), between(rng, 0.78, 0.88))


def same_wall(other: Pixels, registered: Pixels, rng: np.random.Generator) -> Pixels:
    """The other work, framed or not, small before the registered photo's ground, which fills the photo."""
    sheet = rooms.framed(rng, fitted(other, round(0.6 * _SIDE)), between(rng, 0.2, 1.0))
    width, height = photo_size(rng, sheet, round(1.2 * _SIDE))
    ground = behind(registered, width, height, stretched=rng.random() < 0.5)
    stand = Stand(between(rng, 0.45, 0.62), between(rng, 0.0, 0.1), float(rng.normal(0, 0.015)), 0.05)
    corners = corners_in_photo(rng, sheet.colour.shape, (width, height), stand)
    scene, _ = put(ground, sheet, corners, between(rng, 0.3, 0.6))
    return take(rng, light(rng, scene, between(rng, 0.05, 0.3)), usual_lens(rng))


def behind(registered: Pixels, width: int, height: int, *, stretched: bool) -> Array:
    """The ground of a registered photo over all of a photo, (height, width, 3), 0..1.

    Enlarged until it fills it, or repeated, mirrored at the seams, at the size it has where the registered photo
    itself is as large. A photo without a ground gives a corner.
    """
    tall, wide = registered.shape[:2]
    window = _wall_of(registered) or Window(0, 0, max(1, int(wide * 0.45)), max(1, int(tall * 0.45)))
    part = registered[window.y : window.y + window.height, window.x : window.x + window.width]
    if stretched:
        return _filling(part, width, height)
    tile = fitted(part, max(1, round(max(part.shape[:2]) * max(width, height) / max(tall, wide))))
    pair = np.concatenate([tile, tile[:, ::-1]], axis=1)
    block = np.concatenate([pair, pair[::-1]])
    times = (-(-height // block.shape[0]), -(-width // block.shape[1]), 1)
    return as_float(np.tile(block, times)[:height, :width])


def _seen(rng: np.random.Generator, sheet: Sheet, fill: float) -> Pixels:
    """A photo of it on a wall, straight enough; `fill` as in Stand."""
    photo = photo_size(rng, sheet, round(max(sheet.colour.shape[:2]) * 1.2))
    stand = Stand(fill, between(rng, 0.0, 0.12), float(rng.normal(0, 0.012)))
    corners = corners_in_photo(rng, sheet.colour.shape, photo, stand)
    scene, _ = put(rooms.wall(rng, *photo), sheet, corners, between(rng, 0.3, 0.6))
    return take(rng, light(rng, scene, between(rng, 0.05, 0.35)), usual_lens(rng))
