"""Who changes the register or searches it, and why: said with every change, kept in history and audit trail."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from data.text import LongText, ShortText, at_least_one, marked

LONGEST_NAME: Final = 200


class ActorKind(StrEnum):
    """By which way somebody came."""

    command = "command"  # a command on the machine of the register
    api = "api"  # the HTTP API, or the pages
    program = "program"  # code that works on the register and says no more


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as far as is known.

    name     of the person or account; empty: nobody said
    address  where from: the command that was run, or the caller's network address
    """

    kind: ActorKind = ActorKind.program
    name: str = ""
    address: str = ""

    def __post_init__(self) -> None:
        # names come from the operating system and from the network: they may hold what no database can keep
        object.__setattr__(self, "name", marked(self.name)[:LONGEST_NAME])
        object.__setattr__(self, "address", marked(self.address)[:LONGEST_NAME])

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.name or self.kind.value, self.address)))


UNNAMED: Final = Actor()
"""Whoever does not say who they are: tests, scripts."""


class Why(BaseModel):
    """Why something is changed, and where that is known from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: LongText = Field(default="", description="why it is changed")
    source: ShortText = Field(default="", description="where that is known from: a letter, a list, a call")


class Grounds(Why):
    """A reason that must be given: whether an object is searched for is changed on no other."""

    reason: Annotated[LongText, AfterValidator(at_least_one)] = Field(description="why it is changed")


UNSAID: Final = Why()
