"""History of every object, the audit trail, merged and linked objects."""

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# Everything is spelled out here rather than taken from the code, which will move on while this must not.
MOMENT = sa.DateTime(timezone=True)
ROWS = 500
FIRST_HASH = "0" * 64
ADOPTED = "The history of this object begins here: what was before was not kept."
APPEND_ONLY = ("object_history", "audit_events")
SAID = "rows of this table are added and never changed"


def upgrade() -> None:
    op.execute("ALTER TABLE objects ADD COLUMN merged_into INTEGER")
    op.execute(
        "ALTER TABLE photographs ADD COLUMN shared_from INTEGER "
        "CONSTRAINT fk_photographs_shared_from_photographs REFERENCES photographs (id)"
    )
    op.create_index("ix_photographs_shared_from", "photographs", ["shared_from"])
    _create_links()
    _create_history()
    _create_trail()
    _adopt(op.get_bind())
    _protect(op.get_bind().dialect.name)


def _create_links() -> None:
    op.create_table(
        "object_links",
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["object_id"], ["objects.id"], name="fk_object_links_object_id_objects"),
        sa.ForeignKeyConstraint(["other_id"], ["objects.id"], name="fk_object_links_other_id_objects"),
        sa.PrimaryKeyConstraint("object_id", "other_id", name="pk_object_links"),
    )


def _create_history() -> None:
    op.create_table(
        "object_history",
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=True),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("photographs", sa.JSON(), nullable=False),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.Column("same_as", sa.JSON(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["object_id"], ["objects.id"], name="fk_object_history_object_id_objects"),
        sa.PrimaryKeyConstraint("object_id", "version", name="pk_object_history"),
    )


