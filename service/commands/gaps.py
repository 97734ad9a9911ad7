"""``artrieve gaps``: which objects lack most of what would help to recognise them?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.commands.console import note, say, table

if TYPE_CHECKING:
    from service.gaps import Gap, Gaps


def command(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many objects to list at most.")] = 20,
    missing: Annotated[
        str,
        typer.Option(
            metavar="PART", help="Only objects that lack this: a field of the record, or photographs."
        ),
    ] = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="Write all that each object lacks, as JSON.")
    ] = False,
) -> None:
    """List the objects whose records and photographs lack most of Object ID, and what to add to each first."""
    import json

    from service.gaps import gaps
    from service.settings import load_settings
    from service.workshop import opened_reader

    part = part_of(missing)
    with opened_reader(load_settings()) as reader:
        found = gaps(reader, limit, part)
    if as_json:
        typer.echo(json.dumps([as_values(each) for each in found.least], indent=2, ensure_ascii=False))
    else:
        tell(found)


def part_of(given: str) -> str:
    """The part of a record that --missing names. Raises typer.BadParameter."""
    from data.completeness import PARTS

    if given and given not in PARTS:
        raise typer.BadParameter(f"--missing {given!r} is none of: {', '.join(PARTS)}.")
    return given


def tell(found: Gaps) -> None:
    """Write the objects for a person, a line each with what to add first."""
    if not found.least:
        note("No object lacks any of it." if found.objects else "The register has no object to search for.")
        return
    rows = [
        (
            str(each.object.id),
            each.object.record.title or " > ".join(each.object.record.type_path),
            f"{each.completeness.share:.0%}",
            each.completeness.missing[0].add,
            str(len(each.completeness.missing)),
        )
        for each in found.least
    ]
    table(("object", "title", "complete", "add first", "missing"), rows)
    say(
        f"{found.lacking} of {found.objects} objects lack something; on average they are {found.share:.0%} complete. "
        "--json tells all that each lacks, and why it helps.",
        style="dim",
    )


def as_values(gap: Gap) -> dict[str, Any]:
    """An object and what it lacks, as JSON values."""
    from service.api.record_views import CompletenessView

    return {
        "object_id": gap.object.id,
        "title": gap.object.record.title,
        "type_path": list(gap.object.record.type_path),
        "completeness": CompletenessView.of(gap.completeness).model_dump(mode="json"),
    }
