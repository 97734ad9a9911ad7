"""A part of a registered object as it lies in a searched photo, in plain numbers."""

from dataclasses import dataclass

Homography = tuple[float, float, float, float, float, float, float, float, float]


Point = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the registered object that lies elsewhere than its first part's mapping puts it.

    Another panel, another side of a solid object. `mapping` and `points` as a Candidate's.
    """

    mapping: Homography
    points: tuple[Point, ...]
