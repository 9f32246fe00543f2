"""One field on the form: label, input, last quarter's value beside it, under it a line for each finding."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QSpacerItem, QWidget

from pairing_desktop.formspec.definition import Field
from pairing_desktop.formspec.fieldtypes.choices import options
from pairing_desktop.formspec.finding import Finding
from pairing_desktop.services.entering import OpenRecord
from pairing_desktop.ui.attachment_input import AttachmentInput
from pairing_desktop.ui.earlier_label import BESIDE, GAP, EarlierLabel, Place, place
from pairing_desktop.ui.editors import Input, make_input
from pairing_desktop.ui.entry import Entry
from pairing_desktop.ui.finding_line import FindingLine, sentence
from pairing_desktop.ui.labels import asking
from pairing_desktop.ui.line_input import LineInput
from pairing_desktop.ui.marks import MARKS
from pairing_desktop.ui.marks_popup import open_marks
from pairing_desktop.ui.severity import mark_name
from pairing_desktop.ui.theme import fill, width

LABEL_LEAST, LABEL_MOST = 80, 132
INPUT_HEIGHT = 28
INPUT_MOST = 320
CREDIT_CODE = "91000000MA0000000M"
"""A code like most; one that is wider yet says so itself once it is there."""

LONG_NAME = 50
"""Texts that may be longer get a row of their own."""


def is_wide(field: Field) -> bool:
    """Tell whether a field takes the whole width, however short its text: a name may be long in the next record."""
    if field.type == "text":
        return field.max_length >= LONG_NAME
    return field.type in ("long_text", "attachment", "reference")


def longest(field: Field) -> str:
    """Return the longest text that a field may well be given, "" where that is not known."""
    if field.type == "credit_code":
        return CREDIT_CODE
    return max((option.label for option in options(field)), key=len, default="") if field.type == "choice" else ""


def has_earlier(opened: OpenRecord) -> bool:
    """Tell whether an earlier sheet's figures stand beside the inputs: last quarter's, a year ago's."""
    return opened.previous is not None or opened.year_ago is not None


def label_width(fields: tuple[Field, ...]) -> int:
    """Return the width of the labels of some fields: as mocked, wider where a label needs it, wrapped beyond."""
    widest = max((width(asking(f)) + 8 * f.indent + 2 for f in fields), default=0)
    return max(LABEL_LEAST, min(widest, LABEL_MOST))


