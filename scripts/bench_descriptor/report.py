"""The page that a run is written as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scripts.bench_descriptor.cost import RIVAL, Cost
from scripts.bench_descriptor.ranking import Photos
from service.scoring import Score

PAGE = """# The descriptor as the only retriever

Written by `python -m scripts.bench_descriptor`. Each photo is described as a whole: no regions, no turns, no votes,
nothing verified. A cell is recall@1 / pair recall@10, as `score.py` counts them.

{sets}

{table}

On one core, turn by turn: {ours:.1f} ms a view for the last of these, {rival:.1f} ms for open_clip's {name} (random
weights, torch), {ratio:.1f} times as long. It adds {memory:.0f} MiB to a process that has onnxruntime.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One descriptor and what it finds, by set."""

    step: str
    scores: Mapping[str, Score]


def written(rows: Sequence[Row], tested: Sequence[Photos], cost: Cost) -> str:
    """The page in Markdown."""
    names = [each.tested.name for each in tested]
    lines = [f"| descriptor | {' | '.join(names)} |", "|---|" + "---|" * len(names)]
    lines += [f"| {row.step} | {' | '.join(_cell(row.scores[name]) for name in names)} |" for row in rows]
    about = [
        f"- {each.tested.name}: {len(each.queries)} queries, {len(each.tested.registered)} registered photos"
        for each in tested
    ]
    return PAGE.format(
        sets="\n".join(about),
        table="\n".join(lines),
        ours=cost.ours,
        rival=cost.rival,
        name=RIVAL,
        ratio=cost.rival / cost.ours,
        memory=cost.memory,
    )


def _cell(score: Score) -> str:
    if score.recall is None or score.pair_recall is None:
        return "none known"
    return f"{score.recall:.3f} / {score.pair_recall:.3f}"
