"""The collection workbook: a form as an Excel file that a firm or a township fills and sends back.

One sheet with a row a record, one for each sub-table whose rows name their record by its number. Heads are locked,
codes are text, choices drop down, limits and rules are the program's own as far as a cell can say them, and each
column says in words what goes there. ``collection_marks`` finds everything again when it comes back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from io import BytesIO
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pairing_desktop.exchange import collection_marks as marks
from pairing_desktop.exchange import collection_words
from pairing_desktop.exchange.collection_rules import CellRule, cell_rules

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from pairing_desktop.formspec.definition import Field, Form

ROOM, TABLE_ROOM = 100, 60
"""Rows framed to be filled; those below are open too."""
LAST = 2000
"""The last row with drop-downs and checks."""
BAND, IDS, HEAD, FIRST = 3, 4, 5, 6
"""Rows (from 1): section titles, hidden ids, head, first record."""
SUBJECT = "@subject"
_LIST_COLUMN = 6
"""Column of the hidden sheet in which the lists of choices begin."""
_GREY, _BAND, _PALE, _LINE = "FFE7ECF3", "FFD3DDEA", "FFF3F3F3", "FFB7BFC9"
_FACE = "宋体"
_INLINE = 200
_TITLE = 30


class Slot(Struct, frozen=True):
    """A column to be filled: a field's, or the one that names the record a sheet hangs on."""

    id: str
    label: str
    section: str
    field: Field | None
    choices: tuple[str, ...] = ()


Cells = Mapping[str, object]
"""Values of a row by field id."""


class Filled(Struct, frozen=True):
    """A record to be filled in beforehand: its cells (with ``SUBJECT``), and the rows of its sub-tables."""

    cells: Cells
    tables: Mapping[str, Sequence[Cells]]


