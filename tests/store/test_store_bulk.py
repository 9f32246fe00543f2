"""Many revisions at once are the revisions that one by one would have been made."""

from pathlib import Path

import pytest

from pairing_desktop.errors import Trouble
from pairing_desktop.progress import Cancelled
from pairing_desktop.store import bulk, index, records, verify
from pairing_desktop.store.engine import Store
from tests.conftest import NOW


def put(key: str, text: str, **more: object) -> bulk.Put:
    return bulk.Put(key=key, form="firm", payload=text, form_digest="d", label=f"甲{key}", natural_key=key,
                    fields={"name": (None, key), "blank": (None, "")}, words=f"甲{key}", **more)  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "a.pairing", now=NOW, meta={})


def test_same_as_one_by_one(store: Store) -> None:
    with store, store.begin() as tx:
        bulk.put_all(tx, [put(f"{n:04}", "{}") for n in range(1200)], total=1200, who="张三", at=NOW, why="导入")
        one = records.put(tx, key="x", form="firm", payload="{}", form_digest="d", label="甲x", natural_key="x",
                          who="张三", at=NOW, why="导入")
        first = records.revision(tx, "0000", 1)
        assert first is not None
        assert (first.why, first.who, first.action, first.number) == (one.why, one.who, one.action, one.number)
        last = records.get(tx, "1199")
        assert last is not None
        changed = put("1199", '{"a":1}', number=2, previous=last.digest, action="change")
        bulk.put_all(tx, [changed], total=1, who="李四", at=NOW)
        assert [r.number for r in records.revisions(tx, "1199")] == [1, 2]
        assert index.page(tx, "firm", filters={"name": [(None, "1199")]}).total == 1
        assert [hit.key for hit in store.texts.search(tx, "甲0007")] == ["0007"]
        assert verify.history(tx) == []


def test_gone_from_lists_when_deleted(store: Store) -> None:
    with store, store.begin() as tx:
        bulk.put_all(tx, [put("a", "{}")], total=1, who="", at=NOW)
        was = records.get(tx, "a")
        assert was is not None
        gone = bulk.Put(key="a", form="firm", payload="{}", form_digest="d", label="甲a", number=2, previous=was.digest,
                        action="delete")
        bulk.put_all(tx, [gone], total=1, who="", at=NOW)
        now = records.get(tx, "a")
        assert now is not None
        assert now.state == "deleted"
        assert store.texts.search(tx, "甲a") == []
        assert verify.history(tx) == []


def test_what_was_changed_meanwhile_stops_it(store: Store) -> None:
    with store:
        with store.begin() as tx:
            bulk.put_all(tx, [put("a", "{}")], total=1, who="", at=NOW)
            records.put(tx, key="a", form="firm", payload="{}", form_digest="d", label="甲a", who="", at=NOW)
        with pytest.raises(Trouble, match="被改过"), store.begin() as tx:
            bulk.put_all(tx, [put("b", "{}"), put("a", "{}", number=2)], total=2, who="", at=NOW)
        with store.reading() as conn:
            assert records.get(conn, "b") is None
            assert verify.history(conn) == []


def test_cancelled_leaves_nothing(store: Store) -> None:
    def stop(_step: str, done: int, _total: int) -> None:
        if done >= 500:
            raise Cancelled

    with store:
        with pytest.raises(Cancelled), store.begin() as tx:
            bulk.put_all(tx, [put(f"{n:04}", "{}") for n in range(900)], total=900, who="", at=NOW, progress=stop)
        with store.reading() as conn:
            assert records.counts(conn) == {}
