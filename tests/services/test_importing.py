"""Importing: what a dry run says, what is written, what is taken back."""

import csv
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from pairing_desktop.errors import Trouble
from pairing_desktop.progress import Cancelled
from pairing_desktop.services import (
    checking,
    entering,
    importing,
    importing_columns,
    importing_preview,
    importing_refused,
    importing_writing,
    listing,
    names_alike,
    past,
    searching,
)
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.store import verify
from tests.services import sheets, small
from tests.services.small import QUARTER

HEADS = ("企业名称", "统一社会信用代码", "营业收入（万元）", "联系电话")
CODE = "91350100M000100Y43"
DAY = datetime(2024, 5, 6)  # noqa: DTZ001  # a cell has no zone


def states(plan: importing.Plan) -> dict[int, str]:
    return {row.number: row.fate.state for row in plan.rows}


def value(ws: Workspace, name: str, field: str) -> str:
    """Return a firm's field as the list shows it."""
    page = listing.list_records(ws, "firm", quarter=QUARTER, columns=("name", field))
    return dict(line.cells for line in page.lines)[name]  # type: ignore[arg-type]


def names(ws: Workspace) -> list[str]:
    return sorted(line.label for line in listing.list_records(ws, "firm", quarter=QUARTER).lines)


def whole(ws: Workspace) -> list[Any]:
    with ws.store.reading() as conn:
        return verify.history(conn)


def test_dry_run_tells_each_row_and_writes_nothing(ws: Workspace, tmp_path: Path) -> None:
    small.put(ws, "firm", name="甲公司", code=CODE, revenue="12.5")
    small.put(ws, "firm", name="丁厂", revenue="3")
    before = len(past.recent(ws))
    path = sheets.write(tmp_path / "去年.xlsx", [
        HEADS, ("甲公司", CODE, 15, None), ("乙公司", None, "约十二", None),
        ("丙公司", None, "１，２００．５", "0578-1"), ("丁厂", None, 3, None)])
    _, plan = sheets.plan(ws, path)
    assert states(plan) == {2: "changed", 3: "refused", 4: "new", 5: "unchanged"}
    changed = plan.rows[0].fate.changes
    assert [(c.field, c.old, c.new) for c in changed] == [("revenue", "12.50", "15.00")]
    assert len(past.recent(ws)) == before
    assert names(ws) == ["丁厂", "甲公司"]


def test_findings_are_those_of_the_screen(ws: Workspace, tmp_path: Path) -> None:
    """The same text typed and imported gives the same words at the same field."""
    path = sheets.write(tmp_path / "a.xlsx", [
        HEADS, ("乙公司😀", "9135010", "约十二", None), (None, None, 5000, None)])
    _, plan = sheets.plan(ws, path)
    typed = ({"name": "乙公司😀", "code": "9135010", "revenue": "约十二"}, {"revenue": "5000"})
    for row, texts in zip(plan.rows, typed, strict=True):
        draft = entering.open_record(ws, form="firm", quarter=QUARTER).draft
        for name, text in texts.items():
            draft.type(name, text)
        screen = {(f.path, f.level, f.message if f.rule == "typed" or not f.remedy else f"{f.message}，{f.remedy}")
                  for f in checking.check_record(ws, draft)}
        assert {(f.field, f.level, f.message) for f in row.fate.findings} == screen
        assert row.fate.state == "refused"
    glyph = [f for f in plan.findings if "U+1F600" in f.message]
    assert [(f.row, f.field, f.level) for f in glyph] == [(2, "name", "error")]


def test_units_dates_percent_and_digits_are_understood(ws: Workspace, tmp_path: Path) -> None:
    small.put(ws, "firm", name="甲公司")
    path = tmp_path / "走访.xlsx"
    sheets.write(path, [("企业", "走访日期", "费用（万元）", "已付", "是否办结"),
                        ("甲公司", date(2024, 5, 6), 0.5, "1,200元", "是"), ("甲公司", 45419, "２", 300, "√"),
                        ("甲公司", "2024.5.8", "3千元", None, "n"), ("甲公司", "5.9", 0, None, 1)])
    _, plan = sheets.plan(ws, path, "visit")
    got = [{n: r.fate.payload["values"].get(n) for n in ("day", "cost", "paid", "done")} for r in plan.rows]
    assert got == [
        {"day": "2024-05-06", "cost": "5000", "paid": "1200", "done": True},
        {"day": "2024-05-07", "cost": "20000", "paid": "300", "done": True},
        {"day": "2024-05-08", "cost": "3000", "paid": None, "done": False},
        {"day": "2024-05-09", "cost": "0", "paid": None, "done": True},
    ]
    assert "“费用（万元）”：万元折算为元" in plan.notes
    assert [r.fate.payload["values"].get("sum") for r in plan.rows] == ["1201", "301", None, None]


