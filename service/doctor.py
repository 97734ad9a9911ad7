"""The doctor: looks at everything the service stands on and says what to do about what is wrong.

It changes nothing. What does not exist yet is no fault: a new installation passes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from data.database import Database, DatabaseMissing, DatabaseUnavailable, normal_url
from data.photos import PhotoCorrupt, PhotoMissing, PhotoStore, PhotoStoreUnavailable
from data.register import Register
from indexer.coverage import look_at_models
from indexer.sight import default_sight
from indexer.stored import Shelf
from indexer.vectors.index import IndexUnusable
from models.card import ModelUnusable
from service.backup.swap import JOURNAL
from service.settings import Settings, SettingsUnusable, load_settings, unknown_variables
from service.workshop import nearest, open_engine, open_photos, open_store, wanted_sight

State = Literal["ok", "warn", "fail"]

MIB = 1024 * 1024
DISK_SCARCE = 2048 * MIB
DISK_FULL = 200 * MIB
MEMORY_SCARCE = 1024 * MIB
PHOTOGRAPHS_SAMPLED = 25


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: its state, what was seen, and what to do unless it is ok."""

    name: str
    state: State
    text: str
    advice: str = ""


def examine() -> list[Finding]:
    """Look at everything, in the order in which one thing needs the other."""
    try:
        settings = load_settings()
    except SettingsUnusable as unusable:
        return [Finding("settings", "fail", str(unusable), "docs/settings.md lists what each accepts.")]
    return examine_with(settings)


def examine_with(settings: Settings) -> list[Finding]:
    """Look at everything that stands on these settings."""
    found = [look_at_settings(settings), *look_at_space(settings), look_at_weights()]
    found += look_at_restore(settings)
    with ExitStack() as opened:
        database = _database(settings, opened)
        photos = _photos(settings)
        if isinstance(database, Database) and not isinstance(photos, Finding):
            return [*found, *look_at_register(settings, Register(database, photos))]
        return [*found, *(each for each in (database, photos) if isinstance(each, Finding))]


def _database(settings: Settings, opened: ExitStack) -> Database | Finding:
    """The register's database if there is one. Nothing is made: a mistyped address must be seen as such."""
    try:
        return opened.enter_context(closing(open_store(settings, create=False)))
    except DatabaseMissing:
        return _no_register(settings)
    except DatabaseUnavailable as unavailable:
        return Finding("database", "fail", str(unavailable))


def _no_register(settings: Settings) -> Finding:
    """No fault, unless none could be made there."""
    if not settings.database_url:
        text = f"There is no register in {settings.data_dir} yet."
        return Finding("database", "ok", text, "`artrieve import` makes it.")
    url = normal_url(settings.database_url)
    refused = (
        _refused(Path(url.database or "").absolute().parent) if url.get_backend_name() == "sqlite" else ""
    )
    if refused:
        return Finding("database", "fail", refused, "Set ARTRIEVE_DATABASE_URL to a file that can be made.")
    text = f"There is no register at {url.render_as_string(hide_password=True)} yet."
    return Finding("database", "ok", text, "`artrieve import` makes it.")


def _photos(settings: Settings) -> PhotoStore | Finding:
    """The photo store, or why there is none."""
    folder = "" if "://" in settings.photos else _refused(Path(settings.photos).absolute())
    if folder and settings.photos_url:
        return Finding("photos", "fail", folder, "Set ARTRIEVE_PHOTOS_URL to a folder that can be written.")
    try:
        return open_photos(settings)
    except PhotoStoreUnavailable as unavailable:
        return Finding(
            "photos", "fail", str(unavailable), "docs/settings.md says what ARTRIEVE_PHOTOS_URL takes."
        )


def look_at_register(settings: Settings, register: Register) -> list[Finding]:
    """The database and what hangs on it."""
    try:
        snapshot = register.snapshot()
        text = f"{snapshot.objects} objects that can be searched, {snapshot.photographs} photographs."
        return [
            Finding("database", "ok", text),
            look_at_photos(register),
            look_at_model(settings, register),
            look_at_index(settings, register),
        ]
    except DatabaseUnavailable as unavailable:
        return [Finding("database", "fail", str(unavailable))]


def look_at_settings(settings: Settings) -> Finding:
    """Variables that look like settings and are none."""
    unknown = unknown_variables()
    if unknown:
        return Finding(
            "settings",
            "warn",
            f"{', '.join(unknown)}: there is no such setting, so it changes nothing.",
            "docs/settings.md has the names.",
        )
    return Finding("settings", "ok", f"Everything lies in {settings.data_dir}.")


def look_at_restore(settings: Settings) -> Iterator[Finding]:
    """Whether a restore was cut off while it put things in their place."""
    if (settings.data_dir / JOURNAL).exists():
        advice = "Run the same `artrieve restore` again: it says what is there, and ends it."
        yield Finding(
            "restore", "fail", "A restore was interrupted, so register and index may not fit.", advice
        )


