"""Vases: a profile turned about its axis, painted bands, glaze and light, before a plain ground."""

from __future__ import annotations

import itertools

import cv2
import numpy as np

from scripts.demo_register import ageing, names, vase_bands
from scripts.demo_register.canvas import Canvas, Colour, curve, ellipse, moved
from scripts.demo_register.drawing import Drawing, View
from scripts.demo_register.noise import Array, as_float, blur, fractal, grid, mix, smoothstep, to_pixels
from scripts.demo_register.palette import blend, near, rgb, shifted
from scripts.demo_register.wares import SHAPES, WARES, Ware

_TEXTURE = (900, 1300)  # rows from rim to foot, columns over the visible half


def _drips(rng: np.random.Generator, canvas: Canvas, ink: Colour, second: Colour) -> None:
    height, width = canvas.height, canvas.width
    y, _ = grid((height, width))
    for layer in range(int(rng.integers(2, 4))):
        edge = height * float(rng.uniform(0.2, 0.6)) + height * 0.3 * (
            fractal(rng, (4, width), (9.0, width * 0.05), 4)[0] - 0.5
        )
        tone = near(rng, second if layer % 2 == 0 else ink, 0.2)
        shade = mix(
            tone, shifted(tone, value=1.4), fractal(rng, (height, width), (height * 0.12, width * 0.015), 4)
        )
        canvas.image[:] = mix(canvas.image, shade, smoothstep(6, -4, y - edge[None, :]) * np.float32(0.85))
    spots = fractal(rng, (height, width), 9.0, 3)
    canvas.image[:] = mix(canvas.image, ink, smoothstep(0.62, 0.74, spots) * np.float32(0.6))
    iron = fractal(rng, (height, width), (40.0, 28.0), 5, 0.65)
    canvas.image[:] = mix(
        canvas.image, shifted(second, value=1.3), smoothstep(0.58, 0.72, iron) * np.float32(0.5)
    )
    for _ in range(int(rng.integers(5, 14))):  # grooves left by the potter's fingers
        row = float(rng.uniform(0.05, 0.95)) * height
        canvas.line(
            curve(np.stack([np.linspace(0, width, 9), row + rng.normal(0, 2, 9)], 1)),
            shifted(ink, value=0.7),
            float(rng.uniform(1, 4)),
            0.6,
        )


def _decorate(rng: np.random.Generator, ware: Ware) -> tuple[Array, list[str]]:
    """The surface laid out flat, and what is painted on it."""
    rows, columns = _TEXTURE
    clay, ink, second = (near(rng, rgb(code), 0.08) for code in (ware.clay, ware.ink, ware.second))
    canvas = Canvas(columns, rows, clay)
    canvas.image[:] = mix(
        shifted(clay, value=0.9), shifted(clay, value=1.08), fractal(rng, _TEXTURE, 160.0, 6)
    )
    words: list[str] = []
    if ware.bands == "glaze":
        _drips(rng, canvas, ink, second)
        return canvas.image, ["glaze running down from the shoulder"]
    main_top, main_low = float(rng.uniform(0.22, 0.34)), float(rng.uniform(0.62, 0.78))
    above = np.sort(rng.uniform(0.07, main_top - 0.05, int(rng.integers(1, 3))))
    below = np.sort(rng.uniform(main_low + 0.04, 0.93, int(rng.integers(1, 3))))
    edges = np.concatenate([[0.03], above, [main_top, main_low], below, [0.97]]) * rows
    if ware.bands == "bands":
        edges = (
            np.concatenate([[0.03], np.sort(rng.uniform(0.08, 0.93, int(rng.integers(4, 8)))), [0.97]]) * rows
        )
    main = int(np.argmax(np.diff(edges)))
    for index, (top, low) in enumerate(itertools.pairwise(edges.tolist())):
        if low - top < 14:
            continue
        canvas.fill(np.array([[0, top - 3], [columns, top - 3], [columns, top + 2], [0, top + 2]]), ink)
        if index == main and ware.bands == "figures":
            words += vase_bands.frieze(rng, canvas, top + 8, low, ink, second)
        elif index == main and ware.bands == "garden":
            vase_bands.garden(rng, canvas, top + 8, low, ink, second)
            words.append("flowering branches and birds")
        elif index == len(edges) - 2 and rng.random() < 0.5:
            vase_bands.rays(rng, canvas, top + 4, low, ink, second)
            words.append("rays at the foot")
        elif low - top > rows * 0.02:
            kind = vase_bands.SMALL[int(rng.integers(0, len(vase_bands.SMALL)))]
            kind(rng, canvas, top + 5, min(low - 5, top + rows * 0.17), ink, second)
            words.append(f"a band of {kind.__name__}")
            if low - top > rows * 0.2 and index != main:
                canvas.fill(
                    np.array(
                        [[0, top + rows * 0.18], [columns, top + rows * 0.18], [columns, low], [0, low]]
                    ),
                    blend(ink, second, float(rng.uniform(0, 0.3))),
                )
    return canvas.image, list(dict.fromkeys(words))


