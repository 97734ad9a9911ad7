"""Photos on this machine's disk, named by whoever gives a command: read up to the limit and no further."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from data.intake import IntakeLimits, PhotoRejected
from data.intake_decode import too_large


def read_photo_file(path: Path, limits: IntakeLimits) -> bytes:
    """The bytes of a photo's file. Raises PhotoRejected, which names the file.

    Nothing but a regular file is read: a device never ends, and a pipe would be waited for.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            about = os.fstat(handle)
            if not stat.S_ISREG(about.st_mode):
                raise PhotoRejected(
                    "not-a-photo", f"{path}: This is not a file.", "Name the file of a photo."
                )
            data = file.read(limits.max_bytes + 1) if about.st_size <= limits.max_bytes else b""
    except OSError as refused:
        raise PhotoRejected(
            "not-a-photo",
            f"{path}: The file cannot be read: {refused.strerror}.",
            "Check its name, and who may read it.",
        ) from refused
    size = max(about.st_size, len(data))
    if size > limits.max_bytes:
        large = too_large(size, limits)
        raise PhotoRejected(large.code, f"{path}: {large.reason}", large.advice)
    return data
