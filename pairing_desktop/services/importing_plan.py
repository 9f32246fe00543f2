"""What an import is made of: columns of a sheet, rows as they would go in, what became of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from pairing_desktop.exchange.spreadsheet import Sheet
    from pairing_desktop.services.importing_cells import Candidate

SUBJECT, ROW, PERIOD = "@subject", "@row", "@period"
"""Columns that are no field: the record a sheet hangs on; a number that sub-tables name it by; its quarter."""

TICKED = "="
"""Between a field of several choices and the one that a column ticks: ``honours=专精特新``."""

ONLY, MERGE, KEEP, OUT = "", "merge", "keep", "out"
"""What is chosen of a row: nothing to choose, merged into what it may be, a record of its own, not imported."""

ABOVE, LEFT, BESIDE, PRINTED = "", "left", "beside", "printed"
"""Where a sheet's heads are: in a row, in a column, each beside its value (a form of one record), as we print them."""

Span = tuple[int, int]
"""First and last column."""

State = Literal["new", "changed", "unchanged", "refused", "skipped"]
STATES: Mapping[State, str] = {
    "new": "新增", "changed": "修改", "unchanged": "不变", "refused": "拒收", "skipped": "跳过",
}


class Target(Struct, frozen=True):
    """What a column may be read as: a field id, ``SUBJECT`` or ``ROW``; ``computed`` ones are shown, never taken."""

    id: str
    label: str
    unit: str = ""
    computed: bool = False
    name: str = ""
    """What a head must say to be taken for it, where something lies within a record (``kpis.after``)."""

    figure: bool = False
    """Whether it holds a figure: a column of words is none, whatever its head is called."""

    choices: tuple[str, ...] = ()
    """What it may be, where one of a few is chosen."""

    paper: tuple[str, ...] = ()
    """What the program's own paper calls it."""

    to_date: bool = False
    """Whether the paper of a quarterly form has it under 本年累计."""

    leads: bool = False
    """Whether it names the rows of a table."""

    point: bool = False
    """Whether it holds what there is at a time's end, not what was reached since the year began."""

    among: str = ""
    """The table or choice of which two columns have to be there for one to be taken: a sheet of its rows has more."""


class Column(Struct, frozen=True):
    """A column of the sheet: its place (from 0), its head, the target chosen ("" for none), a word on it."""

    place: int
    head: str
    target: str = ""
    unit: str = ""
    """The unit that the head names: 亿元."""
    score: int = 0
    note: str = ""
    row: str = ""
    """The row of a sub-table that it fills, by its head's upper line: 人均产值; "" for the line's own."""
    rough: bool = False
    """Whether its 120余 is taken as 120."""
    qualifier: int = -1
    """The place of the column beside it that says 约 or 以上, -1 for none."""


class UnitTold(Struct, frozen=True):
    """A unit that a sheet tells for several columns, in what words, and of which (``places``; () for all)."""

    unit: str
    said: str
    places: tuple[int, ...] = ()


class Way(Struct, frozen=True):
    """How a sheet's cells are read as a table: where its heads are, which of its lists, what other sheets with it."""

    heads: str = ABOVE
    part: int = 0
    """The list that is read, from 1; 0 for all that stand beside each other."""
    also: tuple[str, ...] = ()


class Layout(Struct, frozen=True):
    """How a sheet is read: which, in which way, its columns.

    ``head`` counts from 0: the last row of the head, or its column where heads are at the left.
    """

    sheet: str
    head: int
    columns: tuple[Column, ...]
    remembered: bool = False
    start: int = 0
    """First row of figures."""
    others: tuple[str, ...] = ()
    """Sheets of the same file that can be read together with it: one for each township; hidden ones come last."""
    hidden: tuple[str, ...] = ()
    """Those of them that the file hides: read only where somebody names them."""
    unlike: tuple[tuple[str, str], ...] = ()
    """Sheets with other heads of which most are the same, and what differs; some can be read together all the same."""
    way: Way = Way()
    lists: tuple[Span, ...] = ()
    """First and last columns of lists that stand beside each other below the same head, () for one list."""
    below: tuple[int, ...] = ()
    """Head rows of lists further down that have other heads and are read with it."""
    units: tuple[UnitTold, ...] = ()
    unit_column: int = -1
    """The column that says each row's unit, -1 for none."""
    year: str = ""
    """The year that the title or the file's name tells, "" for none."""

    @property
    def targets(self) -> dict[str, Column]:
        """Return the columns that are read, by target."""
        return {c.target: c for c in self.columns if c.target}

TOTAL, PART, QUARTER_ALONE = "total_row", "part_row", "quarter_alone"
"""Codes of rows left out: a total, the title of the rows below it, a quarter alone beside the year's figures so far."""


class RowFinding(Struct, frozen=True):
    """What was found in a row: at a field (id or ``table.column``) and its column, -1 where there is none."""

    row: int
    field: str
    level: Literal["error", "query"]
    message: str
    label: str = ""
    column: int = -1
    sheet: str = ""
    code: str = ""
    """Why a row is left out, as the catalogue names it; ``label`` is its first words then."""


class Change(Struct, frozen=True):
    """One field of a record that is there: what it shows, what it would show."""

    field: str
    label: str
    old: str
    new: str
    computed: bool = False
    """Whether the program computes it: nobody chooses of it."""


class Side(Struct, frozen=True):
    """One field with the value that is there, or another row's, and this row's; ``side`` tells which is taken.

    0: the one that is there; 1: this row's; -1: both are the same. ``fixed`` where nobody can choose.
    """

    field: str
    label: str
    old: str
    new: str
    side: int
    fixed: bool = False


