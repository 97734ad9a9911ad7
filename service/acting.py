"""Who acts: the user whose command this is, or the service by itself. Callers of the API are known to `api.deps`."""

from __future__ import annotations

import getpass
from typing import Final

from data.actor import Actor, ActorKind
from service.running import running_command

SERVICE: Final = Actor(ActorKind.program, "service")
"""The service by itself, for nobody in particular."""


def command_user() -> Actor:
    """The user of this machine who runs the command, and which command it is, without what was given to it."""
    return Actor(ActorKind.command, _user(), running_command())


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a user id without a name, as in many containers
        return ""
