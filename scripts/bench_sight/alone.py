"""Each way of retrieving alone, before anything is verified: what votes, and what likeness, would put first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from indexer.compare import COUNTED, strengths
from indexer.looks import begin_looks, begin_mirrored_look, begin_views, closer_views, gathered
from indexer.retrieve import most_alike
from indexer.sight import LOOKS, Sight
from indexer.steps import Steps
from indexer.vectors.segment import Segment
from models.pixels import decode
from models.regions import find_regions
from service.evaluation import CANDIDATES, Result

VOTES, LIKENESS = "votes alone", "descriptor alone"
WAYS = {
    VOTES: "local descriptors of all looks at the whole photo vote; nothing is verified",
    LIKENESS: "the installed descriptor of the whole photo, its turns and its regions, the most alike of them",
}


def by_votes(jpeg: bytes, segments: Sequence[Segment], sight: Sight) -> Mapping[int, float]:
    """Photographs with their votes, the most first: what a search retrieves before it verifies."""
    steps = Steps()
    looked = gathered(begin_looks(decode(jpeg), LOOKS, segments, sight), steps)
    whole, coarse, _ = (each.seen for each in looked)
    ballots = [
        *(each.ballot for each in looked),
        *gathered(begin_mirrored_look(whole, coarse, segments), steps),
    ]
    return {one: sum(each) for one, each in strengths(ballots, COUNTED).items()}


def by_likeness(jpeg: bytes, segments: Sequence[Segment], sight: Sight) -> Mapping[int, float]:
    """Photographs by how alike the most alike of all views is, the most first."""
    photo = decode(jpeg)
    views = [photo, *closer_views(photo, find_regions(photo), turned=True)]
    return most_alike(gathered(begin_views(views, segments, sight), Steps()))


def as_result(query: str, ranked: Mapping[int, float], names: Mapping[int, str]) -> Result:
    """Photographs with their scores, best first, as an answer. It was not timed."""
    first = list(ranked.items())[:CANDIDATES]
    return Result(
        query,
        "none",
        0.0,
        tuple({"photo": names[one], "score": round(score, 6), "verdict": "none"} for one, score in first),
    )
