"""Which objects have a usable picture: counted with the index, on every search."""

from __future__ import annotations

import datetime as dt

import pytest

from data.object_id import ObjectRecord
from data.registered import PhotographRef, RegisterCount, RegisterSnapshot
from data.source_registers import SourceRegister, SourceRegisters
from indexer.pictures import usable_pictures
from tests.indexer.workbench import Workbench, again, manifest_of

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def count(key: str, objects: int, pictured: int) -> RegisterCount:
    return RegisterCount(key, key, objects, pictured, pictured, objects - pictured, None, NOW)


@pytest.mark.parametrize(
    ("searched", "unfound", "counts"),
    [
        ({10, 11, 12, 13}, set(), [1, 2]),
        ({11, 12, 13}, set(), [1, 2]),  # another photograph of object 1 is searched
        ({12, 13}, {1}, [2, 2]),
        ({10, 11}, {2, 3}, [2, 3]),
        (set(), {1, 2, 3}, [3, 3]),
    ],
)
def test_an_object_is_pictureless_if_none_of_its_photographs_is_searched(
    searched: set[int], unfound: set[int], counts: list[int]
) -> None:
    refs = [
        PhotographRef(10, 1, "a"),
        PhotographRef(11, 1, "b"),
        PhotographRef(12, 2, "c", 2),
        PhotographRef(13, 3, "d", 1),
    ]
    snapshot = RegisterSnapshot(1, 6, 3, 4, NOW, 3, (count("own", 3, 2), count("other", 3, 1)))
    told, without = usable_pictures(snapshot, refs, searched)
    assert without == unfound
    assert [one.without_usable_picture for one in told.registers] == counts
    assert told.without_usable_picture == sum(counts)


def test_a_search_says_what_no_photo_can_find(indexed: Workbench) -> None:
    other = SourceRegister(key="other", name="Other")
    SourceRegisters(indexed.register.database).add(other)
    indexed.register.report(ObjectRecord(title="No photograph"), source_register="other")
    broken = indexed.report(4)
    indexed.stored(broken).write_bytes(b"")
    engine = indexed.engine()
    covered = engine.search([again(2)]).covered
    assert (covered.objects, covered.objects_with_photographs, covered.without_usable_picture) == (5, 4, 2)
    assert [(one.key, one.objects, one.without_usable_picture) for one in covered.registers] == [
        ("own", 4, 1),
        ("other", 1, 1),
    ]
    assert engine.unfound() == {broken}
    indexed.index()
    engine.refresh()
    assert engine.search([again(2)]).covered.registers == covered.registers
    assert manifest_of(indexed.served())["register"]["without_usable_picture"] == 2
    assert indexed.generation().snapshot.registers == covered.registers
    indexed.withdraw(broken)
    engine.refresh()
    assert engine.search([again(2)]).covered.without_usable_picture == 1
    assert engine.unfound() == frozenset()


def test_without_an_index_nothing_is_known_of_pictures(bench: Workbench) -> None:
    bench.report(1)
    assert bench.engine().unfound() == frozenset()