def build(form: Form, *, subject: Form | None = None, period: str = "",
          names: Mapping[str, Sequence[str]] | None = None, records: Sequence[Filled] = ()) -> bytes:
    """Return the workbook, blank or with records to be brought up to date.

    ``names`` are records to choose from by form id, for references and the subject.
    """
    from openpyxl import Workbook

    known = names or {}
    book = Workbook()
    page: Worksheet = book.worksheets[0]
    page.title = _sheet_name(form.short, [])
    tables = [field for field in form.tables if _slots(field.columns, "", known)]
    lists = _Lists(book)
    slots = [*([Slot(SUBJECT, f"所属{subject.short}", "", None, tuple(known.get(subject.id, ())))] if subject else []),
             *(slot for section in form.sections for slot in _slots(section.fields, section.title, known))]
    hint = "每行填一条，灰色的格子不用改；单位见表头，没有就空着，选中格子会看到怎么填。填好存盘交回即可。"
    if tables:
        hint += "有多行内容的填在后面各张工作表里，“对应序号”写本表的序号。"
    filled = [(number, one.cells) for number, one in enumerate(records, start=1)]
    _Page(page, form, lists, number="序号", table="").fill(slots, f"{form.title}（采集表）", hint,
                                                           max(ROOM, len(filled) + ROOM // 5), filled)
    places = [marks.SheetMark(page.title, "")]
    for table in tables:
        other = book.create_sheet(_sheet_name(table.plain_label, book.sheetnames))
        own = _slots(table.columns, "", known)
        said = f"{table.help}“对应序号”写“{page.title}”里那一条的序号，只有一条时可以空着。"
        rows = [(number, row) for number, one in enumerate(records, start=1) for row in one.tables.get(table.id, ())]
        _Page(other, form, lists, number="对应序号", table=table.id).fill(
            own, table.plain_label, said, max(TABLE_ROOM, len(rows) + TABLE_ROOM // 2),
            rows if records else [(1, row) for row in _preset(table)])
        places.append(marks.SheetMark(other.title, table.id))
    lists.write(marks.Marks(form.id, form.title, form.version, form.digest, period, tuple(places)))
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _preset(table: Field) -> list[dict[str, object]]:
    """Return the rows that a new record begins with."""
    of = table.column_by_id
    return [{name: of[name].converter.to_cell(of[name].converter.parse(text).value)[0]
             for name, text in texts.items()} for texts in table.rows]


def _slots(fields: Sequence[Field], section: str, names: Mapping[str, Sequence[str]]) -> list[Slot]:
    """Return the columns of what a person fills in a cell."""
    return [Slot(f.id, f.plain_label, section, f, _choices(f, names)) for f in fields
            if f.type not in ("table", "attachment") and not (f.computed and not f.compute_when)]


def _choices(field: Field, names: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    from pairing_desktop.formspec.fieldtypes.choices import options

    if field.type == "yes_no":
        return ("是", "否")
    if field.type == "reference":
        return tuple(names.get(field.form, ()))
    return tuple(one.label for one in options(field)) if field.type in ("choice", "choices", "county") else ()


def _sheet_name(label: str, taken: Sequence[str]) -> str:
    bare = "".join(c for c in label if c not in r"[]:*?/\'")[:28] or "表"
    return bare if bare not in taken else f"{bare}{len(taken) + 1}"


class _Lists:
    """The hidden sheet: marks, and a column for each list of choices."""

    def __init__(self, book: Workbook) -> None:
        self.page: Worksheet = book.create_sheet(marks.SHEET)
        self._columns: dict[tuple[str, ...], str] = {}

    def formula(self, choices: tuple[str, ...]) -> str:
        """Return what a drop-down takes for a list."""
        from openpyxl.utils import get_column_letter

        inline = ",".join(choices)
        if len(inline) <= _INLINE and not any("," in c or '"' in c for c in choices):
            return f'"{inline}"'
        if choices not in self._columns:
            letter = get_column_letter(_LIST_COLUMN + len(self._columns))
            for place, choice in enumerate(choices, start=1):
                _text(self.page[f"{letter}{place}"], choice)
            self._columns[choices] = f"{marks.SHEET}!${letter}$1:${letter}${len(choices)}"
        return self._columns[choices]

    def write(self, found: marks.Marks) -> None:
        """Write the marks and hide the sheet so that only a program shows it."""
        for row, line in enumerate(found.lines(), start=1):
            for column, word in enumerate(line, start=1):
                _text(self.page.cell(row, column), word)
        self.page.sheet_state = "veryHidden"
        self.page.protection.sheet = True


class _Page:
    """One sheet to be filled."""

    def __init__(self, page: Worksheet, form: Form, lists: _Lists, *, number: str, table: str) -> None:
        self.page = page
        self.form = form
        self.lists = lists
        self.number = number
        self.table = table

    def fill(self, slots: Sequence[Slot], title: str, hint: str, room: int,
             filled: Sequence[tuple[int, Cells]] = ()) -> None:
        """Write head, marks and empty rows."""
        from openpyxl.utils import get_column_letter

        page, last = self.page, len(slots) + 1
        self._title(title, hint, last)
        self._bands(slots)
        _text(page.cell(IDS, 1), marks.IDS)
        self._head(page.cell(HEAD, 1), self.number)
        page.column_dimensions["A"].width = 10 if self.table else 6
        for place, slot in enumerate(slots, start=2):
            _text(page.cell(IDS, place), slot.id)
            self._head(page.cell(HEAD, place), _label(slot))
            wide = 30 if slot.id == self.form.name and not self.table else 0
            page.column_dimensions[get_column_letter(place)].width = max(_width(slot), wide)
        page.row_dimensions[IDS].hidden = True
        page.row_dimensions[HEAD].height = 15 * max(_lines(slot) for slot in slots) + 8
        self._rows(slots, room)
        for row, (number, cells) in enumerate(filled, start=FIRST):
            page.cell(row, 1).value = number
            for place, slot in enumerate(slots, start=2):
                _put(page.cell(row, place), cells.get(slot.id))
        self._validations(slots, max(LAST, FIRST + room))
        self._set_up(last)

    def _title(self, title: str, hint: str, last: int) -> None:
        from openpyxl.styles import Alignment, Font

        page, wide = self.page, min(last, 12)
        for row, text, size, height in ((1, title, 15, 30), (2, hint, 10, 32)):
            cell: Any = page.cell(row, 1)
            _text(cell, text)
            cell.font = Font(name="黑体" if row == 1 else _FACE, size=size, color="FF444444" if row == 2 else None)
            cell.alignment = Alignment(vertical="center", wrap_text=row == 2)
            page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=wide)
            page.row_dimensions[row].height = height

    def _bands(self, slots: Sequence[Slot]) -> None:
        """Write the sections' titles above their columns."""
        from openpyxl.styles import Alignment, Font, PatternFill

        start = 0
        while start < len(slots):
            end = start
            while end + 1 < len(slots) and slots[end + 1].section == slots[start].section:
                end += 1
            cell: Any = self.page.cell(BAND, start + 2)
            if slots[start].section:
                _text(cell, slots[start].section)
                cell.font = Font(name="黑体", size=10)
                cell.alignment = Alignment(horizontal="left", vertical="center")
                for column in range(start + 2, end + 3):
                    self.page.cell(BAND, column).fill = PatternFill("solid", fgColor=_BAND)
            start = end + 1

    @staticmethod
    def _head(cell: Any, text: str) -> None:  # noqa: ANN401  # openpyxl's cell
        from openpyxl.styles import Alignment, Font, PatternFill

        _text(cell, text)
        cell.font = Font(name="黑体", size=10)
        cell.fill = PatternFill("solid", fgColor=_GREY)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cell.border = _border()

    def _rows(self, slots: Sequence[Slot], room: int) -> None:
        """Frame the rows to be filled: the first cell by cell, the others like it (openpyxl compares each style)."""
        from openpyxl.styles import Alignment, Font, PatternFill, Protection
        from openpyxl.utils import get_column_letter

        font, border, open_ = Font(name=_FACE, size=10), _border(), Protection(locked=False)
        number: Any = self.page.cell(FIRST, 1)
        number.font, number.border = font, border
        number.alignment = Alignment(horizontal="center", vertical="center")
        if self.table:
            number.protection = open_
        else:
            number.fill = PatternFill("solid", fgColor=_PALE)
        for place, slot in enumerate(slots, start=2):
            cell: Any = self.page.cell(FIRST, place)
            cell.font, cell.border, cell.protection, cell.number_format = font, border, open_, _number_format(slot)
            cell.alignment = Alignment(vertical="center", wrap_text=_wide(slot), horizontal=_side(slot))
            column: Any = self.page.column_dimensions[get_column_letter(place)]
            column.protection, column.number_format = open_, cell.number_format
        first: list[Any] = [self.page.cell(FIRST, place) for place in range(1, len(slots) + 2)]
        for row in range(FIRST, FIRST + room):
            for place, like in enumerate(first, start=1):
                cell = self.page.cell(row, place)
                cell._style = copy(like._style)  # noqa: SLF001  # openpyxl has no other way to share a style
            if not self.table:
                self.page.cell(row, 1).value = row - FIRST + 1

    def _validations(self, slots: Sequence[Slot], last: int) -> None:
        from openpyxl.utils import get_column_letter

        fields = {slot.id: slot.field for slot in slots if slot.field is not None}
        letters = {slot.id: get_column_letter(place) for place, slot in enumerate(slots, start=2)}
        rules = cell_rules(self.form, fields, {name: f"${letter}{FIRST}" for name, letter in letters.items()},
                           table=self.table)
        for slot in slots:
            one = self._validation(slot, f"${letters[slot.id]}{FIRST}", [r for r in rules if slot.id in r.fields])
            one.add(f"{letters[slot.id]}{FIRST}:{letters[slot.id]}{last}")
            self.page.add_data_validation(one)

    def _validation(self, slot: Slot, cell: str, rules: Sequence[CellRule]) -> Any:  # noqa: ANN401  # openpyxl's
        from openpyxl.worksheet.datavalidation import DataValidation

        field = slot.field
        made: DataValidation
        if slot.choices:
            made = DataValidation(type="list", formula1=self.lists.formula(slot.choices), allow_blank=True)
            several = field is not None and field.type == "choices"
            open_ = several or field is None or field.type == "reference"
            made.errorStyle = "warning" if open_ else "stop"
            made.showErrorMessage = not several
            made.error = "请从下拉列表中选" + ("，列表里没有的请先与发表单位联系" if open_ else "")
        else:
            formula, words = collection_words.limits(field, cell)
            parts = [part for part in (formula, *(rule.formula for rule in rules)) if part]
            while len(",".join(parts)) > 240:
                parts.pop()
            whole = parts[0] if len(parts) == 1 else f"AND({','.join(parts)})" if parts else None
            made = DataValidation(type="custom" if parts else None, allow_blank=True, formula1=whole)
            made.errorStyle, made.showErrorMessage = "warning", bool(parts)
            made.error = "；".join([*([words] if words else []), *(f"应当 {r.words}" for r in rules)])[:220]
        made.errorTitle, made.promptTitle = "请核对", slot.label[:_TITLE]
        made.prompt, made.showInputMessage = collection_words.prompt(field, slot.choices), True
        return made

    def _set_up(self, last: int) -> None:
        from openpyxl.utils import get_column_letter

        page = self.page
        page.sheet_format.defaultRowHeight = 18
        page.sheet_format.customHeight = True
        page.freeze_panes = f"{get_column_letter(3 if not self.table else 2)}{FIRST}"
        guard = page.protection
        guard.sheet = True
        for name in ("formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows", "sort", "autoFilter"):
            setattr(guard, name, False)  # False allows it
        page.print_title_rows = f"{HEAD}:{HEAD}"
        page.page_setup.orientation = "landscape"
        page.page_setup.paperSize = 9
        page.print_title_cols = "A:B"
        page.print_area = f"A1:{get_column_letter(last)}{FIRST + 29}"


def _label(slot: Slot) -> str:
    unit = f"（{slot.field.unit}）" if slot.field is not None and slot.field.unit else ""
    if unit and slot.label.endswith(unit):
        unit = ""
    star = " *" if slot.field is None or slot.field.required else ""
    return f"{slot.label}{unit}{star}"


def _number_format(slot: Slot) -> str:
    """Return a cell's format; a figure shown as given has Excel's own, which rounds nothing away."""
    if slot.field is None:
        return "@"
    return "General" if slot.field.is_number and slot.field.as_given else slot.field.converter.number_format


def _wide(slot: Slot) -> bool:
    return slot.field is None or slot.field.type in ("text", "long_text", "choices", "reference")


def _side(slot: Slot) -> str:
    if slot.field is None or _wide(slot):
        return "left"
    return "right" if slot.field.is_number else "center"


def _width(slot: Slot) -> float:
    kind = slot.field.type if slot.field is not None else "reference"
    least = {"credit_code": 21, "long_text": 40, "reference": 28, "text": 16, "date": 15, "choices": 20, "county": 12}
    longest = max((2 * len(choice) for choice in slot.choices), default=0)
    return min(44, max(least.get(kind, 11), min(longest, 30) + 2, len(_label(slot)) + 3))


def _lines(slot: Slot) -> int:
    return -(-2 * len(_label(slot)) // max(int(_width(slot)) - 1, 1))


def _border() -> Any:  # noqa: ANN401  # openpyxl's
    from openpyxl.styles import Border, Side

    side = Side(style="thin", color=_LINE)
    return Border(left=side, right=side, top=side, bottom=side)


def _text(cell: Any, text: str) -> None:  # noqa: ANN401  # openpyxl's cell
    """Write a text, which stays one when it begins like a formula."""
    cell.value = text
    cell.data_type = "s"


def _put(cell: Any, value: object) -> None:  # noqa: ANN401  # openpyxl's cell
    if isinstance(value, str):
        _text(cell, value)
    elif value is not None:
        cell.value = value
