"""What is looked at in a register that was carried over, before it takes its place."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, column, func, not_, select, table, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from data.audit_verify import verify_in
from data.finding_index import index_everything
from data.object_id import Status, ViewKind
from data.tables import ObjectRow, PhotographRow, StateRow
from data.transfer.carried import Kind, carried_tables
from data.transfer.rows import is_sqlite


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold: `problem` says in a sentence what is wrong, and nothing if all is well."""

    name: str
    problem: Callable[[Session], str]


def _damage(session: Session) -> str:
    if not is_sqlite(session):
        return ""
    found = session.scalars(text("PRAGMA integrity_check(1)")).first()
    return "" if found == "ok" else f"The database file is damaged: {found}."


def _broken_references(session: Session) -> str:
    if not is_sqlite(session):  # PostgreSQL lets none in
        return ""
    found = session.execute(text("PRAGMA foreign_key_check")).first()
    return f"A row of {found[0]} refers to a row of {found[2]} that is not there." if found else ""


def _unreadable_json(session: Session) -> str:
    if not is_sqlite(session):  # PostgreSQL lets none in
        return ""
    for each in carried_tables():
        for name in (name for name, kind in each.columns.items() if kind is Kind.json):
            bad: ColumnElement[bool] = not_(func.json_valid(column(name)))
            if session.scalar(
                select(func.count()).select_from(table(each.name)).where(column(name).is_not(None), bad)
            ):
                return f"{each.name}.{name} holds what is no JSON."
    return ""


def _unknown_words(session: Session) -> str:
    for one, known in ((ObjectRow.status, Status), (PhotographRow.view, ViewKind)):
        for word in session.scalars(select(one).distinct()):
            if word not in {each.value for each in known}:
                return f"{_name(one)} holds {word[:40]!r}, which this version does not know."
    return ""


def _name(one: InstrumentedAttribute[Any]) -> str:
    return f"{one.class_.__tablename__}.{one.key}"


def _late_counters(session: Session) -> str:
    state = session.get(StateRow, 1)
    if state is None:
        return "The table register_state is empty."
    objects = session.scalar(select(func.max(ObjectRow.id))) or 0
    photographs = session.scalar(select(func.max(PhotographRow.id))) or 0
    if objects > state.last_object_id or photographs > state.last_photograph_id:
        return "The register would give ids again that objects or photographs have already."
    return ""


def _broken_trail(session: Session) -> str:
    found = verify_in(session)
    if not found.faults:
        return ""
    first = found.faults[0]
    more = f" There are {len(found.faults) - 1} more faults." if len(found.faults) > 1 else ""
    return f"The audit trail does not hold at {first.where}: {first.says}{more}"


CHECKS: Final[tuple[Check, ...]] = (
    Check("database", _damage),
    Check("references", _broken_references),
    Check("json", _unreadable_json),
    Check("words", _unknown_words),
    Check("ids", _late_counters),
    Check("audit", _broken_trail),
)
"""Every check, in the order in which they are made. A part of the register that can be verified adds its own."""


def _index_words(session: Session) -> None:
    index_everything(session.connection())


REBUILT: Final[tuple[Callable[[Session], None], ...]] = (_index_words,)
"""Fill the tables that are derived from others, once those are there."""


def problems(session: Session, checks: Sequence[Check] = CHECKS) -> list[str]:
    """What is wrong, with the name of the check; nothing if all is well.

    The first check that fails is the last one made: each presumes that those before it hold.
    """
    for check in checks:
        if said := check.problem(session):
            return [f"{check.name}: {said}"]
    return []


def rebuild(session: Session) -> None:
    """Fill the tables that are derived from others."""
    for fill in REBUILT:
        fill(session)
