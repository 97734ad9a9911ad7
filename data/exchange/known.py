"""What the register holds under the source keys of an import's rows."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from data.database import Database
from data.source_names import other_names
from data.tables import ObjectRow, PhotographRow


@dataclass(frozen=True, slots=True)
class Known:
    """What the register holds under a source key."""

    object_id: int
    digest: str | None
    keeps_values: bool
    """Whether it is kept what the list said last."""
    undone: bool = False
    """Whether undoing an import withdrew it, so that a list brings it back."""
    sha256s: set[str] = field(default_factory=set)
    """Of its photographs, those that people removed too: a list does not bring them back."""
    views: dict[str, str | None] = field(default_factory=dict)
    """What its photographs show as the list said last, by SHA-256; without removed ones."""


def known_under(database: Database, keys: Collection[str]) -> dict[str, Known]:
    """What is registered under these source keys, read at one moment."""
    of_object = (ObjectRow.source_key, ObjectRow.id, ObjectRow.source_digest)
    # of an outer join: all four are None for an object without photographs
    of_photograph: tuple[Any, ...] = (
        PhotographRow.sha256,
        PhotographRow.source_view,
        PhotographRow.removed_at,
        PhotographRow.undone_at,
    )
    state = (ObjectRow.source_values.is_not(None), ObjectRow.undone_at.is_not(None))
    with database.session() as session:
        names = other_names(session, keys)
        wanted: ColumnElement[bool] = ObjectRow.source_key.in_(keys)
        if names:  # only then: no index helps with what may be either
            wanted = or_(wanted, ObjectRow.id.in_(names.values()))
        query = select(*of_object, *state, *of_photograph).outerjoin(ObjectRow.photographs).where(wanted)
        rows = session.execute(query).all()
    known: dict[str, Known] = {}
    for (
        key,
        object_id,
        digest,
        keeps,
        undone,
        sha256,
        view,
        removed_at,
        photo_undone_at,
    ) in rows:
        here = known.setdefault(key or "", Known(object_id, digest, keeps, undone))
        if sha256 is None or photo_undone_at is not None:
            continue
        here.sha256s.add(sha256)
        if removed_at is None:
            here.views[sha256] = view
    by_id = {one.object_id: one for one in known.values()}
    return known | {name: by_id[number] for name, number in names.items()}
