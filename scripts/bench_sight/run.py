"""The run: gather what is searched, search it by every method, put aside what shows photos."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from indexer.search_card import search_card
from indexer.sight import Sight, default_sight
from scripts.bench_sight import answered, local, pictures
from scripts.bench_sight.answered import is_aside, put_aside, read_again
from scripts.bench_sight.baselines import Baseline, PerceptualHash, Shelf, WholePhoto
from scripts.bench_sight.material import POOL, REGISTRY, QuerySet, conditions_set, object_sets, table_set
from scripts.bench_sight.outcome import OURS, Outcome, Run
from scripts.bench_sight.same import Same, corrected, read_same
from scripts.bench_sight.searching import Answers, Bench
from scripts.conditions.make import TRUTH, make_set
from scripts.conditions.make import Asked as Made
from service.evaluation import Result

RESULTS = "results"
Found = tuple[Answers, dict[str, Sequence[Result]]]
"""Our answers to a set, and every method's to its sample."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run is asked for; see the command line."""

    photos: Path
    material: str
    truth: Path
    conditions: Path | None
    known: int
    unknown: int
    seed: int
    only: Sequence[str]
    limit: int
    sample: int
    same: Path | None
    keep: Path | None
    aside: Path
    again: bool
    command: str

    @property
    def results(self) -> Path:
        """The folder that answers are put aside in."""
        return self.aside / RESULTS


def run(asked: Asked) -> Run:
    """Measure everything. Raises TruthUnusable and TooFewPhotos before anything is searched."""
    sight = default_sight()
    same: Same = read_same(asked.same, asked.photos) if asked.same else {}
    sets = [tested.at_most(asked.limit) for tested in _sets(asked)]
    baselines: list[Baseline] = [local.sift(), local.orb(), WholePhoto(sight.descriptor), PerceptualHash()]
    found = {
        each.name: _again(each, sight, asked)
        for each in sets
        if asked.again and is_aside(asked.results, each)
    }
    missing = [each for each in sets if each.name not in found]
    if missing:
        found |= zip((each.name for each in missing), _search(missing, sight, baselines, asked), strict=True)
    outcomes = [Outcome(corrected(each, same), each.truth, *found[each.name]) for each in sets]
    _put_pictures_aside(outcomes, asked)
    return Run(
        outcomes=outcomes,
        material=asked.material,
        command=asked.command,
        made=_made(asked),
        models=_models(sight),
        methods={each.name: each.what for each in baselines},
        sample=asked.sample,
        limit=asked.limit,
        same=sum(map(len, same.values())) // 2 if asked.same else None,
    )


def _sets(asked: Asked) -> Iterator[QuerySet]:
    """Paintings, conditions, solid objects. Paintings come first: what conditions leave out is withdrawn after."""
    pool = [asked.photos / POOL]
    yield table_set(asked.truth.parent.name, asked.truth, pool)
    register = asked.truth.parent / REGISTRY
    yield conditions_set(asked.conditions or _make_conditions(asked, register, pool), [register, *pool])
    yield from object_sets(asked.photos)


def _make_conditions(asked: Asked, register: Path, pool: Sequence[Path]) -> Path:
    """Make the set of conditions, unless an earlier run has left just this one."""
    only = "".join(f"-{name}" for name in sorted(set(asked.only)))
    folder = asked.aside / f"conditions-{asked.seed}-{asked.known}-{asked.unknown}{only}"
    if not (folder / TRUTH).is_file():
        shutil.rmtree(folder, ignore_errors=True)  # without its tables it was not finished
        say("Making queries under hard conditions ...")
        made = Made(register, pool, asked.known, asked.unknown, asked.seed, asked.only)
        make_set(folder, made, _silent, _silent)
    return folder


def _silent(*_: int) -> None:
    pass


def _made(asked: Asked) -> str:
    if asked.conditions:
        return "a given set, as `python -m scripts.conditions` makes one."
    return (
        f"`python -m scripts.conditions` with --known {asked.known} --unknown {asked.unknown} --seed {asked.seed}, "
        "made of what is registered and of what is left out for them."
    )


def _again(tested: QuerySet, sight: Sight, asked: Asked) -> Found:
    return read_again(asked.results, tested.name, answered.asked(tested, asked.sample, _models(sight)))


def _models(sight: Sight) -> dict[str, str]:
    return {**sight.ids, "search": search_card().id}


def _search(
    sets: Sequence[QuerySet], sight: Sight, baselines: Sequence[Baseline], asked: Asked
) -> Iterator[Found]:
    """Search one set after the other, by every method."""
    with ExitStack() as stack:
        home = asked.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="artrieve-sight-")))
        bench = stack.enter_context(Bench(home, asked.truth.parent, sight, say))
        shelf = Shelf(baselines, bench.register.photo_bytes)
        for tested in sets:
            names, refused = bench.show(tested)
            answers = bench.search(tested, names, refused)
            sampled: dict[str, Sequence[Result]] = {OURS: _of(answers.results, tested.sample(asked.sample))}
            sampled |= dict(_by_others(tested, names, bench, shelf, asked.sample))
            given = answered.asked(tested, asked.sample, _models(sight))
            put_aside(asked.results, tested.name, answers, sampled, given)
            yield answers, sampled


def _of(results: Sequence[Result], queries: Sequence[str]) -> list[Result]:
    wanted = set(queries)
    return [result for result in results if result.query in wanted]


def _by_others(
    tested: QuerySet, names: Mapping[int, str], bench: Bench, shelf: Shelf, count: int
) -> Iterator[tuple[str, Sequence[Result]]]:
    """The answers of the other methods to a sample. What intake refuses nobody finds."""
    say(f"{tested.name}: describing {len(names)} photos for the other methods ...")
    shelf.put(list(names))
    sample = tested.sample(count)
    queries = bench.taken_in(tested, sample)
    unsearchable = [Result(query, "unsearchable", 0.0, ()) for query in sample if query not in queries]
    for method, results in shelf.search(queries, names):
        spent = sum(result.ms for result in results) / 1000
        say(f"{tested.name}: {method} has searched {len(results)} queries in {spent:.0f} s")
        yield method, [*results, *unsearchable]


def _put_pictures_aside(outcomes: Sequence[Outcome], asked: Asked) -> None:
    """Pictures of the worst queries, flat works and solid objects apart, and of every false alarm."""
    folder = asked.aside / "pictures"
    every = [(each.tested, pictures.cases_of(each.tested, each.answers.results)) for each in outcomes]
    for name, solid in (("flat", False), ("solid", True)):
        cases = [case for tested, some in every if tested.solid == solid for case in some]
        pictures.write_worst(folder / name, pictures.worst(cases))
    pictures.write_alarms(
        folder, pictures.false_alarms(case for _, some in every for case in some), asked.photos
    )


def say(text: str) -> None:
    """Write a line to stdout."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
