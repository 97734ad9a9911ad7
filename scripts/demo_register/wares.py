"""Kinds of pottery and shapes of vessels."""

from __future__ import annotations

from dataclasses import dataclass

SHAPES: dict[
    str, tuple[tuple[float, ...], float, bool]
] = {  # half widths foot to rim, width to height, handles
    "amphora": ((0.22, 0.15, 0.34, 0.62, 0.88, 1.0, 0.92, 0.6, 0.32, 0.3, 0.32, 0.44), 0.62, True),
    "krater": ((0.34, 0.26, 0.5, 0.7, 0.8, 0.82, 0.78, 0.8, 0.86, 0.93, 0.98, 1.0), 0.92, True),
    "lekythos": ((0.5, 0.4, 0.85, 0.98, 1.0, 1.0, 0.98, 0.7, 0.3, 0.24, 0.3, 0.45), 0.36, False),
    "bottle vase": ((0.5, 0.55, 0.85, 1.0, 0.98, 0.8, 0.5, 0.32, 0.26, 0.24, 0.26, 0.36), 0.58, False),
    "jar": ((0.55, 0.66, 0.85, 0.97, 1.0, 1.0, 0.96, 0.9, 0.76, 0.6, 0.56, 0.6), 0.86, False),
    "jug": ((0.55, 0.62, 0.88, 1.0, 0.98, 0.86, 0.66, 0.52, 0.47, 0.48, 0.52, 0.58), 0.66, True),
    "drug jar": ((0.86, 0.8, 0.78, 0.84, 0.88, 0.88, 0.86, 0.84, 0.8, 0.78, 0.86, 0.9), 0.5, False),
    "baluster vase": ((0.55, 0.44, 0.46, 0.58, 0.8, 0.96, 1.0, 0.9, 0.6, 0.42, 0.44, 0.6), 0.5, False),
    "footed bowl": ((0.4, 0.2, 0.16, 0.18, 0.4, 0.7, 0.86, 0.94, 0.98, 1.0, 1.0, 1.0), 1.25, False),
}


@dataclass(frozen=True, slots=True)
class Ware:
    """A kind of pottery: what it is made of, its colours, and what it is covered with."""

    name: str
    materials: str
    clay: str
    ink: str
    second: str
    gloss: float
    bands: str  # what it is covered with: "figures", "bands", "garden" or "glaze"
    period: tuple[int, int]
    shapes: tuple[str, ...]


WARES = (
    Ware(
        "black-figure pottery",
        "fired clay, black slip, incised",
        "c8703a",
        "1a1412",
        "e6b684",
        0.35,
        "figures",
        (-560, -480),
        ("amphora", "krater", "lekythos", "jug"),
    ),
    Ware(
        "red-figure pottery",
        "fired clay, black slip, reserved figures",
        "1c1614",
        "c8703c",
        "2a1a14",
        0.45,
        "figures",
        (-500, -380),
        ("amphora", "krater", "lekythos", "jug"),
    ),
    Ware(
        "geometric pottery",
        "fired clay, brown slip",
        "d8b888",
        "3a2418",
        "7a4426",
        0.12,
        "bands",
        (-800, -690),
        ("amphora", "krater", "jug", "jar", "footed bowl"),
    ),
    Ware(
        "white-ground pottery",
        "fired clay, white slip, painted",
        "e8dfca",
        "3a2a20",
        "a8442a",
        0.15,
        "figures",
        (-470, -400),
        ("lekythos", "jug", "baluster vase"),
    ),
    Ware(
        "blue-and-white porcelain",
        "porcelain, cobalt under clear glaze",
        "eef0f0",
        "24479a",
        "7a98cc",
        0.9,
        "garden",
        (1640, 1780),
        ("bottle vase", "baluster vase", "jar", "footed bowl"),
    ),
    Ware(
        "tin-glazed earthenware",
        "tin-glazed earthenware, painted in colours",
        "f0e8d2",
        "2a5a8a",
        "d8922a",
        0.75,
        "garden",
        (1520, 1680),
        ("drug jar", "jug", "jar", "baluster vase"),
    ),
    Ware(
        "green-glazed stoneware",
        "stoneware, celadon glaze over carved decoration",
        "9cb49a",
        "7a9880",
        "b8ccb0",
        0.85,
        "garden",
        (1100, 1350),
        ("bottle vase", "jar", "footed bowl", "baluster vase"),
    ),
    Ware(
        "ash-glazed stoneware",
        "stoneware, running wood-ash glaze",
        "7a5238",
        "3a281c",
        "b8a070",
        0.55,
        "glaze",
        (1450, 1900),
        ("jar", "bottle vase", "jug"),
    ),
    Ware(
        "lustreware",
        "earthenware, lustre on opaque glaze",
        "e2d2a4",
        "8a5a1c",
        "2c6a86",
        0.95,
        "bands",
        (1180, 1400),
        ("jar", "jug", "footed bowl", "bottle vase"),
    ),
    Ware(
        "turquoise-glazed ware",
        "fritware, black under turquoise glaze",
        "3aa0a4",
        "123034",
        "1c5a64",
        0.9,
        "bands",
        (1150, 1400),
        ("jar", "jug", "bottle vase", "footed bowl"),
    ),
)
