"""Comparing: from what the looks voted for to the photographs worth verifying, and the evidence for each."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
import numpy.typing as npt

from indexer.retrieve import Votes
from indexer.sameness import Laid
from models import mapping as maps
from models.agreement import Agreement, agreement
from models.keypoints import Keypoints
from models.mapping import Floats
from models.verify import Mapping as Homography
from models.verify import Part, Verification, Verifier

LISTED = 14
"""Photographs of each ballot that are verified; true ones are nearly always among the first few."""
COUNTED = 100
"""Photographs of each ballot whose strengths are added up, whatever few candidates are asked for."""
UNITED = 6
"""Photographs, strongest first, that are verified with all looks together even if one look alone found no mapping."""
NOISE_RANK = 20
"""The photograph of this rank tells how many votes chance gives: true ones are hardly ever so many. Where fewer are
voted for, as in a small register, the last of them does: nothing else is known of chance there."""
LEAST_NOISE = 0.05
RIVAL = 0.5
"""A photograph that agrees with the same part of the photo in fewer than this share of another's points is outdone;
the same work registered twice agrees about as well both times, a variant or a copy by the same hand far less."""
COVERED = 0.5
"""Share of the agreeing points that must lie within the other's for it to be the same part of the photo."""
AGREED = 0.2
"""Share of the cells in which both photos show something in which points must agree to say anything of the work, ..."""
ALIKE = 0.75
"""... or how much of what can be compared once the photos lie on each other must look the same. Of photographs that
agreed in less with searches for flat works, 4 of 5 true ones reach this, and 1 of 46 wrong ones: a few points of a
studio or of a grain."""
SHARED = 3
"""Objects that may show something alike (one is often registered twice) before it tells less of any of them."""

Outline = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Ballot:
    """What one look voted for.

    keypoints  what photographs are verified with; those of the mirror image, in its pixels, if `mirrored`
    votes      of the look
    region     whether the look was at a region of the photo alone
    common     for each of `keypoints`, how many objects have something as near: see Votes
    """

    keypoints: Keypoints
    votes: Votes
    common: npt.NDArray[np.int64]
    mirrored: bool = False
    region: bool = False

    def without(self, photographs: Collection[int]) -> "Ballot":
        """The same ballot, as if nobody had voted for these."""
        if not photographs:
            return self
        kept = ~np.isin(self.votes.photographs, list(photographs))
        votes = Votes(self.votes.photographs[kept], self.votes.weights[kept], self.votes.common)
        return replace(self, votes=votes)

    def strengths(self, count: int) -> dict[int, float]:
        """The first `count` photographs, and how far each stands out of what chance gives."""
        weights = self.votes.weights
        last = min(NOISE_RANK, len(weights) - 1)
        noise = max(LEAST_NOISE, float(weights[last]) if len(weights) else 0.0)
        first = slice(count)
        return dict(
            zip(self.votes.photographs[first].tolist(), (weights[first] / noise).tolist(), strict=True)
        )


@dataclass(frozen=True, slots=True)
class Place:
    """A part of the object as it lies in the photo that was given, also if it is mirrored there.

    mapping  (3, 3), pixels of the searched photo to pixels of the registered one
    points   (n, 4): x and y in the searched photo, x and y in the registered one
    outline  float32 (m, 2), convex: where the whole registered photo lies in the searched one, as far as the mapping
             tells; around the points alone where it is approximate or leads beyond the horizon
    """

    mapping: Homography
    points: Floats
    outline: Outline


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What comparing place by place says, once the photos lie on each other: see indexer.confirm.

    alike  of the places that both photos let judge, the share that shows the same, 0 to 1
    area   share of the registered photo that these places take
    """

    alike: float
    area: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What verification says of one photograph.

    telling    agreeing points, those counted less that many registered objects have alike (a watermark, a frame)
    places     of the verification's parts, in their order; none if nothing agrees
    agreement  of what both photos show
    rival      telling points of the other object that agrees best with the same part of the photo; 0 if none does
    confirmation  None where it was not compared place by place
    laid       how the photos lay on each other where they were; None likewise
    """

    verification: Verification
    telling: float
    mirrored: bool
    places: tuple[Place, ...]
    agreement: Agreement
    rival: float = 0.0
    confirmation: Confirmation | None = None
    laid: Laid | None = field(default=None, repr=False, compare=False)

    @property
    def points(self) -> Floats:
        """The agreeing points of all places: (n, 4)."""
        return np.concatenate([place.points for place in self.places]) if self.places else np.zeros((0, 4))

    @property
    def mapping(self) -> Homography | None:
        """The first place's."""
        return self.places[0].mapping if self.places else None

    @property
    def placed(self) -> bool:
        """Whether points agree within the middle of what both photos show, and not at its edge alone.

        Frames, labels and watermarks lie at the edge: where nothing else agrees, nothing is known of the work. Of 54
        photographs that agreed so with searches for flat works, one showed what was searched for.
        """
        return bool(self.places) and self.agreement.heart > 0

    @property
    def holds(self) -> bool:
        """Whether points agree in the work: over AGREED of what both photos show, or where the photos look the same."""
        alike = self.confirmation.alike if self.confirmation else 0.0
        return self.placed and (self.agreement.share >= AGREED or alike >= ALIKE)

    @property
    def outdone(self) -> bool:
        """Whether another object agrees far better with the same part of the photo."""
        return self.telling < RIVAL * self.rival