def look_at_space(settings: Settings) -> Iterator[Finding]:
    """Whether the folder can be written, and how much disk and memory are free."""
    refused = _refused(settings.data_dir)
    if refused:
        yield Finding("disk", "fail", refused, "Set ARTRIEVE_DATA_DIR to a folder that can be written.")
        return
    free = shutil.disk_usage(nearest(settings.data_dir)).free
    yield _amount(
        "disk", free, DISK_SCARCE, DISK_FULL, "Free some space, or move ARTRIEVE_DATA_DIR to a larger disk."
    )
    memory = _free_memory()
    if memory is not None:
        advice = "End other programs, or lower ARTRIEVE_SEARCH_WORKERS and ARTRIEVE_INTAKE_WORKERS."
        yield _amount("memory", memory, MEMORY_SCARCE, 0, advice)


def _amount(name: str, free: int, scarce: int, none_left: int, advice: str) -> Finding:
    text = f"{free // MIB} MiB free."
    if free <= none_left:
        return Finding(name, "fail", text, advice)
    if free < scarce:
        return Finding(name, "warn", text, advice)
    return Finding(name, "ok", text)


def _refused(folder: Path) -> str:
    """Why nothing can be kept in this folder, which need not be there yet; empty if it can."""
    there = nearest(folder)
    if not there.is_dir():
        return f"{there} is not a folder."
    return "" if os.access(there, os.W_OK | os.X_OK) else f"{there} cannot be written."


def _free_memory() -> int | None:
    # Linux says what a new program could have; "free" alone leaves out what caches would give back.
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    available = [line.split()[1] for line in lines if line.startswith("MemAvailable:")]
    return int(available[0]) * 1024 if available else None


def look_at_weights() -> Finding:
    """Whether the models can be opened and give what they must."""
    try:
        sight = default_sight()
    except ModelUnusable as unusable:
        return Finding("weights", "fail", str(unusable))
    noise = np.random.default_rng(0).integers(0, 256, (160, 160, 3), dtype=np.uint8)
    if not len(sight.extractor.extract(noise, 100)):
        return Finding("weights", "fail", "The models see nothing.", "Install Artrieve again.")
    return Finding("weights", "ok", f"The models see: {', '.join(sight.ids.values())}.")


def look_at_photos(register: Register) -> Finding:
    """Whether a sample of the registered photographs is in the store, unchanged."""
    refs = register.searchable_photographs()
    step = max(1, len(refs) // PHOTOGRAPHS_SAMPLED)
    sample = refs[::step]
    problems = [problem for ref in sample if (problem := _problem(register.photos, ref.photo_key))]
    if problems:
        return Finding(
            "photos",
            "fail",
            f"{len(problems)} of {len(sample)} photographs looked at cannot be used: {problems[0]}",
            "Restore the photo store from its backup.",
        )
    return Finding("photos", "ok", f"{len(sample)} photographs looked at, all as they were stored.")


def _problem(photos: PhotoStore, key: str) -> str:
    try:
        photos.get(key)
    except (PhotoMissing, PhotoCorrupt, PhotoStoreUnavailable) as problem:
        return str(problem)
    return ""


def look_at_model(settings: Settings, register: Register) -> Finding:
    """Whether the wanted model can be opened, and how many photographs of the register it has embedded."""
    models = look_at_models(settings.index_dir, register.searchable_photographs(), Shelf(settings.index_dir))
    wanted = next((each for each in models.states if each.wanted), None)
    try:
        sight = wanted_sight(settings)
    except (IndexUnusable, ModelUnusable) as unusable:
        return Finding("model", "fail", str(unusable))
    if models.served is None or wanted is None:
        return Finding("model", "ok", f"{sight.specification} ({sight.descriptor.card.id}).")
    if models.switching:
        text = f"{models.served.descriptor} sees; {wanted.descriptor} is to take over: {wanted.coverage}."
        return Finding(
            "model", "warn", text, "Run `artrieve index`: it goes on, and switches when it is complete."
        )
    if models.served.vectors != sight.vectors_id:
        text = f"{sight.specification} is another model than the index was made with."
        return Finding("model", "warn", text, "Run `artrieve index` to embed the photographs with it.")
    return Finding("model", "ok", f"{sight.specification} ({sight.descriptor.card.id}): {wanted.coverage}.")


def look_at_index(settings: Settings, register: Register) -> Finding:
    """Whether the newest generation can be opened and holds the whole register."""
    try:
        status = open_engine(settings, register).status()
    except (IndexUnusable, ModelUnusable) as unusable:
        return Finding("index", "fail", str(unusable))
    if status.generation is None:
        return Finding("index", "warn", "Nothing is indexed yet.", "Run `artrieve index`.")
    text = f"Generation {status.generation}, {status.photographs} photographs."
    if status.pending:
        return Finding("index", "warn", f"{text} {status.pending} more wait.", "Run `artrieve index`.")
    return Finding("index", "ok", text)
