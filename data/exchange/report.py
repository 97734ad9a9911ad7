"""What an import says about each row, and at its end."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Action = Literal["add", "update", "unchanged", "quarantined"]


class ImportRefused(ValueError):
    """Nothing of the file can be imported as asked; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What happened, or in a dry run would happen, to one row (or to one photo of a folder)."""

    line: int
    """Line of the file on which the row begins, the header being line 1; in a folder, the photo's number."""
    action: Action
    reason: str
    """Why it is in quarantine, which photos were refused or are poor and why, or what an update changed."""
    title: str
    photo: str
    """The names of the row's photos as the row gives them, separated by |."""
    object_id: int | None
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    """What an update changed in the record and in what photographs show: by field, before and after."""


@dataclass(slots=True)
class ImportReport:
    """The sum of an import. `counts` has one number per action; the rows went to `progress` one by one."""

    rows: int = 0
    counts: Counter[Action] = field(default_factory=Counter)
    photographs: int = 0
    """Photographs that were added (in a dry run: would be)."""
    photos_refused: int = 0
    """Photos that are in quarantine while their row was taken."""
    photos_poor: int = 0
    """Photos that were taken and by which their objects will hardly be found; the reasons of their rows tell why."""
    ignored: int = 0
    """Files of a folder that do not look like photos and were left alone."""
    notes: list[str] = field(default_factory=list)
    """What is to be said of the file as a whole: sheets that were not read, for example."""
    encoding: str = ""
    delimiter: str = ""
    mapped: dict[str, str] = field(default_factory=dict)
    """Our fields and the columns they were read from."""
    unmapped: tuple[str, ...] = ()
    """Columns that were not used."""
    dry_run: bool = False
    import_id: int | None = None
    """Under which number the register keeps this import; None of a dry run."""
