"""The command ``artrieve``.

Numeric libraries read how many threads they may start when they are first imported, and this project runs one
single-threaded worker per core, so that is settled here, before anything else is imported.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

# Two threads beside a busy neighbour are slower than one: every worker keeps to its own core.
THREADS = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENCV_FOR_THREADS_NUM": "1",
}


def hold_threads() -> None:
    """Keep numeric libraries to one thread each, unless the environment says otherwise."""
    for name, value in THREADS.items():
        os.environ.setdefault(name, value)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and end the process with its exit code."""
    hold_threads()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a file's name may hold what the terminal cannot show
            stream.reconfigure(errors="backslashreplace")
    from service.commands import run

    sys.exit(run(sys.argv[1:] if arguments is None else list(arguments)))


if __name__ == "__main__":
    main()
