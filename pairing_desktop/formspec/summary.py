"""Computed sheets (汇总表) as data: read strictly from ``forms/sheets/*.yaml``.

One definition drives screen, workbook and PDF. A sheet has blocks; a block either lists fixed items, each with figures
drawn from records, or has a line for each record of a form (or row of its table) with columns of expressions. The
expressions are those of forms and rules, evaluated in one record (and row) at a time, so that each figure knows the
records behind it. ``summary_compiling`` resolves them against the forms, ``summary_values`` evaluates them.
"""

import hashlib
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from pairing_desktop import errors

FOLDER = "sheets"
"""Beside the forms: their loader reads no folder inside its own."""
NO_MEASURE = "none"
"""The choice of a line that is compared with nothing."""


class Figure(Struct, frozen=True, kw_only=True):
    """Records of ``form`` (rows of its ``table``) where ``where`` holds: counted, counted apart, or added up."""

    form: str
    column: str = ""
    """The item's value column that shows it; empty: the first."""
    table: str = ""
    where: str = ""
    distinct: str = ""
    """Expression: what is counted once only, such as a firm's credit code."""
    sum: str = ""
    """Expression: what is added up; a record whose figure has another nature than the item's is left out and told."""


class Item(Struct, frozen=True, kw_only=True):
    """A fixed line: 指标名称, 计量单位, its nature (实际 if none is named) and a figure for each value column."""

    label: str
    unit: str = ""
    nature: str = ""
    indent: int = 0
    group: str = ""
    """Heading row above this line."""
    scale: int = 2
    figures: tuple[Figure, ...]


class Measure(Struct, frozen=True, kw_only=True):
    """What a yearly target is compared with: the one its row names, or else the first that seems to fit."""

    id: str
    label: str
    """How it is counted, as the reader is told."""
    units: tuple[str, ...]
    """What it is counted in, in the words that targets use; a target in another unit gets no rate."""
    when: str = ""
    """Expression over the target's row by which it is guessed; empty: only where it is named."""
    form: str
    table: str = ""
    where: str = ""
    distinct: str = ""
    sum: str = ""


class Column(Struct, frozen=True, kw_only=True):
    """A column: its ``value`` from the line's record, computed from other columns, or found by the measures."""

    id: str
    title: str
    unit: str = ""
    width: int = 0
    """Millimetres wished for; 0 is 20."""
    value: str = ""
    when: str = ""
    """The value stands only where this holds."""
    compute: str = ""
    """Expression over this block's other figure columns."""
    measure: Literal["", "figure", "label"] = ""
    nature: str = ""
    scale: int = 2
    as_given: bool = False
    signed: bool = False
    total: bool = False
    """Added up in the total line."""


class Block(Struct, frozen=True, kw_only=True):
    """One table of a sheet: ``items`` under value ``columns``, or a line for each record of ``form``."""

    id: str
    title: str = ""
    columns: tuple[Column, ...]
    items: tuple[Item, ...] = ()
    form: str = ""
    table: str = ""
    where: str = ""
    total: str = ""
    """Label of the total line; empty: there is none."""
    measures: tuple[Measure, ...] = ()
    measured_by: str = ""
    """The line's choice that names its measure; forms of earlier versions have none."""
    measured_in: str = ""
    """The line's field that holds its unit."""
    picture: Literal["", "funnel"] = ""
    """Drawn on paper under the table: items without indent, last column."""
    empty: str = ""
    """What is said where there is no line."""


class Sheet(Struct, frozen=True, kw_only=True, dict=True):
    """One computed sheet."""

    id: str
    version: int
    title: str
    short: str
    order: int
    icon: str = ""
    unit: str = ""
    landscape: bool = False
    help: str = ""
    blocks: tuple[Block, ...]
    notes: tuple[str, ...] = ()

    @cached_property
    def digest(self) -> str:
        """Return the SHA-256 of the definition."""
        import rfc8785

        return hashlib.sha256(rfc8785.dumps(msgspec.to_builtins(self))).hexdigest()

    def block(self, block_id: str) -> Block:
        """Return a block by id; KeyError if there is none."""
        for block in self.blocks:
            if block.id == block_id:
                return block
        raise KeyError(block_id)


class Report:
    """Takes the problems of one file, each with its line."""

    def __init__(self, name: str, problems: list[errors.Problem]) -> None:
        self.name = name
        self.problems = problems
        self.lines: dict[str, int] = {}

    def __call__(self, line: int, path: str, code: str, **place: object) -> None:
        """Take one problem; ``code`` as the forms' own loader has it."""
        hint = errors.problem("formspec.meant", guess=place["guess"]).message if place.get("guess") else ""
        where = errors.problem("formspec.where", file=self.name, line=line, path=path or "—").message
        found = errors.problem(f"formspec.load.{code}", where=where, **{**place, "guess": hint})
        self.problems.append(errors.Problem(found.code, found.message, found.remedy,
                                            {"file": self.name, "line": str(line), "path": path}))

    def tell(self, path: str, code: str, **place: object) -> None:
        """Take a problem found after reading: its line is that of the nearest known path."""
        known = path
        while known and known not in self.lines:
            known = known[:known.rfind(".")] if "." in known else ""
        self(self.lines.get(known, 1), path, code, **place)


def read(folder: Path) -> dict[str, bytes]:
    """Return the definition files of a folder of forms: none where it has no computed sheets."""
    from pairing_desktop.formspec.catalogue import read_folder

    return read_folder(folder / FOLDER)


def parse(texts: dict[str, bytes], problems: list[errors.Problem]) -> list[tuple[Sheet, Report]]:
    """Return the sheets that could be read, in order, each with who takes its further problems."""
    found = []
    for name, data in texts.items():
        report = Report(name, problems)
        sheet = _sheet(data, report)
        if sheet is None:
            continue
        if name != f"{sheet.id}.yaml" or not sheet.id.isidentifier():
            report.tell("id", "file_name", id=sheet.id)
        for what, ids in _ids(sheet):
            for word in sorted({i for i in ids if ids.count(i) > 1 or not i.isidentifier()}):
                report.tell(what, "repeated" if ids.count(word) > 1 else "bad_id", id=word)
        found.append((sheet, report))
    return sorted(found, key=lambda pair: (pair[0].order, pair[0].id))


def _ids(sheet: Sheet) -> Iterable[tuple[str, list[str]]]:
    yield "blocks", [block.id for block in sheet.blocks]
    for number, block in enumerate(sheet.blocks):
        yield f"blocks[{number}].columns", [column.id for column in block.columns]


def _sheet(data: bytes, report: Report) -> Sheet | None:
    from pairing_desktop.formspec.strict import Reader, mapping

    node = mapping(data, report)
    if node is None:
        return None
    reader = Reader(report)
    found = reader.read(node, Sheet, "")
    report.lines = reader.lines
    return found if isinstance(found, Sheet) else None
