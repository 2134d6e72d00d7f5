"""The tables of the search index."""

from datetime import datetime
from typing import Any

from sqlalchemy import DDL, Index, Text, event
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.columns import Base


class SearchNoteRow(Base):
    """What is known, as search finds it; SQLite looks the words up in the virtual table ``search_index``."""

    __tablename__ = "search_notes"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Grows with the time of the note, so that newest first is the order of the key."""
    subject: Mapped[str]
    object_id: Mapped[int]
    account_id: Mapped[int]
    author_id: Mapped[str | None]
    visibility: Mapped[str]
    at: Mapped[datetime]
    number: Mapped[int | None]
    heading: Mapped[str]
    text: Mapped[str]
    words: Mapped[str] = mapped_column(Text().with_variant(TSVECTOR(), "postgresql"))
    __table_args__ = (
        Index("uq_search_notes_object", "workspace_id", "subject", "object_id", unique=True),
        # Writing straight into the index keeps both writing and reading even: no pending list to scan or flush.
        Index("ix_search_notes_words", "words", postgresql_using="gin", postgresql_with={"fastupdate": "off"}).ddl_if(
            dialect="postgresql"
        ),
        {"sqlite_with_rowid": False},
    )


class SearchWordRow(Base):
    """The vocabulary: every word that some note has, or had before the last scrub, for misspellings and compounds."""

    __tablename__ = "search_words"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(primary_key=True)
    __table_args__ = ({"sqlite_with_rowid": False},)


class SearchTrigramRow(Base):
    """The vocabulary by trigrams."""

    __tablename__ = "search_trigrams"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    trigram: Mapped[str] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(primary_key=True)
    __table_args__ = ({"sqlite_with_rowid": False},)


CREATE_SEARCH_INDEX = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS search_index USING "
    "fts5(words, content='', detail=none, columnsize=0, tokenize=\"ascii tokenchars '.@'\")"
)
"""For SQLite only; the words arrive analysed, the tokenizer just takes them apart again."""
DROP_SEARCH_INDEX = "DROP TABLE IF EXISTS search_index"

_for_sqlite: Any = DDL
event.listen(Base.metadata, "after_create", _for_sqlite(CREATE_SEARCH_INDEX).execute_if(dialect="sqlite"))
event.listen(Base.metadata, "before_drop", _for_sqlite(DROP_SEARCH_INDEX).execute_if(dialect="sqlite"))
