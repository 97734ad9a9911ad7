"""The register: objects, measurements, photographs, quarantine, search records."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# Types are spelled out here rather than taken from data.tables, which will move on while this must not.
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "register_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("last_object_id", sa.Integer(), nullable=False),
        sa.Column("last_photograph_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_register_state"),
    )
    op.execute(
        "INSERT INTO register_state (id, revision, last_object_id, last_photograph_id) VALUES (1, 0, 0, 0)"
    )
    _create_objects()
    _create_parts_of_objects()
    op.create_table(
        "quarantine",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("photo", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("first_seen_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("resolved_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_quarantine"),
        sa.UniqueConstraint("digest", name="uq_quarantine_digest"),
    )
    op.create_index("ix_quarantine_source", "quarantine", ["source"])
    op.create_table(
        "searches",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_searches"),
    )
    op.create_index("ix_searches_made_at", "searches", ["made_at"])


def _create_objects() -> None:
    op.create_table(
        "objects",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=True),
        sa.Column("source_digest", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("type_path", sa.JSON(), nullable=False),
        sa.Column("materials", sa.Text(), nullable=False),
        sa.Column("inscriptions", sa.Text(), nullable=False),
        sa.Column("distinguishing_features", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("date_text", sa.Text(), nullable=False),
        sa.Column("date_earliest", sa.Integer(), nullable=True),
        sa.Column("date_latest", sa.Integer(), nullable=True),
        sa.Column("maker", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("inventory_number", sa.Text(), nullable=False),
        sa.Column("related_written_material", sa.Text(), nullable=False),
        sa.Column("place_of_origin", sa.Text(), nullable=False),
        sa.Column("related_objects", sa.Text(), nullable=False),
        sa.Column("date_documented", sa.Date(), nullable=True),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("case_reference", sa.Text(), nullable=False),
        sa.Column("theft_earliest", sa.Date(), nullable=True),
        sa.Column("theft_latest", sa.Date(), nullable=True),
        sa.Column("theft_place", sa.Text(), nullable=False),
        sa.Column("theft_circumstances", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_objects"),
        sa.UniqueConstraint("source_key", name="uq_objects_source_key"),
    )
    op.create_index("ix_objects_status_id", "objects", ["status", "id"])


def _create_parts_of_objects() -> None:
    op.create_table(
        "measurements",
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["object_id"], ["objects.id"], name="fk_measurements_object_id_objects", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("object_id", "position", name="pk_measurements"),
    )
    op.create_table(
        "photographs",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("view", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("photo_key", sa.Text(), nullable=False),
        sa.Column("thumbnail_key", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("original_width", sa.Integer(), nullable=False),
        sa.Column("original_height", sa.Integer(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("original_name", sa.Text(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["object_id"], ["objects.id"], name="fk_photographs_object_id_objects", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_photographs"),
        sa.UniqueConstraint("object_id", "sha256", name="uq_photographs_object_id"),
    )
    op.create_index("ix_photographs_sha256", "photographs", ["sha256"])
