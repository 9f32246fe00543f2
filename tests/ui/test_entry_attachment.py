"""Files of a record: chosen, dropped, pasted, taken from the scanner's folder, looked at; in a field and in a cell."""

from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

pytest.importorskip("PySide6")

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QLabel, QMenu, QPushButton

from pairing_desktop.formspec.fieldtypes.links import size_text
from pairing_desktop.services import attaching
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.ui import jobs
from pairing_desktop.ui.attachment_dialog import AttachmentLook, CellAttachment
from pairing_desktop.ui.attachment_input import AttachmentInput
from pairing_desktop.ui.attachment_sources import SCANS, WHOLE
from pairing_desktop.ui.button_keys import ButtonKeys
from pairing_desktop.ui.filter_box import FilterBox
from pairing_desktop.ui.finding_line import FindingLine
from pairing_desktop.ui.line_input import LineInput
from pairing_desktop.ui.long_input import LongInput
from pairing_desktop.ui.long_text import LongText
from tests.signing import people
from tests.ui.conftest import Answers, Open
from tests.ui.script import idle
from tests.ui.test_entry_table import table

pytestmark = pytest.mark.gui


@pytest.fixture
def report(open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AttachmentInput:
    monkeypatch.setenv("PAIRING_DESKTOP_CONFIG", str(tmp_path / "settings"))
    page = open_page("diagnosis")
    page.new()
    assert page.record is not None
    found = page.record.widget_at("report")
    assert isinstance(found, AttachmentInput)
    return found


def drop(on: AttachmentInput, *files: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(f)) for f in files])
    none = Qt.MouseButton.NoButton
    on.dropEvent(QDropEvent(QPointF(1, 1), Qt.DropAction.CopyAction, mime, none, Qt.KeyboardModifier.NoModifier))


def written(folder: Path, name: str, content: bytes | None = None) -> Path:
    path = folder / name
    path.write_bytes(people.small_stamp() if content is None else content)
    return path