def strengths(ballots: Sequence[Ballot], count: int) -> dict[int, list[float]]:
    """Photographs by how far they stand out in all ballots together, with the strength in each."""
    table: dict[int, list[float]] = {}
    for at, ballot in enumerate(ballots):
        for photograph, strength in ballot.strengths(count).items():
            table.setdefault(photograph, [0.0] * len(ballots))[at] = strength
    return dict(sorted(table.items(), key=lambda item: (-sum(item[1]), item[0])))


def united(ballots: Sequence[Ballot]) -> Ballot:
    """All looks at the whole photo as it was taken, as if they were one; for verifying only."""
    parts = [ballot.keypoints for ballot in ballots]
    together = Keypoints(
        points=np.concatenate([part.points for part in parts]),
        sizes=np.concatenate([part.sizes for part in parts]),
        angles=np.concatenate([part.angles for part in parts]),
        descriptors=np.concatenate([part.descriptors for part in parts]),
        width=parts[0].width,
        height=parts[0].height,
    )
    return Ballot(together, ballots[0].votes, np.concatenate([ballot.common for ballot in ballots]))


def compare(ballot: Ballot, registered: Keypoints, verifier: Verifier) -> Evidence:
    """Verify one photograph with the keypoints of a ballot."""
    found = verifier.verify(ballot.keypoints, registered)
    return Evidence(
        verification=found,
        telling=float(np.minimum(1.0, SHARED / ballot.common[found.pairs[:, 0]]).sum()),
        mirrored=ballot.mirrored,
        places=tuple(_place(ballot, registered, part, solid=found.solid) for part in found.parts),
        agreement=agreement(found, ballot.keypoints, registered),
    )


def _place(ballot: Ballot, registered: Keypoints, part: Part, *, solid: bool) -> Place:
    here = ballot.keypoints.points[part.pairs[:, 0]].astype(np.float64)
    mapping = part.mapping
    if ballot.mirrored:
        flip = np.array([[-1.0, 0.0, ballot.keypoints.width], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
        mapping = mapping @ flip
        here = np.stack([ballot.keypoints.width - here[:, 0], here[:, 1]], axis=1)
    there = registered.points[part.pairs[:, 1]].astype(np.float64)
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float64)
    corners *= (registered.width, registered.height)
    outline = maps.apply(np.asarray(np.linalg.inv(mapping), np.float64), corners)
    if solid or not np.isfinite(outline).all():
        outline = here
    return Place(mapping, np.concatenate([here, there], axis=1), hull(outline))


def hull(points: Floats) -> Outline:
    """The convex hull of (n, 2) points: float32 (m, 2)."""
    return np.asarray(cv2.convexHull(points.astype(np.float32)), np.float32).reshape(-1, 2)


def surest(one: Evidence, other: Evidence) -> Evidence:
    """The one with more telling points; the first if they have as many."""
    return other if other.telling > one.telling else one


def weigh_rivals(evidence: Mapping[int, Evidence], objects: Mapping[int, int]) -> dict[int, Evidence]:
    """Tell of each photograph which other object agrees best with the same part of the photo.

    Two works in one photo don't meet, and photographs of one object never rival. `objects`: by photograph.
    """
    order = sorted(
        (one for one, each in evidence.items() if each.places), key=lambda one: (-evidence[one].telling, one)
    )
    weighed = dict(evidence)
    for one in order:
        mine = evidence[one]
        rivals = (
            evidence[other].telling
            for other in order
            if objects[other] != objects[one] and _covered(mine.points, evidence[other].points) >= COVERED
        )
        weighed[one] = replace(mine, rival=next(rivals, 0.0))
    return weighed


def _covered(points: Floats, others: Floats) -> float:
    """Share of searched points that lie within the hull of others."""
    around = hull(others[:, :2])
    inside = [cv2.pointPolygonTest(around, (x, y), False) >= 0 for x, y in points[:, :2].tolist()]
    return sum(inside) / len(inside)
