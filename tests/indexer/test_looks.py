"""A searched photo is looked at closer where nothing sure was found, and only there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from threading import Event

import cv2
import numpy as np
import pytest

from indexer import looks, search
from indexer.compare import Ballot, Evidence, Place, hull
from indexer.decide import Verdict
from indexer.engine import Engine
from indexer.looks import (
    EXPLAINED,
    REGIONS,
    TURNED_SIDE,
    VIEW_SIDE,
    begin_looks,
    begin_mirrored_look,
    begin_region_looks,
    begun,
    closer_views,
    explained,
    fills,
    gathered,
    unexplained,
)
from indexer.sight import COARSE, FINE, LOOKS, WHOLE, Sight
from indexer.steps import Steps
from indexer.verifying import Among, verify
from models.agreement import Agreement
from models.card import ModelUnusable
from models.keypoints import Look, RootSift, Seen
from models.pixels import Pixels, decode, encode, shrink
from models.regions import Region, RegionKind, find_regions
from models.verify import Part, Verification
from tests.indexer.workbench import HEIGHT, WIDTH, Workbench, again, drawn

PLACES = ((60, 60), (420, 260))
WALL = (205, 200, 190)
PATIENCE = 30.0


def wall(*seeds: int) -> Pixels:
    """Pictures of these seeds on a plain wall, each as large as it is registered."""
    scene = np.full((520, 720, 3), WALL, np.uint8)
    for seed, (x, y) in zip(seeds, PLACES, strict=False):
        shown = decode(drawn(seed))
        scene[y : y + shown.shape[0], x : x + shown.shape[1]] = shown
    return scene


def region(x: float, y: float, width: float, height: float) -> Region:
    corners = np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]], np.float64)
    return Region(corners, RegionKind.quadrilateral, 0.9)


def evidence(telling: float, x: float, y: float, width: float, height: float) -> Evidence:
    """A registered photo that lies over a rectangle of the searched one."""
    corners = region(x, y, width, height).corners
    place = Place(np.eye(3), np.concatenate([corners, corners], axis=1), hull(corners))
    parts = (Part(np.zeros((4, 2), np.int32), np.eye(3)),)
    return Evidence(Verification(parts, 4, 0.5), telling, False, (place,), Agreement(4, 4, 1, 1))


class TestUnexplained:
    PANEL = region(100, 100, 200, 100)

    def test_a_sure_find_that_fills_a_region_explains_it(self) -> None:
        assert unexplained([self.PANEL], explained({1: evidence(EXPLAINED, 100, 110, 220, 80)})) == []

    @pytest.mark.parametrize(
        "found",
        [
            evidence(EXPLAINED - 1, 90, 90, 220, 120),
            evidence(EXPLAINED, 110, 110, 40, 20),
            evidence(EXPLAINED, 310, 110, 150, 80),
            replace(evidence(EXPLAINED, 100, 110, 220, 80), rival=10 * EXPLAINED),
            replace(evidence(EXPLAINED, 100, 110, 220, 80), agreement=Agreement(4, 4, 1, 0)),
        ],
        ids=["unsure", "small", "elsewhere", "outdone", "at the edge"],
    )
    def test_anything_less_does_not(self, found: Evidence) -> None:
        assert unexplained([self.PANEL], explained({1: found})) == [self.PANEL]

    def test_without_a_find_all_are_left(self) -> None:
        panels = [region(10 * at, 0, 8, 8) for at in range(REGIONS + 2)]
        assert unexplained(panels, []) == panels
        assert unexplained([], []) == []

    def test_a_photo_is_filled_by_what_covers_most_of_it(self) -> None:
        photo = wall()
        most, half = (explained({1: evidence(EXPLAINED, 0, 0, width, 520)}) for width in (600, 360))
        assert fills(photo, most)
        assert not fills(photo, half)
        assert not fills(photo, [*half, *explained({1: evidence(EXPLAINED, 360, 0, 360, 520)})])
        assert not fills(photo, [])


class TestViews:
    def test_the_photo_is_turned_three_times_and_each_region_cut_out(self) -> None:
        photo = wall(1, 2)
        panels = [region(60, 60, 200, 150), region(420, 260, 200, 150)]
        turned, on_its_head, back, *cut_out = closer_views(photo, panels, turned=True)
        small = shrink(photo, TURNED_SIDE).picture
        for view, times in ((turned, 3), (on_its_head, 2), (back, 1)):
            np.testing.assert_array_equal(np.rot90(view, times), small)
        assert [max(view.shape[:2]) <= VIEW_SIDE for view in cut_out] == [True, True]
        alone = closer_views(photo, panels, turned=False)
        assert len(alone) == 2
        for view, other in zip(alone, cut_out, strict=True):
            np.testing.assert_array_equal(view, other)


class TestRegionLooks:
    def test_each_work_on_a_wall_leads_its_own_ballot_and_lies_where_it_hangs(
        self, indexed: Workbench, sight: Sight
    ) -> None:
        indexed.index()
        segment = indexed.generation().segment
        photo = wall(1, 2)
        found = [region(x - 4, y - 4, 208, 158) for x, y in PLACES]
        ballots = gathered(begin_region_looks(photo, found, [segment], sight), Steps())
        first = [segment.object_of(int(ballot.votes.photographs[0])) for ballot in ballots]
        assert first == [1, 2]
        for ballot, (x, y) in zip(ballots, PLACES, strict=True):
            assert (ballot.keypoints.width, ballot.keypoints.height) == (720, 520)
            assert len(ballot.common) == len(ballot.keypoints) > 25
            inside = (ballot.keypoints.points >= (x - 12, y - 12)) & (
                ballot.keypoints.points <= (x + 212, y + 162)
            )
            assert inside.all()

    def test_no_region_is_no_ballot(self, sight: Sight) -> None:
        assert gathered(begin_region_looks(wall(1), [], [], sight), Steps()) == []


class TestSearch:
    @pytest.fixture
    def engine(self, indexed: Workbench) -> Engine:
        indexed.index()
        return indexed.engine()

    def test_what_the_whole_photo_misses_its_region_finds(
        self, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        photo = encode(wall(1, 2))
        assert len(find_regions(decode(photo))) >= 2
        monkeypatch.setattr(search, "LISTED", 0)
        monkeypatch.setattr(looks, "resemble", lambda *_: {})
        found = [one for one in engine.search([photo]).candidates if one.verdict is Verdict.match]
        assert sorted(one.object_id for one in found) == [1, 2]
        for one in found:
            assert one.mapping is not None
            x, y = PLACES[one.object_id - 1]
            moved = np.array(one.mapping).reshape(3, 3) @ (x + 100, y + 75, 1)
            assert moved[:2] / moved[2] == pytest.approx((100, 75), abs=3)
        monkeypatch.setattr(search, "find_regions", lambda _: ())
        assert engine.search([photo]).verdict is Verdict.none

    def test_no_region_is_needed(self, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(search, "find_regions", lambda _: ())
        first = engine.search([again(2)]).candidates[0]
        assert (first.object_id, first.verdict) == (2, Verdict.match)

    def test_a_photo_that_is_explained_is_not_looked_at_again(
        self, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        large = cv2.resize(decode(drawn(2)), None, fx=2, fy=2)
        framed = cv2.copyMakeBorder(large, 60, 60, 60, 60, 0, value=WALL)
        assert find_regions(np.asarray(framed, np.uint8))
        photos = encode(np.asarray(framed, np.uint8)), encode(np.asarray(large, np.uint8))
        for name in ("begin_mirrored_look", "begin_region_looks", "closer_views"):
            monkeypatch.setattr(search, name, _refused)
        assert engine.search([photos[0]]).verdict is Verdict.match
        monkeypatch.setattr(
            search, "find_regions", lambda _: ()
        )  # what fills a photo without any explains it too
        assert engine.search([photos[1]]).verdict is Verdict.match

    def test_a_small_work_is_found_by_the_fine_look_which_follows_where_nothing_is_explained(
        self, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        room = np.random.default_rng(1).normal(WALL, 2, (1800, 2600, 3)).clip(0, 255).astype(np.uint8)
        room[700 : 700 + HEIGHT, 1200 : 1200 + WIDTH] = decode(drawn(2))
        monkeypatch.setattr(looks, "resemble", lambda *_: {})
        monkeypatch.setattr(search, "find_regions", lambda _: ())
        first = engine.search([encode(room)]).candidates[0]
        assert (first.object_id, first.verdict) == (2, Verdict.match)
        monkeypatch.setattr(search, "FINE", COARSE)
        assert engine.search([encode(room)]).verdict is not Verdict.match

    def test_an_explained_photo_is_not_looked_at_finely(
        self, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        taken: list[Look] = []
        look = RootSift.look

        def watched(extractor: RootSift, photo: Pixels, how: Look) -> Seen:
            taken.append(how)
            return look(extractor, photo, how)

        monkeypatch.setattr(RootSift, "look", watched)
        monkeypatch.setattr(search, "find_regions", lambda _: ())
        large = np.asarray(cv2.resize(decode(drawn(2)), None, fx=2, fy=2), np.uint8)
        assert engine.search([encode(large)]).verdict is Verdict.match
        assert sorted(taken, key=LOOKS.index) == [WHOLE, COARSE]
        taken.clear()
        engine.search([encode(wall(1))])
        assert sorted(taken, key=LOOKS.index) == [WHOLE, COARSE, FINE]

    @pytest.mark.parametrize("seen", [True, False], ids=["regions", "no regions"])
    def test_beside_a_work_that_is_found_a_mirrored_one_is_too(
        self, engine: Engine, monkeypatch: pytest.MonkeyPatch, seen: bool
    ) -> None:
        scene = wall(1, 2)
        x, y = PLACES[1]
        panel = scene[y : y + HEIGHT, x : x + WIDTH]
        panel[:] = panel[:, ::-1].copy()
        if not seen:
            monkeypatch.setattr(search, "find_regions", lambda _: ())
        found = [one for one in engine.search([encode(scene)]).candidates if one.verdict is Verdict.match]
        assert sorted((one.object_id, one.mirrored) for one in found) == [(1, False), (2, True)]

    def test_where_nothing_is_sure_all_that_were_listed_are_verified(
        self, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(looks, "resemble", lambda *_: {})
        monkeypatch.setattr(search, "find_regions", lambda _: ())
        monkeypatch.setattr(search, "UNITED", 0)
        first = engine.search([again(2)]).candidates[0]
        assert (first.object_id, first.verdict) == (2, Verdict.match)

    def test_a_few_points_do_not_keep_the_mirror_image_from_being_verified(
        self, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        few = evidence(EXPLAINED - 1, 0, 0, 60, 40)

        def weak(ballots: Sequence[Ballot], photographs: Iterable[int], among: Among) -> dict[int, Evidence]:
            found = verify(ballots, photographs, among)
            return {one: each if each.mirrored else few for one, each in found.items()}

        monkeypatch.setattr(search, "verify", weak)
        flipped = np.ascontiguousarray(decode(again(2))[:, ::-1])
        first = engine.search([encode(flipped)]).candidates[0]
        assert (first.object_id, first.mirrored, first.verdict) == (2, True, Verdict.match)

    def test_what_is_no_candidate_explains_nothing(
        self, indexed: Workbench, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked = []

        def watched(photo: Pixels, regions: Sequence[Region], *, turned: bool) -> list[Pixels]:
            asked.append(turned)
            return []

        monkeypatch.setattr(search, "closer_views", watched)
        photo = encode(cv2.resize(decode(drawn(2)), None, fx=2, fy=2).astype(np.uint8))
        segment, get = indexed.generation().segment, indexed.register.photos.get
        for hidden in ((), (2,)):
            search.search_photos([photo], [segment], indexed.sight, get, 10, Steps(), hidden)
        assert asked == [True], "only where it was hidden"

    def test_the_photo_is_turned_where_nothing_is_sure_and_only_there(
        self, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked = []

        def watched(photo: Pixels, regions: Sequence[Region], *, turned: bool) -> list[Pixels]:
            asked.append(turned)
            return closer_views(photo, regions, turned=turned)

        monkeypatch.setattr(search, "closer_views", watched)
        unknown = np.random.default_rng(3).integers(0, 255, (300, 400, 3), np.uint8)
        assert engine.search([encode(unknown)]).verdict is not Verdict.match
        assert engine.search([encode(wall(1))]).verdict is Verdict.match
        half = cv2.copyMakeBorder(decode(again(2)), 300, 0, 0, 0, cv2.BORDER_CONSTANT, value=WALL)
        monkeypatch.setattr(search, "find_regions", lambda _: ())
        assert engine.search([encode(np.asarray(half, np.uint8))]).verdict is Verdict.match
        assert asked == [True, False]

    def test_a_view_that_can_not_be_described_fails_the_search(
        self, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def failing(*_: object) -> None:
            raise ModelUnusable("The network can't be run.", "Restore it.")

        monkeypatch.setattr(looks, "resemble", failing)
        with pytest.raises(ModelUnusable):
            engine.search([again(1)])


def test_every_look_and_the_mirror_image_have_a_ballot(sight: Sight) -> None:
    looked = gathered(begin_looks(decode(again(1)), LOOKS, [], sight), Steps())
    whole, coarse, _ = looked
    (mirrored,) = gathered(begin_mirrored_look(whole.seen, coarse.seen, []), Steps())
    assert [each.ballot.mirrored for each in looked] == [False, False, False]
    assert not any(each.ballot.region for each in looked)
    assert [each.ballot.keypoints for each in looked] == [each.seen.keypoints for each in looked]
    assert [len(each.seen.keypoints) <= look.limit for each, look in zip(looked, LOOKS, strict=True)] == [
        True
    ] * 3
    assert (mirrored.mirrored, mirrored.region) == (True, False)
    assert mirrored.keypoints is whole.seen.mirrored


def _refused(*_: object, **__: object) -> None:
    raise AssertionError("nothing was left to look at")


class TestBegun:
    """What is begun goes on while something else is done, and comes back in order, as does what went wrong."""

    def test_it_is_waited_for_only_when_it_is_asked_for(self) -> None:
        under_way, go_on = Event(), Event()

        def doubled(number: int) -> int:
            under_way.set()
            assert go_on.wait(PATIENCE)
            return 2 * number

        made = begun(doubled, [3, 1, 2])
        assert under_way.wait(PATIENCE)
        go_on.set()
        assert list(made) == [6, 2, 4]

    def test_an_error_reaches_who_asks(self) -> None:
        made = begun(lambda number: 1 // number, [1, 0, 2])
        assert next(made) == 1
        with pytest.raises(ZeroDivisionError):
            next(made)
