"""The program's own printed workbooks read back: every record whole, nothing taken for another thing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from pairing_desktop.formspec.definition import Field, Form
from pairing_desktop.services import form_printing, importing, importing_refused, importing_writing, listing, workspace
from pairing_desktop.services.form_printing import Wanted
from pairing_desktop.services.importing import Plan, Row
from pairing_desktop.services.importing_plan import ABOVE, PRINTED, Way
from pairing_desktop.services.workspace import Workspace
from tests.conftest import NOW
from tests.services import sheets

QUARTER = "2024Q2"
FORMS, DIMENSIONS = 17, 12


@pytest.fixture(scope="module")
def whole(sample_file: Path) -> Iterator[Workspace]:
    with workspace.open_workspace(sample_file, write=False, now=NOW, clock=lambda: NOW) as found:
        yield found


@pytest.fixture(scope="module")
def paper(whole: Workspace, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return each form's workbook, as the program prints it."""
    folder = tmp_path_factory.mktemp("打印")
    counts = listing.counts(whole, QUARTER)
    return {form.id: form_printing.write(whole, Wanted(form=form.id, quarter=QUARTER), folder / f"{form.id}.xlsx")
            for form in whole.forms if counts[form.id].records}


def planned(ws: Workspace, path: Path, form: str, **rest: Any) -> Plan:
    return sheets.plan(ws, path, form, quarter=QUARTER, why="核对", **rest)[1]


def printed(form: Form, of: Field) -> bool:
    """Tell whether paper has a field on the sheet that is read: a long roster's supplement is a sheet of its own."""
    columns = {column.field for column in form.print.columns}
    aside = form.id == "enterprise" and of.id not in columns
    return not (of.computed or of.private or aside) and of.type != "attachment"


def lost(form: Form, row: Row) -> list[str]:
    """Return the fields that a record has and its printed sheet did not give."""
    assert row.read is not None
    held, given = row.fate.payload["values"], row.read.state
    found = []
    for one in [one for one in form.fields if one.id in held and printed(form, one)]:
        if one.type != "table":
            found += [one.id] if one.id not in given.values else []
            continue
        for column in [column for column in one.columns if printed(form, column) or column.compute_when]:
            there = sum(column.id in line.get("values", {}) for line in held[one.id])
            here = sum(path.startswith(f"{one.id}/") and path.endswith(f"/{column.id}") for path in given.values)
            found += [f"{one.id}.{column.id}: {here} of {there}"] if here != there else []
    return found


def test_every_printed_form_comes_back_whole(whole: Workspace, paper: dict[str, Path]) -> None:
    counts, found = listing.counts(whole, QUARTER), list[str]()
    for name, path in paper.items():
        form, plan = whole.catalogue.form(name), planned(whole, path, name)
        assert len(plan.rows) == counts[name].records, name
        found += [f"{name} {row.where} {row.fate.state}" for row in plan.rows if row.fate.state != "unchanged"]
        found += [f"{name} {row.where} {field}" for row in plan.rows for field in lost(form, row)]
    assert found == []
    assert len(paper) >= FORMS


def test_what_no_field_is_called_is_told(whole: Workspace, paper: dict[str, Path]) -> None:
    plan = planned(whole, paper["lean_project"], "lean_project")
    assert plan.layout.way == Way(PRINTED)
    assert "没有对应填报项的列没有读：统一社会信用代码、证明材料" in plan.notes
    assert "这是本程序打印的表，按原样读回" in plan.notes


def lines(row: Row) -> dict[str, list[dict[str, Any]]]:
    """Return a record's sub-tables, each line without its id."""
    tables = {name: held for name, held in row.fate.payload["values"].items() if isinstance(held, list)}
    return {name: [{part: line[part] for part in line if part != "id"} for line in held]
            for name, held in tables.items() if isinstance(held[0], dict)}


def test_printed_records_go_into_another_data_file(whole: Workspace, paper: dict[str, Path],
                                                   county_ws: Workspace) -> None:
    importing_writing.carry_out(county_ws, planned(county_ws, paper["enterprise"], "enterprise",
                                                   given={"county": "遂昌县"}, keep_errors=True))
    plan = planned(county_ws, paper["diagnosis"], "diagnosis", keep_errors=True)
    assert {row.fate.state for row in plan.rows} == {"new"}
    importing_writing.carry_out(county_ws, plan)
    again = planned(county_ws, paper["diagnosis"], "diagnosis", keep_errors=True)
    assert {row.fate.state for row in again.rows} == {"unchanged"}
    there = planned(whole, paper["diagnosis"], "diagnosis")
    assert list(map(lines, again.rows)) == list(map(lines, there.rows))
    assert len(lines(again.rows[0])["scores"]) == DIMENSIONS


