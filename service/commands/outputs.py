"""Files that commands write: never over something that is read, and there whole or as they were before."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from service.commands.failures import CommandFailed, refusal


@contextmanager
def written_whole(path: Path, option: str, inputs: Sequence[Path], first_line: str) -> Iterator[TextIO]:
    """A text file to write, put in its place at the end of the block; an error leaves what was there.

    ``first_line`` is how such files begin: one that begins otherwise is somebody's, and is not replaced. What
    is no regular file (a pipe, a terminal) is written as it comes. Raises CommandFailed.
    """
    check_output(path, option, inputs)
    target = path.resolve()
    there = _is_there(target)
    if there and not target.is_file():
        with _opened(target, "w", f"{option} {path}") as file:
            yield file
        return
    if there and not _begins(target, first_line):
        raise CommandFailed(
            f"{option} {path}: this file is there and is none that an earlier run wrote. Choose another name."
        )
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    file = _opened(beside, "x", f"{option} {path}")
    try:
        with file:
            yield file
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def check_output(path: Path, option: str, inputs: Sequence[Path]) -> None:
    """Refuse to write where there is no folder, or over what is read, by any of its names. Raises CommandFailed."""
    if not path.absolute().parent.is_dir():
        raise CommandFailed(f"{option} {path}: there is no folder {path.absolute().parent}; make it first.")
    for given in inputs:
        if _is_there(path) and path.samefile(given):
            raise CommandFailed(f"{option} {path}: this is the file that is read. Choose another name.")


def _is_there(path: Path) -> bool:
    return os.path.exists(path)  # noqa: PTH110  of a name that is too long pathlib raises an error


def _begins(path: Path, first_line: str) -> bool:
    with path.open("rb") as file:
        start = file.read(len(first_line.encode()))
    return start in (b"", first_line.encode())


def _opened(path: Path, mode: str, name: str) -> TextIO:
    try:
        return path.open(mode, encoding="utf-8", newline="")  # type: ignore[return-value]  # a text mode
    except OSError as refused:
        reason = refusal(refused) or f"{refused.strerror}. Choose another name."
        raise CommandFailed(f"{name} cannot be written: {reason}") from refused
