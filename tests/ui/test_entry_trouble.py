"""What a form says of what went wrong: a special case under its field, a disk that is full and has room again."""

import errno
import os
import sqlite3
import threading
from contextlib import closing
from typing import Any

import pytest
from msgspec.structs import replace

pytest.importorskip("PySide6")

from PySide6.QtWidgets import QApplication

from pairing_desktop.errors import Trouble
from pairing_desktop.formspec.finding import Finding
from pairing_desktop.services import entering, half_said
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.store import behind, sqlite
from pairing_desktop.ui.finding_line import FindingLine
from tests.ui.conftest import Open

pytestmark = pytest.mark.gui


def test_a_special_case_says_so_and_who_consented_and_is_not_green(qtbot: Any, theme: object) -> None:
    line = FindingLine()
    qtbot.addWidget(line)
    line.resize(600, 40)
    found = Finding(form="sheet", record="a", path="total", rule="limit", level="error", message="超过 100",
                    waiver="追加投资已批准", consent_by="局长")
    line.show_finding(found)
    assert line.shown() == "超过 100。特殊情况：追加投资已批准（同意人：局长）"
    assert line._colour == "error"
    line.show_finding(replace(found, message="已支付补助 31.00 超过专项资金补助 30.00，多 1.00",
                              waiver="年末追加补助尚未下达，企业先行垫付，附拨款凭证（示例）"))
    assert max(line._lay(width)[0].lineCount() for width in range(220, 330)) == 3
    assert line.toolTip().endswith("附拨款凭证（示例）（同意人：局长）")


def test_the_words_about_a_full_disk_go_when_there_is_room_again(qtbot: Any, open_page: Open, ws: Workspace) -> None:
    page = open_page("enterprise")
    assert page.entry is not None
    assert page.record is not None
    page.entry.type("note", "备注")
    page.entry.keep()
    kept = ws.store._kept
    assert kept is not None
    bare = sqlite.raw(kept)
    bare.execute(f"PRAGMA max_page_count={bare.execute('PRAGMA page_count').fetchone()[0]}")
    page.entry.type("note", "备注" * 40_000)
    page.entry.keep()
    assert page.record.banner.words.text().startswith("没能存盘：磁盘已满")
    page.entry.opened = replace(page.entry.opened, needs_reason="已上报，修改要写明原因")
    assert not page.leave(), "and nobody is asked for words that cannot be kept either"
    assert page.record.banner.words.text().startswith("没能存盘：磁盘已满")
    bare.execute("PRAGMA max_page_count=1000000")
    page.record.banner.button.click()
    assert page.entry.safe
    assert page.record.banner.words.text() == "已上报，修改要写明原因。"


class Disk:
    """Stands in for the flush to the disk: holds it until it is let go, and has it fail when told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.free, self.error = threading.Event(), 0
        monkeypatch.setattr(behind.os, "fsync", self._flush)

    def _flush(self, _handle: int) -> None:
        assert self.free.wait(60)
        if self.error:
            raise OSError(self.error, os.strerror(self.error))


def test_a_field_is_left_without_waiting_for_the_disk_and_kept_when_the_disk_has_it(
        qtbot: Any, open_page: Open, ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written outlives the program at once; that it is kept is only said when a power cut cannot take it."""
    page, disk, kept = open_page("enterprise"), Disk(monkeypatch), []
    assert page.entry is not None
    page.entry.kept.connect(kept.append)
    page.entry.type("note", "先写进日志")
    with closing(sqlite3.connect(ws.path)) as another:
        (row,) = another.execute("SELECT payload FROM draft").fetchall()
    assert "先写进日志" in row[0]
    QApplication.processEvents()
    assert not kept
    disk.free.set()
    qtbot.waitUntil(lambda: bool(kept))


def test_a_disk_that_fails_behind_the_clerks_back_is_told_and_what_was_typed_is_written_again(
        qtbot: Any, open_page: Open, ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    page, disk, kept = open_page("enterprise"), Disk(monkeypatch), []
    assert page.entry is not None
    assert page.record is not None
    banner = page.record.banner
    disk.error = errno.ENOSPC
    disk.free.set()
    page.entry.type("note", "没写成")
    qtbot.waitUntil(lambda: banner.words.text().startswith("没能存盘：磁盘已满"))
    assert not page.entry.safe
    page.entry.kept.connect(kept.append)
    disk.error = 0
    banner.button.click()
    qtbot.waitUntil(lambda: bool(kept))
    assert page.entry.safe
    assert not banner.words.text()
    ws.close()


def test_a_data_file_is_closed_once_all_is_flushed(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    disk, told = Disk(monkeypatch), []
    draft = entering.open_record(ws, form="enterprise", quarter="2024Q2").draft
    draft.type("name", "示例企业丙")
    entering.autosave(ws, draft, flushed=told.append)
    assert not told
    disk.free.set()
    ws.close()
    assert told == [None]


def test_words_that_cannot_be_forgotten_do_not_undo_what_was_saved(ws: Workspace) -> None:
    """The act is done when its reason is dropped: a file that is busy or full just then is no failure of it."""
    half = half_said.reason(ws, "恢复", "k")
    half.keep("改口径")
    kept = ws.store._kept
    assert kept is not None
    sqlite.raw(kept).execute("PRAGMA busy_timeout=0")
    with closing(sqlite3.connect(ws.path, isolation_level=None)) as another:
        another.execute("BEGIN IMMEDIATE")
        with pytest.raises(Trouble):
            half.keep("又改")
        half.drop()
    assert half.words == "改口径"
    half.drop()
    assert half.words is None
