"""What a form says of what went wrong: a special case under its field, a disk that is full and has room again."""

from typing import Any

import pytest
from msgspec.structs import replace

pytest.importorskip("PySide6")

from pairing_desktop.formspec.finding import Finding
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.store import sqlite
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
