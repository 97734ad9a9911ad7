"""What differs between a searched photo and the registered one that it agrees with."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np

from indexer.aligned import Mask
from indexer.altered import Altered, regions
from indexer.answer import Candidate
from indexer.extent import extent, span
from indexer.sameness import lay_over
from indexer.tint import Tints, tints
from models.pixels import decode

Outline = tuple[tuple[float, float], ...]

WHOLE = 0.9
"""Share of the registered photo from which it counts as shown whole."""
MISSING = 0.04
"""Share of its width or height that must be missing at a side before the side is named."""
SIMPLER = 1.2
"""Pixels, at indexer.sameness.SIDE, by which an outline may be simplified."""


class DifferenceKind(StrEnum):
    """What can differ."""

    mirrored = "mirrored"
    monochrome = "monochrome"
    colour = "colour"
    cropped = "cropped"
    altered = "altered"
    hidden = "hidden"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs, in words for everybody.

    share    of the registered photo: what is shown of it (cropped), or what the region takes (altered, hidden)
    outline  corners of that part or region, pixels of the registered photo; empty where there is none
    """

    kind: DifferenceKind
    words: str
    share: float | None = None
    outline: Outline = ()


def differences(searched: bytes, registered: bytes, candidate: Candidate) -> tuple[Difference, ...]:
    """What differs between two photos as the photo store keeps them.

    Of solid objects only colours and mirroring: their mappings are too rough to compare place by place. A candidate
    without a mapping differs in nothing that could be told. Raises NotReadable, Unmappable.
    """
    parts = candidate.parts
    if not parts:
        return ()
    over = candidate.laid or lay_over(decode(searched), registered, parts)
    below, laid, found = over.below, over.above, over.found
    shown = extent(found).mask(found.covered)
    told = [*_mirrored(candidate), *_tinted(tints(below.picture, laid.picture, found.same & shown))]
    if not candidate.solid:
        apart = regions(below.picture, laid, found, shown)
        told += [*_cropped(span(shown), below.factor), *(_region(each, below.factor) for each in apart)]
    return tuple(told)


def _mirrored(candidate: Candidate) -> list[Difference]:
    words = "Your photo shows it mirrored, left for right."
    return [Difference(DifferenceKind.mirrored, words)] if candidate.mirrored else []


def _tinted(found: Tints) -> list[Difference]:
    grey, colour = "black and white, or toned in one colour", "in colour"
    if found.searched_grey:
        words = f"Your photo is {grey}; the registered one is {colour}."
        return [Difference(DifferenceKind.monochrome, words)]
    if found.registered_grey:
        words = f"Your photo is {colour}; the registered one is {grey}."
        return [Difference(DifferenceKind.colour, words)]
    return []


def _cropped(shown: Mask, factor: float) -> list[Difference]:
    share = float(shown.mean())
    if share >= WHOLE or not shown.any():
        return []
    sides = _missing(shown)
    words = f"Your photo shows about {_percent(share)} of the registered photograph"
    words += _without(sides)
    return [Difference(DifferenceKind.cropped, words, round(share, 3), _outline(shown, factor))]


def _without(sides: Sequence[str]) -> str:
    if not sides:
        return "."
    if len(sides) == 4:
        return "; its edges are missing all round."
    return f"; its {_listed(sides)} {'edge is' if len(sides) == 1 else 'edges are'} missing."


def _missing(shown: Mask) -> list[str]:
    """The sides of the registered photo that are not shown."""
    rows, columns = np.flatnonzero(shown.any(axis=1)), np.flatnonzero(shown.any(axis=0))
    height, width = shown.shape
    parts = {
        "left": columns[0] / width,
        "right": 1 - (columns[-1] + 1) / width,
        "top": rows[0] / height,
        "bottom": 1 - (rows[-1] + 1) / height,
    }
    return [side for side, part in parts.items() if part >= MISSING]


def _region(region: Altered, factor: float) -> Difference:
    share = float(region.mask.mean())
    where = f"{_place(region.mask)}, about {_percent(share)} of the registered photograph"
    if region.hidden:
        kind, words = DifferenceKind.hidden, f"{where} is hidden by a bright reflection in your photo."
    else:
        kind = DifferenceKind.altered
        words = f"{where} looks different in your photo: painted over, lost, or covered, for example by a reflection."
    return Difference(kind, words, round(share, 3), _outline(region.mask, factor))


def _outline(region: Mask, factor: float) -> Outline:
    contours, _ = cv2.findContours(region.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    corners = cv2.approxPolyDP(max(contours, key=cv2.contourArea), SIMPLER, True).reshape(-1, 2)
    return tuple((round(x * factor, 1), round(y * factor, 1)) for x, y in corners.tolist())


def _place(region: Mask) -> str:
    """Where a region lies, for the start of a sentence."""
    rows, columns = np.nonzero(region)
    down = min(2, int(3 * rows.mean() / region.shape[0]))
    across = min(2, int(3 * columns.mean() / region.shape[1]))
    upright, level = ("At the top", "", "At the bottom")[down], ("left", "", "right")[across]
    if not upright:
        return f"At the {level}" if level else "In the middle"
    return f"{upright} {level}".rstrip()


def _percent(share: float) -> str:
    return f"{max(1, round(share * 100))} %"


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
