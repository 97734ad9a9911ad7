"""The tables by which objects are found without a picture, beside the full text that each database keeps its own way.

They hold nothing that cannot be made from the records again: see data.finding_index.
"""

from typing import Final

from sqlalchemy import BigInteger, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from data.tables import Base

FULL_TEXT: Final = "search_texts"
"""The full text's table. SQLite's FTS5 adds tables of its own under names that begin so."""

# Both databases must order words the same way, by the codes of their letters: what begins with a word is a range.
CODES: Final = Text().with_variant(Text(collation="C"), "postgresql")


class FactsRow(Base):
    """The numbers of an object that can be found: a few bytes each, for all of them are read by most searches."""

    __tablename__ = "search_facts"

    object_id: Mapped[int] = mapped_column(
        ForeignKey("objects.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    status: Mapped[str]
    made_first: Mapped[int | None]
    made_last: Mapped[int | None]
    lost_first: Mapped[int | None]  # days, by their ordinals
    lost_last: Mapped[int | None]


class SizeRow(Base):
    """One measurement, in micrometres or micrograms."""

    __tablename__ = "search_sizes"
    __table_args__ = (Index("ix_search_sizes_object_id", "object_id"), {"sqlite_with_rowid": False})

    dimension: Mapped[str] = mapped_column(primary_key=True)
    amount: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    object_id: Mapped[int] = mapped_column(
        ForeignKey("objects.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )


class TermRow(Base):
    """A term that occurs, and in how many objects."""

    __tablename__ = "search_terms"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  SQLAlchemy reads a plain dictionary here

    term: Mapped[str] = mapped_column(CODES, primary_key=True)
    objects: Mapped[int]


class GramRow(Base):
    """A part of a term without a mark, by which the term is found: see `data.finding_terms.grams_of`."""

    __tablename__ = "search_grams"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  as above

    gram: Mapped[str] = mapped_column(CODES, primary_key=True)
    length: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    term: Mapped[str] = mapped_column(CODES, primary_key=True)