class FieldRow(QWidget):
    """Shows one path of the entry; the section lays rows out in one or two columns."""

    entered = Signal(str)
    typing = Signal(str)
    explainWanted = Signal(object)  # noqa: N815  # Qt's manner

    def __init__(self, entry: Entry, field: Field, labels: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        fill(self)
        self.entry, self.field, self.path = entry, field, field.id
        self.input: Input | AttachmentInput = (
            AttachmentInput(entry, self.path, field, self) if field.type == "attachment"
            else make_input(entry, self.path, field, self))
        self._longest = longest(field)
        self._lines: list[FindingLine] = []
        self._earlier: EarlierLabel | None = None
        self._alone = self._under = False
        """Whether nothing stands beside it in the section; whether the earlier values stand under the input."""
        self._shared: Place | None = None
        """Where the earlier values of the whole section stand, None of a field that has a row of its own."""
        self.input.entered.connect(self.entered)
        self.input.typing.connect(self.typing)
        if field.type not in ("long_text", "attachment"):
            self.input.setFixedHeight(INPUT_HEIGHT)
        if field.marks:
            self._offer_marks()
        self._grid = grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(0)
        grid.setVerticalSpacing(0)
        self._name = self._label(labels)
        grid.addWidget(self._name, 0, 0, 2, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.input, 0, 1, Qt.AlignmentFlag.AlignTop)
        self._across = 2 if has_earlier(entry.opened) else 1
        if self._across > 1:
            self._earlier = EarlierLabel(self)
            grid.addWidget(self._earlier, 0, 2, Qt.AlignmentFlag.AlignTop)
            grid.setColumnMinimumWidth(2, BESIDE + GAP)
        grid.addItem(QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum), 0, 3)
        grid.setColumnStretch(1, 1000)
        grid.setColumnStretch(3, 1)
        self._show_beside()

    @property
    def drops(self) -> bool:
        """Whether a list or a calendar is under what is typed."""
        return isinstance(self.input, LineInput) and bool(self.input.how)

    def _label(self, width: int) -> QLabel:
        label = QLabel(asking(self.field), self)
        label.setProperty("role", "label")
        label.setWordWrap(True)
        label.setFixedWidth(width + GAP)
        label.setMinimumHeight(INPUT_HEIGHT)
        label.setContentsMargins(0, 0, GAP, 0)
        label.setBuddy(self.input)
        label.setToolTip(self.field.help)
        return label

    def nest(self, *, under: bool, alone: bool) -> None:
        """Set a part of a whole (其中) in where it stands ``under`` it; beside it there is nothing to set in.

        ``alone`` in its row, the input reaches to the right edge.
        """
        self._name.setContentsMargins(8 * self.field.indent if under else 0, 0, GAP, 0)
        if alone != self._alone:
            self._alone = alone
            self._arrange()

    def _show_earlier(self) -> None:
        label = self._earlier
        if label is None or self.field.type == "attachment":
            return
        opened = self.entry.opened
        earlier = [("上期", "上期", opened.previous)]
        if self.entry.form.kind == "quarterly":
            earlier.append(("上年", "上年同期", opened.year_ago))
        lines, words = [], []
        for short, name, sheet in earlier:
            text = sheet.shown(self.path) if sheet is not None else ""
            if text and not self.field.is_number and text == self.entry.draft.shown(self.path):
                lines.append(f"同{short}")
                words.append(f"{name} {text}")
            elif text:
                lines.append(f"{short} {text[2:]}" if self.field.type == "date" else f"{short} {text}")
                words.append(f"{name} {text}")
        label.show_lines(lines, figures=self.field.is_number)
        if (tip := "\n".join(words)) != label.toolTip():
            label.setToolTip(tip)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room anew between the figure and the earlier ones."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._arrange()

    def needs(self) -> int:
        """Return the width at which the text is whole, 0 of what is no single line.

        Of figures that of the earlier ones too, so that nothing is moved once one types.
        """
        if not isinstance(self.input, LineInput):
            return 0
        if not self.field.is_number:
            return self.input.least_width(self._longest)
        sheets = (self.entry.opened.previous, self.entry.opened.year_ago)
        return self.input.least_width(*(sheet.shown(self.path) for sheet in sheets if sheet is not None))

    def fits(self, room: int) -> bool:
        """Tell whether the input's text is whole in this room beside no other field."""
        return is_wide(self.field) or self.needs() <= room - self._name.width()

    @property
    def is_foreseen(self) -> bool:
        """Whether it is known how long its text may be: it has the same room in every record."""
        return is_wide(self.field) or bool(self._longest)

    @property
    def shares(self) -> bool:
        """Whether earlier values stand at its input, where those of the section's other fields do."""
        return self._earlier is not None and isinstance(self.input, LineInput)

    def wish(self) -> tuple[int, int]:
        """Return the width at which the text is whole, and what the earlier values take beside it."""
        return self.needs(), self._earlier.beside if self._earlier is not None else 0

    def room(self, whole: int) -> int:
        """Return what a row of this width leaves to input and earlier values."""
        return whole - self._name.width()

    def stand(self, shared: Place | None) -> bool:
        """Put the earlier values where the section's stand, None for where this field's own have room; tell a move."""
        before, self._shared = self._under, shared
        self._arrange()
        return self._under != before

    def _arrange(self) -> None:
        """Give the text what it needs of the room beside it; what has no room there any more goes under it."""
        label, box = self._earlier, self.input
        if not isinstance(box, LineInput):
            return
        whole = self._alone or is_wide(self.field)
        box.setMaximumWidth(self.width() if whole else max(INPUT_MOST, self.needs()))
        room = self.room(self.width())
        if label is None or room < BESIDE:
            return  # nothing beside it, or not laid out yet
        stands = self._shared or place(room, [self.wish()])
        label.stand(under=stands.under, room=room if stands.under else stands.beside)
        if self._grid.columnMinimumWidth(2) != stands.beside + GAP:
            self._grid.setColumnMinimumWidth(2, stands.beside + GAP)
        if stands.under == self._under:
            return
        self._under = stands.under
        for widget in (box, label):
            self._grid.removeWidget(widget)
        self._grid.addWidget(box, 0, 1, 1, 2 if self._under else 1, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(label, *((1, 1, 1, 2) if self._under else (0, 2, 1, 1)), Qt.AlignmentFlag.AlignTop)

    @property
    def line(self) -> FindingLine:
        """Return the first line under the field."""
        return self._line(0)

    def _line(self, number: int) -> FindingLine:
        """Return one of the lines under the field; each is made when there is first something to say."""
        if number == len(self._lines):
            line = FindingLine(self)
            line.explainWanted.connect(self.explainWanted)
            self._lines.append(line)
            self._grid.addWidget(line, 2 + number, 1, 1, self._across)
        return self._lines[number]

    def _offer_marks(self) -> None:
        action = QAction("标注（F4）", self.input)
        action.setShortcut("F4")
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(self.open_marks)
        self.input.addAction(action)

    def open_marks(self) -> None:
        """Let the clerk set the words beside the figure."""
        open_marks(self.input, self.entry, self.path, self.field)

    def refresh(self) -> bool:
        """Show the draft's state again; tell whether that may need another height."""
        before = self._stands()
        self.input.refresh()
        self._show_beside()
        return before != self._stands() or isinstance(self.input, AttachmentInput)

    def _stands(self) -> tuple[object, ...]:
        """Return what decides the height: the lines under the field, and where the earlier values stand."""
        lines = (line.accessibleName() for line in self._lines if not line.isHidden())
        return self._under, *lines

    def _show_beside(self) -> None:
        self._show_earlier()
        self._arrange()
        found, note = self.entry.found.at(self.path), self.entry.note(self.path)
        self._grid.setEnabled(False)  # what comes into sight would lay out all around it, each part in its old room
        for number, finding in enumerate(found):
            self._line(number).show_finding(finding)
        if note and not found:
            self.line.show_note(note)
        for line in self._lines[max(len(found), bool(note)):]:
            line.show_finding(None)
        self._grid.setEnabled(True)
        self._tell_reader(found)

    def _tell_reader(self, found: Sequence[Finding]) -> None:
        """Say what is wrong to who hears the field, before what the field is for."""
        draft, how = self.entry.draft, self.input.how if isinstance(self.input, LineInput) else ""
        shown = draft.shown(self.path) if how else ""
        meant = f"现为 {shown}" if shown and shown != draft.text(self.path) else ""
        wrong = (f"{MARKS[mark_name(one)].word}：{sentence(one)}" for one in found)
        said = "。".join(filter(None, (*wrong, how, meant, self.field.help)))
        told = self.input.focusProxy() or self.input
        if told.accessibleDescription() != said:
            told.setAccessibleDescription(said)

    def commit(self) -> None:
        """Give what is being typed to the draft."""
        self.input.commit()
