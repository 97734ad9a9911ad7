"""Fit the probability and the alert levels, and write the model with the page that tells of it.

usage: python -m scripts.fit_probability --photos DIR --fit NAME TRUTH.csv RESULTS.jsonl ... --test NAME TRUTH RESULTS

RESULTS are those of `artrieve evaluate --results`. Decoys (searches that show only the surroundings of something
registered) are fitted on, and no alert level is read off them: nobody uploads so many.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from models.calibrate import read_calibration
from models.weights import FOLDER
from scripts.bench_sight.same import read_same
from scripts.fit_probability import levels, report
from scripts.fit_probability.crossing import (
    FOLDS,
    Fitted,
    Judged,
    crossed,
    ece,
    fitted,
    folder,
    judge,
    log_loss,
)
from scripts.fit_probability.rows import ResultsUnusable, Search, read_searches
from service.evaluation import TruthUnusable


def main(arguments: list[str] | None = None) -> int:
    """Fit and write; the exit status."""
    given = _parser().parse_args(arguments)
    try:
        same = read_same(given.same, given.photos) if given.same else {}
        fit_sets = {name: read_searches(name, Path(t), Path(r), same) for name, t, r in given.fit}
        test_sets = {name: read_searches(name, Path(t), Path(r), same) for name, t, r in given.test}
    except (ResultsUnusable, TruthUnusable, OSError) as problem:
        sys.stderr.write(f"fit_probability: {problem}\n")
        return 2
    searches = [search for each in fit_sets.values() for search in each]
    if not any(search.known for search in searches) or not any(_plain_unknown(each) for each in searches):
        sys.stderr.write("fit_probability: searches of both sorts are needed, known and unknown.\n")
        return 2
    try:
        model, across, by_collection = fitted(searches), crossed(searches), crossed(searches, folder)
        kept = model_of(model, searches, across, given.register)
        calibration = read_calibration(kept, "")
    except ValueError as problem:
        sys.stderr.write(f"fit_probability: too few searches, or all alike: {problem}.\n")
        return 2
    judged: dict[str, Sequence[Judged]] = {"all that was fitted on, by object": across}
    judged |= {f"{name}, by object": [each for each in across if each.search.of == name] for name in fit_sets}
    judged["all that was fitted on, by collection"] = by_collection
    judged |= {f"{name}, tested": judge(each, model) for name, each in test_sets.items()}
    pairs = sum(map(len, same.values())) // 2
    text = report.page(calibration, given.command, FOLDS, pairs, judged, _no_decoys(across))
    given.out.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    given.report.write_text(text, encoding="utf-8")
    told = [*across, *(each for name in test_sets for each in judged[f"{name}, tested"])]
    sys.stdout.write(text + "\n" + "\n".join(report.worst(told, given.worst)) + "\n")
    return 0


def model_of(
    model: Fitted, searches: Sequence[Search], across: Sequence[Judged], register: str
) -> dict[str, Any]:
    """What the model's file holds."""
    plain = _no_decoys(across)
    share, nothing = levels.beside(plain)
    thresholds, match = levels.thresholds(plain)
    sets = list(dict.fromkeys(search.of for search in searches))
    known = sum(search.known for search in searches)
    return {
        "full": asdict(model.full),
        "blind": asdict(model.blind),
        "retrieved": asdict(model.retrieved),
        "beside": share,
        "silent": nothing,
        "match": match,
        "thresholds": {name: asdict(each) for name, each in thresholds.items()},
        "fitted": {
            "data": f"Fitted on {len(searches)} searches, {known} of which show something registered: "
            + "; ".join(f"{name}: {sum(search.of == name for search in searches)}" for name in sets)
            + ".",
            "register": register,
            "searches": len(searches),
            "known": known,
            "ece": round(ece(across), 4),
            "log_loss": round(log_loss(across), 5),
        },
    }


def _plain_unknown(search: Search) -> bool:
    return not search.known and not search.decoy and bool(search.photos)


def _no_decoys(judged: Sequence[Judged]) -> list[Judged]:
    return [each for each in judged if not each.search.decoy]


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="python -m scripts.fit_probability",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = made.add_argument
    three = ("NAME", "TRUTH", "RESULTS")
    add("--fit", nargs=3, action="append", required=True, metavar=three, help="a set that is fitted on")
    add("--test", nargs=3, action="append", default=[], metavar=three, help="a set that takes no part")
    add("--photos", type=Path, default=Path(), metavar="DIR", help="what the paths of --same are relative to")
    add("--same", type=Path, metavar="FILE", help="rows of two photos that were seen to show one object")
    add("--register", default="4,458 photographs", help="what was searched in, in words, for the card")
    add("--out", type=Path, default=FOLDER / "probability.json", metavar="FILE")
    add("--report", type=Path, default=Path("docs/benchmarks/probability.md"), metavar="FILE")
    add("--command", default="python -m scripts.fit_probability", help="how the page says it was made")
    add("--worst", type=int, default=40, help="surest wrong candidates to print, to be looked at")
    return made


if __name__ == "__main__":
    sys.exit(main())
