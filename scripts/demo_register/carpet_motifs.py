"""Ornament of carpets: motifs made anew for every carpet, and the ways a field is filled with them."""

from __future__ import annotations

import numpy as np

from scripts.demo_register.canvas import Canvas, Colour, Points, curve, moved, points

Motif = list[tuple[Points, int]]  # outlines of unit radius with the number of a dye


def motif(rng: np.random.Generator, dyes: int) -> Motif:
    """A many-layered rosette, star, lozenge or hooked shape."""
    layers: Motif = []
    fold = int(rng.choice([4, 4, 6, 8]))
    reach = 1.0
    colour = int(rng.integers(0, dyes))
    for _ in range(int(rng.integers(3, 6))):
        kind, turn = int(rng.integers(0, 5)), float(rng.choice([0, np.pi / fold]))
        angles = np.arange(fold * 2) * np.pi / fold + turn
        if kind == 0:  # star
            radius = np.where(np.arange(fold * 2) % 2, float(rng.uniform(0.45, 0.75)), 1.0)
        elif kind == 1:  # polygon
            radius = np.where(np.arange(fold * 2) % 2, np.cos(np.pi / fold), 1.0)
        elif kind == 2:  # stepped lozenge
            t = np.linspace(0, 1, int(rng.integers(3, 6)))
            corner = np.array(
                [[a, 1 - b] for a, b in zip(np.repeat(t, 2)[:-1], np.repeat(t, 2)[1:], strict=True)]
            )
            outline = np.concatenate(
                [corner, corner[::-1] * (1, -1), corner * (-1, -1), corner[::-1] * (-1, 1)]
            )
            layers.append((outline * reach, colour))
            colour, reach = (
                (colour + int(rng.integers(1, dyes))) % dyes,
                reach * float(rng.uniform(0.55, 0.75)),
            )
            continue
        elif kind == 3:  # lobed flower
            radius = np.where(np.arange(fold * 2) % 2, float(rng.uniform(0.55, 0.8)), 1.0)
        else:  # a cross of bars or leaves
            slim = float(rng.uniform(0.12, 0.3))
            bar = points([[-slim, 0], [-slim * 1.6, -0.6], [0, -1], [slim * 1.6, -0.6], [slim, 0]])
            for index in range(fold):
                layers.append((moved(bar, 0, 0, reach, 2 * np.pi * index / fold), colour))
            colour, reach = (colour + int(rng.integers(1, dyes))) % dyes, reach * float(rng.uniform(0.6, 0.8))
            continue
        outline = np.stack([radius * np.cos(angles), radius * np.sin(angles)], 1) * reach
        layers.append((curve(outline, True, 2) if kind == 3 else outline, colour))
        colour, reach = (colour + int(rng.integers(1, dyes))) % dyes, reach * float(rng.uniform(0.55, 0.8))
    if rng.random() < 0.6:  # hooks around it
        hook = points([[0, -0.95], [0.1, -1.3], [0.3, -1.3], [0.3, -1.12], [0.2, -1.2], [0.13, -0.95]])
        layers = [
            (moved(hook * (side, 1), 0, 0, 1, 2 * np.pi * i / fold), colour)
            for i in range(fold)
            for side in (-1, 1)
        ] + layers
    return layers


def stamp(
    canvas: Canvas,
    shape: Motif,
    x: float,
    y: float,
    size: float,
    dyes: list[Colour],
    stretch: float = 1.0,
    turn: float = 0.0,
    shift: int = 0,
) -> None:
    """Draw a motif with half width `size`; `shift` takes the following dyes."""
    for outline, colour in shape:
        canvas.fill(
            moved(moved(outline, 0, 0, 1, turn) * (1, stretch), x, y, size),
            dyes[(colour + shift) % len(dyes)],
        )


def mirrored(canvas: Canvas, both: bool = True) -> None:
    """Copy the left half (and the upper half) over to the other side."""
    half_x, half_y = canvas.width // 2, canvas.height // 2
    canvas.image[:, canvas.width - half_x :] = canvas.image[:, :half_x][:, ::-1]
    if both:
        canvas.image[canvas.height - half_y :] = canvas.image[:half_y][::-1]


def _rect(x0: float, y0: float, x1: float, y1: float) -> Points:
    return points([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])