def _turned(
    rng: np.random.Generator,
    texture: Array,
    half: Array,
    tall: float,
    cx: float,
    top: float,
    ground: Array,
    gloss: float,
) -> tuple[Array, Array]:
    """Wrap the texture about a profile; `half` holds the half width for each row of the ground."""
    height, width = ground.shape[:2]
    y, x = grid((height, width))
    tilt = np.float32(0.11)
    reach = np.maximum(half[:, None], 1e-3)
    s = (x - cx) / reach
    depth = np.sqrt(np.clip(1 - s * s, 0, 1))
    level = (y - tilt * reach * (depth - 0.4) - top) / np.float32(tall)
    turn = np.arcsin(np.clip(s, -1, 1)) / np.pi + 0.5
    skin = as_float(
        cv2.remap(
            texture,
            as_float(turn * (texture.shape[1] - 1)),
            as_float(np.clip(level, 0, 1) * (texture.shape[0] - 1)),
            cv2.INTER_LINEAR,
        )
    )
    slope = np.gradient(blur(half[:, None], 3)[:, 0])[:, None]
    normal_y = -slope / np.sqrt(1 + slope * slope)
    bump = (fractal(rng, (height, width), 60.0, 5) - 0.5) * 0.25
    diffuse = np.clip(-0.5 * s + 0.35 * normal_y * -1 + 0.72 * depth + bump * 0.3, 0, 1.2)
    light = 0.22 + 0.85 * diffuse
    shine = np.exp(-(((s + 0.42 + bump * 0.1) / 0.08) ** 2)) * np.clip(
        0.7 + normal_y * -0.6, 0, 1
    ) + 0.35 * np.exp(-(((s - 0.72) / 0.05) ** 2))
    lit = skin * light[:, :, None] + (shine * np.float32(gloss * 0.5))[:, :, None] * as_float([1, 0.98, 0.94])
    inside = smoothstep(reach + 0.8, reach - 0.8, np.abs(x - cx)) * ((y >= top) & (y <= top + tall))
    return mix(ground, lit, inside), as_float(inside)


def _ground(rng: np.random.Generator, width: int, height: int, foot: float) -> Canvas:
    tone = near(
        rng,
        rgb(str(rng.choice(["c9c4ba", "8f969c", "5a5f66", "d8d2c4", "a89a88", "6e7a74", "3c3e44"]))),
        0.06,
    )
    y, x = grid((height, width))
    fall = np.exp(-(((x / width - rng.uniform(0.3, 0.6)) / 0.6) ** 2) - ((y / height - 0.35) / 0.7) ** 2)
    canvas = Canvas(width, height, mix(shifted(tone, value=0.72), shifted(tone, value=1.1), fall))
    canvas.image *= (1 - 0.22 * smoothstep(foot - height * 0.16, height * 1.0, y))[:, :, None]
    return canvas


