"""Names of objects that moved to another source register, by which its lists know them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "source_names",
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["object_id"], ["objects.id"], name="fk_source_names_object_id_objects"),
        sa.PrimaryKeyConstraint("source_key", name="pk_source_names"),
    )