def _create_trail() -> None:
    op.create_table(
        "audit_events",
        sa.Column(
            "sequence",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("recorded_at", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_audit_events"),
    )
    op.create_index("ix_audit_events_subject", "audit_events", ["subject"])
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    head = sa.table("audit_head", sa.column("id"), sa.column("sequence"), sa.column("hash"))
    op.execute(sa.insert(head).values(id=1, sequence=0, hash=FIRST_HASH))


# --- a first entry for every object that is there already ---


def _adopt(connection: sa.Connection) -> None:
    tables = sa.MetaData()
    objects = sa.Table("objects", tables, *_dated("created_at", "changed_at"), autoload_with=connection)
    photographs = sa.Table("photographs", tables, *_dated("added_at", "removed_at"), autoload_with=connection)
    measurements = sa.Table("measurements", tables, autoload_with=connection)
    history = sa.Table("object_history", tables, *_dated("changed_at"), autoload_with=connection)
    states, count = hashlib.sha256(), 0
    for rows in _in_parts(connection, objects):
        ids = [row["id"] for row in rows]
        shown = _by_object(connection, photographs, ids, photographs.c.removed_at.is_(None))
        measured = _by_object(connection, measurements, ids)
        entries = [_first_entry(row, shown.get(row["id"], []), measured.get(row["id"], [])) for row in rows]
        connection.execute(sa.insert(history), entries)
        count += len(entries)
        for entry in entries:
            states.update(_digest({**entry, "changed_at": _moment(entry["changed_at"])}).encode())
    if count:
        _tell(connection, tables, count, states.hexdigest())


def _dated(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, MOMENT) for name in names]


def _in_parts(connection: sa.Connection, objects: sa.Table) -> Iterator[list[dict[str, Any]]]:
    last = 0
    while True:
        query = sa.select(objects).where(objects.c.id > last).order_by(objects.c.id).limit(ROWS)
        rows = [dict(row) for row in connection.execute(query).mappings()]
        if not rows:
            return
        yield rows
        last = rows[-1]["id"]


def _by_object(
    connection: sa.Connection, table: sa.Table, ids: list[int], *conditions: Any
) -> dict[int, list[dict[str, Any]]]:
    query = sa.select(table).where(table.c.object_id.in_(ids), *conditions).order_by(table.c.position)
    found: dict[int, list[dict[str, Any]]] = {}
    for row in connection.execute(query).mappings():
        found.setdefault(row["object_id"], []).append(dict(row))
    return found


def _first_entry(
    row: dict[str, Any], shown: list[dict[str, Any]], measured: list[dict[str, Any]]
) -> dict[str, Any]:
    changed_at: dt.datetime = row["changed_at"]
    return {
        "object_id": row["id"],
        "version": row["version"],
        "change": "adopted",
        "status": row["status"],
        "fields": [],
        "other_id": None,
        "record": _record(row, measured),
        "photographs": [{"id": one["id"], "view": one["view"]} for one in shown],
        "merged_into": None,
        "same_as": [],
        "actor_kind": "program",
        "actor_name": "",
        "address": "",
        "reason": ADOPTED,
        "source": "",
        "changed_at": changed_at if changed_at.tzinfo else changed_at.replace(tzinfo=dt.UTC),
        "salt": secrets.token_hex(16),
    }


SAME_NAME = (
    "materials", "inscriptions", "distinguishing_features", "title", "subject", "maker", "description",
    "inventory_number", "related_written_material", "place_of_origin", "related_objects", "authority",
    "case_reference", "status",
)  # fmt: skip


def _record(row: dict[str, Any], measured: list[dict[str, Any]]) -> dict[str, Any]:
    kinds = row["type_path"]
    date = {name: row[f"date_{name}"] for name in ("text", "earliest", "latest")}
    theft = {
        "earliest": _day(row["theft_earliest"]),
        "latest": _day(row["theft_latest"]),
        "place": row["theft_place"],
        "circumstances": row["theft_circumstances"],
    }
    return {
        **{name: row[name] for name in SAME_NAME},
        "type_path": json.loads(kinds) if isinstance(kinds, str) else kinds,
        "measurements": [
            {
                "dimension": one["dimension"],
                "value": f"{(Decimal(one['value']) / 10_000).normalize():f}",
                "unit": one["unit"],
            }
            for one in measured
        ],
        "date": date if any(value not in ("", None) for value in date.values()) else None,
        "date_documented": _day(row["date_documented"]),
        "theft": theft if any(value not in ("", None) for value in theft.values()) else None,
    }


def _day(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _tell(connection: sa.Connection, tables: sa.MetaData, count: int, state: str) -> None:
    event = {
        "sequence": 1,
        "at": _moment(dt.datetime.now(dt.UTC)),
        "actor": {"kind": "program", "name": "", "address": ""},
        "kind": "register.adopted",
        "subject": "register",
        "details": {"objects": count, "state": state},
    }
    told = hashlib.sha256(FIRST_HASH.encode() + _canonical(event)).hexdigest()
    row = {
        "sequence": 1,
        "recorded_at": event["at"],
        "actor_kind": "program",
        "actor_name": "",
        "address": "",
        "kind": event["kind"],
        "subject": event["subject"],
        "details": _canonical(event["details"]).decode(),
        "hash": told,
    }
    connection.execute(sa.insert(sa.Table("audit_events", tables, autoload_with=connection)), row)
    head = sa.Table("audit_head", tables, autoload_with=connection)
    connection.execute(sa.update(head).values(sequence=1, hash=told))


def _moment(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _digest(value: Any) -> str:
    return hashlib.sha256(_canonical(value)).hexdigest()


# --- rows that are added and never changed ---


def _protect(dialect: str) -> None:
    if dialect == "sqlite":
        _protect_sqlite()
    else:
        _protect_postgresql()


def _protect_sqlite() -> None:
    for table in APPEND_ONLY:
        for doing in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{doing.lower()} BEFORE {doing} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
            )
    # REPLACE deletes without asking the triggers above, so a row that is there already is refused here
    op.execute(
        "CREATE TRIGGER object_history_no_replace BEFORE INSERT ON object_history WHEN EXISTS "
        "(SELECT 1 FROM object_history WHERE object_id = NEW.object_id AND version = NEW.version) "
        "BEGIN SELECT RAISE(ABORT, 'rows of this table are added and never changed'); END"
    )
    op.execute(
        "CREATE TRIGGER audit_events_no_gap BEFORE INSERT ON audit_events WHEN NEW.sequence IS NOT "
        "(SELECT coalesce(max(sequence), 0) + 1 FROM audit_events) "
        "BEGIN SELECT RAISE(ABORT, 'audit events are added one after the other, without a gap'); END"
    )


def _protect_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION artrieve_never_changed() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SAID}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION artrieve_never_changed()"
        )
    op.execute(
        "CREATE FUNCTION artrieve_no_gap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM audit_events) THEN "
        "RAISE EXCEPTION 'audit events are added one after the other, without a gap' "
        "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_events_no_gap BEFORE INSERT ON audit_events "
        "FOR EACH ROW EXECUTE FUNCTION artrieve_no_gap()"
    )
