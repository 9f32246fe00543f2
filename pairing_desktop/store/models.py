"""The tables, as SQLAlchemy Core: the same on SQLite and PostgreSQL. Migrations under db/ are proved equal to them.

Append-only tables (``APPEND_ONLY``) carry triggers that refuse UPDATE and DELETE, and accept no second
row of the same key, so that an ``INSERT OR REPLACE`` cannot slip past. The triggers stand in the migrations alone.
"""

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
)
from sqlalchemy.types import TypeEngine

from pairing_desktop.store.schema import SCHEMA as SCHEMA  # noqa: PLC0414  # where it always stood

APPEND_ONLY = ("revision", "journal", "submission", "submission_revision", "submission_event")

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


def word() -> TypeEngine[str]:
    """Return the type of all text: compared and sorted by code point on both databases."""
    return Text().with_variant(Text(collation="C"), "postgresql")


def _text(name: str, *arguments: ForeignKey, primary_key: bool = False) -> Column[str]:
    return Column(name, word(), *arguments, primary_key=primary_key, nullable=False)


def _whole(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


meta = Table("meta", metadata, _text("name", primary_key=True), _text("value"))

record = Table(
    "record",
    metadata,
    _text("key", primary_key=True),
    _text("form"),
    _text("natural_key"),
    _text("subject"),
    _text("period"),
    _text("state"),
    _text("label"),
    _whole("revision"),
    Column("alias_of", word(), ForeignKey("record.key"), nullable=True),
    Index("ix_record_form", "form", "state", "key"),
    Index("ix_record_period", "period", "form", "subject"),
    Index("ix_record_subject", "subject", "form"),
    Index("ix_record_natural_key", "natural_key", "form"),
    sqlite_with_rowid=False,
)

revision = Table(
    "revision",
    metadata,
    _text("record", ForeignKey("record.key")),
    _whole("number"),
    _text("form"),
    _text("form_digest"),
    _text("natural_key"),
    _text("subject"),
    _text("period"),
    _text("label"),
    _text("payload"),
    _text("at"),
    _text("who"),
    _text("why"),
    _text("action"),
    _text("previous"),
    _text("digest"),
    PrimaryKeyConstraint("record", "number"),
    Index("ix_revision_digest", "digest", unique=True),
)

journal = Table(
    "journal",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    _text("what"),
    _text("digest"),
    _text("previous_head"),
    _text("head"),
)

draft = Table(
    "draft",
    metadata,
    _text("record", primary_key=True),
    _text("form"),
    _text("payload"),
    _text("at"),
    _text("focus"),
    _text("period"),
    _text("subject"),
    _whole("revision"),
)

field_index = Table(
    "field_index",
    metadata,
    # the primary key's columns first: SQLite 3.40's integrity_check misreads a table without rowid otherwise
    _text("record", ForeignKey("record.key")),
    _text("field"),
    _text("form"),
    Column("number", Float, nullable=True),
    _text("sort_text"),
    PrimaryKeyConstraint("record", "field"),
    Index("ix_field_index_order", "form", "field", "number", "sort_text", "record"),
    sqlite_with_rowid=False,
)

search_key = Table(
    "search_key",
    metadata,
    _text("record", ForeignKey("record.key"), primary_key=True),
    _text("form"),
    _text("key_text"),
    _whole("change"),
    Index("ix_search_key_change", "change"),
    sqlite_with_rowid=False,
)

attachment = Table(
    "attachment",
    metadata,
    _text("sha256", primary_key=True),
    _whole("size"),
    _text("name"),
    _text("at"),
)

attachment_chunk = Table(
    "attachment_chunk",
    metadata,
    _text("sha256", ForeignKey("attachment.sha256")),
    _whole("number"),
    Column("data", LargeBinary, nullable=False),
    PrimaryKeyConstraint("sha256", "number"),
)

submission = Table(
    "submission",
    metadata,
    _text("id", primary_key=True),
    _text("period"),
    _whole("number"),
    _text("identity"),
    _text("replaces"),
    _text("packet_name"),
    _text("at"),
    _text("who"),
    _text("why"),
    _text("digest"),
    Index("ix_submission_period", "period", "number"),
)

submission_revision = Table(
    "submission_revision",
    metadata,
    _text("submission", ForeignKey("submission.id")),
    _text("record"),
    _whole("number"),
    PrimaryKeyConstraint("submission", "record"),
    ForeignKeyConstraint(["record", "number"], ["revision.record", "revision.number"]),
    Index("ix_submission_revision_record", "record", "number"),
)

submission_event = Table(
    "submission_event",
    metadata,
    _text("submission", ForeignKey("submission.id")),
    _whole("number"),
    _text("state"),
    _text("at"),
    _text("who"),
    _text("why"),
    _text("detail"),
    _text("previous"),
    _text("digest"),
    PrimaryKeyConstraint("submission", "number"),
)
