"""The option `--level` of commands that search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from indexer.decide import AlertLevel
    from service.settings import Settings

# A text, and not the enumeration: that one loads what numbers need, and --help should be prompt.
LevelOption = Annotated[
    str | None,
    typer.Option(
        "--level",
        metavar="LEVEL",
        help="How readily it alerts: dealer, auction or police. Without it, what ARTRIEVE_ALERT_LEVEL says.",
    ),
]


def level_of(given: str | None, settings: Settings) -> AlertLevel:
    """The alert level that is asked for, or else that of the settings. Raises typer.BadParameter."""
    from indexer.decide import AlertLevel

    if given is None:
        return settings.alert_level
    try:
        return AlertLevel(given)
    except ValueError:
        known = ", ".join(AlertLevel)
        raise typer.BadParameter(f"{given!r} is no alert level; give one of: {known}.") from None
