"""The page, in Markdown, from the figures alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scripts.bench.report import table
from scripts.bench_sight.chances import level_table, reliability_table, share
from scripts.bench_sight.figures import FALSE_ALARMS
from scripts.bench_sight.searching import LEVEL
from service.scoring import BINS

FIGURES = {
    "recall": "recall@1",
    "pair_recall": "pair recall@10",
    "gap": "GAP",
    "tpr": "tpr@1%fa",
    "ms_median": "median ms a query",
}
CAPTIONS = {
    "recall": "Recall by condition",
    "roc": "Share of known queries found against false alarms",
    "det": "Detection trade-off",
    "reliability": "Reliability diagram",
    "latency": "Milliseconds by step",
}
ABOUT = f"""\
- recall@1: share of known queries (they show something registered) with a true photo as the first candidate.
- pair recall@10: share of all true pairs of query and registered photo among the first ten candidates; a photo may
  show several works.
- GAP: global average precision of the first candidates over all queries, known and unknown.
- tpr@1%fa: share of known queries whose best true candidate scores above all but {FALSE_ALARMS:.0%} of the best wrong
  candidates of every query. With less than a hundred queries: above nearly all of them.
- ECE: expected calibration error of the first candidate's probability, {BINS} bins.
- decoys show something else in the frame, beside the label or on the wall of a registered work: all of them are
  unknown queries.
