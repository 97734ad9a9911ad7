"""Who runs a command, as the register keeps it."""

from __future__ import annotations

import getpass


def actor() -> str:
    """The user of the machine who runs this, as far as the machine knows."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):  # no such user in a container, for example
        return "command line"
    return f"command line, {''.join(each if each.isprintable() else '\ufffd' for each in name)[:100]}"
