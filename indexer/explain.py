"""Explanation: why a candidate was found, as pictures and in words anyone understands."""

from collections.abc import Sequence
from enum import StrEnum

from indexer import drawing
from indexer.aligned import Unmappable, placed, turned_round
from indexer.answer import Candidate
from indexer.decide import Verdict
from indexer.differ import Difference, differences
from models.pixels import decode, encode, shrink

HALF = 0.5


class EvidenceKind(StrEnum):
    """The pictures of evidence there are."""

    overlay = "overlay"
    underlay = "underlay"
    regions = "regions"
    matches = "matches"
    differences = "differences"


class EvidenceUnavailable(Exception):
    """There is no picture to draw: no mapping between the two photos was found, or nothing that has an outline."""


def evidence_kinds(candidate: Candidate, found: Sequence[Difference]) -> tuple[EvidenceKind, ...]:
    """Which pictures there are of a candidate with these differences.

    Where points agree beside the work, only these: laid on each other, the photos would show a frame on a frame.
    """
    if not candidate.parts:
        return ()
    if candidate.beside_work:
        return (EvidenceKind.matches,)
    outlined = any(each.outline for each in found)
    return tuple(kind for kind in EvidenceKind if outlined or kind is not EvidenceKind.differences)


def evidence_image(
    searched: bytes,
    registered: bytes,
    candidate: Candidate,
    kind: EvidenceKind,
    found: Sequence[Difference] | None = None,
) -> bytes:
    """Draw one picture of evidence, a JPEG.

    searched, registered  the two photos as the photo store keeps them
    found         what differs, for the last kind; None: it is looked for now
    overlay       the searched photo laid over the registered one where they match, half transparent
    underlay      the other way: the registered photo laid over the searched one
    regions       both side by side, the matching region of each part outlined in each
    matches       both side by side, with lines between the points that agree
    differences   the registered photo: what the searched one doesn't show dimmed, what looks different hatched
    Raises EvidenceUnavailable for a candidate without a mapping and where nothing is outlined, NotReadable.
    """
    parts = candidate.parts
    if not parts:
        raise EvidenceUnavailable(
            "No part of this photo was found in the registered one, so there is nothing to draw."
        )
    here, there = (shrink(decode(photo), drawing.SIDE) for photo in (searched, registered))
    try:
        laid_by = placed(parts, here.factor, there.factor)
        if kind is EvidenceKind.differences:
            if found is None:
                found = differences(searched, registered, candidate)
            return encode(drawing.mark(there.picture, _outlined(found), there.factor))
    except Unmappable as refused:
        raise EvidenceUnavailable(f"{refused} There is nothing to draw.") from refused
    if kind is EvidenceKind.overlay:
        return encode(drawing.overlay(here.picture, there.picture, laid_by))
    if kind is EvidenceKind.underlay:
        back = [turned_round(part) for part in laid_by]
        return encode(drawing.overlay(there.picture, here.picture, back))
    pair = drawing.Pair(here.picture, there.picture)
    if kind is EvidenceKind.regions:
        pair.outline(laid_by)
    else:
        pair.connect(laid_by)
    return encode(pair.picture)


def describe(candidate: Candidate) -> str:
    """Why this candidate stands where it does, in words."""
    if candidate.mapping is None:
        unplaced = "Some details look alike, but they do not lie as they would in two photos of one object."
        return " ".join([unplaced, *_as_a_whole(candidate)])
    told = [
        *(["The photo shows it mirrored, left for right."] if candidate.mirrored else []),
        _agreement(candidate),
        *_in_parts(candidate),
        *_alike(candidate),
        _weight(candidate),
        *(_as_a_whole(candidate) if candidate.beside_work else []),
    ]
    return " ".join(told)


def _agreement(candidate: Candidate) -> str:
    share = _share(candidate.spread)
    return f"{candidate.inliers} points of the photo lie where the registered photo has them, across {share} of it."


def _in_parts(candidate: Candidate) -> list[str]:
    count = 1 + len(candidate.more)
    if candidate.solid:
        return [
            "The object is not flat: its points agree neighbourhood by neighbourhood, so the photos lie on each "
            "other only roughly."
        ]
    if count == 1:
        return []
    return [
        f"They agree in {count} parts, each with a position of its own, as parts that hang or stand apart do."
    ]


def _alike(candidate: Candidate) -> list[str]:
    if candidate.alike is None:
        return []
    only = "" if candidate.alike >= HALF else "only "
    share = _share(candidate.alike)
    return [
        f"Laid on each other, the two photos look the same in {only}{share} of what can be compared there."
    ]


def _as_a_whole(candidate: Candidate) -> list[str]:
    """Why one alerts of which no point agrees."""
    if candidate.verdict is not Verdict.possible:
        return []
    return [
        "As a whole, the two photos resemble each other more than those of different objects usually do, as another "
        "side of a solid object may: compare the two by eye."
    ]


def _weight(candidate: Candidate) -> str:
    if candidate.beside_work:
        return (
            "They lie at the edge alone, or in too little of what both photos show, as those of a frame, a label or a "
            "watermark do, so they say nothing of the object itself."
        )
    if candidate.outdone:
        return "Another registered object agrees far better with the same part of the photo."
    if candidate.verdict is Verdict.match:
        return "Different objects hardly ever agree like this."
    if candidate.verdict is Verdict.possible:
        return "That is more than chance usually gives, and too little to be sure: compare the two by eye."
    if candidate.probability >= HALF:
        return "That speaks for it, and is too little to alert at this level: compare the two by eye."
    return "Different objects agree as well as this by chance."


def _share(spread: float) -> str:
    if spread < 0.01:
        return "less than a hundredth"
    return f"{round(spread * 100)} %"


def _outlined(found: Sequence[Difference]) -> Sequence[Difference]:
    if not any(each.outline for each in found):
        raise EvidenceUnavailable("Nothing that differs has an outline, so there is nothing to draw.")
    return found
