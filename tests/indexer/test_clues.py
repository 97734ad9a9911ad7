"""Each clue is what its name says, and a finite number whatever was found."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite, log, log1p

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.clues import (
    FEW,
    FEWEST,
    LEAST,
    LEAST_AREA,
    MOST,
    NAMES,
    NARROWEST,
    SHARELESS,
    clues_of,
    likeness_of,
)
from indexer.compare import Confirmation, Evidence, Place, hull
from models.agreement import Agreement
from models.quality import Quality
from models.verify import Part, Verification

QUALITY = Quality(
    keypoints=400, side=640, lightness=120.0, glare=0.0, sharpness=0.8, searchable=True, advice=""
)
CELLS = Agreement(shown=20, agreeing=15, heart_shown=8, heart_agreeing=6)
CORNERS = np.array([[0, 0, 0, 0], [9, 0, 9, 0], [9, 9, 9, 9], [0, 9, 0, 9]], np.float64)


def part(pairs: int) -> Part:
    return Part(np.zeros((pairs, 2), np.int32), np.eye(3))


def evidence(
    telling: float = 30.0,
    inliers: int = 40,
    matches: int = 80,
    spread: float = 0.5,
    rival: float = 0.0,
    *,
    agreement: Agreement = CELLS,
    solid: bool = False,
) -> Evidence:
    """One part with so many points."""
    place = Place(np.eye(3), CORNERS, hull(CORNERS[:, :2]))
    found = Verification((part(inliers),), matches, spread, solid)
    return Evidence(found, telling, mirrored=False, places=(place,), agreement=agreement, rival=rival)


NOTHING = Evidence(Verification((), 12, 0.0), 0.0, mirrored=False, places=(), agreement=Agreement(0, 0, 0, 0))


def clue(name: str, found: Evidence | None) -> float:
    return clues_of(found, 3.0, 0.25, QUALITY, 500, 800)[name]


def test_they_are_those_that_are_named_in_their_order() -> None:
    for found in (None, NOTHING, evidence()):
        assert tuple(clues_of(found, 0.0, 0.0, QUALITY, 0, 0)) == NAMES
    assert all(f"{name} " in (clues_of.__doc__ or "") for name in NAMES)


class TestByHand:
    def test_points_are_those_that_tell_something(self) -> None:
        assert clue("points", evidence(telling=12.5, inliers=40)) == log1p(12.5)

    def test_the_share_is_of_all_that_looked_alike(self) -> None:
        assert clue("share", evidence(inliers=40, matches=80)) == pytest.approx(log(41 / 81))
        assert clue("share", evidence(inliers=9, matches=9)) == 0

    def test_agreement_and_heart_are_shares_of_cells(self) -> None:
        cells = Agreement(shown=20, agreeing=15, heart_shown=8, heart_agreeing=2)
        assert clue("agreement", evidence(agreement=cells)) == 0.75
        assert clue("heart", evidence(agreement=cells)) == 0.25

    def test_the_surface_is_of_points_in_the_middle(self) -> None:
        cells = Agreement(shown=20, agreeing=15, heart_shown=8, heart_agreeing=2)
        assert clue("surface", evidence(telling=12, agreement=cells)) == log1p(3)

    def test_what_agrees_at_the_edge_alone_is_as_nothing(self) -> None:
        """As frames, labels and watermarks do: votes and likeness say what is known of the work."""
        aside = replace(evidence(agreement=Agreement(20, 15, 8, 0)), confirmation=Confirmation(0.9, 0.4))
        assert clues_of(aside, 3.0, 0.25, QUALITY, 500, 800) == clues_of(None, 3.0, 0.25, QUALITY, 500, 800)

    def test_what_agrees_in_too_little_does_not_count_unless_the_photos_look_the_same(self) -> None:
        little = evidence(agreement=Agreement(20, 3, 8, 2))
        other, same = (replace(little, confirmation=Confirmation(alike, 0.4)) for alike in (0.7, 0.8))
        assert [clue("agrees", found) for found in (little, other, same)] == [0, 0, 1]
        assert [clue("placed", found) for found in (little, other, same)] == [1, 1, 1]
        assert clue("votes", other) == clue("votes", None) > clue("votes", same) == 0
        assert clue("agrees", evidence(agreement=Agreement(20, 4, 8, 1))) == 1
        a_little = evidence(agreement=Agreement(20, 15, 8, 1))
        assert clue("agrees", a_little) == 1
        small = evidence(agreement=Agreement(3, 3, 0, 0))
        assert clue("agrees", small) == 1, "what shows nothing in its middle has no edge"

    def test_what_looks_the_same_is_a_share_and_an_area(self) -> None:
        seen = replace(evidence(), confirmation=Confirmation(alike=0.75, area=0.3))
        assert [clue(name, seen) for name in ("compared", "alike", "area")] == [1, 0.75, log(0.3)]

    @pytest.mark.parametrize(
        "found", [None, NOTHING, evidence()], ids=["unverified", "nothing", "not compared"]
    )
    def test_what_was_not_compared_is_called_that(self, found: Evidence | None) -> None:
        assert [clue(name, found) for name in ("compared", "alike", "area")] == [0, 0, log(LEAST_AREA)]

    def test_the_spread_is_a_share_of_the_registered_photo(self) -> None:
        assert clue("spread", evidence(spread=0.5)) == log(0.5)
        assert clue("spread", evidence(spread=0.0)) == log(NARROWEST)

    def test_the_margin_is_over_the_best_other_object(self) -> None:
        assert clue("margin", evidence(telling=29, rival=19)) == pytest.approx(log(30 / 20))
        assert clue("margin", evidence(telling=29, rival=59)) == pytest.approx(log(30 / 60))
        assert clue("margin", evidence(telling=20, rival=20)) == 0

    def test_the_margin_is_cut_either_way(self) -> None:
        assert clue("margin", evidence(telling=29, rival=0)) == MOST
        assert clue("margin", evidence(telling=1, rival=1e6)) == LEAST

    def test_solid_is_yes_or_no(self) -> None:
        assert clue("solid", evidence(solid=True)) == 1
        assert clue("solid", evidence()) == 0

    def test_the_rest_is_of_the_photos_whether_or_not_anything_agrees(self) -> None:
        for found in (None, NOTHING, evidence()):
            assert clue("structure", found) == log(400)
            assert clue("sharpness", found) == log1p(0.8)
            assert clue("registered", found) == log(500)

    def test_a_photo_with_next_to_nothing_is_as_one_with_few(self) -> None:
        poor = clues_of(None, 0.0, 0.0, replace(QUALITY, keypoints=0), FEWEST // 2, 10)
        assert poor["structure"] == poor["registered"] == log(FEWEST)

    def test_votes_count_where_nothing_agrees_and_likeness_always(self) -> None:
        standing = 800 / (800 + FEW)
        for found in (None, NOTHING):
            assert clue("agrees", found) == clue("placed", found) == 0
            assert clue("votes", found) == pytest.approx(standing * log1p(3))
            assert clue("likeness", found) == pytest.approx(standing * 0.25)
        assert [clue(name, evidence()) for name in ("agrees", "votes")] == [1, 0]
        assert clue("likeness", evidence()) == pytest.approx(standing * 0.25)

    def test_in_a_small_register_they_count_less(self) -> None:
        small, large = (clues_of(None, 3.0, 0.25, QUALITY, 500, count) for count in (6, 10**6))
        assert small["votes"] < 0.05 * large["votes"]
        assert large["likeness"] == pytest.approx(0.25, rel=1e-3)


def test_likeness_is_of_the_whole_photo_and_its_nearest_view() -> None:
    assert likeness_of(0.2, 0.6, None) == pytest.approx(0.4)
    assert likeness_of(1.0, 1.0, None) == 1
    assert likeness_of(0.0, 0.6, None) < likeness_of(0.6, 0.6, None)


def test_what_patches_say_counts_as_much_as_both_where_they_were_looked_at() -> None:
    assert likeness_of(0.2, 0.6, 0.1) == pytest.approx(0.25)
    assert likeness_of(1.0, 1.0, 1.0) == 1
    assert likeness_of(0.3, 0.3, 0.0) < likeness_of(0.3, 0.3, None)


GEOMETRY = ("points", "share", "agreement", "heart", "surface", "spread", "margin", "solid")


def test_what_was_not_verified_is_like_what_does_not_agree() -> None:
    assert [clue(name, None) for name in GEOMETRY] == [clue(name, NOTHING) for name in GEOMETRY]
    assert [clue(name, None) for name in GEOMETRY] == [0, log(SHARELESS), 0, 0, 0, log(NARROWEST), 0, 0]


def test_nothing_in_place_speaks_against_it_in_every_clue_of_the_geometry() -> None:
    """The fit gives them weights above 0: nothing that agrees may look like much that does."""
    for name in ("points", "share", "agreement", "heart", "surface", "spread"):
        assert clue(name, None) < clue(name, evidence())


counts = st.integers(0, 10**9)
shares = st.floats(0, 1)


@given(
    st.builds(
        evidence,
        telling=st.floats(0, 1e12),
        inliers=st.integers(0, 2000),
        matches=counts,
        spread=shares,
        rival=st.floats(0, 1e12),
        agreement=st.builds(Agreement, counts, counts, counts, counts),
        solid=st.booleans(),
    )
    | st.sampled_from([None, NOTHING]),
    st.floats(0, 1e12),
    shares,
    st.floats(0, 1e12),
    counts,
    counts,
)
def test_they_are_finite_whatever_was_found(
    found: Evidence | None, votes: float, likeness: float, sharpness: float, structure: int, registered: int
) -> None:
    quality = replace(QUALITY, sharpness=sharpness, keypoints=structure)
    clues = clues_of(found, votes, likeness, quality, registered, registered)
    assert all(type(value) is float and isfinite(value) for value in clues.values())
