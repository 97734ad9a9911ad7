"""Under which names lists know an object: the one it was registered by, and one more for each register it moved to.

A name is a source key: what a list calls the object, behind the key of the list's register unless that is our own.
"""

import re
from collections.abc import Collection
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.registered import OWN_KEY
from data.tables import SourceNameRow

_OF_A_REGISTER: Final = re.compile(r"[a-z0-9][a-z0-9-]*/", re.ASCII)


def name_in(register: str, key: str) -> str:
    """What the lists of a register call an object, given its name in the lists of any."""
    plain = _OF_A_REGISTER.sub("", key, count=1) if _OF_A_REGISTER.match(key) else key
    return plain if register in ("", OWN_KEY) else f"{register}/{plain}"


def other_names(session: Session, keys: Collection[str]) -> dict[str, int]:
    """The objects that moved, by those of these names that they got by it."""
    query = select(SourceNameRow.source_key, SourceNameRow.object_id).where(
        SourceNameRow.source_key.in_(keys)
    )
    return {str(key): int(number) for key, number in session.execute(query)}
