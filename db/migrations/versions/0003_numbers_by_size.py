"""Put before each number in a list's texts how many digits it has, so that 第2 stands before 第10."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NUMBER = re.compile("0*([0-9]+)")
FOUND = sa.text("SELECT record, field, sort_text FROM field_index WHERE number IS NULL")
CHANGE = sa.text("UPDATE field_index SET sort_text = :text WHERE record = :record AND field = :field")


def _sized(found: re.Match[str]) -> str:
    digits = found[1]
    return chr(ord("0") + len(digits)) + digits + "\u0002" * (len(found[0]) - len(digits))


def upgrade() -> None:
    connection = op.get_bind()
    rows = [{"record": record, "field": field, "text": NUMBER.sub(_sized, text)}
            for record, field, text in connection.execute(FOUND) if NUMBER.search(text)]
    if rows:
        connection.execute(CHANGE, rows)
