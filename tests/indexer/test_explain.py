"""Evidence can be drawn, lies where it should, and is told in words that fit the verdict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest

from indexer import explain
from indexer.answer import Candidate
from indexer.decide import Verdict
from indexer.differ import Difference, DifferenceKind
from indexer.drawing import ALTERED, DRAWN, HIDDEN, OUTLINE, PAPER, PARTS, SIDE, Pair
from indexer.explain import EvidenceKind, EvidenceUnavailable, evidence_image, evidence_kinds
from indexer.part import Homography, Part
from indexer.sight import Sight
from models import mapping as maps
from models.pixels import NotReadable, decode, shrink
from models.pixels import encode as encode_rgb
from tests.drawing import Pixels, draw_pixels

GAP = Pair.gap
# from the registered photo to the searched one: smaller, turned, seen from the side
SEEN = np.array([[0.62, -0.11, 60], [0.09, 0.58, 20], [4e-5, 2e-5, 1]])


def photos(side: int = 640) -> tuple[Pixels, Pixels]:
    """A photo taken from the side, and the registered one of this width."""
    registered = np.asarray(draw_pixels(5, side, side * 3 // 4)[:, :, ::-1], np.uint8).copy()
    turned = SEEN @ np.diag([640 / side, 640 / side, 1])
    searched = cv2.warpPerspective(registered, turned, (520, 440), borderValue=(120, 126, 130))
    return np.asarray(searched, np.uint8), registered


def jpegs(side: int = 640) -> tuple[bytes, bytes]:
    searched, registered = photos(side)
    return encode_rgb(searched, 95), encode_rgb(registered, 95)


def row_by_row(mapping: maps.Floats) -> Homography:
    a, b, c, d, e, f, g, h, i = mapping.ravel().tolist()
    return a, b, c, d, e, f, g, h, i


def candidate_of(sight: Sight, searched: bytes, registered: bytes) -> Candidate:
    """The registered photo as a search would find it."""
    here, there = (sight.extractor.extract(decode(one), 500) for one in (searched, registered))
    verified = sight.verifier.verify(here, there)
    assert verified.mapping is not None
    points = np.concatenate([here.points[verified.pairs[:, 0]], there.points[verified.pairs[:, 1]]], axis=1)
    return replace(
        UNVERIFIED,
        inliers=verified.inliers,
        spread=verified.spread,
        mapping=row_by_row(verified.mapping),
        points=tuple(tuple(row) for row in points.tolist()),
        verdict=Verdict.match,
    )


UNVERIFIED = Candidate(
    photograph_id=7,
    object_id=3,
    log_odds=-7.0,
    score=0.05,
    probability=0.001,
    verdict=Verdict.none,
    votes=12.0,
    inliers=0,
    inlier_share=0.0,
    spread=0.0,
    photo=0,
    mapping=None,
)


def off_by(sight: Sight, pixels: float) -> float:
    """How much an overlay differs from what it would be if it lay right, the mapping being off by some pixels."""
    searched, registered = jpegs()
    found = candidate_of(sight, searched, registered)
    assert found.mapping is not None
    moved = np.array([[1, 0, pixels], [0, 1, 0], [0, 0, 1]]) @ np.array(found.mapping).reshape(3, 3)
    shown = replace(found, mapping=row_by_row(moved), points=found.points[:1])
    overlay = decode(evidence_image(searched, registered, shown, EvidenceKind.overlay)).astype(float)
    there = decode(registered)
    grey = cv2.cvtColor(there, cv2.COLOR_RGB2GRAY).astype(float)[:, :, None]
    lying_right = 0.4 * grey + 0.6 * there
    size = (there.shape[1], there.shape[0])
    covered = cv2.warpPerspective(np.full((440, 520), 255, np.uint8), moved, size)
    inside = cv2.erode(covered, np.ones((25, 25), np.uint8)) == 255
    assert inside.mean() > 0.5
    return float(np.abs(overlay - lying_right)[inside].mean())


class TestOverlay:
    def test_it_lies_where_the_registered_photo_shows_the_same(self, sight: Sight) -> None:
        aligned = off_by(sight, 0)
        assert aligned < 8
        assert off_by(sight, 3) > 1.3 * aligned
        assert off_by(sight, 10) > 2 * aligned

    @pytest.mark.parametrize(
        ("side", "width", "height"), [(640, 640, 480), (900, 900, 675), (1400, 900, 675)]
    )
    def test_it_is_as_large_as_the_registered_photo_up_to_a_limit(
        self, sight: Sight, side: int, width: int, height: int
    ) -> None:
        searched, registered = jpegs(side)
        found = candidate_of(sight, searched, registered)
        shown = decode(evidence_image(searched, registered, found, EvidenceKind.overlay))
        assert shown.shape == (height, width, 3)

    @pytest.mark.parametrize("side", [640, 1400])
    def test_its_points_lie_where_those_of_the_registered_photo_do(self, sight: Sight, side: int) -> None:
        searched, registered = jpegs(side)
        found = candidate_of(sight, searched, registered)
        shown = decode(evidence_image(searched, registered, found, EvidenceKind.overlay)).astype(int)
        there = shrink(decode(registered), SIDE)
        places = np.rint(np.array(found.points)[:, 2:] / there.factor).astype(int)
        colours = shown[places[:, 1], places[:, 0]]
        assert np.median(np.abs(colours - np.array(OUTLINE)).max(axis=1)) < 30

    def test_what_is_not_covered_is_the_registered_photo_in_grey(self, sight: Sight) -> None:
        searched, registered = jpegs()
        found = replace(candidate_of(sight, searched, registered), points=((0.0, 0.0, 600.0, 400.0),) * 9)
        far = (1.0, 0.0, 5000.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
        shown = decode(
            evidence_image(searched, registered, replace(found, mapping=far), EvidenceKind.overlay)
        )
        grey = cv2.cvtColor(decode(registered), cv2.COLOR_RGB2GRAY).astype(int)
        corner = shown[:300, :500].astype(int)
        assert np.abs(corner - grey[:300, :500, None]).mean() < 5

    def test_a_large_searched_photo_lies_right_too(self, sight: Sight) -> None:
        searched, registered = photos()
        twice = np.asarray(cv2.resize(searched, None, fx=2.5, fy=2.5), np.uint8)
        large = encode_rgb(twice, 95)
        found = candidate_of(sight, large, encode_rgb(registered, 95))
        shown = decode(evidence_image(large, encode_rgb(registered, 95), found, EvidenceKind.overlay))
        grey = cv2.cvtColor(registered, cv2.COLOR_RGB2GRAY).astype(float)[:, :, None]
        middle = (slice(120, 360), slice(160, 480))
        off = np.abs(shown.astype(float) - (0.4 * grey + 0.6 * registered))[middle].mean()
        assert off < 20
        wrong = np.abs(shown.astype(float) - (0.4 * grey + 0.6 * np.roll(registered, 12, axis=1)))[
            middle
        ].mean()
        assert off < wrong / 1.5


class TestSideBySide:
    @pytest.mark.parametrize("kind", [EvidenceKind.regions, EvidenceKind.matches])
    @pytest.mark.parametrize("side", [400, 640, 1400])
    def test_both_photos_stand_side_by_side_in_the_middle(
        self, sight: Sight, kind: EvidenceKind, side: int
    ) -> None:
        searched, registered = jpegs(side)
        found = replace(candidate_of(sight, searched, registered), points=((1.0, 1.0, 1.0, 1.0),) * 3)
        shown = decode(evidence_image(searched, registered, found, kind)).astype(int)
        left, right = decode(searched).astype(int), shrink(decode(registered), SIDE).picture.astype(int)
        height = max(left.shape[0], right.shape[0])
        assert shown.shape == (height, left.shape[1] + GAP + right.shape[1], 3)
        for photo, x in ((left, 0), (right, left.shape[1] + GAP)):
            y = (height - photo.shape[0]) // 2
            part = shown[y : y + photo.shape[0], x : x + photo.shape[1]]
            # lower right: away from the three points, all in the upper left corner
            quarter = (slice(photo.shape[0] // 2, None), slice(photo.shape[1] // 2, None))
            assert np.abs(part[quarter] - photo[quarter]).mean() < 6
        between = shown[:, left.shape[1] + 8 : left.shape[1] + GAP - 8]
        assert np.abs(between[height // 2 :] - PAPER).max() < 25

    def test_regions_outline_what_the_points_span_in_each(self, sight: Sight) -> None:
        searched, registered = jpegs()
        here = np.array([[100, 100], [300, 110], [290, 300], [120, 280]], float)
        there = here[:, ::-1] + [150, 40]
        points = tuple(tuple(row) for row in np.concatenate([here, there], axis=1).tolist())
        found = replace(candidate_of(sight, searched, registered), points=points)
        shown = decode(evidence_image(searched, registered, found, EvidenceKind.regions)).astype(int)
        lower = (shown.shape[0] - 440) // 2
        for corners, offset in ((here, (0, lower)), (there, (520 + GAP, 0))):
            places = corners + np.array(offset)
            middle = np.rint((places + np.roll(places, 1, axis=0)) / 2).astype(int)
            colours = shown[middle[:, 1], middle[:, 0]]
            assert (np.abs(colours - np.array(OUTLINE)).max(axis=1) < 60).all()
        plain = decode(searched).astype(int)
        inside = shown[180 + lower : 220 + lower, 180:220]
        wanted = plain[180:220, 180:220] * 0.8 + np.array(OUTLINE) * 0.2
        assert np.abs(inside - wanted).mean() < 6

    @pytest.mark.parametrize("larger", [1, 3])
    def test_matches_connect_the_points_that_agree(
        self, sight: Sight, monkeypatch: pytest.MonkeyPatch, larger: int
    ) -> None:
        searched, registered = jpegs(1400)
        found = candidate_of(sight, searched, registered)
        enlarged = cv2.resize(decode(searched), None, fx=larger, fy=larger)
        points = ((10.0, 20.0, 1400.0, 1050.0), (100.0, 200.0, 700.0, 350.0))
        left = shrink(np.asarray(enlarged, np.uint8), SIDE)
        height, width = left.picture.shape[:2]
        upper, lower = (max(height, 675) - 675) // 2, (max(height, 675) - height) // 2
        wanted = [
            (
                (round(a / left.factor), round(b / left.factor) + lower),
                (round(width + GAP + c * SIDE / 1400), round(d * SIDE / 1400) + upper),
            )
            for a, b, c, d in points
        ]
        shown = encode_rgb(np.asarray(enlarged, np.uint8))
        assert self.lines(monkeypatch, shown, registered, replace(found, points=points)) == wanted

    @pytest.mark.parametrize("count", [1, DRAWN - 1, DRAWN, DRAWN + 1, 2 * DRAWN - 1, 2 * DRAWN, 501])
    def test_no_more_lines_are_drawn_than_can_be_told_apart(
        self, sight: Sight, monkeypatch: pytest.MonkeyPatch, count: int
    ) -> None:
        searched, registered = jpegs()
        points = tuple((float(at % 500), 10.0, float(at % 600), 20.0) for at in range(count))
        found = replace(candidate_of(sight, searched, registered), points=points)
        drawn = len(self.lines(monkeypatch, searched, registered, found))
        assert min(count, DRAWN // 2) <= drawn <= DRAWN
        if count <= DRAWN:
            assert drawn == count

    def lines(
        self, monkeypatch: pytest.MonkeyPatch, searched: bytes, registered: bytes, found: Candidate
    ) -> list[tuple[tuple[int, int], tuple[int, int]]]:
        """The ends of all lines that are drawn."""
        ends: list[tuple[tuple[int, int], tuple[int, int]]] = []
        line: Callable[..., Any] = cv2.line

        def noted(picture: Pixels, start: tuple[int, int], end: tuple[int, int], *rest: Any) -> Any:
            ends.append((start, end))
            return line(picture, start, end, *rest)

        monkeypatch.setattr(cv2, "line", noted)
        evidence_image(searched, registered, found, EvidenceKind.matches)
        return ends


class TestUnderlay:
    def test_the_registered_photo_lies_where_the_searched_one_shows_the_same(self, sight: Sight) -> None:
        searched, registered = jpegs()
        found = candidate_of(sight, searched, registered)
        shown = decode(evidence_image(searched, registered, found, EvidenceKind.underlay)).astype(float)
        plain = decode(searched)
        assert shown.shape == plain.shape
        grey = cv2.cvtColor(plain, cv2.COLOR_RGB2GRAY).astype(float)[:, :, None]
        covered = cv2.warpPerspective(np.full((480, 640), 255, np.uint8), SEEN, (520, 440))
        inside = cv2.erode(covered, np.ones((25, 25), np.uint8)) == 255
        assert inside.mean() > 0.3
        right = np.abs(shown - (0.4 * grey + 0.6 * plain))[inside].mean()
        assert right < 10
        aside = np.roll(0.4 * grey + 0.6 * plain, 8, axis=1)
        assert np.abs(shown - aside)[inside].mean() > 1.5 * right
        outside = cv2.dilate(covered, np.ones((25, 25), np.uint8)) == 0
        assert np.abs(shown - grey)[outside].mean() < 5


def in_two_parts(sight: Sight) -> tuple[bytes, bytes, Candidate]:
    """Two panels that hang closer in the searched photo than in the registered one."""
    panels = [np.asarray(draw_pixels(seed, 300, 400)[:, :, ::-1], np.uint8) for seed in (21, 22)]
    pairs = []
    for gap in (20, 160):
        photo = np.full((440, 640 + gap, 3), 200, np.uint8)
        for panel, x in zip(panels, (20, 320 + gap), strict=True):
            photo[20:420, x : x + 300] = panel
        pairs.append(encode_rgb(photo, 95))
    rng = np.random.default_rng(4)
    parts = []
    for left, moved in ((20, 0), (340, 140)):
        here = rng.uniform((left + 10, 30), (left + 290, 410), (40, 2)).round(1)
        mapping = np.array([[1, 0, moved], [0, 1, 0], [0, 0, 1]], float)
        points = np.concatenate([here, here + np.array([moved, 0])], axis=1)
        parts.append(Part(row_by_row(mapping), tuple(tuple(row) for row in points.tolist())))
    first, second = parts
    found = replace(UNVERIFIED, mapping=first.mapping, points=first.points, more=(second,), inliers=80)
    return pairs[0], pairs[1], found


class TestParts:
    @pytest.mark.parametrize("kind", [EvidenceKind.overlay, EvidenceKind.underlay])
    def test_each_part_lies_where_its_own_mapping_puts_it(self, sight: Sight, kind: EvidenceKind) -> None:
        searched, registered, found = in_two_parts(sight)
        shown = decode(evidence_image(searched, registered, found, kind)).astype(float)
        below = decode(registered if kind is EvidenceKind.overlay else searched)
        grey = cv2.cvtColor(below, cv2.COLOR_RGB2GRAY).astype(float)[:, :, None]
        right = np.abs(shown - (0.4 * grey + 0.6 * below))
        for x in (20, 480) if kind is EvidenceKind.overlay else (20, 340):
            # the median: points are drawn on it
            assert np.median(right[30:410, x + 10 : x + 290]) < 8
        alone = decode(evidence_image(searched, registered, replace(found, more=()), kind)).astype(float)
        x = 480 if kind is EvidenceKind.overlay else 340
        assert np.median(np.abs(alone - (0.4 * grey + 0.6 * below))[30:410, x + 10 : x + 290]) > 12

    def test_each_part_is_outlined_in_its_colour(self, sight: Sight) -> None:
        searched, registered, found = in_two_parts(sight)
        shown = decode(evidence_image(searched, registered, found, EvidenceKind.regions)).astype(int)
        for at, part in enumerate((Part(found.mapping or row_by_row(np.eye(3)), found.points), *found.more)):
            hull = cv2.convexHull(np.array(part.points)[:, :2].astype(np.float32)).reshape(-1, 2)
            middle = np.rint((hull + np.roll(hull, 1, axis=0)) / 2).astype(int)
            colours = shown[middle[:, 1], middle[:, 0]]
            # some corners are too close for a middle that is not blurred
            assert np.median(np.abs(colours - np.array(PARTS[at])).max(axis=1)) < 60

    def test_the_lines_of_all_parts_are_drawn(self, sight: Sight, monkeypatch: pytest.MonkeyPatch) -> None:
        searched, registered, found = in_two_parts(sight)
        ends = TestSideBySide().lines(monkeypatch, searched, registered, found)
        assert len(ends) == 80
        assert {left[0] < 320 for left, _ in ends} == {True, False}

    def test_parts_without_points_are_left_out(self, sight: Sight) -> None:
        searched, registered, found = in_two_parts(sight)
        empty = replace(found, more=(Part(row_by_row(np.eye(3)), ()),))
        for kind in (EvidenceKind.overlay, EvidenceKind.regions, EvidenceKind.matches):
            assert evidence_image(searched, registered, empty, kind) == evidence_image(
                searched, registered, replace(found, more=()), kind
            )


class TestDifferences:
    corners = ((100.0, 90.0), (300.0, 90.0), (300.0, 300.0), (100.0, 300.0))

    def shown(self, kind: DifferenceKind) -> tuple[Pixels, Pixels]:
        """A registered photo, and it with a difference drawn in it."""
        registered = jpegs()[1]
        found = replace(UNVERIFIED, mapping=row_by_row(np.eye(3)), points=((1.0, 1.0, 1.0, 1.0),))
        told = [Difference(kind, "It differs.", 0.2, self.corners)]
        picture = evidence_image(registered, registered, found, EvidenceKind.differences, told)
        return decode(registered).astype(int), decode(picture).astype(int)

    def test_what_is_not_shown_is_pale(self) -> None:
        plain, shown = self.shown(DifferenceKind.cropped)
        assert np.abs(shown - plain)[110:280, 120:280].mean() < 5
        away = (slice(330, 470), slice(20, 620))
        assert np.abs(shown - (0.3 * plain + 0.7 * PAPER))[away].mean() < 8

    @pytest.mark.parametrize(
        ("kind", "colour"), [(DifferenceKind.altered, ALTERED), (DifferenceKind.hidden, HIDDEN)]
    )
    def test_a_region_is_hatched_in_its_colour(
        self, kind: DifferenceKind, colour: tuple[int, int, int]
    ) -> None:
        plain, shown = self.shown(kind)
        near = (np.abs(shown - np.array(colour)).max(axis=2) < 70).astype(float)
        assert 0.08 < near[110:280, 120:280].mean() < 0.45
        assert np.abs(shown - plain)[330:470, 20:620].mean() < 5

    def test_without_an_outline_there_is_nothing_to_draw(self) -> None:
        registered = jpegs()[1]
        found = replace(UNVERIFIED, mapping=row_by_row(np.eye(3)), points=((1.0, 1.0, 1.0, 1.0),))
        told = [Difference(DifferenceKind.mirrored, "Mirrored.")]
        with pytest.raises(EvidenceUnavailable, match="outline"):
            evidence_image(registered, registered, found, EvidenceKind.differences, told)
        assert EvidenceKind.differences not in evidence_kinds(found, told)
        assert EvidenceKind.differences in evidence_kinds(
            found, [Difference(DifferenceKind.cropped, "Cut.", 0.5, self.corners)]
        )
        assert evidence_kinds(UNVERIFIED, told) == ()

    def test_they_are_looked_for_where_nobody_says_them(self, sight: Sight) -> None:
        searched, registered = jpegs()
        found = candidate_of(sight, searched, registered)
        painted = decode(searched).copy()
        painted[120:300, 150:330] = (90, 70, 50)
        picture = evidence_image(encode_rgb(painted, 95), registered, found, EvidenceKind.differences)
        shown = decode(picture).astype(int)
        assert (np.abs(shown - np.array(ALTERED)).max(axis=2) < 60).mean() > 0.01


class TestUnavailable:
    @pytest.mark.parametrize("kind", EvidenceKind)
    @pytest.mark.parametrize("mapping", [(0.0,) * 9, (float("nan"),) * 9, (1.0, 1.0, 0.0) * 3])
    def test_a_mapping_that_leads_nowhere_is_drawn_by_nobody(
        self, sight: Sight, kind: EvidenceKind, mapping: Homography
    ) -> None:
        searched, registered = jpegs()
        found = replace(candidate_of(sight, searched, registered), mapping=mapping)
        with pytest.raises(EvidenceUnavailable):
            evidence_image(searched, registered, found, kind)

    @pytest.mark.parametrize("kind", EvidenceKind)
    def test_without_a_mapping_there_is_nothing_to_draw(self, sight: Sight, kind: EvidenceKind) -> None:
        searched, registered = jpegs()
        with pytest.raises(EvidenceUnavailable, match="nothing to draw"):
            evidence_image(searched, registered, UNVERIFIED, kind)
        pointless = replace(candidate_of(sight, searched, registered), points=())
        with pytest.raises(EvidenceUnavailable):
            evidence_image(searched, registered, pointless, kind)

    @pytest.mark.parametrize("kind", EvidenceKind)
    def test_what_is_no_photo_is_an_error(self, sight: Sight, kind: EvidenceKind) -> None:
        searched, registered = jpegs()
        found = candidate_of(sight, searched, registered)
        for broken in ((b"", registered), (searched, b"no photo")):
            with pytest.raises(NotReadable):
                evidence_image(*broken, found, kind)

    @pytest.mark.parametrize("kind", [each for each in EvidenceKind if each is not EvidenceKind.differences])
    def test_the_same_evidence_gives_the_same_picture(self, sight: Sight, kind: EvidenceKind) -> None:
        searched, registered = jpegs()
        found = candidate_of(sight, searched, registered)
        assert evidence_image(searched, registered, found, kind) == evidence_image(
            searched, registered, found, kind
        )


class TestWords:
    def told(self, inliers: int, verdict: Verdict, spread: float = 0.421) -> str:
        mapping = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
        return explain.describe(
            replace(UNVERIFIED, inliers=inliers, verdict=verdict, spread=spread, mapping=mapping)
        )

    def test_each_verdict_has_words_of_its_own(self) -> None:
        match, possible, none = (
            self.told(24, Verdict.match),
            self.told(12, Verdict.possible),
            self.told(11, Verdict.none),
        )
        assert "hardly ever" in match
        assert "by eye" in possible
        assert "by chance" in none
        assert "do not lie" in explain.describe(UNVERIFIED)
        assert len({match, possible, none, explain.describe(UNVERIFIED)}) == 4

    def test_one_that_is_likely_and_below_the_level_is_not_called_chance(self) -> None:
        found = replace(UNVERIFIED, inliers=30, mapping=row_by_row(np.eye(3)), probability=0.6)
        assert "too little to alert at this level" in explain.describe(found)
        assert "chance" not in explain.describe(found)

    def test_how_much_looks_the_same_is_said_where_it_was_compared(self) -> None:
        found = replace(UNVERIFIED, inliers=30, mapping=row_by_row(np.eye(3)))
        assert "look the same in 93 % of" in explain.describe(replace(found, alike=0.93))
        assert "look the same in only 18 % of" in explain.describe(replace(found, alike=0.18))
        assert "look the same" not in explain.describe(found)

    def test_a_mirror_image_is_called_one(self) -> None:
        found = replace(UNVERIFIED, inliers=30, verdict=Verdict.match, mapping=row_by_row(np.eye(3)))
        assert explain.describe(replace(found, mirrored=True)).startswith("The photo shows it mirrored")
        assert "mirrored" not in explain.describe(found)

    def test_one_that_another_explains_better_is_called_that_whatever_its_points(self) -> None:
        found = replace(
            UNVERIFIED, inliers=30, verdict=Verdict.none, mapping=row_by_row(np.eye(3)), outdone=True
        )
        assert "Another registered object agrees far better" in explain.describe(found)
        assert "chance" not in explain.describe(found)

    def test_one_that_alerts_by_its_looks_alone_says_so(self) -> None:
        assert "resemble each other" in explain.describe(replace(UNVERIFIED, verdict=Verdict.possible))
        assert "resemble" not in explain.describe(UNVERIFIED)

    def test_points_at_the_edge_are_called_that_whatever_else_is_known(self) -> None:
        found = replace(
            UNVERIFIED,
            inliers=30,
            verdict=Verdict.possible,
            mapping=row_by_row(np.eye(3)),
            clues={"agrees": 0.0},
        )
        assert "at the edge alone" in explain.describe(found)
        assert "resemble each other" in explain.describe(found)
        assert "resemble" not in explain.describe(replace(found, verdict=Verdict.none))
        assert "edge" not in explain.describe(replace(found, clues={"agrees": 1.0}))

    def test_parts_and_solid_objects_are_called_that(self) -> None:
        part = Part(row_by_row(np.eye(3)), ((1.0, 1.0, 1.0, 1.0),))
        found = replace(UNVERIFIED, inliers=30, verdict=Verdict.match, mapping=row_by_row(np.eye(3)))
        assert "in 3 parts" in explain.describe(replace(found, more=(part, part)))
        assert "parts" not in explain.describe(found)
        solid = explain.describe(replace(found, more=(part, part), solid=True))
        assert "not flat" in solid
        assert "3 parts" not in solid

    def test_they_name_the_points_and_their_share(self) -> None:
        assert self.told(187, Verdict.match).startswith(
            "187 points of the photo lie where the registered photo has them, across 42 % of it."
        )
        assert "across 100 % of it" in self.told(30, Verdict.match, 1.0)
        assert "across 1 % of it" in self.told(30, Verdict.match, 0.01)
        assert "across less than a hundredth of it" in self.told(30, Verdict.match, 0.0099)


def test_the_mapping_of_the_evidence_is_the_one_the_photo_was_taken_by(sight: Sight) -> None:
    found = candidate_of(sight, *jpegs())
    back = np.array(found.mapping).reshape(3, 3)
    grid = np.array([[x, y] for x in (100, 320, 540) for y in (80, 240, 400)], float)
    there_and_back = maps.apply(back, maps.apply(SEEN, grid))
    np.testing.assert_allclose(there_and_back, grid, atol=2)
