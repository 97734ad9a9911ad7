"""The index of words and fields, filled with what the register holds."""

import sqlalchemy as sa
from alembic import op

from data.finding_index import index_everything

revision = "0006"
down_revision = "0005"

CODES = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "search_facts",
        sa.Column("object_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("made_first", sa.Integer(), nullable=True),
        sa.Column("made_last", sa.Integer(), nullable=True),
        sa.Column("lost_first", sa.Integer(), nullable=True),
        sa.Column("lost_last", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["object_id"], ["objects.id"], name="fk_search_facts_object_id_objects", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("object_id", name="pk_search_facts"),
    )
    op.create_table(
        "search_sizes",
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("object_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["object_id"], ["objects.id"], name="fk_search_sizes_object_id_objects", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("dimension", "amount", "object_id", name="pk_search_sizes"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_search_sizes_object_id", "search_sizes", ["object_id"])
    op.create_table(
        "search_terms",
        sa.Column("term", CODES, nullable=False),
        sa.Column("objects", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("term", name="pk_search_terms"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "search_grams",
        sa.Column("gram", CODES, nullable=False),
        sa.Column("length", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("term", CODES, nullable=False),
        sa.PrimaryKeyConstraint("gram", "length", "term", name="pk_search_grams"),
        sqlite_with_rowid=False,
    )
    # With the code of today, whatever the code was when this was written: it makes what it reads.
    index_everything(op.get_bind())
