"""Keeps the search records that the service writes."""

import datetime as dt
from typing import Any

from sqlalchemy.exc import IntegrityError

from data.actor import UNNAMED, Actor
from data.audit import append
from data.audit_events import PhotoSearched
from data.canonical import digest
from data.database import Database
from data.tables import SearchRow


class SearchAlreadyKept(RuntimeError):
    """There is a search record under this id; records are never written over."""


class SearchLog:
    """Search records by their id. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(
        self, search_id: str, answer: dict[str, Any], made_at: dt.datetime, actor: Actor = UNNAMED
    ) -> None:
        """Keep a record, and tell the audit trail of it: JSON, with the moment of the search in a time zone.

        Raises SearchAlreadyKept.
        """
        event = _event(search_id, answer)
        with self._database.session(writes=True) as session:
            session.add(SearchRow(id=search_id, made_at=made_at, answer=answer))
            try:
                session.flush()
            except IntegrityError as error:
                raise SearchAlreadyKept(
                    f"A search record {search_id} exists already, and records are never changed. Use a new id."
                ) from error
            append(session, actor, [event], made_at)

    def get(self, search_id: str) -> dict[str, Any] | None:
        """The record as it was saved, or None."""
        if "\x00" in search_id:  # PostgreSQL refuses to look for it
            return None
        with self._database.session() as session:
            found = session.get(SearchRow, search_id)
            return None if found is None else found.answer


def _event(search_id: str, answer: dict[str, Any]) -> PhotoSearched:
    photos, candidates = answer.get("photos"), answer.get("candidates")
    asked = answer.get("asked")
    asked = asked if isinstance(asked, dict) else {}
    fields = asked.get("fields")
    return PhotoSearched(
        search=search_id,
        record=digest(answer),
        verdict=str(answer.get("verdict", "")),
        photos=len(photos) if isinstance(photos, list) else 0,
        candidates=len(candidates) if isinstance(candidates, list) else 0,
        fields=tuple(map(str, fields)) if isinstance(fields, dict) else (),
        narrowed=asked.get("narrowed") is True,
    )
