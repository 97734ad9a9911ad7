"""Words find the photographs that look like them, of what may be found at that moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from data.object_id import ObjectRecord
from data.register import NewPhotograph
from data.safe_photo import SafePhoto
from indexer.sight import Sight
from indexer.vectors.index import IndexUnusable
from indexer.words import PHOTOGRAPHS_AN_OBJECT, WordsUnknown
from models.descriptor import WordDescriptor
from models.pixels import decode
from tests.colours import MeanColour, colour_sight, coloured
from tests.indexer.workbench import Workbench, workbench

RED, GREEN, BLUE, REDDISH = (220, 20, 20), (20, 220, 20), (20, 20, 220), (220, 90, 20)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """An empty register, seen with a descriptor that knows the words red, green and blue."""
    with workbench(tmp_path) as opened:
        yield replace(opened, sight=colour_sight())


def report(bench: Workbench, *photos: SafePhoto) -> int:
    record = ObjectRecord.model_validate({"title": "Thing"})
    return bench.register.report(record, [NewPhotograph(photo) for photo in photos]).id


def objects(bench: Workbench, text: str, limit: int = 100) -> list[int]:
    return [each.object_id for each in bench.engine().by_words().search(text, limit)]


def test_the_photographs_most_like_the_words_come_first(bench: Workbench) -> None:
    red, green, blue, reddish = (report(bench, coloured(*each)) for each in (RED, GREEN, BLUE, REDDISH))
    bench.index()
    assert objects(bench, "red")[:2] == [red, reddish]
    assert objects(bench, "green")[:2] == [green, reddish]
    assert objects(bench, "blue")[0] == blue
    assert objects(bench, "red green")[0] == reddish
    assert set(objects(bench, "red")) == {red, green, blue, reddish}
    assert objects(bench, "red", 1) == [red]


def test_likeness_is_the_inner_product(bench: Workbench) -> None:
    photo = coloured(*REDDISH)
    made = report(bench, photo)
    bench.index()
    (found,) = bench.engine().by_words().search("green")
    descriptor = MeanColour()
    wanted = float((descriptor.describe([decode(photo.jpeg)]) @ descriptor.describe_words(["green"]).T)[0, 0])
    assert (found.object_id, found.photograph_id) == (made, bench.photograph(made))
    assert found.likeness == pytest.approx(wanted, abs=0.002)  # kept as float16


def test_an_object_is_found_once_by_its_best_photograph(bench: Workbench) -> None:
    several = report(bench, coloured(*BLUE), coloured(*RED), coloured(*REDDISH))
    other = report(bench, coloured(*REDDISH, seed=2))
    bench.index()
    search = bench.engine().by_words()
    assert [each.object_id for each in search.search("red")] == [several, other]
    assert search.search("red")[0].photograph_id == bench.photograph(several, 1)
    assert search.search("blue")[0].photograph_id == bench.photograph(several, 0)
    assert search.photographs == 4


def test_an_object_with_many_photographs_hides_no_other(bench: Workbench) -> None:
    many = report(bench, *(coloured(*RED, seed=seed) for seed in range(2 * PHOTOGRAPHS_AN_OBJECT + 1)))
    other = report(bench, coloured(*BLUE))
    bench.index()
    assert objects(bench, "red", 2) == [many, other]


def test_what_was_registered_since_is_found_too(bench: Workbench) -> None:
    reddish = report(bench, coloured(*REDDISH))
    bench.index()
    red = report(bench, coloured(*RED))
    search = bench.engine().by_words()
    assert [each.object_id for each in search.search("red")] == [red, reddish]
    assert (search.photographs, search.generation, search.covered.photographs) == (2, 1, 2)


def test_what_may_not_be_found_is_not(bench: Workbench) -> None:
    red, reddish = report(bench, coloured(*RED)), report(bench, coloured(*REDDISH))
    bench.index()
    engine = bench.engine()
    before = engine.by_words()
    bench.withdraw(red)
    engine.refresh()
    search = engine.by_words()
    assert [each.object_id for each in search.search("red")] == [reddish]
    assert (search.photographs, before.photographs) == (1, 2)
    unmarked = replace(bench.engine().by_words(), segments=(bench.generation().segment,))
    assert [each.object_id for each in unmarked.search("red")] == [reddish]
    bench.reinstate(red)
    engine.refresh()
    assert [each.object_id for each in engine.by_words().search("red")] == [red, reddish]


def test_a_model_without_words_says_so(bench: Workbench, sight: Sight) -> None:
    report(bench, coloured(*RED))
    blind = replace(bench, sight=sight)
    blind.index()
    search = blind.engine().by_words()
    assert not search.knows_words
    assert not isinstance(sight.descriptor, WordDescriptor)
    assert search.model == sight.descriptor.card.id
    with pytest.raises(WordsUnknown, match="no words"):
        search.search("red")


def test_without_an_index_or_a_limit_it_refuses_and_an_empty_index_finds_nothing(bench: Workbench) -> None:
    with pytest.raises(IndexUnusable, match="No index"):
        bench.engine().by_words()
    bench.index()
    search = bench.engine().by_words()
    assert (search.search("red"), search.photographs) == ((), 0)
    with pytest.raises(ValueError, match="at least one"):
        search.search("red", 0)


def test_the_stub_is_a_descriptor_that_knows_words() -> None:
    assert isinstance(MeanColour(), WordDescriptor)
    assert np.allclose(np.linalg.norm(MeanColour().describe_words(["red", "no colour", ""]), axis=1), 1)
    assert MeanColour().describe([]).shape == MeanColour().describe_words([]).shape == (0, 3)
