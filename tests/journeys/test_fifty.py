"""The same photo, searched fifty times, gives byte-equal answers: alone, and while others search."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import cv2
import numpy as np
import pytest

from indexer.answer import Answer
from indexer.decide import Verdict
from indexer.engine import Engine
from models.pixels import Pixels, decode
from models.pixels import encode as encode_rgb
from tests.indexer.workbench import again, drawn, workbench
from tests.service.serving import Running, index, register_drawn, serving, settings_in

TIMES = 50
THREADS = 5
REGISTERED = 8
UNKNOWN = 90
OF_A_RECORD = ("id", "made_at", "evidence_until")
"""What a search record has of its own: its name, and when it was made and is forgotten."""


def two_works() -> bytes:
    """Two registered pictures and one that isn't on a wall: looks at regions, and parts that rival."""
    scene = np.full((420, 560, 3), (205, 200, 190), np.uint8)
    for seed, (x, y) in zip((1, 2, UNKNOWN), ((30, 30), (300, 40), (160, 235)), strict=True):
        shown = decode(drawn(seed))
        scene[y : y + shown.shape[0], x : x + shown.shape[1]] = shown
    return encode_rgb(scene)


def blurred(photo: Pixels) -> bytes:
    return encode_rgb(np.asarray(cv2.GaussianBlur(photo, (0, 0), 1.4), np.uint8))


ASKED: dict[str, tuple[bytes, ...]] = {
    "known": (again(3),),
    "unknown": (again(UNKNOWN),),
    "several works": (two_works(),),
    "several photos": (again(4), blurred(decode(again(4))), again(5)),
}
BUSY = (["known"] * (TIMES // 5) + list(ASKED)[1:]) * 5
"""The one photo fifty times, and others in between."""


def in_bytes(answer: Answer) -> bytes:
    """All of an answer but the time it took."""

    def plain(value: object) -> str:
        if isinstance(value, datetime):
            return value.isoformat()
        if isinstance(value, np.ndarray):  # how photos lie on each other
            return hashlib.sha256(value.tobytes()).hexdigest()
        raise TypeError(f"an answer holds a {type(value).__name__}")

    return json.dumps(asdict(replace(answer, steps_ms={})), default=plain).encode()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Over eight drawn objects, the last of them live beside the generation."""
    with workbench(tmp_path_factory.mktemp("fifty")) as bench:
        for seed in range(1, REGISTERED):
            bench.report(seed)
        bench.index()
        bench.report(REGISTERED)
        yield bench.engine()


def side_by_side(do: Callable[[str], bytes], asked: Sequence[str]) -> list[tuple[str, bytes]]:
    """What each was answered, from several threads at the same time."""
    with ThreadPoolExecutor(THREADS) as threads:
        return list(zip(asked, threads.map(do, asked), strict=True))


class TestEngine:
    def test_alone(self, engine: Engine) -> None:
        answers = [engine.search(ASKED["known"]) for _ in range(TIMES)]
        assert len({in_bytes(answer) for answer in answers}) == 1
        assert len(answers[0].candidates) == REGISTERED
        assert answers[0].verdict is Verdict.match

    def test_while_others_search(self, engine: Engine) -> None:
        alone = {name: in_bytes(engine.search(photos)) for name, photos in ASKED.items()}
        answers = side_by_side(lambda name: in_bytes(engine.search(ASKED[name])), BUSY)
        assert [name for name, _ in answers].count("known") == TIMES
        assert set(answers) == set(alone.items())

    def test_with_copies_of_it_given(self, engine: Engine) -> None:
        photos = ASKED["several photos"]
        assert in_bytes(engine.search(photos)) == in_bytes(engine.search([*photos, *photos]))


class TestWhatIsCompared:
    def test_it_holds_every_candidate_with_all_that_was_found(self, engine: Engine) -> None:
        answer = engine.search(ASKED["several works"])
        told: dict[str, Any] = json.loads(in_bytes(answer))
        assert [one["photograph_id"] for one in told["candidates"]] == [
            one.photograph_id for one in answer.candidates
        ]
        assert sum(one["verdict"] == Verdict.match for one in told["candidates"]) == 2
        first = told["candidates"][0]
        assert len(first["points"]) == first["inliers"] > 20
        assert {"log_odds", "score", "probability", "clues", "mapping", "votes"} <= set(first)
        assert told["models"]
        assert told["covered"]

    @pytest.mark.parametrize("last", ["points", "score", "log_odds", "votes"])
    def test_the_least_difference_in_the_last_candidate_shows(self, engine: Engine, last: str) -> None:
        answer = engine.search(ASKED["known"])
        *before, one = answer.candidates
        changed = {
            "points": replace(one, points=((0.0, 0.0, 0.0, 0.1),)),
            "score": replace(one, score=float(np.nextafter(one.score, 1))),
            "log_odds": replace(one, log_odds=float(np.nextafter(one.log_odds, 0))),
            "votes": replace(one, votes=one.votes + 1e-9),
        }[last]
        assert in_bytes(replace(answer, candidates=(*before, changed))) != in_bytes(answer)

    def test_other_photos_give_other_bytes(self, engine: Engine) -> None:
        assert len({in_bytes(engine.search(photos)) for photos in ASKED.values()}) == len(ASKED)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service over the same eight pictures."""
    settings = settings_in(tmp_path_factory.mktemp("served"))
    register_drawn(settings, range(1, REGISTERED + 1))
    index(settings)
    with serving(settings) as service:
        yield service


class TestService:
    def test_its_records_say_the_same_but_for_their_names_and_times(self, served: Running) -> None:
        def told(name: str) -> bytes:
            record = served.found(*ASKED[name], limit="50")
            assert len(record["candidates"]) == REGISTERED
            for own in OF_A_RECORD:
                assert record.pop(own)
            return json.dumps(record).encode()

        alone = {name: told(name) for name in ASKED}
        answers = side_by_side(told, BUSY)
        assert [name for name, _ in answers].count("known") == TIMES
        assert set(answers) == set(alone.items())
