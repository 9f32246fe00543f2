"""Attachments: by digest, in chunks, once."""

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import func, select

from pairing_desktop.errors import Trouble
from pairing_desktop.store import attachments
from pairing_desktop.store.engine import Store
from pairing_desktop.store.models import attachment_chunk
from tests.store.entries import NOW


@pytest.mark.parametrize("length", [0, 1, attachments.CHUNK, attachments.CHUNK + 1, 3 * attachments.CHUNK])
def test_content_comes_back_from_file_or_bytes(store: Store, tmp_path: Path, length: int) -> None:
    data = bytes(range(256)) * (length // 256) + bytes(length % 256)
    source = tmp_path / "诊断报告.pdf"
    source.write_bytes(data)
    with store.begin() as tx:
        name = attachments.add(tx, source, name=source.name, at=NOW)
        assert attachments.add(tx, data, name="again", at=NOW) == name
        assert tx.execute(select(func.count()).select_from(attachment_chunk)).scalar_one() == -(
            -length // attachments.CHUNK
        )
    with store.reading() as conn:
        assert name == hashlib.sha256(data).hexdigest()
        assert attachments.size(conn, name) == length
        assert attachments.content(conn, name) == data
        assert all(len(chunk) <= attachments.CHUNK for chunk in attachments.read(conn, name))
        assert attachments.digests(conn) == [name]


def test_a_missing_one_is_told(store: Store, tmp_path: Path) -> None:
    with store.reading() as conn:
        assert attachments.size(conn, "0" * 64) is None
        with pytest.raises(Trouble, match="找不到附件"):
            attachments.content(conn, "0" * 64)
    with pytest.raises(Trouble, match=r"读不到附件 没有\.pdf"), store.begin() as tx:
        attachments.add(tx, tmp_path / "没有.pdf", name="没有.pdf", at=NOW)
