"""An object turns out to belong to another source register than it was registered in."""

from data.history import Change
from data.registered import OWN_ID, StatusConflict
from data.rows import register_name
from data.source_names import name_in
from data.tables import ObjectRow, SourceNameRow, SourceRegisterRow
from data.writer import Writer


def move(writer: Writer, row: ObjectRow, register: SourceRegisterRow) -> None:
    """The object belongs to this register; where it does already, nothing changes. Raises StatusConflict.

    Lists of both registers know it from then on: those of the former one go on saying what is new of it, and the
    same list imported into the new one meets it there.
    """
    writer.refuse_merged(row)
    if register.id == (row.register_id or OWN_ID):
        return
    former = register_name(row).key
    if row.source_key is not None:
        _name(writer, row, name_in(register.key, row.source_key), register.key)
    row.source_register = register
    writer.touch(row, Change.moved, former=former, fields=("source_register",))


def _name(writer: Writer, row: ObjectRow, name: str, register: str) -> None:
    known = writer.find_source(name)
    if known is None:
        writer.session.add(SourceNameRow(source_key=name, object_id=row.id))
    elif known.id != row.id:
        raise StatusConflict(
            row.id,
            f"Lists of the register {register!r} have object {known.id} under the name that object {row.id} would have "
            f"there. If the two are the same, merge object {row.id} into object {known.id} instead.",
        )
