"""Who acts: the caller of the API or of a page, or the user whose command this is."""

from __future__ import annotations

import getpass

import click
from starlette.requests import Request

from data.actor import Actor, ActorKind

SERVICE = Actor(ActorKind.program, "service")
"""The service by itself, for nobody in particular."""


def caller_of(request: Request) -> Actor:
    """Who sent a request. There are no accounts yet, so nobody has a name; the address is the connection's own, and
    no header can claim another one.
    """
    return Actor(ActorKind.api, address=request.client.host if request.client else "")


def command_user() -> Actor:
    """The user of this machine who runs the command, and which command it is, without what was given to it."""
    context = click.get_current_context(silent=True)
    return Actor(ActorKind.command, _user(), context.command_path if context else "")


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user id without a name, as in many containers
        return ""
