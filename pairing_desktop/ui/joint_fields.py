"""The joint sheets field by field, for the partner: choose a sheet, look at its fields, put words against one."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from pairing_desktop.ui.cards import button, column, row, rule, say, scrolled, words
from pairing_desktop.ui.long_text import LongText
from pairing_desktop.ui.rows import HEAD, Cell, Column, Row, RowsTable

if TYPE_CHECKING:
    from pairing_desktop.services.joining import Field, Sheet

LIMIT = 200
ROW, MOST_SHEETS, LEAST_SHEETS, LEAST_FIELDS = 32, 8, 2, 3


class JointFields(QWidget):
    """``disputes`` holds the words by (form, key, path); ``changed`` tells that they did."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.disputes: dict[tuple[str, str, str], str] = {}
        self._typed: dict[tuple[str, str, str], str] = {}
        """Words typed and not noted yet, so that looking at another field loses none."""
        self._written: dict[tuple[str, str, str], str] = {}
        """What stands in the file."""
        self.locked = False
        columns = (Column("共有表"), Column("内容"), Column("异议", 60, right=True))
        self.sheets = RowsTable("共有表", columns, row_height=ROW)
        self.fields = RowsTable("各项内容", (Column("项目", 200), Column("内容"), Column("答复", 84)), row_height=ROW)
        self.fields.setMinimumHeight(HEAD + ROW * LEAST_FIELDS)
        self.fields.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)  # what is left
        self.title = words("", role="section", wrap=True)
        self.about = words("", role="label", wrap=True)
        self.words = LongText("异议", limit=LIMIT)
        self.words.edit.setFixedHeight(64)
        self.put = button("记下异议", kind="primary", action=self._put)
        self.take = button("撤回这一处异议", action=self._take)
        self.whole = button("对整张表有异议…", kind="plain", action=self._whole)
        self.sheets.picked.connect(self._show_sheet)
        self.fields.picked.connect(self._show_field)
        self.words.edit.textChanged.connect(self._enable)
        self._sheet: Sheet | None = None
        self._path = ""
        area = column(self.sheets, self.title, self.fields, margins=(16, 12, 12, 0))
        area.setStretch(2, 1)
        said = column(self.about, self.words, row(self.put, self.take, None, self.whole), margins=(16, 8, 12, 12))
        self._page = QWidget()
        inside = column(area, rule(), said, spacing=0)
        inside.setStretch(0, 1)
        self._page.setLayout(inside)
        self.setLayout(column(scrolled(self._page, "逐项核对")))

    def show_sheets(self, sheets: "Sequence[Sheet]", *, locked: bool) -> None:
        """Show the sheets with what is disputed in them."""
        self.locked = locked
        self._typed.clear()
        self.disputes = {(s.form, s.key, path): said for s in sheets for path, said in s.disputed.items()}
        self._written = dict(self.disputes)
        self._all = tuple(sheets)
        self.words.setVisible(not locked)
        for act in (self.put, self.take, self.whole):
            act.setVisible(not locked)
        first = next((s for s in sheets if s.disputed), sheets[0] if sheets else None)
        self._list(first)

    @property
    def not_noted(self) -> int:
        """Count the fields whose words were typed and not noted: they would not be written with the answer."""
        return len(self._typed)

    @property
    def unsent(self) -> bool:
        """Whether there are words that do not stand in the file."""
        return bool(self._typed) or self.disputes != self._written

    @property
    def half(self) -> dict[str, list[list[str]]] | None:
        """Return the words noted and those typed, each behind its place, None where all of it stands in the file."""
        if not self.unsent:
            return None
        return {name: [[*place, text] for place, text in said.items()]
                for name, said in (("noted", self.disputes), ("typed", self._typed))}

    def bring_back(self, half: Mapping[str, Sequence[Sequence[str]]]) -> None:
        """Show again what was noted and typed before a power cut; ``half`` is of the same file."""
        noted, typed = ({(form, key, path): text for form, key, path, text in half.get(name, ())}
                        for name in ("noted", "typed"))
        sheet = next((s for s in self._all if any((s.form, s.key) == place[:2] for place in (*typed, *noted))), None)
        self.disputes, self._typed = noted, typed
        self._list(sheet)

    def _list(self, chosen: "Sheet | None") -> None:
        self.sheets.show_rows([self._line(sheet) for sheet in self._all], keep=chosen)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many sheets as leave room for their fields and for what is said."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        others = self._page.minimumSizeHint().height() - self.sheets.minimumHeight()
        spare = self.height() - others - HEAD
        self.sheets.fit(max(LEAST_SHEETS, min(MOST_SHEETS, spare // ROW)))
        for table in (self.sheets, self.fields):
            table.scrollTo(table.currentIndex())

    def _line(self, sheet: "Sheet") -> Row:
        count = sum((form, key) == (sheet.form, sheet.key) for form, key, _ in self.disputes)
        mark = Cell(str(count), colour="error", weight=600) if count else Cell("—", colour="text3")
        return Row((Cell(sheet.title), Cell(sheet.label, colour="text2", tip=sheet.label), mark), sheet)

    def _show_sheet(self, sheet: "Sheet") -> None:
        self._sheet = sheet
        say(self.title, f"{sheet.title}：{sheet.label}" if sheet.label else sheet.title)
        first = next((f for f in sheet.fields if f.path in sheet.disputed), None)
        self._show_fields(first or (sheet.fields[0] if sheet.fields else None))

    def _show_fields(self, chosen: "Field | None") -> None:
        sheet = self._sheet
        if sheet is None:
            return
        self.fields.show_rows([self._field(sheet, field) for field in sheet.fields], keep=chosen)

    def _field(self, sheet: "Sheet", field: "Field") -> Row:
        said = self.disputes.get((sheet.form, sheet.key, field.path))
        state = Cell("有异议", icon="error_circle", icon_colour="error", filled=True, colour="error", tip=said or "") \
            if said else Cell("—", colour="text3")
        return Row((Cell(field.label, tip=field.label), Cell(field.text, tip=field.text), state), field)

    def _show_field(self, field: "Field") -> None:
        self._begin(field.path, f"“{field.label}”：{field.text}")

    def _whole(self) -> None:
        if self._sheet is not None:
            self._begin("", "整张表")
            self.words.edit.setFocus()

    def _begin(self, path: str, about: str) -> None:
        self._path = path
        said = self._said()
        if self.locked:
            about += f"　对方异议：{said}" if said else ""
        say(self.about, about)
        self.words.edit.setPlainText(self._typed.get(self._place, said))
        self._enable()

    @property
    def _place(self) -> tuple[str, str, str]:
        return (self._sheet.form, self._sheet.key, self._path) if self._sheet else ("", "", "")

    def _said(self) -> str:
        return self.disputes.get(self._place, "")

    def _enable(self) -> None:
        text, said = self.words.text(), self._said()
        if text != said:
            self._typed[self._place] = text
        else:
            self._typed.pop(self._place, None)
        self.put.setEnabled(self.words.fits and text != said)
        self.take.setEnabled(bool(said))

    def _put(self) -> None:
        self._change(self.words.text())

    def _take(self) -> None:
        self._change("")

    def _change(self, said: str) -> None:
        sheet = self._sheet
        if sheet is None:
            return
        place, path = self._place, self._path
        self._typed.pop(place, None)
        if said:
            self.disputes[place] = said
        else:
            self.disputes.pop(place, None)
        self._list(sheet)
        self._show_fields(next((f for f in sheet.fields if f.path == path), None))
        if not path:
            self._begin("", "整张表")
        self.changed.emit()
