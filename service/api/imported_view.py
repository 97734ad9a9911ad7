"""What the API answers of a list that was sent to be imported."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from data.exchange.report import RowOutcome
from service.api.import_views import FieldChange
from service.api.views import PREFIX
from service.importing import Imported

_ROW_EXAMPLE: dict[str, JsonValue] = {
    "line": 17,
    "action": "update",
    "object_id": 17,
    "title": "Lemon, pewter jug and oysters",
    "message": "the record was changed",
    "changes": [{"field": "maker", "before": "I. Maarsen", "after": "Isaac Maarsen"}],
}
_IMPORTED_EXAMPLE: dict[str, JsonValue] = {
    "dry_run": False,
    "import_id": 7,
    "report": f"{PREFIX}/imports/7/report",
    "rows": 120,
    "added": 0,
    "updated": 1,
    "unchanged": 119,
    "quarantined": 0,
    "photographs": 0,
    "photos_refused": 0,
    "photos_poor": 0,
    "mapping": {"title": "Titel"},
    "unmapped": ["Raum"],
    "notes": [],
    "told": [_ROW_EXAMPLE],
    "more": 0,
}


class RowView(BaseModel):
    """What became of one row of a list that was sent."""

    line: int = Field(description="Line of the list; of LIDO and IIIF the number of the record.")
    action: Literal["add", "update", "unchanged", "quarantined"]
    object_id: int | None
    title: str
    message: str = Field(
        description="Why it is in quarantine, what was refused of it, what was not understood."
    )
    changes: list[FieldChange]

    @classmethod
    def of(cls, row: RowOutcome) -> RowView:
        """The view of an outcome."""
        changes = [
            FieldChange(field=name, before=before, after=after)
            for name, (before, after) in row.changes.items()
        ]
        return cls(
            line=row.line,
            action=row.action,
            object_id=row.object_id,
            title=row.title,
            message=row.reason,
            changes=changes,
        )


class ImportedView(BaseModel):
    """What became of a list that was sent."""

    model_config = ConfigDict(json_schema_extra={"examples": [_IMPORTED_EXAMPLE]})

    dry_run: bool = Field(description="Nothing was written: this is what would happen.")
    import_id: int | None = Field(description="Number of the import; null of a dry run.")
    report: str | None = Field(description="Address of the report as a file; null of a dry run.")
    rows: int
    added: int
    updated: int
    unchanged: int
    quarantined: int
    photographs: int = Field(description="Photographs that were added.")
    photos_refused: int
    photos_poor: int = Field(description="Photos by which their objects will hardly be found.")
    mapping: dict[str, str] = Field(description="Our fields and the columns they were read from.")
    unmapped: list[str] = Field(description="Columns that were not used.")
    notes: list[str] = Field(description="What is to be said of the list as a whole.")
    told: list[RowView] = Field(description="The first rows that were not as the register has them already.")
    more: int = Field(description="How many such rows are not told.")

    @classmethod
    def of(cls, done: Imported) -> ImportedView:
        """The view of what became of a list."""
        report, number = done.report, done.report.import_id
        return cls(
            dry_run=report.dry_run,
            import_id=number,
            report=None if number is None else f"{PREFIX}/imports/{number}/report",
            rows=report.rows,
            added=report.counts["add"],
            updated=report.counts["update"],
            unchanged=report.counts["unchanged"],
            quarantined=report.counts["quarantined"],
            photographs=report.photographs,
            photos_refused=report.photos_refused,
            photos_poor=report.photos_poor,
            mapping=report.mapped,
            unmapped=list(report.unmapped),
            notes=report.notes,
            told=[RowView.of(row) for row in done.rows],
            more=done.more,
        )
