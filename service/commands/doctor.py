"""``artrieve doctor``: is everything in order, and if not, what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.console import say
from service.commands.failures import FAILED

if TYPE_CHECKING:
    from service.doctor import Finding

STYLES = {"ok": "green", "warn": "yellow", "fail": "red"}


def command(
    as_json: Annotated[bool, typer.Option("--json", help="Write the findings as JSON.")] = False,
) -> None:
    """Check settings, database, photo store, index, weights, memory and disk. Exit code 1 when one fails."""
    import json
    from dataclasses import asdict

    from service.doctor import examine

    findings = examine()
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        tell(findings)
    if any(finding.state == "fail" for finding in findings):
        raise typer.Exit(FAILED)


def tell(findings: Sequence[Finding]) -> None:
    """Write a line for each."""
    for finding in findings:
        advice = f" {finding.advice}" if finding.advice else ""
        say(f"{finding.state:<5} {finding.name}: {finding.text}{advice}", style=STYLES[finding.state])