def vase(rng: np.random.Generator) -> Drawing:
    """An invented vessel."""
    ware = WARES[int(rng.integers(0, len(WARES)))]
    shape = str(rng.choice(ware.shapes))
    knots, ratio, handles = SHAPES[shape]
    ratio *= float(rng.uniform(0.88, 1.14))
    tall = 720.0 if ratio < 0.9 else 640.0 / ratio
    widest = tall * ratio / 2
    width, height = int(widest * 2 * (1.75 if handles else 1.5)), int(tall * 1.22)
    cx, top = width / 2, height * 0.07
    level = np.linspace(0, 1, int(tall))
    bends = np.asarray(knots) * rng.uniform(0.94, 1.06, len(knots))
    coarse = np.interp(np.linspace(0, 1, 200), np.linspace(0, 1, len(bends)), bends)
    smooth = np.convolve(np.pad(coarse, 12, mode="edge"), np.hanning(25) / np.hanning(25).sum(), "valid")
    profile = np.interp(level, np.linspace(0, 1, len(smooth)), smooth) / smooth.max() * widest
    half = np.zeros(height, np.float32)
    half[int(top) : int(top) + len(profile)] = profile[::-1]
    foot = top + tall
    canvas = _ground(rng, width, height, foot)
    canvas.fill(
        ellipse(cx + widest * 0.35, foot + tall * 0.005, widest * 1.05, tall * 0.045),
        (0.03, 0.03, 0.04),
        0.5,
        tall * 0.02,
    )
    canvas.fill(
        ellipse(cx + widest * 0.05, foot, float(profile[0]) * 1.08, tall * 0.022), (0.02, 0.02, 0.02), 0.7, 3
    )
    texture, words = _decorate(rng, ware)
    clay = near(rng, rgb(ware.ink if ware.bands in ("figures", "glaze") else ware.clay), 0.05)
    grips = Canvas(width, height, (0.0, 0.0, 0.0))
    if handles:
        low_row, high_row = (
            int(len(profile) * rng.uniform(0.62, 0.7)),
            int(len(profile) * rng.uniform(0.86, 0.93)),
        )
        for side in (-1, 1) if shape != "jug" else (1,):
            x0, x1, out = (
                float(profile[low_row]),
                float(profile[high_row]),
                widest * float(rng.uniform(1.08, 1.3)),
            )
            y0, y1 = foot - low_row, foot - high_row
            path = curve(
                [
                    [cx + side * x0 * 0.9, y0],
                    [cx + side * out, y0 - (y0 - y1) * 0.45],
                    [cx + side * out * 0.92, y1 - tall * 0.03],
                    [cx + side * x1 * 0.9, y1],
                ]
            )
            canvas.taper(path, shifted(clay, value=0.5), tall * 0.04, tall * 0.032)
            grips.taper(path, (1.0, 1.0, 1.0), tall * 0.04, tall * 0.032)
            canvas.taper(moved(path, -2.5, -1.5), shifted(clay, value=1.1), tall * 0.022, tall * 0.018)
            canvas.taper(
                moved(path, -4, -3), blend(clay, (1, 1, 1), 0.5), tall * 0.005, tall * 0.004, ware.gloss
            )
    chips, places = ageing.losses(rng, texture, int(rng.integers(0, 4)), near(rng, rgb("c89a6a"), 0.1), 10.0)
    if ware.gloss > 0.6 and rng.random() < 0.7:
        chips = ageing.craquelure(rng, chips, float(rng.uniform(22, 60)), 0.35)
        words.append("crackled glaze")
    image, cover = _turned(rng, chips, half, tall, cx, top, canvas.image, ware.gloss)
    mouth = Canvas(width, height, image)
    rim = float(profile[-1])
    mouth.fill(ellipse(cx, top + rim * 0.045, rim, rim * 0.11), blend(clay, (0.9, 0.85, 0.75), 0.25))
    grips.fill(ellipse(cx, top + rim * 0.045, rim, rim * 0.11), (1.0, 1.0, 1.0))
    mouth.fill(ellipse(cx, top + rim * 0.055, rim * 0.88, rim * 0.085), shifted(clay, value=0.22))
    image = mouth.image + (as_float(rng.random((height, width, 1))) - 0.5) * np.float32(0.018)
    people = [word for word in words if not word.startswith("a band") and " " not in word]
    subject = ", ".join(people[:4]) if people else words[0] if words else "plain glaze"
    wear = [f"chip {place}" for place in dict.fromkeys(places)] or ["intact"]
    return Drawing(
        "vase",
        ("ceramics", "vessels", shape),
        f"{ware.name.split()[0].capitalize()} {shape}" + (f" with {people[0]}" if people else ""),
        subject,
        ware.materials,
        f"{shape.capitalize()} of {ware.name}, decorated with {', '.join(words) or 'a plain glaze'}.",
        "; ".join([*wear, "crackled glaze"] if "crackled glaze" in words else wear),
        str(
            rng.choice(
                [
                    "",
                    "",
                    f"incised under the foot: {rng.choice(list('ΑΒΓΔΘΛΞΠΣΦΨΩ'))}",
                    "painted potter's mark under the foot",
                ]
            )
        ),
        "unknown workshop",
        names.land(rng),
        ware.period,
        (widest * 2, tall),
        (View("overall", to_pixels(image), as_float(np.maximum(cover, grips.image[:, :, 0]))),),
    )
