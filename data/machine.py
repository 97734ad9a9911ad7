"""What this machine has to work with."""

import os


def cores() -> int:
    """How many cores this process may use: in a container less than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
