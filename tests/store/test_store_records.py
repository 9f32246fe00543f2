"""Records, revisions, drafts: on SQLite and on PostgreSQL alike."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from pairing_desktop.errors import Trouble
from pairing_desktop.store import records, search
from pairing_desktop.store.engine import Store
from tests.store.entries import NOW, put, undone


def test_put_makes_a_record_and_its_first_revision(store: Store) -> None:
    with store.begin() as tx:
        made = put(tx, natural_key="9133", subject="s", period="2024Q2", why="新增")
    with store.reading() as conn:
        record = records.get(conn, made.record)
        assert record is not None
        assert (record.revision, record.digest, record.payload) == (1, made.digest, made.payload)
        assert (record.natural_key, record.subject, record.period, record.label) == ("9133", "s", "2024Q2", "双彩")
        assert (record.state, record.who, record.updated_at, record.alias_of) == ("live", "张三", NOW, "")
        assert records.revisions(conn, made.record) == [made]


def test_each_revision_names_the_one_before(store: Store) -> None:
    with store.begin() as tx:
        first = put(tx)
        second = put(tx, "双彩纺织", key=first.record, why="更名")
    assert (first.previous, second.previous) == ("0" * 64, first.digest)
    assert (first.number, second.number) == (1, 2)
    with store.reading() as conn:
        assert records.payload_at(conn, first.digest) == first.payload
        assert records.payload_at(conn, "0" * 64) is None
        current = records.get(conn, first.record)
        assert current is not None
        assert current.label == "双彩纺织"


@pytest.mark.parametrize("member", ["payload", "who", "why", "action", "form_digest", "label", "period", "natural_key"])
def test_the_digest_covers_each_member(file_store: Store, member: str) -> None:
    key = records.new_key()
    digests = []
    for value in ("甲", "乙"):
        with undone(file_store) as tx:
            digests.append(put(tx, key=key, **{member: value}).digest)
    assert digests[0] != digests[1]


def test_a_record_keeps_its_form(file_store: Store) -> None:
    with file_store.begin() as tx:
        made = put(tx)
        with pytest.raises(ValueError, match="enterprise"):
            put(tx, key=made.record, form="park")


def test_two_reviewers_do_not_overwrite_each_other(store: Store) -> None:
    with store.begin() as tx:
        made = put(tx)
        put(tx, key=made.record, who="李四", based_on=1)
    with pytest.raises(Trouble) as told, store.begin() as tx:
        put(tx, key=made.record, who="张三", based_on=1)
    assert str(told.value) == "“双彩”刚才已由李四改动，您的改动没有保存。请重新打开这条记录，看过新内容后再改。"
    with store.reading() as conn:
        assert len(records.revisions(conn, made.record)) == 2


def test_deleting_is_a_revision_and_can_be_undone(store: Store) -> None:
    with store.begin() as tx:
        made = put(tx, natural_key="9133")
        search.set_search(tx, made.record, "enterprise", "双彩")
        put(tx, "错", key=made.record, natural_key="9133")
    records.save_draft(store, made.record, form="enterprise", payload="{}", at=NOW)
    with store.begin() as tx:
        gone = records.delete(tx, key=made.record, who="李四", at=NOW, why="重复")
    with store.reading() as conn:
        assert gone.action == "delete"
        assert records.select(conn, form="enterprise") == []
        assert records.find(conn, "enterprise", "9133") == []
        assert [r.key for r in records.select(conn, state="deleted")] == [made.record]
        assert store.texts.search(conn, "双彩") == []
        assert records.draft(conn, made.record) is None
    with store.begin() as tx:
        back = records.restore(tx, key=made.record, number=1, who="李四", at=NOW, why="误删")
    with store.reading() as conn:
        assert (back.number, back.payload, back.action) == (4, made.payload, "restore")
        assert [r.label for r in records.find(conn, "enterprise", "9133")] == ["双彩"]


def test_one_firm_entered_twice_is_seen(store: Store) -> None:
    with store.begin() as tx:
        keys = [put(tx, natural_key="9133").record for _ in range(2)]
        put(tx, natural_key="")
    with store.reading() as conn:
        assert [r.key for r in records.find(conn, "enterprise", "9133")] == keys
        assert records.find(conn, "enterprise", "") == []


def test_select_narrows_by_form_period_and_subject(store: Store) -> None:
    with store.begin() as tx:
        park = put(tx, form="park").record
        for period in ("2024Q1", "2024Q2"):
            put(tx, form="park_progress", subject=park, period=period)
    with store.reading() as conn:
        assert len(records.select(conn)) == 3
        assert [r.period for r in records.select(conn, form="park_progress")] == ["2024Q1", "2024Q2"]
        assert len(records.select(conn, period="2024Q2")) == 1
        assert len(records.find_period(conn, "park_progress", park, "2024Q1")) == 1
        assert records.counts(conn) == {"park": 1, "park_progress": 2}
        assert records.counts(conn, period="2024Q1") == {"park_progress": 1}


def test_keys_rise_with_time() -> None:
    keys = [records.new_key() for _ in range(1000)]
    assert keys == sorted(set(keys))
    assert keys[0][14] == "7"


def test_a_draft_is_replaced_found_and_dropped(store: Store) -> None:
    key = records.new_key()
    for typed in ("{}", '{"values":{}}'):
        records.save_draft(
            store, key, form="enterprise", payload=typed, at=NOW, focus="kpis/1/after", period="2024Q2", subject="s"
        )
    with store.reading() as conn:
        (draft,) = records.drafts(conn)
        assert draft == records.draft(conn, key)
        assert (draft.payload, draft.focus, draft.period, draft.subject, draft.at) == (
            '{"values":{}}',
            "kpis/1/after",
            "2024Q2",
            "s",
            NOW,
        )
    with store.begin() as tx:
        records.drop_draft(tx, key)
    with store.reading() as conn:
        assert records.drafts(conn) == []


def test_a_draft_within_a_transaction_joins_it(store: Store) -> None:
    with undone(store):
        records.save_draft(store, "k", form="enterprise", payload="{}", at=NOW)
    with store.reading() as conn:
        assert records.drafts(conn) == []


SEALED = ["revision", "journal", "submission", "submission_revision", "submission_event"]


@pytest.mark.parametrize("table", SEALED)
def test_sealed_tables_refuse_update_and_delete(filled: Store, table: str) -> None:
    column = COLUMN[table]
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = {column}"):  # noqa: S608  # our own names
        with pytest.raises(DatabaseError, match="append-only"), filled.begin() as tx:
            tx.execute(text(statement))


@pytest.mark.parametrize("table", SEALED)
def test_sealed_tables_refuse_replacing(filled: Store, table: str) -> None:
    if filled.path is None:
        statement = f"TRUNCATE {table} CASCADE"
    else:
        statement = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"  # noqa: S608  # our own names
    with pytest.raises(DatabaseError, match="append-only"), filled.begin() as tx:
        tx.execute(text(statement))


COLUMN = {
    "revision": "payload",
    "journal": "head",
    "submission": "identity",
    "submission_revision": "number",
    "submission_event": "state",
}
