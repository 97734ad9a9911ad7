"""The plots of the page, as SVG: the same figures give the same bytes, and every font the same picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from scripts.bench_sight.figures import Bin, Curve, interval

WIDTH = 7.4
"""Inches: at 100 px an inch as broad as the text of a page."""
STYLE: Any = {
    "svg.hashsalt": "artrieve",
    "font.family": "DejaVu Sans",
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
ROW = 0.7
"""Of a row's height, what its marks are spread over: several methods may have the same share."""


@dataclass(frozen=True, slots=True)
class Line:
    """One method's trade-off: false alarms and finds, each float64 (n,), over so many queries of both."""

    label: str
    false: Curve
    found: Curve
    queries: int


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
                false = np.maximum(line.false, LEAST)
                axes.step(false, line.found, where="post", **_line(number, line))
            axes.set_xscale("log")
            axes.set_xlim(LEAST, 1)
            axes.set_xticks([LEAST, 0.01, 0.1, 1], ["0", "1", "10", "100"])
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
                missed = _deviates(1 - line.found)
                axes.step(_deviates(line.false), missed, where="post", **_line(number, line))
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


def reliability(path: Path, bins: Sequence[Bin]) -> None:
    """What was right against what was said, with the number of first candidates in each bin below."""
    with mpl.rc_context(STYLE):
        figure = _canvas(Figure(figsize=(WIDTH * 0.66, 5.4), layout="constrained"))
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
        said, right = [each.said for each in bins], [each.right for each in bins]
        whiskers = _whiskers([Point(each.right, each.count) for each in bins])
        above.plot([0, 1], [0, 1], color="#888888", linestyle="--", label="said = so")
        above.errorbar(said, right, yerr=whiskers, marker="o", color=COLOURS[0], label="first candidates")
        above.set_ylabel("share that is right")
        above.legend()
        below.bar(said, [each.count for each in bins], width=0.04, color=COLOURS[0])
        below.set_yscale("log")
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
