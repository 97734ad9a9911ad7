"""Whether searches find exactly the visible objects, each by its own photos."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from data.object_id import SEARCHABLE
from data.register import RegisteredObject
from indexer.answer import Answer, Candidate
from indexer.decide import Verdict
from indexer.engine import Engine

Owners = Mapping[str, set[int]]
"""Ids of visible objects by the photographs that they have: SHA-256 of what arrived."""


def owners_of(objects: Iterable[RegisteredObject]) -> Owners:
    """What the register says is visible."""
    found: dict[str, set[int]] = {}
    for each in objects:
        for photograph in each.photographs if each.record.status in SEARCHABLE else ():
            found.setdefault(photograph.sha256, set()).add(each.id)
    return found


def holds(engine: Engine, owners: Owners, pictures: Mapping[str, bytes]) -> list[tuple[Candidate, ...]]:
    """Each picture surely finds those who have it and nobody else, and lists nobody who is not visible.

    pictures  JPEGs as the photo store has them, by SHA-256 of what arrived. Returns what each of them finds.
    """
    status = engine.status()
    assert status.pending == status.failed == 0
    assert status.photographs - status.tombstones + status.live == sum(map(len, owners.values()))
    visible: set[int] = set().union(*owners.values())
    found = []
    for sha256, jpeg in sorted(pictures.items()):
        answer = engine.search([jpeg])
        assert {one.object_id for one in answer.candidates} == visible
        assert sure(answer) == sorted(owners.get(sha256, ()))
        found.append(answer.candidates)
    return found


def sure(answer: Answer) -> list[int]:
    """The objects that a photo shows, as the search says, ascending; they are listed before all others."""
    found = [one.object_id for one in answer.candidates if one.verdict is not Verdict.none]
    assert found == [one.object_id for one in answer.candidates[: len(found)]]
    return sorted(found)