def border(rng: np.random.Generator, canvas: Canvas, band: float, dyes: list[Colour]) -> None:
    """Guard stripes and a main border, `band` pixels wide in all."""
    at = 0.0
    count = int(rng.integers(2, 5))
    shares = rng.dirichlet(np.ones(count)) * 0.45
    widths = [*shares[: count // 2], 0.55, *shares[count // 2 :]]
    for index, share in enumerate(widths):
        wide = band * float(share)
        ground = int(rng.integers(0, len(dyes)))
        canvas.fill(_rect(at, at, canvas.width - at, canvas.height - at), dyes[ground])
        canvas.fill(
            _rect(at + 3, at + 3, canvas.width - at - 3, canvas.height - at - 3),
            dyes[(ground + 3) % len(dyes)],
        )
        canvas.fill(_rect(at + 6, at + 6, canvas.width - at - 6, canvas.height - at - 6), dyes[ground])
        first, second = motif(rng, len(dyes)), motif(rng, len(dyes))
        size = wide * (0.36 if share > 0.3 else 0.3)
        if size > 4:
            for length, upright in ((canvas.width, False), (canvas.height, True)):
                steps = max(round((length - 2 * at - wide) / (wide * float(rng.uniform(1.0, 1.5)))), 2)
                for step in range(steps + 1):
                    along = at + wide / 2 + (length - 2 * at - wide) * step / steps
                    for across in (
                        at + wide / 2,
                        (canvas.width if upright else canvas.height) - at - wide / 2,
                    ):
                        x, y = (across, along) if upright else (along, across)
                        stamp(
                            canvas,
                            (first, second)[step % 2],
                            x,
                            y,
                            size,
                            dyes,
                            shift=index + ground,
                            turn=np.pi / 2 if upright else 0.0,
                        )
        at += wide


def _scatter(rng: np.random.Generator, canvas: Canvas, dyes: list[Colour], count: int, size: float) -> None:
    shapes = [motif(rng, len(dyes)) for _ in range(4)]
    for _ in range(count):
        x, y = rng.uniform(0, canvas.width / 2), rng.uniform(0, canvas.height / 2)
        stamp(
            canvas,
            shapes[int(rng.integers(0, 4))],
            float(x),
            float(y),
            size * float(rng.uniform(0.6, 1.2)),
            dyes,
            shift=int(rng.integers(0, len(dyes))),
        )


def medallion(rng: np.random.Generator, canvas: Canvas, dyes: list[Colour]) -> None:
    """One to three medallions on the long axis, corner pieces, small fillers."""
    w, h = canvas.width, canvas.height
    _scatter(rng, canvas, dyes, int(rng.integers(20, 60)), w * 0.035)
    for step in range(3):
        stamp(canvas, motif(rng, len(dyes)), 0, 0, w * (0.34 - 0.1 * step), dyes, 1.1, shift=step)
    many = int(rng.choice([1, 1, 2, 3]))
    for y in (h / 2,) if many == 1 else (h * 0.25, h / 2) if many == 3 else (h * 0.3,):
        size = w * (0.42 if many == 1 else 0.27)
        shape = motif(rng, len(dyes))
        for ring in range(3):
            stamp(
                canvas,
                shape if ring == 0 else motif(rng, len(dyes)),
                w / 2,
                y,
                size * (1 - 0.32 * ring),
                dyes,
                h / w * 0.85 if many == 1 else 1.0,
                shift=ring * 2,
            )
    mirrored(canvas)


def guls(rng: np.random.Generator, canvas: Canvas, dyes: list[Colour]) -> None:
    """Rows of one large motif with a small one between."""
    columns = int(rng.integers(2, 5))
    step = canvas.width / columns
    rows = max(int(canvas.height / (step * float(rng.uniform(0.75, 1.0)))), 2)
    large, small = motif(rng, len(dyes)), motif(rng, len(dyes))
    for row in range(rows + 1):
        for column in range(columns + 1):
            y = canvas.height * (row + 0.5) / rows
            stamp(canvas, small, column * step, y - canvas.height / rows / 2, step * 0.2, dyes, shift=row)
            if column < columns:
                stamp(
                    canvas,
                    large,
                    (column + 0.5) * step,
                    y,
                    step * 0.4,
                    dyes,
                    0.8,
                    shift=(row + column) % 2 * 2,
                )


def niche(rng: np.random.Generator, canvas: Canvas, dyes: list[Colour]) -> None:
    """A prayer niche: an arch with a lamp or a tree in it."""
    w, h = canvas.width, canvas.height
    ground = int(rng.integers(1, len(dyes)))
    _scatter(rng, canvas, dyes, 50, w * 0.04)
    steps = int(rng.integers(4, 9))
    left, shoulder, peak = w * 0.07, h * float(rng.uniform(0.3, 0.42)), h * float(rng.uniform(0.06, 0.14))
    outline = [[left, h], [left, shoulder]]
    for index in range(steps):
        x0, x1 = left + (w / 2 - left) * index / steps, left + (w / 2 - left) * (index + 1) / steps
        y = shoulder + (peak - shoulder) * (index + 1) / steps
        outline += [[x0, y], [x1, y]]
    arch = points(outline + [[w - x, y] for x, y in reversed(outline)])
    canvas.fill(arch, dyes[ground])
    canvas.line(arch, dyes[(ground + 2) % len(dyes)], w * 0.02)
    canvas.line(points([[w / 2, peak], [w / 2, h * 0.36]]), dyes[3], w * 0.015)
    stamp(canvas, motif(rng, len(dyes)), w / 2, h * 0.42, w * 0.14, dyes, 1.2)
    shapes = [motif(rng, len(dyes)) for _ in range(3)]
    canvas.line(points([[w / 2, h * 0.55], [w / 2, h]]), dyes[4], w * 0.025)
    for index, y in enumerate(np.linspace(h * 0.58, h * 0.95, int(rng.integers(4, 7)))):
        reach = w * 0.3 * float(rng.uniform(0.5, 1.0))
        canvas.line(points([[w / 2, y], [w / 2 - reach, y - h * 0.05]]), dyes[4], w * 0.015)
        stamp(canvas, shapes[index % 3], w / 2 - reach, y - h * 0.05, w * 0.075, dyes, shift=index)
    mirrored(canvas, both=False)


def compartments(rng: np.random.Generator, canvas: Canvas, dyes: list[Colour]) -> None:
    """A grid of garden plots, each with its own plant."""
    columns = int(rng.integers(3, 6))
    rows = int(columns * canvas.height / canvas.width * float(rng.uniform(0.8, 1.1)))
    w, h = canvas.width / columns, canvas.height / rows
    shapes = [motif(rng, len(dyes)) for _ in range(7)]
    for row in range(rows):
        for column in range(columns):
            ground = int(rng.integers(0, len(dyes)))
            canvas.fill(_rect(column * w, row * h, column * w + w, row * h + h), dyes[3])
            canvas.fill(_rect(column * w + 3, row * h + 3, column * w + w - 3, row * h + h - 3), dyes[ground])
            stamp(
                canvas,
                shapes[int(rng.integers(0, 7))],
                (column + 0.5) * w,
                (row + 0.5) * h,
                min(w, h) * 0.36,
                dyes,
                1.0,
                shift=ground + 1,
            )


def lattice(rng: np.random.Generator, canvas: Canvas, dyes: list[Colour]) -> None:
    """A net of diagonal bands with stars in its meshes."""
    step = canvas.width / float(rng.integers(3, 6))
    bands, star, knot = int(rng.integers(0, len(dyes))), motif(rng, len(dyes)), motif(rng, len(dyes))
    for offset in np.arange(-canvas.height - canvas.width, canvas.width + canvas.height, step):
        for lean in (1, -1):
            start = offset if lean == 1 else offset + canvas.height
            canvas.line(
                points([[start, 0], [start + lean * canvas.height, canvas.height]]), dyes[bands], step * 0.11
            )
    for row in range(int(canvas.height / step * 2) + 2):
        for column in range(int(canvas.width / step) + 2):
            x, y = column * step + (step / 2 if row % 2 else 0), row * step / 2
            stamp(canvas, star, x, y - step * 0.0, step * 0.26, dyes, shift=row % 3)
            stamp(canvas, knot, x + step / 2, y, step * 0.13, dyes, shift=column % 2 * 3)
    mirrored(canvas)


def lozenges(rng: np.random.Generator, canvas: Canvas, dyes: list[Colour]) -> None:
    """Concentric stepped lozenges in a column, as on flat weaves."""
    count = int(rng.integers(1, 4))
    h = canvas.height / count
    for index in range(count):
        y = (index + 0.5) * h
        start = int(rng.integers(0, len(dyes)))
        for ring, reach in enumerate(np.linspace(1.35, 0.12, int(rng.integers(8, 16)))):
            teeth = int(rng.integers(5, 9))
            t = np.linspace(0, 1, teeth)
            corner = np.array(
                [[a, 1 - b] for a, b in zip(np.repeat(t, 2)[:-1], np.repeat(t, 2)[1:], strict=True)]
            )
            outline = np.concatenate(
                [corner, corner[::-1] * (1, -1), corner * (-1, -1), corner[::-1] * (-1, 1)]
            )
            canvas.fill(
                outline * (canvas.width * 0.5 * reach, h * 0.5 * reach) + (canvas.width / 2, y),
                dyes[(start + ring * 3) % len(dyes)],
            )
        stamp(canvas, motif(rng, len(dyes)), canvas.width / 2, y, canvas.width * 0.13, dyes)
    shape = motif(rng, len(dyes))
    for index in range(count + 1):
        for x in (canvas.width * 0.1, canvas.width * 0.9):
            stamp(canvas, shape, x, index * h, canvas.width * 0.1, dyes, shift=index)
