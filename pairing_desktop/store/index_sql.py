"""The questions of the index, in SQL that SQLite and PostgreSQL both take; ``index`` puts them together."""

DROP_FIELDS = "DELETE FROM field_index WHERE record = :record"
ADD_FIELD = (
    "INSERT INTO field_index (record, form, field, number, sort_text) "
    "VALUES (:record, :form, :field, :number, :sort_text)"
)
BLANK = "NOT EXISTS (SELECT 1 FROM field_index x WHERE x.record = r.key AND x.field = :field{place})"
_VALUED = "r.key IN (SELECT x.record FROM field_index x WHERE x.form = :form AND x.field = :field{place} AND "
NUMBERS = _VALUED + "x.number IN {inside})"
TEXTS = _VALUED + "x.number IS NULL AND x.sort_text IN {inside})"
COUNT = "SELECT count(*) FROM record r WHERE"
HOW_MANY = "SELECT count(*)"
KEY = "SELECT r.key FROM record r"
RECORD = "SELECT f.record"
INDEX = "FROM field_index f"
INDEXED = "WHERE f.form = :form AND f.field = :sort"
EXISTS_RECORD = "AND EXISTS (SELECT 1 FROM record r WHERE r.key = f.record"
WINDOW = "LIMIT :limit OFFSET :offset"
SHARED = "SELECT f.number, f.sort_text, count(*), min(f.record) FROM field_index f"
MOST_FIRST = "GROUP BY f.number, f.sort_text ORDER BY count(*) DESC, f.number, f.sort_text"
ROWS = (
    "SELECT r.key, r.form, r.label, r.subject, r.period, r.revision, v.form_digest, v.payload, v.at "
    "FROM record r JOIN revision v ON v.record = r.key AND v.number = r.revision"
)
