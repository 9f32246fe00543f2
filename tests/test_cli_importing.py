"""Spreadsheets on the command line: ``forms template``, ``import``, their JSON and exit codes."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from pairing_desktop import cli
from pairing_desktop.exchange import collection
from pairing_desktop.services import listing, workspace
from tests import shipped
from tests.services import sheets, small

HEADS = ("企业名称", "统一社会信用代码", "营业收入（万元）")
CODE = "91350100M000100Y43"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    with small.make(tmp_path) as ws:
        return ws.path


def sheet(path: Path, *rows: tuple[Any, ...]) -> Path:
    book = Workbook()
    page: Any = book.active
    for row in (HEADS, *rows):
        page.append(list(row))
    book.save(path)
    return path


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = cli.run([str(w) for w in words])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_forms_list_gives_joint(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "forms", "list", "--json")
    found = {one["id"]: one for one in json.loads(out)}
    assert code == 0
    assert all({"id", "version", "title", "kind", "joint", "fields"} <= one.keys() for one in found.values())
    assert (found["park"]["joint"], found["enterprise"]["joint"]) == (True, False)


def test_forms_list_gives_every_field_with_label_type_and_unit(capsys: pytest.CaptureFixture[str]) -> None:
    found = {one["id"]: one for one in json.loads(run(capsys, "forms", "list", "--json")[1])}
    park = {field["id"]: field for field in found["park"]["fields"]}
    assert park["planned_area"] == {"id": "planned_area", "label": "规划面积", "type": "decimal", "unit": "亩"}
    assert {"id": "amount", "label": "认缴（万元）", "type": "decimal", "unit": "万元"} in park["shares"]["columns"]


def test_dry_run_in_json(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = sheet(tmp_path / "a.xlsx", ("甲公司", CODE, 1), ("乙公司", None, "很多"))
    code, out, _ = run(capsys, "import", file, path, "--form", "firm", "--dry-run", "--json")
    said = json.loads(out)
    assert (code, said["rows"], said["accepted"], said["refused"], said["import"]) == (1, 2, 1, 1, "")
    bad = [one for one in said["findings"] if one["level"] == "error"]
    assert [(one["row"], one["field"]) for one in bad] == [(3, "revenue")]
    assert bad[0]["message"].startswith("“很多”不是数字")
    assert [one["field"] for one in said["columns"] if one["column"] == bad[0]["column"]] == ["revenue"]
    again = json.loads(run(capsys, "import", file, path, "--form", "firm", "--dry-run", "--json")[1])
    assert again["new"] == 1  # nothing went in


def test_a_dry_run_says_how_new_rows_were_read(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [(f"企业{n}", 0.0012) for n in range(7)]
    path = sheets.write(tmp_path / "a.xlsx", [("企业名称", "营业收入（亿元）"), *rows])
    begun = ["import", file, path, "--form", "firm"]
    out = run(capsys, *begun, "--dry-run")[1]
    assert "新增  第 2 行：企业名称 企业0，营业收入 0.0012 亿元→12.00 万元\n" in out
    assert "新增的还有 2 行，每一项怎么读的用 --json 看。" in out
    records = json.loads(run(capsys, *begun, "--dry-run", "--json")[1])["records"]
    assert [one["row"] for one in records] == [2, 3, 4, 5, 6, 7, 8]
    assert records[0]["fields"][1] == {"field": "revenue", "label": "营业收入", "sheet": "0.0012 亿元",
                                       "stored": "12.00 万元", "origin": "", "unit": "万元"}
    assert json.loads(run(capsys, *begun, "--json")[1])["records"] == []


def test_import_tells_and_saves_what_is_refused(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = sheet(tmp_path / "a.xlsx", ("甲公司", CODE, 1), ("乙公司", None, "很多"))
    code, out, _ = run(capsys, "import", file, path, "--form", "firm", "--refused", tmp_path / "拒收.xlsx")
    assert code == 1
    assert "强制  第 3 行 · 营业收入：“很多”不是数字" in out
    assert out.splitlines()[-1] == "已导入：2 行，新增 1，修改 0，不变 0，拒收 1。"
    page: Any = load_workbook(tmp_path / "拒收.xlsx").active
    assert page["A2"].value == "乙公司"
    good = sheet(tmp_path / "b.xlsx", ("甲公司", CODE, 1))
    code, out, _ = run(capsys, "import", file, good, "--form", "firm", "--json")
    assert (code, json.loads(out)["unchanged"]) == (0, 1)


def test_what_holds_for_the_whole_sheet_is_said_once(file: Path, tmp_path: Path,
                                                     capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "走访.xlsx"
    sheets.write(path, [("费用",), (12,), (15,)])
    with workspace.open_workspace(file, who="甲", now=small.Now()()) as ws:
        small.put(ws, "firm", name="甲公司")
    begun = ["import", file, path, "--form", "visit", "--dry-run"]
    code, out, _ = run(capsys, *begun)
    assert (code, "--set 企业=…、--set 日期=…" in out) == (1, True)
    code, out, _ = run(capsys, *begun, "--set", "企业=甲公司", "--set", "day=2024-5-6", "--json")
    said = json.loads(out)
    assert (code, said["new"], said["lacking"]) == (0, 2, [])
    assert "没有“企业”的行按“甲公司”读入" in said["notes"]
    wrong = ["--set", "企业", "--set", "没有=1", "--set", "费用=3", "--set", "日期=5.6", "--set", "day=5.7"]
    code, out, err = run(capsys, *begun, *wrong)
    assert (code, out) == (2, "")
    told = ("填报项=内容", "没有名为“没有”", "“费用”填的就是“费用”", "“日期”写了两次")
    assert all(word in err for word in told)


@pytest.mark.parametrize(("words", "said"), [
    (["--form", "nonsense"], "没有编号为 nonsense 的表"),
    (["--form", "firm", "--sheet-name", "没有"], "没有名为“没有”的工作表"),
    (["--form", "firm", "--quarter", "2024Q9"], "没有 2024Q9 这个季度"),
    (["--form", "park"], "没有一列能对上"),
])
def test_what_cannot_be_done(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str],
                             said: str) -> None:
    path = sheet(tmp_path / "a.xlsx", ("甲公司", CODE, 1))
    code, out, err = run(capsys, "import", file, path, *words)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    code, out, _ = run(capsys, "import", file, path, *words, "--json")
    assert code == 2
    assert said in json.loads(out)["problems"][0]["message"]


def test_a_template(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "企业.xlsx"
    code, said, _ = run(capsys, "forms", "template", "enterprise", "--out", out)
    assert (code, said.strip()) == (0, f"采集表在 {out}。")
    assert load_workbook(out).sheetnames == ["企业名录", "_pairing"]


def test_a_template_of_every_form() -> None:
    """Marks, locked heads, open cells, text for codes, a drop-down for every choice, a prompt for every column."""
    for form in shipped.forms().forms:
        book = load_workbook(BytesIO(collection.build(form)))
        page: Any = book.worksheets[0]
        assert book["_pairing"].sheet_state == "veryHidden"
        assert [book["_pairing"].cell(row, 2).value for row in (2, 4, 5)] == [form.id, str(form.version), form.digest]
        assert page.protection.sheet
        assert page.row_dimensions[4].hidden
        ids = {cell.value: cell.column_letter for cell in page[4] if cell.value}
        prompts = {str(one.sqref).partition("6:")[0]: one for one in page.data_validations.dataValidation}
        for field in form.fields:
            if field.type in ("table", "attachment") or (field.compute and not field.compute_when):
                assert field.id not in ids
                continue
            letter = ids[field.id]
            assert page[f"{letter}5"].protection.locked
            assert not page[f"{letter}6"].protection.locked
            assert prompts[letter].prompt
            if field.type in ("choice", "county", "yes_no"):
                assert prompts[letter].type == "list"
            if field.type in ("text", "credit_code"):
                assert page[f"{letter}6"].number_format == "@"
        filled = [t for t in form.tables if any(c.type != "attachment" for c in t.columns)]
        assert len(book.sheetnames) == 2 + len(filled)


def test_a_template_without_its_words(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = run(capsys, "forms", "template", "enterprise")
    assert (code, "--out" in err) == (2, True)
    code, _, err = run(capsys, "forms", "template", "nonsense", "--out", tmp_path / "a.xlsx")
    assert (code, "没有编号为 nonsense 的表" in err) == (2, True)
    code, _, err = run(capsys, "forms", "template", "park", "--out", tmp_path / "没有" / "a.xlsx")
    assert (code, "不存在" in err) == (2, True)


def test_what_is_to_become_of_a_row_is_decided_field_by_field(file: Path, tmp_path: Path,
                                                              capsys: pytest.CaptureFixture[str]) -> None:
    """A firm that is there under another code, one that is changed, and two rows that are one firm."""
    with workspace.open_workspace(file, who="甲", now=small.Now()()) as ws:
        small.put(ws, "firm", name="示例甲", code=CODE, revenue="5")
        small.put(ws, "firm", name="示例乙", revenue="5", former="旧乙")
    path = tmp_path / "a.xlsx"
    sheets.write(path, [(*HEADS, "曾用名"), ("示例甲", "91000000MA00000157", 8, "老甲"), ("示例乙", None, 7, "新乙"),
                        ("示例丙", None, 1, None), ("示例丙", None, 2, "老丙")])
    begun = ["import", file, path, "--form", "firm"]
    said = json.loads(run(capsys, *begun, "--dry-run", "--json")[1])
    assert [(one["row"], one["choice"], one["fields"]) for one in said["doubles"] if one["row"] != 3] == [
        (2, "keep", []), (5, "out", [])]
    assert [(f["field"], f["there"], f["row"], f["taken"], f["fixed"]) for f in said["doubles"][1]["fields"]] == [
        ("revenue", "5.00", "7.00", "row", False), ("former", "旧乙", "新乙", "row", False),
        ("name", "示例乙", "示例乙", "both", True)]
    told = ["--decide", "2=合并", "--decide", "2.统一社会信用代码=现有", "--decide", "3.曾用名=现有", "--decide",
            "5.revenue=表格"]
    code, out, _ = run(capsys, *begun, *told)
    assert (code, out.splitlines()[-1]) == (0, "已导入：4 行，新增 1，修改 2，不变 0，拒收 0。")
    assert "第 3 行  曾用名：现有“旧乙”，表格“新乙”，取现有的" in out
    assert "第 5 行  营业收入：第 4 行“1.00”，这一行“2.00”，取这一行的" in out
    with workspace.open_workspace(file, who="甲", now=small.Now()()) as ws:
        page = listing.list_records(ws, "firm", quarter=small.QUARTER, columns=("code", "revenue", "former"))
        assert {line.label: tuple(map(str, line.cells)) for line in page.lines} == {
            "示例甲": (CODE, "8.00", "老甲"), "示例乙": ("", "7.00", "旧乙"), "示例丙": ("", "2.00", "老丙")}


def test_a_decision_that_cannot_be(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with workspace.open_workspace(file, who="甲", now=small.Now()()) as ws:
        small.put(ws, "firm", name="示例甲", code=CODE, revenue="5")
    path = sheet(tmp_path / "a.xlsx", ("示例甲", CODE, 8), ("示例乙", None, 7), ("示例甲厂", None, 7))
    wrong = ["2", "3=合并", "2=另建", "4=不导", "2.名称=现有", "2.营业收入=新的", "2.营业收入=现有", "2.revenue=表格"]
    code, out, err = run(capsys, "import", file, path, "--form", "firm",
                         *(word for one in wrong for word in ("--decide", one)))
    assert (code, out) == (2, "")
    for word in ("--decide 2 没有写成", "“3”这一行没有要决定的", "第 2 行不能“另建”，可以：逐项选",
                 "第 4 行不能“不导”，可以：合并、另建、不导入", "没有可以选的“名称”，可以选的有：营业收入",
                 "不能写“新的”", "第 2 行的同一件事写了两次"):
        assert word in err, word


def test_a_row_of_several_sheets_is_decided_by_its_place(file: Path, tmp_path: Path,
                                                         capsys: pytest.CaptureFixture[str]) -> None:
    """Two townships name one firm; a sheet with its heads at the left has columns for rows."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, firm, revenue in (("妙高.东", "示例丙", 1), ("云峰", "示例丙（有限公司）", 2)):
        page = book.create_sheet(name)
        for line in (("企业名称", "统一社会信用代码", "营业收入（万元）", "曾用名"), (firm, None, revenue, None)):
            page.append(line)
    book.save(tmp_path / "a.xlsx")
    begun = ["import", file, tmp_path / "a.xlsx", "--form", "firm", "--all-sheets", "--dry-run", "--json"]
    said = json.loads(run(capsys, *begun)[1])
    assert [(one["choice"], one["like"]) for one in said["doubles"]] == [("keep", "示例丙")]
    for word, taken in (("云峰 2=合并", "there"), ("“云峰”第 2 行.营业收入=表格", "row")):
        said = json.loads(run(capsys, *begun, "--decide", word)[1])
        assert (said["new"], said["doubles"][0]["choice"]) == (1, "merge")
        assert {one["field"]: one["taken"] for one in said["doubles"][0]["fields"]}["revenue"] == taken
    assert run(capsys, *begun, "--decide", "妙高.东 2=合并")[0] == 2


