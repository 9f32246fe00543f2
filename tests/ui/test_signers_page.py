"""The packet at another desk: refused with the cause, read with what it excuses, signed, and what to do next."""

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtWidgets import QLabel

from pairing_desktop.errors import Altered
from pairing_desktop.services import checking, demo, entering, submitting
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui.ask import TroubleSheet
from pairing_desktop.ui.cards import Card
from pairing_desktop.ui.refusal import ProblemList
from pairing_desktop.ui.sign_page import SignPage
from tests.services import small
from tests.services.small import QUARTER
from tests.ui.script import Script, idle

pytestmark = pytest.mark.gui


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> small.Laid:
    return small.lay(tmp_path_factory.mktemp("laid"), small.fill)


@pytest.fixture
def ws(tmp_path: Path, laid: small.Laid) -> Iterator[Workspace]:
    with laid.copy(tmp_path, clock=small.Now()) as made:
        yield made


def finalised(ws: Workspace) -> Path:
    return submitting.finalise(ws, QUARTER, ws.path.parent).packet


def opened(qtbot: Any, path: Path, size: tuple[int, int] = (1366, 768)) -> SignPage:
    made = SignPage(path, clock=small.Now())
    qtbot.addWidget(made)
    made.resize(*size)
    made.show()
    idle(qtbot)
    return made


def zipped_again(path: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    with zipfile.ZipFile(path) as old:
        files = {name: old.read(name) for name in old.namelist()}
    change(files)
    with zipfile.ZipFile(path, "w") as new:
        for name, content in files.items():
            new.writestr(name, content)
    return path


def test_a_packet_without_its_report_is_refused_with_that_and_one_remedy(qtbot: Any, theme: object, script: Script,
                                                                        ws: Workspace) -> None:
    page = opened(qtbot, zipped_again(finalised(ws), lambda files: files.pop("report.pdf")))
    assert page.trouble.title.text() == "定稿之后，报表 PDF（report.pdf）从报送包里被删掉了"
    assert page.trouble.text.text() == "不要签名，也不要回收、报送；请使用原来的报送包，或向发来的人重新索取。"
    told = page.trouble.others.toPlainText().splitlines()
    assert told
    assert all("由此产生：" in line and "请" not in line for line in told)
    assert page.trouble.others.geometry().bottom() < page.height(), "what scrolls is on the screen"


def test_a_packet_taken_back_is_refused_with_the_cause_over_a_list(qtbot: Any, theme: object, ws: Workspace) -> None:
    spoilt = zipped_again(finalised(ws), lambda files: files.pop("report.pdf"))
    with pytest.raises(Altered) as told:
        submitting.collect(ws, spoilt)
    sheet = TroubleSheet(None, told.value, "没有办成")
    qtbot.addWidget(sheet)
    assert sheet.heading.text() == "定稿之后，报表 PDF（report.pdf）从报送包里被删掉了"
    assert sheet.findChild(ProblemList).toPlainText().startswith("1. 由此产生：")


def excused(ws: Workspace) -> Path:
    """Finalise a quarter with one true figure that a rule forbids, and the head's consent."""
    key = entering.list_records(ws, "sheet", quarter=QUARTER).lines[0].key
    small.put(ws, "sheet", key=key, total="250")
    [found] = [f for f in checking.check_quarter(ws, QUARTER).findings if f.level == "error"]
    checking.waive(ws, found, reason="追加投资已批准", consent_by="局长")
    return finalised(ws)


def cards(page: SignPage) -> list[str]:
    """Return the cards' titles from above."""
    found = [card for at in range(page.cards.count()) if isinstance(card := page.cards.itemAt(at).widget(), Card)]
    return [card.findChild(QLabel).text() for card in found]


def sign(page: SignPage, qtbot: Any, script: Script, keys: demo.Keys, role: str) -> None:
    script.answers = {"confirm": True}
    page.panel.key.setText(str(keys.files[role]))
    page.panel.password.setText(keys.passwords[role])
    page.panel.act.click()
    idle(qtbot)


def test_special_cases_stand_on_top_and_beside_the_button(qtbot: Any, theme: object, script: Script, ws: Workspace,
                                                         keys: demo.Keys) -> None:
    page = opened(qtbot, excused(ws))
    assert cards(page) == ["说明与特殊情况", "谁报送什么", "内容"]
    assert page.panel.beside.isVisible()
    assert page.panel.beside.text() == "特殊情况 1 条，请先核对；单位负责人签名即表示同意。"
    sign(page, qtbot, script, keys, "preparer")
    sign(opened(qtbot, page.packet), qtbot, script, keys, "reviewer")
    heads = opened(qtbot, page.packet)
    assert heads.panel.beside.text() == "特殊情况 1 条，您签名即表示同意。"
    assert heads.panel.beside.property("tone") == "error"


def test_without_special_cases_nothing_is_consented_to(qtbot: Any, theme: object, script: Script,
                                                       ws: Workspace) -> None:
    page = opened(qtbot, finalised(ws))
    assert cards(page) == ["谁报送什么", "内容", "说明与特殊情况"]
    assert not page.panel.beside.isVisible()


def test_in_a_narrow_window_the_cursor_is_where_one_sees_it(qtbot: Any, theme: object, script: Script, ws: Workspace,
                                                            keys: demo.Keys) -> None:
    """As at 200 %: panes behind tabs."""
    page = opened(qtbot, finalised(ws), (683, 384))
    assert page.focusWidget() is page.panes.buttons[0]
    assert "左边" not in page.advice.text()
    page.panes.buttons[2].click()
    assert page.focusWidget() is page.panel.key
    sign(page, qtbot, script, keys, "preparer")
    assert page.state.text() == "签名成功"
    assert page.signing.verticalScrollBar().value() == 0

    def seen() -> bool:
        top = page.state.mapTo(page.signing, page.state.rect().topLeft()).y()
        return 0 <= top < page.signing.height() - page.state.height()

    qtbot.waitUntil(seen)  # laid out for its new words
    assert page.focusWidget() is page.folder
