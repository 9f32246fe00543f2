"""A county's own table: one line for each indicator under its project, a column to tick for each title of a firm."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from pairing_desktop.services import entering, importing, importing_refused, importing_writing, workspace
from pairing_desktop.services.importing import Plan, Source
from pairing_desktop.services.workspace import Workspace
from tests.conftest import NOW
from tests.services import sheets

QUARTER = "2024Q2"
HEADS = ("企业名称", "项目序号", "合同额（万元）", "指标", "计量单位", "基期值", "对比期值")
LINES = [("双彩", "1", 68, "一次合格率", "%", 65.2, 99), (None, None, None, "准交率", "%", 80, 92),
         ("兰亭", "2", 52, "不良率", "%", 3.2, 1.1), ("兰亭", "2", 52, "库存周转", "天", 40, 31)]


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data file with two firms, for every test to copy."""
    path = tmp_path_factory.mktemp("two") / "遂昌.pairing"
    with workspace.create(path, county="331123", partner="330402", now=NOW, who="企业科", clock=lambda: NOW) as made:
        for name in ("双彩", "兰亭"):
            draft = entering.open_record(made, form="enterprise", quarter=QUARTER).draft
            draft.type("name", name)
            draft.type("county", "遂昌县")
            entering.save(made, draft)
    return path


@pytest.fixture
def ws(two: Path, tmp_path: Path) -> Iterator[Workspace]:
    path = tmp_path / two.name
    shutil.copyfile(two, path)
    with workspace.open_workspace(path, who="企业科", now=NOW, clock=lambda: NOW) as made:
        yield made


def planned(ws: Workspace, path: Path, form: str) -> tuple[Source, Plan]:
    return sheets.plan(ws, path, form, quarter=QUARTER, keep_errors=True)


def kpis(ws: Workspace, key: str) -> list[list[str]]:
    draft = entering.open_record(ws, form="lean_project", key=key, quarter=QUARTER).draft
    return [[draft.text(f"kpis/{row}/{c}") for c in ("indicator", "unit", "before", "after")]
            for row in draft.rows("kpis")]


def test_lines_under_one_project_are_its_indicators(ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "项目.xlsx", [HEADS, *LINES])
    source = importing.look(path)
    found = importing.layout_of(ws, source, form="lean_project").targets
    assert {"enterprise", "serial", "contract_sum", "kpis.indicator", "kpis.unit", "kpis.before"} <= set(found)
    _, plan = planned(ws, path, "lean_project")
    assert [row.lines for row in plan.rows] == ["2—3", "4—5"]
    assert any("2 行" in note and "明细" in note for note in plan.notes)
    importing_writing.carry_out(ws, plan)
    assert kpis(ws, plan.rows[0].fate.key) == [["一次合格率", "%", "65.2", "99"], ["准交率", "%", "80", "92"]]
    assert [row[0] for row in kpis(ws, plan.rows[1].fate.key)] == ["不良率", "库存周转"]


def test_the_same_table_with_its_parents_merged(ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "项目.xlsx", [HEADS, *LINES[:2]])
    book = openpyxl.load_workbook(path)
    for column in "ABC":
        book.active.merge_cells(f"{column}2:{column}3")  # type: ignore[union-attr]
    book.save(path)
    _, plan = planned(ws, path, "lean_project")
    (row,) = plan.rows
    assert [r["values"]["indicator"] for r in row.fate.payload["values"]["kpis"]] == ["一次合格率", "准交率"]


def test_a_refused_project_comes_back_with_all_its_lines(ws: Workspace, tmp_path: Path) -> None:
    bad = [("没有这家", "3", 40, "一次合格率", "%", 65, 70), (None, None, None, "准交率", "%", "约八成", 92)]
    path = sheets.write(tmp_path / "项目.xlsx", [HEADS, *LINES[:2], *bad])
    source = importing.look(path)
    layout = importing.layout_of(ws, source, form="lean_project")
    plan = importing.dry_run(ws, source, layout, form="lean_project", quarter=QUARTER)
    page = openpyxl.load_workbook(importing_refused.save(source, plan, tmp_path / "拒收.xlsx")).active
    assert page is not None
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
    assert [row[3] for row in rows] == ["一次合格率", "准交率"] * 2
    assert page["F5"].comment is not None, "the reason stands at the line's own cell"
    assert "约八成" in page["F5"].comment.text


def test_ticks_in_columns_of_their_own_are_the_choices(ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "企业.xlsx", [
        ("企业名称", "所在县（市、区）", "专精特新", "小巨人", "上市"), ("甲公司", "遂昌县", "√", "√", None),
        ("乙公司", "遂昌县", "×", None, "是"), ("丙公司", "遂昌县", None, None, None),
        ("丁公司", "遂昌县", "2021年", None, None)])
    _, plan = planned(ws, path, "enterprise")
    assert [row.fate.payload["values"].get("honours") for row in plan.rows] == [
        ["专精特新", "小巨人"], ["上市"], None, None]
    (odd,) = [f for f in plan.findings if "打勾" in f.message]
    assert (odd.row, odd.column, odd.level) == (5, 2, "error")


def test_a_single_head_of_a_table_is_not_taken_for_lines(ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "项目.xlsx", [("企业名称", "项目序号", "指标"), ("双彩", "1", "一般")])
    found = importing.layout_of(ws, importing.look(path), form="lean_project").targets
    assert set(found) == {"enterprise", "serial"}
