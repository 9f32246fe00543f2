"""Freeze a data file of the present schema with its content: run once, when a schema number is new, and commit both.

``python -m tests.store.legacy.make``; an existing one is never overwritten.
"""

import json
from pathlib import Path

from pairing_desktop.store import records
from pairing_desktop.store.engine import Store
from pairing_desktop.store.models import SCHEMA
from tests.store.entries import NOW, fill, put
from tests.store.test_store_migrations import content

HERE = Path(__file__).parent


def main() -> None:
    path = HERE / f"schema-{SCHEMA}.pairing"
    with Store.create(path, now=NOW, meta={"county": "331123", "partner": "330402"}, owner="张三") as store:
        fill(store, "诊断报告".encode() * 100)
        with store.begin() as tx:
            gone = put(tx, "重复录入")
            records.delete(tx, key=gone.record, who="李四", at=NOW, why="重复")
        records.save_draft(
            store, records.new_key(), form="park", payload='{"raw":{"area":"约12a"}}', at=NOW, focus="area"
        )
    with Store.open(path, now=NOW, write=False) as store, store.reading() as conn:
        text = json.dumps(content(store, conn), ensure_ascii=False, indent=1, sort_keys=True)
    path.with_suffix(".json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