def test_only_an_attachment_takes_what_is_dropped(report: AttachmentInput) -> None:
    """Beside it a file would be written into a text as its path."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/示例/报告.pdf")])
    none = Qt.MouseButton.LeftButton
    over = QDragEnterEvent(QPoint(1, 1), Qt.DropAction.CopyAction, mime, none, Qt.KeyboardModifier.NoModifier)
    report.dragEnterEvent(over)
    assert over.isAccepted()
    assert report.choose.text() == "松开存入"
    report.dragLeaveEvent(QDragLeaveEvent())
    assert report.choose.text() == "选择文件…"
    lines, texts = report.window().findChildren(LineInput), report.window().findChildren(LongInput)
    assert lines
    assert texts
    assert not any(part.acceptDrops() for part in (*lines, *texts, *(text.viewport() for text in texts)))
    reason = LongText("原因", limit=200)
    assert not any(part.acceptDrops() for part in (reason.edit, reason.edit.viewport(), FilterBox(reason)))


def test_a_dropped_file_is_stored_once(qtbot: Any, report: AttachmentInput, tmp_path: Path) -> None:
    drop(report, written(tmp_path, "诊断报告.pdf"))
    assert not report.choose.isEnabled()
    idle(qtbot)
    assert report.choose.isEnabled()
    first = report.held
    assert first is not None
    assert (first.name, first.travels) == ("诊断报告.pdf", False), "a firm's secret stays until somebody says 上报"
    assert report.travels.text() == "仅留本县"
    report.travels.click()
    assert report.held is not None
    assert report.held.travels
    assert report.travels.accessibleName() == "诊断报告：上报"
    drop(report, written(tmp_path, "又一份.pdf"))
    idle(qtbot)
    assert report.held is not None
    assert report.held.sha256 == first.sha256


def test_enter_asks_for_the_file_and_then_goes_on(qtbot: Any, report: AttachmentInput, answers: Answers,
                                                  tmp_path: Path) -> None:
    answers.answers["open_file"] = written(tmp_path, "诊断报告.pdf")
    ButtonKeys(report.window())  # every window has them
    report.choose.setFocus()
    qtbot.keyClick(report.choose, Qt.Key.Key_Return)
    idle(qtbot)
    assert report.held is not None
    report.choose.setFocus()
    qtbot.keyClick(report.choose, Qt.Key.Key_Return)
    assert not report.choose.hasFocus()
    assert [name for name, _ in answers.asked] == ["open_file"], "asked once"


def test_two_files_for_one_place_are_told(report: AttachmentInput, answers: Answers, tmp_path: Path) -> None:
    answers.answers["tell"] = None
    drop(report, written(tmp_path, "a.pdf"), written(tmp_path, "b.pdf"))
    assert report.held is None
    assert "只放一个文件" in str(answers.asked)


def test_a_program_is_no_attachment(qtbot: Any, report: AttachmentInput, answers: Answers, tmp_path: Path) -> None:
    answers.answers["trouble"] = None
    drop(report, written(tmp_path, "装我.exe", b"MZ"))
    idle(qtbot)
    assert report.held is None
    assert "不是能作附件的文件" in str(answers.asked[0][1][0])


def test_a_picture_is_pasted(qtbot: Any, report: AttachmentInput, ws: Workspace) -> None:
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    QGuiApplication.clipboard().setImage(image)
    report.choose.setFocus()
    qtbot.keyClick(report.choose, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    idle(qtbot)
    held = report.held
    assert held is not None
    assert held.name.startswith("粘贴的图片 ")
    back = QImage.fromData(attaching.content(ws, held))
    assert (back.width(), back.height(), back.pixelColor(1, 1).name()) == (40, 30, "#ff0000")


def test_the_scanners_newest_files_are_offered(qtbot: Any, report: AttachmentInput, tmp_path: Path) -> None:
    scans = tmp_path / "扫描"
    scans.mkdir()
    written(scans, "签章页.pdf")
    written(scans, "驱动.exe", b"MZ")
    Settings().set(SCANS, str(scans))
    report._more()
    idle(qtbot)
    menu = report.findChild(QMenu)
    assert menu is not None
    entries = {a.text(): a for a in menu.actions()}
    assert "扫描：驱动.exe" not in entries
    entries["扫描：签章页.pdf"].trigger()
    idle(qtbot)
    assert report.held is not None
    assert report.held.name == "签章页.pdf"


def test_a_menu_that_grows_by_scans_stays_on_the_screen(qtbot: Any, report: AttachmentInput, tmp_path: Path) -> None:
    for number in range(12):
        written(tmp_path, f"扫描件{number:02}.pdf")
    Settings().set(SCANS, str(tmp_path))
    screen = report.screen().availableGeometry()
    window = report.window()
    window.move(screen.left(), screen.bottom() - report.more.mapTo(window, report.more.rect().bottomLeft()).y() - 60)
    report._more()
    idle(qtbot)
    menu = report.findChild(QMenu)
    assert menu is not None
    assert menu.actionGeometry(menu.actions()[-1]).bottom() <= menu.height()
    assert screen.contains(menu.geometry())


def test_what_is_attached_can_be_looked_at(qtbot: Any, report: AttachmentInput, ws: Workspace, answers: Answers,
                                           tmp_path: Path) -> None:
    answers.answers["run"] = False
    drop(report, written(tmp_path, "说明.docx", b"PK..."))
    idle(qtbot)
    report._look()
    idle(qtbot)
    assert [name for name, _ in answers.asked] == ["run"]
    look = report.findChild(AttachmentLook)
    assert look is not None
    label = look.findChild(QLabel)
    assert label is not None
    assert "另存后" in label.text()


def test_a_cell_takes_a_file_in_a_window_of_its_own(qtbot: Any, open_page: Open, answers: Answers,
                                                    tmp_path: Path) -> None:
    page = open_page("diagnosis")
    page.new()
    sheet = table(page, "problems")
    sheet.append_row()
    assert page.entry is not None
    path = f"problems/{page.entry.draft.rows('problems')[0]}/photo"
    sheet.select(path)
    answers.answers["run"] = True
    qtbot.keyClick(sheet, Qt.Key.Key_F2)
    assert [name for name, _ in answers.asked] == ["run"]
    dialog = sheet.findChild(CellAttachment)
    assert dialog is not None
    dialog.input.take(written(tmp_path, "现场.pdf"))
    idle(qtbot)
    assert "现场.pdf" in page.entry.draft.shown(path)
    page.undo()
    assert page.entry.draft.shown(path) == ""


def test_a_file_that_is_gone_is_told_and_the_field_stays(qtbot: Any, report: AttachmentInput, answers: Answers,
                                                         tmp_path: Path) -> None:
    answers.answers["trouble"] = None
    drop(report, tmp_path / "拔掉的U盘.pdf")
    idle(qtbot)
    assert report.held is None
    assert "读不到附件" in str(answers.asked[0][1][0])


def test_a_file_is_not_put_into_another_record(qtbot: Any, report: AttachmentInput, answers: Answers,
                                               tmp_path: Path) -> None:
    answers.answers["tell"] = None
    drop(report, written(tmp_path, "诊断报告.pdf"))
    report.entry.show(structs.replace(report.entry.opened), report.entry.quarter)
    idle(qtbot)
    assert report.held is None
    assert "换了记录" in str(answers.asked)


def test_a_photo_that_was_made_smaller_is_told(qtbot: Any, report: AttachmentInput, tmp_path: Path) -> None:
    large = QImage(4000, 3000, QImage.Format.Format_RGB32)
    large.fill(Qt.GlobalColor.red)
    large.save(str(tmp_path / "现场.bmp"))
    QImage(str(tmp_path / "现场.bmp")).save(str(tmp_path / "现场.jpg"), "JPG", 100)
    drop(report, tmp_path / "现场.jpg")
    idle(qtbot)
    assert report.held is not None
    before, after = (size_text(n) for n in ((tmp_path / "现场.jpg").stat().st_size, report.held.size))
    told = f"照片已由 {before} 缩为 {after}"
    assert report.entry.note("report") == told
    said = [line for line in report.window().findChildren(FindingLine) if line.accessibleName() == told]
    assert [line.isHidden() for line in said] == [False]
    drop(report, written(tmp_path, "报告.pdf"))
    idle(qtbot)
    assert report.entry.note("report") == ""
    assert said[0].isHidden(), "nothing of the photo stands under what came after it"


@pytest.mark.parametrize("width", [1158, 892, 816])
def test_a_long_name_pushes_nothing_out_of_the_form(qtbot: Any, report: AttachmentInput, tmp_path: Path,
                                                    width: int) -> None:
    page = report.window()
    page.resize(width, 660)
    name = "遂昌县双彩新材料有限公司精益管理诊断报告（最终版）2024年5月修改稿第三次汇报用.pdf"
    drop(report, written(tmp_path, name))
    idle(qtbot)
    area = page.record.area  # type: ignore[attr-defined]  # an entry page
    qtbot.waitUntil(lambda: report.remove.isVisible() and "…" in report.choose.text())
    assert area.widget().width() <= area.viewport().width()
    parts = [part for part in report.findChildren(QPushButton) if part.isVisible()]
    assert len(parts) == 6
    for part in parts:
        assert report.rect().contains(part.geometry()), part.accessibleName()
        assert part.width() >= part.minimumSizeHint().width() or not part.text(), part.accessibleName()
        assert part.toolTip()
    report._remove()
    assert report.choose.text() == "选择文件…"


def test_nothing_runs_behind_a_refusal(qtbot: Any, report: AttachmentInput, answers: Answers, tmp_path: Path) -> None:
    """The bar went on, and the field said 正在存入, while the refusal was read."""
    seen: list[tuple[bool, str]] = []
    bar = jobs.JobBar(report.window())

    def read(*_words: object, **_more: object) -> None:
        seen.append((bar.isVisibleTo(report.window()), report.choose.text()))

    answers.trouble = read  # type: ignore[attr-defined]
    drop(report, written(tmp_path, "装我.exe", b"MZ"))
    assert bar.isVisibleTo(report.window())
    idle(qtbot)
    assert seen == [(False, "选择文件…")]


def test_a_photo_is_made_smaller_on_request_and_undone(qtbot: Any, report: AttachmentInput, tmp_path: Path) -> None:
    Settings().set(WHOLE, True)
    large = QImage(2400, 30, QImage.Format.Format_RGB32)
    large.fill(Qt.GlobalColor.red)
    large.save(str(tmp_path / "现场.png"))
    drop(report, tmp_path / "现场.png")
    idle(qtbot)
    whole = report.held
    report._more()
    idle(qtbot)
    menu = report.findChild(QMenu)
    assert menu is not None
    next(a for a in menu.actions() if a.text() == "把这张照片缩小到长边 2000 像素").trigger()
    idle(qtbot)
    assert report.held is not None
    assert QImage.fromData(attaching.content(report.entry.workspace, report.held)).width() == 2000
    report.entry.undo()
    assert report.held == whole
