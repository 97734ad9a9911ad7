"""Who acts: the user whose command this is, or the service by itself. Callers of the API are known to `api.deps`."""

from __future__ import annotations

import getpass
from typing import Final

from data.actor import Actor, ActorKind
from data.rows import plain_name
from service.running import running_command

SERVICE: Final = Actor(ActorKind.program, "service")
"""The service by itself, for nobody in particular."""


def command_user() -> Actor:
    """The user of this machine who runs the command, and which command it is, without what was given to it."""
    return Actor(ActorKind.command, _user(), running_command())


def command_user_told() -> str:
    """The same in words, as imports and mappings keep it."""
    name = plain_name(_user())
    return f"command line, {name}" if name else "command line"


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a user id without a name, as in many containers
        return ""
