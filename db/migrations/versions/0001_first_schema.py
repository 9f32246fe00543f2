"""The first schema: records and their history, drafts, index, attachments, submissions; nothing sent is changed."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Each append-only table with the condition under which a row to come would replace one that stands.
APPEND_ONLY = {
    "revision": "record = NEW.record AND number = NEW.number OR digest = NEW.digest",
    "journal": "seq = NEW.seq",
    "submission": "id = NEW.id",
    "submission_revision": "submission = NEW.submission AND record = NEW.record",
    "submission_event": "submission = NEW.submission AND number = NEW.number",
}


def _word() -> sa.types.TypeEngine[str]:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, _word(), nullable=False) for name in names]


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def upgrade() -> None:
    _records()
    _drafts_and_index()
    _attachments()
    _submissions()
    if op.get_context().dialect.name == "postgresql":
        _seal_postgresql()
    else:
        _seal_sqlite()


def _records() -> None:
    op.create_table("meta", *_text("name", "value"), sa.PrimaryKeyConstraint("name", name="pk_meta"))
    op.create_table(
        "record",
        *_text("key", "form", "natural_key", "subject", "period", "state", "label"),
        _whole("revision"),
        sa.Column("alias_of", _word(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_record"),
        sa.ForeignKeyConstraint(["alias_of"], ["record.key"], name="fk_record_alias_of"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_record_form", "record", ["form", "state", "key"])
    op.create_index("ix_record_period", "record", ["period", "form", "subject"])
    op.create_index("ix_record_subject", "record", ["subject", "form"])
    op.create_index("ix_record_natural_key", "record", ["natural_key", "form"])
    op.create_table(
        "revision",
        *_text("record"),
        _whole("number"),
        *_text("form", "form_digest", "natural_key", "subject", "period", "label", "payload"),
        *_text("at", "who", "why", "action", "previous", "digest"),
        sa.PrimaryKeyConstraint("record", "number", name="pk_revision"),
        sa.ForeignKeyConstraint(["record"], ["record.key"], name="fk_revision_record"),
    )
    op.create_index("ix_revision_digest", "revision", ["digest"], unique=True)
    op.create_table(
        "journal",
        sa.Column("seq", sa.Integer, nullable=False, autoincrement=False),
        *_text("what", "digest", "previous_head", "head"),
        sa.PrimaryKeyConstraint("seq", name="pk_journal"),
    )


def _drafts_and_index() -> None:
    op.create_table(
        "draft",
        *_text("record", "form", "payload", "at", "focus", "period", "subject"),
        _whole("revision"),
        sa.PrimaryKeyConstraint("record", name="pk_draft"),
    )
    op.create_table(
        "field_index",
        *_text("record", "field", "form"),
        sa.Column("number", sa.Float, nullable=True),
        *_text("sort_text"),
        sa.PrimaryKeyConstraint("record", "field", name="pk_field_index"),
        sa.ForeignKeyConstraint(["record"], ["record.key"], name="fk_field_index_record"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_field_index_order", "field_index", ["form", "field", "number", "sort_text", "record"])
    op.create_table(
        "search_key",
        *_text("record", "form", "key_text"),
        sa.PrimaryKeyConstraint("record", name="pk_search_key"),
        sa.ForeignKeyConstraint(["record"], ["record.key"], name="fk_search_key_record"),
        sqlite_with_rowid=False,
    )


def _attachments() -> None:
    op.create_table(
        "attachment",
        *_text("sha256"),
        _whole("size"),
        *_text("name", "at"),
        sa.PrimaryKeyConstraint("sha256", name="pk_attachment"),
    )
    op.create_table(
        "attachment_chunk",
        *_text("sha256"),
        _whole("number"),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("sha256", "number", name="pk_attachment_chunk"),
        sa.ForeignKeyConstraint(["sha256"], ["attachment.sha256"], name="fk_attachment_chunk_sha256"),
    )


def _submissions() -> None:
    op.create_table(
        "submission",
        *_text("id", "period"),
        _whole("number"),
        *_text("identity", "replaces", "packet_name", "at", "who", "why", "digest"),
        sa.PrimaryKeyConstraint("id", name="pk_submission"),
    )
    op.create_index("ix_submission_period", "submission", ["period", "number"])
    op.create_table(
        "submission_revision",
        *_text("submission", "record"),
        _whole("number"),
        sa.PrimaryKeyConstraint("submission", "record", name="pk_submission_revision"),
        sa.ForeignKeyConstraint(["submission"], ["submission.id"], name="fk_submission_revision_submission"),
        sa.ForeignKeyConstraint(
            ["record", "number"], ["revision.record", "revision.number"], name="fk_submission_revision_record"
        ),
    )
    op.create_index("ix_submission_revision_record", "submission_revision", ["record", "number"])
    op.create_table(
        "submission_event",
        *_text("submission"),
        _whole("number"),
        *_text("state", "at", "who", "why", "detail", "previous", "digest"),
        sa.PrimaryKeyConstraint("submission", "number", name="pk_submission_event"),
        sa.ForeignKeyConstraint(["submission"], ["submission.id"], name="fk_submission_event_submission"),
    )


def _seal_sqlite() -> None:
    for table, clash in APPEND_ONLY.items():
        refuse = f"SELECT RAISE(ABORT, 'append-only: {table}')"
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN {refuse}; END")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN {refuse}; END")
        there = f"EXISTS (SELECT 1 FROM {table} WHERE {clash})"  # noqa: S608  # our own names
        op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {there} BEGIN {refuse}; END")


def _seal_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
