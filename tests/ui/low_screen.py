"""Shows what Qt draws by itself on a screen of 1366 × 768 at 200 %, and prints how it lies there, as JSON."""

import json
import sys
from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog, QWidget

from pairing_desktop.services.list_values import Common, Values
from pairing_desktop.settings import Settings
from pairing_desktop.ui import file_dialog
from pairing_desktop.ui.column_menu import ColumnMenu
from pairing_desktop.ui.help_sheet import HelpSheet
from pairing_desktop.ui.theme import Theme
from tests.gallery import screen

WIDTH, HEIGHT = 683, 384


def file_buttons(folder: Path) -> dict[str, int]:
    """Return how high the file dialog is, and where its buttons end."""
    dialog = file_dialog.prepared(None, "选择", QFileDialog.FileMode.ExistingFile, place=folder, kinds="所有文件 (*)")
    dialog.show()
    QTest.qWait(100)
    buttons = dialog.findChild(QDialogButtonBox)
    assert isinstance(buttons, QDialogButtonBox)
    return {"high": dialog.height(), "wide": dialog.width(), "end": buttons.geometry().bottom()}


def column_menu() -> dict[str, int]:
    """Return how many columns a column's menu of many values has, and its height."""
    menu = ColumnMenu("行业大类")
    menu.add_sorting(print, sorted_by=True, more=True)
    values = tuple(Common(f"C{n} 制造业", (None, str(n)), n) for n in range(30))
    menu.add_values(Values(values, 1), (), print, lambda: None)
    head = QWidget()
    head.resize(200, 28)
    head.show()
    menu.open_under(head, 0)
    QTest.qWait(100)
    lefts = {menu.actionGeometry(action).left() for action in menu.actions()}
    return {"columns": len(lefts), "high": menu.height()}


def help_sheet() -> dict[str, int]:
    """Return how large F1 over a form is."""
    sheet = HelpSheet(None, "精益管理标杆建设项目表", "一个项目一张。", [("保存", "Ctrl+S")])
    sheet.show()
    QTest.qWait(100)
    return {"wide": sheet.width(), "high": sheet.height()}


if __name__ == "__main__":
    screen(WIDTH, HEIGHT)
    app = QApplication(sys.argv[:1])
    Theme(app, Settings(Path(sys.argv[1]) / "settings.json"))
    sys.stdout.write(json.dumps({"file": file_buttons(Path(sys.argv[1])), "menu": column_menu(), "help": help_sheet()}))
