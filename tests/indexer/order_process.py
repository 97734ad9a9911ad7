"""Changes objects and index without end, in a process that can be killed: URL FOLDER SEED. Says what it did."""

from __future__ import annotations

import random
import sys
from pathlib import Path

from data.actor import Grounds
from data.database import open_database
from data.object_id import SEARCHABLE, ObjectRecord, Status
from data.photos import FsspecPhotoStore
from data.register import NewPhotograph, Register
from tests.indexer.remembering import remembering_sight
from tests.indexer.workbench import Workbench, taken_in

WHY = Grounds(reason="so it is")
OBJECTS = 6


def main(url: str, folder: str, seed: str) -> None:
    """Go on until killed."""
    dice = random.Random(int(seed))
    register = Register(open_database(url), FsspecPhotoStore(Path(folder) / "photos"))
    bench = Workbench(Path(folder), register, remembering_sight())
    bench.index()
    engine = bench.engine()
    while True:
        sys.stdout.write(f"{one_thing(bench, dice)}\n")
        sys.stdout.flush()
        engine.refresh()


def one_thing(bench: Workbench, dice: random.Random) -> str:
    """Do the next thing; what it was."""
    register, objects = bench.register, bench.register.page()
    if dice.random() < 0.3:
        return f"index {bench.index().generation}"
    if len(objects) < OBJECTS:
        number = len(objects) + 1
        photo = NewPhotograph(taken_in(number))
        return f"report {register.report(ObjectRecord(title=f'Drawing {number}'), [photo]).id}"
    one, other = dice.sample(objects, 2)
    if one.record.status not in SEARCHABLE:
        return f"reinstate {register.reinstate(one.id, WHY).id}"
    if other.record.status in SEARCHABLE and dice.random() < 0.5:
        return f"merge {register.merge(one.id, other.id, WHY).id}"
    return f"{Status.withdrawn} {register.withdraw(one.id, WHY).id}"


if __name__ == "__main__":
    main(*sys.argv[1:])
