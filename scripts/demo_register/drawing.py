"""What every maker of objects hands back."""

from __future__ import annotations

from dataclasses import dataclass

from scripts.demo_register.noise import Array, Pixels


@dataclass(frozen=True, slots=True)
class View:
    """One photo: the kind of view it is, its RGB pixels (h, w, 3), and where the object is in it.

    `cover` is (h, w) in 0..1; None where the object fills the photo, as flat pictures do.
    """

    kind: str
    pixels: Pixels
    cover: Array | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """An invented object with its photos and the facts its record must agree with."""

    kind: str  # painting, icon, vase, coin or carpet
    type_path: tuple[str, ...]
    title: str
    subject: str
    materials: str
    description: str
    features: str
    inscriptions: str
    maker: str
    origin: str
    period: tuple[int, int]  # first and last year, negative before our era
    proportions: tuple[float, float]  # width and height of the object itself, in any one unit
    views: tuple[View, ...]
