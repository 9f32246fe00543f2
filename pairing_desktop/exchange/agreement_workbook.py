"""The workbook read again (python-calamine): each cell holds what the data says, and nothing shows it otherwise."""

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from itertools import chain, compress, islice, repeat
from operator import getitem, itemgetter, ne
from typing import TYPE_CHECKING, Any

from pairing_desktop.errors import Problem, problem
from pairing_desktop.exchange import agreement_room, agreement_sheet
from pairing_desktop.exchange.agreement import QUALIFIER, TEXT, Wanted, beside, cut, same, spoken
from pairing_desktop.exchange.agreement_sheet import Merge, Sheet
from pairing_desktop.exchange.coordinates import SheetLayer

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

PART = 4_096
"""Cells that are compared at once; the window gets its turn between two parts."""
TEMPLATE_FORMATS = ("@", "#,##0_ ")
Rows = list[list[Any]]
Cells = list[tuple[str, int | str]]


def read_again(workbook: bytes, places: SheetLayer, wanted: Wanted, seen: set[str]) -> Iterator[Problem]:
    """Yield where the workbook is not what the data says; ``seen`` takes the paths met.

    Never raises on what the workbook holds.
    """
    try:
        package = agreement_sheet.opened(workbook)
        book = _book(workbook)
    except ValueError:
        yield problem("agreement.workbook_unreadable")
        return
    names = [name for name, _ in places.pages]
    if book.sheet_names != names or package.names != names:
        yield problem("agreement.workbook_sheets")
        return
    yield from package.problems
    should = _Should(places, wanted)
    for number, (name, cells) in enumerate(places.pages):
        try:
            sheet, rows = package.sheet(number), _rows(book, name)
        except ValueError:
            yield problem("agreement.workbook_unreadable")
            return
        yield from sheet.problems
        yield from _covered(rows, sheet)
        yield from _unprinted(rows, sheet)
        yield from agreement_room.unreadable(rows, sheet)
        yield from _Reading(rows, sheet, should).problems(cells, seen)


def cut_off(workbook: bytes) -> Iterator[Problem]:
    """Yield where a cell doesn't show all that it holds: asked of a workbook that nothing drawn again is compared with.

    Never raises on what the workbook holds.
    """
    try:
        package, book = agreement_sheet.opened(workbook), _book(workbook)
        for number, name in enumerate(package.names):
            yield from agreement_room.cut_off(_rows(book, name), package.sheet(number))
    except (ValueError, IndexError):
        return  # told where the values are compared


def _book(workbook: bytes) -> "CalamineWorkbook":
    """Open a workbook. Raises ``ValueError`` when the reader refuses it."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        return CalamineWorkbook.from_filelike(BytesIO(workbook))
    except (CalamineError, OSError) as error:
        raise ValueError("no workbook") from error


def _rows(book: "CalamineWorkbook", name: str) -> Rows:
    """Return what a sheet holds, from A1: row by row, as all at once would hold the window up.

    Raises ``ValueError`` for a number, date or error that is none.
    """
    from python_calamine import CalamineError

    try:
        sheet = book.get_sheet_by_name(name)
        _, left = sheet.start or (0, 0)
        return [[""] * left + row for row in sheet.iter_rows()]
    except CalamineError as error:
        raise ValueError("no cell") from error


def _covered(rows: Rows, sheet: Sheet) -> Iterator[Problem]:
    """Yield merged cells that hide another one's value."""
    by_number = {str(number): row for number, row in enumerate(rows, 1)}
    for part in sheet.merges:
        firsts, tops, lasts, bottoms, _ = zip(*part, strict=True)
        beside = map(getitem, map(by_number.get, tops, repeat([])), map(agreement_sheet.between, firsts, lasts))
        high = compress(part, map(ne, tops, bottoms))
        if any(map(ne, chain.from_iterable(chain(beside, _below(rows, high))), repeat(""))):
            yield problem("agreement.workbook_hidden", sheet=sheet.name, what="单元格")
            return


def _below(rows: Rows, merges: Iterable[Merge]) -> Iterator[list[Any]]:
    """Yield what stands in cells that are merged over several rows, but for the first."""
    for first, top, last, bottom, _ in merges:
        inner = agreement_sheet.between(first, last)
        begin, end = sorted((int(top), int(bottom)))
        yield from (row[inner] for row in rows[begin - 1:begin])
        yield from (row[inner.start - 1:inner.stop] for row in rows[begin:end])


def _unprinted(rows: Rows, sheet: Sheet) -> Iterator[Problem]:
    """Yield the first cell that stands outside what is printed."""
    if sheet.printed is None:
        return
    last, right = sheet.printed
    for number, row in enumerate(rows):
        outside = row[right + 1:] if number <= last else row
        if outside.count("") != len(outside):
            at = next(n for n, held in enumerate(row) if held != "" and (n > right or number > last))
            yield problem("agreement.workbook_unprinted", sheet=sheet.name, cell=agreement_sheet.reference(number, at))
            return


def _values(rows: Rows) -> dict[str, Any]:
    """Return what each cell holds that holds something."""
    letters = [agreement_sheet.letters(number) for number in range(max(map(len, rows), default=0))]
    return {f"{letter}{number}": each for number, row in enumerate(rows, 1)
            for letter, each in zip(letters, row, strict=False) if each != ""}


