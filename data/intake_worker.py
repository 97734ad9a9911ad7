"""A worker process of the intake pool: takes photos from one pipe, answers on another, owns nothing else.

Messages are length-framed bytes. To the worker: the name as UTF-8, then the photo. From the worker: JSON,
then, for a photo that was taken in, its JPEG and its thumbnail. No pickles: a decoder that a hostile photo
has taken over must not be able to run anything in the process that asked.
"""

import dataclasses
import json
import os
import resource
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from data.intake_decode import take_in
from data.safe_photo import MIB, IntakeLimits, PhotoRejected

READY = b"ready"


def serve(read_fd: int, write_fd: int, limits: IntakeLimits) -> None:
    """Answer until the other end goes away."""
    requests = Connection(read_fd, writable=False)
    answers = Connection(write_fd, readable=False)
    _warm_up(limits)
    _bound_memory(limits)
    # Decoders print about damaged files on their own; nobody could tell which photo is meant.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    answers.send_bytes(READY)
    try:
        while True:
            name = requests.recv_bytes().decode("utf-8", "replace")
            data = requests.recv_bytes()
            _bound_processor_time(limits)
            for part in _answer(data, limits, name):
                answers.send_bytes(part)
            del data
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # the process that asked has closed or died: nobody is left to answer


def _answer(data: bytes, limits: IntakeLimits, name: str) -> list[bytes]:
    try:
        safe = take_in(data, limits, name)
    except PhotoRejected as rejected:
        return [_json(rejected=[rejected.code, rejected.reason, rejected.advice])]
    plain: dict[str, Any] = {
        field.name: getattr(safe, field.name)
        for field in dataclasses.fields(safe)
        if field.name not in ("jpeg", "thumbnail")
    }
    return [_json(photo=plain), safe.jpeg, safe.thumbnail]


def _json(**message: Any) -> bytes:
    return json.dumps(message).encode()


def _warm_up(limits: IntakeLimits) -> None:
    """Load what every photo needs before memory is counted and before the first photo waits for it."""
    from io import BytesIO  # noqa: PLC0415

    from PIL import Image  # noqa: PLC0415

    written = BytesIO()
    Image.new("RGB", (64, 64)).save(written, "JPEG")
    take_in(written.getvalue(), dataclasses.replace(limits, min_side=1, max_side=64, max_bytes=MIB))


def _bound_memory(limits: IntakeLimits) -> None:
    """Cap the address space at what is in use now plus the limit; where the system does not say, leave it."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return
    most = pages * resource.getpagesize() + limits.memory_mb * MIB
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _bound_processor_time(limits: IntakeLimits) -> None:
    """End this process if it spins on after the process that would have killed it is gone."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime + limits.decode_seconds) + 5
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))
