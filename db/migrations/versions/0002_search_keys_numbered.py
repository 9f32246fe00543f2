"""Number the changes of search keys, so that who read them before reads only what was written since."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _text(*names: str) -> list[sa.Column[str]]:
    word = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return [sa.Column(name, word, nullable=False) for name in names]


def upgrade() -> None:
    op.execute("CREATE TEMPORARY TABLE search_before AS SELECT record, form, key_text FROM search_key")
    op.drop_table("search_key")
    op.create_table(
        "search_key",
        *_text("record", "form", "key_text"),
        sa.Column("change", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("record", name="pk_search_key"),
        sa.ForeignKeyConstraint(["record"], ["record.key"], name="fk_search_key_record"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_search_key_change", "search_key", ["change"])
    op.execute(
        "INSERT INTO search_key (record, form, key_text, change) "
        "SELECT record, form, key_text, row_number() OVER (ORDER BY record) FROM search_before"
    )
    op.execute("DROP TABLE search_before")