class _Should(dict[int | str, tuple[object, str]]):
    """What the cell of each place holds in the first way that is allowed, and its number format; found once for all."""

    def __init__(self, places: SheetLayer, wanted: Wanted) -> None:
        super().__init__((number, (word, TEXT)) for number, word in enumerate(places.words))
        self.words, self.wanted = places.words, wanted
        self.paths = wanted.paths(places.records)

    def learn(self, values: Sequence[str]) -> None:
        """Find those of values; None, which no cell holds, where the data has no such value."""
        new = [place for place in values if place not in self]
        self.paths.learn(new)
        self.update(zip(new, self.wanted.in_workbook(map(self.paths.__getitem__, new)), strict=True))


class _Reading:
    """One sheet being compared."""

    def __init__(self, rows: Rows, sheet: Sheet, should: _Should) -> None:
        self.sheet, self.should = sheet, should
        self.words, self.paths, self.wanted = should.words, should.paths, should.wanted
        self.values = _values(rows)

    def problems(self, cells: Cells, seen: set[str]) -> Iterator[Problem]:
        """Yield what is not as it should be; ``seen`` takes the paths met."""
        for cell, what in self._odd(cells, seen):
            held = self.values.pop(cell, "")
            if cell == agreement_sheet.FOOTER:
                yield from self._footer(what)
            elif isinstance(what, int):
                yield from self._word(cell, held, self.words[what])
            else:
                yield from self._value(self.paths[what], held, cell)
        yield from self._left()

    def _odd(self, cells: Cells, seen: set[str]) -> Cells:
        """Return the places to be looked at by themselves; the values of all others are as they should be, and gone.

        Nearly every cell stands in the order of reading and holds what it should in the first of the ways that are
        allowed, and whole lists compare in a fraction of the time. In another order, or where a cell is named twice,
        all are looked at.
        """
        body = cells[:-1] if cells and cells[-1][0] == agreement_sheet.FOOTER else cells
        odd, count, in_order = cells[len(body):], 0, True
        there, styled = iter(self.values), iter(self.sheet.number_formats)
        held = zip(self.values.values(), self.sheet.number_formats.values(), strict=False)
        for start in range(0, len(body), PART):
            part = body[start:start + PART]
            wanted = self._wanted(part, seen)
            formats = list(map(itemgetter(1), wanted))  # blank where the cell holds nothing
            part = list(compress(part, formats))
            count += len(part)
            names = [cell for cell, _ in part]
            in_order = in_order and all(list(islice(each, len(names))) == names for each in (there, styled))
            odd += compress(part, map(ne, islice(held, len(part)), compress(wanted, formats)))
        if not (in_order and count == len(self.values) == len(self.sheet.number_formats)):
            return cells
        self.values = {cell: self.values[cell] for cell, _ in odd if cell in self.values}
        return odd

    def _wanted(self, cells: Cells, seen: set[str]) -> list[tuple[object, str]]:
        """Return what these cells should hold and how they should look, and let ``seen`` take their paths."""
        values = [what for _, what in cells if isinstance(what, str)]
        self.should.learn(values)
        seen.update(map(self.paths.__getitem__, values))
        return [self.should[what] for _, what in cells]

    def _footer(self, what: int | str) -> Iterator[Problem]:
        wanted = self.words[what] if isinstance(what, int) else ""
        if self.sheet.footer != wanted:
            yield problem("agreement.workbook_words", sheet=self.sheet.name, cell="页脚",
                          shown=cut(self.sheet.footer), wanted=cut(wanted))

    def _word(self, cell: str, held: object, word: str) -> Iterator[Problem]:
        """Yield a word of the template that is not as it was written, or is not shown so."""
        shown, how = spoken(held), self.sheet.number_formats.get(cell, "")
        if shown == word and how in TEMPLATE_FORMATS:
            return
        said = cut(shown) if shown != word else f"{cut(shown)}，格式 {cut(how)}"
        yield problem("agreement.workbook_words", sheet=self.sheet.name, cell=cell, shown=said, wanted=cut(word))

    def _value(self, path: str, held: object, cell: str) -> Iterator[Problem]:
        """Yield a value that is not the data's, or has a number format that could show it otherwise."""
        allowed = _allowed(path, self.wanted)
        fitting = {how for value, how in allowed if same(held, value)}
        if not fitting:
            wanted = spoken(allowed[0][0]) if allowed else ""
            yield self.wanted.differs("workbook_differs", path, shown=spoken(held), wanted=wanted)
            return
        how = self.sheet.number_formats.get(cell, "?")
        if held != "" and how not in fitting and not (isinstance(held, str) and how == TEXT):
            named = self.wanted.name(path)
            yield problem("agreement.workbook_format", form=named.form, record=named.record, field=named.field,
                          sheet=self.sheet.name, cell=cell, format=cut(how))

    def _left(self) -> Iterator[Problem]:
        """Yield what stands outside values and template."""
        for cell, held in self.values.items():
            yield problem("agreement.workbook_outside", sheet=self.sheet.name, cell=cell, shown=cut(spoken(held)))


def _allowed(path: str, wanted: Wanted) -> list[tuple[object, str]]:
    """Return what a value's cell may hold, each with its number format."""
    if path.endswith(QUALIFIER):
        ways = wanted.ways(path.removesuffix(QUALIFIER))
        return [(beside(way), TEXT) for way in ways]
    found: list[tuple[object, str]] = []
    for way in wanted.ways(path):
        if way.value is not None:
            found.append((way.value, way.number_format or TEXT))
        found.append((way.text, way.number_format or TEXT))
    return found
