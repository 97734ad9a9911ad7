"""What the probabilities are worth: alarms at each level, and what was so of what was said; as values and as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from models.calibrate import Calibration
from scripts.bench.report import table
from scripts.bench_sight.figures import Said, reliability, said
from scripts.bench_sight.levels import Alarms, alarms_by_level, levels
from scripts.bench_sight.outcome import Group, Run, wholes
from service.scoring import BINS, calibration_error

FLAT = "all flat works but decoys"


def _rows(run: Run) -> dict[str, list[Group]]:
    """What has a row of its own: each set, with and without its decoys, and all flat works."""
    rows = {group.label: [group] for outcome in run.outcomes for group in wholes(outcome)}
    if len(run.flat) > 1:
        rows[FLAT] = [wholes(outcome)[0] for outcome in run.flat]
    return rows


def level_facts(run: Run, calibration: Calibration) -> list[dict[str, Any]]:
    """A line for each level and row, as plain values."""
    tested = levels(calibration)
    return [
        _level(name, alarms)
        for name, some in _rows(run).items()
        for alarms in alarms_by_level([group.answered for group in some], tested)
    ]


def _level(queries: str, alarms: Alarms) -> dict[str, Any]:
    stated = alarms.level.stated
    return {
        "queries": queries,
        "level": alarms.level.name,
        "threshold": alarms.level.alert,
        "known": alarms.known,
        "known_alarmed": alarms.known_alarmed,
        "known_wrongly": alarms.known_wrongly,
        "found": alarms.found,
        "unknown": alarms.unknown,
        "unknown_alarmed": alarms.unknown_alarmed,
        "false_per_thousand": alarms.false_per_thousand,
        "between": alarms.between,
        "stated": stated and {"false": stated.false_alerts, "at_most": stated.at_most, "found": stated.found},
    }


def told(groups: Iterable[Group], *, looked_at: bool = True) -> list[Said]:
    """What was said of every first candidate, and what was so.

    looked_at  whether those count whose truth a person has corrected: false alarms are looked at, and what is then
               found right was chosen for its high probability
    """
    pairs: list[Said] = []
    for group in groups:
        truth, results = group.answered
        left_out = frozenset() if looked_at else group.outcome.looked_at
        pairs += said(truth, [result for result in results if result.query not in left_out])
    return pairs


def reliability_facts(run: Run) -> list[dict[str, Any]]:
    """As plain values; none where candidates carry no probability."""
    return [row for name, some in _rows(run).items() for row in _reliability(name, some)]


def _reliability(name: str, groups: Sequence[Group]) -> Iterator[dict[str, Any]]:
    pairs, unseen = told(groups), told(groups, looked_at=False)
    if pairs:
        yield {
            "queries": name,
            "first": len(pairs),
            "said": round(sum(said for said, _ in pairs) / len(pairs), 4),
            "right": round(sum(right for _, right in pairs) / len(pairs), 4),
            "ece": _rounded(calibration_error(pairs)),
            "looked_at": len(pairs) - len(unseen),
            "ece_without": _rounded(calibration_error(unseen)),
            "bins": [
                {"count": each.count, "said": round(each.said, 4), "right": round(each.right, 4)}
                for each in reliability(pairs)
            ],
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def level_table(facts: Mapping[str, Any]) -> list[str]:
    """The part of the page on alert levels; nothing where candidates carry no probability."""
    if not facts["levels"]:
        return []
    headers = ["queries", "level", "from probability", "known alarmed", "of them wrongly", "found", "stated"]
    return [
        "### By alert level",
        "The same answers at each level: alarmed are those whose first candidate is at least so probable; `match` is "
        "from where every level says so. Found is the share of known queries that alarm with a right first "
        "candidate. False alarms are of 1,000 unknown queries, with the 95 % interval (Wilson) of a share of so few. "
        "Behind them stands what the calibration states of itself, with the upper end of its interval: by "
        "cross-validation of the searches that it was fitted on, without decoys. "
        f"It says: {facts['calibration']['data'].rstrip('.')}. Queries made of photos that it was fitted on are no "
        "independent test of it; the report of its fit tells of sets that took no part.",
        table(
            [*headers, "unknown alarmed", "false per 1,000", "95 % interval", "stated", "at most"],
            [_level_row(each) for each in facts["levels"]],
        ),
    ]


def _level_row(each: Mapping[str, Any]) -> list[Any]:
    stated, between = each["stated"], each["between"]
    return [
        each["queries"],
        each["level"],
        f"{each['threshold']:.6g}",
        f"{each['known_alarmed']} of {each['known']}",
        each["known_wrongly"],
        share(each["found"]),
        share(stated and stated["found"]),
        f"{each['unknown_alarmed']} of {each['unknown']}",
        "-" if each["false_per_thousand"] is None else f"{each['false_per_thousand']:.1f}",
        "-" if between is None else f"{between[0]:.1f} to {between[1]:.1f}",
        f"{stated['false']:g}" if stated else "-",
        f"{stated['at_most']:g}" if stated else "-",
    ]


def reliability_table(facts: Mapping[str, Any]) -> list[str]:
    """The part of the page on what was said and what was so, without its diagram."""
    rows = facts["reliability"]
    if not rows:
        return ["No candidate carries a probability, so there is no reliability diagram."]
    texts = [
        f"First candidates by the probability that was said of them, in {BINS} bins of equal width; the bars count "
        "them. Marks have their 95 % interval.",
    ]
    headers, figures = ["queries", "first candidates", "mean said", "right", "ECE"], ["said", "right", "ece"]
    if any(row["looked_at"] for row in rows):
        headers += ["looked at (`--same`)", "ECE without them"]
        texts.append(
            "Only what alarms is looked at, so what was then found right was chosen for its high probability: the "
            "last column leaves it out."
        )
    return [
        *texts,
        table(
            headers,
            [
                [
                    row["queries"],
                    row["first"],
                    *(f"{row[name]:.3f}" for name in figures),
                    *([row["looked_at"], share(row["ece_without"])] if len(headers) > 5 else []),
                ]
                for row in rows
            ],
        ),
    ]


def share(value: float | None) -> str:
    """A share with three digits; a dash where there is none."""
    return "-" if value is None else f"{value:.3f}"
