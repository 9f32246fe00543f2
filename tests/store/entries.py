"""What tests put into a store."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from pairing_desktop.store import attachments, index, records, search, submissions
from pairing_desktop.store.engine import Store
from pairing_desktop.store.records import Revision

NOW = datetime(2024, 7, 11, 6, 32, tzinfo=UTC)


def put(tx: Connection, name: str = "双彩", **more: Any) -> Revision:
    """Put an enterprise, or another revision of it."""
    values: dict[str, Any] = {
        "form": "enterprise",
        "payload": json.dumps({"values": {"name": name}}, ensure_ascii=False, separators=(",", ":")),
        "form_digest": "f" * 64,
        "label": name,
        "who": "张三",
        "at": NOW,
    }
    return records.put(tx, **{**values, **more})


@contextmanager
def undone(store: Store) -> Iterator[Connection]:
    """A writing transaction that something breaks off at its end."""
    with suppress(Broken), store.begin() as tx:
        yield tx
        raise Broken


class Broken(Exception):  # noqa: N818  # not an error: what breaks a transaction off
    pass


REPORT = b"%PDF" + bytes(300_000)


def fill(store: Store, report: bytes = REPORT) -> str:
    """Put two records, three revisions, an attachment and a submission with two events; return its id."""
    with store.begin() as tx:
        first = put(tx, natural_key="91330000000000001X")
        index.set_fields(tx, first.record, "enterprise", {"name": (None, "shuangcai"), "staff": (310.0, "")})
        search.set_search(tx, first.record, "enterprise", "双彩 shuangcai sc")
        put(tx, "双彩纺织", key=first.record, why="更名")
        second = put(tx, "竹产业园", form="park")
        attachments.add(tx, report, name="诊断报告.pdf", at=NOW)
        sent = submissions.create(
            tx,
            period="2024Q2",
            number=1,
            identity="a" * 64,
            replaces="",
            packet_name="331123-2024Q2-r1.asice",
            at=NOW,
            who="张三",
            why="",
            pinned=[(first.record, 2), (second.record, 1)],
        )
        submissions.set_state(tx, sent.id, "submitted", at=NOW, who="张三")
    return sent.id
