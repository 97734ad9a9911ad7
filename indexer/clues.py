"""Clues: what is known of a photo and a registered photograph, as the numbers that the probability is made of."""

from collections.abc import Mapping
from math import log, log1p

from indexer.compare import Evidence
from models.quality import Quality

LEAST = -1.5
MOST = 1.0
"""Between these the margin over another object counts: a work registered twice has none."""
NARROWEST = 1e-3
SHARELESS = 0.03
"""The share of agreeing points where there are none: of those that look alike in wrong pairs chance gives more."""
LEAST_AREA = 0.01
FEWEST = 50
"""Keypoints below which a photo has too few to tell anything by, however many fewer."""
FEW = 200
"""Photographs searched of which chance lets one stand out about as far as true ones do. Votes and likeness of a photo
that nothing agrees with count by n / (n + FEW): in a small register none is called likely for being the nearest."""

NAMES = (
    "points",
    "share",
    "agreement",
    "heart",
    "surface",
    "compared",
    "alike",
    "area",
    "spread",
    "margin",
    "placed",
    "agrees",
    "solid",
    "votes",
    "likeness",
    "structure",
    "sharpness",
    "registered",
)


def likeness_of(whole: float, nearest: float, patches: float | None) -> float:
    """The likeness of the whole photo, of the nearest of its views, and patch by patch, each 0 to 1, as one.

    patches  None where the photo was not looked at so; it counts as much as both others, see docs/decisions/0026

    Of many views one is always near to something. Of 99 photos of statues seen from elsewhere, 0.83 stood out more than
    19 in 20 of photos of other statues by the nearest view, and 0.93 by the mean; by the whole photo alone as many, but
    a work that is small in a room has no likeness then.
    """
    pictured = (whole + nearest) / 2
    return pictured if patches is None else (pictured + patches) / 2


def clues_of(
    evidence: Evidence | None,
    votes: float,
    likeness: float,
    quality: Quality,
    registered: int,
    searched: int,
) -> Mapping[str, float]:
    """The clues by name.

    evidence    None for a photograph that was not verified; what agrees at the edge alone counts as nothing
    registered  keypoints of the registered photograph
    searched    photographs that were searched

    The clues are:

    points      telling points, log(1 + n)
    share       agreeing points of all keypoints that looked alike, log((1 + n) / (1 + m))
    agreement   of the cells in which both photos show something, the share in which points agree
    heart       the same for the middle of what both show, where no frame lies
    surface     telling points that agree and how much of the middle they agree in, log(1 + n * heart)
    compared    1 where the photos were compared once they lay on each other, else 0
    alike       of what can be compared once the photos lie on each other, the share that looks the same
    area        share of the registered photo that this takes, log
    spread      share of the registered photo that the points span, log
    margin      telling points over those of the best other object on the same part of the photo, log, cut
    placed      1 where points agree by a mapping, and not at the edge alone, else 0
    agrees      1 where they also agree in enough of the work, see Evidence.holds, else 0: only then do they count
    solid       1 where only neighbourhoods agree and no plane does
    votes       how far it stands out of chance in all looks together, log(1 + v); 0 where points agree, for they
                say all that votes could
    likeness    how far it stands out among the registered descriptors, see `likeness_of`
    structure   keypoints of the searched photo, log
    sharpness   variance of the Laplacian of the searched photo, log(1 + v)
    registered  keypoints of the registered photograph, log
    """
    found = evidence if evidence is not None and evidence.placed else None
    holds = found is not None and found.holds
    telling = found.telling if found else 0.0
    geometry = found.verification if found else None
    rival = found.rival if found else 0.0
    standing = searched / (searched + FEW)
    seen = found.confirmation if found else None
    return {
        "points": log1p(telling),
        "share": log((1 + geometry.inliers) / (1 + geometry.matches)) if geometry else log(SHARELESS),
        "agreement": found.agreement.share if found else 0.0,
        "heart": found.agreement.heart if found else 0.0,
        "surface": log1p(telling * found.agreement.heart) if found else 0.0,
        "compared": float(seen is not None),
        "alike": seen.alike if seen else 0.0,
        "area": log(max(LEAST_AREA, seen.area if seen else 0.0)),
        "spread": log(max(NARROWEST, geometry.spread)) if geometry else log(NARROWEST),
        "margin": min(max(log((1 + telling) / (1 + rival)), LEAST), MOST) if found else 0.0,
        "placed": float(found is not None),
        "agrees": float(holds),
        "solid": float(geometry.solid) if geometry else 0.0,
        "votes": 0.0 if holds else standing * log1p(votes),
        "likeness": standing * likeness,
        "structure": log(max(FEWEST, quality.keypoints)),
        "sharpness": log1p(quality.sharpness),
        "registered": log(max(FEWEST, registered)),
    }
