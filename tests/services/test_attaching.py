"""What may be attached and what is refused in words; nothing is stored of what is refused."""

import io
import os
import struct
from pathlib import Path

import pytest

from pairing_desktop.errors import BadContent, Trouble
from pairing_desktop.services import attaching, attachment_kinds, attachment_limits
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.store import attachments
from tests.signing import people


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def photo(width: int, height: int, kind: str = "JPEG") -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(out, kind)
    return out.getvalue()


def locked_pdf(password: str) -> bytes:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.pdf_utils.writer import copy_into_new_writer

    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(people.small_stamp())))
    writer.encrypt(owner_pass="owner", user_pass=password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def stored(ws: Workspace) -> list[str]:
    with ws.store.reading() as conn:
        return attachments.digests(conn)


LINK = struct.pack("<I", 0x4C) + bytes.fromhex("0114020000000000c000000000000046")


@pytest.mark.parametrize(("name", "content", "says"), [
    ("装我.exe", b"MZ\x90", "不是能作附件的文件"),
    ("快捷方式.lnk", LINK, "不是能作附件的文件"),
    ("报告.pdf", b"MZ\x90", "里面是程序或快捷方式"),
    ("报告.docx", LINK, "里面是程序或快捷方式"),
    ("现场.jpg", b"<html>", "里面却不是图片"),
    ("现场.png", photo(8, 8)[:40], "里面却不是图片"),
    ("报告.pdf", b"<html>", "里面却不是这种文件"),
    ("台账.xlsx", b"<table>", "里面却不是这种文件"),
    ("不知道是什么", b"\x00\x01", "没有扩展名"),
    ("空.pdf", b"", "是空文件"),
    ("坏了.pdf", b"%PDF-1.4 \xe2", "没有一页能打开"),
    ("没传完.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 40, "没有一页能打开"),
])
def test_what_is_no_document_is_refused_in_words(ws: Workspace, tmp_path: Path, name: str, content: bytes,
                                                  says: str) -> None:
    with pytest.raises(Trouble, match=says) as told:
        attaching.attach(ws, written(tmp_path, name, content), travels=True)
    assert told.value.problems[0].remedy
    assert stored(ws) == []


def test_a_pdf_with_a_password_is_refused_and_one_that_only_bars_printing_is_not(ws: Workspace,
                                                                                 tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="要密码才能打开"):
        attaching.attach(ws, written(tmp_path, "报告.pdf", locked_pdf("secret")), travels=True)
    assert stored(ws) == []
    assert attaching.attach(ws, written(tmp_path, "报告.pdf", locked_pdf("")), travels=True).pages == 1


def test_pages_are_counted_where_they_can_be(ws: Workspace, tmp_path: Path) -> None:
    assert attaching.attach(ws, written(tmp_path, "一页.pdf", people.small_stamp()), travels=True).pages == 1
    cut = people.small_stamp().partition(b"startxref")[0]
    assert attaching.attach(ws, written(tmp_path, "少了一截.pdf", cut), travels=True).pages == 1


@pytest.mark.parametrize(("name", "kept"), [
    ("诊断\u202efdp.exe.pdf", "诊断fdp.exe.pdf"),
    ("a/b\\c:d*e?.pdf", "a_b_c_d_e_.pdf"),
    ("e\u0301té\n.pdf", "été.pdf"),
    ("𬳽㛃䶮😀.pdf", "𬳽㛃䶮😀.pdf"),
    ("oﬃce.pdf", "office.pdf"),
    (os.fsdecode(b"\xff\xfe.pdf"), "__.pdf"),
    (" . ", "附件"),
    ("长" * 300 + ".pdf", "长" * 115 + "….pdf"),
])
def test_a_name_is_made_fit_to_travel(name: str, kept: str) -> None:
    assert attachment_kinds.fit(name) == kept
    assert len(attachment_kinds.fit(name)) <= attachment_kinds.LONGEST


def test_a_scan_without_an_ending_gets_the_one_it_deserves(ws: Workspace, tmp_path: Path) -> None:
    scanned = attaching.attach(ws, written(tmp_path, "扫描0001", people.small_stamp()), travels=True)
    assert scanned.name == "扫描0001.pdf"
    assert attaching.attach(ws, written(tmp_path, "扫描0002", photo(9, 9)), travels=True).name == "扫描0002.jpg"


def test_a_file_that_vanishes_while_it_is_read_changes_nothing(ws: Workspace, tmp_path: Path,
                                                               monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "报告.pdf", people.small_stamp())
    read = Path.read_bytes

    def vanishing(self: Path) -> bytes:
        self.unlink()
        return read(self)

    monkeypatch.setattr(Path, "read_bytes", vanishing)
    with pytest.raises(Trouble, match="读不到附件"):
        attaching.attach(ws, path, travels=True)
    assert stored(ws) == []


def test_a_file_that_changes_while_it_is_read_is_not_stored_by_halves(ws: Workspace, tmp_path: Path,
                                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "报告.pdf", people.small_stamp())
    read = Path.read_bytes

    def growing(self: Path) -> bytes:
        data = read(self)
        with self.open("ab") as file:
            file.write(b"more")
        return data

    monkeypatch.setattr(Path, "read_bytes", growing)
    with pytest.raises(Trouble, match="在读取时被改动"):
        attaching.attach(ws, path, travels=True)
    assert stored(ws) == []


def test_a_full_disk_while_attaching_is_told_and_the_file_goes_on_working(ws: Workspace, tmp_path: Path) -> None:
    from sqlalchemy import text

    path = written(tmp_path, "大.zip", b"PK" + os.urandom(3_000_000))
    with ws.store.begin() as tx:
        pages = tx.execute(text("PRAGMA page_count")).scalar_one()
        tx.execute(text(f"PRAGMA max_page_count = {pages + 200}"))
    with pytest.raises(Trouble, match="满"):
        attaching.attach(ws, path, travels=True)
    assert stored(ws) == []
    assert attaching.attach(ws, written(tmp_path, "小.txt", b"abc"), travels=True).size == 3


def test_a_photo_attached_whole_is_made_smaller_on_request_and_the_large_one_stays(ws: Workspace,
                                                                                   tmp_path: Path) -> None:
    from PIL import Image

    whole = attaching.attach(ws, written(tmp_path, "现场.jpg", photo(4000, 1000)), travels=True, shrink=False)
    small = attaching.shrunk(ws, whole)
    with Image.open(io.BytesIO(attaching.content(ws, small))) as picture:
        assert picture.size == (2000, 500)
    assert set(stored(ws)) == {whole.sha256, small.sha256}
    with pytest.raises(Trouble, match="长边已经不超过 2000 像素"):
        attaching.shrunk(ws, small)


def test_limits_are_data_and_can_be_changed(ws: Workspace, tmp_path: Path) -> None:
    shipped = attachment_limits.of(ws)
    assert (shipped.file_mb, shipped.packet_mb, shipped.photo_px) == (20, 300, 2000)
    attachment_limits.change(ws, attachment_limits.Limits(file_mb=1, packet_mb=50, send_mb=10, photo_px=1000))
    with pytest.raises(Trouble, match=r"有 1\.2 MB，超过 1 MB"):
        attaching.attach(ws, written(tmp_path, "大.zip", b"PK" + bytes(1_200_000)), travels=True)
    held = attaching.attach(ws, written(tmp_path, "现场.jpg", photo(4000, 1000)), travels=True)
    from PIL import Image

    with Image.open(io.BytesIO(attaching.content(ws, held))) as picture:
        assert picture.size == (1000, 250)
    with pytest.raises(BadContent) as told:
        attachment_limits.change(ws, attachment_limits.Limits(file_mb=0, packet_mb=900, send_mb=10, photo_px=1000))
    assert len(told.value.problems) == 2
    assert attachment_limits.of(ws).file_mb == 1
