"""The gallery's scenes of what opens over a form: menus, cards, calendars, files, help."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest

from tests.gallery_scenes import Scene, Stage, scene
from tests.gallery_window import jump, opened, page_of

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from pairing_desktop.ui.desk import Desk


def menu_of(desk: "Desk", title: str) -> "QMenu":
    """Return one of the menu bar's menus, opened."""
    from PySide6.QtWidgets import QMenuBar

    bar = desk.findChild(QMenuBar)
    assert isinstance(bar, QMenuBar)
    action = next(one for one in bar.actions() if title in one.text())
    menu = action.menu()
    menu.popup(bar.mapToGlobal(bar.actionGeometry(action).bottomLeft()))  # type: ignore[attr-defined]
    return menu  # type: ignore[return-value]


@scene
def popup_menu_data(stage: Stage) -> Scene:
    """The menu of a list's tasks."""
    return opened(stage, "enterprise", lambda desk: menu_of(desk, "数据"))


@scene
def popup_menu_record(stage: Stage) -> Scene:
    """The menu of a record's acts."""
    return opened(stage, "enterprise", lambda desk: menu_of(desk, "记录"))


@scene
def popup_marks(stage: Stage) -> Scene:
    """The words beside a figure."""

    def act(desk: "Desk") -> None:
        page = page_of(desk)
        jump(page, "own_money")
        QTest.qWait(100)  # it opens where the field stands then
        assert page.record is not None
        next(row for section in page.record.sections for row in section.rows if row.path == "own_money").open_marks()

    return opened(stage, "lean_project", act)


@scene
def popup_calendar(stage: Stage) -> Scene:
    """A day picked from the calendar."""
    from pairing_desktop.ui.choice_input import DateInput

    def act(desk: "Desk") -> None:
        page = page_of(desk)
        jump(page, "start")
        QTest.qWait(100)
        assert page.record is not None
        box = page.record.widget_at("start")
        assert isinstance(box, DateInput)
        box.open_calendar()

    return opened(stage, "lean_project", act)


@scene
def popup_table_menu(stage: Stage) -> Scene:
    """What can be done with a table's rows."""

    def act(desk: "Desk") -> None:
        page = page_of(desk)
        assert page.record is not None
        jump(page, f"kpis/{page.entry.draft.rows('kpis')[0]}/indicator")  # type: ignore[union-attr]
        table = page.record.widget_at("kpis")
        table.customContextMenuRequested.emit(QPoint(80, 20))  # type: ignore[union-attr]

    return opened(stage, "lean_project", act)


@scene
def window_attachment(stage: Stage) -> Scene:
    """A report attached, its name long."""
    from pairing_desktop.ui.attachment_input import AttachmentInput

    file = stage.folder / "遂昌示例一竹业有限公司企业精益管理诊断报告（含现场照片和改善课题清单）.pdf"
    if not file.exists():
        from pairing_desktop.documents.model import Document
        from pairing_desktop.documents.pdf import write_pdf

        file.write_bytes(write_pdf([Document(form="x", title="诊断报告", blocks=())], title="诊断报告").pdf)

    def act(desk: "Desk") -> None:
        page = page_of(desk)
        jump(page, "report")
        assert page.record is not None
        box = page.record.widget_at("report")
        assert isinstance(box, AttachmentInput)
        box.take(file)

    return opened(stage, "diagnosis", act)


@scene
def dialog_cell_attachment(stage: Stage) -> Scene:
    """The window of a table's cell that holds a file."""
    from pairing_desktop.services import entering
    from pairing_desktop.ui.attachment_dialog import CellAttachment
    from pairing_desktop.ui.entry import Entry

    ws = stage.sample()
    first = entering.list_records(ws, "diagnosis", quarter="2024Q2").lines[0]
    entry = Entry(ws, entering.open_record(ws, form="diagnosis", key=first.key, quarter="2024Q2"), "2024Q2")
    row = entry.draft.rows("problems")[0]
    return Scene(CellAttachment(entry, f"problems/{row}/photo", entry.form.field(f"problems/{row}/photo")))


@scene
def dialog_help(stage: Stage) -> Scene:
    """F1 over a form: its notes and every key."""
    from pairing_desktop.ui.help_sheet import HelpSheet

    form = stage.sample().catalogue.form("lean_project")
    words = "\n".join((form.help, "", *(f"{n}. {note}" for n, note in enumerate(form.notes, 1))))
    return Scene(HelpSheet(None, form.title, words, [("新建", "Ctrl+N"), ("保存", "Ctrl+S"), ("查找", "Ctrl+F")]))
