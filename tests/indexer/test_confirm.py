"""Confirmation: registered photos are laid under the searched one, and what can't be had is no reason to be silent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest
from structlog.testing import capture_logs

from data.photos import PhotoMissing
from indexer.compare import Confirmation, Evidence, Place, hull
from indexer.confirm import CONFIRMED, confirm
from indexer.decide import Verdict
from models.agreement import Agreement
from models.pixels import decode
from models.verify import Part, Verification
from tests.indexer.workbench import HEIGHT, WIDTH, Workbench, again, drawn

CORNERS = np.array([[5, 5], [WIDTH - 5, 5], [WIDTH - 5, HEIGHT - 5], [5, HEIGHT - 5]], np.float64)


def evidence(mapping: np.ndarray | None = None, *, telling: float = 4.0, solid: bool = False) -> Evidence:
    """Four points that agree by a mapping; the photos lie on each other without one."""
    mapping = np.eye(3) if mapping is None else mapping
    there = cv2.perspectiveTransform(CORNERS[None], np.linalg.inv(mapping) * 1.0)[0]
    place = Place(mapping, np.hstack([there, CORNERS]), hull(there))
    found = Verification((Part(np.zeros((4, 2), np.int32), mapping),), 9, 0.5, solid)
    return Evidence(found, telling, mirrored=False, places=(place,), agreement=Agreement(9, 4, 3, 1))


def stored(one: int) -> bytes:
    return drawn(one)


def never(one: int) -> bytes:
    raise AssertionError(f"photograph {one} was asked for")


def told(photo: int, one: int, found: Evidence) -> Confirmation | None:
    return confirm(decode(drawn(photo)), {one: found}, stored)[one].confirmation


class TestAlike:
    def test_the_same_picture_shows_the_same_all_over(self) -> None:
        found = told(3, 3, evidence())
        assert found is not None
        assert found.alike > 0.95
        assert found.area > 0.4

    def test_another_picture_in_its_place_does_not(self) -> None:
        found = told(4, 3, evidence())
        assert found is not None
        assert found.alike < 0.35

    def test_a_mapping_that_leads_elsewhere_shows_something_else(self) -> None:
        aside = np.array([[1, 0, WIDTH / 3], [0, 1, 0], [0, 0, 1]], np.float64)
        found = told(3, 3, evidence(aside))
        assert found is not None
        assert found.alike < 0.35

    def test_half_the_picture_counts_as_half_of_the_area(self) -> None:
        whole, half = decode(drawn(3)), decode(drawn(3))
        half[:, WIDTH // 2 :] = decode(drawn(4))[:, WIDTH // 2 :]
        both = [confirm(photo, {3: evidence()}, stored)[3].confirmation for photo in (whole, half)]
        assert both[0] is not None
        assert both[1] is not None
        assert 0.3 < both[1].alike < 0.7
        assert both[1].area < 0.7 * both[0].area

    def test_nothing_but_the_comparison_is_changed(self) -> None:
        before = evidence()
        after = confirm(decode(drawn(3)), {3: before}, stored)[3]
        assert after.laid is not None
        assert replace(after, confirmation=None) == before


class TestWhatIsCompared:
    def test_those_with_the_most_telling_points(self) -> None:
        given = {one: evidence(telling=one) for one in range(1, CONFIRMED + 4)}
        found = confirm(decode(drawn(1)), given, lambda one: drawn(1))
        assert list(found) == list(given)
        assert [one for one, each in found.items() if each.confirmation is None] == [1, 2, 3]

    @pytest.mark.parametrize(
        "found", [evidence(solid=True), replace(evidence(), places=())], ids=["solid", "no mapping"]
    )
    def test_nothing_without_a_plane(self, found: Evidence) -> None:
        assert confirm(decode(drawn(3)), {3: found}, never) == {3: found}

    def test_nothing_at_all(self) -> None:
        assert confirm(decode(drawn(3)), {}, never) == {}


def missing(one: int) -> bytes:
    raise PhotoMissing("0" * 64)


@pytest.mark.parametrize(
    "picture", [missing, lambda _: b"", lambda _: drawn(3)[:300]], ids=["missing", "empty", "torn"]
)
class TestNotToBeHad:
    def test_what_agreed_stays_and_the_log_tells(self, picture: Callable[[int], bytes]) -> None:
        given = {3: evidence()}
        with capture_logs() as logs:
            assert confirm(decode(drawn(3)), given, picture) == given
        assert [(each["event"], each["photograph"]) for each in logs] == [
            ("a registered photo could not be compared", 3)
        ]


@pytest.mark.parametrize(
    "mapping",
    [np.zeros((3, 3)), np.full((3, 3), np.nan), np.diag([1e-9, 1e-9, 1.0])],
    ids=["flat", "not finite", "to a point"],
)
def test_a_mapping_that_leads_nowhere_stays_unconfirmed(mapping: np.ndarray) -> None:
    place = replace(evidence().places[0], mapping=mapping)
    given = {3: replace(evidence(), places=(place,))}
    found = confirm(decode(drawn(3)), given, stored)[3]
    assert found.confirmation is None or found.confirmation.alike < 0.5


class TestSearch:
    def test_a_candidate_tells_how_much_looks_the_same(self, indexed: Workbench) -> None:
        first, *others = indexed.engine().search([again(2)]).candidates
        assert first.alike is not None
        assert first.alike > 0.9
        assert first.clues["alike"] == first.alike
        assert all(one.alike is None for one in others if one.mapping is None)

    def test_a_lost_photo_is_found_all_the_same(self, indexed: Workbench) -> None:
        engine = indexed.engine()
        indexed.stored(2).unlink()
        with capture_logs() as logs:
            answer = engine.search([again(2)])
        first = answer.candidates[0]
        assert (first.object_id, first.alike) == (2, None)
        assert answer.verdict is not Verdict.none
        assert logs[0]["event"] == "a registered photo could not be compared"

    def test_its_time_is_told(self, indexed: Workbench) -> None:
        assert indexed.engine().search([again(2)]).steps_ms["confirmation"] > 0
