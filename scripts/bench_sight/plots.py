"""The plots of the page, as SVG: the same figures give the same bytes.

Words stay words (a browser sets them in its own font) and curves are thinned to what can be seen, so that the files
stay small enough to be kept with the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from typing import Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from scripts.bench_sight.figures import Bin, Curve, interval

WIDTH = 7.4
"""Inches: at 100 px an inch as broad as the text of a page."""
STYLE: Any = {
    "svg.hashsalt": "artrieve",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Arial"],
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "axes.axisbelow": True,
    "legend.frameon": False,
    "figure.facecolor": "white",
}
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Told apart by colour-blind people too (Okabe and Ito, "Color universal design", 2008)."""
MARKS, LINES = ("o", "s", "^", "D", "v", "P"), ("-", "--", "-.", ":", (0, (5, 1)), (0, (1, 1)))
RATES = (0.001, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99)
"""Ticks of the detection trade-off; its axes end at the first and the last."""
LEAST = 0.001
"""Where the logarithmic axis begins."""
BAR = 0.022
"""Width of a bar, of the axis from 0 to 1."""
SEEN = 400
"""Steps of an axis that can be told apart: about a pixel."""
ROW = 0.7
"""Of a row's height, what its marks are spread over: several methods may have the same share."""


@dataclass(frozen=True, slots=True)
class Line:
    """One method's trade-off: false alarms and finds, each float64 (n,)."""

    label: str
    false: Curve
    found: Curve


@dataclass(frozen=True, slots=True)
class Point:
    """A share and how many it was taken of; None where of none."""

    share: float | None
    count: int


def recall(path: Path, conditions: Sequence[str], methods: Mapping[str, Sequence[Point]]) -> None:
    """Recall by condition: a row for each, a mark for each method; the first with its 95 % interval."""
    with mpl.rc_context(STYLE):
        figure, axes = _figure(1.5 + 0.42 * len(conditions))
        for number, (name, points) in enumerate(methods.items()):
            shares = [np.nan if point.share is None else point.share for point in points]
            rows = np.arange(len(conditions)) + ROW * ((number + 0.5) / len(methods) - 0.5)
            axes.errorbar(
                shares,
                rows,
                xerr=_whiskers(points) if number == 0 else None,
                label=name,
                color=COLOURS[number % 6],
                marker=MARKS[number % 6],
                markersize=7 if number == 0 else 5,
                linestyle="none",
                clip_on=False,
                zorder=9 - number,
            )
        for row in range(0, len(conditions), 2):
            axes.axhspan(row - 0.5, row + 0.5, color="#f2f2f2", zorder=0)
        axes.grid(visible=False, axis="y")
        axes.set_yticks(range(len(conditions)), conditions)
        axes.set_ylim(len(conditions) - 0.5, -0.5)
        axes.set_xlim(-0.02, 1.02)
        axes.set_xlabel("recall@1: share of known queries with a true photo first")
        _legend_above(figure, len(methods))
        _save(figure, path)


def _whiskers(points: Sequence[Point]) -> list[list[float]]:
    below, above = [], []
    for point in points:
        low, high = (0.0, 0.0) if point.share is None else interval(point.share, point.count)
        below.append(max(0.0, (point.share or 0.0) - low))
        above.append(max(0.0, high - (point.share or 0.0)))
    return [below, above]


def roc(path: Path, panels: Mapping[str, Sequence[Line]]) -> None:
    """Share of known queries found against the share of queries with a false alarm, by threshold."""
    with mpl.rc_context(STYLE):
        figure, every = _panels(panels)
        for axes, (title, lines) in zip(every, panels.items(), strict=True):
            for number, line in enumerate(lines):
                # A logarithmic axis has no 0: what is found without a false alarm lies at its left edge.
                far = 1 + np.log10(np.maximum(line.false, LEAST)) / -np.log10(LEAST)
                kept = thinned(far, line.found)
                false = np.maximum(line.false, LEAST)[kept]
                axes.step(false, line.found[kept], where="post", **_line(number, line))
            axes.set_xscale("log")
            axes.set_xlim(LEAST, 1)
            axes.set_xticks([LEAST, 0.01, 0.1, 1], ["0", "1", "10", "100"])
            axes.minorticks_off()
            axes.set_ylim(-0.02, 1.02)
            axes.axvline(0.01, color="#888888", linewidth=1)
            axes.set_title(title, fontsize=10)
            axes.set_xlabel("false alarms, % of queries")
        every[0].set_ylabel("share of known queries found")
        _legend_above(figure, max(map(len, panels.values())))
        _save(figure, path)