- alarmed: answered `match` or `possible`, at the alert level `{LEVEL}`. An alarm is false where the query
  is unknown or the first candidate wrong."""


def page(facts: dict[str, Any], data: str) -> str:
    """The page."""
    parts = [
        ["# Sight, measured", *_how(facts, data)],
        ["## What is found", ABOUT, _ours(facts["ours"]), *_mirrored(facts), *_plot(facts, "recall")],
        ["## False alarms", *_alarms(facts), *level_table(facts)],
        ["## Finds against false alarms", *_curves(facts)],
        ["## Can its probabilities be believed?", *_reliability(facts)],
        _alone(facts),
        ["## Beside others, on the same photos", *_compared(facts)],
        ["## Where the time goes", *_latency(facts)],
    ]
    return "\n\n".join(text for part in parts for text in part if text) + "\n"


def _how(facts: dict[str, Any], data: str) -> list[str]:
    sets = "; ".join(
        f"{each['name']}: {each['queries']} queries, {each['registered']} photos registered"
        + (f" ({each['refused']} not accepted)" if each["refused"] else "")
        for each in facts["sets"]
    )
    models = ", ".join(f"{role} `{model}`" for role, model in facts["models"].items())
    return [
        f"Written by `{facts['command']}`; the same figures for programs are in [{data}]({data}).",
        "\n".join(
            [
                f"- Photos: {facts['material']}. {sets}.",
                f"- Hard conditions: {facts['conditions']}",
                *(
                    [f"- Searched: at most {facts['limit']} queries of each sort, evenly spaced."]
                    if facts["limit"]
                    else []
                ),
                f"- Models: {models}.",
                f"- Machine: {facts['machine']}.",
            ]
        ),
    ]


def _ours(rows: Sequence[dict[str, Any]]) -> str:
    headers = ["queries", "known", "unknown", "recall@1", "pair recall@10", "GAP", "tpr@1%fa", "ECE"]
    return table(
        [*headers, "known alarmed", "of them wrongly", "unknown alarmed"],
        [
            [
                *(row[name] for name in ("queries", "known", "unknown")),
                *(share(row[name]) for name in ("recall", "pair_recall", "gap", "tpr", "ece")),
                *(row[name] for name in ("alarmed_known", "wrong_object", "alarmed_unknown")),
            ]
            for row in rows
        ],
    )


def _mirrored(facts: dict[str, Any]) -> list[str]:
    found = facts["mirrored"]
    if not found or not found["right"]:
        return []
    return [f"Of {found['right']} mirrored works that came first, {found['named']} were called mirrored."]


def _alarms(facts: dict[str, Any]) -> list[str]:
    pairs = facts["same_pairs"]
    headers, figures = ["queries", "searches", "false by the truth tables"], ["queries", "searches", "raw"]
    texts = [
        "The photos hold some works more than once, which no truth table tells, so each false alarm must be looked at "
        "before it is called wrong: the run puts contact sheets and a table of them into a folder that is kept out of "
        "the repository, as it does with the ten worst queries, for they show photos that are not for sharing."
    ]
    if pairs is None:
        texts.append("Nobody's findings were given to this run (`--same`).")
    else:
        headers, figures = [*headers, "left after looking"], [*figures, "after"]
        texts.append(
            f"{pairs} pairs of photos were looked at and found to show the same work (`--same`). They count as right "
            "in all tables and plots."
        )
    rows = [[each[figure] for figure in figures] for each in facts["false_alarms"]]
    texts.append(table(headers, rows))
    if facts["raw"]:
        texts += ["What that changed, as it is by the truth tables alone:", _ours(facts["raw"])]
    return texts


def _curves(facts: dict[str, Any]) -> list[str]:
    if "roc" not in facts["plots"]:
        return ["No query shows anything registered, so there is nothing to find."]
    return [
        "At each threshold on the score: the share of known queries whose best true candidate reaches it, against the "
        "share of all queries with a wrong candidate that does. Artrieve over all queries, the others on their sample "
        "(see below), whose few queries make coarse steps. Decoys are left out. The grey line is at 1 %.",
        *_plot(facts, "roc"),
        "The same as a detection trade-off, on normal deviates; lower left is better. What is rarer than 0.1 % lies "
        "at the edge.",
        *_plot(facts, "det"),
    ]


def _reliability(facts: dict[str, Any]) -> list[str]:
    return [*reliability_table(facts), *_plot(facts, "reliability")]


def _alone(facts: dict[str, Any]) -> list[str]:
    """Solid objects by each way of retrieving; nothing where none were searched."""
    if not facts["alone"]:
        return []
    return [
        "## Solid objects, by each way of retrieving alone",
        "What each of the two ways would put first by itself, over the same register and all queries, beside the "
        "search, which joins and verifies both. So few queries make recall@1 coarse; the mean reciprocal rank, of 1 / "
        "rank of the first true photo, also tells how far behind the others are.",
        "\n".join(f"- {way}: {what}." for way, what in facts["ways"].items()),
        table(
            ["queries", "known", "way", "recall@1", "mean reciprocal rank", "pair recall@10"],
            [
                [
                    row["queries"],
                    row["known"],
                    row["way"],
                    *(share(row[name]) for name in ("recall", "reciprocal", "pair_recall")),
                ]
                for row in facts["alone"]
            ],
        ),
    ]


def _compared(facts: dict[str, Any]) -> list[str]:
    count = f"at most {facts['sample']} queries of each sort" if facts["sample"] else "all queries"
    what = [f"- {name}: {text}." for name, text in facts["methods"].items()]
    texts = [
        f"Every method answers the same queries, {count}, evenly spaced, in the same register. So few make "
        "coarse figures. Times of the others are from the decoded upload to the ranked photos, those of Artrieve from "
        "uploaded bytes to the kept record.",
        "\n".join(what),
    ]
    for figure, title in FIGURES.items():
        methods = list(facts["compared"][0][figure])
        rows = [
            [
                row["queries"],
                row["known"],
                row["unknown"],
                *(_cell(figure, row[figure][name]) for name in methods),
            ]
            for row in facts["compared"]
        ]
        texts += [f"### {title}", table(["queries", "known", "unknown", *methods], rows)]
    return texts


def _cell(figure: str, value: float | None) -> str:
    return f"{value:.0f}" if figure == "ms_median" and value is not None else share(value)


def _latency(facts: dict[str, Any]) -> list[str]:
    rows = [[name, each["median"], each["p95"]] for name, each in facts["steps_ms"].items()]
    return [
        "A search is timed from uploaded bytes to the kept record. Its steps are those of the engine, of all threads "
        "together, so their sum may exceed the whole; intake and the database's word on each candidate make the rest.",
        table(["step", "median ms", "95 % within, ms"], rows),
        *_plot(facts, "latency"),
    ]


def _plot(facts: dict[str, Any], name: str) -> list[str]:
    """The plot, if it was drawn."""
    return [f"![{CAPTIONS[name]}]({facts['plots'][name]})"] if name in facts["plots"] else []
