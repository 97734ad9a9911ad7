"""What ``artrieve import`` is asked for, and whether its options go together."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from data.exchange.file_import import Asked as Reading
    from data.register import Register


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be imported, and how."""

    source: str
    path: Path | None
    """The file or folder; None of an address."""
    mapping: dict[str, str]
    saved: str | None
    save: str | None
    authority: str | None
    sheet: str | None
    schema: Path | None
    language: str
    register: str | None
    dry_run: bool

    @property
    def is_folder(self) -> bool:
        """Whether photos are imported, not a file."""
        return self.path is not None and self.path.is_dir()

    def check(self) -> None:
        """Raise typer.BadParameter for options that do not go together."""
        mapped = self.mapping or self.saved or self.save
        if self.is_folder and (mapped or self.authority or self.sheet or self.schema or self.language):
            raise typer.BadParameter(
                "--map, --mapping, --save-mapping, --authority, --sheet, --schema and --language are for lists and "
                "records; a folder of photos has no columns."
            )
        if self.save and self.dry_run:
            raise typer.BadParameter(
                "--save-mapping writes, and --dry-run writes nothing: leave one of them out."
            )

    def whole_mapping(self, register: Register) -> dict[str, str]:
        """The kept mapping with what --map says over it. Raises MappingNotFound, MappingRefused, ImportRefused."""
        from data.exchange.mapping import known_field
        from data.exchange.saved_mappings import SavedMappings

        kept = SavedMappings(register.database)
        said = {known_field(field): column for field, column in self.mapping.items()}
        mapping = (dict(kept.get(self.saved).columns) if self.saved else {}) | said
        if self.save:
            kept.check(self.save, mapping)
        return mapping

    def reading(self, mapping: dict[str, str]) -> Reading:
        """How a file is to be read, by this mapping."""
        from data.exchange.file_import import Asked as Reading

        return Reading(mapping, self.authority, self.sheet, self.schema, self.language)


def checked_source(source: str) -> Path | None:
    """The path of a file or folder that is there; None of an address. Raises typer.BadParameter."""
    from data.exchange.file_import import is_address

    if is_address(source):
        return None
    if not os.path.exists(source):  # noqa: PTH110  a name may be too long for pathlib
        raise typer.BadParameter(f"{source!r} does not exist. Give a file, a folder, or an https address.")
    return Path(source)


def numbered(path: Path | None) -> str:
    """What the rows of a file are counted in: lines of a list, records of LIDO and IIIF. Raises ImportRefused."""
    from data.exchange.file_import import kind_of

    return "line" if path is not None and kind_of(path) in {"csv", "excel"} else "record"


def parse_mapping(given: list[str]) -> dict[str, str]:
    """The fields and columns of every --map: our name to theirs. Raises typer.BadParameter."""
    from data.exchange.mapping import split_pairs

    pairs: dict[str, str] = {}
    for part in split_pairs(",".join(given)):
        if not part.strip():
            continue
        field, equals, column = (piece.strip() for piece in part.partition("="))
        if not equals or not field or not column:
            raise typer.BadParameter(f"{part!r} is not FIELD=COLUMN, as in --map photo=file,title=Titel")
        if field in pairs:
            raise typer.BadParameter(f"--map names the field {field!r} twice.")
        pairs[field] = column
    return pairs
