"""``artrieve evaluate``: how well would a register of these photos be found?"""

from __future__ import annotations

import statistics
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.console import Steps, say, table, warn
from service.commands.failures import USAGE, CommandFailed, interruptible
from service.commands.levels import LevelOption, level_of
from service.commands.outputs import check_output

if TYPE_CHECKING:
    from indexer.decide import AlertLevel
    from service.condition_set import ConditionSet
    from service.evaluation import Refused, Result
    from service.scoring import Score

REFUSED_SHOWN = 50


def command(
    register: Annotated[
        Path, typer.Option(metavar="DIR", exists=True, file_okay=False, help="Photos that are registered.")
    ],
    results: Annotated[
        Path,
        typer.Option(metavar="OUT.jsonl", dir_okay=False, help="Where a line for each query is written."),
    ],
    truth: Annotated[
        Path | None,
        typer.Option(
            metavar="TRUTH.csv",
            exists=True,
            dir_okay=False,
            help="Which query shows what: columns query, registry, kind; paths relative to its own folder.",
        ),
    ] = None,
    conditions: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            exists=True,
            file_okay=False,
            help="Instead of --truth: a set of queries under hard conditions, each of which is scored apart.",
        ),
    ] = None,
    distractors: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="DIR",
            exists=True,
            file_okay=False,
            help="Photos of other things, registered as well. Can be given several times.",
        ),
    ] = None,
    level: LevelOption = None,
    keep: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", file_okay=False, help="Keep the register and index here, and use what is there."
        ),
    ] = None,
) -> None:
    """Build a temporary register from photos, search every query of the truth table, write the answers."""
    from service.condition_set import LEFT_OUT, TRUTH
    from service.evaluation import TruthUnusable, write_results
    from service.settings import load_settings

    read = [truth] if truth else [conditions / TRUTH, conditions / LEFT_OUT] if conditions else []
    check_output(results, "--results", [path for path in read if path.exists()])

    settings = load_settings()
    at_level = level_of(level, settings)
    try:
        asked = _asked(truth, conditions)
        photos = _photos([register, *(distractors or [])], asked)
    except TruthUnusable as unusable:
        raise CommandFailed(str(unusable)) from unusable
    with ExitStack() as stack:
        kept = f"What is done so far is kept in {keep}." if keep else "Nothing is kept; --keep DIR would."
        stack.enter_context(interruptible(kept))
        if keep is None:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="artrieve-evaluate-")))
        else:
            home = keep
        answered, refused = _evaluate(home, photos, asked, at_level)
    write_results(results, answered, at_level)
    _tell(answered, refused, results, at_level)
    if asked.conditions:
        _tell_scores(asked.conditions, answered)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is searched, and what is not registered; names relative to `base`."""

    base: Path
    queries: Sequence[str]
    left_out: Sequence[str]
    conditions: ConditionSet | None = None


def _asked(truth: Path | None, conditions: Path | None) -> _Asked:
    """What the truth table or the set of conditions, whichever is given, asks for. Raises TruthUnusable."""
    from service.condition_set import read_set
    from service.evaluation import read_queries

    if truth and not conditions:
        queries = read_queries(truth)
        return _Asked(truth.parent, queries, queries)
    if conditions and not truth:
        found = read_set(conditions)
        return _Asked(conditions, list(found.truth), [*found.truth, *found.left_out], found)
    raise CommandFailed("Give either --truth TRUTH.csv or --conditions DIR.", USAGE)


def _photos(folders: Sequence[Path], asked: _Asked) -> dict[str, Path]:
    """The photos to register, by name. Raises TruthUnusable where one that should be found is not there."""
    from service.condition_set import check_registered
    from service.evaluation import named_photos

    photos = named_photos(folders, asked.base, asked.left_out)
    if not photos:
        raise CommandFailed(f"There are no photos in {folders[0]}.")
    if asked.conditions:
        check_registered(asked.conditions, photos)
    return photos


def _evaluate(
    home: Path, photos: Mapping[str, Path], asked: _Asked, level: AlertLevel
) -> tuple[list[Result], list[Refused]]:
    from indexer.indexing import index_register
    from indexer.sight import default_sight
    from service import evaluation
    from service.commands.index import show_progress
    from service.settings import load_settings
    from service.workshop import open_desk, open_engine, open_intake, opened_register

    # Whatever the environment says, the register of an evaluation is its own.
    settings = load_settings(data_dir=home, database_url="", photos_url="")
    sight = default_sight()
    with opened_register(settings) as register, open_intake(settings) as intake:
        with Steps("Registering") as steps:
            names, refused = evaluation.register_photos(register, intake, photos, steps.show)
        if any(ref.photograph_id not in names for ref in register.searchable_photographs()):
            raise CommandFailed(f"{home} holds other photos as well; keep this evaluation in another folder.")
        with Steps("Indexing") as steps:
            report = index_register(
                register, settings.index_dir, sight, progress=partial(show_progress, steps)
            )
        refused += [
            evaluation.Refused(names[failed.photograph_id], failed.reason) for failed in report.failed
        ]
        desk = open_desk(register, intake, open_engine(settings, register, sight))
        with Steps("Searching", "queries") as steps:
            answered, unsearchable = evaluation.search_all(
                desk, intake.limits, asked.base, asked.queries, names, level, steps.show
            )
    return answered, refused + unsearchable


def _tell(answered: Sequence[Result], refused: Sequence[Refused], results: Path, level: AlertLevel) -> None:
    times = [result.ms for result in answered]
    verdicts = Counter(result.verdict for result in answered)
    counted = ", ".join(f"{count} {verdict}" for verdict, count in verdicts.most_common())
    say(
        f"{len(answered)} queries at the alert level {level}: {counted}. "
        f"Median {statistics.median(times):.0f} ms, worst {max(times):.0f} ms."
    )
    say(f"Written to {results}")
    if refused:
        warn(f"{len(refused)} photos were not accepted:")
    for photo in refused[:REFUSED_SHOWN]:
        warn(f"  {photo.name}: {photo.reason}")
    if len(refused) > REFUSED_SHOWN:
        warn(f"  and {len(refused) - REFUSED_SHOWN} more")


def _tell_scores(conditions: ConditionSet, answered: Sequence[Result]) -> None:
    from service.scoring import score_by_kind

    headers = [
        "condition",
        "known",
        "unknown",
        "recall@1",
        "pair recall@10",
        "known alarmed",
        "unknown alarmed",
        "ece",
    ]
    rows = [
        [
            each.kind,
            str(each.known),
            str(each.unknown),
            *map(_figure, figures_of(each)),
        ]
        for each in score_by_kind(conditions.truth, answered)
    ]
    table(headers, rows)


def figures_of(score: Score) -> tuple[float | None, ...]:
    """The figures of a row, in the order of the headers."""
    return (
        score.recall,
        score.pair_recall,
        score.alarmed_known,
        score.alarmed_unknown,
        score.calibration_error,
    )


def _figure(share: float | None) -> str:
    return "-" if share is None else f"{share:.3f}"
