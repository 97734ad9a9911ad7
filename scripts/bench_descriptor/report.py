"""The page that a run is written as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from models.export import save_card
from models.onnx_card import read_card
from scripts.bench_descriptor.cost import RIVAL, Cost
from scripts.bench_descriptor.ranking import Photos
from service.scoring import Score

COMMAND = "python -m scripts.bench_descriptor"

PAGE = """# The descriptor as the only retriever

Written by `{command}`. Each photo is described as a whole: no regions, no turns, no votes,
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
        command=COMMAND,
        sets="\n".join(about),
        table="\n".join(lines),
        ours=cost.ours,
        rival=cost.rival,
        name=RIVAL,
        ratio=cost.rival / cost.ours,
        memory=cost.memory,
    )


def note(file: Path, row: Row, cost: Cost) -> None:
    """Put what was measured of an ONNX file into its card; no vector changes by it, and so no id.

    Raises ModelUnusable.
    """
    found: dict[str, JsonValue] = {
        name: {"recall@1": _rounded(score.recall), "pair recall@10": _rounded(score.pair_recall)}
        for name, score in row.scores.items()
    }
    spent: dict[str, JsonValue] = {
        "milliseconds a view, one core": round(cost.ours, 1),
        f"times faster than {RIVAL}": round(cost.rival / cost.ours, 1),
        "memory, MiB": round(cost.memory),
    }
    card = read_card(file.with_suffix(".json"))
    save_card(file, card.model_copy(update={"figures": {"measured by": COMMAND, **found, **spent}}))


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 3)


def _cell(score: Score) -> str:
    if score.recall is None or score.pair_recall is None:
        return "none known"
    return f"{score.recall:.3f} / {score.pair_recall:.3f}"
