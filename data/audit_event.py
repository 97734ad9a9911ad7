"""What every audit event is: a kind, a subject, and fields that are JSON."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict


class Event(BaseModel):
    """What all events have in common."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ClassVar[str]

    @property
    def subject(self) -> str:
        """What the event is about, in one word: events of one object have the same."""
        return "register"

    def details(self) -> dict[str, Any]:
        """The fields as JSON values."""
        return self.model_dump(mode="json")
