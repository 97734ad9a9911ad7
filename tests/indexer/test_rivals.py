"""Two objects that claim the same part of a photo: each knows the other, and the far weaker one is outdone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from indexer.compare import RIVAL, Evidence, Place, hull, weigh_rivals
from models.agreement import Agreement
from models.verify import Part, Verification

LEFT, RIGHT = (0.0, 0.0, 100.0, 100.0), (200.0, 0.0, 300.0, 100.0)


def evidence(telling: float, box: Sequence[float] = LEFT, *, mapped: bool = True) -> Evidence:
    """So many telling points spread over a box of the searched photo."""
    left, top, right, bottom = box
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    points = np.array([(*corner, *corner) for corner in corners], np.float64)
    parts = (Part(np.zeros((4, 2), np.int32), np.eye(3)),) if mapped else ()
    places = (Place(np.eye(3), points, hull(points[:, :2])),) if mapped else ()
    found = Verification(parts, 4, 0.5)
    return Evidence(found, telling, mirrored=False, places=places, agreement=Agreement(4, 4, 1, 1))


def rivals(found: dict[int, Evidence], objects: dict[int, int] | None = None) -> dict[int, float]:
    """What each has for a rival; each photograph shows an object of its own unless said."""
    weighed = weigh_rivals(found, objects or {one: one for one in found})
    assert all(each.telling == found[one].telling for one, each in weighed.items())
    return {one: each.rival for one, each in weighed.items()}


def outdone(found: dict[int, Evidence]) -> list[int]:
    weighed = weigh_rivals(found, {one: one for one in found})
    return [one for one, each in weighed.items() if each.outdone]


class TestRivals:
    def test_a_far_weaker_claim_on_the_same_part_is_outdone(self) -> None:
        found = {1: evidence(100), 2: evidence(30)}
        assert rivals(found) == {1: 30, 2: 100}
        assert outdone(found) == [2]

    def test_an_object_registered_twice_is_not(self) -> None:
        found = {1: evidence(100), 2: evidence(55)}
        assert rivals(found) == {1: 55, 2: 100}
        assert outdone(found) == []

    @pytest.mark.parametrize(("telling", "wanted"), [(100 * RIVAL, []), (100 * RIVAL - 0.5, [2])])
    def test_it_takes_more_than_twice_the_points(self, telling: float, wanted: list[int]) -> None:
        assert outdone({1: evidence(100), 2: evidence(telling)}) == wanted

    def test_another_photograph_of_the_same_object_is_no_rival(self) -> None:
        assert rivals({1: evidence(100), 2: evidence(15)}, {1: 8, 2: 8}) == {1: 0, 2: 0}

    def test_another_work_in_the_same_photo_is_no_rival(self) -> None:
        assert rivals({1: evidence(100), 2: evidence(15, RIGHT)}) == {1: 0, 2: 0}

    def test_a_claim_that_holds_the_stronger_one_as_a_part_has_no_rival(self) -> None:
        found = {1: evidence(100, (150.0, 100.0, 250.0, 200.0)), 2: evidence(15, (0.0, 0.0, 400.0, 300.0))}
        assert rivals(found) == {1: 15, 2: 0}
        assert outdone(found) == []

    def test_the_strongest_rival_counts_not_one_that_is_outdone_itself(self) -> None:
        found = {1: evidence(200), 2: evidence(40), 3: evidence(30)}
        assert rivals(found) == {1: 40, 2: 200, 3: 200}
        assert outdone(found) == [2, 3]

    def test_what_has_no_mapping_neither_is_a_rival_nor_has_one(self) -> None:
        assert rivals({1: evidence(100, mapped=False), 2: evidence(30)}) == {1: 0, 2: 0}
        assert rivals({1: evidence(100), 2: evidence(0, mapped=False)}) == {1: 0, 2: 0}
        assert rivals({}) == {}

    def test_the_order_of_what_is_given_changes_nothing(self) -> None:
        found = {3: evidence(30), 1: evidence(100), 2: evidence(100)}
        turned = dict(reversed(list(found.items())))
        assert rivals(found) == rivals(turned) == {1: 100, 2: 100, 3: 100}
