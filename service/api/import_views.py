"""What the API answers of imports: how far each came, what it changed, and what undoing it did."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from data.exchange.imports import Import, ImportChange, Undoing
from data.exchange.undo import Undone

_IMPORT_EXAMPLE: dict[str, JsonValue] = {
    "id": 7,
    "state": "finished",
    "source": "/srv/lists/losses.csv",
    "sha256": "9f2c6d0b6d4f0a3c1f7a5b8e2d9c4e6f7081a2b3c4d5e6f708192a3b4c5d6e7f",
    "mapping": {"title": "Titel", "photo": "Datei"},
    "authority": "Police of Veldermond",
    "actor": "registrar, artrieve import",
    "source_register": "own",
    "started_at": "2026-03-01T09:00:00Z",
    "ended_at": "2026-03-01T09:04:00Z",
    "rows": 120,
    "added": 100,
    "updated": 12,
    "unchanged": 6,
    "quarantined": 2,
    "photographs": 180,
    "photos_refused": 1,
    "undoing": None,
}
_UNDOING_EXAMPLE: dict[str, JsonValue] = {
    "at": "2026-03-02T08:00:00Z",
    "by": "api, 127.0.0.1",
    "withdrawn": 100,
    "returned": 12,
    "photographs": 180,
    "kept": 1,
}
_CHANGE_EXAMPLE: dict[str, JsonValue] = {
    "id": 341,
    "line": 17,
    "action": "update",
    "object_id": 17,
    "version": 2,
    "title": "Lemon, pewter jug and oysters",
    "message": "the record was changed",
    "changes": [{"field": "maker", "before": "I. Maarsen", "after": "Isaac Maarsen"}],
    "photographs": [],
    "kept": [],
}


class UndoingView(BaseModel):
    """What undoing an import did."""

    model_config = ConfigDict(json_schema_extra={"examples": [_UNDOING_EXAMPLE]})

    at: datetime
    by: str = Field(description="Who undid it, in words.")
    withdrawn: int = Field(description="Objects that the import had brought, and that were withdrawn.")
    returned: int = Field(description="Objects in which something is as before now.")
    photographs: int = Field(description="Photographs that it had added, and that were removed.")
    kept: int = Field(description="Rows of which something stayed, because it was changed since.")

    @classmethod
    def of(cls, undoing: Undoing) -> UndoingView:
        """The view of what undoing did."""
        return cls(
            at=undoing.at,
            by=undoing.by,
            withdrawn=undoing.withdrawn,
            returned=undoing.returned,
            photographs=undoing.photographs,
            kept=undoing.kept,
        )


class ImportView(BaseModel):
    """An import of one list or folder."""

    model_config = ConfigDict(json_schema_extra={"examples": [_IMPORT_EXAMPLE]})

    id: int
    state: Literal["running", "interrupted", "finished", "undone"]
    source: str = Field(description="The list or folder, with its whole path.")
    sha256: str = Field(description="SHA-256 of the list; empty for a folder.")
    mapping: dict[str, str] = Field(description="Our fields and the columns they were read from.")
    authority: str = Field(description="Who reports rows that name no authority.")
    actor: str = Field(description="Who imported it, in words.")
    source_register: str = Field(description="Key of the source register that its objects belong to.")
    started_at: datetime
    ended_at: datetime | None = Field(description="null while it runs, and of one that was killed.")
    rows: int
    added: int
    updated: int
    unchanged: int
    quarantined: int
    photographs: int = Field(description="Photographs that it added.")
    photos_refused: int = Field(description="Photos in quarantine whose row was taken.")
    undoing: UndoingView | None = Field(description="What undoing it did; null: it was not undone.")

    @classmethod
    def of(cls, found: Import) -> ImportView:
        """The view of an import."""
        undoing = UndoingView.of(found.undoing) if found.undoing else None
        names = [name for name in cls.model_fields if name not in ("undoing", "mapping")]
        plain = {name: getattr(found, name) for name in names}
        return cls.model_validate({**plain, "mapping": dict(found.mapping), "undoing": undoing})


class ImportPage(BaseModel):
    """Some of the imports, the latest first."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"imports": [_IMPORT_EXAMPLE], "next_before": 7}]}
    )

    imports: list[ImportView]
    next_before: int | None = Field(
        description="Ask with `before` set to this for the next page; null: no more."
    )

    @classmethod
    def of(cls, found: list[Import], limit: int) -> ImportPage:
        """The view of a page that was read with a limit of one more than ``limit``."""
        shown = found[:limit]
        return cls(
            imports=[ImportView.of(each) for each in shown],
            next_before=shown[-1].id if len(found) > limit else None,
        )


class FieldChange(BaseModel):
    """What an import changed in one field."""

    field: str = Field(
        description="A field of the record, its part behind a point; `view.ID`: what a photograph shows."
    )
    before: Any = Field(description="What stood there, as the record has it.")
    after: Any = Field(description="What the import put there.")


class ChangeView(BaseModel):
    """What an import did with one row."""

    model_config = ConfigDict(json_schema_extra={"examples": [_CHANGE_EXAMPLE]})

    id: int
    line: int = Field(description="Line of the list; the photo's number in a folder.")
    action: Literal["add", "update", "unchanged", "quarantined"]
    object_id: int | None
    version: int | None = Field(description="Version of the object after the change.")
    title: str
    message: str
    changes: list[FieldChange] = Field(description="Of an object that was added everything is new: empty.")
    photographs: list[int] = Field(description="Photographs that were added.")
    kept: list[str] = Field(description="What undoing left, because it was changed since.")

    @classmethod
    def of(cls, found: ImportChange) -> ChangeView:
        """The view of a change."""
        names = ("id", "line", "action", "object_id", "version", "title", "message")
        changes = [
            {"field": name, "before": before, "after": after}
            for name, (before, after) in found.changes.items()
        ]
        lists = {"changes": changes, "photographs": list(found.photographs), "kept": list(found.kept)}
        return cls.model_validate({name: getattr(found, name) for name in names} | lists)


class ChangePage(BaseModel):
    """Some of the changes of an import, in their order."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"changes": [_CHANGE_EXAMPLE], "next_after": 341}]}
    )

    changes: list[ChangeView]
    next_after: int | None = Field(
        description="Ask with `after` set to this for the next page; null: no more."
    )

    @classmethod
    def of(cls, found: list[ImportChange], limit: int) -> ChangePage:
        """The view of a page that was read with a limit of one more than ``limit``."""
        shown = found[:limit]
        return cls(
            changes=[ChangeView.of(each) for each in shown],
            next_after=shown[-1].id if shown and len(found) > limit else None,
        )


class UndoneView(BaseModel):
    """An import that was undone, now or before."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "import": {**_IMPORT_EXAMPLE, "state": "undone", "undoing": _UNDOING_EXAMPLE},
                    "already": False,
                }
            ]
        }
    )

    taken_back: ImportView = Field(alias="import")
    already: bool = Field(description="It was undone before: there was nothing more to do.")

    @classmethod
    def of(cls, undone: Undone) -> UndoneView:
        """The view of an import that was undone."""
        return cls.model_validate({"import": ImportView.of(undone.taken_back), "already": undone.already})
