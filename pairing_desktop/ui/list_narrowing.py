"""What of a list is shown: the box, the kinds and the values it is narrowed to, and the line that says so."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from pairing_desktop.formspec.definition import Form
from pairing_desktop.services.listing import FINDINGS
from pairing_desktop.ui import icons
from pairing_desktop.ui.cards import button
from pairing_desktop.ui.combo import Combo
from pairing_desktop.ui.elided import Elided
from pairing_desktop.ui.filter_box import FilterBox
from pairing_desktop.ui.labels import plain
from pairing_desktop.ui.list_model import ListModel

BESIDE = 40
"""What a drop-down needs beside its words."""

STAGES = 12
MORE = "列、批量修改、导出、导入"


def stage_field(form: Form) -> str:
    """Return the field that says how far a record is: the first short choice of the list's columns, "" for none."""
    offered = (form.by_id[name] for name in form.list.columns)
    return next((f.id for f in offered if f.type == "choice" and 0 < len(f.choices) <= STAGES), "")


class ListNarrowing(QWidget):
    """Two lines over a list. It tells the model what is asked for, and the list to read it."""

    changed = Signal()

    def __init__(self, form: Form, model: ListModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.form, self._model = form, model
        self._field = stage_field(form)
        self._words: dict[str, str] = {}
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(self._tools())
        whole.addWidget(self._said())

    def _tools(self) -> QHBoxLayout:
        self.box = FilterBox(self)
        self.box.found.connect(self.look_for)
        self.kinds = Combo("筛选", self)
        self.kinds.addItem("全部", "")
        for option in self.form.by_id[self._field].choices if self._field else ():
            self.kinds.addItem(option.label, option.label)
        self.kinds.insertSeparator(self.kinds.count())
        for name, said in FINDINGS.items():
            self.kinds.addItem(said, (name,))
        self.kinds.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToContentsOnFirstShow)
        self.kinds.setMinimumWidth(88)
        self.kinds.setMaximumWidth(104)
        self.kinds.currentIndexChanged.connect(self._kind)
        self.more = QPushButton(icons.icon("more_horizontal"), "", self)
        self.more.setProperty("kind", "plain")
        self.more.setToolTip(MORE)
        self.more.setAccessibleName(MORE)
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 8, 10)
        row.setSpacing(4)
        row.addWidget(self.box, 1)
        row.addWidget(self.kinds)
        row.addWidget(self.more)
        return row

    def _said(self) -> QWidget:
        """Return the line that says what is left out, and shows all again."""
        self.strip = QWidget(self)
        self.strip.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.strip.setProperty("kind", "strip")
        self.said = Elided(self.strip)
        self.said.setProperty("role", "hint")
        self.all = button("全部显示", kind="link", action=self.widen)
        row = QHBoxLayout(self.strip)
        row.setContentsMargins(16, 2, 8, 2)
        row.addWidget(self.said, 1)
        row.addWidget(self.all)
        self.strip.hide()
        return self.strip

    def look_for(self, text: str) -> None:
        """Show only what a text finds."""
        self._model.find = text
        self.changed.emit()

    def narrow(self, name: str, place: tuple[float | None, str] | None, words: str) -> None:
        """Show only records with a value in a column; None shows all of them again."""
        if place is None:
            self._model.filters.pop(name, None)
        else:
            self._model.filters[name] = place
        self._words[name] = words or "（空白）"
        self.changed.emit()

    def _kind(self) -> None:
        chosen = self.kinds.currentData()
        self._model.finding = chosen[0] if isinstance(chosen, tuple) else ""
        self._model.filters.pop(self._field, None)
        self._words.pop(self._field, None)
        if chosen and isinstance(chosen, str):
            self._model.filters[self._field] = chosen
            self._words[self._field] = chosen
        self.changed.emit()

    def widen(self) -> None:
        """Show all records again."""
        self._model.filters.clear()
        self._model.finding = self._model.find = ""
        for widget in (self.kinds, self.box):
            widget.blockSignals(True)
        self.kinds.setCurrentIndex(0)
        self.box.clear()
        for widget in (self.kinds, self.box):
            widget.blockSignals(False)
        self.changed.emit()

    def tell(self) -> None:
        """Say what is left out, and how many there are in all."""
        said = [f"{plain(self.form.by_id[name].label)}：{self._words.get(name, '')}" for name in self._model.filters]
        if self._model.finding:
            said.append(FINDINGS[self._model.finding])
        words = "只看 " + "，".join(said)
        self.said.setText(words)
        self.said.setToolTip(words)
        self.strip.setVisible(bool(said))
        self.count()

    def count(self) -> None:
        """Say how many there are, where there is room: a number cut off would be another number."""
        if not self.kinds.currentData():
            words = f"全部 {self._model.total}"
            fits = self.kinds.fontMetrics().horizontalAdvance(words) <= self.kinds.width() - BESIDE
            self.kinds.setItemText(0, words if fits else "全部")
