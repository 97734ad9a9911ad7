"""Who runs a command, as the register keeps it."""

from __future__ import annotations

import getpass


def actor() -> str:
    """The user of the machine who runs this, as far as the machine knows."""
    from data.rows import plain_name

    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):  # no such user in a container, for example
        return "command line"
    return f"command line, {plain_name(name)}"