def test_a_row_that_is_a_column_is_decided_by_its_letter(file: Path, tmp_path: Path,
                                                         capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.xlsx"
    sheets.write(path, [("企业名称", "示例甲", "示例甲（有限公司）"), ("统一社会信用代码", CODE, None),
                        ("营业收入（万元）", 3, 5), ("曾用名", None, "老甲")])
    code, out, err = run(capsys, "import", file, path, "--form", "firm", "--dry-run", "--decide", "C列.营业收入=表格")
    assert (code, err) == (0, "")
    assert "第 C 列  营业收入：第 B 列“3.00”，这一行“5.00”，取这一行的" in out


def townships(path: Path) -> Path:
    """Write a workbook of two townships with the same heads and one with others."""
    book = Workbook()
    for name, rows in (("妙高", [HEADS, ("甲公司", CODE, 1)]),
                       ("云峰", [("云峰街道",), HEADS, ("乙公司", None, "近50余万元")]),
                       ("大柘", [(*HEADS[:2], "年营收（亿元）"), ("丙公司", None, 1)])):
        page: Any = book.create_sheet(name)
        for row in rows:
            page.append(row)
    book.remove(book.worksheets[0])
    book.save(path)
    return path


def test_all_sheets_are_those_that_a_file_shows(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = townships(tmp_path / "分乡镇.xlsx")
    book = load_workbook(path)
    book["云峰"].sheet_state = "hidden"
    book.save(path)
    begun = ["import", file, path, "--form", "firm", "--dry-run"]
    _, out, _ = run(capsys, *begun, "--all-sheets")
    assert "工作表“云峰”（是隐藏的）的表头和这一张一样或差不多，这次没有读" in out
    _, out, _ = run(capsys, *begun, "--sheet-name", "妙高", "--sheet-name", "云峰")
    assert "2 张工作表一起读，其中“云峰”是隐藏的" in out


def test_many_sheets_are_one_import(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = townships(tmp_path / "分乡镇.xlsx")
    begun = ["import", file, path, "--form", "firm", "--dry-run"]
    code, out, _ = run(capsys, *begun, "--all-sheets")
    assert code == 1
    assert "强制  “云峰”第 3 行 · 营业收入：“近50余万元”是约数" in out
    assert ("这些工作表不能一起读，请单独导入：“大柘”（单位不同，少了“营业收入（万元）”，多了“年营收（亿元）”"
            "）。") in out
    code, out, _ = run(capsys, *begun, "--sheet-name", "妙高", "--sheet-name", "云峰", "--approximate", "--json")
    said = json.loads(out)
    assert (code, said["also"], said["accepted"]) == (0, ["云峰"], 2)
    assert {(one["sheet"], one["row"]) for one in said["findings"]} <= {("妙高", 2), ("云峰", 3)}
    for more, told in ((["--sheet-name", "大柘"], "工作表“大柘”的表头和“妙高”不一样（单位不同，少了"),
                       (["--sheet-name", "没有"], "没有名为“没有”的工作表"),
                       (["--list", "2"], "没有第 2 份名单，只有 1 份")):
        code, _, err = run(capsys, *begun, "--sheet-name", "妙高", *more)
        assert (code, told in err) == (2, True)


def test_heads_at_the_left_are_a_column(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "转置.xlsx"
    sheets.write(path, [("序号", *("内容",) * 2), ("名字", "甲公司", "乙公司"), ("营收", 1, "很多")])
    begun = ["import", file, path, "--form", "firm", "--dry-run", "--head-column", "1", "--json"]
    said = json.loads(run(capsys, *begun)[1])
    assert (said["heads"], said["columns"][0]["head"]) == ("left", "序号")
    assert run(capsys, *begun, "--head-row", "1")[0] == 2
    code, _, err = run(capsys, *begun[:-2], "3")
    assert (code, "第 3 列不能当表头" in err) == (2, True)