class Similar(Struct, frozen=True):
    """A record that a row may be, there already or in another row: why, and how alike (0 to 100)."""

    key: str
    label: str
    why: str
    score: int
    pairs: tuple[Change, ...] = ()
    """Every field that either of the two fills: the record's, the row's."""
    row: int = 0
    """The other row of the sheet that is the record, 0 where it is there already."""
    where: str = ""
    """Where that row stands, as a person says it: 第 5 行."""
    gives: frozenset[str] = frozenset()
    """Of two rows: the fields that the other one may take from this one."""
    fills: frozenset[str] = frozenset()
    """Those of them that the other row leaves blank: taken unless told otherwise."""


class Fate(Struct, frozen=True):
    """What becomes of a row one way or the other."""

    state: State
    key: str
    payload: Mapping[str, Any]
    label: str
    changes: tuple[Change, ...] = ()
    findings: tuple[RowFinding, ...] = ()
    revision: int = 0
    """The revision that is changed; 0 for a new record."""
    digest: str = ""
    found: tuple[Any, ...] = ()
    """The findings as the checks keep them."""


class Place(Struct, frozen=True):
    """Where a row stands in the file: its sheet where several are read, its row's number or its column's letters.

    Of lists beside each other ``line`` is the cell that it begins with; it is blank for a sheet that is one record.
    """

    line: str
    sheet: str = ""
    across: bool = False
    """Whether ``line`` is a column: the heads are at the left."""

    @property
    def short(self) -> str:
        """Return it for a narrow column: 5, D列, 妙高 5."""
        return f"{self.sheet} {self.line}{'列' if self.across else ''}".strip() or "整张"

    @property
    def said(self) -> str:
        """Return it for a sentence: 第 5 行, 第 D 列, “妙高”第 5 行."""
        whose = f"“{self.sheet}”" if self.sheet else ""
        if not self.line:
            return whose or "这一张"
        if self.across:
            return f"{whose}第 {self.line} 列"
        return f"{whose}第 {self.line} 行" if self.line[0].isdigit() else f"{whose}{self.line} 起的一行"


class Row(Struct):
    """A row of the sheet (``number`` as Excel counts, through all that is read together)."""

    number: int
    fates: dict[str, Fate]
    """By choice: ``ONLY`` alone; like a record ``MERGE`` and ``KEEP``; like another row ``OUT``, often ``KEEP``, and
    ``MERGE`` once that is chosen (``importing_deciding``)."""
    choice: str = ONLY
    similar: Similar | None = None
    subject: str = ""
    natural_key: str = ""
    more: tuple[int, ...] = ()
    """Further rows of the sheet that belong to it: its sub-tables'."""
    sheet: str = ""
    """The sub-table's sheet of a row that belongs to no record; "" for a record of the main one."""
    take: frozenset[str] = frozenset()
    """Merged into another row: the fields in which that one takes this one's value."""
    left: frozenset[str] = frozenset()
    """As a record that is there: the fields in which that one keeps its own value."""
    whole: tuple[Change, ...] = ()
    """Where a field is left: all that the row would change of that record if none were."""
    read: Candidate | None = None
    """What it gives, where it stands beside another row or is, or may be, a record that is there."""
    decided: bool = False
    """Whether a person decided of it."""
    at: Place | None = None
    """Where it stands, if that is not its number."""

    @property
    def place(self) -> Place:
        """Return where it stands, with the rows that go on with it: 2, or 2—5."""
        return self.at or Place(f"{self.number}—{self.more[-1]}" if self.more else str(self.number))

    @property
    def where(self) -> str:
        """Return where it stands as a person says it: 第 5 行."""
        return self.place.said

    @property
    def beside(self) -> int:
        """Return the number of the row that it may be the record of, 0 for none."""
        return self.similar.row if self.similar else 0

    @property
    def merging(self) -> bool:
        """Tell whether it is merged into another row."""
        return bool(self.beside) and self.choice == MERGE

    @property
    def record(self) -> Fate | None:
        """Return what becomes of the record that is there and that it is, or may be; None where there is none."""
        return None if self.beside else next((fate for fate in self.fates.values() if fate.revision), None)

    @property
    def fate(self) -> Fate:
        """Return what becomes of it as things are chosen."""
        return self.fates[self.choice]


class Plan(Struct):
    """A dry run: nothing is changed yet."""

    form: str
    quarter: str
    file: Path
    layout: Layout
    rows: list[Row]
    sheet: Sheet
    """What was read, all of it together."""
    notes: tuple[str, ...] = ()
    skipped: tuple[RowFinding, ...] = ()
    """Rows that are no records, with a word why: totals, notes, blank."""
    why: str = ""
    tables: tuple[Layout, ...] = ()
    asks_reason: bool = False
    """Whether rows are refused only because they change what was sent and no reason is given."""
    keep_errors: bool = False
    given: Mapping[str, Any] = {}  # msgspec makes one for each
    """Values that hold for every row, by field."""

    def counts(self) -> dict[State, int]:
        """Return how many rows there are of each kind."""
        found = Counter([row.fate.state for row in self.rows])
        return {**dict.fromkeys(STATES, 0), **found, "skipped": len(self.skipped) + found["skipped"]}

    @property
    def doubles(self) -> list[Row]:
        """Return the rows that may be records that are there, or other rows."""
        return [row for row in self.rows if row.similar is not None]

    @property
    def findings(self) -> list[RowFinding]:
        """Return what was found in all rows."""
        return [one for row in self.rows for one in row.fate.findings]


class Outcome(Struct, frozen=True):
    """What an import did; ``id`` undoes it ("" when nothing was written)."""

    id: str
    created: int
    changed: int
    unchanged: int
    refused: int
