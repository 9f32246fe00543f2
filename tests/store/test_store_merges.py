"""Another file's revisions placed on our lines, and the link that says so, on both databases."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from pairing_desktop.store import attachments, journal, merges, records, submissions, verify
from pairing_desktop.store.engine import Store
from pairing_desktop.store.merges import Merge, Sent
from tests.store.entries import NOW, fill, put, undone

ENTRY = Merge(at="2024-07-11T06:32:00Z", who="张三", file="乙.pairing", other="x", other_seq=7, other_head="ab" * 32,
              sent=(Sent("c" * 64, 5, "cd" * 32),), restarts=("ef" * 32,), taken={"k": ("12" * 32,)},
              came={"revisions": 3})


@pytest.fixture
def other(laid: Path, tmp_path: Path) -> Iterator[Store]:
    """Return another file with two records, three revisions, an attachment and a submission."""
    path = tmp_path / "乙.pairing"
    path.write_bytes(laid.read_bytes())
    with Store.open(path, now=NOW, owner="李四") as made:
        fill(made)
        yield made


def rows(other: Store) -> list[Any]:
    with other.reading() as conn:
        return list(merges.revisions(conn, sorted(merges.lines(conn))))


def test_revisions_come_in_as_they_are(store: Store, other: Store) -> None:
    with store.begin() as tx:
        for row in rows(other):
            merges.place(tx, row)
        journal_end = merges.append(tx, ENTRY)
    with store.reading() as conn, other.reading() as there:
        assert merges.lines(conn) == merges.lines(there)
        assert {r.key: r for r in records.select(conn)} == {r.key: r for r in records.select(there)}
        assert [link.digest for link in journal.entries(conn) if link.what == "revision"] == [
            link.digest for link in journal.entries(there) if link.what == "revision"]
        assert verify.verify(conn) == []
        [entry] = merges.merges(conn)
        assert (entry.seq, journal.entries(conn)[-1].what) == (journal_end.seq - 1, "merge")
        assert (entry.sent, entry.taken, entry.came) == (ENTRY.sent, ENTRY.taken, ENTRY.came)
        assert merges.taken(conn) == {"k": {"12" * 32}}
        assert merges.restarts(conn) == ENTRY.restarts


@pytest.mark.parametrize("change", [
    {"payload": '{"values":{}}'}, {"who": "王五"}, {"number": 2}, {"previous": "1" * 64}, {"digest": "1" * 64}])
def test_what_does_not_go_on_from_our_line_is_not_placed(store: Store, other: Store, change: dict[str, Any]) -> None:
    first = rows(other)[0]
    with store.begin() as tx, pytest.raises(ValueError, match="does not go on"):
        merges.place(tx, {**first, **change})
    with undone(store) as tx:
        merges.place(tx, first)
        with pytest.raises(ValueError, match="does not go on"):
            merges.place(tx, first)
    with store.reading() as conn:
        assert merges.lines(conn) == {}


def test_a_submission_comes_with_what_became_of_it(store: Store, other: Store) -> None:
    with other.reading() as there:
        [sent] = submissions.submissions(there)
        carried = merges.carried(there)
    with store.begin() as tx:
        for row in rows(other):
            merges.place(tx, row)
        merges.add_submission(tx, sent, sent.pinned)
        merges.append(tx, replace(ENTRY, sent=tuple(carried.values())))
    with store.reading() as conn:
        assert submissions.submissions(conn) == [sent]
        assert merges.carried(conn) == carried, "the packet carried the other file's chain, and still does"
        assert verify.verify(conn) == []
    [one] = carried.values()
    with other.reading() as there:
        link = next(link for link in journal.entries(there) if link.what == "submission")
    assert (one.seq, one.head) == (link.seq - 1, link.previous_head)


def test_the_entry_cannot_be_reworded_or_taken_out(store: Store) -> None:
    with store.begin() as tx:
        put(tx)
        merges.append(tx, ENTRY)
        tx.execute(text("UPDATE meta SET value = replace(value, '乙', '丙') WHERE name LIKE 'merge/%'"))
    with store.reading() as conn:
        assert [p.code for p in verify.history(conn)] == ["store.merge_altered", "store.revision_missing"]
    with store.begin() as tx:
        tx.execute(text("UPDATE meta SET value = 'x' WHERE name LIKE 'merge/%'"))
    with store.reading() as conn:
        assert merges.merges(conn) == []


def test_attachments_that_are_lacking(store: Store, other: Store) -> None:
    with store.begin() as tx, other.reading() as there:
        [one] = attachments.lacking(tx, there)
        assert one.name == "诊断报告.pdf"
        attachments.add(tx, attachments.content(there, one.sha256), name=one.name, at=NOW)
        assert attachments.lacking(tx, there) == []
