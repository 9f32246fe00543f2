"""What a data file of this program's age has, said without SQLAlchemy so that a start need not import it."""

SCHEMA = 3
"""The schema's number: the newest migration's id, ``user_version`` in a data file's header."""

TABLES = frozenset({
    "meta", "record", "revision", "journal", "draft", "field_index", "search_key", "attachment", "attachment_chunk",
    "submission", "submission_revision", "submission_event",
})
"""The tables; a test holds them against ``models``."""
