"""``artrieve search``: which registered objects are in these photos?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.commands import fields
from service.commands.console import say, table
from service.commands.failures import CommandFailed
from service.commands.levels import LevelOption, level_of

if TYPE_CHECKING:
    from data.intake_pool import IntakePool
    from data.register import Register
    from service.records.search_record import CandidateRecord, Coverage, SearchRecord


@fields.with_fields
def command(
    photos: Annotated[
        list[Path],
        typer.Argument(
            metavar="PHOTO...", help="Photos of one object.", exists=True, dir_okay=False, readable=True
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Write the whole search record as JSON.")] = False,
    evidence: Annotated[
        Path | None,
        typer.Option(metavar="DIR", file_okay=False, help="Write pictures that show why into this folder."),
    ] = None,
    level: LevelOption = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many candidates to show at most.")] = 10,
    said: fields.Said = fields.NOTHING_SAID,
    place_of_origin: fields.Origin = "",
    narrow: Annotated[
        bool, typer.Option("--narrow", help="Search only objects that agree with all of it.")
    ] = False,
) -> None:
    """Search the register with one or several photos of one object, and with what else is known of it."""
    from data.finding import FieldHidden
    from service.asked import FieldsRefused
    from service.in_hand import in_hand
    from service.photo_files import read_photo_file
    from service.searching import NothingToSearch, UploadedPhoto
    from service.settings import load_settings
    from service.workshop import open_desk, open_engine, open_intake, opened_register

    settings = load_settings()
    at_level = level_of(level, settings)
    try:
        known = in_hand({**said, "place_of_origin": place_of_origin, "narrow": str(narrow).lower()})
    except FieldsRefused as refused:
        raise typer.BadParameter(str(refused)) from refused
    if len(photos) > settings.max_photos_per_search:
        raise typer.BadParameter(
            f"{len(photos)} photos are more than the {settings.max_photos_per_search} of one search."
        )
    # Each is read when its turn comes, so that one is in memory at once.
    uploads = (UploadedPhoto(read_photo_file(path, settings.limits), path.name) for path in photos)
    with opened_register(settings, create=False) as register, open_intake(settings) as intake:
        desk = open_desk(register, intake, open_engine(settings, register))
        try:
            record = desk.search(uploads, limit, at_level, settings.role, known=known)
        except FieldHidden as refused:
            raise typer.BadParameter(str(refused)) from refused
        except NothingToSearch as empty:
            advice = "`artrieve import` fills the register, `artrieve index` the index."
            raise CommandFailed(f"{empty} {advice}") from empty
        pictures = write_evidence(record, photos, evidence, register, intake) if evidence else []
    if as_json:
        typer.echo(record.model_dump_json(indent=2))
    else:
        tell(record, pictures)


def tell(record: SearchRecord, pictures: Sequence[Path] = ()) -> None:
    """Write a search record for a person: the verdict, the candidates, and why."""
    say(f"{record.verdict}: {record.meaning}", style="bold")
    if record.advice:
        say(record.advice)
    rows = [
        (
            str(entry.rank),
            entry.verdict,
            entry.chance,
            str(entry.object_id),
            entry.object.title,
            " ".join([entry.explanation, *also_shown(entry)]),
        )
        for entry in record.candidates
    ]
    if rows:
        table(("rank", "verdict", "probability", "object", "title", "why"), rows)
    for line in fields_in_words(record):
        say(line)
    if record.alert:
        say(f"Alert level {record.alert.level}: {record.alert.meaning}", style="dim")
    covered = record.covered
    narrowed = covered.narrowed
    photographs = narrowed.photographs if narrowed else covered.photographs
    say(
        f"Searched {photographs} photographs of {_objects(covered)} objects, "
        f"generation {covered.generation}, search {record.id}.",
        style="dim",
    )
    for line in covered_in_words(covered):
        say(line, style="dim")
    for picture in pictures:
        say(f"Evidence: {picture}")


def _objects(covered: Coverage) -> int:
    narrowed = covered.narrowed
    if narrowed is None:
        return covered.objects_with_photographs
    return narrowed.objects - narrowed.without_usable_picture


def fields_in_words(record: SearchRecord) -> list[str]:
    """What was said of the object in hand: categories at risk, how it compares, what narrowing by it put right."""
    lines = [f"Risk flag, not a match: {flag.why} {flag.meaning}" for flag in record.risk_flags]
    for entry in record.candidates:
        if entry.fields and entry.verdict in {"match", "possible"}:
            compared = "; ".join(each.words for each in entry.fields)
            lines.append(f"Rank {entry.rank}, object {entry.object_id}: {compared}.")
    if record.asked:
        lines += [record.asked.meaning, *record.asked.corrections]
    return lines


def covered_in_words(covered: Coverage) -> list[str]:
    """What of each source register was searched, a line each, and how many objects no photo can find."""
    narrowed = covered.narrowed
    lines = [
        f"Agrees with all that was given, without a usable picture: object {each.object_id}, "
        f"{each.title or ' > '.join(each.type_path) or 'no title'}. Compare it yourself."
        for each in (narrowed.pictureless if narrowed else ())
    ]
    lines += [
        f"Register {one.name}: {one.photographs} photographs of {one.objects_with_photographs} of its {one.objects} "
        f"objects{f', as of {one.as_of}' if one.as_of else ''}, updated {one.updated_at:%Y-%m-%d}."
        for one in covered.registers
        if one.objects
    ]
    if covered.without_usable_picture:
        lines.append(
            f"{covered.without_usable_picture} of {covered.objects} objects have no usable picture: no photo can find "
            "them. `artrieve objects --without-pictures` lists them."
        )
    return lines


def also_shown(entry: CandidateRecord) -> list[str]:
    """Which further searched photos speak for a candidate, in a sentence, if any do."""
    if not entry.also:
        return []
    photos = ", ".join(str(each + 1) for each in entry.also)
    return [f"Found with photo {entry.photo + 1}; also found with photo {photos} alone."]


def write_evidence(
    record: SearchRecord, photos: Sequence[Path], folder: Path, register: Register, intake: IntakePool
) -> list[Path]:
    """Write every picture that candidates called match or possible have; where they lie."""
    from indexer.explain import evidence_image
    from service.photo_files import read_photo_file
    from service.records.writing import candidate_of

    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for entry in record.candidates:
        if entry.verdict not in {"match", "possible"}:
            continue
        searched = photos[entry.photo]
        jpeg = intake.take_in(read_photo_file(searched, intake.limits), searched.name).jpeg
        for kind in entry.evidence:
            picture = evidence_image(
                jpeg, register.photo_bytes(entry.photograph_id), candidate_of(entry), kind
            )
            path = folder / f"{searched.stem}-{entry.rank}-object{entry.object_id}-{kind}.jpg"
            path.write_bytes(picture)
            written.append(path)
    return written
