"""Importing 10,000 firms into a new data file against the bare libraries doing what cannot be avoided.

The floor reads the same sheet with python-calamine and inserts, with sqlite3's own executemany, the rows that an
import leaves behind: records, revisions, journal, index, search. ``ours`` reads, converts every cell, runs all rules
on every row, and writes. ``cells`` is what reading and inserting the bare cells into one table takes: no history,
no index, nothing to find.

The codes are made as real ones are, for a region that does not exist (000000), with both check characters right; in
one row of fifty (2 %) the organisation code's is wrong, so that the row raises a query, as a few of a real sheet do.
"""

import sqlite3
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

ROWS = 10_000
BOUND = 4.0
TURNS = 5
"""Of ours and the floor by turns; their medians are compared: two minima on a shared machine are luck."""
NOW = datetime(2024, 7, 11, tzinfo=UTC)
QUARTER = "2024Q2"
TABLES = ("record", "revision", "journal", "field_index", "search_key")
HEADS = ("企业名称", "统一社会信用代码", "所在县（市、区）", "工业点或地址", "行业大类", "行业小类代码", "行业小类名称",
         "主要产品", "产业链角色", "是否规上工业企业", "规上起始年", "称号", "指标年度", "从业人员", "营业收入（亿元）",
         "联系人", "联系电话", "备注")
SURNAMES = "竹木纺织机械电池茶叶数控精密环保新材料遂昌南湖云峰妙高北界大柘石练金竹"
Line = Mapping[str, Any]


QUERIED = 50
"""One row in so many raises a query."""


def _code(n: int) -> str:
    """Return a made-up credit code: 91, no region, an organisation code, and its own check character."""
    from stdnum.cn import uscc

    from pairing_desktop.formspec.fieldtypes.codes import organisation_code_valid

    begins = f"91000000MA{n:06}"
    sound = next(c for c in "0123456789X" if organisation_code_valid(begins + c))
    wrong = "1" if sound == "0" else "0"
    body = begins + (wrong if n % QUERIED == 0 else sound)
    return body + str(uscc.calc_check_digit(body))


def _rows() -> list[tuple[Any, ...]]:
    rows = []
    for n in range(ROWS):
        name = "".join(SURNAMES[(n // 30**p + p * 7) % len(SURNAMES)] for p in range(3))
        rows.append((f"示例{name}{n:05}有限公司", _code(n), "遂昌县", "云峰街道工业点", "C20", "2041",
                     "竹制品制造", "竹胶板、竹炭", "龙头", "是", 2019, "专精特新", 2023, 100 + n % 900,
                     round(0.3 + n % 700 / 100, 2), "办公室", "0578-8123456", "示例"))
    return rows


@cache
def _measured() -> Mapping[str, float]:
    from openpyxl import Workbook

    with tempfile.TemporaryDirectory(prefix="pairing-import-") as folder:
        sheet = Path(folder) / "名录.xlsx"
        book = Workbook(write_only=True)
        page = book.create_sheet("名录")
        for row in (HEADS, *_rows()):
            page.append(list(row))
        book.save(sheet)
        _ours(sheet, Path(folder) / "遂昌.pairing")  # the first one loads what the others find
        rows = _left(Path(folder) / "遂昌.pairing")
        turns = [(*_ours(sheet, Path(folder) / f"遂昌{n}.pairing"), _floor(sheet, rows, Path(folder) / f"bare{n}.db"),
                  _narrow(sheet, Path(folder) / f"narrow{n}.db")) for n in range(TURNS)]
    ours, accepted, floor, narrow = (median(each) for each in zip(*turns, strict=True))
    return {"ours": ours, "floor": floor, "narrow": narrow, "accepted": accepted}


def _ours(sheet: Path, path: Path) -> tuple[float, int]:
    from pairing_desktop.services import importing, importing_writing, workspace

    with workspace.create(path, county="331123", partner="330402", now=NOW, who="张三", clock=lambda: NOW) as ws:
        start = time.process_time()
        source = importing.look(sheet)
        layout = importing.layout_of(ws, source, form="enterprise")
        plan = importing.dry_run(ws, source, layout, form="enterprise", quarter=QUARTER)
        outcome = importing_writing.carry_out(ws, plan)
        return time.process_time() - start, outcome.created


def _left(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return what the import left in the data file."""
    with sqlite3.connect(path) as connection:
        found = {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}  # noqa: S608
        found["schema"] = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND type != 'trigger'"
                                             " AND name NOT LIKE 'sqlite_%'").fetchall()
    connection.close()
    return found


def _floor(sheet: Path, rows: dict[str, list[tuple[Any, ...]]], path: Path) -> float:
    from python_calamine import CalamineWorkbook

    connection = _bare(path)
    for (sql,) in rows["schema"]:
        connection.execute(sql)
    start = time.process_time()
    CalamineWorkbook.from_path(str(sheet)).get_sheet_by_index(0).to_python()
    connection.execute("BEGIN")
    for table in TABLES:
        marks = ",".join("?" * len(rows[table][0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows[table])  # noqa: S608
    connection.execute("COMMIT")
    taken = time.process_time() - start
    connection.close()
    return taken


def _narrow(sheet: Path, path: Path) -> float:
    from python_calamine import CalamineWorkbook

    connection = _bare(path)
    connection.execute(f"CREATE TABLE firm ({','.join(f'c{n}' for n in range(len(HEADS)))})")
    start = time.process_time()
    cells = CalamineWorkbook.from_path(str(sheet)).get_sheet_by_index(0).to_python()
    connection.execute("BEGIN")
    connection.executemany(f"INSERT INTO firm VALUES ({','.join('?' * len(HEADS))})", cells)  # noqa: S608
    connection.execute("COMMIT")
    taken = time.process_time() - start
    connection.close()
    return taken


def _bare(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def whole() -> Line:
    """Import against reading and inserting the very rows that it writes; ``cells`` is the other floor's time."""
    found = _measured()
    return {"name": "import.rows", "ours": found["ours"], "floor": found["floor"],
            "ratio": found["ours"] / found["floor"], "bound": BOUND, "unit": "s", "records": found["accepted"],
            "cells": found["narrow"]}


BENCHMARKS: dict[str, Callable[[], Line]] = {"import.rows": whole}
