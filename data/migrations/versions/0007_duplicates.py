"""Likely duplicates, and photographs that wait to be compared. Those that are there do not wait: nobody asked yet."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("photographs", sa.Column("check_due", sa.BigInteger(), nullable=True))
    _create_partial_index("photographs", "check_due", "id")
    _create_partial_index("objects", "merged_into", "merged_into")
    op.create_table(
        "duplicates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("actor_kind", "actor_name", "address", "reason", "source")
        ),
        sa.ForeignKeyConstraint(["first_id"], ["objects.id"], name="fk_duplicates_first_id_objects"),
        sa.ForeignKeyConstraint(["second_id"], ["objects.id"], name="fk_duplicates_second_id_objects"),
        sa.PrimaryKeyConstraint("id", name="pk_duplicates"),
        sa.UniqueConstraint("first_id", "second_id", name="uq_duplicates_first_id"),
    )
    op.create_index("ix_duplicates_second_id", "duplicates", ["second_id"])
    op.create_index("ix_duplicates_state_id", "duplicates", ["state", "id"])
    _create_findings()


def _create_findings() -> None:
    op.create_table(
        "duplicate_findings",
        *(
            sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)
            for name in ("duplicate_id", "first_photograph_id", "second_photograph_id")
        ),
        sa.Column("identical", sa.Boolean(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=True),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=True),
        sa.Column("models", sa.JSON(), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["duplicate_id"], ["duplicates.id"], name="fk_duplicate_findings_duplicate_id_duplicates"
        ),
        sa.ForeignKeyConstraint(
            ["first_photograph_id"],
            ["photographs.id"],
            name="fk_duplicate_findings_first_photograph_id_photographs",
        ),
        sa.ForeignKeyConstraint(
            ["second_photograph_id"],
            ["photographs.id"],
            name="fk_duplicate_findings_second_photograph_id_photographs",
        ),
        sa.PrimaryKeyConstraint(
            "duplicate_id", "first_photograph_id", "second_photograph_id", name="pk_duplicate_findings"
        ),
    )


def _create_partial_index(table: str, column: str, indexed: str) -> None:
    """An index of the few rows that have something in a column."""
    there = sa.text(f"{column} IS NOT NULL")
    name = f"ix_{table}_{column}"
    op.create_index(name, table, [indexed], sqlite_where=there, postgresql_where=there)
