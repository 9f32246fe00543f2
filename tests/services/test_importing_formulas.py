"""Formulas without a value in rows that are refused: carried along where they mean their own row, else told."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from pairing_desktop.services import importing, importing_refused
from pairing_desktop.services.workspace import Workspace
from tests.services import sheets


@pytest.mark.parametrize(("formula", "kept"), [
    ("=C4*B4", "=C3*B3"), ("=SUM(B4:D4)/2", "=SUM(B3:D3)/2"),
    ("=if(C4>0,ROUND(B4/C4,2),0)", "=if(C3>0,ROUND(B3/C3,2),0)"),
    ("=B3*2", "#N/A"), ("=$B$4", "#N/A"), ("=SUM(", "#N/A"), ('=HYPERLINK("a",B4)', "#N/A"), ("=cmd|' /C'!A1", "#N/A"),
    ("=别的!B4", "#N/A"), ('="约"&B4', "#N/A"),
])
def test_a_refused_rows_formula_without_a_value_stays_where_it_reckons_with_its_row(
        county_ws: Workspace, tmp_path: Path, formula: str, kept: str) -> None:
    """In another row it would mean other firms, or whatever a foreign file wants to be worked out."""
    heads = ("企业名称", "从业人员（人）", "规上起始年份", "营业收入（万元）")
    path = sheets.write(tmp_path / "名录.xlsx", [("名录",), heads, ("双彩", 5, 2020, 7), ("兰亭", 12, 2020, formula)])
    source, plan = sheets.plan(county_ws, path, "enterprise", keep_errors=True)
    assert [row.fate.state == "refused" for row in plan.rows] == [False, True]
    page = load_workbook(importing_refused.save(source, plan, tmp_path / "拒收.xlsx")).worksheets[0]
    assert (page["A3"].value, page["D3"].value) == ("兰亭", kept)
    assert page["D3"].comment.text.endswith(f"原公式 {formula}") == (kept == "#N/A")


def test_a_refused_formula_is_told_of_sheets_that_are_read_together(county_ws: Workspace, tmp_path: Path) -> None:
    """Its row has another number there, so it does not stay a formula."""
    book, heads = Workbook(), ("企业名称", "规上起始年份", "营业收入（万元）")
    book.remove(book.worksheets[0])
    for name, cell in (("妙高", 7), ("云峰", "=B3*2")):
        page: Any = book.create_sheet(name)
        for row in ((name,), heads, (f"{name}甲", 2020, cell)):
            page.append(row)
    book.save(tmp_path / "分乡镇.xlsx")
    source = importing.look(tmp_path / "分乡镇.xlsx")
    layout = importing.layout_of(county_ws, source, form="enterprise", also=["云峰"])
    plan = importing.dry_run(county_ws, source, layout, form="enterprise", quarter="2024Q2")
    kept: Any = load_workbook(importing_refused.save(source, plan, tmp_path / "拒收.xlsx"))["云峰"]
    assert (kept["A3"].value, kept["C3"].value) == ("云峰甲", "#N/A")
    assert kept["C3"].comment.text.endswith("原公式 =B3*2")


def filled_down(path: Path, *formulas: bytes) -> Path:
    """Write the workbook again as Excel does where a formula was filled down from D3: in its first cell alone."""
    made = path.with_name("填充.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace(b"<f>" + formulas[0] + b"</f>",
                                          b'<f t="shared" ref="D3:D5" si="0">' + formulas[0] + b"</f>")
                for one in formulas[1:]:
                    assert b"<f>" + one + b"</f>" in content
                    content = content.replace(b"<f>" + one + b"</f>", b'<f t="shared" si="0"/>')
            new.writestr(name, content)
    return made


def test_a_formula_that_was_filled_down_is_each_cells_own(county_ws: Workspace, tmp_path: Path) -> None:
    """Where it reckons with its row it stays one; where it does not, each cell's comment tells its own."""
    heads = ("企业名称", "从业人员（人）", "规上起始年份", "营业收入（万元）")
    for first, kept, told in (("C{0}*B{0}&$B$1", "#N/A", "=C{0}*B{0}&$B$1"), ("C{0}*B{0}", "=C{0}*B{0}", "")):
        own = [first.format(row) for row in (3, 4, 5)]
        path = sheets.write(tmp_path / "名录.xlsx", [("名录",), heads, *(
            (f"示例{n}厂", 5, 2020, f"={formula}") for n, formula in enumerate(own))])
        path = filled_down(path, *(one.replace("&", "&amp;").encode() for one in own))
        source, plan = sheets.plan(county_ws, path, "enterprise", keep_errors=True)
        page = load_workbook(importing_refused.save(source, plan, tmp_path / "拒收.xlsx")).worksheets[0]
        for row in (3, 4, 5):
            cell = page.cell(row, 4)
            assert cell.value == kept.format(row)
            assert cell.comment is not None
            assert cell.comment.text.endswith(f"原公式 {told.format(row)}") == bool(told)


def test_a_comment_that_names_another_row_says_of_which_file(county_ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "名录.xlsx", [("企业名称", "从业人员（人）"), ("甲公司", 5), ("甲公司", "很多")])
    source, plan = sheets.plan(county_ws, path, "enterprise", keep_errors=True)
    page = load_workbook(importing_refused.save(source, plan, tmp_path / "拒收.xlsx")).worksheets[0]
    comments = [cell.comment.text for line in page.iter_rows() for cell in line if cell.comment]
    assert [text for text in comments if "第 2 行" in text]
    assert all(("说的是“名录.xlsx”里的" in text) == ("第 2 行" in text) for text in comments)
