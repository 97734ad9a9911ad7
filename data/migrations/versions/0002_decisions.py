"""What lists said last, and photographs that were removed: so that an import takes back no decision."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("objects") as batch:
        batch.add_column(sa.Column("source_values", sa.JSON(), nullable=True))
    with op.batch_alter_table("photographs") as batch:
        batch.add_column(sa.Column("removed_at", MOMENT, nullable=True))
        batch.add_column(sa.Column("source_view", sa.Text(), nullable=True))
        batch.drop_constraint("uq_photographs_object_id", type_="unique")
    present = sa.text("removed_at IS NULL")
    op.create_index(
        "uq_photographs_object_id_sha256",
        "photographs",
        ["object_id", "sha256"],
        unique=True,
        sqlite_where=present,
        postgresql_where=present,
    )
    # Nobody could change a view until now: what a list's object shows is what the list said.
    op.execute(
        "UPDATE photographs SET source_view = view "
        "WHERE object_id IN (SELECT id FROM objects WHERE source_key IS NOT NULL)"
    )
