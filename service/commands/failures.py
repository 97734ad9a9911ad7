"""How a command fails: exit codes, and the errors that are told in one message without a traceback."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

FAILED = 1
USAGE = 2
QUARANTINED = 3
INTERRUPTED = 130


class CommandFailed(Exception):
    """A command cannot do what it was asked; the text says why and what to do."""

    def __init__(self, message: str, code: int = FAILED) -> None:
        super().__init__(message)
        self.code = code


@contextmanager
def interruptible(afterwards: str) -> Iterator[None]:
    """End the command with 130 on Ctrl-C, and say how things are afterwards."""
    try:
        yield
    except KeyboardInterrupt:
        raise CommandFailed(f"Interrupted. {afterwards}", INTERRUPTED) from None


def stopping() -> tuple[type[BaseException], ...]:
    """What stops a long work half-way through, so that its report must still be written."""
    from data.database import DatabaseUnavailable
    from data.intake_pool import IntakeUnavailable
    from data.photos import PhotoStoreUnavailable

    return (KeyboardInterrupt, DatabaseUnavailable, PhotoStoreUnavailable, IntakeUnavailable, OSError)


def expected() -> tuple[type[Exception], ...]:
    """The errors whose text is written for the user and says what to do. Others are faults of ours."""
    from data.audit import EventNotFound
    from data.database import DatabaseUnavailable
    from data.duplicates import DuplicateDecided, DuplicateNotFound
    from data.exchange.exported import ExportRefused
    from data.exchange.import_lock import ImportRunning
    from data.exchange.imports import ImportNotFound
    from data.exchange.report import ImportRefused
    from data.exchange.saved_mappings import MappingNotFound, MappingRefused
    from data.intake import PhotoRejected
    from data.intake_pool import IntakeUnavailable
    from data.photos import PhotoCorrupt, PhotoMissing, PhotoStoreUnavailable
    from data.registered import ObjectNotFound, StatusConflict, VersionNotFound
    from data.source_registers import SourceRegisterNotFound, SourceRegisterTaken, TooManyRegisters
    from data.transfer.loading import TransferRefused
    from data.visibility import RoleForbids
    from indexer.indexing import IndexBusy
    from indexer.vectors.index import IndexUnusable
    from indexer.wanted import SwitchRefused
    from models.card import ModelUnusable
    from service.backup.layout import ArchiveRefused, BackupRefused, RestoreRefused
    from service.settings import SettingsUnusable

    return (
        RoleForbids,
        SourceRegisterNotFound,
        SourceRegisterTaken,
        TooManyRegisters,
        SettingsUnusable,
        DatabaseUnavailable,
        ObjectNotFound,
        VersionNotFound,
        StatusConflict,
        DuplicateNotFound,
        DuplicateDecided,
        EventNotFound,
        PhotoMissing,
        PhotoCorrupt,
        PhotoStoreUnavailable,
        ExportRefused,
        ImportRefused,
        ImportNotFound,
        ImportRunning,
        MappingNotFound,
        MappingRefused,
        PhotoRejected,
        IntakeUnavailable,
        IndexUnusable,
        IndexBusy,
        SwitchRefused,
        ModelUnusable,
        TransferRefused,
        ArchiveRefused,
        BackupRefused,
        RestoreRefused,
    )


# What a machine may refuse at any time, and what to do about it. Other errors of files are faults of ours.
REFUSALS = {
    errno.ENOSPC: "Free some space on that disk, then run the command again: what was done so far is kept.",
    errno.EDQUOT: "Your quota on that disk is used up. Free some space, then run the command again.",
    errno.EROFS: "That disk cannot be written. Set ARTRIEVE_DATA_DIR to a folder on another one.",
    errno.EACCES: "Change who may use it, or name another file or folder.",
    errno.EPERM: "Change who may use it, or name another file or folder.",
    errno.EMFILE: "Too many files are open at once. Raise the limit (`ulimit -n 4096`) and run the command again.",
    errno.EIO: "The disk reports a fault. Look at its health before you go on.",
    errno.ENOMEM: "End other programs, or use fewer workers.",
}


def refusal(error: OSError) -> str | None:
    """The message for an error of the machine; None for one that is a fault of ours."""
    advice = REFUSALS.get(error.errno or 0)
    if advice is None:
        return None
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror}. {advice}"
