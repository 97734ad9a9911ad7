"""What a verdict means in words, and what it does not mean.

An answer may never read as a clearance: that nothing was found says nothing about title, and a search is one
factor of due diligence among several (UNIDROIT Convention of 1995, article 4(4)).
"""

from __future__ import annotations

from indexer.answer import Narrowed
from indexer.decide import Verdict
from service.records.alert import AlertRecord, false_alerts, from_in_words, in_words

ONE_FACTOR = "A search is one step of due diligence among several."

NO_MATCH_REASONS = (
    "the loss was never reported, or the report has not been received or entered yet",
    "the object is searched for in one country only, or was looted without anybody knowing of it",
    "it is registered without a usable picture",
    "this photo is too poor, or the object was altered",
    "the search missed it",
)

_NOT_ONE = "No registered photograph agrees with this photo."
_NOT_ONE_SEARCHED = "No photograph that was searched agrees with this photo."

MEANINGS: dict[Verdict, str] = {
    Verdict.match: "A registered object agrees with this photo. Compare the pictures yourself. If they show "
    "the same object, leave it where it is and contact the authority named with the record, quoting its case "
    "reference or the object's number.",
    Verdict.possible: "A registered object may be the one in this photo. The probability does not decide that: "
    "compare the pictures, and if you are in doubt, ask the authority named with the record. " + ONE_FACTOR,
    Verdict.none: _NOT_ONE + " This does not clear the object. It can mean "
    "that " + "; that ".join(NO_MATCH_REASONS) + ". " + ONE_FACTOR,
    Verdict.unsearchable: "This photo shows too little to search with, so nothing is known about the object. "
    "This is not an answer; take a better photo and search again.",
}


def meaning_of(
    verdict: Verdict, alert: AlertRecord, best: float | None, narrowed: Narrowed | None = None
) -> str:
    """What a verdict means at this alert level. ``best``: the probability of the first candidate, if there is one;
    ``narrowed``: what was searched, if that was not everything.
    """
    said = _meaning(verdict, alert, best)
    if narrowed is None:
        return said
    return f"{_searched_only(narrowed)} {said.replace(_NOT_ONE, _NOT_ONE_SEARCHED, 1)}"


def _searched_only(narrowed: Narrowed) -> str:
    if not narrowed.objects:
        return (
            "No registered object agrees with all fields that were given, so nothing was searched. Leave out a field "
            "that may be wrong, or search without narrowing."
        )
    pictureless = len(narrowed.pictureless)
    without = f", {pictureless} of them without a usable picture" if pictureless else ""
    return (
        "Only registered objects that agree with all fields that were given were searched: "
        f"{narrowed.objects:,}{without}. All others were left out, also where a record does not tell such a field."
    )


def _meaning(verdict: Verdict, alert: AlertRecord, best: float | None) -> str:
    said = MEANINGS[verdict]
    if verdict is Verdict.possible:
        wrongly = false_alerts(alert.false_alerts_per_1000, alert.at_most_per_1000)
        return f"{said} At the alert level {alert.level} about {wrongly} are answered with an alert as well."
    if alert.would_alert_at and best is not None:
        return f"{said} {_near(alert, best)}"
    return said


def _near(alert: AlertRecord, best: float) -> str:
    levels = " and ".join(alert.would_alert_at)
    return (
        f"One candidate comes near: its probability is {in_words(best)}, and the alert level {alert.level} speaks of "
        f"candidates from {from_in_words(alert.from_probability)} on. At the level {levels} it would have been shown "
        "as possible. If you would rather compare one picture too many than miss the object, look at the first "
        "candidate too."
    )
