"""A workbook that comes back a second time: the records are known again though a part of their key is blank."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from pairing_desktop.services import collecting, importing_writing, workspace
from pairing_desktop.services.importing import Plan
from pairing_desktop.services.workspace import Workspace
from tests.conftest import NOW
from tests.services import sheets

FORM, QUARTER, IDS, FIRST = "factor_exchange", "2024Q2", 4, 6
SENT: tuple[dict[str, object], ...] = (
    {"title": "用地指标协议", "state": "履行中", "agreement_no": "示例一", "words": "已交付"},
    {"title": "人才协议", "state": "履行中", "signed": "2024-03-01"},
    {"title": "人才协议", "state": "履行中", "agreement_no": "示例二"},
)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    path = tmp_path_factory.mktemp("采集") / "遂昌.pairing"
    with workspace.create(path, county="331123", partner="330402", bureau="遂昌县某局", now=NOW, who="张三",
                          clock=lambda: NOW) as made:
        first = read(made, path.with_name("第一次.xlsx"), *SENT)
        assert [row.fate.state for row in first.rows] == ["new"] * 3
        importing_writing.carry_out(made, first)
        yield made


def read(ws: Workspace, path: Path, *rows: dict[str, object]) -> Plan:
    book = load_workbook(collecting.save(ws, FORM, path, quarter=QUARTER))
    page: Any = book.worksheets[0]
    page.protection.sheet = False
    places = {str(cell.value): cell.column for cell in page[IDS] if cell.value}
    for number, row in enumerate(rows, start=FIRST):
        for name, value in row.items():
            page.cell(number, places[name]).value = value
    book.save(path)
    return sheets.plan(ws, path, FORM, quarter=QUARTER, keep_errors=True)[1]


def test_the_same_workbook_brings_nothing_new(shipped: Workspace, tmp_path: Path) -> None:
    plan = read(shipped, tmp_path / "又一次.xlsx", *SENT)
    assert [row.fate.state for row in plan.rows] == ["unchanged"] * 3


@pytest.mark.parametrize("change", [{"state": "已终止"}, {"signed": "2024-04-01"}])
def test_a_corrected_row_is_the_record_that_it_agrees_with(
    shipped: Workspace, tmp_path: Path, change: dict[str, object],
) -> None:
    plan = read(shipped, tmp_path / "改过.xlsx", {**SENT[0], **change})
    (row,) = plan.rows
    assert (row.choice, row.fate.state) == ("merge", "changed")
    assert row.similar is not None
    assert row.similar.label == "用地指标协议"
    assert "签订日期" in row.similar.why


def test_one_that_agrees_in_little_is_asked_about_and_stays_apart(shipped: Workspace, tmp_path: Path) -> None:
    plan = read(shipped, tmp_path / "另一份.xlsx", {**SENT[0], "state": "已终止", "agreement_no": "另一号"})
    assert [(row.choice, row.fate.state) for row in plan.rows] == [("keep", "new")]
    assert len(plan.doubles) == 1


def test_two_rows_are_not_one_record(shipped: Workspace, tmp_path: Path) -> None:
    plan = read(shipped, tmp_path / "两份.xlsx", SENT[0], {**SENT[0], "agreement_no": "另一号"})
    assert [row.fate.state for row in plan.rows] == ["unchanged", "new"]


def test_another_title_is_another_record(shipped: Workspace, tmp_path: Path) -> None:
    plan = read(shipped, tmp_path / "新的.xlsx", {**SENT[0], "title": "用能指标协议"})
    assert [row.fate.state for row in plan.rows] == ["new"]
    assert not plan.doubles
