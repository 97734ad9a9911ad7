"""A register with something in every table and of every kind, for the tests of what is carried over."""

from __future__ import annotations

import datetime as dt

from data.register import Register
from data.search_log import SearchLog
from data.tables import QuarantineRow
from tests.data.made import full_record, new_photograph

MOMENT = dt.datetime(2025, 5, 6, 7, 8, 9, 123456, tzinfo=dt.UTC)


def fill(register: Register, objects: int = 3) -> None:
    """Objects with two photographs each, one of them removed; search records and quarantine."""
    for number in range(objects):
        photos = [new_photograph(10 * number + at) for at in (1, 2)]
        said = full_record().model_copy(update={"title": f"Vase {number}: Żółć, 花瓶, \N{GRINNING FACE}"})
        made = register.report(said, photos, source_key=f"list:{number}")
    register.remove_photograph(made.id, made.photographs[0].id)
    searches = SearchLog(register.database)
    for name in ("b", "B", "a", "ä", "_"):  # an order that locales see differently
        searches.save(name, {"z": [1.5, None, True], "a": "\u0000 ü"}, MOMENT)
    with register.database.session(writes=True) as session:
        session.add(
            QuarantineRow(
                id=7, digest="d", source="list.csv", line=3, photo="", title="", reason="no title",
                first_seen_at=MOMENT, last_seen_at=MOMENT, resolved_at=None,
            )
        )  # fmt: skip
