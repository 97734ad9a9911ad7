"""The page that tells of a fit: data, weights, how well it holds for objects and collections it didn't see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from models.calibrate import Calibration, Weighing
from scripts.fit_probability.crossing import Judged, ece, log_loss
from scripts.fit_probability.levels import found, log_odds_of, unknown_tops

HEAD = """# The probability, as it was fitted

Written by `{command}` together with `models/weights/probability.json`.
What it is made of and why: [decision 0011](../decisions/0011-probability.md).

{data}
{pairs} pairs of photos were looked at and found to show one object, though no truth table says so; they count as right.

About half of these searches show something registered. Where fewer do, as with a dealer's, a probability between the
extremes is too high by as much; the alert levels, which count alarms of searches that show nothing registered, are not
touched by it.

## Weights

A clue that is one standard deviation above its mean adds its weight to the log-odds. Clues are described in
`indexer/clues.py`; outside the range that the data covers they count as its end. A clue that is missing here came out
against what reason lets it say, and was left out.

Of photos whose points agree (bias {full.bias:.2f}):

| clue | weight | mean | deviation | from | to |
| --- | --- | --- | --- | --- | --- |
{full_weights}

Of photos whose points agree that could not be compared place by place (bias {blind.bias:.2f}), fitted on all whose
points agree:

| clue | weight | mean | deviation | from | to |
| --- | --- | --- | --- | --- | --- |
{blind_weights}

Of photos of which no point of the work agrees (bias {retrieved.bias:.2f}):

| clue | weight | mean | deviation | from | to |
| --- | --- | --- | --- | --- | --- |
{retrieved_weights}

A further photo of the same object adds {beside:.0%} of its log-odds beyond {silent:.2f}.
"""
UNSEEN = """
## On what it did not see

Cross-validated by object: {folds} parts, each judged by a model fitted without any search of its objects. By
collection: each folder of photos judged by a model fitted without any of it. Tested: sets that took no part in the
fit at all, judged by the fitted model.

- ECE: expected calibration error of the surest candidate, 10 bins. Log loss: mean over all candidates.
- found: known searches whose surest candidate is true and alarms at this level. false: alarms of searches that show
  nothing registered. wrong: known searches that alarm for another object.

| judged | known | unknown | ECE | log loss | {levels} |
| --- | --- | --- | --- | --- | {rules} |
{rows}
"""
LEVELS = """
## Alert levels

Expected false alerts are read off the tail of the cross-validated log-odds of {unknown} searches that show nothing
registered (a generalized Pareto distribution fitted to the highest tenth; the upper end by drawing their sources
again), on a register of {register}. With more registered photographs there are more chances to be wrong.

| level | from probability | false alerts per 1,000 | at most (95 %) | known found, cross-validated |
| --- | --- | --- | --- | --- |
{levels}

`match` is said from {match:.6f} on, at every level.
"""


def page(
    calibration: Calibration,
    command: str,
    folds: int,
    pairs: int,
    judged: Mapping[str, Sequence[Judged]],
    crossed: Sequence[Judged],
) -> str:
    """The whole page.

    pairs    of photos that people saw to show one object
    judged   by what they are called in the table
    crossed  what the levels were read off
    """
    levels = calibration.thresholds
    return (
        HEAD.format(
            command=command,
            data=calibration.fitted["data"],
            pairs=pairs,
            full=calibration.full,
            full_weights=_weights(calibration.full),
            blind=calibration.blind,
            blind_weights=_weights(calibration.blind),
            retrieved=calibration.retrieved,
            retrieved_weights=_weights(calibration.retrieved),
            beside=calibration.beside,
            silent=calibration.silent,
        )
        + UNSEEN.format(
            folds=folds,
            levels=" | ".join(f"{name}: found, false, wrong" for name in levels),
            rules=" | ".join("---" for _ in levels),
            rows="\n".join(_row(name, each, calibration) for name, each in judged.items()),
        )
        + LEVELS.format(
            unknown=len(unknown_tops(crossed)[0]),
            register=calibration.fitted["register"],
            levels="\n".join(
                f"| {name} | {each.alert:.6f} | {each.false_alerts:g} | {each.at_most:g} | {each.found:.3f} |"
                for name, each in levels.items()
            ),
            match=calibration.match,
        )
    )


def _weights(model: Weighing) -> str:
    return "\n".join(
        f"| {name} | {term.weight:+.2f} | {term.mean:.2f} | {term.scale:.2f} | {term.low:.2f} | {term.high:.2f} |"
        for name, term in model.terms.items()
    )


def _row(name: str, judged: Sequence[Judged], calibration: Calibration) -> str:
    known = [each for each in judged if each.search.known]
    unknown = len(judged) - len(known)
    cells = [
        name,
        str(len(known)),
        str(unknown),
        f"{ece(judged):.3f}",
        f"{log_loss(judged):.4f}",
    ]
    for threshold in calibration.thresholds.values():
        reached = log_odds_of(threshold.alert)
        share = f"{found(judged, reached):.3f}" if known else "-"
        false = sum(each.first[0] >= reached for each in judged if not each.search.known)
        wrong = sum(not each.first[1] and each.first[0] >= reached for each in known)
        cells.append(f"{share}, {false}, {wrong}")
    return "| " + " | ".join(cells) + " |"


def worst(judged: Iterable[Judged], count: int) -> list[str]:
    """The surest wrong candidates, a line each, to be looked at before any is called wrong."""
    rows = sorted(
        (
            (float(log_odds), each.search.of, each.search.query, photo)
            for each in judged
            for log_odds, photo, true in zip(each.log_odds, each.search.photos, each.search.true, strict=True)
            if not true
        ),
        reverse=True,
    )
    return [f"{log_odds:6.2f}  {of} {query}  {photo}" for log_odds, of, query, photo in rows[:count]]
