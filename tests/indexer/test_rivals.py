"""Two objects that claim the same part of a photo: the far weaker claim is doubted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from indexer.compare import Evidence, Place, hull, weigh_rivals
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


def told(found: dict[int, Evidence], objects: dict[int, int] | None = None) -> dict[int, float]:
    """What is told after rivals were weighed; each photograph shows an object of its own unless said."""
    weighed = weigh_rivals(found, objects or {one: one for one in found})
    return {one: each.weighed for one, each in weighed.items()}


class TestRivals:
    def test_a_far_weaker_claim_on_the_same_part_is_doubted(self) -> None:
        found = {1: evidence(100), 2: evidence(30)}
        assert told(found) == {1: 100, 2: pytest.approx(30 * 30 / 50)}
        weighed = weigh_rivals(found, {1: 1, 2: 2})
        assert (weighed[1].outdone, weighed[2].outdone) == (False, True)

    def test_an_object_registered_twice_is_not(self) -> None:
        assert told({1: evidence(100), 2: evidence(55)}) == {1: 100, 2: 55}

    def test_another_photograph_of_the_same_object_is_not(self) -> None:
        assert told({1: evidence(100), 2: evidence(15)}, {1: 8, 2: 8}) == {1: 100, 2: 15}

    def test_another_work_in_the_same_photo_is_not(self) -> None:
        assert told({1: evidence(100), 2: evidence(15, RIGHT)}) == {1: 100, 2: 15}

    def test_a_claim_that_holds_the_stronger_one_as_a_part_is_not(self) -> None:
        whole = evidence(15, (0.0, 0.0, 400.0, 300.0))
        assert told({1: evidence(100, (150.0, 100.0, 250.0, 200.0)), 2: whole}) == {1: 100, 2: 15}

    def test_the_strongest_rival_counts_not_one_that_is_doubted_itself(self) -> None:
        assert told({1: evidence(200), 2: evidence(40), 3: evidence(30)}) == {
            1: 200,
            2: pytest.approx(16),
            3: pytest.approx(9),
        }

    def test_what_has_no_mapping_neither_doubts_nor_is_doubted(self) -> None:
        assert told({1: evidence(100, mapped=False), 2: evidence(30)}) == {1: 100, 2: 30}
        assert told({1: evidence(100), 2: evidence(0, mapped=False)}) == {1: 100, 2: 0}
        assert told({}) == {}

    def test_the_order_of_what_is_given_changes_nothing(self) -> None:
        found = {3: evidence(30), 1: evidence(100), 2: evidence(100)}
        turned = dict(reversed(list(found.items())))
        assert told(found) == told(turned)