def test_yi_where_wan_is_asked(ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "a.xlsx", [("公司名称", "年营业收入(亿元)"), ("甲公司", 1.2), ("乙公司", "0.05"),
                                              ("丙公司", "800万元"), ("丁公司", "7吨")])
    _, plan = sheets.plan(ws, path)
    assert [r.fate.payload["values"].get("revenue") for r in plan.rows] == ["12000", "500", "800", None]
    assert [f.message for f in plan.rows[3].fate.findings if f.field == "revenue"] == [
        "这里的计量单位是万元，不认识“吨”，请换算后只填数字"]


def test_a_unit_of_the_cells_own_is_told_with_what_it_was_taken_for(ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "a.xlsx", [("公司名称", "营业收入"), ("甲公司", "0.35亿元"), ("乙公司", "800万元"),
                                              ("丙公司", 900)])
    _, plan = sheets.plan(ws, path)
    assert [r.fate.payload["values"].get("revenue") for r in plan.rows] == ["3500", "800", "900"]
    assert "“营业收入”的格里自带单位：“0.35亿元”按 3,500.00 万元记" in plan.notes


def test_whatever_stands_around_the_figures(ws: Workspace, tmp_path: Path) -> None:
    """Title, head of two rows, merged cells, column numbers, totals, notes, hidden rows and columns."""
    book = Workbook()
    page: Any = book.active
    for row in (["遂昌县企业情况表"], ["单位：万元"], ["序号", "企业情况", None, "营业收入", "联系 电话"],
                [None, "企业名称", "所在园区", None, None], ["甲", "乙", "丙", 1, 2],
                [1, "甲公司", "云峰", 12, "0578-1"], [2, "乙公司", None, 13, "0578-2"], [3, "丙公司", "妙高", 14, None],
                ["合 计", None, None, 39, None], [None, "企业名称", "所在园区", "营业收入", "联系电话"],
                [4, "丁公司", "妙高", 15, None], ["填表人：张三"]):
        page.append(row)
    for area in ("A1:E1", "A3:A4", "B3:C3", "D3:D4", "E3:E4", "C6:C7"):
        page.merge_cells(area)
    page.row_dimensions[8].hidden = True
    page.column_dimensions["E"].hidden = True
    path = tmp_path / "表.xlsx"
    book.save(path)
    source, plan = sheets.plan(ws, path)
    assert (plan.layout.head, plan.layout.start) == (3, 5)
    assert {c.place: c.target for c in plan.layout.columns if c.target} == {1: "name", 3: "revenue", 4: "phone"}
    assert states(plan) == {6: "new", 7: "new", 8: "new", 11: "new"}
    assert [(s.row, s.message[:6]) for s in plan.skipped] == [
        (9, "“合 计”是"), (10, "是重复的表头"), (12, "“填表人：张")]
    assert any("1 行被隐藏" in note for note in plan.notes)
    assert any("隐藏的列也一并读入：联系 电话" in note for note in plan.notes)
    assert importing_preview.preview(ws, source, plan.layout, "firm").lines[5][:4] == ("1", "甲公司", "云峰", "12")


