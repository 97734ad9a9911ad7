"""Checks the audit trail: nothing was changed, taken out, put in or moved."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy.orm import Session

from data.audit import EVERY_EVENT, START, Head, Recorded, chained, head_of
from data.audit_vouched import Fault, Vouched
from data.canonical import canonical
from data.database import Database

MOST_FAULTS: Final = 1000
"""Where there are more, the check ends."""
_ROWS: Final = 500


@dataclass(slots=True)
class Verification:
    """What a check has found. `head` is worth noting somewhere else: it shows later if the end was cut off."""

    events: int = 0
    head: Head = START
    faults: list[Fault] = field(default_factory=list)


def verify(database: Database, expected: Head | None = None, *, events_only: bool = False) -> Verification:
    """Check every event, all at one moment; and unless `events_only`, what events vouch for.

    Each event must be the next one, and its hash that of what it says and of the hash before it. The history and the
    search records must be what events say of them, and objects what their history says last. `expected` is an earlier
    head: the event of its number must still have its hash. Raises DatabaseUnavailable.
    """
    with database.session() as session:
        return verify_in(session, expected, events_only=events_only)


def verify_in(session: Session, expected: Head | None = None, *, events_only: bool = False) -> Verification:
    """As `verify`, of what a session sees: what it has not committed yet, too."""
    found = Verification()
    vouched = None if events_only else Vouched(session)
    for event in _events(session):
        values = _read(event)
        whole = _follows(found, event, values)
        if expected is not None and event.sequence == expected.sequence and event.hash != expected.hash:
            _fault(found, event.sequence, f"Its hash is {event.hash}, not the expected {expected.hash}.")
        found.head = Head(event.sequence, event.hash)
        found.events += 1
        if vouched is not None:
            found.faults += vouched.take(event, values["details"] if values and whole else None)
        if len(found.faults) >= MOST_FAULTS:
            return found
    _ends(found, head_of(session), expected)
    if vouched is not None:
        found.faults += vouched.end()
    return found


def _follows(found: Verification, event: Recorded, values: dict[str, Any] | None) -> bool:
    """Check the event against the one before it; whether it is as it was written, as far as can be said."""
    last, number = found.head, event.sequence
    if number != last.sequence + 1:
        _fault(found, last.sequence + 1, _missing(last.sequence + 1, number - 1))
    if values is None:
        _fault(found, number, "It is not written as events are: it was changed.")
        return False
    if number == last.sequence + 1 and chained(last.hash, canonical(values)) != event.hash:
        _fault(
            found, number, "It does not follow from the event before it: one of the two was changed or moved."
        )
        return False
    return True


def _ends(found: Verification, noted: Head, expected: Head | None) -> None:
    """Check that the trail ends where it should."""
    after = found.head.sequence + 1
    if noted.sequence >= after:
        _fault(found, after, _missing(after, noted.sequence))
    elif noted != found.head:
        _fault(found, found.head.sequence, f"The register notes {noted} as the last event.")
    if expected is not None and expected.sequence >= after:
        _fault(found, after, f"The end was cut off: event {expected.sequence} is expected to be there.")


def _events(session: Session) -> Iterator[Recorded]:
    for row in session.execute(EVERY_EVENT.execution_options(yield_per=_ROWS)):
        parts: list[Any] = [part if isinstance(part, str | int) else repr(part) for part in row]
        yield Recorded(*parts)  # whatever SQLite let somebody write there; no check may fail on it


def _read(event: Recorded) -> dict[str, Any] | None:
    """The event as it is hashed; None where it is not written so."""
    try:
        values = event.values()
        return values if canonical(values["details"]) == event.details.encode() else None
    except (
        ValueError,
        TypeError,
        AttributeError,
        RecursionError,
    ):  # changed to what is no JSON, or no text at all
        return None


def _missing(first: int, last: int) -> str:
    return "It is missing." if first >= last else f"It is missing, and all up to event {last}."


def _fault(found: Verification, sequence: int, says: str) -> None:
    found.faults.append(Fault(f"event {sequence}", says))
