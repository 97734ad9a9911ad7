"""What differs between two photos is told where it is, and nothing is told where nothing differs."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from indexer import differ
from indexer.aligned import Unmappable, lay, placed
from indexer.answer import Candidate
from indexer.decide import Verdict
from indexer.differ import Difference, DifferenceKind, differences
from indexer.part import Homography, Part
from indexer.sameness import lay_over
from models import mapping as maps
from models.pixels import NotReadable, decode, encode
from tests.drawing import Pixels, draw_pixels

WIDTH, HEIGHT = 640, 480
# from the registered photo to the searched one: smaller, turned, seen from the side
SEEN = np.array([[0.75, -0.09, 60], [0.07, 0.72, 30], [4e-5, 2e-5, 1]])


def row_by_row(mapping: npt.NDArray[np.floating]) -> Homography:
    a, b, c, d, e, f, g, h, i = np.asarray(mapping, float).ravel().tolist()
    return a, b, c, d, e, f, g, h, i


def registered(seed: int = 5) -> Pixels:
    return np.asarray(draw_pixels(seed, WIDTH, HEIGHT)[:, :, ::-1], np.uint8).copy()


def photographed(work: Pixels, mapping: maps.Floats = SEEN, size: tuple[int, int] = (620, 460)) -> Pixels:
    """A photo of a work: from the side, darker, unevenly lit, blurred, noisy."""
    seen = cv2.warpPerspective(work, mapping, size, borderValue=(120, 126, 130)).astype(float)
    light = np.linspace(0.7, 0.95, size[0])[None, :, None]
    rng = np.random.default_rng(7)
    taken = cv2.GaussianBlur(seen * light + 6, (0, 0), 0.9) + rng.normal(0, 2.5, seen.shape)
    return np.asarray(np.clip(taken, 0, 255), np.uint8)


def candidate(mapping: maps.Floats = SEEN, size: tuple[int, int] = (WIDTH, HEIGHT)) -> Candidate:
    """The candidate of a photo that was taken by this mapping."""
    there = np.random.default_rng(1).uniform((20, 20), np.array(size) - 20, (80, 2))
    here = maps.apply(mapping, there)
    return Candidate(
        photograph_id=7,
        object_id=3,
        log_odds=9.0,
        score=0.9,
        probability=0.999,
        verdict=Verdict.match,
        votes=12.0,
        inliers=80,
        inlier_share=0.5,
        spread=0.8,
        photo=0,
        mapping=row_by_row(np.linalg.inv(mapping)),
        points=tuple(tuple(row) for row in np.concatenate([here, there], axis=1).tolist()),
    )


def told(searched: Pixels, work: Pixels, found: Candidate | None = None) -> dict[DifferenceKind, Difference]:
    """What differs, each kind once: the first of it."""
    listed = differences(encode(searched, 92), encode(work, 92), found or candidate())
    return {each.kind: each for each in reversed(listed)}


def grey(photo: Pixels, tone: tuple[float, float, float] = (1, 1, 1)) -> Pixels:
    plain = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY).astype(float)[:, :, None]
    return np.asarray(np.clip(plain * tone, 0, 255), np.uint8)


def mask(difference: Difference) -> np.ndarray:
    filled = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.fillPoly(filled, [np.rint(np.array(difference.outline)).astype(np.int32)], 1)
    return filled > 0


@pytest.mark.parametrize("seed", range(30, 42))
def test_another_photo_of_the_whole_differs_in_nothing(seed: int) -> None:
    work = registered(seed)
    assert told(photographed(work), work) == {}


class TestColour:
    @pytest.mark.parametrize("tone", [(1.0, 1.0, 1.0), (1.0, 0.92, 0.72), (0.8, 0.9, 1.0)])
    def test_a_black_and_white_or_toned_photo_is_called_that(self, tone: tuple[float, float, float]) -> None:
        work = registered()
        found = told(grey(photographed(work), tone), work)
        assert set(found) == {DifferenceKind.monochrome}
        assert "Your photo is black and white" in found[DifferenceKind.monochrome].words

    def test_a_yellowed_leaf_with_a_stain_is_toned_too(self) -> None:
        work = registered()
        leaf = grey(photographed(work), (1.0, 0.93, 0.75)).astype(float)
        leaf[:, :200] *= (0.97, 0.94, 0.9)
        assert DifferenceKind.monochrome in told(np.asarray(leaf, np.uint8), work)

    def test_the_other_way_round(self) -> None:
        work = registered()
        assert set(told(photographed(work), grey(work, (1.0, 0.95, 0.85)))) == {DifferenceKind.colour}

    def test_a_dark_photo_is_in_colour(self) -> None:
        work = registered()
        dark = np.asarray(photographed(work) * 0.3, np.uint8)
        assert not {DifferenceKind.monochrome, DifferenceKind.colour} & set(told(dark, work))

    def test_two_photos_without_colours_do_not_differ_in_them(self) -> None:
        work = grey(registered())
        assert told(grey(photographed(work), (1.0, 0.9, 0.7)), work) == {}


def test_a_mirror_image_is_called_one() -> None:
    work = registered()
    flip = np.array([[-1.0, 0, 620], [0, 1, 0], [0, 0, 1]])
    photo = np.ascontiguousarray(photographed(work)[:, ::-1])
    found = told(photo, work, replace(candidate(flip @ SEEN), mirrored=True))
    assert set(found) == {DifferenceKind.mirrored}


class TestCropped:
    @pytest.mark.parametrize(
        ("box", "words"),
        [
            ((0, 0, 400, 480), "its right edge is missing"),
            ((240, 180, 640, 480), "its left and top edges are missing"),
            ((180, 120, 500, 400), "its edges are missing all round"),
        ],
    )
    @pytest.mark.parametrize("on_ground", [True, False])
    def test_the_share_and_the_sides(
        self, box: tuple[int, int, int, int], words: str, on_ground: bool
    ) -> None:
        work = registered()
        left, top, right, bottom = box
        if on_ground:  # cut out, and lying on something that has a grain of its own
            grain = cv2.GaussianBlur(np.random.default_rng(6).normal(0, 60, (HEIGHT, WIDTH)), (9, 3), 0)
            ground = np.asarray(np.clip(np.array([150, 110, 70]) + grain[:, :, None], 0, 255), np.uint8)
            ground[top:bottom, left:right] = work[top:bottom, left:right]
            photo, found = photographed(ground), candidate()
        else:
            moved = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1]], float)
            photo = photographed(work, moved, (right - left, bottom - top))
            found = candidate(moved)
        differ = told(photo, work, found)
        cropped = differ[DifferenceKind.cropped]
        share = (right - left) * (bottom - top) / (WIDTH * HEIGHT)
        assert cropped.share == pytest.approx(share, abs=0.1)
        assert f"about {round((cropped.share or 0) * 100)} %" in cropped.words
        assert words in cropped.words
        inside = np.zeros((HEIGHT, WIDTH), np.bool_)
        inside[top:bottom, left:right] = True
        assert (mask(cropped) & inside).sum() > 0.7 * (mask(cropped) | inside).sum()


class TestAltered:
    def painted(self, work: Pixels, box: tuple[int, int, int, int]) -> Pixels:
        left, top, right, bottom = box
        over = work.copy()
        strokes = np.random.default_rng(3).normal(0, 9, (bottom - top, 1, 1))
        over[top:bottom, left:right] = np.clip(np.array([96, 80, 60]) + strokes, 0, 255)
        return over

    @pytest.mark.parametrize(
        ("box", "where"),
        [
            ((230, 150, 410, 330), "In the middle"),
            ((30, 40, 200, 170), "At the top left"),
            ((430, 170, 610, 310), "At the right"),
        ],
    )
    def test_a_region_that_was_painted_over_is_told_and_outlined(
        self, box: tuple[int, int, int, int], where: str
    ) -> None:
        work = registered()
        found = told(photographed(self.painted(work, box)), work)
        assert set(found) == {DifferenceKind.altered}
        altered = found[DifferenceKind.altered]
        assert altered.words.startswith(where)
        inside = np.zeros((HEIGHT, WIDTH), np.bool_)
        inside[box[1] : box[3], box[0] : box[2]] = True
        assert altered.share == pytest.approx(inside.mean(), rel=0.5)
        assert (mask(altered) & inside).sum() > 0.5 * (mask(altered) | inside).sum()

    def test_it_is_told_of_a_black_and_white_photo_too(self) -> None:
        work = registered()
        photo = grey(photographed(self.painted(work, (230, 150, 410, 330))))
        assert set(told(photo, work)) == {DifferenceKind.monochrome, DifferenceKind.altered}

    def test_a_bright_reflection_is_not_called_paint(self) -> None:
        work = np.asarray(registered() * 0.5, np.uint8)
        photo = photographed(work).astype(float)
        rows, columns = np.indices(photo.shape[:2])
        veil = 400 * np.exp(-((rows - 200) ** 2 + (columns - 300) ** 2) / (2 * 45**2))
        found = told(np.asarray(np.clip(photo + veil[:, :, None], 0, 255), np.uint8), work)
        assert set(found) == {DifferenceKind.hidden}
        assert "reflection" in found[DifferenceKind.hidden].words

    def test_of_a_solid_object_no_place_is_told(self) -> None:
        work = registered()
        photo = grey(photographed(self.painted(work, (230, 150, 410, 330))))
        assert set(told(photo, work, replace(candidate(), solid=True))) == {DifferenceKind.monochrome}

    def test_where_hardly_anything_agrees_nothing_is_told_of_the_rest(self) -> None:
        found = told(photographed(registered(6)), registered(5))
        assert not {DifferenceKind.altered, DifferenceKind.hidden} & set(found)


def test_panels_that_hang_elsewhere_differ_in_nothing() -> None:
    panels = [registered(seed)[:400, :300] for seed in (21, 22)]
    photos = []
    for gap in (20, 160):
        photo = np.full((440, 640 + gap, 3), 200, np.uint8)
        photo[20:420, 20:320], photo[20:420, 320 + gap : 620 + gap] = panels
        photos.append(photo)
    points = np.random.default_rng(2).uniform((30, 30), (300, 400), (40, 2))
    moved = points + np.array([320.0, 0])
    first = tuple(tuple(row) for row in np.concatenate([points, points], axis=1).tolist())
    second = np.concatenate([moved, moved + np.array([140.0, 0])], axis=1)
    shift = row_by_row(np.array([[1, 0, 140], [0, 1, 0], [0, 0, 1]], float))
    found = replace(
        candidate(),
        mapping=row_by_row(np.eye(3)),
        points=first,
        more=(Part(shift, tuple(tuple(row) for row in second.tolist())),),
    )
    assert told(photos[0], photos[1], found) == {}
    alone = told(photos[0], photos[1], replace(found, more=()))
    assert alone[DifferenceKind.cropped].share == pytest.approx(0.5, abs=0.15)


class TestHostile:
    def test_without_a_mapping_nothing_is_told(self) -> None:
        photo = encode(registered())
        assert differences(photo, photo, replace(candidate(), mapping=None)) == ()
        assert differences(photo, photo, replace(candidate(), points=())) == ()

    @pytest.mark.parametrize("size", [(1, 1), (1, 900), (40, 3)])
    @pytest.mark.parametrize("swap", [True, False])
    def test_tiny_photos_are_compared_or_not_but_never_fail(self, size: tuple[int, int], swap: bool) -> None:
        tiny, large = encode(np.full((*size, 3), 90, np.uint8)), encode(registered())
        differences(*((tiny, large) if swap else (large, tiny)), candidate())

    @pytest.mark.parametrize("level", [0, 128, 255])
    def test_photos_that_show_nothing(self, level: int) -> None:
        plain = np.full((HEIGHT, WIDTH, 3), level, np.uint8)
        for searched, work in ((plain, plain), (plain, registered()), (registered(), plain)):
            assert not {DifferenceKind.monochrome, DifferenceKind.colour} & set(told(searched, work))

    @pytest.mark.parametrize("numbers", [(0.0,) * 9, (float("inf"),) * 9, (1.0, 2.0, 3.0) * 3])
    def test_a_mapping_that_is_none_is_refused(self, numbers: Homography) -> None:
        photo = encode(registered())
        with pytest.raises(Unmappable):
            differences(photo, photo, replace(candidate(), mapping=numbers))

    @pytest.mark.parametrize("scale", [1e-9, 1e-4, 1e5])
    def test_a_mapping_beyond_reason_does_not_fail(self, scale: float) -> None:
        photo = encode(registered())
        differences(photo, photo, replace(candidate(), mapping=(scale, 0, 0, 0, scale, 0, 0, 0, 1.0)))

    def test_points_far_outside(self) -> None:
        photo = encode(registered())
        far = ((1e300, -1e300, 5.0, 5.0), (3.0, 3.0, 1e12, 1e12))
        differences(photo, photo, replace(candidate(), points=far, mapping=row_by_row(np.eye(3))))

    def test_what_is_no_photo_is_an_error(self) -> None:
        photo = encode(registered())
        for broken in ((b"", photo), (photo, b"no photo")):
            with pytest.raises(NotReadable):
                differences(*broken, candidate())

    def test_what_lies_behind_the_camera_is_not_laid_anywhere(self) -> None:
        tilted = np.array([[1, 0, 0], [0, 1, 0], [1 / 400, 0, 1]])
        parts = replace(
            candidate(), mapping=row_by_row(np.linalg.inv(tilted)), points=((80.0, 80.0, 100.0, 100.0),)
        )
        laid = lay(registered(), placed(parts.parts, 1.0, 1.0), (HEIGHT, WIDTH))
        rows, columns = np.indices((HEIGHT, WIDTH))
        here = maps.apply(tilted, np.stack([columns.ravel(), rows.ravel()], axis=1).astype(float))
        assert laid.covered.any()
        assert np.isfinite(here[laid.covered.ravel()]).all()


def test_photos_that_were_laid_on_each_other_are_not_laid_again(monkeypatch: pytest.MonkeyPatch) -> None:
    work = registered()
    pair = encode(photographed(grey(work))), encode(work)
    found = differences(*pair, candidate())
    laid = lay_over(decode(pair[0]), pair[1], candidate().parts)
    monkeypatch.setattr(differ, "lay_over", None)
    assert differences(*pair, replace(candidate(), laid=laid)) == found != ()


def test_the_same_photos_differ_in_the_same_every_time() -> None:
    work = registered()
    pair = encode(photographed(work)), encode(grey(work))
    assert differences(*pair, candidate()) == differences(*pair, candidate())
