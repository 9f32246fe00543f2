"""The collection workbook's own checks: what of a form's limits and rules a cell is held to."""

from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from pairing_desktop.exchange import collection
from pairing_desktop.exchange.collection_rules import cell_rules
from pairing_desktop.formspec import catalogue
from pairing_desktop.formspec.definition import Form
from tests.services import small

RULES = """
rules:
  - {id: order, level: error, check: start <= end, at: end, message: "顺序"}
  - {id: whole, level: query, check: 0 <= part <= whole * limit.share, at: part, message: "部分"}
  - {id: guarded, level: error, when: given(part), check: part <= whole, at: part, message: "有条件"}
  - {id: earlier, level: query, check: whole >= previous(whole), at: whole, message: "上期"}
  - {id: words, level: error, check: given(name), at: name, message: "名称"}
"""
FORM = """
id: deal
version: 1
title: 合同表
short: 合同
group: 填报
order: 15
kind: event
fills: [M]
name: name
sections:
  - id: main
    title: 合同
    fields:
      - {id: name, label: 名称, type: text, required: true, max_length: 40, help: 全称。}
      - {id: start, label: 开始, type: date}
      - {id: end, label: 结束, type: date}
      - {id: whole, label: 总额, type: decimal, unit: 万元, min: "0", max: "100"}
      - {id: part, label: 其中, type: decimal, unit: 万元}
      - {id: half, label: 一半, type: decimal, compute: whole / 2}
      - {id: kind, label: 类别, type: choice, choices: [甲, 乙, "丙,丁"], help: 哪一类；可写名称的一部分或拼音首字母。}
list: {columns: [name]}
print: {layout: card}
"""


def form(folder: Path) -> Form:
    (folder / "deal.yaml").write_text(FORM + RULES, encoding="utf-8")
    (folder / "thresholds.yaml").write_text('share: {value: "1.1", title: 份额}\n', encoding="utf-8")
    small.forms_folder(folder)
    return next(one for one in catalogue.load(folder).forms if one.id == "deal")


def test_rules_within_a_row_are_said_in_the_cells(tmp_path: Path) -> None:
    made = form(tmp_path)
    names = ("name", "start", "end", "whole", "part")
    cells = {name: f"${letter}6" for name, letter in zip(names, "BCDEF", strict=True)}
    found = {one.words: one.formula for one in cell_rules(made, made.by_id, cells)}
    assert found == {
        "开始≤结束": "IF(AND(ISNUMBER($C6),ISNUMBER($D6)),$C6<=$D6,TRUE)",
        "0≤其中≤总额*1.1": "IF(AND(ISNUMBER($F6),ISNUMBER($E6)),AND(0<=$F6,$F6<=($E6*1.1)),TRUE)",
    }


def test_cells_know_limits_rules_and_choices(tmp_path: Path) -> None:
    book = load_workbook(BytesIO(collection.build(form(tmp_path))))
    page: Any = book["合同"]
    assert [c.value for c in page[5]] == ["序号", "名称 *", "开始", "结束", "总额（万元）", "其中（万元）", "类别"]
    checks = {str(one.sqref)[0]: one for one in page.data_validations.dataValidation}
    assert checks["B"].formula1 == "LEN($B6)<=40"
    assert checks["E"].formula1.startswith("AND(OR(ISTEXT($E6),AND($E6>=0,$E6<=100)),IF(AND(")
    assert "不小于 0、不大于 100；应当 0≤其中≤总额*1.1" in checks["E"].error
    assert (checks["G"].type, checks["G"].errorStyle) == ("list", "stop")
    listed = checks["G"].formula1.partition("!")[2].replace("$", "")
    assert [row[0].value for row in book["_pairing"][listed]] == ["甲", "乙", "丙,丁"]
    assert checks["B"].prompt == "必填。全称。"
    assert checks["G"].prompt == "哪一类。从下拉列表中选。", "its list stops what the program would understand"


def test_text_that_begins_like_a_formula_stays_text(tmp_path: Path) -> None:
    filled = collection.Filled({"name": "=HYPERLINK(1)", "kind": "@甲", "whole": 3}, {})
    page: Any = load_workbook(BytesIO(collection.build(form(tmp_path), records=[filled])))["合同"]
    assert [(page[place].value, page[place].data_type) for place in ("B6", "G6", "E6")] == [
        ("=HYPERLINK(1)", "s"), ("@甲", "s"), (3, "n")]
