"""What of a list is shown: the box, the kinds and the values it is narrowed to, and the lines that say so."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from pairing_desktop.formspec.definition import Choice, Form
from pairing_desktop.services import list_values
from pairing_desktop.services.list_values import Common
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

STAGES, LINE, EDGE = 12, 24, 2
MORE = "列、批量修改、导出、导入"


def stage_field(form: Form) -> str:
    """Return the field that says how far a record is: the first short choice of the list's columns, "" for none."""
    offered = (form.by_id[name] for name in form.list.columns)
    return next((f.id for f in offered if f.type == "choice" and 0 < len(f.choices) <= STAGES), "")


class Fitting(Elided):
    """A line in the longest of its wordings that has room; ``text`` is the longest."""

    def __init__(self, wordings: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self._wordings = wordings
        self.setText(wordings[0])
        self.setToolTip(wordings[0])

    @property
    def shown(self) -> str:
        """Return what is seen."""
        metrics, room = self.fontMetrics(), self.contentsRect().width()
        fitting = (words for words in self._wordings if metrics.horizontalAdvance(words) <= room)
        return next(fitting, metrics.elidedText(self._wordings[-1], Qt.TextElideMode.ElideRight, room))


class NarrowedLine(QWidget):
    """One thing that a list is narrowed to, and a button that takes it back."""

    def __init__(self, wordings: Sequence[str], name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.words = Fitting(wordings, self)
        self.words.setProperty("role", "hint")
        self.back = QPushButton(icons.icon("dismiss"), "", self)
        self.back.setProperty("kind", "tiny")
        self.back.setIconSize(QSize(14, 14))
        self.back.setFixedSize(LINE, LINE)
        self.back.setToolTip(f"不再按{name}筛选")
        self.back.setAccessibleName(self.back.toolTip())
        self.setFixedHeight(LINE)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.words, 1)
        row.addWidget(self.back)


class ListNarrowing(QWidget):
    """Lines over a list. It tells the model what is asked for, and the list to read it."""

    changed = Signal()

    def __init__(self, form: Form, model: ListModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.form, self._model = form, model
        self._field = stage_field(form)
        self._words: dict[str, tuple[str, str]] = {}
        """By field, its values in few words and in fewer."""

        self._kind: str | None = None
        """What the drop-down said before: a finding, a stage, or nothing."""

        self.lines: dict[str, NarrowedLine] = {}
        """By field; the findings' is under ""."""

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
        for option in self._stages:
            self.kinds.addItem(option.label, option.code)
        self.kinds.insertSeparator(self.kinds.count())
        for name, said in FINDINGS.items():
            self.kinds.addItem(said, (name,))
        self.kinds.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToContentsOnFirstShow)
        self.kinds.setMinimumWidth(88)
        self.kinds.setMaximumWidth(104)
        self.kinds.currentIndexChanged.connect(self._chosen)
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
        """Return the lines that say what is left out, and show all again."""
        self.strip = QWidget(self)
        self.strip.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.strip.setProperty("kind", "strip")
        self.all = button("全部显示", kind="link", action=self.widen)
        self._column = QVBoxLayout()
        self._column.setSpacing(0)
        row = QHBoxLayout(self.strip)
        row.setContentsMargins(16, EDGE, 8, EDGE)
        row.addLayout(self._column, 1)
        row.addWidget(self.all, 0, Qt.AlignmentFlag.AlignTop)
        self.strip.hide()
        return self.strip

    @property
    def _stages(self) -> Sequence[Choice]:
        return self.form.by_id[self._field].choices if self._field else ()

    def look_for(self, text: str) -> None:
        """Show only what a text finds."""
        self._model.find = text
        self.changed.emit()

    def narrow(self, name: str, values: Sequence[Common]) -> None:
        """Show only records with one of these values in a column; without any all of them again."""
        self._narrow(name, values)
        self.changed.emit()

    def _narrow(self, name: str, values: Sequence[Common]) -> None:
        self._model.filters.pop(name, None)  # what was chosen last stands last
        if values:
            self._model.filters[name] = tuple(value.place for value in values)
            texts = [value.text for value in values]
            self._words[name] = list_values.told(texts), list_values.told(texts, 1)

    def _chosen(self) -> None:
        """Show only one stage, or what has findings of a kind; what columns were narrowed to besides stays."""
        chosen, before = self.kinds.currentData(), self._kind
        self._model.finding = chosen[0] if isinstance(chosen, tuple) else ""
        if stage := next((option for option in self._stages if option.code == chosen), None):
            place = self.form.by_id[self._field].converter.sort_key(stage.code)
            self._narrow(self._field, [Common(stage.label, place, 0)])
        elif not chosen or before in [option.code for option in self._stages]:
            self._model.filters.pop(self._field, None)
        self.changed.emit()

    def _back(self, name: str) -> None:
        """Take one thing back that the list is narrowed to."""
        if self.lines[name].back.hasFocus():
            self.box.setFocus()
        if name:
            self._model.filters.pop(name, None)
        else:
            self._model.finding = ""
        self.changed.emit()

    def widen(self) -> None:
        """Show all records again."""
        if self.all.hasFocus():
            self.box.setFocus()
        self._model.filters.clear()
        self._model.finding = self._model.find = ""
        self.box.blockSignals(True)
        self.box.clear()
        self.box.blockSignals(False)
        self.changed.emit()

    def words(self) -> dict[str, tuple[str, str]]:
        """Return the words for the values that columns are narrowed to, and fewer ones."""
        return {name: self._words[name] for name in self._model.filters}

    def show_asked(self, find: str, words: Mapping[str, tuple[str, str]]) -> None:
        """Show what the model asks, which was set from elsewhere."""
        self._words |= words
        self.box.blockSignals(True)
        self.box.setText(find)
        self.box.blockSignals(False)

    def tell(self) -> None:
        """Say what is left out, and how many there are in all."""
        said = {name: (f"{plain(self.form.by_id[name].label)}：{self._words[name][0]}", *self._words[name])
                for name in self._model.filters}
        if self._model.finding:
            said[""] = (FINDINGS[self._model.finding],) * 3
        lines = {name: (f"{'且 ' if place else '只看 '}{words[0]}", *words)
                 for place, (name, words) in enumerate(said.items())}
        if [words[0] for words in lines.values()] != [line.words.text() for line in self.lines.values()]:
            self._show(lines)
        self._show_kind()
        self.count()

    def _show(self, lines: Mapping[str, Sequence[str]]) -> None:
        for line in self.lines.values():
            line.hide()
            line.deleteLater()
        self.lines = {}
        for name, wordings in lines.items():
            column = plain(self.form.by_id[name].label) if name else "问题"
            line = self.lines[name] = NarrowedLine(wordings, column, self.strip)
            line.back.clicked.connect(partial(self._back, name))
            line.back.setVisible(len(lines) > 1)  # of one alone all is shown again
            self._column.addWidget(line)
        self.strip.setVisible(bool(lines))

    @property
    def strip_height(self) -> int:
        """Return the room that the lines take, 0 for none."""
        return len(self.lines) * LINE + 2 * EDGE + 1 if self.lines else 0

    def _show_kind(self) -> None:
        """Let the drop-down say what the list is narrowed to, whoever did it."""
        shown = self._model.filters.get(self._field, ())
        sort_key = self.form.by_id[self._field].converter.sort_key if self._field else None
        stage = next((o.code for o in self._stages if sort_key is not None and shown == (sort_key(o.code),)), "")
        self._kind = self._model.finding or stage
        data = [self.kinds.itemData(n) for n in range(self.kinds.count())]
        self.kinds.blockSignals(True)
        self.kinds.setCurrentIndex(data.index((self._model.finding,) if self._model.finding else stage))
        self.kinds.blockSignals(False)

    def count(self) -> None:
        """Say how many there are in all, where there is room: a number cut off would be another number."""
        if not self.kinds.currentData():
            words = f"全部 {self._model.total}"
            fits = self.kinds.fontMetrics().horizontalAdvance(words) <= self.kinds.width() - BESIDE
            self.kinds.setItemText(0, words if fits and not self._model.narrowed else "全部")
