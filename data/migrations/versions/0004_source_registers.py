"""Source registers, which every object belongs to one of, and the owner of an object."""

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    registers = op.create_table(
        "source_registers",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_source_registers"),
        sa.UniqueConstraint("key", name="uq_source_registers_key"),
    )
    empty = dict.fromkeys(("authority", "contact", "licence", "url", "notes"), "")
    own = {"id": 1, "key": "own", "name": "This register", "updated_at": dt.datetime.now(dt.UTC), **empty}
    op.bulk_insert(registers, [own])
    # Not through a batch: for a foreign key that makes the table anew on SQLite, and dropping the old one takes
    # the photographs and measurements of all objects along.
    op.execute(
        "ALTER TABLE objects ADD COLUMN register_id INTEGER "
        "CONSTRAINT fk_objects_register_id_source_registers REFERENCES source_registers (id)"
    )
    op.execute("UPDATE objects SET register_id = 1")
    op.create_index("ix_objects_register_id", "objects", ["register_id"])
    for name in ("owner_name", "owner_contact"):
        op.add_column("objects", sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''")))
