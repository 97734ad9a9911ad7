"""The index of words and fields made anew: it holds what type and materials mean by the vocabulary, too."""

from alembic import op

from data.finding_index import index_everything

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    index_everything(op.get_bind())
