"""Prints every text of Qt's own dialogs: ``python -m tests.ui.qt_words FOLDER``, under whatever language is set."""

import sys
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from pairing_desktop.ui import file_dialog, start

SAID = ("text", "title", "windowTitle", "placeholderText", "toolTip", "statusTip", "accessibleName",
        "accessibleDescription")
ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
MODES = (QFileDialog.FileMode.ExistingFile, QFileDialog.FileMode.AnyFile, QFileDialog.FileMode.Directory)
BUTTONS = QDialogButtonBox.StandardButton
LATER = (
    "%1 already exists.\nDo you want to replace it?", "&Rename", "&Delete", "Show &hidden files", "&New Folder",
    "New Folder", "%1\nFile not found.\nPlease verify the correct file name was given.",
    "%1\nDirectory not found.\nPlease verify the correct directory name was given.", "Could not delete directory.",
    "'%1' is write protected.\nDo you want to delete it anyway?", "Are you sure you want to delete '%1'?",
)
"""What the file dialog says only when something happens."""


def texts(widget: QWidget) -> Iterator[str]:
    """Return what one widget says."""
    for name in SAID:
        said = getattr(widget, name, None)
        if said is not None and not (isinstance(widget, QAbstractItemView) and name == "text"):
            yield said()
    for action in widget.actions():
        yield from (action.text(), action.toolTip())
    if isinstance(widget, QComboBox):
        yield from (widget.itemText(n) for n in range(widget.count()))
    if isinstance(widget, QAbstractItemView) and widget.model() is not None:
        yield from cells(widget)


def cells(view: QAbstractItemView) -> Iterator[str]:
    """Return what the lines of a list say."""
    model, root = view.model(), view.rootIndex()
    for column in range(model.columnCount(root)):
        yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
        for row in range(model.rowCount(root)):
            yield from (str(model.index(row, column, root).data(role) or "") for role in ROLES)


def tell(whole: QWidget) -> None:
    """Show something and print what stands in it."""
    whole.show()
    QTest.qWait(300)
    for widget in (whole, *whole.findChildren(QWidget)):
        for text in texts(widget):
            sys.stdout.write(f"{text}\n")
    whole.hide()


def main() -> None:
    """Go through the dialogs."""
    app = QApplication([])
    start.translate(app)
    for mode in MODES:
        dialog = file_dialog.prepared(None, "选择", mode, place=Path(sys.argv[1]), kinds="所有文件 (*)")
        for view in QFileDialog.ViewMode:
            dialog.setViewMode(view)
            tell(dialog)
    printer = QPrinter()  # the dialog does not keep it
    tell(QPrintDialog(printer))
    for name in ("Ok", "Save", "Open", "Yes", "No", "Cancel", "Close", "Discard", "Apply", "Reset", "Retry", "Ignore"):
        tell(QDialogButtonBox(BUTTONS[name]))
    for field in (QLineEdit(), QPlainTextEdit()):
        tell(field.createStandardContextMenu())
    for said in LATER:
        sys.stdout.write(QCoreApplication.translate("QFileDialog", said).replace("%1", "") + "\n")


if __name__ == "__main__":
    main()
