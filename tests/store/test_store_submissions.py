"""Submissions pin exact revisions; their life is a row of events."""

import pytest
from sqlalchemy.exc import IntegrityError

from pairing_desktop.store import records, submissions
from pairing_desktop.store.engine import Store
from tests.store.entries import NOW, fill, put, undone


def test_a_submission_pins_what_was_sent(store: Store) -> None:
    sent = fill(store)
    with store.reading() as conn:
        whole = submissions.submission(conn, sent)
        assert whole is not None
        assert submissions.submissions(conn, "2024Q2") == [whole] == submissions.submissions(conn)
        assert submissions.submissions(conn, "2024Q1") == []
        assert submissions.submission(conn, "x") is None
    assert (whole.number, whole.identity, whole.state) == (1, "a" * 64, "submitted")
    assert [event.state for event in whole.events] == ["finalised", "submitted"]
    with store.begin() as tx:
        for record, number in whole.pinned:
            put(tx, "后来改的", key=record, form=records.revisions(tx, record)[0].form)
            pinned = records.revision(tx, record, number)
            assert pinned is not None
            assert pinned.label != "后来改的"


def test_only_real_revisions_can_be_pinned(store: Store) -> None:
    with undone(store) as tx, pytest.raises(IntegrityError):  # noqa: PT012  # the record must be there
        made = put(tx)
        submissions.create(
            tx,
            period="2024Q2",
            number=1,
            identity="a",
            replaces="",
            packet_name="p",
            at=NOW,
            who="张三",
            why="",
            pinned=[(made.record, 2)],
        )


def test_a_resubmission_names_the_one_it_replaces(store: Store) -> None:
    fill(store)
    with store.begin() as tx:
        second = submissions.create(
            tx,
            period="2024Q2",
            number=2,
            identity="b" * 64,
            replaces="a" * 64,
            packet_name="331123-2024Q2-r2.asice",
            at=NOW,
            who="张三",
            why="产值更正",
            pinned=[],
        )
    with store.reading() as conn:
        first, again = submissions.submissions(conn, "2024Q2")
    assert again == second
    assert (again.replaces, again.number, again.why) == (first.identity, 2, "产值更正")
