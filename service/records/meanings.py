"""What a verdict means in words, and what it does not mean.

An answer may never read as a clearance: that nothing was found says nothing about title, and a search is one
factor of due diligence among several (UNIDROIT Convention of 1995, article 4(4)).
"""

from __future__ import annotations

from indexer.decide import Verdict

ONE_FACTOR = "A search is one step of due diligence among several."

NO_MATCH_REASONS = (
    "the loss was never reported, or the report has not been received or entered yet",
    "the object is searched for in one country only, or was looted without anybody knowing of it",
    "it is registered without a usable picture",
    "this photo is too poor, or the object was altered",
    "the search missed it",
)

MEANINGS: dict[Verdict, str] = {
    Verdict.match: "A registered object agrees with this photo. Compare the pictures yourself. If they show "
    "the same object, leave it where it is and contact the authority named with the record, quoting its case "
    "reference.",
    Verdict.possible: "A registered object may be the one in this photo. The score does not decide that: compare "
    "the pictures, and if you are in doubt, ask the authority named with the record. " + ONE_FACTOR,
    Verdict.none: "No registered photograph agrees with this photo. This does not clear the object. It can mean "
    "that " + "; that ".join(NO_MATCH_REASONS) + ". " + ONE_FACTOR,
    Verdict.unsearchable: "This photo shows too little to search with, so nothing is known about the object. "
    "This is not an answer; take a better photo and search again.",
}
