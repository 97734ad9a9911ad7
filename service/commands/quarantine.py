"""``artrieve quarantine``: what imports could not take, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.commands.console import note, table

if TYPE_CHECKING:
    from data.quarantine import Quarantined


def command(
    source: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="Only what came from this file or folder."),
    ] = None,
    resolved: Annotated[
        bool, typer.Option("--resolved", help="Also what a later import of the same source took.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write the entries as JSON.")] = False,
) -> None:
    """List the rows and photos that imports could not take, each with its reason."""
    import json

    from data.quarantine import Quarantine
    from service.settings import load_settings
    from service.workshop import opened_for_registrar

    with opened_for_registrar(load_settings(), create=False) as register:
        entries = Quarantine(register.database).entries(resolved=resolved)
    if source is not None:
        names = names_of(source)
        entries = [entry for entry in entries if is_from(entry.source, names)]
    if as_json:
        typer.echo(json.dumps([as_values(entry) for entry in entries], indent=2, ensure_ascii=False))
    elif entries:
        table(("source", "line", "photo", "title", "reason", "since"), [as_row(entry) for entry in entries])
    else:
        note("Nothing is in quarantine." if source is None else f"Nothing from {source} is in quarantine.")


def names_of(source: Path) -> set[str]:
    """The names under which a file or folder may be kept: imports follow links of folders, not of lists."""
    from data.exchange.csv_import import source_name
    from data.quarantine import LONGEST_SOURCE

    return {source_name(path)[-LONGEST_SOURCE:] for path in (source.absolute(), source.resolve())}


def is_from(source: str, names: set[str]) -> bool:
    """Whether what was imported is called so, or is a sheet of the Excel file that is."""
    from data.exchange.file_import import SHEET_MARK

    return any(source == name or source.startswith(f"{name}{SHEET_MARK}") for name in names)


def as_row(entry: Quarantined) -> tuple[str, ...]:
    """An entry as cells of the table."""
    since = entry.first_seen_at.date().isoformat() if entry.first_seen_at else ""
    taken = f" (taken {entry.resolved_at.date().isoformat()})" if entry.resolved_at else ""
    return entry.source, str(entry.line), entry.photo, entry.title, entry.reason + taken, since


def as_values(entry: Quarantined) -> dict[str, Any]:
    """An entry as JSON values."""
    moments = ("first_seen_at", "last_seen_at", "resolved_at")
    when = {name: moment.isoformat() if (moment := getattr(entry, name)) else None for name in moments}
    return {
        "source": entry.source,
        "line": entry.line,
        "photo": entry.photo,
        "title": entry.title,
        "reason": entry.reason,
        **when,
    }