def det(path: Path, panels: Mapping[str, Sequence[Line]]) -> None:
    """Misses against false alarms, both on normal deviates (Martin et al., "The DET curve", Eurospeech 1997)."""
    with mpl.rc_context(STYLE):
        figure, every = _panels(panels)
        for axes, (title, lines) in zip(every, panels.items(), strict=True):
            for number, line in enumerate(lines):
                false, missed = _deviates(line.false), _deviates(1 - line.found)
                kept = thinned(_along(false), _along(missed))
                axes.step(false[kept], missed[kept], where="post", **_line(number, line))
            ticks = _deviates(np.array(RATES))
            axes.set_xticks(ticks, [f"{100 * rate:g}" for rate in RATES])
            axes.set_yticks(ticks, [f"{100 * rate:g}" for rate in RATES])
            axes.set_xlim(ticks[0], ticks[-1])
            axes.set_ylim(ticks[0], ticks[-1])
            axes.set_title(title, fontsize=10)
            axes.set_xlabel("false alarms, % of queries")
        every[0].set_ylabel("missed, % of known queries")
        _legend_above(figure, max(map(len, panels.values())))
        _save(figure, path)


def _deviates(shares: Curve) -> Curve:
    """Normal deviates; what lies beyond the axes is put at their edge."""
    normal = NormalDist()
    return np.array([normal.inv_cdf(min(RATES[-1], max(RATES[0], share))) for share in shares.tolist()])


def _along(deviates: Curve) -> Curve:
    """0 at the near end of the axis, 1 at the far one."""
    first, last = _deviates(np.array([RATES[0], RATES[-1]]))
    return np.asarray((deviates - first) / (last - first))


def thinned(across: Curve, up: Curve) -> npt.NDArray[np.int64]:
    """Which points of a curve, float64 (n,) each from 0 to 1, are drawn: the ends, and the first and the last of those
    that cannot be told apart; a step goes on from the last to the first of the next.
    """
    places = np.round(np.stack([across, up]) * SEEN)
    apart = np.any(np.diff(places, axis=1), axis=0)
    return np.flatnonzero(np.concatenate([[True], apart]) | np.concatenate([apart, [True]]))


def reliability(path: Path, sorts: Mapping[str, Sequence[Bin]]) -> None:
    """What was right against what was said, with the number of first candidates in each bin below."""
    with mpl.rc_context(STYLE):
        figure = _canvas(Figure(figsize=(WIDTH * 0.9, 5.8), layout="constrained"))
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
        above.plot([0, 1], [0, 1], color="#888888", linestyle="--", label="said = so")
        for number, (name, bins) in enumerate(sorts.items()):
            colour, beside = COLOURS[number], BAR * (number - (len(sorts) - 1) / 2)
            whiskers = _whiskers([Point(each.right, each.count) for each in bins])
            said = np.array([each.said for each in bins])
            above.errorbar(
                said,
                [each.right for each in bins],
                yerr=whiskers,
                marker=MARKS[number],
                color=colour,
                label=name,
            )
            bars = below.bar(said + beside, [each.count for each in bins], width=BAR, color=colour)
            below.bar_label(bars, fontsize=7)
        above.set_ylabel("share that is right")
        above.legend()
        below.set_yscale("log")
        below.margins(y=0.25)
        below.set_ylabel("queries")
        below.set_xlabel("probability of the first candidate")
        below.set_xlim(-0.03, 1.03)
        _save(figure, path)


def latency(path: Path, steps: Mapping[str, Sequence[float]]) -> None:
    """Milliseconds by step: a box from the first to the third quartile, the median, whiskers to 5 and 95 %."""
    with mpl.rc_context(STYLE):
        figure, axes = _figure(1.1 + 0.42 * len(steps))
        boxes = axes.boxplot(
            list(steps.values()),
            orientation="horizontal",
            whis=(5, 95),
            showfliers=False,
            patch_artist=True,
            widths=0.6,
            medianprops={"color": "black", "linewidth": 2},
        )
        for box in boxes["boxes"]:
            box.set_facecolor(COLOURS[5])
        axes.set_yticks(range(1, len(steps) + 1), list(steps))
        axes.invert_yaxis()
        axes.set_xlim(left=0)
        axes.set_xlabel("milliseconds a search (box: quartiles, whiskers: 5 and 95 %)")
        _save(figure, path)


def _figure(height: float) -> tuple[Figure, Axes]:
    figure = _canvas(Figure(figsize=(WIDTH, height), layout="constrained"))
    return figure, figure.subplots()


def _panels(panels: Mapping[str, Sequence[Line]]) -> tuple[Figure, list[Axes]]:
    figure = _canvas(Figure(figsize=(WIDTH, 4.2), layout="constrained"))
    return figure, list(figure.subplots(1, len(panels), sharey=True, squeeze=False)[0])


def _canvas(figure: Figure) -> Figure:
    FigureCanvasSVG(figure)
    return figure


def _line(number: int, line: Line) -> dict[str, Any]:
    return {
        "label": line.label,
        "color": COLOURS[number % 6],
        "linestyle": LINES[number % 6],
        "linewidth": 2.4 if number == 0 else 1.6,
        "zorder": 9 - number,
        "clip_on": False,
    }


def _legend_above(figure: Figure, entries: int) -> None:
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=min(entries, 5), handlelength=3.2)


def _save(figure: Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