def test_gb18030_csv_with_rare_characters(ws: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "名录.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([HEADS, ("𬳽㛃䶮公司", "", "1,2", "=1+1"), ("@乙", "", "-3", '="0012"')])
    _, plan = sheets.plan(ws, path)
    assert [r.fate.label for r in plan.rows] == ["𬳽㛃䶮公司", "@乙"]
    assert states(plan) == {2: "refused", 3: "new"}  # 1,2 has its comma in the wrong place; nothing else is wrong
    assert [f.field for f in plan.rows[0].fate.findings if f.level == "error"] == ["revenue"]
    assert [r.fate.payload["values"].get("phone") for r in plan.rows] == ["=1+1", "0012"]


def test_import_is_one_step_back_and_forth(ws: Workspace, tmp_path: Path) -> None:
    small.put(ws, "firm", name="甲公司", code=CODE, revenue="12.5")
    small.put(ws, "visit", firm="甲公司", day="2024-05-06")
    path = sheets.write(tmp_path / "a.xlsx", [HEADS, ("甲有限公司", CODE, 15, None), ("乙公司", None, 4, None),
                                              ("丙公司", None, "x", None)])
    _, plan = sheets.plan(ws, path)
    outcome = importing_writing.carry_out(ws, plan)
    assert (outcome.created, outcome.changed, outcome.refused) == (1, 1, 1)
    assert names(ws) == ["乙公司", "甲有限公司"]
    assert value(ws, "甲有限公司", "revenue") == "15.00"
    assert searching.search(ws, "yi")[0].label == "乙公司"
    assert listing.list_records(ws, "visit", quarter=QUARTER).lines[0].cells[0] == "甲有限公司"
    assert importing_writing.last_import(ws, "firm") == outcome.id
    assert whole(ws) == []
    importing_writing.undo(ws, outcome.id)
    assert names(ws) == ["甲公司"]
    assert value(ws, "甲公司", "revenue") == "12.50"
    assert searching.search(ws, "乙公司") == []
    assert whole(ws) == []
    assert importing_writing.last_import(ws, "firm") == ""
    with pytest.raises(Trouble, match="已经撤销过"):
        importing_writing.undo(ws, outcome.id)
    for _ in range(2):
        importing_writing.redo(ws, outcome.id)
        assert names(ws) == ["乙公司", "甲有限公司"]
        assert value(ws, "甲有限公司", "revenue") == "15.00"
        assert searching.search(ws, "yi")[0].label == "乙公司"
        assert listing.list_records(ws, "visit", quarter=QUARTER, find="甲有限").total == 1
        assert whole(ws) == []
        assert importing_writing.last_import(ws, "firm") == outcome.id
        with pytest.raises(Trouble, match="没有撤销过"):
            importing_writing.redo(ws, outcome.id)
        importing_writing.undo(ws, outcome.id)
        assert names(ws) == ["甲公司"]
        assert listing.list_records(ws, "visit", quarter=QUARTER, find="甲有限").total == 0
        assert whole(ws) == []


def test_what_was_worked_on_since_it_was_taken_back_stays(ws: Workspace, tmp_path: Path) -> None:
    key = small.put(ws, "firm", name="甲公司", code=CODE, revenue="12.5").key
    path = sheets.write(tmp_path / "a.xlsx", [HEADS, ("甲公司", CODE, 15, None), ("乙公司", None, 4, None)])
    outcome = importing_writing.carry_out(ws, sheets.plan(ws, path)[1])
    importing_writing.undo(ws, outcome.id)
    small.put(ws, "firm", key=key, revenue="6")
    with pytest.raises(Trouble, match="撤销导入后又有 1 条"):
        importing_writing.redo(ws, outcome.id)
    assert names(ws) == ["甲公司"]
    assert value(ws, "甲公司", "revenue") == "6.00"


def test_sheets_on_their_way_out_are_not_taken_back(ws: Workspace, tmp_path: Path) -> None:
    from pairing_desktop.store import submissions

    small.put(ws, "park", name="竹产业园")
    path = sheets.write(tmp_path / "a.xlsx", [("园区", "累计投资"), ("竹产业园", "15")])
    outcome = importing_writing.carry_out(ws, sheets.plan(ws, path, form="sheet")[1])
    with ws.store.begin() as tx:
        submissions.create(tx, period=QUARTER, number=1, identity="0" * 64, replaces="", who="", at=ws.clock(),
                           packet_name="x.asice", why="", pinned=())
    with pytest.raises(Trouble, match="已定稿"):
        importing_writing.undo(ws, outcome.id)


def test_what_was_worked_on_since_is_not_taken_back(ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "a.xlsx", [HEADS, ("乙公司", None, 4, None), ("丙公司", None, 5, None)])
    outcome = importing_writing.carry_out(ws, sheets.plan(ws, path)[1])
    key = listing.list_records(ws, "firm", quarter=QUARTER).lines[0].key
    small.put(ws, "visit", firm="乙公司", day="2024-05-06")
    with pytest.raises(Trouble, match="引用"):
        importing_writing.undo(ws, outcome.id)
    small.put(ws, "firm", key=key, revenue="6")
    with pytest.raises(Trouble, match="1 条记录被改过"):
        importing_writing.undo(ws, outcome.id)
    assert names(ws) == ["丙公司", "乙公司"]


def test_cancelled_at_any_step_nothing_is_in(ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "a.xlsx", [HEADS, *((f"公司{n}", None, n, None) for n in range(1200))])
    _, plan = sheets.plan(ws, path)
    for stop in range(4):
        seen = 0

        def progress(step: str, done: int, total: int, stop: int = stop) -> None:
            nonlocal seen
            if seen == stop:
                raise Cancelled
            seen += 1

        with pytest.raises(Cancelled):
            importing_writing.carry_out(ws, plan, progress)
        assert names(ws) == []
        assert whole(ws) == []
    importing_writing.carry_out(ws, plan)
    assert len(names(ws)) == 200  # a page
    assert whole(ws) == []


def test_a_record_changed_since_the_dry_run_stops_it_all(ws: Workspace, tmp_path: Path) -> None:
    saved = small.put(ws, "firm", name="甲公司", code=CODE)
    path = sheets.write(tmp_path / "a.xlsx", [HEADS, ("乙公司", None, 4, None), ("甲公司", CODE, 15, None)])
    _, plan = sheets.plan(ws, path)
    small.put(ws, "firm", key=saved.key, revenue="6")
    with pytest.raises(Trouble, match="预演之后，“甲公司”被改过"):
        importing_writing.carry_out(ws, plan)
    assert names(ws) == ["甲公司"]


def test_a_record_being_typed_is_left_alone(ws: Workspace, tmp_path: Path) -> None:
    saved = small.put(ws, "firm", name="甲公司", code=CODE)
    opened = entering.open_record(ws, form="firm", key=saved.key, quarter=QUARTER)
    opened.draft.type("revenue", "9")
    entering.autosave(ws, opened.draft)
    path = sheets.write(tmp_path / "a.xlsx", [HEADS, ("甲公司", CODE, 15, None)])
    _, plan = sheets.plan(ws, path)
    assert [f.message for f in plan.findings if f.level == "error"] == [
        "“甲公司”有正在填写、还没有保存的内容，请先打开它保存或放弃"]
    with pytest.raises(Trouble, match="没有可以导入的行"):
        importing_writing.carry_out(ws, plan)


def test_doubles_are_shown_and_decided_by_hand(ws: Workspace, tmp_path: Path) -> None:
    key = small.put(ws, "firm", name="浙江双彩新材料有限公司", code=CODE, revenue="5").key
    small.put(ws, "firm", name="丁厂")
    path = sheets.write(tmp_path / "a.xlsx", [
        HEADS, ("遂昌县双采新材料股份有限公司", None, 6, None), ("丁厂", None, 7, None),
        ("毫不相干公司", None, 8, None)])
    _, plan = sheets.plan(ws, path)
    first, second = plan.doubles
    assert first.similar is not None
    assert (first.similar.key, first.similar.why, first.choice) == (key, "名称相近", "keep")
    assert ("revenue", "5.00", "6.00") in [(p.field, p.old, p.new) for p in first.similar.pairs]
    assert (second.choice, second.fate.state) == ("merge", "changed")
    assert first.fate.state == "new"
    first.choice = "merge"
    importing_writing.carry_out(ws, plan)
    assert names(ws) == ["丁厂", "毫不相干公司", "遂昌县双采新材料股份有限公司"]
    assert len({p.at for p in past.history(ws, key)}) == 2


def test_two_codes_are_two_firms_however_alike_their_names(ws: Workspace, tmp_path: Path) -> None:
    small.put(ws, "firm", name="示例辰丙1号厂", code=CODE)
    path = sheets.write(tmp_path / "a.xlsx", [
        HEADS, ("示例辰丙5号厂", "91000000MA00000157", 6, None), ("示例辰丙6号厂", None, 6, None)])
    _, plan = sheets.plan(ws, path)
    assert [(d.number, d.similar.label) for d in plan.doubles if d.similar] == [(3, "示例辰丙1号厂")]


def test_the_row_with_the_code_is_the_record_before_one_that_is_only_called_so(ws: Workspace, tmp_path: Path) -> None:
    key = small.put(ws, "firm", name="浙江双彩新材料有限公司", code=CODE, revenue="5").key
    path = sheets.write(tmp_path / "a.xlsx", [
        HEADS, ("双采新材料股份有限公司", None, 6, None), ("双彩新材料", CODE, 7, None), ("双菜新材料", None, 8, None)])
    _, plan = sheets.plan(ws, path)
    like, same, other = plan.rows
    assert (same.fate.key, same.fate.state, same.choice) == (key, "changed", "")
    assert [(d.number, d.similar.row, d.similar.label, d.choice) for d in plan.doubles if d.similar] == [
        (2, 3, "双彩新材料", "keep"), (4, 3, "双彩新材料", "keep")], "beside the row that is the record"
    assert [row.fate.state for row in (like, other)] == ["new"] * 2
    like.choice = "out"
    assert like.fate.state == "refused"
    importing_writing.carry_out(ws, plan)
    assert names(ws) == ["双彩新材料", "双菜新材料"]


def test_two_rows_like_one_record_are_shown_beside_each_other(ws: Workspace, tmp_path: Path) -> None:
    key = small.put(ws, "firm", name="浙江双彩新材料有限公司", code=CODE).key
    path = sheets.write(tmp_path / "a.xlsx", [HEADS, ("双彩新材料", None, 6, None), ("双彩新材料厂", None, 7, None)])
    _, plan = sheets.plan(ws, path)
    assert [(d.number, d.similar.row, d.similar.key == key, d.choice) for d in plan.doubles if d.similar] == [
        (2, 0, True, "keep"), (3, 2, False, "keep")]
    plan.rows[0].choice, plan.rows[1].choice = "merge", "out"
    importing_writing.carry_out(ws, plan)
    assert names(ws) == ["双彩新材料"]


def test_two_rows_of_one_name_are_one_record(ws: Workspace, tmp_path: Path) -> None:
    small.put(ws, "firm", name="丁厂")
    path = sheets.write(tmp_path / "a.xlsx", [HEADS, ("丁厂", None, 1, None), ("丁厂", None, 2, None)])
    _, plan = sheets.plan(ws, path)
    assert states(plan) == {2: "changed", 3: "refused"}
    assert plan.rows[1].fate.findings[0].message == "与第 2 行是同一条记录（企业名称相同）"


def test_the_same_record_twice_in_a_sheet(ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "a.xlsx", [HEADS, ("甲公司", CODE, 1, None), ("甲公司二", CODE, 2, None)])
    _, plan = sheets.plan(ws, path)
    assert states(plan) == {2: "new", 3: "refused"}
    assert plan.rows[1].fate.findings[0].message == "与第 2 行是同一条记录（统一社会信用代码相同）"


def test_rows_of_one_sheet_that_may_be_one_record_are_told_beside_each_other(ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "a.xlsx", [
        HEADS, ("双彩新材料（有限公司）", None, 3, None), ("双彩新材料", CODE, 1, None), ("双彩新材料", CODE, 2, None),
        ("丁厂", None, 4, None), ("丁厂", None, 5, None)])
    _, plan = sheets.plan(ws, path)
    assert states(plan) == {2: "new", 3: "new", 4: "refused", 5: "new", 6: "refused"}
    assert [f.message for f in plan.rows[1].fate.findings if f.level == "error"] == []
    assert [(d.number, d.similar.row, d.similar.label, d.similar.why, d.choice) for d in plan.doubles if d.similar] == [
        (2, 3, "双彩新材料", "名称只差地名、括号或后缀", "keep"), (4, 3, "双彩新材料", "统一社会信用代码相同", "out"),
        (6, 5, "丁厂", "名称相同", "out")]
    assert plan.rows[4].fate.findings[0].message == "与第 5 行的“丁厂”是同一条记录（名称相同），这一行不另导入"
    plan.rows[0].choice, plan.rows[4].choice = "out", "keep"
    importing_writing.carry_out(ws, plan)
    assert names(ws) == ["丁厂", "丁厂", "双彩新材料"]


def test_chosen_columns_are_remembered_for_the_same_heads(ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "a.xlsx", [("户名", "代码", "数"), ("甲公司", CODE, 1)])
    source = importing.look(path)
    assert not importing.layout_of(ws, source, form="firm").targets.get("name")
    layout = importing.layout_of(ws, source, form="firm", head=0, columns={0: "name", 1: "code", 2: "revenue"})
    plan = importing.dry_run(ws, source, layout, form="firm", quarter=QUARTER)
    importing_writing.carry_out(ws, plan)
    other = sheets.write(tmp_path / "b.xlsx", [("数", "户名", "代码"), (2, "乙公司", None)])
    layout = importing.layout_of(ws, importing.look(other), form="firm")
    assert layout.remembered
    assert {t: c.place for t, c in layout.targets.items()} == {"revenue": 0, "name": 1, "code": 2}


def test_errors_may_go_in_to_be_mended_on_screen(ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "a.xlsx", [HEADS, ("乙公司", None, "约十二", None)])
    _, plan = sheets.plan(ws, path, keep_errors=True)
    assert states(plan) == {2: "new"}
    importing_writing.carry_out(ws, plan)
    key = listing.list_records(ws, "firm", quarter=QUARTER).lines[0].key
    opened = entering.open_record(ws, form="firm", key=key, quarter=QUARTER)
    assert opened.draft.raw("revenue") == "约十二"
    assert [f.path for f in opened.findings if f.level == "error"] == ["revenue"]
    assert listing.list_records(ws, "firm", quarter=QUARTER).lines[0].mark == "error"


@pytest.mark.parametrize("last", ["写拒收的行", "存表格"])
def test_cancelled_saving_of_refused_rows_leaves_the_file_as_it_was(ws: Workspace, tmp_path: Path, last: str) -> None:
    source, plan = sheets.plan(ws, sheets.write(tmp_path / "a.xlsx", [HEADS, ("乙公司", None, "约十二", "+86")]))
    out = tmp_path / "拒收.xlsx"
    out.write_bytes(b"before")

    def cancel(step: str, _done: int, _total: int) -> None:
        if step == last:
            raise Cancelled

    with pytest.raises(Cancelled):
        importing_refused.save(source, plan, out, cancel)
    assert out.read_bytes() == b"before"
    assert sorted(p.name for p in tmp_path.glob("*拒收*")) == ["拒收.xlsx"]


def test_refused_rows_come_back_with_the_reason_at_the_cell(ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "a.xlsx", [
        ("去年企业表",), HEADS, ("甲公司", CODE, 1, None), ("乙公司", None, "约十二", "+86"),
        (None, "1", DAY, None)], title="名录")
    source, plan = sheets.plan(ws, path)
    out = importing_refused.save(source, plan, tmp_path / "拒收.xlsx")
    page = load_workbook(out)["名录"]
    assert [[c.value for c in row] for row in page.iter_rows(max_col=4)] == [
        ["去年企业表", None, None, None], list(HEADS), ["乙公司", None, "约十二", "+86"],
        [None, "1", DAY, None]]
    assert "“约十二”不是数字" in page["C3"].comment.text
    assert page["D3"].data_type == "s"
    assert "18 位" in page["B4"].comment.text
    assert "必须填写" in page["A4"].comment.text
    again, retried = sheets.plan(ws, out)
    assert len(retried.rows) == 2
    assert again.sheets == ("名录",)


def test_blank_cells_take_nothing_away(ws: Workspace, tmp_path: Path) -> None:
    small.put(ws, "firm", name="甲公司", code=CODE, revenue="12.5", phone="0578-1")
    path = sheets.write(tmp_path / "a.xlsx", [HEADS, ("甲公司", CODE, None, "—")])
    _, plan = sheets.plan(ws, path)
    assert plan.rows[0].fate.payload["values"]["revenue"] == "12.5"


def test_formula_without_a_value_is_told(ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "a.xlsx", [HEADS, ("甲公司", CODE, "=1+1", None)])
    _, plan = sheets.plan(ws, path)
    assert states(plan) == {2: "refused"}
    assert [f.message[:6] for f in plan.findings if f.field == "revenue"] == ["这一格是公式"]


def test_no_column_fits(ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "a.xlsx", [("天气", "心情"), ("晴", "好")])
    with pytest.raises(Trouble, match="没有一列能对上"):
        sheets.plan(ws, path)
    with pytest.raises(Trouble, match="是空的"):
        sheets.plan(ws, sheets.write(tmp_path / "空.xlsx", []))


@pytest.mark.parametrize("text", ["遂昌县示例二竹业（集团）有限公司", "示例二竹叶有限责任公司"])
def test_a_name_that_is_not_quite_a_records_is_refused_with_that_one(ws: Workspace, tmp_path: Path, text: str) -> None:
    small.put(ws, "firm", name="遂昌示例二竹业有限责任公司")
    path = sheets.write(tmp_path / "走访.xlsx", [("企业", "走访日期"), (text, "2024.5.8"), ("别的厂", "2024.5.8")])
    _, plan = sheets.plan(ws, path, "visit")
    near, none = ([f.message for f in row.fate.findings if f.field == "firm" and "没有找到" in f.message]
                  for row in plan.rows)
    assert near == [f"没有找到“{text}”，是不是“遂昌示例二竹业有限责任公司”，是就照台账里的名称写，不是请先在台账中登记"]
    assert "是不是" not in none[0]
    assert states(plan) == {2: "refused", 3: "refused"}


def test_a_row_that_swallowed_others_is_refused(ws: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('企业名称,联系电话,曾用名\n甲公司,1,\n乙公司,2,"旧名\n丙公司,3,无\n', encoding="utf-8")
    _, plan = sheets.plan(ws, path)
    assert states(plan) == {2: "new", 3: "refused"}
    assert any("第3行里夹着后面几行的内容" in note for note in plan.notes)


def test_locked_sheets_refuse(ws: Workspace, tmp_path: Path) -> None:
    keys = small.fill(ws)
    assert keys["sheet"]
    path = sheets.write(tmp_path / "季报.xlsx", [("园区", "累计投资"), ("竹产业园", 60), ("没有的园", 1), (None, 2)])
    _, plan = sheets.plan(ws, path, "sheet")
    assert states(plan) == {2: "changed", 3: "refused", 4: "refused"}
    assert plan.rows[0].fate.key == keys["sheet"]
    assert "没有找到“没有的园”" in plan.rows[1].fate.findings[0].message
    assert [f.message for f in plan.rows[2].fate.findings[:1]] == ["没有写明是哪一个园区的"]


def test_history_names_the_file(ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "去年.xlsx", [HEADS, ("甲公司", CODE, 1, None)])
    importing_writing.carry_out(ws, sheets.plan(ws, path)[1])
    key = listing.list_records(ws, "firm", quarter=QUARTER).lines[0].key
    assert "从“去年.xlsx”导入" in {p.why for p in past.history(ws, key)}


def test_a_read_only_file_takes_nothing(ws: Workspace, tmp_path: Path) -> None:
    path = sheets.write(tmp_path / "去年.xlsx", [HEADS, ("甲公司", CODE, 1, None)])
    _, plan = sheets.plan(ws, path)
    ws.store.readonly = True
    try:
        with pytest.raises(Trouble, match="只能看"):
            importing_writing.carry_out(ws, plan)
    finally:
        ws.store.readonly = False


@pytest.mark.parametrize(("head", "unit"), [
    ("投资额（亿元）", "亿元"), ("投资额(单位：万元)", "万元"), ("税收分享（山区县）（%）", "%"),
    ("产值（现价）", ""), ("面积/单位：亩", "亩"),
    ("企业名称", ""), ("从业人员【人】", "人"), ("能耗（吨标准煤）", "吨标准煤"), ("单位名称", ""),
])
def test_units_of_heads(head: str, unit: str) -> None:
    assert importing_columns.unit_of(head) == unit


@pytest.mark.parametrize(("one", "other"), [
    ("浙江省遂昌县双彩木业有限公司", "双彩木业股份有限公司"), ("双彩木业（遂昌）有限公司", "双彩 木业"),
    ("杭州市某某集团有限公司", "某某集团"), ("Ａ厂", "A厂"),
])
def test_names_that_are_the_same(one: str, other: str) -> None:
    assert names_alike.plain_name(one) == names_alike.plain_name(other)


def test_names_alike_among_many_that_share_their_words() -> None:
    many = {str(n): f"浙江示例{n:05}新材料有限公司" for n in range(3000)}
    names = names_alike.Names(many | {"x": "遂昌双彩木业"})
    assert names.alike("遂昌县双彩木业科技有限公司") == ("x", 85)
    assert names.alike("毫不相干有限公司") is None
    assert names.same("示例00007新材料") == ["7"]