def changed(path: Path, to: Path, label: str, value: object) -> Path:
    """Write a printed workbook anew with another value beside the first cell of a label."""
    book = load_workbook(path)
    page: Any = book.worksheets[0]
    at = next(cell for row in page.iter_rows() for cell in row if cell.value == label)
    beside = next(page.cell(at.row, place) for place in range(at.column + 1, page.max_column)
                  if page.cell(at.row, place).value is not None)
    beside.value = value
    book.save(to)
    return to


def test_a_change_stands_at_its_own_cell(whole: Workspace, paper: dict[str, Path], tmp_path: Path) -> None:
    path = changed(paper["diagnosis"], tmp_path / "改.xlsx", "专家人数", "很多")
    source, plan = sheets.plan(whole, path, "diagnosis", quarter=QUARTER, why="核对")
    [row] = [row for row in plan.rows if row.fate.state == "refused"]
    assert row.place.short.startswith("4—")
    [told] = [one for one in row.fate.findings if one.level == "error"]
    assert (told.label, told.message.startswith("“很多”")) == ("专家人数", True)
    out = load_workbook(importing_refused.save(source, plan, tmp_path / "拒收.xlsx")).worksheets[0]
    head = [cell.value for cell in out[1]]
    assert out.cell(2, head.index("专家人数") + 1).value == "很多"
    assert "“很多”" in out.cell(2, head.index("专家人数") + 1).comment.text


def test_another_forms_paper_is_read_as_any_sheet(whole: Workspace, paper: dict[str, Path]) -> None:
    layout = importing.layout_of(whole, importing.look(paper["diagnosis"]), form="financing", quarter=QUARTER)
    assert layout.way.heads != PRINTED


def test_a_person_may_read_it_otherwise(whole: Workspace, paper: dict[str, Path]) -> None:
    source = importing.look(paper["diagnosis"])
    layout = importing.layout_of(whole, source, form="diagnosis", quarter=QUARTER, way=Way(ABOVE), head=12)
    assert layout.way.heads == ABOVE


def test_what_had_no_room_on_a_roster_is_named_and_comes_back_too(whole: Workspace, paper: dict[str, Path]) -> None:
    source = importing.look(paper["enterprise"])
    plan = planned(whole, paper["enterprise"], "enterprise")
    more = "03 企业名录（补充栏）"
    assert f"工作表“{more}”是这张表放不下的列，请接着单独导入" in plan.notes
    layout = importing.layout_of(whole, source, form="enterprise", sheet=more, quarter=QUARTER)
    rest = importing.dry_run(whole, source, layout, form="enterprise", quarter=QUARTER)
    assert {row.fate.state for row in rest.rows} == {"unchanged"}
    assert {"county", "products", "industry"} <= layout.targets.keys()


def test_of_a_workbook_of_many_forms_the_ones_own_sheet_is_read(county_ws: Workspace, tmp_path: Path) -> None:
    heads = ("序号", "活动名称", "类别", "开始日期", "结束日期")
    path = sheets.book(tmp_path / "全部.xlsx", {
        "03 企业名录": [heads, ("01", "甲", "培训", "2024-05-06", "2024-05-07")],
        "15 交流培训与挂职表": [heads, ("01", "乙", "培训", "2024-05-06", "2024-05-07")]})
    layout = importing.layout_of(county_ws, importing.look(path), form="exchange_activity", quarter=QUARTER)
    assert layout.sheet == "15 交流培训与挂职表"


def test_an_empty_form_filled_in_on_the_screen_is_read_too(whole: Workspace, tmp_path: Path) -> None:
    path = form_printing.write(whole, Wanted(form="lean_project", quarter=QUARTER, blank=True), tmp_path / "空白.xlsx")
    book = load_workbook(path)
    page: Any = book.worksheets[0]
    cells = {str(cell.value): cell for row in reversed(list(page.iter_rows())) for cell in reversed(row) if cell.value}
    right = {area.min_row * 1000 + area.min_col: area.max_col for area in page.merged_cells.ranges}
    for label, text in (("企业名称", "遂昌示例一竹业有限公司"), ("项目序号", "2024-99"), ("项目状态", "实施中"),
                        ("计划完成", "2024-12-31")):
        at = cells[label]
        page.cell(at.row, right.get(at.row * 1000 + at.column, at.column) + 1).value = text
    page.cell(cells["合同额（协议）"].row + 1, cells["合同额（协议）"].column).value = 48
    page.cell(cells["内容"].row + 1, cells["内容"].column).value = "现状诊断"
    book.save(path)
    [row] = planned(whole, path, "lean_project", keep_errors=True).rows
    values = row.fate.payload["values"]
    assert (values["serial"], values["stage"], values["contract_sum"]) == ("2024-99", "实施中", "48")
    assert [line["values"] for line in values["milestones"]] == [{"content": "现状诊断"}]
    assert "raw" not in row.fate.payload
