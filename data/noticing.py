"""Notices that two objects are likely the same, by what two of their photographs show.

What people have said of two objects holds for those that were merged into them as well: a pair that was linked or told
apart is not noticed again, whatever is found.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from data.audit_events import DuplicateFound
from data.duplicate_tables import DuplicateRow, DuplicateState, FindingRow
from data.parts import in_parts
from data.survey import ANSWERS, PRESENT
from data.tables import LinkRow, ObjectRow, PhotographRow

MOST_IDENTICAL: Final = 5
"""Other objects that are noticed for having a photo byte for byte, those registered first: a list may show one picture
("no photo") with thousands of objects."""
_AT_ONCE: Final = 500

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Likely:
    """A photograph that was compared, another one that shows the same, and how that was found.

    probability  that both show the same object; None if only bytes were compared
    level        the alert level at which it alerts
    generation   of the index that was searched
    models       ids of model cards, by what each does
    """

    photograph_id: int
    other_id: int
    identical: bool = False
    probability: float | None = None
    level: str = ""
    generation: int | None = None
    models: Mapping[str, str] = field(default_factory=dict)


class Fresh:
    """The photographs that a transaction adds or brings back: each waits to be compared (see data.checks), and whether
    another object has the very same photo is noticed at once.
    """

    def __init__(self, session: Session, now: dt.datetime, revision: int) -> None:
        self._session = session
        self._now = now
        self._revision = revision
        self._photographs: list[PhotographRow] = []

    def add(self, photographs: Iterable[PhotographRow]) -> None:
        """Take these in."""
        for one in photographs:
            one.check_due = self._revision
            self._photographs.append(one)

    def notice(self, tell: Callable[[DuplicateFound], None]) -> None:
        """Keep what is identical, as the last step of the transaction, and tell of it."""
        if self._photographs:
            for event in _notice_identical(self._session, self._now, self._photographs):
                tell(event)


def _notice_identical(
    session: Session, now: dt.datetime, photographs: Sequence[PhotographRow]
) -> list[DuplicateFound]:
    session.flush()
    held = _held_twice(session, {one.sha256 for one in photographs})
    found = [
        Likely(one.id, other, identical=True)
        for one in photographs
        if one.sha256 in held
        for other in _first_others(one.object_id, held[one.sha256])
    ]
    return notice(session, now, found)


def _held_twice(session: Session, hashes: Collection[str]) -> dict[str, list[Pair]]:
    """Of photos that several objects have: the first photographs, each with its object."""
    searched = select(PhotographRow.sha256).join(ObjectRow, ObjectRow.id == PhotographRow.object_id)
    several = searched.where(PRESENT, ANSWERS).group_by(PhotographRow.sha256)
    several = several.having(func.count(PhotographRow.object_id.distinct()) > 1)
    held: dict[str, list[Pair]] = {}
    for some in in_parts(sorted(hashes), _AT_ONCE):
        for sha256 in session.scalars(several.where(PhotographRow.sha256.in_(some))).all():
            first = (
                select(PhotographRow.id, PhotographRow.object_id)
                .join(ObjectRow, ObjectRow.id == PhotographRow.object_id)
                .where(PhotographRow.sha256 == sha256, PRESENT, ANSWERS)
                .order_by(PhotographRow.id)
                .limit(MOST_IDENTICAL + 1)
            )
            held[sha256] = [(one, owner) for one, owner in session.execute(first)]
    return held


def _first_others(object_id: int, held: Iterable[Pair]) -> list[int]:
    return [photograph for photograph, owner in held if owner != object_id][:MOST_IDENTICAL]


def notice(session: Session, now: dt.datetime, found: Sequence[Likely]) -> list[DuplicateFound]:
    """Keep pairs of photographs as likely duplicates of their objects. Returns an event for each new pair of objects.

    Left out is what is not so any more (a photograph was removed, an object is searched for no more) and what people
    have decided. The session must write.
    """
    owners = _owners(session, {each for one in found for each in (one.photograph_id, one.other_id)})
    pairs: dict[Pair, list[Likely]] = {}
    for one in found:
        if one.photograph_id in owners and one.other_id in owners:
            pair = owners[one.photograph_id], owners[one.other_id]
            if pair[0] != pair[1]:
                pairs.setdefault(pair, []).append(one)
    decided = _Decided(session)
    return [
        event
        for pair, likely in pairs.items()
        if not decided.knows(pair)
        for event in _keep(session, now, pair, likely)
    ]


def _owners(session: Session, photograph_ids: Collection[int]) -> dict[int, int]:
    """The objects of photographs that can be searched."""
    query = (
        select(PhotographRow.id, PhotographRow.object_id)
        .join(ObjectRow, ObjectRow.id == PhotographRow.object_id)
        .where(PRESENT, ANSWERS)
    )
    return {
        one: owner
        for some in in_parts(sorted(photograph_ids), _AT_ONCE)
        for one, owner in session.execute(query.where(PhotographRow.id.in_(some)))
    }


def _keep(
    session: Session, now: dt.datetime, pair: Pair, likely: Sequence[Likely]
) -> Iterator[DuplicateFound]:
    first, second = sorted(pair)
    row = find_pair(session, first, second)
    if row is None:
        row = new_pair(session, now, first, second)
        identical = any(one.identical for one in likely)
        yield DuplicateFound(object=pair[0], other=pair[1], identical=identical)
    for one in likely:
        key = (one.photograph_id, one.other_id) if pair[0] == first else (one.other_id, one.photograph_id)
        _keep_finding(session, now, row.id, key, one)


def _keep_finding(session: Session, now: dt.datetime, duplicate_id: int, key: Pair, one: Likely) -> None:
    """Keep what was found; what was found before only gives way to what is surer."""
    row = session.get(FindingRow, (duplicate_id, *key))
    if row is None:
        row = FindingRow(
            duplicate_id=duplicate_id,
            first_photograph_id=key[0],
            second_photograph_id=key[1],
            identical=False,
            probability=None,
            level="",
            generation=None,
            models={},
            found_at=now,
        )
        session.add(row)
    row.identical = row.identical or one.identical
    if one.probability is not None and one.probability > (row.probability or 0.0):
        row.probability, row.level = one.probability, one.level
        row.generation, row.models, row.found_at = one.generation, dict(one.models), now
    session.flush()


def find_pair(session: Session, one: int, other: int) -> DuplicateRow | None:
    """What is kept of two objects as likely duplicates, if anything."""
    first, second = sorted((one, other))
    return session.scalar(
        select(DuplicateRow).where(DuplicateRow.first_id == first, DuplicateRow.second_id == second)
    )


def new_pair(session: Session, now: dt.datetime, one: int, other: int) -> DuplicateRow:
    """Keep two objects as likely duplicates of which nothing is kept yet."""
    first, second = sorted((one, other))
    said = dict.fromkeys(("actor_kind", "actor_name", "address", "reason", "source"), "")
    row = DuplicateRow(
        first_id=first,
        second_id=second,
        state=DuplicateState.open.value,
        found_at=now,
        decided_at=None,
        **said,
    )
    session.add(row)
    session.flush()
    return row


class _Decided:
    """Answers whether people have said of two objects, or of some merged into them, that they are the same or not."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._parts: dict[int, list[int]] = {}

    def knows(self, pair: Pair) -> bool:
        ones, others = self._with_merged(pair[0]), self._with_merged(pair[1])
        linked = select(LinkRow.object_id).where(LinkRow.object_id.in_(ones), LinkRow.other_id.in_(others))
        if self._session.scalar(linked.limit(1)) is not None:
            return True
        here = and_(DuplicateRow.first_id.in_(ones), DuplicateRow.second_id.in_(others))
        there = and_(DuplicateRow.first_id.in_(others), DuplicateRow.second_id.in_(ones))
        dismissed = select(DuplicateRow.id).where(
            or_(here, there), DuplicateRow.state == DuplicateState.dismissed.value
        )
        return self._session.scalar(dismissed.limit(1)) is not None

    def _with_merged(self, object_id: int) -> list[int]:
        """The object and all that were merged into it, also by way of others."""
        if object_id not in self._parts:
            parts = last = [object_id]
            while last:
                query = select(ObjectRow.id).where(ObjectRow.merged_into.in_(last))
                last = list(self._session.scalars(query))
                parts = [*parts, *last]
            self._parts[object_id] = parts
        return self._parts[object_id]
